#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sli validate and export-rules, as one calls them.
set -u
cd "$(dirname "$0")/../.."
data=$PWD/tests/spec/data
. tests/tool/common.sh

test_validate_of_sound_definitions_says_so() {
	status 0 sli validate "$data/sloth.yaml"
	has out '^1 file: valid$'
	status 0 sli validate "$data"/*.yaml
	has out '^5 files: valid$'
	status 0 sli validate --json "$data/sloth.yaml"
	jq -e '.valid and (.problems | all(.severity == "warning"))' out
}

test_validate_names_every_error_and_its_place() {
	cat >wrong.yaml <<'END'
version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 199
    objectiv: 99
    sli: {events: {error_query: a, total_query: b}}
END
	status 1 sli validate wrong.yaml
	has err '^wrong.yaml:5:16: error: slos\[0\].objective: "199" .*accepted' \
		'^wrong.yaml:6:5: error: slos\[0\].objectiv: '
	status 1 sli validate --json wrong.yaml
	same '5 16 slos[0].objective' "$(jq -r '.problems[] |
		select(.field == "slos[0].objective") |
		"\(.line) \(.column) \(.field)"' out)"
	jq -e '.valid | not' out
}

test_validate_of_no_file_is_told_apart() {
	status 3 sli validate absent.yaml
	has err 'absent.yaml'
	status 2 sli validate
	: >empty.yaml
	status 1 sli validate empty.yaml
}

test_export_rules_writes_what_promtool_accepts() {
	cat >shop.yaml <<'END'
version: prometheus/v1
service: shop
slos:
  - name: orders
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(orders_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(orders_total[{{.window}}]))
    alerting: {name: Orders}
END
	for form in '' --by-ratio; do
		# shellcheck disable=SC2086 # nothing, or an option
		status 0 sli export-rules $form shop.yaml
		cp out rules.yaml
		has out 'slo:sli_error:ratio_rate5m' 'sloth_id: "shop-orders"'
		promtool check rules rules.yaml
	done
	status 0 sli export-rules shop.yaml
	cp out rules.yaml
	status 0 sli export-rules --json shop.yaml
	jq -j .rules out | cmp - rules.yaml
}

test_export_rules_of_what_cannot_be_had_says_why() {
	printf 'version: prometheus/v1\nservice: shop\n' >nothing.yaml
	status 1 sli export-rules nothing.yaml
	[ ! -s out ]
	status 3 sli export-rules absent.yaml
	has err 'absent.yaml'
}

check_all test_definitions.sh
