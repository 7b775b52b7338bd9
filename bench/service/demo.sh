#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Build the service like any program that uses libsli, and put two worker
# processes of it, which share a registry in a file, under load. Their back
# ends brown out, first without admission, then with it; then a worker is
# killed and started again, and at last all of the service. Fails unless
# admission did better for /checkout, and nothing that was counted got lost.
#
# SLI_PREFIX: where libsli is installed (make demo stages it). The files go
# there, too, and stay.
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
sli=$SLI_PREFIX/bin/sli
drill=
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
trap 'stop TERM $drill $clients; rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

# compile PROGRAM SOURCE... with FLAGS
compile() {
	program=$scratch/$1
	shift
	# shellcheck disable=SC2086 # flags are words
	(cd "$source" && "$CC" -std=c11 -O2 -Wall -Wextra -pthread \
		-o "$program" "$@" $flags)
}

build() {
	flags=$(pkg-config --cflags --libs libsli-http libsli \
		libmicrohttpd)
	compile service main.c service.c trace.c backend.c books.c
	compile drill drill.c crew.c table.c books.c
	LD_LIBRARY_PATH=$(pkg-config --variable=libdir libsli)
	export LD_LIBRARY_PATH
}

# as_typed PATH: shorter, where it can be
as_typed() {
	case $1 in
	"$(pwd -P)"/*) echo "${1#"$(pwd -P)"/}" ;;
	*) echo "$1" ;;
	esac
}

# A port that nobody listens on: the page's, in both plays.
free_port() {
	for port in $(seq 9464 9563); do
		curl -s -o "$scratch/taken" "http://127.0.0.1:$port/" ||
			[ $? -ne 7 ] || { echo "$port"; return; }
	done
	echo 'demo: ports 9464 to 9563 are all taken' >&2
	return 1
}

# load ROUTE by so many CONNECTIONS; what wrk counts goes to a file
load() {
	wrk -t 1 -c "$2" -d 115s --timeout 10s -s "$source/load.lua" \
	    "$url$1" >/dev/null 2>>"$scratch/answers" &
	clients="$clients $!"
}

# play the drill without|with admission
play() {
	file=$SLI_PREFIX/$1.sli
	rm -f "$file"
	printf '\nThe file: %s\n' "$(as_typed "$file")"
	[ ! -x "$sli" ] ||
		echo "Watch it meanwhile: $(as_typed "$sli") top $(as_typed "$file")"
	echo "  in a browser:     http://127.0.0.1:$tells/"
	echo "  as Prometheus:    curl http://127.0.0.1:$tells/metrics"
	mkfifo "$scratch/lines"
	"$scratch/drill" "$scratch/service" "$file" "$1" "$scratch/$1" \
	    "$tells" >"$scratch/lines" &
	drill=$!
	exec 3<"$scratch/lines"
	read -r url <&3
	: >"$scratch/answers"
	load /checkout 50
	load /search 100
	load /recommend 150

	tee "$scratch/printed" <&3 &
	reader=$!
	status=0
	wait "$drill" || status=$?
	drill=
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

# A new process finds what the last ones left: it opens the file, says where
# the budget stands, and ends because nobody holds its stdin.
restart() {
	left=$(sed -n 's/^stopped: //p' "$scratch/printed")
	found=$("$scratch/service" "$file" "${url##*:}" with </dev/null)
	printf '\n== all processes have ended; the service starts again\n'
	printf 'left   %s\nfound  %s\n' "$left" "$found"
	[ "$left" = "$found" ] || {
		echo 'demo: the budget did not go on' >&2
		return 1
	}
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
	# Of a worker that is killed, answers may just have got out uncounted.
	/counted by libsli\t/ { without = $2; with = $4 }
	/counted by wrk\t/ { agree = near(without, $2) && near(with, $4) }
	function near(a, b) { return a > 0.99 * b && a < 1.01 * b }
	END { exit better != 2 ? 2 : !agree }' || {
		[ $? -eq 2 ] &&
			echo 'demo: /checkout did no better with admission' ||
			echo 'demo: libsli did not count what wrk counted'
		return 1
	} >&2
}

# ask COMMAND FILE [NAME]
ask() {
	command=$1
	asked=$2
	shift 2
	printf '\n$ %s\n' "$(as_typed "$sli") $command $(as_typed "$asked")${1:+ $1}"
	"$sli" "$command" "$asked" "$@"
}

# What a person asks next, of the files.
ask_next() {
	ask explain "$file" checkout-fast
	ask alerts "$file"
	printf '\nAnd more: %s show %s; %s help\n' "$(as_typed "$sli")" \
		"$(as_typed "$file")" "$(as_typed "$sli")"
}

cat <<'END'
Two worker processes of an HTTP service, each with a back end that does 200
requests/s (8 threads, 40 ms each), get about 50 /checkout, 100 /search and 150
/recommend a second from wrk. In the brown-out work takes three times as long:
they do 133 requests/s. The same is played twice, without admission and with
it. Then one worker is killed. Both count in one file, so each sheds for what
both have seen, and what you read here a third process sees in the file.

SLO: 99 % of /checkout answered within 400 ms, over an hour (short, so that a
demo sees its budget move; -300 % left means that four budgets are gone).
good: answered within 400 ms. slow: later. fail: the queue was full. shed:
refused by sli_admit(), the least critical route first. "-": it is not asked.
"!": an alert, or a run of bad seconds (micro-outage), begins or is over.
END
build
tells=$(free_port)
play without
play with
restart
compare
[ ! -x "$sli" ] || ask_next
