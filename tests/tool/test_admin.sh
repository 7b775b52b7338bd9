#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sli check, repair, rm, reset-budget: what they do, say and exit with.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tool/common.sh

# audits FILE FILTER: of the audit records, newest first.
audits() {
	sli show "$1" --json | jq -r "$2"
}

test_check_of_a_sound_file_says_so() {
	known sound.sli
	status 0 sli check sound.sli
	has out '^sound.sli is sound$'
	status 0 sli check sound.sli --json
	jq -e '.sound and .file == "sound.sli" and
		all(.findings[]; .kind == "note")' out
}

test_check_of_a_file_in_use_finds_it_sound() {
	service used.sli indicator search '' say ready loop 1
	status 0 sli check used.sli
	kill_background
}

# Damage: half of the file is gone.
truncated() {
	known "$1"
	size=$(wc -c <"$1")
	truncate -s $((size / 2)) "$1"
}

test_check_of_a_truncated_file_finds_damage() {
	truncated cut.sli
	status 1 sli check cut.sli
	has out '^(damage|loss) +[a-zA-Z]' '^cut.sli is damaged'
	status 1 sli check cut.sli --json
	jq -e '(.sound | not) and any(.findings[]; .kind != "note")' out
}

test_check_of_no_file_cannot_tell() {
	status 3 sli check absent.sli
	has err '^sli: absent.sli: '
	status 3 sli check absent.sli --json
	jq -e '.error.status == "ENOENT"' out
}

test_repair_saves_counts_and_audit() {
	known old.sli
	status 0 sli repair old.sli new.sli --max-indicators 100
	has out '^all of old.sli is in new.sli$'
	status 0 sli check new.sli
	same '999 1 100' "$(sli show new.sli --json | jq -r '[(.indicators[] |
		select(.labels.region == "eu").total | .good, .bad),
		.file.max_indicators] | join(" ")')"
	same repaired "$(audits new.sli '.audit[].kind' | grep -x repaired)"
	same 0.9 "$(sli show new.sli --json | jq '.slos[] |
		select(.name == "checkout-fast").budget.remaining')"
}

test_repair_never_overwrites() {
	known one.sli
	echo keep >two.sli
	status 3 sli repair one.sli two.sli --json
	jq -e '.error.status == "EEXIST"' out
	same keep "$(cat two.sli)"
}

test_repair_of_a_truncated_file_saves_what_is_there() {
	truncated half.sli
	result=0
	sli repair half.sli saved.sli --json >out 2>err || result=$?
	same "$result $([ "$result" -eq 0 ] && echo true || echo false)" \
		"$result $(jq -r .complete out)"
	[ "$result" -le 1 ] # else it says nothing of `complete`
	status 0 sli check saved.sli
	same 999 "$(sli show saved.sli --json | jq -r '.indicators[] |
		select(.labels.region == "eu").total.good')"
}

test_rm_removes_and_keeps_the_reason() {
	known rm.sli
	status 0 sli rm rm.sli legacy --why 'moved to the "other" team'
	has out '^removed indicator: legacy$'
	status 0 sli rm rm.sli 'checkout{region="eu"}' --why 'closed' --json
	jq -e '.done == "removed indicator" and .why == "closed"' out
	same 'checkout{region="us"} search' "$(sli show rm.sli --json |
		jq -r '[.indicators[].title] | sort | join(" ")')"
	same 'search-up' "$(sli show rm.sli --json | jq -r '.slos[].name')"
	same "indicator removed|legacy|moved to the \"other\" team|$(id -u)" \
		"$(audits rm.sli '.audit[] | select(.subject == "legacy") |
		"\(.kind)|\(.subject)|\(.why)|\(.uid)"')"
	status 0 sli show rm.sli
	has out '^[0-9T:-]+Z +[0-9]+ indicator removed .*legacy +moved to the'
	status 0 sli show rm.sli legacy
	has out 'indicator removed .*moved to the'
	lacks out closed
}

test_rm_of_an_slo_keeps_its_indicator() {
	known slo.sli
	status 0 sli rm slo.sli search-up --why 'was never agreed'
	has out '^removed SLO: search-up$'
	status 0 sli show slo.sli search
	status 0 sli show slo.sli search-up
	has out 'SLO removed .*search-up +was never agreed'
	lacks out '^SLO search-up'
}

test_rm_of_what_is_in_use_is_refused() {
	known busy.sli
	service busy.sli indicator search '' slo search-up 0.999 say ready wait
	status 1 sli rm busy.sli search --why 'because'
	has err '^sli: busy.sli: indicator "search" is registered'
	status 1 sli rm busy.sli search-up --why 'because' --json
	jq -e '.error.status == "EBUSY"' out
	status 0 sli rm busy.sli legacy --why 'nobody has it'
	same 500 "$(sli show busy.sli --json | jq '.indicators[] |
		select(.name == "search").total.good')"
	kill_background
	await sli rm busy.sli search --why 'now it may go' >/dev/null 2>&1
}

test_rm_wants_all_labels_and_names_them() {
	known labels.sli
	status 1 sli rm labels.sli checkout --why 'which?'
	has err 'no indicator and no SLO "checkout"; there is' \
		'checkout\{region="eu"\}' 'checkout\{region="us"\}'
	status 1 sli rm labels.sli nobody --why 'x' --json
	jq -e '.error.status == "ENOENT"' out
	same 4 "$(sli show labels.sli --json | jq '.indicators | length')"
}

test_rm_and_reset_make_no_file() {
	status 3 sli rm absent.sli search --why 'x'
	status 3 sli reset-budget absent.sli search-up --why 'x'
	[ ! -e absent.sli ]
}

test_reset_budget_begins_it_anew() {
	known reset.sli
	status 1 sli reset-budget reset.sli nobody --why 'x'
	status 2 sli reset-budget reset.sli checkout-fast
	has err 'needs a reason'
	status 0 sli reset-budget reset.sli checkout-fast --why 'new agreement'
	has out '^reset the budget of SLO: checkout-fast$'
	same '0 0 true 999' "$(sli show reset.sli --json | jq -r '[(.slos[] |
		select(.name == "checkout-fast").budget |
		.bad, .total, .reset_ns > 0), (.indicators[] |
		select(.labels.region == "eu").total.good)] | join(" ")')"
	status 0 sli show reset.sli checkout-fast
	has out 'budget reset .*checkout-fast +new agreement' \
		'Budget +no events'
	same checkout-fast "$(sli show reset.sli checkout-fast --json |
		jq -r '.audit[0].subject')"
}

test_annotate_is_remembered() {
	known annotated.sli
	status 2 sli annotate annotated.sli
	status 2 sli annotate annotated.sli 'x' --kind Bad
	has err 'kind "Bad".*accepted'
	status 3 sli annotate absent.sli 'x'
	status 0 sli annotate annotated.sli 'checkout 1.4.2'
	status 0 sli annotate annotated.sli 'dark mode' --kind flag --json
	jq -e '.done == "flag" and .name == "dark mode"' out
	status 0 sli show annotated.sli
	has out 'deploy +checkout 1.4.2$' 'flag +dark mode$'
	same 'dark mode,checkout 1.4.2' "$(sli show annotated.sli --json |
		jq -r '[.annotations[].text] | join(",")')"
}

test_rm_of_a_damaged_file_cannot_open_it() {
	truncated bad.sli
	status 3 sli rm bad.sli legacy --why 'x'
	has err '^sli: bad.sli: '
}

check_all test_admin.sh
