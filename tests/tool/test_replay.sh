#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sli replay, as one calls it. SLI_TEST_SCALE (percent) scales the long log of
# 200,000 lines; 5000 is ten million.
set -u
cd "$(dirname "$0")/../.."
. tests/tool/common.sh
requests=$BUILD/tests/tool/requests
lines=$((2000 * ${SLI_TEST_SCALE:-100}))

# replay WORD...: its document in out, without what differs by chance
replay() {
	status 0 sli replay --json --objective 99.9 --threshold 300ms "$@"
}

# A log of JSON from standard input: time (s behind 1695305600), status, ms.
events() {
	awk '{ printf "{\"ts\":%d,\"status\":%d,\"latency_ms\":%s}\n",
		1695305600 + $1, $2, $3 }'
}

# steady FROM TO N STATUS MS: N a second in [FROM, TO)
steady() {
	awk -v from="$1" -v to="$2" -v n="$3" -v status="$4" -v ms="$5" '
	BEGIN {
		for (s = from; s < to; s++)
			for (i = 0; i < n; i++)
				print s, status, ms
	}'
}

# lines FILE...: "lines used malformed late outside" of the document in out
counts() {
	jq -r '"\(.lines) \(.used) \(.malformed) \(.late) \(.outside)"' out
}

test_replay_of_a_long_log_is_what_counting_gives() {
	"$requests" csv "$lines" 90000 >long.csv
	"$requests" count 300000 3600 <long.csv >counted
	replay --period 1h long.csv
	jq -r '.requests[0] as $r | .slos[0] as $s | [$r.good + $r.bad,
		$r.good, $r.bad, $r.slow[0].count] | join(" ")' out >replayed
	same "$(cut -d' ' -f1-4 counted)" "$(cat replayed)"
	same "$lines $lines 0 0 0" "$(counts)"
	# Quantiles are in the exact one's bucket, of 1.6 %. What is left of
	# the last hour's budget: of 3600 s, a slot is 10 s.
	read -r _ _ _ _ p50 p99 window bad <counted
	jq -e --argjson p50 "$p50" --argjson p99 "$p99" '
		def near($us): . >= $us * 1000 and . <= $us * 1016 + 1000;
		.requests[0].good_latency |
			(.p50_ns | near($p50)) and (.p99_ns | near($p99))' out
	jq -e --argjson n "$window" --argjson bad "$bad" '
		(1 - $bad / (0.001 * $n)) as $left | .slos[0].remaining |
			. - $left | fabs < 0.01 * (1 - $left) + 0.01' out
}

test_replay_of_every_format_gives_the_same() {
	for format in json csv common combined; do
		"$requests" "$format" 20000 90000 >log.$format
		replay log.$format
		jq -S 'del(.slos[].budget)' out >doc.$format
		cmp doc.json doc.$format
		jq -e '.alerts | length > 0' out
		status 0 sli replay --json --format $format --objective 99.9 \
			--threshold 300ms log.$format
		jq -S 'del(.slos[].budget)' out | cmp - doc.json
	done
}

test_replay_of_gzip_pipes_and_parts_gives_the_same() {
	"$requests" json 20000 90000 >whole
	replay whole
	cp out expected
	gzip -k whole
	replay whole.gz
	cmp out expected
	sli replay --json --objective 99.9 --threshold 300ms - <whole >out
	cmp out expected
	gzip -c whole | cat | sli replay --json --objective 99.9 \
		--threshold 300ms - >out
	cmp out expected
	# Two hosts; files in the wrong order; gzip files joined.
	awk 'NR % 2' whole >even
	awk '(NR + 1) % 2' whole | gzip >odd.gz
	replay odd.gz even
	jq 'del(.slos[].budget)' out >merged
	jq 'del(.slos[].budget)' expected | cmp - merged
	head -n 10000 whole | gzip >first.gz
	tail -n +10001 whole >second
	replay second first.gz
	cmp out expected
	gzip -c second | cat first.gz - >joined.gz
	replay joined.gz
	cmp out expected
}

test_replay_of_lines_that_are_wrong_says_which_and_why() {
	{
		echo '{"time":"2023-10-02T00:00:00Z","status":200,"duration_ms":1}'
		echo '{"time":"2023-10-02T00:00:00Z","status":200'
		echo '[1,2]'
		echo
		echo '{"time":"2023-02-30T00:00:00Z","status":200,"duration_ms":1}'
		echo '{"time":1696204800,"status":"abc","duration_ms":1}'
		echo '{"time":1696204800,"status":200,"duration_ms":-1}'
		echo '{"time":1696204800,"duration_ms":1}'
		echo '{"status":200,"duration_ms":1}'
		echo '{"time":1696204800,"status":200}'
		echo '{"time":1696204800,"status":502}'
		echo '{"time":1696204800,"status":200,"duration_ms":1} x'
		printf '{"time":1696204800,"status":200,"duration_ms":"\377"}\n'
		echo '{"time":"2199-01-01","status":200,"duration_ms":1}'
		printf '{"time":1696204801,"status":200,"duration_ms":1}'
	} >log
	replay log
	same '14 2 12 0 0' "$(counts)"
	has err '^sli: 85.714% of lines could not be used'
	same '2 3 5 6 7' "$(jq -r '[.problems[].line] | join(" ")' out)"
	same 2 "$(jq '.requests[0].good' out)"
	status 0 sli replay --threshold 300ms log
	has out '^  log:2: no JSON: ' '^  log:3: no JSON object' \
		'^  log:5: "2023-02-30T00:00:00Z" is no time' \
		'^  log:6: the status "abc" is no whole number' \
		'^  log:7: the duration "-1" is no number of 0 or more' \
		'^14 lines, .* \(2s\)' \
		'^85.714% of lines could not be used: what is below is of the rest$'
	for each in '8 no status' '9 no time' '10 no duration .*; --duration-key' \
	    '11 no duration' '12 no JSON: ' '13 no JSON: ' '14 .*future'; do
		sed -n "1p;${each%% *}p" log >one
		replay one
		same '2 1 1 0 0' "$(counts)"
		jq -r '.problems[].message' out >message
		has message "${each#* }"
	done
}

# Failures often have no duration: neither kind may be preferred.
test_replay_without_durations_is_not_biased() {
	{
		echo 'time,status,duration_ms'
		awk 'BEGIN { for (i = 0; i < 300; i++) printf "%d,%d,%s\n",
			1696204800 + i, i % 3 ? 200 : 503, i % 2 ? 5 : "" }'
	} >log.csv
	replay log.csv
	same '300 150 150 0 0' "$(counts)"
	same '100 50' "$(jq -r '.requests[0] | "\(.good) \(.bad)"' out)"
	# Those that do not count need none, nor does anyone without a threshold.
	replay --ignore 'status=503' log.csv
	same '300 200 100 0 0' "$(counts)"
	status 0 sli replay --json --objective 99 log.csv
	same '300 300 0 0 0' "$(counts)"
	same '' "$(cat err)"
}

test_replay_of_one_percent_malformed_does_not_warn() {
	for bad in 1 2; do
		{ steady 0 $((100 - bad)) 1 200 5; } | events >log
		yes 'no JSON' | head -n "$bad" >>log
		status 0 sli replay --threshold 1s log
		cat out err >both
		[ "$bad" = 2 ] || lacks both 'could not be used: what'
		[ "$bad" = 1 ] || has both '^sli: 2.000?% of lines' '^2.000?%'
	done
}

test_replay_of_wrong_csv_and_common_logs_says_why() {
	cat >log.csv <<'END'
time;code;"took_ms";path
2023-10-01 00:00:00,500;200;1.5;"/a;b"
2023-10-01T00:00:01+02:00;200;1.5
2023-10-01T00:00:01;200;1.5;/;5
2023-10-01T00:00:01;200;1.5;"/"x
"2023-10-01 00:00:02";"503";"1e3";"two
lines ""quoted"""
2023-10-01T00:00:03Z;200;2;/
END
	replay --duration-key took_ms log.csv
	same '6 3 3 0 0' "$(counts)"
	same '3 columns, where the header has 4
more columns than the 4 of the header
column 4 has a stray quote' "$(jq -r '.problems[].message' out)"
	same 1 "$(jq '.requests[0].bad' out)"
	printf '\357\273\277time\tstatus\tlatency\r\n1696204800\t200\t3ms\r\n' \
		>log.tsv
	replay log.tsv
	same '1 1 0 0 0' "$(counts)"
	cat >log.common <<'END'
::1 - bob [10/Oct/2022:13:55:36 -0700] "GET /a HTTP/1.1" 200 5 0.1
::1 - bob [10/Oct/2022:13:55:36 -0700] "GET /a HTTP/1.1
::1 - bob [10/Okt/2022:13:55:36 -0700] "GET /a HTTP/1.1" 200 5 0.1
::1 - bob [10/Oct/2022:13:55:37 -0700] "-" 400 0 12
::1 - bob [10/Oct/2022:13:55:37 -0700] "\x16\x03" 400 0 rt=0.2 -
::1 - bob
END
	replay log.common
	same '6 1 5 0 0' "$(counts)"
	jq -r '.problems[].message' out >messages
	has messages 'word 5 begins with " and never ends' 'is no time' \
		'"12" has no unit; --duration-unit' 'no duration' 'no \[time\]'
	replay --duration-unit ms --duration-key 8 log.common
	same '6 2 4 0 0' "$(counts)"
	replay --duration-key rt log.common
	same '6 1 5 0 0' "$(counts)"
	same 2022-10-10T20:55:37Z "$(jq -r .from_at out)"
}

test_replay_reads_times_of_every_kind() {
	# All are the same second; those below are no times.
	cat >log <<'END'
time;status
2023-10-01T12:00:00Z;200
2023-10-01T12:00:00.999999999Z;200
2023-10-01t12:00:00z;200
2023-10-01 12:00:00;200
2023-10-01 12:00:00,123;200
2023-10-01T14:00:00+02:00;200
2023-10-01T17:45:00+0545;200
2023-10-01 07:00:00 -05;200
2023-10-01T11:59:60Z;200
1696161600;200
1696161600.25;200
1696161600999;200
1.6961616e9;200
1696161600000001;200
1696161600000000001;200
01/Oct/2023:05:00:00 -0700;200
END
	replay --threshold 1h --bad status=1 --duration-key status \
		--duration-unit ns log
	same '16 16 0 0 0' "$(counts)"
	same '2023-10-01T12:00:00Z 1000000000' \
		"$(jq -r '"\(.from_at) \(.to_ns - .from_ns)"' out)"
	while read -r time; do
		printf 'time;status\n%s;200\n1696161600;200\n' "$time" >log
		status 0 sli replay --json log
		same '2 1 1 0 0' "$(counts)"
	done <<'END'
2023-13-01T12:00:00Z
2023-02-29
2023-10-01T24:00:00Z
2023-10-01T12:60:00Z
2023-10-01T12:00:61Z
2023-10-01T12:00:00.Z
2023-10-01T12:00:00+2
2023-10-01T12:00:00+24:00
2023-10-01T12:00:00ZZ
1969-12-31T23:59:59Z
-5
1e99
1.7.9
01/Oct/2023:05:00:00
32/Oct/2023:05:00:00 -0700
noon
END
}

test_replay_reads_durations_of_every_kind() {
	for value in 1.5 '"1.5ms"' '"1500us"' '"1500µs"' '"1500000ns"' \
	    '"0.0015s"' 15e-1 '"0.00015e4"' 1.5000000000000000000000000001 \
	    0.00000000000000000000015e22 '"000001.50"'; do
		printf '{"ts":1695305600,"status":200,"took_ms":%s}\n' \
			"$value"
	done >log
	# Exactly: not one is above the threshold, and all are one below it.
	status 0 sli replay --json --duration-key took_ms \
		--threshold 1500000ns --threshold 1499999ns log
	same '11 0' "$(jq -r '.requests[0].slow |
		"\(.[0].count) \(.[1].count)"' out)"
	for value in -1 '""' '"x"' '"1.5 ms"' '"1h"' '"ms"' 1e400 '"1e"' \
	    true '"."'; do
		printf '{"ts":1695305600,"status":200,"took_ms":%s}\n' \
			"$value"
	done >log
	echo '{"ts":1695305600,"status":200,"took_ms":5}' >>log
	replay --duration-key took_ms log
	same '11 1 10 0 0' "$(counts)"
}

test_replay_of_nothing_usable_fails_and_says_why() {
	: >empty
	status 1 sli replay empty
	has err 'no line could be used'
	echo 'some text' >text
	status 1 sli replay text
	has err 'the first: neither JSON, a common log, nor a CSV header'
	printf 'a,b\n1,2\n' >log.csv
	status 1 sli replay log.csv
	has err 'no time \(as time, timestamp or the like\); --time-key'
	status 3 sli replay absent
	has err 'absent cannot be opened: '
	status 3 sli replay .
	"$requests" json 20000 90000 | gzip | head -c 100000 >cut.gz
	status 0 sli replay cut.gz
	has out 'cut.gz cannot be read to its end: .*unexpected end of file'
	head -c 70000 /dev/zero | tr '\0' x >wide
	echo >>wide
	"$requests" json 10 10 >>wide
	replay wide
	same '11 10 1 0 0' "$(counts)"
	has out 'longer than 65536 bytes'
}

test_replay_puts_lines_in_order_and_counts_those_too_late() {
	steady 0 300 2 200 5 | events >log
	echo '{"ts":1695305800,"status":500,"latency_ms":1}' >>log
	echo '{"ts":1695305840,"status":500,"latency_ms":1}' >>log
	replay log
	same '602 601 0 1 0' "$(counts)"
	replay --reorder 2m log
	same '602 602 0 0 0' "$(counts)"
	status 2 sli replay --reorder 1ms log
	awk 'NR % 20 == 0 { print > "late"; next } { print }' log >early
	cat early late | sli replay --objective 99.9 - >out
	has out 'is the log in order'
}

test_replay_takes_rules_keys_and_ranges() {
	cat >log <<'END'
{"t":{"end":1695305600},"http":{"code":200},"ms":5,"path":"/a?x","ok":true}
{"t":{"end":1695305601},"http":{"code":499},"ms":5,"path":"/a","ok":true}
{"t":{"end":1695305602000},"http":{"code":429},"ms":5,"path":"/b","ok":false}
{"t":{"end":1695305603},"http":{"code":500},"ms":5,"path":"/healthz?x"}
{"t":{"end":1695305604000000},"http":{"code":501},"ms":"5us","path":"/a"}
END
	keys='--time-key t.end --status-key http.code --duration-key ms
		--duration-unit ms'
	totals='.requests[0] | "\(.good) \(.bad) \(.shed) \(.ignored)"'
	# shellcheck disable=SC2086
	set -- $keys
	replay "$@" log
	same '3 2 0 0' "$(jq -r "$totals" out)"
	replay "$@" --ignore '/health*' --shed status=429 log
	same '2 1 1 1' "$(jq -r "$totals" out)"
	replay "$@" --bad 'status>=500' --bad status=499 log
	same '2 3 0 0' "$(jq -r "$totals" out)"
	replay "$@" --bad ok=false log
	same '4 1 0 0' "$(jq -r "$totals" out)"
	replay "$@" --bad ok!=true --ignore path=/a log
	same '0 2 0 3' "$(jq -r "$totals" out)"
	replay "$@" --from 2023-09-21T14:13:21Z \
		--to 2023-09-21T14:13:23Z log
	same '5 2 0 0 3' "$(counts)"
	replay "$@" --group-by path log
	same '/a /b /healthz' "$(jq -r '[.requests[].group] | join(" ")' out)"
	same '99.9-300ms:_a 99.9-300ms:_b 99.9-300ms:_healthz' \
		"$(jq -r '[.slos[].name] | join(" ")' out)"
}

test_replay_by_many_groups_joins_the_last() {
	awk 'BEGIN { for (i = 0; i < 100; i++) printf \
	    "{\"ts\":%d,\"status\":200,\"host\":\"h%d\"}\n", 1695305600 + i, i }' \
		>log
	status 0 sli replay --json --objective 99 --group-by host log
	same 64 "$(jq '.requests | length' out)"
	same '(other) 37' "$(jq -r '.requests[63] |
		"\(.group) \(.good)"' out)"
}

test_replay_of_an_outage_tells_its_alerts() {
	{
		steady 0 7200 10 200 5
		steady 7200 7500 10 503 5
		steady 7500 14400 10 200 5
	} | events >log
	replay log
	jq -r '.alerts[] | select(.severity == "page" and .kind == "burn") |
		"\(.start_ns / 1e9 - 1695305600 - 7200 | . > 0 and . < 300) " +
		"\(.bad) \(.end_ns > .start_ns)"' out >pages
	same 'true 3000 true
true 3000 true' "$(cat pages)"
	jq -e '.slos[0] | .bad == 3000 and .pages == 2 and .remaining < 0' out
	cp out out.json
	# A record is the same in every document.
	status 0 sli replay --objective 99.9 --save alike.sli log
	jq -c '.alerts[0] | keys' out.json >keys
	sli alerts alike.sli --json |
		jq -c '.alerts[0] | del(.firing) | keys' | cmp - keys
	sli review --objective 99.9 --json log |
		jq -c '.alerts[0], .outages[0] | select(. != null) |
			del(.length_ns, .woke, .verdict) | keys' | uniq | cmp - keys
	jq -e '[.slos[0].budget[].remaining] |
		.[0] == 1 and min == .[-1] or min < .[-1]' out.json
}

test_replay_of_ten_seconds_tells_a_micro_outage() {
	{
		steady 0 1800 20 200 5
		steady 1800 1810 20 503 5
		steady 1810 3600 20 200 5
		# Ten seconds of silence; those that came meanwhile hung.
		steady 3610 3611 20 200 9500
		steady 3610 5400 20 200 5
	} | events >log
	status 0 sli replay --json --objective 99.9 log
	jq -r '.alerts[] | select(.kind == "outage") |
		"\(.onset_ns / 1e9 - 1695305600) \(.silent)"' out >outages
	same '1800 false
3600 true' "$(cat outages)"
}

test_replay_of_candidates_shows_which_the_past_supports() {
	"$requests" json 50000 90000 >log
	status 0 sli replay --json --period 1d log
	same '0.99 0.995 0.999 0.9995 0.9999' \
		"$(jq -r '[.slos[].objective] | join(" ")' out)"
	jq -e '[.slos[].remaining] | . == (sort | reverse)' out
	jq -e '.slos[0].judged > 0 and .slos[0].met == .slos[0].judged and
		.slos[4].met == 0' out
	status 0 sli replay --objective 99 --objective 99.99 \
		--threshold 100ms --threshold 1s --period 1d log
	has out '^99-100ms +99 ' '^99.99-1s +99.99 .* never ' 'budget left$' \
		'^ *100% .*\|' '!!!'
	has_no_controls err
}

test_replay_by_the_calendar_judges_each_month() {
	# 60 days from 21 September on; failures are in the middle of October.
	"$requests" csv 20000 5184000 >log
	status 0 sli replay --json --objective 99 --objective 99.99 \
		--period month --time-zone Europe/Berlin log
	# October begins and ends at midnight in Berlin.
	awk -F, 'NR > 1 && $1 < 1698793200 {
		month = $1 < 1696111200 ? 9 : 10
		n[month]++
		bad[month] += $2 >= 500
	}
	END {
		for (m in n) {
			two += bad[m] <= n[m] / 100
			four += bad[m] <= n[m] / 10000
		}
		print "periods 2 " two
		print "periods 2 " four
	}' log >expected
	same "$(cat expected)" "$(jq -r '.slos[] |
		"\(.met_of) \(.judged) \(.met)"' out)"
	status 0 sli replay --objective 99 --period month log
	has out '^99 .* 2 of 2 '
	for zone in Mars/Olympus 'no zone'; do
		status 2 sli replay --period month --time-zone "$zone" log
		has err "^sli: --time-zone \"$zone\" is no"
	done
	status 2 sli replay --from 2023-10-02T00:00:00Z \
		--to 2023-10-01T00:00:00Z log
	has err '--from 2023-10-02T00:00:00Z is not before --to 2023-10-01T'
}

test_replay_with_a_definition_keeps_a_registry() {
	cat >shop.yaml <<'END'
version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(orders_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(orders_total[{{.window}}]))
    alerting: {name: Orders}
END
	"$requests" csv 20000 9000 >log
	status 0 sli replay --slo shop.yaml --save kept.sli log
	has out '^shop-orders +99.9 ' 'Kept in kept.sli'
	status 0 sli check kept.sli
	status 0 sli show kept.sli shop-orders
	has out 'shop-orders'
	status 2 sli replay --slo shop.yaml --save kept.sli log
	has err 'there is such a file'
	status 2 sli replay --slo shop.yaml --objective 99 log
	status 3 sli replay --slo absent.yaml log
	echo 'version: prometheus/v1' >wrong.yaml
	status 1 sli replay --slo wrong.yaml log
	has err 'wrong.yaml'
}

test_replay_refuses_options_that_say_nothing() {
	echo '{"ts":1695305600,"status":200}' >log
	for words in '--objective 0.999' '--objective 100' '--objective x' \
	    '--threshold 5' '--period 5' '--format xml' '--duration-unit h' \
	    '--bad status' '--bad =5' '--bad status>x' '--from yesterday' \
	    '--time-zone Europe/Berlin' '--from 2023-01-02T00:00:00Z --to 2023-01-01T00:00:00Z'; do
		# shellcheck disable=SC2086
		status 2 sli replay $words log
		name=${words%% *}
		has err "${name#--} |the rule "
	done
	status 2 sli replay
	status 0 sli help replay
	awk 'length > 80 { print "too wide: " $0; exit 1 }' out
}

test_replay_shows_progress_on_a_terminal_only() {
	"$requests" json 20000 90000 >log
	sli replay log >out 2>err
	[ ! -s err ]
	cat >run.sh <<'END'
#!/bin/sh
for i in 1 2 3 4 5 6 7 8; do cat log; sleep 0.1; done | sli replay --json - >out
END
	chmod +x run.sh
	script -qec ./run.sh typescript >/dev/null </dev/null
	has typescript '[0-9]k? lines, [0-9.k]+/s'
	jq -e '.lines == 160000' out
}

check_all test_replay.sh
