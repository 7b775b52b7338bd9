#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `sli top` takes of a core, over 64 indicators that are being counted in.
#
#   bench/top.sh BUILD
set -eu

build=$(realpath "$1")
seconds=20
scratch=$(mktemp -d)
recorder=

clean_up() {
	tmux -S "$scratch/tmux" kill-server 2>/dev/null || :
	[ -z "$recorder" ] || kill "$recorder" 2>/dev/null || :
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# on_cpu_ns PID: the time it has run
on_cpu_ns() {
	cut -d ' ' -f 1 "/proc/$1/schedstat"
}

"$build/tests/tool/recorder" "$scratch/top.sli" many 64 loop 5 &
recorder=$!
sleep 1
tmux -S "$scratch/tmux" -f /dev/null new-session -d -x 120 -y 40 \
    "exec '$build/sli' top '$scratch/top.sli'"
sleep 2
top=$(tmux -S "$scratch/tmux" list-panes -F '#{pane_pid}')
before=$(on_cpu_ns "$top")
sleep "$seconds"
after=$(on_cpu_ns "$top")

awk -v ns="$((after - before))" -v seconds="$seconds" '
BEGIN {
	share = ns / seconds / 1e7
	print "### sli top, 64 indicators, every second (" seconds " s)\n"
	print "| what | of a core | must reach |\n|---|--:|---|"
	printf "| user and system time | %.2f %% | below 2 %%: %s |\n", share,
	    share < 2 ? "PASS" : "over"
}'
