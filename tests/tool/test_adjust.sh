#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sli exclude, include, correct, and what sli show says of them.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh

# An SLO of 90 %: 50 bad events an hour ago, 10 half an hour ago.
outage() {
	"$recorder" "$1" indicator checkout eu slo checkout-fast 0.9 \
		ago 7200 count good 900 ago 3600 count bad 50 \
		ago 1800 count bad 10 ago 60 count good 90
}

# budget FILE FILTER: of checkout-fast.
budget() {
	sli show "$1" checkout-fast --json | jq -r ".slos[0].budget | $2"
}

test_exclude_past_gives_the_budget_back() {
	outage past.sli
	status 0 sli exclude past.sli checkout-fast --from -70m --to -50m \
		--why 'disk swap'
	has out '^excluded from SLO: checkout-fast$' ': 20m$' \
		'^  Budget now 90.0% left, of 990 good and 10 bad$'
	same '990 10 50 1200000000000' "$(budget past.sli \
		'[.good, .bad, .excluded, .excluded_ns] | join(" ")')"
	same '900 60' "$(sli show past.sli --json | jq -r '.indicators[0].total |
		[.good - 90, .bad] | join(" ")')" # what was counted stays
	status 0 sli show past.sli checkout-fast
	has out '^  Excluded  20m, 50 events$' \
		'Z [0-9T:-]+Z excluded +0 +50 over$' \
		'time excluded .*checkout-fast +.*Z to .*Z: disk swap$'
}

test_exclude_says_what_it_left_out() {
	outage left.sli
	# Five minutes are the slots there, and -70m is hardly ever a boundary.
	now=$(date +%s)
	at() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
	from=$(at $(((now - 4500) / 300 * 300 + 60)))
	to=$(at $(((now - 3000) / 300 * 300 - 60)))
	wider_from=$(at $(((now - 4500) / 300 * 300)))
	wider_to=$(at $(((now - 3000) / 300 * 300)))
	cp left.sli same.sli
	status 0 sli exclude left.sli checkout-fast --from "$from" --to "$to" \
		--why x
	has out "^  Left out 0 good and 50 bad, estimated: history has slots of \
5m there; $wider_from to .*Z would be exact$"
	status 0 sli exclude same.sli checkout-fast --from "$wider_from" \
		--to "$wider_to" --why x --json
	jq -e '.left_out | .good == 0 and .bad == 50 and (.estimated | not)' out
	status 0 sli exclude left.sli checkout-fast --from -5m --to +1h --why x
	has out '^  Left out 90 good and 0 bad so far$'
	status 0 sli exclude left.sli checkout-fast --from +2h --to +3h --why x
	lacks out 'Left out'
}

test_exclude_twice_says_that_nothing_changed() {
	outage twice.sli
	begin=$(date -u -d '-70 minutes' +%Y-%m-%dT%H:%M:00Z)
	end=$(date -u -d '-50 minutes' +%Y-%m-%dT%H:%M:00Z)
	set -- twice.sli checkout-fast --from "$begin" --to "$end" --why x
	status 0 sli exclude "$@"
	has out '^excluded from SLO: checkout-fast$'
	status 0 sli exclude "$@"
	has out '^was excluded already, nothing changed: checkout-fast$'
	lacks out 'Left out'
}

test_exclude_at_dates_as_given() {
	outage dates.sli
	begin=$(date -u -d '-70 minutes' +%Y-%m-%dT%H:%M:00Z)
	end=$(date -u -d '-50 minutes' +%Y-%m-%dT%H:%M:00Z)
	status 0 sli exclude dates.sli checkout-fast --from "$begin" \
		--to "$end" --why 'disk swap' --json
	jq -e --arg first "$begin" --arg last "$end" '.from_at == $first and
		.to_at == $last and .why == "disk swap" and .budget.bad == 10 and
		.done == "excluded from SLO" and .name == "checkout-fast"' out
}

test_exclude_times_are_understood() {
	outage times.sli
	# The same moment, four ways.
	for time in 2100-03-01T10:00:00Z 2100-03-01T11:30:00+01:30 \
		2100-02-28T23:00:00.0-11:00 2100-03-01T10:00:00.000Z; do
		status 0 sli exclude times.sli checkout-fast --from now \
			--to "$time" --why 'x' --json
		jq -e '.to_at == "2100-03-01T10:00:00Z" and
			.to_ns == 4107578400000000000' out
	done
	status 0 sli exclude times.sli checkout-fast --why 'x' --json \
		--from 2100-03-01T10:00:00.25Z --to 2100-03-01T10:00:00.5Z
}

test_exclude_times_that_are_none_are_refused() {
	outage none.sli
	for time in '' 2h -2x '-' 2026-11-22 2026-11-22T10:00:00 \
		2026-11-22T10:00Z 2026-02-30T10:00:00Z 2026-11-22T24:00:00Z \
		2026-11-22T10:60:00Z 2026-11-22T10:00:00.Z \
		2026-11-22T10:00:00Zx 2026-11-22T10:00:00+1:00 \
		1969-12-31T23:59:59Z 2116-01-01T00:00:00Z \
		1970-01-01T00:00:00+01:00 '2026-11-22 10:00:00Z' yesterday; do
		status 2 sli exclude none.sli checkout-fast --from "$time" \
			--to now --why 'x'
		has err '--from ".*" is not valid; accepted: now, -2h'
	done
	same 0 "$(budget none.sli .excluded_ns)"
}

test_exclude_wants_a_range_and_a_reason() {
	outage usage.sli
	status 2 sli exclude usage.sli checkout-fast --from -1h --to now
	has err 'needs a reason'
	status 2 sli exclude usage.sli checkout-fast --to now --why 'x'
	has err 'needs a range, --from and --to; accepted: now'
	status 2 sli exclude usage.sli checkout-fast --from now --to -1h \
		--why 'x'
	has err '--from [0-9T:-]+Z is not before --to [0-9T:-]+Z; accepted'
	status 2 sli exclude usage.sli checkout-fast --from -1h --to now \
		--why 'x' --good 5
	has err 'takes no --good'
	status 1 sli exclude usage.sli nobody --from -1h --to now --why 'x'
	has err 'usage.sli has no SLO "nobody"'
	status 3 sli exclude absent.sli x --from -1h --to now --why 'x'
	[ ! -e absent.sli ]
	status 1 sli exclude usage.sli checkout-fast --from -60d --to -50d \
		--why 'x' --json
	jq -e '.error.status == "ERANGE"' out
	has err ': --to is [0-9T:-]+Z, and nothing reaches back beyond [0-9T:-]+Z;'
}

test_exclude_planned_is_shown_and_may_end_early() {
	outage plan.sli
	status 0 sli exclude plan.sli checkout-fast --from +1h --to +3h \
		--why 'new racks'
	status 0 sli show plan.sli checkout-fast
	has out 'excluded +0 +0 planned$'
	status 0 sli include plan.sli checkout-fast --from +2h --to +3h \
		--why 'only one'
	has out '^included in SLO again: checkout-fast$'
	jq -e '.slos[0].adjustments | length == 1 and
		(.[0] | .kind == "exclusion" and (.settled | not) and
		 .to_ns - .from_ns < 3602e9)' <<-EOF
		$(sli show plan.sli checkout-fast --json)
	EOF
	status 0 sli show plan.sli
	has out 'time included .*Z to .*Z: only one$'
}

test_include_of_part_of_what_is_over_is_refused() {
	outage over.sli
	sli exclude over.sli checkout-fast --from -70m --to -50m --why 'x'
	status 2 sli include over.sli checkout-fast --from -60m --to now \
		--why 'x'
	has err 'would cut the exclusion .*Z to .*Z, which is settled; accepted'
	status 1 sli include over.sli checkout-fast --from -20m --to now \
		--why 'x'
	has err 'nothing is excluded of SLO "checkout-fast"'
	status 0 sli include over.sli checkout-fast --from -2h --to now \
		--why 'it was us after all'
	same '60 0' "$(budget over.sli '[.bad, .excluded] | join(" ")')"
}

test_correct_changes_the_budget_and_says_so() {
	outage right.sli
	status 0 sli correct right.sli checkout-fast --bad -50 --good +50 \
		--at -1h --why 'the prober was wrong'
	has out '^corrected the budget of SLO: checkout-fast$' \
		': good \+50, bad -50$' 'of 1040 good and 10 bad$'
	status 0 sli correct right.sli checkout-fast --bad 7 --why 'lost' --json
	jq -e '.bad == 7 and .good == 0 and .budget.bad == 17 and
		.budget.corrected_bad == -43' out
	status 0 sli show right.sli checkout-fast
	has out '^  Corrected \+50 good, -43 bad$' 'correction +\+50 +-50 *$' \
		'budget corrected .*Z good \+50 bad -50: the prober was wrong$'
	jq -e '[.slos[0].adjustments[] | select(.kind == "correction") |
		.bad] | sort == [-50, 7]' <<-EOF
		$(sli show right.sli checkout-fast --json)
	EOF
}

test_correct_arguments_that_are_wrong_are_refused() {
	outage wrong.sli
	status 2 sli correct wrong.sli checkout-fast --why 'x'
	has err 'needs --good N, --bad N or both'
	for n in '' x 1.5 99999999999999999999 -9223372036854775808; do
		status 2 sli correct wrong.sli checkout-fast --bad "$n" \
			--why 'x'
		has err '--bad ".*" is not valid; accepted: a whole number'
	done
	status 1 sli correct wrong.sli checkout-fast --bad 1 --at +1h --why 'x'
	has err '^sli: wrong.sli: --at [0-9T:-]+Z is ahead of now, [0-9T:-]+Z;'
	status 1 sli correct wrong.sli checkout-fast --bad 1 --at -31d --why 'x'
	has err ': --at [0-9T:-]+Z is before the budget began, [0-9T:-]+Z;'
	# What is said to be accepted is.
	begin=$(sed 's/.* began, \(.*Z\);.*/\1/' err)
	status 0 sli correct wrong.sli checkout-fast --bad 1 --at "$begin" \
		--why 'x'
	sli correct wrong.sli checkout-fast --bad -1 --at "$begin" --why 'x'
	same 60 "$(budget wrong.sli .bad)"
}

test_adjust_of_a_file_in_use_is_seen_at_once() {
	service live.sli indicator search '' slo search-up 0.999 \
		count good 10 count bad 10 say ready wait
	status 0 sli exclude live.sli search-up --from -5m --to +1h --why 'x'
	same '0 0' "$(sli show live.sli search-up --json |
		jq -r '.slos[0].budget | [.good, .bad] | join(" ")')"
	status 0 sli show live.sli search-up
	has out 'excluded +10 +10 under way$'
	kill_background
}

check_all test_adjust.sh
