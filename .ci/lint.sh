#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How the code is put together. Reports as cmocka does.
#
#   .ci/lint.sh        layers and headers; part of `make check`
#   .ci/lint.sh all    style too, by clang-format, shellcheck and gcc's analyzer
set -u
cd "$(dirname "$0")/.."
. tests/check.sh

CC=${CC:-cc}
CXX=${CXX:-c++}

# sources DIRECTORY...: of ours, not of npm's, nor what was built
sources() {
	find "$@" -name node_modules -prune -o -name build -prune -o \
		-name '*.[ch]' -print | sort
}

# Layer by layer, each of what it may include: itself and what comes before.
# The public headers are on the layer whose functions they declare.
includes_point_down() {
	# File names here have no spaces.
	# shellcheck disable=SC2046
	awk '
	function wrong(why) {
		printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
		bad = 1
	}
	function layer_of(path, part) {
		if (path ~ /^(include\/)?sli\//) {
			sub(/.*\//, "", path)
			return declares[path]
		}
		sub(/^src\//, "", path)
		split(path, part, "/")
		return part[1]
	}
	BEGIN {
		n = split("base arena shard history indicator slo flush " \
		    "registry addon export spec deliver otlp http tool bindings", layer, " ")
		for (i = 1; i <= n; i++)
			rank[layer[i]] = i
		rank["bindings"] = rank["tool"]

		n = split("api.h base status.h base time.h base " \
		    "version.h base registry.h arena audit.h arena annotate.h arena histogram.h history " \
		    "indicator.h indicator writer.h indicator exemplar.h indicator latency.h indicator " \
		    "alert.h slo slo.h slo admit.h slo adjust.h slo " \
		    "context.h slo retry.h slo " \
		    "flush.h flush file.h registry sli.h registry " \
		    "export.h export export_hdr.h export " \
		    "export_hlog.h export spec.h spec spec_slo.h spec " \
		    "export_proto.h export export_statsd.h export " \
		    "export_otlp.h export export_ecs.h export " \
		    "export_slo.h export export_snapshot.h export " \
		    "deliver.h deliver deliver_file.h deliver " \
		    "deliver_statsd.h deliver otlp.h otlp http.h http", word, " ")
		for (i = 1; i < n; i += 2)
			declares[word[i]] = word[i + 1]
	}
	FNR == 1 {
		from = layer_of(FILENAME)
		if (!(from in rank))
			wrong("on no known layer")
	}
	!/^[ \t]*#[ \t]*include[ \t]/ { next }
	{
		path = $0
		sub(/^[^<"]*[<"]/, "", path)
		sub(/[>"].*/, "", path)
	}
	path ~ /^(ck\/)?ck_/ && FILENAME != "src/base/atomic.h" {
		wrong("only src/base/atomic.h includes ck")
	}
	/</ && path !~ /^sli\// { next }
	/"/ && path !~ /\// { next } # of the same directory
	{
		to = layer_of(path)
		if (!(to in rank))
			wrong("on no known layer")
		else if (rank[to] > rank[from])
			wrong(from " is below " to)
		else if (/"/ && rank[from] >= rank["spec"] && to != from &&
		    to != "addon")
			wrong(from " is for public headers only")
		else if (/"/ && from == "addon" && to != from)
			wrong(from " is for public headers only")
		else if (/"/ && from == "export" && to != from &&
		    to != "flush" && to != "addon")
			wrong("export is for public headers and snapshots")
	}
	END { exit bad }
	' $(sources include src bindings)
}

# headers_compile COMMAND...: each alone, and twice. (The declaration is for
# those that only define macros: C wants a translation unit to have one.)
headers_compile() {
	for header in include/sli/*.h; do
		include="#include <sli/${header##*/}>"
		printf '%s\n' "$include" "$include" 'extern int lint;' |
			"$@" -pedantic-errors -Wall -Wextra -Wundef -Werror \
			    -Iinclude -fsyntax-only -
	done
}

# 400 and 250 lines are the aim; a tenth more has to have a reason.
files_are_short() {
	# shellcheck disable=SC2046
	wc -l $(sources include src bindings tests bench) | awk '
	$2 == "total" { next }
	$1 > ($2 ~ /\.h$/ ? 275 : 440) {
		print $2 ": " $1 " lines"
		bad = 1
	}
	END { exit bad }'
}

lines_are_clean() {
	status=0
	for file in $(sources include src bindings tests bench); do
		[ "$(head -n 1 "$file")" = \
		    '/* SPDX-License-Identifier: MIT */' ] || {
			echo "$file:1: no SPDX line"
			status=1
		}
		expand -t 8 "$file" | awk -v file="$file" '
		length > 80 { print file ":" FNR ": over 80 columns"; bad = 1 }
		/[ \t]$/ { print file ":" FNR ": blank at its end"; bad = 1 }
		END { exit bad }' || status=1
	done
	return "$status"
}

format_is_kept() {
	# shellcheck disable=SC2046
	clang-format --dry-run -Werror $(sources include src bindings tests bench)
}

# Chosen over cppcheck and clang-tidy, which gave nothing but false reports.
analyzer_is_content() {
	generated=$(mktemp -d)
	protoc-c --c_out="$generated" --proto_path=src/export \
	    src/export/*.proto
	for file in src/*/*.c; do
		gcc -std=c11 -O2 -fanalyzer -Werror \
		    -Iinclude -Isrc -I"$generated" -S -o /dev/null "$file"
	done
	rm -r "$generated"
}

shellcheck_is_content() {
	# shellcheck disable=SC2046
	shellcheck -x .ci/run $(find .ci bindings tests bench \
	    -name node_modules -prune -o -name '*.sh' -print)
}

check includes_point_down includes_point_down
check headers_compile_alone_as_c11 headers_compile "$CC" -x c -std=c11
check headers_compile_alone_as_cxx11 headers_compile "$CXX" -x c++ -std=c++11
if [ "${1-}" = all ]; then
	check files_are_short files_are_short
	check lines_are_clean lines_are_clean
	check format_is_kept format_is_kept
	check analyzer_is_content analyzer_is_content
	check shellcheck_is_content shellcheck_is_content
fi
check_end
