# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# For the scripts that test `sli`: sourced, from the top of the source tree.
# $BUILD/sli is the program, $BUILD/tests/tool/recorder a service (see there).

. tests/check.sh

BUILD=$(realpath "${BUILD:-build}")
recorder=$BUILD/tests/tool/recorder
scratch=$(mktemp -d)
PATH=$BUILD:$PATH
TZ=America/New_York # times are UTC nevertheless
LC_ALL=C.UTF-8
export PATH TZ LC_ALL
unset LANG LC_CTYPE NCURSES_NO_UTF8_ACS

cd "$scratch" || exit 1

# What runs in the background is killed by its number: a check is a subshell,
# whose variables are gone when it ends. And it must not hold on to a check's
# output, which the check would wait for.
background() {
	"$@" 2>>background.log &
	echo $! >>"$scratch/pids"
}

kill_background() {
	[ -e "$scratch/pids" ] || return 0
	while read -r pid; do
		kill "$pid" 2>/dev/null || true
	done <"$scratch/pids"
	rm -f "$scratch/pids"
}

clean_up() {
	kill_background
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# await COMMAND...: until it succeeds, or for half a minute.
await() {
	await_end=$(($(date +%s) + 30))
	until "$@"; do
		[ "$(date +%s)" -lt "$await_end" ] || {
			echo "waited in vain: $*"
			return 1
		}
		sleep 0.1
	done
}

# same EXPECTED ACTUAL
same() {
	[ "$1" = "$2" ] || {
		printf 'expected: %s\nbut got:  %s\n' "$1" "$2"
		return 1
	}
}

# status EXPECTED COMMAND...: its exit status; what it prints in out and err.
status() {
	expected=$1
	shift
	actual=0
	"$@" >out 2>err </dev/null || actual=$?
	[ "$actual" -eq "$expected" ] || {
		echo "$*: exit status $actual, expected $expected"
		cat out err
		return 1
	}
}

# has FILE REGEX...: each is on some line of it.
has() {
	file=$1
	shift
	for regex in "$@"; do
		grep -Eq -- "$regex" "$file" || {
			echo "$file has no /$regex/:"
			cat "$file"
			return 1
		}
	done
}

# lacks FILE REGEX: it is on no line of it, byte by byte.
lacks() {
	if LC_ALL=C grep -En -- "$2" "$1"; then
		echo "$1 has /$2/"
		return 1
	fi
}

# has_no_controls FILE: nothing that a terminal could take for a command.
has_no_controls() {
	if LC_ALL=C tr -d '\n -~' <"$1" |
	    LC_ALL=C grep -q "$(printf '[\001-\037\177]')"; then
		echo "$1 has control bytes:"
		od -c "$1"
		return 1
	fi
}

# service FILE WORD...: a recorder in the background that has said "ready".
service() {
	service_file=$1
	shift
	: >said
	background "$recorder" "$service_file" "$@" >said
	await grep -q ready said
}

# The counts that most of the tests know, in FILE, by a process that has ended:
# of checkout, 990 good events in time and 10 that are bad or slow.
known() {
	"$recorder" "$1" indicator legacy '' count good 10
	"$recorder" "$1" \
		indicator checkout eu \
		record good 900 10000 record good 90 100000 \
		record good 9 1000000 record bad 1 2000000 \
		count shed 50 count ignored 5 begin 3 \
		slo checkout-fast 0.9 \
		indicator checkout us record good 100 20000 \
		indicator search '' record good 500 5000 slo search-up 0.999
}

# check_all SCRIPT: the functions of it that are named test_..., in their order.
check_all() {
	sed -n 's/^\(test_[a-z0-9_]*\)() {$/\1/p' \
	    "$OLDPWD/tests/tool/$1" >tests
	while read -r test <&3; do
		check "$test" "$test"
	done 3<tests
	check_end
}
