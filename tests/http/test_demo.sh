#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The demo service, scraped by two Prometheus: one takes native histograms, and
# so gets protobuf, the other OpenMetrics text. Both have then what the file of
# the service holds.
set -u
cd "$(dirname "$0")/../.." || exit 1
source=$PWD
. tests/tool/common.sh

# free_port FROM: one from there on that nobody listens on
free_port() {
	for candidate in $(seq "$1" $(($1 + 200))); do
		curl -s -o taken "http://127.0.0.1:$candidate/" ||
			[ $? -ne 7 ] || { echo "$candidate"; return; }
	done
}

compile() {
	# Flags are words.
	# shellcheck disable=SC2046
	(cd "$source" && "${CC:-cc}" -std=c11 -O2 -Iinclude -pthread \
		-o "$scratch/service" bench/service/main.c \
		bench/service/service.c bench/service/trace.c \
		bench/service/backend.c bench/service/books.c \
		"$BUILD/libsli-http.a" "$BUILD/libsli-export.a" \
		"$BUILD/libsli.a" $(pkg-config --cflags --libs libmicrohttpd \
		zlib jansson libprotobuf-c) -lm)
}

# start_service: until its stdin ends, which it reads itself.
start_service() {
	serves=$(free_port 19500)
	tells=$(free_port 19700)
	mkfifo line
	exec 4<>line
	: >says
	# In a shell of its own: one would give it /dev/null for stdin.
	background sh -c 'exec "$@" <line 4>&-' - ./service demo.sli "$serves" \
		without "$tells" >says
	await test -s says
}

cat >demo.yaml <<'END'
version: prometheus/v1
service: demo
slos:
  - name: checkout
    objective: 99
    sli:
      events:
        error_query: sum(rate(sli_events_total{route="/checkout",outcome="bad"}[{{.window}}]))
        total_query: sum(rate(sli_events_total{route="/checkout",outcome=~"good|bad"}[{{.window}}]))
    alerting: {name: Checkout}
END

# start_prometheus NAME FEATURES FROM: its port goes to NAME.port
start_prometheus() {
	free_port "$3" >"$1.port"
	background prometheus --config.file=prometheus.yml \
		--storage.tsdb.path="$1" --enable-feature="$2" \
		--web.listen-address="127.0.0.1:$(cat "$1.port")" >"$1.log"
	await curl -fs -o ready "http://127.0.0.1:$(cat "$1.port")/-/ready"
}

# metric NAME QUERY: its value in a Prometheus; nothing if it has none.
metric() {
	curl -fsG "http://127.0.0.1:$(cat "$1.port")/api/v1/query" \
		--data-urlencode "query=$2" |
		jq -r '.data.result[0].value[1] // empty'
}

is_metric() {
	[ "$(metric "$1" "$2")" = "$3" ]
}

# of ROUTE OUTCOME: what the file of the service holds
of() {
	sli show --json demo.sli | jq --arg route "$1" ".indicators[] |
	    select(.labels.route == \$route) | .total.$2"
}

traced=4bf92f3577b34da6a3ce929d0e0e4736

test_demo_is_scraped_as_text_and_as_protobuf() {
	sli export-rules demo.yaml >rules.yml
	# Else the first evaluation may be 30 s away.
	sed -i 's/^  interval: .*/  interval: 1s/' rules.yml
	cat >prometheus.yml <<END
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
  - {job_name: demo, static_configs: [{targets: ['127.0.0.1:$tells']}]}
END
	start_prometheus native native-histograms,exemplar-storage 19900
	start_prometheus text exemplar-storage 20100
	await is_metric native up 1
	await is_metric text up 1
}

test_demo_is_known_to_prometheus_as_to_its_file() {
	curl -sZ --parallel-max 8 -o answers \
		-H "traceparent: 00-$traced-00f067aa0ba902b7-01" \
		"http://127.0.0.1:$serves/checkout?user=[1-60]" \
		"http://127.0.0.1:$serves/search?user=[1-40]"
	same 100 "$(($(of /checkout good) + $(of /search good)))"
	for route in /checkout /search; do
		labels="route=\"$route\",outcome=\"good\""
		for name in native text; do
			await is_metric "$name" "sli_events_total{$labels}" \
				"$(of "$route" good)"
		done
		is_metric native \
			"histogram_count(sli_latency_seconds{$labels})" \
			"$(of "$route" good)"
		is_metric text "sli_latency_seconds_count{$labels}" \
			"$(of "$route" good)"
	done
	# Only who asks for protobuf has a histogram of one series.
	[ -z "$(metric text 'histogram_count(sli_latency_seconds)')" ]
	left=$(sli show --json demo.sli | jq '.slos[] |
	    select(.name == "checkout-fast") | .budget.remaining')
	for name in native text; do
		is_metric "$name" \
			'slo:period_error_budget_remaining:ratio{sloth_slo="checkout-fast"}' \
			"$left"
	done
}

# exemplars NAME QUERY
exemplars() {
	now=$(date +%s)
	curl -fsG "http://127.0.0.1:$(cat "$1.port")/api/v1/query_exemplars" \
		--data-urlencode "query=$2" \
		-d "start=$((now - 600))" -d "end=$((now + 60))" |
		jq -r '.data[].exemplars[].labels.trace_id' | sort -u
}

test_demo_exemplars_come_back_by_trace_id() {
	same "$traced" "$(exemplars native 'sli_latency_seconds{route="/checkout"}')"
	same "$traced" \
		"$(exemplars text 'sli_latency_seconds_bucket{route="/checkout"}')"
}

# rules_are NAME HEALTH
rules_are() {
	curl -fs "http://127.0.0.1:$(cat "$1.port")/api/v1/rules" |
		jq -r '[.data.groups[].rules[].health] | unique | join(",")' \
		>health
	[ "$(cat health)" = "$2" ]
}

test_demo_rules_evaluate() {
	for name in native text; do
		await rules_are "$name" ok
		await is_metric "$name" \
			'slo:sli_error:ratio_rate5m{sloth_slo="checkout",sloth_window="5m",sloth_id="demo-checkout"}' 0
	done
}

test_demo_metrics_have_nothing_that_promtool_minds() {
	curl -s "http://127.0.0.1:$tells/metrics" >page
	promtool check metrics <page >said 2>&1 || [ $? -eq 3 ]
	# sloth's names have colons.
	if grep -v "^slo:[a-z0-9_:]* metric names should not contain ':'\$" said
	then
		return 1
	fi
}

for program in prometheus promtool curl jq; do
	command -v "$program" >/dev/null || {
		echo "[  SKIPPED ] 5 test(s), for want of $program."
		exit 0
	}
done
compile && start_service || exit 1
check_all ../http/test_demo.sh
