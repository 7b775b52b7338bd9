#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `sli show` and a piped `sli top` print of a file whose counts are known.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh

known known.sli

# json FILTER COMMAND...: what jq makes of its output.
json() {
	filter=$1
	shift
	"$@" --json | jq -r "$filter"
}

test_show_file_tells_of_the_file() {
	status 0 sli show known.sli
	has out '^File +known.sli$' '^Made .*Z, .* ago, by libsli [0-9.]+$' \
		'^Processes +0 have it open; opened 2 times$' \
		'^Places +4 of 64 indicators, 2 of 64 SLOs$' \
		'^History +1s x 128, 10s x 384, 5m x 900, 2h x 400$' \
		'^Latencies +10s x 8, 1m x 12, 10m x 8$' \
		'^[0-9T:-]+Z +[0-9]+ created '
	same "$(date -u +%Y-%m-%d)" "$(sed -n 's/^Made *\([^T]*\)T.*/\1/p' out)"
}

test_show_file_prints_tables() {
	status 0 sli show known.sli --window 1h
	has out '^~legacy +[0-9.]+ +100 +0 +0 +- +- +- +- +0$' \
		'^~checkout\{region="eu"\} +[0-9.]+ +99\.900 +1 +50 +10\.1ms +10\.1ms +101ms +1\.01s +3$' \
		'^~checkout\{region="us"\} +[0-9.]+ +100 +0 +0 +20\.2ms +20\.2ms +20\.2ms +20\.2ms +0$' \
		'^~search +[0-9.]+ +100 +0 +0 +5\.05ms ' \
		'^~checkout-fast .* 90\.0% +0\.10 +0\.10 ok ' \
		'^~search-up .* 100% +0\.00 +0\.00 ok +- +never$' \
		'^~ inactive'
}

test_show_json_counts_exactly() {
	same '999 1 50 5 9 3 false' "$(json '.indicators[] |
		select(.labels.region == "eu") | [.total.good, .total.bad,
		.total.shed, .total.ignored, .total.slow[0], .in_flight,
		.active] | join(" ")' sli show known.sli)"
	same '999 1 3600000000000' "$(json '.indicators[] |
		select(.labels.region == "eu").window |
		[.good, .bad, .window_ns] | join(" ")' \
		sli show known.sli --window 1h)"
	same '990 10 1000 0.9 0.9 ok' "$(json '.slos[] |
		select(.name == "checkout-fast") |
		[.budget.good, .budget.bad, .budget.total, .budget.remaining,
		.objective, .page] | join(" ")' sli show known.sli)"
}

test_show_json_latency_is_the_buckets_of_the_recorded() {
	json '.indicators[0].windows[] | select(.window_ns == 3600000000000) |
		.latency_good | [.count, .p50_ns, .p95_ns, .p99_9_ns] | @sh' \
		sli show known.sli 'checkout{region="eu"}' >out
	read -r count p50 p95 p999 <out
	same 999 "$count"
	# Within the 1/64 that precision_bits of 7 promises.
	[ "$p50" -ge 10000000 ]
	[ "$p50" -le 10160000 ]
	[ "$p95" -ge 100000000 ]
	[ "$p95" -le 101600000 ]
	[ "$p999" -ge 1000000000 ]
	[ "$p999" -le 1016000000 ]
	same 'null' "$(json '.indicators[0].windows[] |
		select(.window_ns == 21600000000000).latency_good' \
		sli show known.sli search)"
}

test_show_indicator_tells_all_of_it() {
	status 0 sli show known.sli 'checkout{region="eu"}' --window 1h
	has out '^Indicator checkout\{region="eu"\} \(inactive' \
		'^ +what the tests count$' '^ +3 in flight, 0 late' \
		'^ +1h +999 +1 +50 +5 +9 +99\.900 ' \
		'^ +ever +999 +1 +50 +5 +9 +99\.900 +- +-$' \
		'^ +WINDOW GOOD BAD SHED IGNORED >300ms ' \
		'^ +1h +999 10\.1ms 10\.1ms +101ms +101ms +1\.01s ' \
		'^ +10\.0ms +15\.0ms +900 +90\.090 +90\.090 █{30}$' \
		'^ +100ms +150ms +90 +9\.009 +99\.099 ███$' \
		'^ +1\.00s +1\.50s +9 +0\.900 +100 ▎$'
	same 1 "$(grep -c ^Indicator out)"
}

test_show_without_utf8_draws_in_ascii() {
	LC_ALL=C status 0 sli show known.sli 'checkout{region="eu"}' \
		--window 1h
	has out '^ +10\.0ms +15\.0ms +900 +90\.090 +90\.090 #{30}$' \
		'^ +1\.00s +1\.50s +9 +0\.900 +100 #$'
	LC_ALL=C status 0 sli show known.sli checkout-fast
	has out '^ +Budget +\[#{36}-{4}\] 90\.0% left$'
	lacks out '[^ -~]'
}

test_show_bare_name_means_every_label_set() {
	status 0 sli show known.sli checkout
	same 2 "$(grep -c ^Indicator out)"
	same 'eu us' "$(json '[.indicators[].labels.region] | sort |
		join(" ")' sli show known.sli checkout)"
}

test_show_slo_tells_all_of_it() {
	status 0 sli show known.sli checkout-fast
	has out '^SLO checkout-fast \(inactive' \
		'Objective 90 % of checkout\{region="eu"\} good within 300ms, over 30d$' \
		'Events +990 good, 10 bad of 1000: 99\.000 % good$' \
		'Sheds +nothing' \
		'^ +burn rate .* 0\.10 +0\.10$' \
		'^ +page +dropped +14\.4 +1h ' '^ +ticket +ok +1 +3d '
	same 'true false' "$(json '[.slos[0].alerts[0].dropped,
		.slos[0].alerts[3].dropped] | join(" ")' \
		sli show known.sli checkout-fast)"
	json '.slos[0].alerts[0].reason' sli show known.sli checkout-fast >out
	has out '[a-z]{3}'
}

# checkout has been good for two hours, but for 12 s an hour ago, 20 % bad from
# 20 to 15 minutes ago, and nothing but bad for the last 10 s.
story() {
	"$recorder" "$1" indicator bank '' indicator checkout eu depends bank \
		slo checkout-up 0.999 \
		method timeslices 60 slo checkout-minutes 0.99 \
		method ratio 60 calendar month Europe/Berlin \
		slo checkout-month 0.99 \
		method occurrences 0 calendar quarter '' \
		slo checkout-quarter 0.95 \
		spread 7200 3600 100 0 spread 3600 3588 0 100 \
		spread 3588 1200 100 0 spread 1200 900 80 20 \
		spread 900 10 100 0 spread 10 0 0 100 \
		ago 1300 annotate deploy 'checkout 1.4.2' \
		ago 20 retries bank-retries 340 17
}
story story.sli

test_show_slo_tells_its_method_and_period() {
	status 0 sli show story.sli checkout-up
	has out '^  Method    occurrences: each event counts$' \
		'^  Period    rolling, since 20[0-9-]+T[0-9:]+Z$' \
		'^  Depends   bank$'
	status 0 sli show story.sli checkout-minutes
	has out '^  Objective 99 % of slices of checkout\{region="eu"\} ' \
		'^  Method    time slices of 1m, good if 95 % of events are$' \
		'^  Slices    11[0-9] good, [5-9] bad of 1[12][0-9]: 9.* % good, [0-2] without data$'
	status 0 sli show story.sli checkout-month
	has out '^  Method    ratio time slices: each 1m counts by its share of good events$' \
		'^  Period    calendar: month in Europe/Berlin, [0-9dhms]+ left$' \
		'^ +from 20[0-9-]+-01T00:00:00\+0[12]:00  \(20[0-9-]+T2[23]:00:00Z\)$' \
		'^ +to   20[0-9-]+-01T00:00:00\+0[12]:00  \(20[0-9-]+T2[23]:00:00Z\)$' \
		'^  Slices    [0-9]+\.[0-9]{3} good, [0-9]\.[0-9]{3} bad of [0-9]+\.[0-9]{3}: '
	status 0 sli show story.sli checkout-quarter
	has out '^  Period    calendar: quarter in UTC, ' \
		'^ +from 20[0-9]{2}-(01|04|07|10)-01T00:00:00Z$'
}

test_show_json_tells_method_and_period() {
	json '.slos[0] | [.method, .slices.length_ns, .slices.objective,
		.slices.unit, .period.kind, .period.time_zone,
		.period.count, .depends[0]] | join(" ")' \
		sli show story.sli checkout-minutes >out
	same 'timeslices 60000000000 0.95 1 rolling  1 bank' "$(cat out)"
	same 'ratio_timeslices 1000000000 month Europe/Berlin' \
		"$(json '.slos[0] | [.method, .slices.unit, .period.kind,
		.period.time_zone] | join(" ")' \
		sli show story.sli checkout-month)"
	same 'occurrences null UTC' "$(json '.slos[0] | [.method,
		(.slices | tostring), .period.time_zone] | join(" ")' \
		sli show story.sli checkout-quarter)"
}

test_show_slo_tells_outages_and_the_log() {
	status 0 sli show story.sli checkout-quarter
	has out '^  Outages   none now; looked for in each 1s, over 50 % bad or silent$' \
		'^ +the last was at 20.*Z, for [5-9]s$' \
		'^  20.*Z OUTAGE - +- +20\.0 +[0-9.]+% +- cut off$' \
		'^  20.*Z OUTAGE - +12s +20\.0 +[0-9.]+% +0s$'
	"$recorder" few.sli indicator few '' slo few-up 0.9 spread 300 0 2 0
	status 0 sli show few.sli few-up
	has out '^  Outages   the rule rests: (2|1\.9[0-9]) events per 1s in the last 5m, below 10$' \
		'^  page of 14\.4: dropped: it can never fire, since 14\.4 times '
	same 'ok false 0.5 10 true' "$(json '.slos[0].outage | [.state,
		.at_work, .ratio, .min_events, (.reason | length > 20)] |
		map(tostring) | join(" ")' sli show few.sli few-up)"
	# A terminal has 80 columns.
	same '' "$(sed -n '/dropped:/,$p' out | awk 'length > 79')"
	status 0 sli show story.sli
	has out '^20.*Z checkout-quarter +OUTAGE '
}

test_show_heads_stand_over_their_columns() {
	status 0 sli show known.sli checkout-fast
	has out '^  ALERT +STATE +FACTOR +LONG +BURN SHORT +BURN MIN EVENTS MIN BAD AFTER$' \
		'^  ticket ok +3 +1d +[<0-9.]+ +2h +[<0-9.]+ '
}

test_show_own_alerts_tell_when_they_fire() {
	"$recorder" own.sli indicator checkout '' alert 10 3600 1800 \
		slo checkout-own 0.99 spread 1000 0 50 50
	status 0 sli show own.sli checkout-own
	has out '^  page +pending +10 +1h +1[0-9.]+ +5m +[45][0-9.]+ .* 30m$' \
		'^  page of 10: pending since 20.*Z$'
	same '1 1800000000000 true' "$(json '.slos[0].alerts |
		[length, .[0].after_ns, .[0].pending_ns > 0] |
		map(tostring) | join(" ")' sli show own.sli checkout-own)"
}

test_show_retry_budget_tells_its_share() {
	status 0 sli show story.sli bank-retries --window 1h
	has out '^  In the last 1h: 340 requests, 17 retries \(5 % of them\), 0 refused$'
	status 0 sli show story.sli bank
	lacks out 'requests'
}

test_show_indicator_tells_what_it_depends_on() {
	status 0 sli show story.sli checkout
	has out '^  Depends   bank$'
	same bank "$(json '.indicators[0].depends[0]' sli show story.sli checkout)"
	status 0 sli show story.sli bank
	lacks out Depends
}

test_alerts_lists_what_was() {
	status 0 sli alerts story.sli
	has out '^20.*Z, ([0-9]+ fires?|nothing fires) now$' \
		'^START +SLO +WHAT +WINDOWS LENGTH +PEAK +COST RESET$' \
		'^20.*Z checkout-up +PAGE +1h 5m ' \
		'^20.*Z checkout-up +OUTAGE - +12s +1000 +[0-9.]+% +0s$' \
		'^cut off: the processes ended first'
	status 0 sli alerts story.sli checkout-quarter
	has out '^20.*Z, ([0-9]+|nothing) of checkout-quarter fires? now$'
	same 2 "$(grep -c OUTAGE out)"
	lacks out checkout-up
	# What has an end is in the order of its begin, the newest first.
	json '[.alerts[] | select(.firing | not).number] |
		. == (sort | reverse)' sli alerts story.sli >out
	same true "$(cat out)"
	same 'checkout-quarter outage ticket false 12000000000 20' "$(json '
		[.alerts[] | select(.end_ns != 0)] | last | [.slo, .kind,
		.severity, .firing, .end_ns - .start_ns, .peak_burn] |
		map(tostring) | join(" ")' sli alerts story.sli \
		checkout-quarter)"
}

test_alerts_of_an_empty_log_says_so() {
	status 0 sli alerts known.sli
	has out '^20.*Z, no alert and no micro-outage so far$'
	same 1 "$(wc -l <out)"
	same 0 "$(json '.alerts | length' sli alerts known.sli)"
	status 0 sli alerts known.sli search-up
	has out 'Z, no alert and no micro-outage of search-up so far$'
	status 1 sli alerts known.sli nobody
	has err '^sli: known.sli has no SLO "nobody"; there is .*search-up'
	status 3 sli alerts absent.sli
	status 2 sli alerts
}

fires() {
	[ "$(json '[.alerts[] | select(.firing).kind] | unique | join(" ")' \
		sli alerts "$1")" = "$2" ]
}

test_alerts_begins_with_what_fires() {
	service firing.sli indicator search '' slo search-up 0.9 \
		indicator checkout '' slo checkout-up 0.999 \
		spread 3000 2990 0 100 spread 2990 3 100 0 say ready fail 5
	await fires firing.sli 'burn outage'
	status 0 sli alerts firing.sli
	has out '^20.*Z, [2-9] fire now$' ' OUTAGE - +[0-9]+s .* fires$'
	same PAGE "$(awk '/^START/ { getline; print $3 }' out)"
	status 0 sli top firing.sli
	has out '^ checkout-up .* PAGE OUTAGE '
	status 0 sli show firing.sli checkout-up
	has out '^  Outages   UNDER WAY since 20.*Z, for [0-9]+s$'
	kill_background
}

test_show_in_use_is_active() {
	known used.sli
	service used.sli indicator search '' say ready wait
	same '1 true false' "$(json '[.file.process_count, (.indicators |
		(map(select(.name == "search")) + map(select(
		.name == "legacy")))[].active)] | join(" ")' \
		sli show used.sli)"
	status 0 sli show used.sli
	has out '^ search ' '^~legacy ' '^Processes +1 have'
	kill_background
}

test_show_unknown_name_says_no() {
	status 1 sli show known.sli nobody
	has err '^sli: known.sli has no indicator and no SLO "nobody"$'
	status 1 sli show known.sli 'checkout{region="xx"}'
	status 2 sli show known.sli 'checkout{region'
	has err 'accepted: name or name\{label="value",...\}'
}

# A budget of five days' good events, and an hour in which all was bad.
test_show_tells_who_is_paged_and_what_is_shed() {
	service burning.sli indicator checkout eu slo checkout-up 0.99 \
		ago 500000 count good 1000000 ago 3000 count bad 40000 \
		ago 200 count bad 20000 ago 20 count bad 3000 \
		ago 12 count bad 3000 ago 8 count bad 3000 ago 4 count bad 3000 \
		ago 2 count bad 3000 ago 1 count bad 3000 say ready loop 20
	await sheds burning.sli
	status 0 sli top burning.sli --window 1h
	has out '^ checkout-up +\[·+\] +-[0-9]+% .* PAGE( OUTAGE)? +(sheddable|critical)\+? [0-9]+% +spent$'
	status 0 sli show burning.sli checkout-up
	has out '^ +page +FIRING +14\.4 +1h ' '^ +ticket FIRING +1 +3d ' \
		'^ +Sheds +sheddable [0-9.]+%.*; judged ' '^ +Lasts +spent$' \
		'^ +Budget +\[·{40}\] -[0-9]+% left$'
	same 'firing firing 0' "$(json '.slos[0] | [.page, .ticket,
		.budget.exhausted_in_ns] | join(" ")' sli show burning.sli)"
	kill_background
}

sheds() {
	[ "$(json '.slos[0].verdict.shed_probability.sheddable > 0' \
		sli show "$1")" = true ]
}

test_top_piped_prints_one_table() {
	status 0 sli top known.sli --window 1h --sort bad
	has out '^~checkout\{region="eu"\} +[0-9.]+ +99\.900 +1 +50 ' \
		'windows of the last 1h$'
	has_no_controls out
	same '~checkout{region="eu"}' \
		"$(sed -n '/^INDICATOR/{n;s/ .*//p}' out)"
	status 0 sli top known.sli --sort name --reverse --once
	same '~search ~legacy ~checkout{region="us"} ~checkout{region="eu"} ' \
		"$(sed -n '/^INDICATOR/,/^$/s/^\(~[^ ]*\) .*/\1/p' out |
		    tr '\n' ' ')"
}

test_files_that_cannot_be_read_are_told() {
	status 3 sli show absent.sli
	has err '^sli: absent.sli: [a-z]'
	same 1 "$(wc -l <err)"
	status 3 sli top absent.sli --json
	same ENOENT "$(jq -r .error.status out)"
	: >empty.sli
	status 3 sli show empty.sli
	echo 'no registry at all, but some text that is long enough' >text.sli
	status 3 sli show text.sli --json
	jq -e '.error.message | length > 10' out
	mkdir directory.sli
	status 3 sli top directory.sli
	head -c 5000 known.sli >short.sli
	status 3 sli show short.sli
}

test_usage_errors_exit_with_two() {
	for words in '' 'shew known.sli' show 'show known.sli a b' \
	    'show --once known.sli' 'top known.sli --window 0s' \
	    'top known.sli --window 10' 'top known.sli --window ten' \
	    'top known.sli --sort colour' 'top known.sli --interval 1us' \
	    'top --what known.sli' 'top known.sli --window' \
	    'rm known.sli search' 'help nothing'; do
		# Words, as they are typed.
		# shellcheck disable=SC2086
		status 2 sli $words
		has err '^sli: '
		# shellcheck disable=SC2086
		status 2 sli --json $words
		jq -e '.error.status == "EINVAL"' out
	done
}

test_help_names_every_command() {
	status 0 sli help
	for name in top show alerts explain signals check repair rm \
	    reset-budget exclude include correct annotate validate \
	    export-rules replay review export hlog help; do
		has out "^  $name "
		status 0 sli help "$name"
		has out "^sli $name" --json
		status 0 sli "$name" --help
		has out "^sli $name"
		status 0 sli help
	done
	has out '^Exit status' '^  3 ' '^Look into a file$' '^Definitions$'
	status 0 sli --version
	has out '^sli [0-9]+\.[0-9]+\.[0-9]+$'
	same "$(sed 's/sli //' out)" "$(json .version sli --version)"
	same 20 "$(json '.commands | length' sli help)"
}

# Clear the screen, set its title, ring, and a C1 control as UTF-8.
hostile=$(printf 'a\033[2J\033]0;owned\007\302\233mz')

test_hostile_path_is_shown_harmless() {
	cp known.sli "$hostile"
	status 0 sli show "$hostile"
	has_no_controls out
	has out '^File +a\\x1b\[2J\\x1b\]0;owned\\x07\\xc2\\x9bmz$'
	status 0 sli show "$hostile" --json
	has_no_controls out
	lacks out '[^ -~]'
	same "$hostile" "$(jq -r .file.path out)"
	rm "$hostile"
	status 3 sli show "$hostile"
	has_no_controls err
	status 1 sli show known.sli "$hostile"
	has_no_controls err
}

test_hostile_label_turns_no_line_around() {
	"$recorder" bidi.sli indicator evil \
		"$(printf 'a\342\200\256b\342\201\247c"\\d\303\244')" count bad 7
	status 0 sli show bidi.sli
	has out 'evil\{region="a\\xe2\\x80\\xaeb\\xe2\\x81\\xa7c\\"\\\\dä"\} '
	LC_ALL=C status 0 sli show bidi.sli
	has out 'c\\"\\\\d\\xc3\\xa4"\} '
	status 0 sli show bidi.sli "$(jq -rn '"evil{region=\"a\u202eb\u2067c" +
		"\\\"\\\\d\u00e4\"}"')"
}

# A name that the library would not have taken, written into the file: it may
# be refused, or shown, but never as it is.
test_hostile_bytes_in_the_file_are_never_shown() {
	"$recorder" patched.sli indicator innocent harmless count bad 7
	for text in innocent harmless; do
		cp patched.sli evil.sli
		LC_ALL=C grep -abo "$text" evil.sli | cut -d: -f1 >places
		[ -s places ]
		while read -r place; do
			printf '\033[2Jx\007\377' | dd of=evil.sli bs=1 \
				seek="$place" conv=notrunc 2>dd.log
		done <places
		for command in 'show evil.sli' 'top evil.sli' 'check evil.sli' \
		    'show evil.sli --json'; do
			# Words, as they are typed.
			# shellcheck disable=SC2086
			sli $command >out 2>err || [ $? -ne 2 ]
			has_no_controls out
			has_no_controls err
		done
	done
}

test_output_that_cannot_be_written_is_told() {
	[ -e /dev/full ] || return 0
	result=0
	sli show known.sli >/dev/full 2>err || result=$?
	same 3 "$result"
	has err 'cannot write'
}

check_all test_show.sh
