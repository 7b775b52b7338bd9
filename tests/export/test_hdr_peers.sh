#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What HdrHistogram's own implementations make of what we encode: every log of
# tests/data/hdr is rewritten by `sli hlog`, and read by hdr-histogram-js (from
# npm) and, where there is a Java, by its HistogramLogProcessor.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/check.sh

sli=$(realpath "${BUILD:-build}")/sli
data=$PWD/tests/data/hdr
NODE_PATH=$PWD/tests/peers/node_modules
export NODE_PATH
jar=/usr/share/java/hdrhistogram.jar
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 1

# logs: those whose lines are not all refused
logs() {
	sed -n 's/^log \([^ ]*\) .*/\1/p' "$data/logs.txt"
}

# Of each interval: its tag, count, p50, p99 and p100.
cat >read.js <<'EOF'
const hdr = require('hdr-histogram-js');
const text = require('fs').readFileSync(process.argv[2], 'utf8');
const reader = new hdr.HistogramLogReader(text);
for (let h; (h = reader.nextIntervalHistogram()) != null;)
	console.log(h.tag === 'NO TAG' ? '-' : h.tag, h.totalCount,
	    ...[50, 99, 100].map((p) => h.getValueAtPercentile(p)));
EOF

# expected LOG: the same, of logs.txt
expected() {
	awk -v log_name="$1" '
	$1 == "log" { inside = $2 == log_name }
	inside && $1 == "interval" { print $2, $5, $15, $19, $25 }
	' "$data/logs.txt"
}

js_reads() {
	expected "$1" >expected.txt
	"$sli" hlog --format hlog "$data/$1" >ours.hlog
	node read.js ours.hlog >read.txt
	[ -s read.txt ]
	diff expected.txt read.txt
}

js_reads_every_log() {
	for log in $(logs); do
		echo "$log"
		js_reads "$log"
	done
}

# Lines are the same but for ties, which Java rounds up and C to even.
same_table() {
	grep -v -e '^#\[Overall' -e '^#\[StartTime' "$2" >theirs
	[ "$(wc -l <"$1")" -eq "$(wc -l <theirs)" ]
	paste -d '|' "$1" theirs | awk -F '|' '
	function near(a, b, by) {
		return a - b <= by && b - a <= by
	}
	{
		n = split($1, a, " ")
		same = n == split($2, b, " ")
		if ($1 ~ /^#|Value|^$/)
			same = $1 == $2
		else
			same = same && near(a[1], b[1], 0.0011) &&
			    near(a[2], b[2], 2e-12) && a[3] == b[3] &&
			    near(a[4], b[4], 0.011)
		if (!same)
			print
		bad = bad || !same
		lines++
	}
	END { exit bad || lines < 10 }'
}

# (Some logs have an interval from before their start.)
java_prints() {
	"$sli" hlog --format hlog "$data/$1" >ours.hlog
	"$sli" hlog --tag '' --unit ms ours.hlog >ours
	java -cp "$jar" org.HdrHistogram.HistogramLogProcessor \
		-start -1000 -i ours.hlog -o java >/dev/null
	same_table ours java.hgrm
}

java_prints_the_same_table() {
	for log in $(logs | grep -v whitespace); do
		echo "$log"
		java_prints "$log"
	done
}

# skip NAME WHY
skip() {
	echo "[  SKIPPED ] $1: $2"
}

check js_reads_every_log js_reads_every_log
if command -v java >/dev/null && [ -e "$jar" ]; then
	check java_prints_the_same_table java_prints_the_same_table
else
	skip java_prints_the_same_table 'there is no java or libhdrhistogram-java'
fi
check_end
