#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Run the addon's tests, which are named as they will be by those who install
# it: by self-reference. Ends with a line as tests/run.sh does.
#
#   test/run.sh [TEST...]
set -u
cd "$(dirname "$0")/.." || exit 1

[ $# -gt 0 ] || set -- test/*.test.js
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
"${NODE:-node}" --expose-gc --test --test-reporter=spec "$@" >"$out" 2>&1
status=$?
cat "$out"

# Of Node's own summary: "ℹ pass 12".
counted() {
	sed -n "s/^[^a-z]* $1 \([0-9]*\)$/\1/p" "$out" | tail -n 1
}
passed=$(counted pass)
failed=$(counted fail)
[ "$status" -eq 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
echo "${passed:-0} passed, ${failed:-1} failed"
exit "$status"
