#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Install libsli and use it as an outsider does: by pkg-config only.
#
# $BUILD is where the libraries have been built, $CC, $CXX and $MAKE are used.
set -u
cd "$(dirname "$0")/../.."
. tests/check.sh

BUILD=${BUILD:-build}
CC=${CC:-cc}
CXX=${CXX:-c++}
MAKE=${MAKE:-make}
STRICT='-Wall -Wextra -Wpedantic -Werror'
unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR LD_LIBRARY_PATH

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What a packager does, and what somebody with a home directory does.
stage=$scratch/stage
home=$scratch/home
here=tests/consumer

# make_staged TARGET, make_home TARGET
make_staged() {
	"$MAKE" --no-print-directory "$1" \
		DESTDIR="$stage" PREFIX=/usr LIBDIR=/usr/lib64 \
		INCLUDEDIR=/usr/include
}
make_home() {
	"$MAKE" --no-print-directory "$1" \
		DESTDIR= PREFIX="$home" LIBDIR="$home/lib" \
		INCLUDEDIR="$home/include"
}

# pc_staged OPTION..., pc_home OPTION...: pkg-config that sees only our own.
pc_staged() {
	PKG_CONFIG_LIBDIR=$stage/usr/lib64/pkgconfig \
	PKG_CONFIG_SYSROOT_DIR=$stage pkg-config "$@" libsli
}
pc_home() {
	PKG_CONFIG_LIBDIR=$home/lib/pkgconfig pkg-config "$@" libsli
}

version() {
	pc_home --modversion
}

# Flags are words, here and below.
# shellcheck disable=SC2046,SC2086
builds_c_shared() {
	$CC -std=c11 $STRICT $(pc_home --cflags) -o "$scratch/c" \
		$here/consumer.c $(pc_home --libs)
	[ "$(LD_LIBRARY_PATH=$home/lib "$scratch/c")" = "$(version)" ]
	readelf -d "$scratch/c" | grep -F "[libsli.so.${soname#libsli.so.}]"
}

# shellcheck disable=SC2046,SC2086
builds_c_static() {
	$CC -std=c11 $STRICT $(pc_home --cflags) -static -o "$scratch/cs" \
		$here/consumer.c $(pc_home --static --libs)
	[ "$("$scratch/cs")" = "$(version)" ]
}

# shellcheck disable=SC2046,SC2086
builds_cxx_shared() {
	$CXX -std=c++11 $STRICT $(pc_home --cflags) -o "$scratch/cxx" \
		$here/consumer.cc $(pc_home --libs)
	[ "$(LD_LIBRARY_PATH=$home/lib "$scratch/cxx")" = "$(version)" ]
}

# shellcheck disable=SC2046,SC2086
builds_cxx_static() {
	$CXX -std=c++11 $STRICT $(pc_home --cflags) -static -o "$scratch/cxxs" \
		$here/consumer.cc $(pc_home --static --libs)
	[ "$("$scratch/cxxs")" = "$(version)" ]
}

# shellcheck disable=SC2046,SC2086
builds_from_stage() {
	$CC -std=c11 $STRICT $(pc_staged --cflags) -o "$scratch/staged" \
		$here/consumer.c $(pc_staged --libs)
	[ "$(LD_LIBRARY_PATH=$stage/usr/lib64 "$scratch/staged")" = \
	    "$(version)" ]
	! grep -r "$stage" "$stage"
}

# readme_block HEADING: the first block of C below it
readme_block() {
	awk -v heading="$1" '
	/^#+ / { inside = index($0, "# " heading) > 0 }
	inside && /^```c$/ { copy = 1; next }
	copy && /^```$/ { exit }
	copy' README.md | grep . ||
		{ echo "README.md has no C below \"$1\""; return 1; }
}

# run_quick: build and run $scratch/quick.c
# shellcheck disable=SC2046,SC2086
run_quick() {
	$CC -std=c11 -Wall -Wextra -Werror $(pc_home --cflags) \
		-o "$scratch/quick" "$scratch/quick.c" $(pc_home --libs)
	(cd "$scratch" && LD_LIBRARY_PATH=$home/lib ./quick)
}

readme_quick_start_runs() {
	readme_block 'Quick start' >"$scratch/quick.c"
	run_quick
}

# Two functions, in the place of the loop over requests.
readme_slo_of_minutes_runs() {
	{
		echo '#include <stdio.h>'
		echo '#include <sli/sli.h>'
		readme_block 'SLOs'
		cat <<-'END'
		int
		main(void)
		{
			struct sli_registry_config cfg =
			    SLI_REGISTRY_CONFIG_INIT;
			struct sli_indicator_config icfg =
			    SLI_INDICATOR_CONFIG_INIT;
			struct sli_registry *reg;
			struct sli_indicator *ind;
			struct sli_error err = { SLI_OK, "" };
			struct sli_slo *slo = NULL;

			icfg.name = "checkout";
			if (sli_registry_create(&cfg, &reg, &err) == SLI_OK &&
			    sli_indicator_register(reg, &icfg, &ind, &err) ==
				SLI_OK)
				slo = promise_minutes(ind, &err);
			if (slo != NULL &&
			    on_deploy(reg, slo, sli_clock_ns(), &err) == SLI_OK)
				return 0;
			fprintf(stderr, "%s\n", err.message);
			return 1;
		}
		END
	} >"$scratch/quick.c"
	run_quick
}

# A scrape of the page's port, and the line of a last flush.
# shellcheck disable=SC2046,SC2086
readme_getting_it_out_runs() {
	{
		echo '#include <stdio.h>'
		echo '#include <sli/sli.h>'
		readme_block 'Getting it out' | sed 's/ 9105;/ 0;/'
		cat <<-'END'
		int
		main(void)
		{
			struct sli_registry_config cfg =
			    SLI_REGISTRY_CONFIG_INIT;
			struct sli_indicator_config icfg =
			    SLI_INDICATOR_CONFIG_INIT;
			struct sli_flusher *flusher;
			struct sli_registry *reg;
			struct sli_indicator *ind;
			struct sli_error err = { SLI_OK, "" };
			struct sli_http *http;

			icfg.name = "checkout";
			if (sli_registry_create(&cfg, &reg, &err) == SLI_OK &&
			    sli_indicator_register(reg, &icfg, &ind, &err) ==
				SLI_OK &&
			    tell(reg, &http, &flusher, &err) == SLI_OK) {
				sli_count(ind, sli_clock_ns(), SLI_GOOD, 42);
				printf("%d\n", sli_http_port(http));
				fflush(stdout);
				getchar();
				sli_http_stop(http);
				if (sli_flusher_stop(flusher, SLI_SECONDS(2),
					&err) == SLI_OK)
					return 0;
			}
			fprintf(stderr, "%s\n", err.message);
			return 1;
		}
		END
	} >"$scratch/tell.c"
	$CC -std=c11 -Wall -Wextra -Werror -o "$scratch/tell" \
		"$scratch/tell.c" $(PKG_CONFIG_PATH=$home/lib/pkgconfig \
		    pkg-config --cflags --libs libsli-http libsli-deliver)
	cd "$scratch"
	mkfifo quit port
	LD_LIBRARY_PATH=$home/lib timeout 20 ./tell <quit >port &
	exec 9>quit
	read -r number <port
	curl -sf "http://127.0.0.1:$number/metrics" >metrics
	grep 'sli_events_total{sli="checkout",outcome="good"} 42' metrics
	curl -sf "http://127.0.0.1:$number/" | grep -i '<title>'
	exec 9>&-
	wait $!
	jq -se 'map(.sli.total.good // empty) | max == 42' sli.ndjson
}

# With the one line that the README changes: what two processes have counted.
readme_budget_outlives_the_process() {
	readme_block 'A budget that outlives' >"$scratch/line"
	[ "$(wc -l <"$scratch/line")" -eq 1 ]
	readme_block 'Quick start' | awk -v file="$scratch/line" '
	/sli_registry_create/ { getline <file; changed++ }
	1
	END { exit changed != 1 }' >"$scratch/quick.c"
	rm -f "$scratch/checkout.sli"
	run_quick
	run_quick
	[ "$(stat -c %a "$scratch/checkout.sli")" = 600 ]
	sed 's/.*printf("%s: .*/printf("%lu %s %g %g\\n", budget.total,/' \
		"$scratch/quick.c" >"$scratch/quick2.c"
	mv "$scratch/quick2.c" "$scratch/quick.c"
	[ "$(run_quick | cut -d ' ' -f 1)" = 3000 ]
}

# What the headers declare, and nothing else.
# exports_are_the_headers LIBRARY HEADER...
exports_are_the_headers() {
	library=$1
	shift
	cat "$@" | tr '\n' ' ' | grep -oE 'SLI_API [^;#(]*\(' |
		sed -n 's/.*[ *]\(sli_[a-z0-9_]*\)($/\1/p' |
		sort >"$scratch/declared"
	nm -D --defined-only "$home/lib/$library.so" | awk '{ print $3 }' |
		sort >"$scratch/exported"
	[ -s "$scratch/declared" ]
	diff "$scratch/declared" "$scratch/exported"
}

# Hidden symbols of a static library meet those of the program.
# static_names_are_prefixed LIBRARY
static_names_are_prefixed() {
	nm -g --defined-only "$home/lib/$1.a" |
		awk 'NF == 3 { print $3 }' >"$scratch/static"
	[ -s "$scratch/static" ]
	! grep -v '^sli_' "$scratch/static"
}

needs_libc_only() {
	readelf -d "$home/lib/libsli.so" >"$scratch/dynamic"
	grep -F "Library soname: [$soname]" "$scratch/dynamic"
	grep -F 'NODELETE' "$scratch/dynamic"
	# The loader's own name is there if thread-local storage is used.
	! sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$scratch/dynamic" |
		grep -v -e '^libc\.so' -e '^ld-linux'
}

links_lead_to_the_library() {
	for name in libsli.so "$soname"; do
		[ "$(readlink -f "$home/lib/$name")" = \
		    "$(readlink -f "$home")/lib/libsli.so.$(version)" ]
	done
}

# By libsli-export.pc alone, which has to name libsli.
# shellcheck disable=SC2046,SC2086
export_builds() {
	PKG_CONFIG_LIBDIR=$home/lib/pkgconfig
	export PKG_CONFIG_LIBDIR
	$CC -std=c11 $STRICT -o "$scratch/export" $here/export.c \
		$(pkg-config --cflags --libs libsli-export)
	LD_LIBRARY_PATH=$home/lib "$scratch/export" | grep -x '# EOF'
	$CC -std=c11 $STRICT -static -o "$scratch/exports" $here/export.c \
		$(pkg-config --static --cflags --libs libsli-export)
	"$scratch/exports" | grep -x '# EOF'
}

export_needs_what_it_says_only() {
	readelf -d "$home/lib/libsli-export.so" >"$scratch/dynamic"
	grep -F "Library soname: [libsli-export${soname#libsli}]" \
		"$scratch/dynamic"
	! sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$scratch/dynamic" |
		grep -v -e '^libc\.so' -e '^ld-linux' -e '^libm\.so' \
		    -e '^libz\.so' -e '^libprotobuf-c\.so' \
		    -e '^libjansson\.so' -e "^$soname\$"
}

# By libsli-http.pc alone; libmicrohttpd.pc is the system's.
# shellcheck disable=SC2046,SC2086
http_builds() {
	PKG_CONFIG_PATH=$home/lib/pkgconfig
	export PKG_CONFIG_PATH
	$CC -std=c11 $STRICT -o "$scratch/http" $here/http.c \
		$(pkg-config --cflags --libs libsli-http)
	LD_LIBRARY_PATH=$home/lib "$scratch/http" | grep -x serves
}

# uninstall_leaves_nothing MAKE_FUNCTION DIRECTORY
uninstall_leaves_nothing() {
	"$1" uninstall
	! find "$2" -mindepth 1 | grep .
}

# A directory that was there before is the user's, even an empty one.
uninstall_keeps_what_was_there() {
	mkdir -p "$home/lib/pkgconfig" "$home/include"
	make_home install
	make_home uninstall
	[ -d "$home/lib/pkgconfig" ]
	[ -d "$home/include" ]
	[ ! -e "$home/include/sli" ]
	! find "$home" -type f | grep .
}

mkdir "$stage" "$home"
soname=libsli.so.$(sed -n 's/.*SLI_VERSION_MAJOR //p' include/sli/version.h)
check installs_into_destdir make_staged install
check installs_into_prefix make_home install
check export_installs_into_destdir make_staged install-export
check export_installs_into_prefix make_home install-export
check builds_c_shared builds_c_shared
check builds_c_static builds_c_static
check builds_cxx_shared builds_cxx_shared
check builds_cxx_static builds_cxx_static
check builds_from_stage builds_from_stage
check readme_quick_start_runs readme_quick_start_runs
check readme_slo_of_minutes_runs readme_slo_of_minutes_runs
check readme_budget_outlives_the_process readme_budget_outlives_the_process
# Names of headers have no blanks.
# shellcheck disable=SC2046
check exports_are_the_headers exports_are_the_headers libsli \
	$(find include/sli -name '*.h' ! -name 'spec*.h' ! -name 'export*.h' \
	    ! -name 'deliver*.h' ! -name 'otlp*.h' ! -name 'http*.h')
check export_exports_are_its_headers exports_are_the_headers libsli-export \
	include/sli/export*.h
check static_names_are_prefixed static_names_are_prefixed libsli
check export_static_names_are_prefixed static_names_are_prefixed libsli-export
check export_builds export_builds
check http_installs_into_prefix make_home install-http
check http_exports_are_its_headers exports_are_the_headers libsli-http \
	include/sli/http.h
check http_static_names_are_prefixed static_names_are_prefixed libsli-http
check http_builds http_builds
check deliver_installs_into_prefix make_home install-deliver
check deliver_exports_are_its_headers exports_are_the_headers libsli-deliver \
	include/sli/deliver*.h
check deliver_static_names_are_prefixed static_names_are_prefixed libsli-deliver
check otlp_installs_into_prefix make_home install-otlp
check otlp_exports_are_its_headers exports_are_the_headers libsli-otlp \
	include/sli/otlp.h
check otlp_static_names_are_prefixed static_names_are_prefixed libsli-otlp
check readme_getting_it_out_runs readme_getting_it_out_runs
check export_needs_what_it_says_only export_needs_what_it_says_only
check needs_libc_only needs_libc_only
check links_lead_to_the_library links_lead_to_the_library
check uninstall_of_stage_leaves_nothing \
	uninstall_leaves_nothing make_staged "$stage"
check uninstall_of_prefix_leaves_nothing \
	uninstall_leaves_nothing make_home "$home"
check uninstall_keeps_what_was_there uninstall_keeps_what_was_there
check_end
