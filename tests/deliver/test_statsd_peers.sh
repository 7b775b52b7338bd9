#!/ bin / sh
#SPDX - License - Identifier : MIT
#
#What others make of our StatsD : npm's server, which is killed and started
#again meanwhile, and hot - shots, a client of Datadog's dialect.
set - u cd "$(dirname " $0 ")/../.." ||
    exit 1.tests /
	check.sh

	    build = ${ BUILD : -build } peers =
    $PWD / tests / deliver / peers NODE_PATH =
	$PWD / tests / peers / node_modules export NODE_PATH scratch = $(
	    mktemp - d) trap 'rm -rf "$scratch"' EXIT trap 'exit 1' HUP INT TERM

	    FEED = $scratch /
    feed export FEED

    feeder_builds(){
#They are separate words.
#shellcheck disable = SC2086
	    ${ CC : -cc } - std = c11 - Wall - Wextra - Werror -
		Iinclude ${ CFLAGS - } -
		o "$FEED"
		  "$peers/feed.c"
		  "$build/libsli-deliver.a"
		  "$build/libsli-export.a"
		  "$build/libsli.a" -
		lm - pthread
    }

    restarted_server_is_told_everything(){ timeout 100 node "$peers/daemon.js"
							    "$scratch" }

    client_makes_the_same_bytes(){ timeout 100 node "$peers/client.js" }

    check feeder_builds feeder_builds check restarted_server_is_told_everything
	restarted_server_is_told_everything check client_makes_the_same_bytes
	    client_makes_the_same_bytes check_end
