#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What is exported, before those who read it: the strict OpenMetrics parser of
# prometheus_client, promtool, and a Prometheus that scrapes it.
set -u
cd "$(dirname "$0")/../.." || exit 1
here=$PWD/tests/export
. tests/tool/common.sh

# Debian's, which has prometheus_client.
python=/usr/bin/python3
slow=4bf92f3577b34da6a3ce929d0e0e4736

known known.sli
"$recorder" hostile.sli indicator checkout 'a"b\c,d}e # {x="y"} 1' \
	record good 7 3000 exemplar good 1200000 "$slow" \
	method timeslices 60 calendar month Europe/Berlin slo by-month 0.99
"$recorder" empty.sli indicator idle '' slo idle-up 0.9999
"$recorder" many.sli max 64 many 60

# samples FILE: what the strict parser makes of it; it raises what it refuses.
samples() {
	sli export "$1" >page
	"$python" - <<'END'
from prometheus_client.openmetrics import parser
with open("page", newline="", encoding="utf-8") as page:
    for family in parser.text_string_to_metric_families(page.read()):
        assert family.documentation, family.name
        for s in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()))
            tail = f" # {s.exemplar.labels} {s.exemplar.value}" \
                if s.exemplar else ""
            print(f"{family.type} {s.name} {labels} {s.value:g}{tail}")
END
}

test_openmetrics_is_what_a_strict_parser_reads() {
	for file in known hostile empty many; do
		samples "$file.sli" >parsed
		[ -s parsed ]
	done
}

test_openmetrics_reads_back_as_what_was_counted() {
	samples known.sli >parsed
	has parsed \
		'^counter sli_events_total outcome=good,region=eu,sli=checkout 999$' \
		'^counter sli_events_total outcome=shed,region=eu,sli=checkout 50$' \
		'^gauge sli_in_flight region=eu,sli=checkout 3$' \
		'^histogram sli_latency_seconds_bucket le=0.1,outcome=good,region=eu,sli=checkout 900$' \
		'^histogram sli_latency_seconds_count outcome=bad,region=eu,sli=checkout 1$' \
		'^gauge slo:objective:ratio .*sloth_id=checkout-fast.* 0.9$' \
		'^gauge slo:sli_error:ratio_rate5m .*sloth_window=5m 0.01$'
}

test_openmetrics_reads_back_hostile_labels_and_exemplars() {
	samples hostile.sli >parsed
	grep -F 'region=a"b\c,d}e # {x="y"} 1,sli=checkout 8' parsed
	has parsed "le=2.5,outcome=good.* 8 # \\{'trace_id': '$slow'\\} 1.2\$" \
		'^gauge sloth_slo_info sli_method=timeslices,sli_period=month,sli_time_zone=Europe/Berlin,.*sloth_objective=99,'
}

# Nothing but that sloth's names have colons.
test_prometheus_text_is_what_promtool_accepts() {
	for file in known hostile empty many; do
		sli export --format prometheus "$file.sli" >page
		promtool check metrics <page >said 2>&1 || [ $? -eq 3 ]
		if grep -v "^slo:[a-z0-9_:]* metric names should not contain ':'\$" \
		    said; then
			return 1
		fi
	done
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

# While it is scraped, more is counted: rates are those of what is counted.
test_prometheus_scrapes_it() {
	background "$python" "$here/serve.py" known.sli >ports
	await test -s ports
	read -r target port <ports
	cat >prometheus.yml <<END
global: {scrape_interval: 1s}
scrape_configs:
  - {job_name: sli, static_configs: [{targets: ['127.0.0.1:$target']}]}
END
	background prometheus --config.file=prometheus.yml \
		--storage.tsdb.path=data --enable-feature=exemplar-storage \
		--web.listen-address="127.0.0.1:$port" >prometheus.log
	good='sli_events_total{sli="checkout",region="eu",outcome="good"}'
	await is_metric "$good" 999
	"$recorder" known.sli indicator checkout eu record good 30 100000 \
		exemplar good 123000 "$slow"
	await is_metric "$good" 1030
	is_metric up 1
	is_metric 'sum(sli_latency_seconds_count{region="eu"})' 1031
	le='sli_latency_seconds_bucket{region="eu",outcome="good",le="0.1"}'
	is_metric "$le" 900
	is_metric 'slo:period_error_budget_remaining:ratio > bool 0.9' 1
	now=$(date +%s)
	curl -fsG "http://127.0.0.1:$port/api/v1/query_exemplars" \
		--data-urlencode 'query=sli_latency_seconds_bucket' \
		-d "start=$((now - 600))" -d "end=$((now + 60))" >exemplars
	same "$slow 0.123 0.25" "$(jq -r '.data[] | .seriesLabels.le as $le |
		.exemplars[] | "\(.labels.trace_id) \(.value) \($le)"' exemplars)"
}

test_export_of_no_registry_is_told() {
	status 3 sli export absent.sli
	has err 'absent.sli'
	[ ! -s out ]
	status 2 sli export known.sli --format xml
	has err '^sli: --format "xml" is not valid; accepted: openmetrics, '
	status 2 sli export
}

test_export_as_json_is_the_same_text() {
	sli export --format prometheus empty.sli >text
	status 0 sli export --json --format prometheus empty.sli
	jq -j .text out | cmp - text
	same prometheus "$(jq -r .format out)"
}

"$python" -c 'import prometheus_client' 2>/dev/null || {
	echo '[  SKIPPED ] 7 test(s), for want of python3-prometheus-client.'
	exit 0
}
check_all ../export/test_formats.sh
