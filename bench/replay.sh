#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How fast `sli replay` reads, and what memory it takes: ten million lines of a
# day in each format, of the same events; and that it has counted all of them.
#
#   bench/replay.sh BUILD [LINES]
set -eu

build=$(realpath "$1")
lines=${2:-10000000}
seconds=86400
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch"

requests=$build/tests/tool/requests

# on_cpu COMMAND...: its user and system time in ms, and its peak of KiB
on_cpu() {
	/usr/bin/time -f '%U %S %M' -o used "$@" >out
	awk '{ printf "%.0f %d\n", 1000 * ($1 + $2), $3 }' used
}

# row NAME FILE: the best of three
row() {
	best=
	for _ in 1 2 3; do
		used=$(on_cpu "$build/sli" replay --json --objective 99.9 \
			--threshold 300ms "$2")
		[ -n "$best" ] && [ "${best% *}" -le "${used% *}" ] ||
			best=$used
	done
	counted=$(jq -r '.requests[0] | "\(.good + .bad) \(.good) \(.bad) " +
		"\(.slow[0].count)"' out)
	echo "$best" | awk -v name="$1" -v lines="$lines" \
	    -v bytes="$(wc -c <"$2")" -v counted="$counted" \
	    -v expected="$expected" '{
		printf "| %s | %.0f | %.2f | %.1f | %s |\n", name,
		    bytes / lines, lines / $1 / 1000, $2 / 1024,
		    counted == expected ? "yes" : "NO"
	}'
}

"$requests" csv "$lines" "$seconds" >log
expected=$("$requests" count 300000 <log | cut -d' ' -f1-4)
echo "### sli replay, $lines lines of a day, one SLO"
echo
echo '| format | bytes a line | million lines/s of a core | peak MiB |' \
    'equals a brute-force count |'
echo '|---|--:|--:|--:|---|'
row CSV log
gzip -1 log
row 'CSV, gzip' log.gz
for format in json common combined; do
	"$requests" "$format" "$lines" "$seconds" >log
	row "$format" log
done
