#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A service that posts, built as an outsider would, and a collector that decodes
# with OpenTelemetry's own definitions (from npm), is killed and comes back.
set -u
cd "$(dirname "$0")/../.." || exit 1
here=$PWD/tests/otlp
top=$PWD
. tests/tool/common.sh
CC=${CC:-cc}
NODE_PATH=$top/tests/peers/node_modules
export NODE_PATH

# start_collector PORT, and leave its port in $port.
start_collector() {
	: >said
	# It must not hold on to the service's input.
	background node "$here/collector.js" "$1" totals >said 3>&-
	collector=$!
	await grep -q ready said || { cat background.log; return 1; }
	port=$(sed 's/ready //' said)
}

kill_collector() {
	kill -9 "$collector"
	wait "$collector" 2>/dev/null || true
}

has_lines() {
	[ "$(wc -l <totals)" -ge "$1" ]
}

# All that was counted has arrived, by one request that came last.
run_through_restarts() {
	: >totals
	start_collector 0
	mkfifo input
	exec 3<>input
	# In the background the shell makes the input /dev/null.
	background sh -c 'exec ./service "$@" <input' - \
		"http://127.0.0.1:$port/v1/metrics" "$1" >counted 3>&-
	service=$!
	for _ in 1 2 3; do
		await has_lines $(($(wc -l <totals) + 5))
		kill_collector
		sleep 0.3
		start_collector "$port"
	done
	exec 3>&-
	wait "$service" || { cat background.log; return 1; }
	kill_collector
	rm input
	cat counted background.log
	if grep violation totals; then
		return 1
	fi
	[ "$(sed -n 1p counted)" = "$(tail -n 1 totals)" ]
	grep ' failed 0 retries [1-9]' counted
}

# The collector would notice.
collector_refuses() {
	: >totals
	start_collector 0
	for body in '{' '{"resourceMetrics":[{"scope_metrics":[]}]}' \
	    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"nome":"x"}]}]}]}' \
	    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[]}]}]}'; do
		node -e 'require("http").request({ port: process.argv[1],
			host: "127.0.0.1", path: "/v1/metrics", method: "POST",
			headers: { "Content-Type": "application/json" },
			agent: false },
			(r) => console.log(r.resume().statusCode))
			.end(process.argv[2])' \
			"$port" "$body"
	done >statuses
	kill_collector
	[ "$(tr '\n' ' ' <statuses)" = '400 400 400 400 ' ]
	[ "$(grep -c violation totals)" -eq 4 ]
}

build_service() {
	# Flags are words.
	# shellcheck disable=SC2046
	$CC -std=c11 -Wall -Wextra -Werror -I"$top/include" -o service \
		"$here/outsider/service.c" "$BUILD/libsli-otlp.a" \
		"$BUILD/libsli-export.a" "$BUILD/libsli.a" \
		$(pkg-config --libs libcurl jansson zlib) -lm -pthread
}

check collector_refuses_what_is_no_otlp collector_refuses
check service_builds_with_public_headers build_service
check posted_totals_are_the_counted_ones run_through_restarts plain
check posted_totals_are_the_counted_ones_by_gzip run_through_restarts gzip
check_end
