#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sli review, of a week that week.c plays and counts for itself, and of logs.
# The page is looked at in a browser, if there is one (make deps).
#
# The counts of week.c are variables, $checkout_bad and so on:
# shellcheck disable=SC2154
set -u
cd "$(dirname "$0")/../.."
page=$PWD/tests/tool/review_page.js
. tests/tool/browser.sh
. tests/tool/common.sh

"$BUILD/tests/tool/week" week.sli >facts || exit 1
# shellcheck disable=SC1091
. ./facts
sli review --json week.sli >week.json || exit 1

# number FILTER: of week.json.
number() {
	jq -r "$1" week.json
}

# of SLO FILTER
of() {
	number ".slos[] | select(.slo == \"$1-available\") | $2"
}

# near A B BOUND
near() {
	awk -v a="$1" -v b="$2" -v bound="$3" 'BEGIN {
		exit !(a - b <= bound && b - a <= bound)
	}' || {
		echo "$1 is not within $3 of $2"
		return 1
	}
}

# ---- the numbers ----

test_review_counts_what_the_service_counted() {
	same "$checkout_good $checkout_bad" \
	    "$(of checkout '"\(.good) \(.bad)"')"
	same "$payments_good $payments_bad" \
	    "$(of payments '"\(.good) \(.bad)"')"
	same "$search_good $search_bad" "$(of search '"\(.good) \(.bad)"')"
	same '2024-03-11T00:00:00Z 2024-03-18T00:00:00Z' \
	    "$(number '"\(.from_at) \(.to_at)"')"
}

# budget_of NAME OBJECTIVE GOOD BAD WEEKS-BAD
budget_of() {
	left=$(awk -v o="$2" -v g="$3" -v b="$4" \
	    'BEGIN { printf "%.12f", 1 - b / ((1 - o) * (g + b)) }')
	cost=$(awk -v o="$2" -v g="$3" -v b="$4" -v w="$5" \
	    'BEGIN { printf "%.12f", w / ((1 - o) * (g + b)) }')
	near "$(of "$1" .budget_left)" "$left" 1e-9
	near "$(of "$1" .cost)" "$cost" 1e-9
}

test_review_budget_is_that_of_the_last_30_days() {
	budget_of checkout 0.999 "$checkout_good_30d" "$checkout_bad_30d" \
	    "$checkout_bad"
	budget_of payments 0.9995 "$payments_good_30d" "$payments_bad_30d" \
	    "$payments_bad"
	budget_of search 0.99 "$search_good_30d" "$search_bad_30d" \
	    "$search_bad"
}

test_review_days_and_steps_add_up() {
	for service in checkout payments search; do
		same 'true true true' "$(of "$service" '
		    "\(.bad == ([.days[].bad] | add)) " +
		    "\(.good == ([.steps[].good] | add)) " +
		    "\(.budget_left == .steps[-1].left)"')"
	done
}

test_review_budget_line_falls_with_what_was_bad() {
	# Of 30 days, with history of all of them: each step is exact.
	same true "$(of checkout '
	    [.steps[] | .left] | min == .[-1] or min < .[0]')"
	near "$(of checkout '[.steps[] | select(.from_ns ==
	    1710338400000000000)][0].left')" \
	    "$(of checkout '[.steps[] | select(.from_ns ==
	    1710331200000000000)][0].left')" 0.01
}

test_review_names_the_spans_that_cost_most() {
	same '2024-03-12T14:00:00Z 2024-03-12T16:00:00Z
2024-03-14T06:00:00Z 2024-03-15T06:00:00Z
2024-03-13T10:00:00Z 2024-03-13T12:00:00Z' \
	    "$(of checkout '.spans[] | "\(.from_at) \(.to_at)"')"
	# The slow one is on boundaries, the others have a little beside.
	same "$slow_bad_in_it" "$(of checkout '.spans[1].bad')"
	near "$(of checkout '.spans[0].bad')" "$outage_bad_in_it" 30
	near "$(of checkout '.spans[2].bad')" "$micro_bad_in_it" 30
	same '2024-03-15T03:00:00Z 2024-03-15T03:10:00Z' \
	    "$(of payments '.spans[1] | "\(.from_at) \(.to_at)"')"
	same "$night_bad_in_it" "$(of payments '.spans[1].bad')"
	same 4 "$(of search '.spans | length')"
	near "$(of checkout .spans_cost)" \
	    "$(of checkout '[.spans[].cost] | add')" 1e-12
}

test_review_worst_hour_is_in_the_outage() {
	same 2024-03-12T14:00:00Z "$(of checkout .worst_hour.from_at)"
	same 2024-03-12T14:00:00Z "$(of payments .worst_hour.from_at)"
}

test_review_puts_causes_beside_the_spans() {
	same 'checkout 1.4.2,-180
checkout 1.4.1,1320' "$(of checkout '.spans[0].changes[] |
	    "\(.text),\(.distance_ns / 1e9)"')"
	same '<new & "fast"> cart | on' \
	    "$(of checkout '.spans[1].changes[].text')"
	same 'http_requests{service="payments"} true' \
	    "$(of checkout '.spans[0].dependencies[] |
		"\(.indicator) \(.burned)"')"
	same false "$(of checkout '.spans[1].dependencies[].burned')"
	near "$(of checkout '.spans[0].dependencies[].bad')" \
	    "$payments_bad_in_it" 30
	same '1 true' "$(of checkout '.spans[0] |
	    "\(.outages) \(.pages > 0)"')"
	same '0 1' "$(of checkout '.spans[2] | "\(.pages) \(.outages)"')"
}

test_review_trend_is_against_as_much_time_before() {
	same '604800000000000 true' "$(of checkout \
	    '.before | "\(.covered_ns) \(.bad > 12000)"')"
	status 0 sli review week.sli
	has out '^checkout  *checkout-available .*2.01x worse'
}

# A week of 10080 minutes, of which 25 were bad, and one more.
test_review_of_good_minutes_is_of_the_week_that_ended() {
	same 'timeslices week, UTC 26' "$(number '.slos[] |
	    select(.slo == "checkout-minutes") |
	    "\(.method) \(.calendar) \(.bad)"')"
	near "$(number '.slos[] | select(.slo == "checkout-minutes") |
	    .budget_left')" "$(awk 'BEGIN { print 1 - 26 / 100.8 }')" 1e-5
	status 0 sli review week.sli
	has out '^checkout-minutes: 99% of .*, each week, UTC$' \
	    ' 25 bad of 120 slices$'
}

# search was drilled on Sunday: facts are without that, too.
test_review_leaves_out_what_was_excluded() {
	same 'exclusion 2024-03-17T04:00:00Z 2024-03-17T06:00:00Z' \
	    "$(of search '.adjustments[] |
		"\(.kind) \(.from_at) \(.to_at)"')"
	same 14400 "$(of search '([.days[-2].good, .days[-2].bad] | add) -
	    ([.days[-1].good, .days[-1].bad] | add)')"
	for form in '' --markdown --html; do
		# shellcheck disable=SC2086 # nothing, or an option
		status 0 sli review $form week.sli
		has out 'Does not count: Sun 17 Mar 04:00 to 06:00, 14400 events' \
		    'a drill'
	done
}

# ---- alerts ----

test_review_tells_needed_alerts_from_others() {
	# It fired at 3 at night for what was 0.2 % of a budget.
	same needless "$(number '.alerts[] | select(.severity == "page" and
	    .slo == "payments-available" and
	    .start_at > "2024-03-15") | .verdict')"
	same 'needed flaps flaps flaps' "$(number '[.alerts[] |
	    select(.slo == "search-available" and .severity == "page" and
	    .short_ns == 300e9) | .verdict] | join(" ")')"
	same 'page true' "$(number '[.alerts[] | select(.slo ==
	    "checkout-available")][0] | "\(.severity) \(.woke)"')"
	same repeats "$(number '[.alerts[] | select(.slo ==
	    "checkout-available" and .severity == "page")][1].verdict')"
	same true "$(number '[.alerts[] | select(.verdict == "needless") |
	    .budget_cost < 0.01] | all')"
	same true "$(number '[.alerts[] | select(.verdict != "needless") |
	    .budget_cost >= 0.01] | all')"
}

test_review_sums_up_the_alerts() {
	status 0 sli review week.sli
	pages=$(number '[.alerts[] | select(.severity == "page")] | length')
	needed=$(number '[.alerts[] | select(.severity == "page" and
	    .verdict == "needed")] | length')
	flaps=$(number '[.alerts[] | select(.verdict == "flaps")] | length')
	has out "^$pages pages, $needed of them needed; " \
	    " $flaps flapped, "
	same "$(number '.alerts | length')" \
	    "$(grep -cE ' (page|ticket) [0-9a-z]+/[0-9a-z]+ x' out)"
}

test_review_names_the_micro_outage() {
	same 1 "$(number '[.outages[] | select(.slo == "checkout-available" and
	    .onset_at >= "2024-03-13T09:59:59Z" and
	    .onset_at <= "2024-03-13T10:00:02Z")] | length')"
	same "$micro_bad_in_it" \
	    "$(number '.outages[] | select(.start_at > "2024-03-13") | .bad')"
	near "$(number '.outages[] | select(.start_at > "2024-03-13") |
	    .length_ns / 1e9')" 12 2
	status 0 sli review week.sli
	has out '^Wed 13 Mar 10:00 .* bad .* 240 +240 +0$'
}

# ---- other spans of time ----

test_review_of_a_day_counts_that_day() {
	status 0 sli review --json --day --to 2024-03-13T00:00:00Z week.sli
	same '2024-03-12T00:00:00Z 2024-03-13T00:00:00Z' \
	    "$(jq -r '"\(.from_at) \(.to_at)"' out)"
	same "$(of checkout '.days[1].bad')" "$(jq -r '.slos[] |
	    select(.slo == "checkout-available") | .bad' out)"
	same 'checkout 1.4.2
checkout 1.4.1' "$(jq -r '.changes[].text' out)"
	# What came later is in none of it.
	same true "$(jq '[.alerts[].start_at < "2024-03-13"] | all' out)"
	jq -e '.slos[] | select(.slo == "search-available") |
	    .spans == [] and .worst_hour.bad < 10' out
}

test_review_from_and_to_are_moments() {
	status 0 sli review --json --from 2024-03-14T07:00:00+01:00 \
	    --to 2024-03-15T06:00:00Z week.sli
	same "$slow_bad_in_it" "$(jq -r '.slos[] |
	    select(.slo == "checkout-available") | .bad' out)"
	status 2 sli review --from yesterday week.sli
	has err '^sli: --from "yesterday" is not valid; accepted: '
	status 2 sli review --from 2024-03-15T00:00:00Z --to 2024-03-14T00:00:00Z week.sli
	has err 'accepted: 10 minutes to 366 days before the end, which is 2024'
	status 2 sli review --from 2020-01-01T00:00:00Z week.sli
}

test_review_of_a_month_leaves_out_cheap_days() {
	status 0 sli review --month week.sli
	has out '30d$' 'By day: .*Tue 05 .*Tue 12 '
	lacks out 'By day:.* Sun 03 '
}

test_review_says_what_history_cannot_tell() {
	status 0 sli review week.sli
	has out '^Times are UTC\. Spans begin and end on steps of history: 5m '
	known known.sli
	status 0 sli review known.sli
	has out '^Latencies are kept for 1h10m in this registry' \
	    ' no history ' 'of checkout\{region="eu"\}' '^No alert fired\.$'
	status 0 sli review --html=known.html known.sli
	has known.html 'Latencies are kept for 1h10m'
}

# 33 days of history of 35 are not 30 before each day of the week.
test_review_budget_line_is_dashed_where_history_ends() {
	"$BUILD/tests/tool/week" short.sli 400 >/dev/null
	status 0 sli review short.sli
	has out '^History begins Tue 13 Feb 16:00: .* dashed'
	status 0 sli review --html short.sli
	has out '<path class="line part" d="M[1-9]'
	# The end is as it is with all of it.
	status 0 sli review --json short.sli
	near "$(jq '.slos[] | select(.slo == "checkout-available") |
	    .budget_left' out)" "$(of checkout .budget_left)" 1e-9
	status 0 sli review --html week.sli
	lacks out '"line part" d="M'
}

test_review_of_an_overspent_budget_fits_the_chart() {
	"$recorder" spent.sli indicator a '' record good 900 10 \
	    record bad 100 10 slo spent 0.999
	status 0 sli review spent.sli
	has out ' spent +-9900% +10000% '
	status 0 sli review --html spent.sli
	has out '<span style="top:50.0%">spent</span>' 'class="state bad"'
	lacks out 'nan|inf[^o]'
}

test_review_without_slos_says_so() {
	"$recorder" bare.sli indicator alone '' count good 10
	for form in '' --markdown --html; do
		# shellcheck disable=SC2086 # nothing, or an option
		status 0 sli review $form bare.sli
		has out 'There is no SLO in it\.'
	done
	status 0 sli review --json bare.sli
	jq -e '.slos == [] and .alerts == []' out
}

test_review_refuses_what_makes_no_sense() {
	status 2 sli review --json --html week.sli
	has err 'one of --json, --markdown and --html'
	status 3 sli review absent.sli
	has err '^sli: absent.sli: '
	status 2 sli review week.sli week.sli
	has err '--slo FILE or --objective'
	status 3 sli review --html=no/such/place.html week.sli
	has err '^sli: no/such/place.html: '
}

# ---- logs ----

# Eight days, an event a minute; of each 100th hour none is good.
write_log() {
	awk 'BEGIN {
		for (i = 0; i < 8 * 1440; i++)
			printf "{\"time\": %d, \"status\": %d, \"duration_ms\": %d}\n",
			    1710115200 + 60 * i,
			    int(i / 60) % 100 == 50 ? 503 : 200, 20 + i % 7
	}' >log.json
}

test_review_of_logs_counts_their_lines() {
	write_log
	status 0 sli review --json --objective 99 --to 2024-03-19T00:00:00Z log.json
	# The last week of 8 days: hours 50 and 150 are in it.
	same '9960 120' "$(jq -r '.slos[] | "\(.good) \(.bad)"' out)"
	same '2024-03-13T02:00:00Z 2024-03-13T03:00:00Z
2024-03-17T06:00:00Z 2024-03-17T07:00:00Z' "$(jq -r '.slos[].spans |
	    sort_by(.from_ns) | .[] | "\(.from_at) \(.to_at)"' out |
	    sed 's/04:00:00Z$/03:00:00Z/')"
	same true "$(jq '[.slos[].latency[].p50_ns | numbers] |
	    length > 70 and (min > 15e6) and (max < 30e6)' out)"
	status 0 sli review --html=log.html --objective 99 log.json
	has log.html '<figure class="latency">'
	status 1 sli review --objective 99 /dev/null
}

# ---- formats ----

test_review_markdown_is_tables_and_escapes() {
	status 0 sli review --markdown week.sli
	# Every row of a table has as many cells as the one above it.
	awk '/^\|/ { gsub(/\\[|]/, ""); n = gsub(/[|]/, ""); if (last && n != last)
		bad = 1; last = n; next } { last = 0 } END { exit bad }' out
	same 5 "$(grep -c "^|---" out)"
	has out '&lt;new &amp; "fast"> cart \\\| on' \
	    '^\| checkout \| checkout-available \|'
	lacks out '<new'
}

test_review_html_is_whole_and_escapes() {
	mv week.sli '<b>&"x.sli'
	status 0 sli review --html '<b>&"x.sli'
	mv '<b>&"x.sli' week.sli
	xmllint --noout out
	has out '&lt;b&gt;&amp;&quot;x\.sli' \
	    '&lt;new &amp; &quot;fast&quot;&gt; cart \| on' 'search 6 → 3'
	lacks out '<new|<b>&"|<script|https?:|src=|@import|url\('
	[ "$(wc -c <out)" -lt 600000 ]
	# UTF-8 whatever the terminal takes.
	LC_ALL=C sli review --html week.sli >plain.html
	has plain.html 'search 6 → 3'
}

test_review_text_has_no_controls() {
	LC_ALL=C sli review week.sli >out
	has_no_controls out
	has out 'search 6 \\xe2\\x86\\x92 3'
}

# ---- what a person sees ----

# look NAME WIDTH SCHEME MEDIA: of page.html, in NAME.json.
look() {
	browser_open "$scratch/page.html" "$2" "$3" "$4"
	browser_run "$page" >"$1.json"
	# Nothing is beside the page, too pale, too small, or on something else.
	same '[] [] [] [] []' "$(jq -r '"\(.sticking) \(.pale) \(.small) " +
	    "\(.collisions) \(.outside)"' "$1.json")"
	jq -e '.scroll <= .inner and .scripts == 0 and .lang == "en"' \
	    "$1.json" >/dev/null
}

# Charts with something in them, of a size that can be seen.
charts_are_drawn() {
	same "$(printf 'budget\nerrors\nlatency\n%.0s' 1 2 3 4)" \
	    "$(jq -r '.charts[].kind' "$1.json")"
	jq -e '[.charts[] | .width > 200 and .height > 150 and .marks >= 3 and
	    (.kind == "errors" or .line > 0.98 * .width) and .spans >= 1 and .changes == 4 and
	    (.ticks | length >= 8) and (.label | length == 2) and
	    (.label[1] | length > 30)] | all' "$1.json" >/dev/null || {
		jq -c .charts "$1.json"
		return 1
	}
}

page_on_a_desk() {
	look desk 1280 light screen
	charts_are_drawn desk
	same '4 objectives' "$(jq -r '.tables[] | select(.name == "Objectives") |
	    "\(.rows | length) objectives"' desk.json)"
	same "$(number '.alerts | length') $(number '.outages | length') 4 1" \
	    "$(jq -r '[.tables[] | select(.name != "Objectives") |
	    .rows | length] | join(" ")' desk.json)"
	same true "$(jq '[.tables[].scopes] | all' desk.json)"
	has desk.json 'deploy: checkout 1.4.2 \(3m before' \
	    'seen by 2 pages, 2 tickets, 1 micro-outage' \
	    '<new & \\"fast\\"> cart \| on'
	# No two states have the same shape, and each has its word.
	same true "$(jq '[.states[] | unique] | unique |
	    (map(.[0]) | length) == (map(.[1]) | unique | length)' desk.json)"
}

page_on_a_phone() {
	look phone 375 light screen
	charts_are_drawn phone
	# Rows are cards there, and nothing of them is missing.
	same "$(jq -c '[.tables[].rows | length]' desk.json)" \
	    "$(jq -c '[.tables[].rows | length]' phone.json)"
	has phone.json 'ACTUAL' '99.760%' 'How to read this'
}

page_in_the_dark() {
	look dark 375 dark screen
	[ "$(jq .background dark.json)" != "$(jq .background phone.json)" ]
	look darkdesk 1280 dark screen
}

page_on_paper() {
	look paper 760 dark print
	charts_are_drawn paper
	same '"rgb(255, 255, 255)"' "$(jq .background paper.json)"
	browser_ask "$session/print" '{"background": true}' |
	    jq -er .value | base64 -d >paper.pdf
	[ "$(head -c 5 paper.pdf)" = %PDF- ]
}

if browser_start; then
	sli review --html=page.html week.sli
	for seen in page_on_a_desk page_on_a_phone page_in_the_dark \
	    page_on_paper; do
		check "test_review_$seen" "$seen"
	done
	browser_stop
else
	echo '[  SKIPPED ] 4 test(s): no chromium with chromedriver; make deps'
fi
check_all test_review.sh
