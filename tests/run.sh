#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Run tests, print the closing lines of each, and at the end their sum.
#
#   tests/run.sh BUILD WORD...
#
# A WORD is unit, model or stress (its programs, as built in BUILD); NAME=VALUE
# (put into the environment of what follows); or a script that reports as
# cmocka does. $WRAP goes before a program: valgrind, qemu. Of unit and model,
# which need no time of their own, two run at once.
set -u

BUILD=$1
export BUILD
shift

# A test that hangs is a test that fails.
limit_s=900
running=0
sums=$BUILD/tests/sums
mkdir -p "$BUILD/tests"
: >"$sums"

# sum LOG VERDICT: of "[  PASSED  ] 12 test(s)." and its like, in all groups.
sum() {
	sed -n "s/^\[  $2 *\] \([0-9]*\) test(s).*/\1/p" "$1" |
		awk '{ n += $1 } END { print n + 0 }'
}

# run NAME COMMAND... and leave how many passed and failed in $sums.
run() {
	local name=$1 log=$BUILD/tests/$1.log start_s status good bad tests
	shift
	mkdir -p "${log%/*}"
	start_s=$(date +%s)
	timeout -k 10 "$limit_s" "$@" >"$log" 2>&1 </dev/null
	status=$?
	good=$(sum "$log" PASSED)
	bad=$(sum "$log" FAILED)
	tests=$((good + bad + $(sum "$log" SKIPPED)))
	# It may have died in between, or never have come to a test.
	if [ "$bad" -eq 0 ]; then
		[ "$status" -eq 0 ] && [ "$tests" -gt 0 ] || bad=1
	fi
	echo "$good $bad" >>"$sums"
	# In one piece: another may end at the same time.
	printf '%s\n' "$name ($(($(date +%s) - start_s)) s)
$(if [ "$bad" -eq 0 ]; then
		grep -E '^\[(=+|  PASSED  |  SKIPPED )\] [0-9]' "$log"
	else
		cat "$log"
		echo "$name: exit status $status, $good passed, $bad failed"
	fi)"
}

# start MOST NAME COMMAND... once fewer than MOST run.
start() {
	local most=$1
	shift
	while [ "$running" -ge "$most" ]; do
		wait -n
		running=$((running - 1))
	done
	run "$@" &
	running=$((running + 1))
}

for word in "$@"; do
	case $word in
	*=*)
		export "${word?}"
		;;
	*/*)
		start 1 "${word#*/}" "$word"
		;;
	*)
		most=1
		case $word in unit | model) most=2 ;; esac
		for source in tests/"$word"/test_*.c; do
			[ -e "$source" ] || continue
			program=${source%.c}
			# WRAP is a command and its arguments.
			# shellcheck disable=SC2086
			start "$most" "${program#tests/}" ${WRAP-} \
				"$BUILD/$program"
		done
		;;
	esac
done

wait
awk '
{ passed += $1; failed += $2 }
END {
	print passed + 0 " passed, " failed + 0 " failed"
	exit failed > 0 || passed == 0
}' "$sums"
