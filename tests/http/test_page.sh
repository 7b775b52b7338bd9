#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The page at /, in a browser: it shows the numbers that the registry holds,
# follows them, finds the service again, and takes names for nothing but text.
set -u
cd "$(dirname "$0")/../.." || exit 1
here=$PWD/tests/http
. tests/tool/browser.sh
. tests/tool/common.sh
serve=$BUILD/tests/http/programs/serve

hostile='"><img src=x onerror="window.hacked=1"><b>'
known known.sli
"$recorder" known.sli indicator checkout "$hostile" count good 7 \
	annotate deploy '</p><script>window.hacked = 2</script>1.4.2'
# Of 1000 events 200 were slow, while 100 may be: spent, and more.
"$recorder" known.sli indicator checkout gone record good 800 10000 \
	record good 200 400000 slo checkout-gone 0.9

# start [PORT]
start() {
	: >ports
	background "$serve" known.sli "$@" >ports
	await test -s ports
	read -r port <ports
	tail -n 1 pids >server
}

stop() {
	kill "$(cat server)"
}

# look NAME: what the page shows now, in NAME.json
look() {
	browser_run "$here/page.js" >"$1.json"
}

# shows NAME FILTER: it comes to be true of what the page shows.
shows() {
	look "$1" && jq -e "$2" "$1.json" >/dev/null
}

# visit WIDTH SCHEME
visit() {
	browser_show "$1" "$2" screen
	browser_go "http://127.0.0.1:$port/"
	await shows seen '.indicators | length > 0'
}

# of FILTER: what `sli show` says of the same file
of() {
	sli show --json known.sli | jq -r "$1"
}

# cell TABLE ROW COLUMN: of seen.json
cell() {
	jq -r --arg table "$1" --arg row "$2" --arg column "$3" \
	    '.[$table][$row][$column]' seen.json
}

test_page_shows_the_numbers_of_the_registry() {
	visit 1280 light
	same "$(of '.indicators | length')" \
	    "$(jq '.indicators | length' seen.json)"
	eu='checkout{region="eu"}'
	shown=$(of '.indicators[] | select(.title == "checkout{region=\"eu\"}") |
	    "\(.total.bad) \(.total.shed) \(.in_flight)"')
	same "$shown" "$(cell indicators "$eu" Bad) \
$(cell indicators "$eu" Shed) $(cell indicators "$eu" 'In flight')"
	# 999 of 1000, and 990 of 1000 in time: 9 of 10 of the budget is left.
	same '99.9 %' "$(cell indicators "$eu" Good)"
	same '90 % 99 % 90 %' "$(cell slos checkout-fast Promised) \
$(cell slos checkout-fast Actual) $(cell slos checkout-fast 'Budget left')"
	same "$(of '.slos[] | select(.name == "checkout-fast") |
	    .budget.remaining * 1000 | round / 10')" 90
	same '-100 %' "$(cell slos checkout-gone 'Budget left')"
	same 'budget spent' "$(cell slos checkout-gone State)"
	jq -e '.title == "▲ 1 shop" and .outside == []' seen.json
	same '3 objectives: 1 in trouble, 2 ok' "$(jq -r .summary seen.json)"
}

test_page_takes_names_for_text() {
	visit 1280 light
	jq -e '.hacked == null and .markup == 0' seen.json
	jq -e --arg region "$hostile" '[.indicators[].Indicator |
	    contains($region | gsub("\""; "\\\""))] | any' seen.json
	jq -e '.changes | length == 1 and
	    (.[0] | contains("</p><script>window.hacked = 2</script>1.4.2"))' \
	    seen.json
}

test_page_follows_what_is_counted() {
	visit 1280 light
	was=$(cell indicators search Rate)
	"$recorder" known.sli indicator search '' record good 600 5000 \
	    record bad 40 5000
	await shows seen '.indicators.search.Bad == "40"'
	[ "$(cell indicators search Rate)" != "$was" ]
	same "$(of '.slos[] | select(.name == "search-up") | .budget.bad')" 40
	same 'budget spent' "$(cell slos search-up State)"
	# What fails comes first.
	jq -e '.indicators[.first].Bad != "0"' seen.json
	# The chosen one's charts go on, too: it has one answer, then two.
	await shows seen '[.charts[] | select(.name == "Budget left" or
	    .name == "Events per second") | .points | max] | min >= 2'
}

# On a narrow screen it is far below the row that is chosen.
test_page_goes_to_the_charts_of_what_is_chosen() {
	visit 390 light
	cat >choose.js <<-'END'
	scrollTo(0, 0);
	const row = [...document.querySelectorAll('#slos tbody tr')].at(-1);
	row.querySelector('button').click();
	const detail = document.getElementById('detail');
	return { wanted: row.rowKey, chosen: detail.querySelector('h2')
	    .textContent, top: detail.getBoundingClientRect().top,
	    inner: innerHeight };
	END
	browser_run "$PWD/choose.js" >chosen.json
	jq -e '.chosen == .wanted and .top < .inner' chosen.json
}

test_page_says_that_the_service_is_gone_and_finds_it_again() {
	visit 1280 light
	stop
	await shows seen '.lost and (.connection |
	    startswith("Connection lost since "))'
	# What was known stays, marked as old.
	same 'budget spent' "$(cell slos checkout-gone State)"
	"$recorder" known.sli indicator checkout us count bad 77
	start "$port"
	await shows seen '.lost == false and
	    .indicators["checkout{region=\"us\"}"].Bad == "77"'
}

test_page_can_be_read_by_all() {
	for width in 1280 390; do
		for scheme in light dark; do
			visit "$width" "$scheme"
			await shows seen '.charts[0].width > 200'
			same '[] [] []' "$(jq -rc '"\(.sticking) \(.pale) " +
			    "\(.small)"' seen.json)"
			jq -e '.scroll <= .inner' seen.json
			jq -e '[.charts[] | .height > 150 and
			    (.label | length > 8) and (.ticks | length >= 4)] |
			    length == 4 and all' seen.json
			jq -r .background seen.json >>backgrounds
		done
	done
	same 2 "$(sort -u backgrounds | wc -l)"
	# No two states have the same shape, and each has its word.
	jq -e '[.states[] | .[0] != ""] | all' seen.json
	jq -e '.states | map(select(.[0] == "ok" or .[0] == "budget spent")) |
	    unique_by(.[1]) | length == 2' seen.json
}

test_page_is_safe_by_its_headers() {
	curl -sD headers -o /dev/null "http://127.0.0.1:$port/"
	has headers "^Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';" \
	    '^X-Content-Type-Options: nosniff' '^Referrer-Policy: no-referrer'
	! grep -rE 'innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(' \
	    "$here/../../src/http/"*.js
}

browser_start || {
	echo '[  SKIPPED ] 7 test(s), for want of a browser.'
	exit 0
}
start
check_all ../http/test_page.sh
status=$?
browser_stop
[ "$status" -eq 0 ]
