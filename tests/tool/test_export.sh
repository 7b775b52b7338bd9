#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `sli export` writes of a file whose counts are known, in each format.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh

known known.sli

# export_as FORMAT OPTION...: in `page`
export_as() {
	format=$1
	shift
	sli export known.sli --format "$format" "$@" >page
}

test_export_ecs_is_a_document_on_each_line() {
	export_as ecs --service shop
	same 6 "$(wc -l <page | tr -d ' ')"
	while read -r line; do
		printf '%s\n' "$line" | jq -e '."@timestamp" != null and
			.ecs.version == "8.11.0" and .service.name == "shop" and
			.event.module == "sli"' >/dev/null
	done <page
	same '999 1 50 5 3 9' "$(jq -r 'select(.labels.region == "eu") |
		[.sli.total.good, .sli.delta.bad, .sli.total.shed,
		.sli.total.ignored, .sli.indicator.in_flight,
		.sli.slow."300ms".total] | join(" ")' page)"
	same '990 10 0.9' "$(jq -r 'select(.sli.slo.name == "checkout-fast") |
		.sli.slo | [.budget.good, .budget.bad, .objective] | join(" ")' \
		page)"
}

# But for what depends on when one looks.
steady='.slos | sort_by(.name) | map({name, indicator, objective,
	period_ns, threshold_ns, method, slices, shed_is_bad, active, page, ticket, verdict,
	good: .budget.good, bad: .budget.bad, sli: .budget.sli,
	remaining: .budget.remaining, kind: .period.kind,
	outage: .outage.state})'

counted='.indicators | sort_by(.title) | map({name, labels, title, help,
	active, in_flight, late, threshold_ns, total})'

test_export_slo_says_what_show_says() {
	export_as slo
	sli show known.sli --json >shown.json
	same "$(jq -cS "$steady" shown.json)" "$(jq -cS "$steady" page)"
	same "$(jq -cS "$counted" shown.json)" "$(jq -cS "$counted" page)"
}

# names FILE FILTER: the keys below, without the numbers of arrays' elements.
names() {
	jq -r "$2 | paths | map(select(type == \"string\")) | join(\".\")" "$1" |
		grep . | sort -u
}

# What show has of one SLO, the document has of all, under the same names.
test_export_slo_has_the_names_of_show() {
	export_as slo
	for slo in checkout-fast search-up; do
		sli show known.sli "$slo" --json >shown.json
		names shown.json '.slos[0]' >shown
		names page '.slos[0]' | comm -13 shown - >beyond
		same '' "$(cat beyond)"
	done
}

test_export_hlog_is_what_was_recorded() {
	export_as hlog
	sli hlog page --json >said
	same '999 1 100 500' "$(jq -r '[.tags[] | {(.tag): .count}] | add |
		[."checkout;outcome=good;region=eu",
		."checkout;outcome=bad;region=eu",
		."checkout;outcome=good;region=us",
		."search;outcome=good"] | join(" ")' said)"
}

test_export_statsd_is_lines() {
	export_as statsd
	has page '^sli\.events\.checkout\.region_eu\.good:999\|c$'
	export_as dogstatsd --service shop
	has page '^sli\.events:999\|c\|#.*service:shop'
	lacks page '^$'
}

test_export_otlp_is_one_request() {
	export_as otlp --service shop
	same 1 "$(wc -l <page | tr -d ' ')"
	jq -e '.resourceMetrics[0].resource.attributes[0].value.stringValue ==
		"shop"' page
}

test_export_protobuf_is_bytes_for_no_terminal() {
	export_as protobuf
	[ "$(tr -d '[:print:]' <page | wc -c)" -gt 100 ]
	status 2 sli export known.sli --format protobuf --json
	has err 'it is no text'
	status 2 sli export known.sli --format protobuf --every 1s
	script -qec 'sli export known.sli --format protobuf' /dev/null \
		>said 2>&1 || true
	has said 'stdout a terminal'
}

test_export_to_a_file_appends_lines() {
	status 0 sli export known.sli --format ecs --to lines.json
	status 0 sli export known.sli --format ecs --to lines.json --json
	jq -e '.format == "ecs" and .to == "lines.json"' out
	same 12 "$(jq -c . lines.json | wc -l | tr -d ' ')"
	status 3 sli export known.sli --format ecs --to absent/lines.json
	has err 'absent/lines.json'
}

test_export_refuses_what_does_not_go_together() {
	status 2 sli export known.sli --to page.txt
	has err '^sli: --format openmetrics cannot go to "page.txt", as a file is appended to \(have stdout replace one\); accepted: otlp, statsd, dogstatsd, ecs, hlog, slo$'
	status 2 sli export known.sli --format ecs --to udp://127.0.0.1:8125
	has err 'accepted: statsd, dogstatsd$'
	status 2 sli export known.sli --format ecs --to http://127.0.0.1/
	has err 'accepted: otlp$'
	status 2 sli export known.sli --format hlog --service shop
	has err '^sli: --service shop has no place in this format$'
	status 2 sli export known.sli --listen :0 --format slo
	has err 'goes with no --format, --to or --every'
	for address in 9464 ':' 'x:y' ':70000' '::1:9464' '[::1:9464'; do
		status 2 sli export known.sli --listen "$address"
		has err 'accepted: ADDRESS:PORT'
	done
	status 3 sli export known.sli --listen name.example:0
	status 2 sli export known.sli --format ecs --every 10ms
	has err '^sli: --every "10ms" is not valid; accepted: 100ms to 1d'
	status 2 sli export known.sli --format ecs --every 1s --json
	status 3 sli export known.sli --format statsd --to udp://127.0.0.1
	status 2 sli export-rules x.yaml --to now
	status 2 sli review known.sli --to nowhere
	has err '^sli: --to "nowhere" is not valid'
	status 3 sli export absent.sli --format ecs
	has err 'absent.sli'
}

check_all test_export.sh
