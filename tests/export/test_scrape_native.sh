#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A Prometheus that takes native histograms scrapes a service as protobuf, and
# in a second job as OpenMetrics text: what it has then is what was recorded.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh
scraped=$BUILD/tests/export/server/scraped

# 60 latencies from 137 us to 493 ms, each of 10 events.
squares() {
	k=1
	while [ "$k" -le 60 ]; do
		printf 'record good 10 %d ' $((k * k * 137))
		k=$((k + 1))
	done
}

slow=4bf92f3577b34da6a3ce929d0e0e4736
# Words of their own.
# shellcheck disable=SC2046
"$recorder" shop.sli indicator checkout eu $(squares) \
	record bad 7 2000000 exemplar good 1000000 "$slow" \
	count shed 50 slo checkout-fast 0.9

cat >shop.yaml <<'END'
version: prometheus/v1
service: shop
slos:
  - name: checkout
    objective: 99
    sli:
      events:
        error_query: sum(rate(sli_events_total{job="native",outcome="bad"}[{{.window}}]))
        total_query: sum(rate(sli_events_total{job="native",outcome=~"good|bad"}[{{.window}}]))
    alerting: {name: Checkout}
END

start_prometheus() {
	background prometheus --config.file=prometheus.yml \
		--storage.tsdb.path=data --web.listen-address="127.0.0.1:$port" \
		--enable-feature=native-histograms,exemplar-storage \
		>prometheus.out
	await curl -fs -o ready "http://127.0.0.1:$port/-/ready"
}

# metric QUERY: its value in Prometheus; nothing if it has none.
metric() {
	curl -fsG "http://127.0.0.1:$port/api/v1/query" \
		--data-urlencode "query=$1" |
		jq -r '.data.result[0].value[1] // empty'
}

is_metric() {
	[ "$(metric "$1")" = "$2" ]
}

good='sli_latency_seconds{job="native",sli="checkout",outcome="good"}'

# What follows is on this Prometheus.
test_native_histograms_are_scraped_as_protobuf() {
	background "$scraped" shop.sli >ports
	await test -s ports
	read -r target port <ports
	sli export-rules shop.yaml >rules.yml
	# Else the first evaluation may be 30 s away.
	sed -i 's/^  interval: .*/  interval: 1s/' rules.yml
	cat >prometheus.yml <<END
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
  - {job_name: native, static_configs: [{targets: ['127.0.0.1:$target']}]}
  - job_name: text
    metrics_path: /text
    static_configs: [{targets: ['127.0.0.1:$target']}]
END
	start_prometheus
	await is_metric 'sum(up)' 2
	await is_metric "histogram_count($good)" 601
	is_metric 'histogram_count(sli_latency_seconds{outcome="bad"})' 7
	is_metric 'sli_events_total{job="native",outcome="shed"}' 50
	is_metric 'sli_events_total{job="native",outcome="good"}' 601
	# Native ones have no other series.
	[ -z "$(metric 'sli_latency_seconds_count{job="native"}')" ]
	metric "histogram_sum($good)" >sum
	# Of 10 * 137 us * k^2 up to 60, and 1 s; within 1/128.
	awk '{ exit !($1 > 102.11 * 127 / 128 && $1 < 102.11 * 129 / 128) }' sum
}

prometheus_is_up() {
	[ -s ports ] || return 1
	read -r target port <ports
}

test_native_text_beside_it_agrees() {
	prometheus_is_up
	await is_metric 'sli_latency_seconds_count{job="text",outcome="good"}' 601
	# Every gauge and counter is the same in both.
	names='__name__=~"sli_.*|slo.*",__name__!~"sli_latency_.*|.*_created"'
	count=$(metric "count({$names,job=\"native\"})")
	same "$count" "$(metric "count({$names,job=\"text\"})")"
	[ "$count" -gt 20 ]
	for name in 'sli_events_total' 'slo:objective:ratio' \
	    'slo:period_error_budget_remaining:ratio' \
	    'slo:sli_error:ratio_rate5m' 'sli_shed_probability'; do
		same "$(metric "count({__name__=\"$name\",job=\"native\"})")" \
			"$(metric "count({__name__=\"$name\",job=\"native\"}
			== ignoring(job) {__name__=\"$name\",job=\"text\"})")"
	done
	# At a bound that both have, but for the bucket that it is in.
	is_metric "abs(600 * histogram_fraction(0, 0.1, $good) -
		ignoring(le, job) sli_latency_seconds_bucket{job=\"text\",
		outcome=\"good\",le=\"0.1\"}) < bool 30" 1
}

# Schema 3: buckets 9.05 % wide, and 1/128 for where they were placed.
test_native_quantiles_are_within_the_stated_error() {
	prometheus_is_up
	for q in 0.05 0.25 0.5 0.75 0.9 0.95 0.99 1; do
		own=$(curl -fs "http://127.0.0.1:$target/quantile/$q")
		theirs=$(metric "histogram_quantile($q, $good)")
		echo "$q: $own by libsli, $theirs by Prometheus"
		awk "BEGIN { r = $theirs / $own
			exit !(r < 1.0905 * 129 / 128 &&
			       r > 127 / 128 / 1.0905) }"
	done
}

exemplars() {
	now=$(date +%s)
	curl -fsG "http://127.0.0.1:$port/api/v1/query_exemplars" \
		--data-urlencode "query=$1" \
		-d "start=$((now - 600))" -d "end=$((now + 60))" |
		jq -r '.data[].exemplars[] | "\(.labels.trace_id) \(.value)"'
}

test_native_exemplars_come_back() {
	prometheus_is_up
	same "$slow 1" "$(exemplars "$good")"
	same "$slow 1" "$(exemplars 'sli_events_total{job="native"}')"
	same "$slow 1" "$(exemplars 'sli_events_total{job="text"}')"
	same "$slow 1" "$(exemplars 'sli_latency_seconds_bucket{job="text"}')"
}

rules_are() {
	curl -fs "http://127.0.0.1:$port/api/v1/rules" |
		jq -r '[.data.groups[].rules[].health] | unique | join(",")' \
		>health
	[ "$(cat health)" = "$1" ]
}

test_native_rules_of_export_rules_evaluate() {
	prometheus_is_up
	await rules_are ok
	curl -fs "http://127.0.0.1:$port/api/v1/rules" >rules
	[ "$(jq '[.data.groups[].rules[]] | length' rules)" -gt 10 ]
	same '' "$(jq -r '.data.groups[].rules[].lastError // empty' rules)"
	is_metric 'slo:objective:ratio{sloth_id="shop-checkout"}' 0.99
}

# More events, of a schema that is coarser: no reset. Then a service that has
# begun anew, with a finer one: a reset.
test_native_histograms_live_through_restarts() {
	prometheus_is_up
	"$recorder" shop.sli indicator checkout eu record good 1 2 \
		record good 4 40000000
	await is_metric "histogram_count($good)" 606
	sleep 2
	rate="histogram_count(increase(${good}[1m]))"
	metric "$rate" >grown
	awk '{ exit !($1 > 4 && $1 < 60) }' grown
	mv shop.sli old.sli
	"$recorder" shop.sli indicator checkout eu record good 40 5000
	await is_metric "histogram_count($good)" 40
	is_metric 'resets(sli_events_total{job="native",outcome="good"}[1m])' 1
	# What was before the restart is not lost, nor counted twice.
	metric "$rate" >grown
	awk '{ exit !($1 > 40 && $1 < 300) }' grown
	# And when it is Prometheus that begins anew.
	kill "$(tail -n 1 pids)"
	await not_up
	start_prometheus
	await is_metric "histogram_count($good)" 40
}

not_up() {
	! curl -fs -o ready "http://127.0.0.1:$port/-/ready"
}

test_native_prometheus_has_nothing_to_complain_of() {
	grep -v 'Received SIGTERM' background.log >complaints
	lacks complaints 'level=(warn|error)'
}

check_all ../export/test_scrape_native.sh
