#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Build the service like any program that uses libsli, put it under load and
# let its back end brown out, first without admission, then with it. Fails
# unless admission did better for /checkout.
#
# SLI_PREFIX: where libsli is installed (make demo stages it).
set -eu

: "${SLI_PREFIX:?is where libsli is installed}"
: "${CC:=cc}"
PKG_CONFIG_PATH=$SLI_PREFIX/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH

command -v wrk >/dev/null || {
	echo 'demo: wrk is not installed' >&2
	exit 1
}

source=$(dirname "$0")
scratch=$(mktemp -d)
service=
clients=

# stop SIGNAL PID... and wait until they are gone
stop() {
	signal=$1
	shift
	for pid in "$@"; do
		kill -"$signal" "$pid" 2>/dev/null || :
	done
	for pid in "$@"; do
		wait "$pid" 2>/dev/null || :
	done
}

# shellcheck disable=SC2086 # lists of process ids are words
trap 'stop TERM $service $clients; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

build() {
	flags=$(pkg-config --cflags --libs libsli libmicrohttpd)
	# shellcheck disable=SC2086 # flags are words
	"$CC" -std=c11 -O2 -Wall -Wextra -pthread -o "$scratch/service" \
	    "$source"/*.c $flags
	LD_LIBRARY_PATH=$(pkg-config --variable=libdir libsli)
	export LD_LIBRARY_PATH
}

# load ROUTE by so many CONNECTIONS; what wrk counts goes to a file
load() {
	wrk -t 1 -c "$2" -d 115s --timeout 10s -s "$source/load.lua" \
	    "$url$1" >/dev/null 2>>"$scratch/answers" &
	clients="$clients $!"
}

# play the drill without|with admission
play() {
	mkfifo "$scratch/lines"
	"$scratch/service" "$1" "$scratch/$1" >"$scratch/lines" &
	service=$!
	exec 3<"$scratch/lines"
	read -r url <&3
	: >"$scratch/answers"
	load /checkout 50
	load /search 100
	load /recommend 150

	cat <&3 &
	reader=$!
	status=0
	wait "$service" || status=$?
	service=
	wait "$reader"
	# shellcheck disable=SC2086 # a list of process ids is words
	stop INT $clients
	clients=
	exec 3<&-
	rm "$scratch/lines"
	awk '{ n += $1 } END { print "answers in the run, counted by wrk\t" n }' \
	    "$scratch/answers" >>"$scratch/$1"
	return "$status"
}

compare() {
	cat <<-'END'

	== the two brown-outs, from first second to last
	The first seconds of each spoil much: it takes that long to see what is
	to be shed. What admission then holds is in the rows "last 10 s".
	END
	paste "$scratch/without" "$scratch/with" | awk -F '\t' '
	BEGIN { printf "%54s %18s\n", "without admission", "with admission" }
	{ printf "%-36s %17s %18s\n", $1, $2, $4 }
	/^\/checkout (SLI|goodput)\t/ && $4 + 0 > $2 + 0 { better++ }
	END { exit better != 2 }' || {
		echo 'demo: /checkout did no better with admission' >&2
		return 1
	}
}

cat <<'END'
An HTTP service with a back end that does 400 requests/s (16 workers, 40 ms
each) gets about 50 /checkout, 100 /search and 150 /recommend a second from
wrk. In the brown-out work takes three times as long: 133 requests/s. The same
is played twice, without admission and with it.

SLO: 99 % of /checkout answered within 400 ms, over an hour (short, so that a
demo sees its budget move; -300 % left means that four budgets are gone).
good: answered within 400 ms. slow: later. fail: the queue was full. shed:
refused by sli_admit(), the least critical route first. "-": it is not asked.
END
build
play without
play with
compare
