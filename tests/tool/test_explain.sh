#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `sli explain` and `sli signals` say of a service that has been failing
# for 20 minutes, after two good hours, and of files that hold no such thing.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh

# ticks FROM TO BAD: recorder's words for an event of each outcome, every 10 s,
# from so many seconds ago to so many.
ticks() {
	from=$1
	while [ "$from" -gt "$2" ]; do
		printf 'ago %s count good %s ' "$from" "$((100 - $3))"
		[ "$3" -eq 0 ] || printf 'count bad %s ' "$3"
		from=$((from - 10))
	done
}

# Words of recorder, which have no blanks in them.
# shellcheck disable=SC2046
"$recorder" failing.sli \
	indicator bank '' $(ticks 8400 1200 0) $(ticks 1200 0 40) \
	indicator cache '' \
	indicator payments eu depends bank \
	$(ticks 8400 1200 0) $(ticks 1200 0 20) slo payments-up 0.99 \
	indicator checkout '' depends payments depends cache \
	slo checkout-up 0.999 $(ticks 8400 1200 0) $(ticks 1200 0 20) \
	ago 1380 annotate deploy 'checkout 1.4.2' \
	ago 60 exemplar bad 12400000 4bf92f3577b34da6a3ce929d0e0e4736 \
	ago 60 exemplar good 3200 00f067aa0ba902b7 \
	ago 0 begin 3 \
	capacity 8 indicator pool '' begin 6 record good 10 5000

known known.sli

# json FILTER COMMAND...: what jq makes of its output.
json() {
	filter=$1
	shift
	"$@" --json | jq -r "$filter"
}

test_explain_says_what_matters_first() {
	status 0 sli explain failing.sli checkout-up
	same 1 "$(grep -nE '^checkout-up burns since [0-9: -]+ \((19|20|21) min.*\) at [0-9]+\.?[0-9]* times what its budget allows; ' out |
		cut -d: -f1)"
	has out '^It is 20[0-9: -]+ UTC; .* Counted by checkout\.$' \
		'^Page \(1 h and 5 min above 14\.4\) since ' \
		'^ +[0-9.]+ +[0-9.]+  bank, 2 calls away: burns, and did at the onset$' \
		'^ +[0-9.]+ +[0-9.]+  payments\{region="eu"\} \(payments-up\): burns, and did at the onset$' \
		'^ +0\.0 +0\.0  cache: no events$' \
		'^  [0-9: -]+  deploy checkout 1\.4\.2, [0-9]+ min.* before$' \
		'^  [0-9: -]+  bad   4bf92f3577b34da6a3ce929d0e0e4736  12\.4 s$' \
		'^  [0-9: -]+  good  00f067aa0ba902b7  3\.20 ms$'
	has_no_controls out
	# The worst first.
	same 'bank payments cache' "$(sed -n \
		's/^ *[0-9.]* *[0-9.]*  \([a-z]*\).*: [bn][uo].*/\1/p' out |
		tr '\n' ' ' | sed 's/ $//')"
}

test_explain_json_has_the_same() {
	same 'true page burn true' "$(json '[.burning, .record.severity,
		.record.kind, .record.end_at == null] | join(" ")' \
		sli explain failing.sli checkout-up)"
	same 'bank:2:null payments{region="eu"}:1:payments-up cache:1:null' \
		"$(json '[.dependencies[] | "\(.series):\(.depth):\(.slo)"] |
		join(" ")' sli explain failing.sli checkout-up)"
	same 'null null' "$(json '.dependencies[2] |
		"\(.burn_rate) \(.burn_rate_onset)"' \
		sli explain failing.sli checkout-up)"
	same 'deploy checkout 1.4.2 true' "$(json '.annotations[0] |
		"\(.kind) \(.text) \(.distance_ns < 0)"' \
		sli explain failing.sli checkout-up)"
	same '2 bad 12400000000 4bf92f3577b34da6a3ce929d0e0e4736' \
		"$(json '"\(.exemplars | length) \(.exemplars[0] |
		"\(.outcome) \(.latency_ns) \(.trace_id)")"' \
		sli explain failing.sli checkout-up)"
}

test_explain_of_what_does_not_burn() {
	status 0 sli explain known.sli search-up
	has out '^search-up has no alert under way, and burns at 0\.0 times ' \
		'^No dependencies are declared\.$' '^No changes are known' \
		'^No traces are kept'
	same 'false null' "$(json '"\(.burning) \(.record)"' \
		sli explain known.sli search-up)"
}

test_explain_in_a_plain_locale_is_plain() {
	sli annotate known.sli "$(printf 'caf\303\251')" >/dev/null
	LC_ALL=C status 0 sli explain known.sli search-up
	has out 'deploy caf\\xc3\\xa9, '
}

test_explain_refuses_what_is_not_there() {
	status 1 sli explain known.sli nothing
	has err 'known.sli has no SLO "nothing"'
	status 2 sli explain known.sli
	status 2 sli explain known.sli a b
	status 2 sli explain known.sli a --window 1m
	has err 'takes no --window'
	status 3 sli explain nowhere.sli a
	same ENOENT "$(json .error.status sli explain known.sli nothing)"
}

test_signals_prints_all_four() {
	status 0 sli signals failing.sli --window 5m
	has out '^INDICATOR +RATE/s +ERRORS +P50 +P90 +P99 +INFL CAPACITY +SATUR$' \
		'^bank +[0-9.]+ +(40|39)[.0-9]* +- +- +- +0 +- +-$' \
		'^checkout +[0-9.]+ +(20|19)[.0-9]* .* 3 +- +-$' \
		'^pool +[0-9.]+ +0 +5\.05ms .* 6 +8 +75\.0%$'
	same 'bank cache checkout payments pool' "$(sed -n \
		'2,$s/[{ ].*//p' out | tr '\n' ' ' | sed 's/ $//')"
}

test_signals_json_has_the_same() {
	same '40 null 0 null' "$(json '.indicators[] |
		select(.title == "bank") | "\(100 * .error_ratio | round) \(
		.p50_ns) \(.in_flight) \(.capacity)"' \
		sli signals failing.sli --window 5m)"
	same '6 8 false 0.75' "$(json '.indicators[] | "\(.in_flight) \(
		.capacity) \(.capacity_is_learned) \(.saturation)"' \
		sli signals failing.sli pool)"
}

test_signals_of_a_name() {
	status 0 sli signals known.sli checkout --window 1h
	same 3 "$(wc -l <out)"
	status 0 sli signals known.sli 'checkout{region="eu"}' --window 1h
	has out '^checkout\{region="eu"\} '
	same 2 "$(wc -l <out)"
	status 1 sli signals known.sli nothing
	has err 'known.sli has no indicator "nothing"'
	status 2 sli signals known.sli 'a{'
	status 3 sli signals nowhere.sli
}

# 10 a second at 200 ms for two minutes: two in flight.
test_signals_learns_a_capacity() {
	words=
	for second in $(seq 130 -1 1); do
		words="$words ago $second record good 10 200000"
	done
	# shellcheck disable=SC2086 # words
	"$recorder" learned.sli indicator a '' $words begin 1
	status 0 sli signals learned.sli
	has out '^a .* 1 +~2 +(49|50)\.[0-9]%$' '^~ learned from the last hour'
}

check_all test_explain.sh
