#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Install what is missing of the groups asked for, with apt-get and npm.
#
#   .ci/deps.sh GROUP...     the groups are below
#
# What is looked for is what will be used, a command or a header, so that one
# built from source does as well as a package.
set -u

cd "$(dirname "$0")/.." || exit 1
CC=${CC:-cc}
missing=
packages=

# need PACKAGE COMMAND-OR-HEADER-OR-PATH
need() {
	case $2 in
	/*)	[ -e "$2" ]
		;;
	*.h)	# CPPFLAGS are separate words.
		# shellcheck disable=SC2086
		echo "#include <$2>" |
			$CC ${CPPFLAGS-} -E -o /dev/null - 2>/dev/null
		;;
	*)	command -v "$2" >/dev/null
		;;
	esac || missing="$missing $1"
}

# Those that lie beside the node that runs; else where Debian has them.
node_headers() {
	beside=$(dirname "$(command -v node)")/../include/node
	if [ -e "$beside" ]; then
		echo "$beside"
	else
		echo /usr/include/node
	fi
}

for group in "$@"; do
	case $group in
	build)
		need gcc "$CC"
		need make make
		need binutils ar
		need libc6-dev stdio.h
		need libck-dev ck_pr.h
		;;
	check)
		need libcmocka-dev cmocka.h
		need g++ "${CXX:-c++}"
		need tzdata /usr/share/zoneinfo/Europe/Berlin
		need pkg-config pkg-config
		need binutils readelf
		;;
	tool)
		need libncurses-dev ncurses.h
		need libjansson-dev jansson.h
		need libyaml-dev yaml.h
		# Its header is for C++ only.
		echo '#include <simdjson.h>' |
			"${CXX:-c++}" -x c++ -E -o /dev/null - 2>/dev/null ||
			missing="$missing libsimdjson-dev"
		need zlib1g-dev zlib.h
		need libprotobuf-c-dev protobuf-c/protobuf-c.h
		need protobuf-c-compiler protoc-c
		need libcurl4-openssl-dev curl/curl.h
		need libmicrohttpd-dev microhttpd.h
		need g++ "${CXX:-c++}"
		need pkg-config pkg-config
		need tmux tmux
		need jq jq
		need procps pgrep
		need libxml2-utils xmllint
		;;
	page)	# a browser that sees what a person would
		need chromium chromium
		need chromium-driver chromedriver
		need curl curl
		;;
	spec)
		need libyaml-dev yaml.h
		need pkg-config pkg-config
		need prometheus promtool
		;;
	export)
		need zlib1g-dev zlib.h
		need libjansson-dev jansson.h
		need libprotobuf-c-dev protobuf-c/protobuf-c.h
		need protobuf-c-compiler protoc-c
		need pkg-config pkg-config
		need prometheus promtool
		need curl curl
		need python3-prometheus-client \
			/usr/lib/python3/dist-packages/prometheus_client
		;;
	deliver)
		;;
	otlp)
		need libcurl4-openssl-dev curl/curl.h
		need libjansson-dev jansson.h
		need zlib1g-dev zlib.h
		need pkg-config pkg-config
		;;
	http)
		need libmicrohttpd-dev microhttpd.h
		need zlib1g-dev zlib.h
		need pkg-config pkg-config
		need curl curl
		need prometheus promtool
		;;
	node)	# Debian's own, or one installed otherwise with its headers
		need nodejs node
		need npm npm
		need libnode-dev "$(node_headers)/node_api.h"
		need redis-server redis-server
		need chromium chromium
		need chromium-driver chromedriver
		need openssl openssl
		packages="$packages bindings/node"
		;;
	peers)	# other projects' programs, which tests talk to
		need nodejs node
		need npm npm
		packages="$packages tests/peers"
		;;
	valgrind)
		need valgrind valgrind
		;;
	clang)
		need clang clang
		;;
	fuzz)
		need clang clang
		# clang may be there without its runtimes.
		echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
			clang -fsanitize=fuzzer,address -x c -o /dev/null - \
			2>/dev/null || missing="$missing libclang-rt-dev"
		;;
	lint)
		need clang-format clang-format
		need gcc gcc
		need g++ "${CXX:-c++}"
		need shellcheck shellcheck
		need libprotobuf-c-dev protobuf-c/protobuf-c.h
		need protobuf-c-compiler protoc-c
		;;
	demo)	# its page and metrics are of libsli-http
		need libmicrohttpd-dev microhttpd.h
		need libprotobuf-c-dev protobuf-c/protobuf-c.h
		need protobuf-c-compiler protoc-c
		need wrk wrk
		need curl curl
		need pkg-config pkg-config
		;;
	bench)
		need prometheus-cpp-dev \
			/usr/include/prometheus/text_serializer.h
		need time /usr/bin/time
		need jq jq
		;;
	aarch64)
		need gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc
		need qemu-user qemu-aarch64
		[ -e /usr/aarch64-linux-gnu/include/stdio.h ] ||
			missing="$missing libc6-dev-arm64-cross"
		;;
	*)
		echo "deps: no group '$group'" >&2
		exit 2
		;;
	esac
done

# What `npm ci` has installed is as old as the lock file it was told by.
install_npm() {
	for directory in $packages; do
		lock=$directory/package-lock.json
		kept=$directory/node_modules/.package-lock.json
		[ -e "$kept" ] && [ -z "$(find "$lock" -newer "$kept")" ] &&
			continue
		set -- npm ci --ignore-scripts --no-audit --no-fund \
			--prefix "$directory"
		echo "deps: installing the npm packages of $directory"
		"$@" </dev/null || {
			echo "deps: missing; run: $*" >&2
			return 1
		}
		touch "$kept"
	done
}

if [ -z "$missing" ]; then
	install_npm
	exit
fi
# Words again, each once.
# shellcheck disable=SC2046,SC2086
set -- $(printf '%s\n' $missing | sort -u)

if ! command -v apt-get >/dev/null; then
	echo "deps: missing, by their Debian names: $*" >&2
	exit 1
elif [ "$(id -u)" -eq 0 ]; then
	root=
elif sudo -n true 2>/dev/null; then
	root='sudo -n'
else
	echo "deps: missing; run: sudo apt-get install $*" >&2
	exit 1
fi

# apt_get WORD...
apt_get() {
	# $root is a command and its arguments, or nothing.
	# shellcheck disable=SC2086
	$root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		--no-install-recommends -o DPkg::Lock::Timeout=300 "$@" \
		</dev/null
}

echo "deps: installing $*"
# On a new machine there are no package lists, on an old one they are stale.
apt_get -s install "$@" >/dev/null 2>&1 || apt_get update
apt_get install "$@" || {
	apt_get update
	apt_get install "$@"
} || exit
install_npm
