#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Fuzz what reads files, with libFuzzer. Reports as cmocka does.
#
#   tests/fuzz/run.sh [EXECUTIONS [DIRECTORY]]
#
# EXECUTIONS (100000) of programs that open and view a file, a tenth as many of
# programs that also check and repair it, since that takes ten times as long.
# DIRECTORY keeps new inputs from run to run. An input that fails is kept in
# $BUILD (build/fuzz), and the way to run it again is said.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/check.sh

executions=${1:-100000}
directory=${2:-}
BUILD=${BUILD:-build/fuzz}
CLANG=${CLANG:-clang}
sanitizers='-fsanitize=address,undefined -fno-sanitize-recover=all'
harness="-std=c11 -O2 -g -D_GNU_SOURCE -Isrc -Iinclude $sanitizers"
seeds=tests/fuzz/corpus/file

scratch=$(mktemp -d)
files=$scratch
[ ! -w /dev/shm ] || files=$(mktemp -d /dev/shm/sli-fuzz-XXXXXX)
trap 'rm -rf "$scratch" "$files"' EXIT
trap 'exit 1' HUP INT TERM

# Only the library is counted as covered, not what drives it.
build() {
	MAKEFLAGS='' make -j"$(nproc)" BUILD="$BUILD" CC="$CLANG" \
		CFLAGS='-O2 -g' VARIANT="$sanitizers \
		-fsanitize-coverage=inline-8bit-counters,pc-table" \
		"$BUILD/libsli.a"
	for source in tests/fuzz/*.c; do
		case $source in
		*/fuzz_spec.c | */fuzz_log.c | */fuzz_accept.c | */fuzz_hdr.c | \
		    */fuzz_header.c)
			continue
		esac
		object=${source##*/}
		object=$BUILD/${object%.c}.o
		# shellcheck disable=SC2086
		"$CLANG" $harness -c -o "$object" "$source"
		set -- "$@" "$object"
	done
	# shellcheck disable=SC2086
	"$CLANG" $sanitizers -fsanitize=fuzzer -o "$BUILD/fuzz_file" "$@" \
		"$BUILD/libsli.a" -lm -pthread
}

build_spec() {
	# shellcheck disable=SC2086
	"$CLANG" -std=c11 -O2 -g $sanitizers -fsanitize=fuzzer -Iinclude -Isrc \
		-o "$BUILD/fuzz_spec" tests/fuzz/fuzz_spec.c src/spec/*.c \
		"$BUILD/libsli.a" -lyaml -lm -pthread
}

fuzz_spec() {
	mkdir -p "${directory:-$scratch}/spec"
	"$BUILD/fuzz_spec" -runs="$1" -max_len=8192 -timeout=30 \
		-artifact_prefix="$BUILD/" "${directory:-$scratch}/spec" \
		tests/fuzz/corpus/spec
}

# What reads logs, and what that needs of the command.
build_log() {
	set -- tests/fuzz/fuzz_log.c src/tool/log_*.c src/tool/mem.c \
		src/tool/report.c src/tool/doc.c src/tool/text.c \
		src/tool/format.c src/tool/when.c
	for source in "$@"; do
		object=$BUILD/log_${source##*/}.o
		# shellcheck disable=SC2086
		"$CLANG" -std=c11 -O2 -g $sanitizers -Isrc -Iinclude \
			-fsanitize=fuzzer-no-link -c -o "$object" "$source"
		set -- "$@" "$object"
		shift
	done
	# shellcheck disable=SC2086
	"$CLANG++" -std=c++17 -O2 -g -fno-rtti $sanitizers -Iinclude \
		-fsanitize=fuzzer -o "$BUILD/fuzz_log" \
		-x c++ src/tool/log_json.cc -x none "$@" "$BUILD/libsli.a" \
		-lsimdjson -lz -ljansson -lm
}

fuzz_log() {
	mkdir -p "${directory:-$scratch}/log"
	"$BUILD/fuzz_log" -runs="$1" -max_len=4096 -timeout=30 \
		-artifact_prefix="$BUILD/" "${directory:-$scratch}/log" \
		tests/fuzz/corpus/log
}

# It reads text only: the library is not needed.
build_accept() {
	# shellcheck disable=SC2086
	"$CLANG" -std=c11 -O2 -g $sanitizers -fsanitize=fuzzer -Iinclude -Isrc \
		-o "$BUILD/fuzz_accept" tests/fuzz/fuzz_accept.c \
		src/export/negotiate.c
}

fuzz_accept() {
	mkdir -p "${directory:-$scratch}/accept"
	"$BUILD/fuzz_accept" -runs="$1" -max_len=512 -timeout=10 \
		-artifact_prefix="$BUILD/" "${directory:-$scratch}/accept" \
		tests/fuzz/corpus/accept
}

build_header() {
	# shellcheck disable=SC2086
	"$CLANG" -std=c11 -O2 -g $sanitizers -fsanitize=fuzzer -Iinclude -Isrc \
		-o "$BUILD/fuzz_header" tests/fuzz/fuzz_header.c \
		src/http/header.c
}

fuzz_header() {
	mkdir -p "${directory:-$scratch}/header"
	"$BUILD/fuzz_header" -runs="$1" -max_len=512 -timeout=10 \
		-artifact_prefix="$BUILD/" "${directory:-$scratch}/header" \
		tests/fuzz/corpus/header
}

# The library is instrumented here, too: its sources are not in libsli.a.
build_hdr() {
	# shellcheck disable=SC2086
	"$CLANG" -std=c11 -O2 -g $sanitizers -fsanitize=fuzzer -Iinclude -Isrc \
		-o "$BUILD/fuzz_hdr" tests/fuzz/fuzz_hdr.c src/export/hdr*.c \
		src/export/hlog*.c src/export/sink.c src/export/config.c \
		src/export/date.c src/export/json.c src/export/series.c \
		"$BUILD/libsli.a" -lz -lm -pthread
}

fuzz_hdr() {
	mkdir -p "${directory:-$scratch}/hdr"
	"$BUILD/fuzz_hdr" -runs="$1" -max_len=8192 -timeout=30 \
		-artifact_prefix="$BUILD/" "${directory:-$scratch}/hdr" \
		tests/fuzz/corpus/hdr
}

# stat NAME LOG: one of libFuzzer's final figures
stat() {
	sed -n "s/^stat::$1: *//p" "$2"
}

# fuzz TARGET EXECUTIONS [NAME=VALUE]
fuzz() {
	log=$scratch/$1.log
	inputs=${directory:-$scratch}/$1
	mkdir -p "$inputs"
	status=0
	env TMPDIR="$files" ASAN_OPTIONS=quarantine_size_mb=8 ${3:+"$3"} \
		"$BUILD/fuzz_file" -runs="$2" -max_len=120 -timeout=30 \
		-entropic=0 -reduce_inputs=0 -print_final_stats=1 \
		-artifact_prefix="$BUILD/" "$inputs" "$seeds" \
		>"$log" 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		grep -v -e '	NEW ' -e '	REDUCE ' -e '	pulse ' "$log"
		input=$(sed -n 's/.*Test unit written to //p' "$log")
		echo "again: ${3:-} $BUILD/fuzz_file $input"
		return 1
	fi
	printf '%s: %s executions, %s a second, %s inputs, %s of %s edges\n' \
		"$1" "$(stat number_of_executed_units "$log")" \
		"$(stat average_exec_per_sec "$log")" \
		"$(find "$inputs" -type f | wc -l)" \
		"$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' "$log")" \
		"$(sed -n 's/.*(\([0-9]*\) inline 8-bit counters).*/\1/p' \
			"$log")" >>"$scratch/figures"
}

check fuzz_builds build
[ "$checks_failed" -ne 0 ] || {
	check fuzz_open_and_view fuzz view "$executions"
	check fuzz_check_and_repair fuzz salvage $((executions / 10)) \
		SLI_FUZZ_SALVAGE=1
	cat "$scratch/figures" 2>/dev/null
}
check fuzz_spec_builds build_spec
[ ! -x "$BUILD/fuzz_spec" ] || check fuzz_spec fuzz_spec "$executions"
check fuzz_log_builds build_log
[ ! -x "$BUILD/fuzz_log" ] || check fuzz_log fuzz_log "$executions"
check fuzz_accept_builds build_accept
[ ! -x "$BUILD/fuzz_accept" ] || check fuzz_accept fuzz_accept "$executions"
check fuzz_header_builds build_header
[ ! -x "$BUILD/fuzz_header" ] || check fuzz_header fuzz_header "$executions"
check fuzz_hdr_builds build_hdr
[ ! -x "$BUILD/fuzz_hdr" ] || check fuzz_hdr fuzz_hdr "$executions"
check_end
