# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# For scripts that check things: sourced, and reports as cmocka does.

checks_passed=0
checks_failed=0

# check NAME COMMAND...: the command is a program or a function, run in a
# subshell under `set -e`; what it prints is shown if it fails.
check() {
	check_name=$1
	shift
	# Not in an `if`: there the shell would ignore the command's `set -e`.
	set +e
	check_output=$(set -e; "$@" 2>&1)
	check_status=$?
	if [ "$check_status" -eq 0 ]; then
		checks_passed=$((checks_passed + 1))
		echo "[       OK ] $check_name"
	else
		checks_failed=$((checks_failed + 1))
		printf '%s\n' "$check_output"
		echo "[  FAILED  ] $check_name"
	fi
}

# The closing lines; its status is the script's.
check_end() {
	echo "[==========] $((checks_passed + checks_failed)) test(s) run."
	echo "[  PASSED  ] $checks_passed test(s)."
	[ "$checks_failed" -eq 0 ] || {
		echo "[  FAILED  ] $checks_failed test(s), listed above."
		return 1
	}
}
