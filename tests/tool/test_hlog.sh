#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `sli hlog` prints, filters, merges and writes, of the logs in
# tests/data/hdr.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh

data=$OLDPWD/tests/data/hdr
v2=$data/jHiccup-2.0.7S.logV2.hlog
tagged=$data/tagged-Log.logV2.hlog

# figure FILTER WORD...: what jq makes of the document.
figure() {
	filter=$1
	shift
	sli hlog --json "$@" | jq -c "$filter"
}

test_hlog_table_is_that_of_hdrhistogram() {
	status 0 sli hlog "$v2" --unit ms
	same '       Value     Percentile TotalCount 1/(1-Percentile)' \
		"$(head -n 1 out)"
	has out '^        0\.02 0\.000000000000        356           1\.00$' \
		'^        0\.34 0\.500000000000      25630           2\.00$' \
		'^     1803\.55 1\.000000000000      48761$' \
		'^#\[Mean    =        67\.81, StdDeviation   =       258\.95\]$' \
		'^#\[Max     =      1803\.55, Total count    =        48761\]$' \
		'^#\[Buckets =           21, SubBuckets     =          256\]$'
	same '' "$(cat err)"
	status 0 sli hlog "$v2" --format csv
	same '"Value","Percentile","TotalCount","1/(1-Percentile)"' \
		"$(head -n 1 out)"
	same '1803550719.00,1.000000000000,48761,Infinity' "$(tail -n 1 out)"
}

test_hlog_ranges_are_of_the_logs_start_or_of_dates() {
	same '[15,11664]' "$(figure '.tags[0] | [.intervals, .count]' \
		--from +5s --to +20s "$v2")"
	same '[20,15830]' "$(figure '.tags[0] | [.intervals, .count]' \
		--from +40s --to +60s "$v2")"
	same 15 "$(figure '.tags[0].intervals' \
		--from 2015-09-09T15:24:44.474Z \
		--to 2015-09-09T15:24:59.474Z "$v2")"
	status 1 sli hlog --from -1h "$v2"
	has err 'no interval is of this tag and time'
}

test_hlog_tags_are_apart_unless_one_is_asked_for() {
	same '[[null,21,16145],["A",21,16145]]' "$(figure \
		'[.tags[] | [.tag, .intervals, .count]]' "$tagged")"
	same '["A"]' "$(figure '[.tags[].tag]' --tag A "$tagged")"
	same '[null]' "$(figure '[.tags[].tag]' --tag '' "$tagged")"
	status 0 sli hlog "$tagged"
	has out '^#\[Tag = \]$' '^#\[Tag = A\]$'
	status 1 sli hlog --tag B "$tagged"
}

# A log of ours is read as the log that it was made of, merged or not.
test_hlog_written_logs_hold_the_same() {
	for log in "$data"/*.hlog; do
		sli hlog --format hlog "$log" >ours.hlog
		figure . "$log" >before
		figure . ours.hlog >after
		diff before after
	done
	sli hlog --format hlog --interval 10s "$tagged" >merged.hlog
	same 6 "$(grep -c HISTFA merged.hlog)"
	same 3 "$(grep -c '^Tag=A,' merged.hlog)"
	figure '[.tags[] | del(.intervals)]' "$tagged" >before
	figure '[.tags[] | del(.intervals)]' merged.hlog >after
	diff before after
}

test_hlog_several_files_gzip_and_stdin_are_one() {
	gzip -c "$v2" >v2.gz
	same 97522 "$(figure '.tags[0].count' v2.gz - <"$v2")"
	# Of other digits and another lowest.
	same 352 "$(($(figure '.tags[0].count' "$v2" "$data/ycsb.logV1.hlog") -
		348465))"
}

test_hlog_damage_is_named_and_the_rest_is_used() {
	{
		cat "$v2"
		echo '60,1.0,0,HISTFAAAAEV42pNpmSzM'
		printf '61,\033[31m,0,x\n'
		grep -v -e '^#' -e '^"' "$data/tagged-Log.logV2.hlog"
	} >damaged.hlog
	status 1 sli hlog --json damaged.hlog
	same 2 "$(jq '.problems | length' out)"
	has err '^sli: damaged\.hlog: line 67: .*compressed part is cut' \
		'^sli: damaged\.hlog: line 68: the length of an interval'
	has_no_controls err
	same 64906 "$(jq '.tags[0].count' out)"
	status 3 sli hlog missing.hlog
	has err 'missing\.hlog cannot be opened'
}

test_hlog_options_are_checked() {
	status 2 sli hlog
	status 2 sli hlog --format xml "$v2"
	has err 'accepted: table, csv, hlog, json'
	status 2 sli hlog --unit h "$v2"
	has err 'accepted: ns, us, ms, s'
	status 2 sli hlog --interval 10s "$v2"
	has err 'interval is of --format hlog'
	status 2 sli hlog --unit ms --format hlog "$v2"
	status 2 sli hlog --json --format csv "$v2"
}

check_all test_hlog.sh
