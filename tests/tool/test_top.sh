#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sli top in a terminal, which is tmux's: keys go in, and what a person would
# see comes out.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh

unset TMUX
TMUX_TMPDIR=$scratch
export TMUX_TMPDIR

tm() {
	tmux -L sli -f /dev/null "$@"
}
# A server without a session ends, and would take the next one with it.
tm new-session -d -s keep 'exec sleep 100000'
trap 'tm kill-server 2>/dev/null; clean_up' EXIT

# The terminal of a check has the shell's line before and after what it runs.
# begin COLUMNS ROWS WORD...: `sli top WORD...` in a terminal of that size, with
# $SETTING in its environment.
begin() {
	columns=$1
	rows=$2
	shift 2
	tm kill-session -t top 2>/dev/null || true
	# tmux takes the command as one word; none of ours has quotes. Without
	# a trap, the shell would end with who is interrupted.
	tm new-session -d -s top -x "$columns" -y "$rows" \
		"trap : INT; ulimit -c 0; echo before; \
		${SETTING-} sli top $*; echo after \$?; stty -a; exec sleep 1000"
}

keys() {
	tm send-keys -t top "$@"
}

shot() {
	tm capture-pane -p -t top >screen
}

# on_screen REGEX...: now.
on_screen() {
	shot
	for regex in "$@"; do
		grep -Eq -- "$regex" screen || return 1
	done
}

# see REGEX...: at last, each on some line.
see() {
	await on_screen "$@" || {
		cat screen
		return 1
	}
}

# first_column: the names of the rows, from the top.
first_column() {
	sed -n '/^INDICATOR/,/^$/s/^[ ~]\([^ ]*\) .*/\1/p' screen | tr '\n' ' '
}

names_are() {
	shot
	[ "$(first_column)" = "$1" ]
}

see_names() {
	await names_are "$1" || {
		cat screen
		return 1
	}
}

# Turns a line around; what has control characters libsli does not take.
hostile=$(printf 'x\342\200\256y')

pid_of_top() {
	tm list-panes -t top -F '#{pane_pid}' | head -n 1 >pane
	pgrep -x -P "$(cat pane)" sli
}

alive() {
	pid_of_top >/dev/null
}

# stands WORD...: nothing but what is in the file, and a process that has it.
stands() {
	known "$1"
	service "$1" indicator checkout eu begin 3 slo checkout-fast 0.9 \
		indicator checkout us \
		indicator search '' slo search-up 0.999 say ready wait
}

test_top_shows_what_was_counted() {
	stands shown.sli
	begin 80 24 shown.sli --window 1h
	see '^ sli top shown\.sli +last 1h +every 1s +[0-9-]+T[0-9:]+Z' \
		'^1 process, 4 of 64 indicators, 2 of 64 SLOs, .* of ' \
		'^ checkout-fast \[███████.*\] +90\.0% +0\.10 +0\.10 ok +- ' \
		'^ search-up +\[████████\] +100% +0\.00 +0\.00 ok +- +never$' \
		'^ checkout\{eu\} .* 99\.900 +1 +50 10\.1ms 10\.1ms +101ms +1\.01s +3$' \
		'^ checkout\{us\} .* 100 +0 +0 20\.2ms 20\.2ms 20\.2ms 20\.2ms +0$' \
		'^ search .* 100 +0 +0 5\.05ms 5\.05ms 5\.05ms 5\.05ms +0$' \
		'^~legacy .* 100 +0 +0 +- +- +- +- +0$' \
		'^ q quit +s sort: rate .* h help'
	# No line is longer than the terminal, and none is broken.
	same 24 "$(wc -l <screen)"
}

test_top_tells_what_is_new() {
	service news.sli indicator search '' spread 300 3 100 0 \
		indicator checkout '' slo checkout-up 0.9 \
		spread 3000 3 100 0 ago 125 annotate deploy 'checkout 1.4.2' \
		ago 0 say ready fail 5
	begin 80 24 news.sli
	see '^OUTAGE checkout-up for [0-9]+s; deploy 2m[0-9]*s? ago: checkout 1\.4\.2$' \
		'^ checkout-up .* OUTAGE '
	kill_background
	# Nobody would notice its end.
	see '^OUTAGE checkout-up, cut off; deploy ' '^~checkout-up .* ok '
	known quiet.sli
	begin 80 24 quiet.sli
	see '^no alert and no annotation in the last hour$'
	"$recorder" quiet.sli ago 4000 annotate deploy old
	"$recorder" quiet.sli ago 60 annotate flag "$hostile"
	see '^flag 1m[0-9]*s? ago: .*e2'
}

test_top_keys_sort() {
	stands sorted.sli
	begin 80 24 sorted.sli --window 1h --sort bad
	see_names 'checkout{eu} checkout{us} legacy search '
	keys s s
	see 'sort: p50 '
	see_names 'checkout{us} checkout{eu} search legacy '
	keys r
	see 'sort: p50 \(reversed\)'
	see_names 'legacy search checkout{eu} checkout{us} '
	keys S S S S S
	see 'sort: name \(reversed\)'
	see_names 'search legacy checkout{us} checkout{eu} '
	keys r S
	see 'sort: inflight '
	see_names 'checkout{eu} checkout{us} legacy search '
}

test_top_keys_change_the_window() {
	"$recorder" windows.sli indicator old '' ago 200 record bad 7 1000 \
		record good 3 2000
	begin 80 24 windows.sli
	see 'last 1m ' '^~old +[0-9.]+ +- +0 +0 +- +- '
	keys +
	see 'last 5m ' '^~old +[0-9.]+ +30\.000 +7 +0 2\.02ms '
	keys + +
	# Beyond what latency rings reach.
	see 'last 6h ' '^~old +[0-9.<]+ +30\.000 +7 +0 +- +- +- +- '
	keys + + + + + + +
	see 'last 30d '
	keys - - - - - - - - - - -
	see 'last 10s ' '^~old +[0-9.]+ +- +0 '
}

total_grown() {
	[ "$(sli show "$1" --json | jq '[.indicators[].total.good] | add')" \
		-ge "$2" ]
}

test_top_paused_stands_still() {
	service paused.sli indicator busy '' say ready loop 1
	begin 80 24 paused.sli --interval 100ms
	see '^ busy ' '^1 process'
	keys p
	see '^PAUSED at [0-9-]+T' 'p go on'
	cp screen before
	total=$(sli show paused.sli --json | jq '.indicators[0].total.good')
	await total_grown paused.sli $((total + 300))
	keys x # is no key, and redraws
	shot
	cmp before screen
	keys +
	see 'with the last 5m' 'last 1m ' # asked for, and what is seen
	keys p
	see '^1 process' 'last 5m '
	shot
	! cmp -s before screen || return 1
	kill_background
}

test_top_help_covers_and_goes() {
	known help.sli
	begin 80 24 help.sli
	see '^~search'
	keys h
	see '\| p space +pause, go on +\|' '\| q +quit +\|' 'RATE/s .* outcomes'
	keys x
	see '^~search'
	shot
	! grep -q 'pause, go on' screen || return 1
	alive
}

test_top_scrolls_what_does_not_fit() {
	"$recorder" long.sli many 64 slo one 0.5
	begin 80 24 long.sli --sort name
	see '^~route_000 ' '\*rows 1-[0-9]+/64'
	keys Down Down j
	see_first route_003
	keys k
	see_first route_002
	keys G
	see '^~route_063 ' '\*rows [0-9]+-64/64'
	keys Up
	see '\*rows [0-9]+-63/64'
	keys Home
	see_first route_000
	keys NPage
	see_first route_012
}

first_is() {
	shot
	[ "$(first_column | cut -d' ' -f1)" = "$1" ]
}

see_first() {
	await first_is "$1"
}

test_top_follows_the_size_of_the_terminal() {
	known size.sli
	begin 80 24 size.sli --window 1h
	see '^~checkout\{eu\} '
	tm resize-window -t top -x 120 -y 40
	see '^~checkout\{region="eu"\} ' '^SLO +BUDGET {20,}'
	tm resize-window -t top -x 50 -y 12
	see '^INDICATOR +RATE/s +GOOD % +BAD' '^ q quit '
	shot
	same 50 "$(awk '{ print length }' screen | sort -n | tail -n 1)"
	for size in '20 5' '7 2' '1 1' '300 80' '12 100' '3 24'; do
		# shellcheck disable=SC2086
		set -- $size
		tm resize-window -t top -x "$1" -y "$2"
		sleep 0.3
		alive
	done
	keys h
	tm resize-window -t top -x 30 -y 8
	sleep 0.3
	keys h
	tm resize-window -t top -x 80 -y 24
	see '^~checkout\{eu\} .* 99\.900 ' '^SLO +BUDGET ' '^ q quit '
}

# The terminal is as it was: the line from before is there, the line
# discipline edits lines and echoes.
see_restored() {
	see "^after $1$" '^before$' '[^-]icanon' ' echo '
	shot
	! grep -q INDICATOR screen || return 1
	same 1 "$(tm display-message -p -t top '#{cursor_flag}')"
	same 0 "$(tm display-message -p -t top '#{alternate_on}')"
}

test_top_quits_by_key_and_restores_the_terminal() {
	known quit.sli
	begin 80 50 quit.sli
	see '^~search'
	same 1 "$(tm display-message -p -t top '#{alternate_on}')"
	keys q
	see_restored 0
}

test_top_ended_by_a_signal_restores_the_terminal() {
	known signal.sli
	for signal in INT:130 TERM:143 HUP:129 QUIT:131 SEGV:139 ABRT:134; do
		begin 80 50 signal.sli
		see '^~search'
		kill -"${signal%:*}" "$(pid_of_top)"
		see_restored "${signal#*:}"
	done
	begin 80 50 signal.sli
	see '^~search'
	keys C-c
	see_restored 130
}

test_top_works_in_plain_terminals() {
	stands plain.sli
	for terminal in vt100 xterm xterm-256color linux; do
		SETTING=TERM=$terminal begin 80 24 plain.sli --window 1h
		see '^ sli top plain\.sli ' \
			'^ checkout-fast \[███████.*\] +90\.0% ' \
			'^ checkout\{eu\} .* 99\.900 +1 +50 10\.1ms ' \
			'^ q quit '
		keys +
		see 'last 6h '
		keys Down q
		see '^after 0$'
	done
}

test_top_without_utf8_draws_in_ascii() {
	stands ascii.sli
	SETTING=LC_ALL=C begin 80 24 ascii.sli --window 1h
	see '^ checkout-fast \[#######-\] +90\.0% ' \
		'^ checkout\{eu\} .* 99\.900 '
	lacks screen '[^ -~]'
}

test_top_in_a_terminal_that_cannot_prints_once() {
	known dumb.sli
	SETTING=TERM=nonsense begin 80 50 dumb.sli
	# No wider than the terminal is.
	see '^~search' '^~checkout\{eu\} .* 3$' '^after 0$'
}

test_top_of_a_truncated_file_says_so() {
	known cut.sli
	begin 80 24 cut.sli --window 1h --interval 100ms
	see '^~checkout\{eu\} .* 99\.900 '
	truncate -s 0 cut.sli
	see '^! .*truncated'
	# What was last seen stays.
	see '^~checkout\{eu\} .* 99\.900 '
	alive
	keys s
	see 'sort: good '
	rm cut.sli
	known cut.sli
	see 'opened again' '^~checkout\{eu\} .* 99\.900 '
	truncate -s 100000 cut.sli
	see '^! .*truncated'
	keys q
	see '^after 0$'
}

test_top_of_a_replaced_file_opens_the_new_one() {
	known first.sli
	"$recorder" second.sli indicator newcomer '' count good 1
	begin 80 24 first.sli --window 1h --interval 100ms
	see '^~search'
	rm first.sli
	see '^! the file is gone' '^~search'
	mv second.sli first.sli
	see '^! the file was replaced: opened again' '^~newcomer'
	shot
	! grep -q search screen || return 1
	echo 'no registry' >third
	mv third first.sli
	see '^! the file was replaced: ' '^~newcomer'
	alive
	keys q
	see '^after 0$'
}

test_top_shows_hostile_labels_harmless() {
	"$recorder" hostile.sli indicator evil \
		"$(printf 'x\342\200\256y\342\200\213z')" count bad 7
	begin 120 24 hostile.sli
	see 'evil\{region="x\\xe2\\x80\\xaey\\xe2\\x80\\x8bz"\}'
}

check_all test_top.sh
