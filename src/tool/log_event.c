/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strnlen */

#include "log_event.h"

#include <stdlib.h>
#include <string.h>

#include "log_number.h"
#include "mem.h"
#include "report.h"

/* ---- rules ---- */

static const struct {
	const char *text;
	enum log_operator op;
} operators[] = { { "!=", LOG_IS_NOT }, { ">=", LOG_FROM }, { "<=", LOG_TO },
	{ "==", LOG_IS }, { "=", LOG_IS }, { ">", LOG_OVER },
	{ "<", LOG_UNDER } };

#define OPERATORS (sizeof(operators) / sizeof(operators[0]))

/* Cut the text in two at its first operator. */
static int
split_rule(struct log_rule *rule)
{
	char *at = strpbrk(rule->key, "!=<>");
	size_t i, length;

	if (at == NULL || at == rule->key)
		return -1;
	for (i = 0; i < OPERATORS; i++) {
		length = strlen(operators[i].text);
		if (strncmp(at, operators[i].text, length) == 0) {
			rule->op = operators[i].op;
			rule->value = at + length;
			*at = '\0';
			return 0;
		}
	}
	return -1;
}

/* The field that a key is; those that nobody has named yet come last. */
static int
field_of(struct log_decoder *d, const char *key)
{
	int field;

	if (strcmp(key, "status") == 0)
		return LOG_STATUS;
	if (strcmp(key, "path") == 0)
		return LOG_PATH;
	for (field = LOG_RULE; d->schema.key[field] != NULL; field++)
		if (strcmp(d->schema.key[field], key) == 0)
			break;
	d->schema.key[field] = key;
	return field;
}

int
log_decoder_rule(struct log_decoder *d, const char *text,
    enum sli_outcome outcome, struct sli_error *err)
{
	struct log_rule rule = { .outcome = outcome };

	if (d->rule_count == LOG_RULES_MAX)
		return report_set(err, SLI_ERANGE,
		    "more than %d rules of --bad, --shed and --ignore",
		    LOG_RULES_MAX);
	/* A path alone. */
	rule.key = mem_print("%s%s", *text == '/' ? "path=" : "", text);
	if (split_rule(&rule) != 0) {
		free(rule.key);
		return report_set(err, SLI_EINVAL,
		    "the rule \"%s\" is not valid; accepted: KEY OP VALUE "
		    "without blanks, as status>=500, level=error, "
		    "path=/health*; OP is one of = != > >= < <=",
		    text);
	}
	rule.value_length = strlen(rule.value);
	rule.is_number = log_number_integer(rule.value, rule.value_length,
			     &rule.number) == 0;
	if (!rule.is_number && rule.op >= LOG_OVER) {
		free(rule.key);
		return report_set(err, SLI_EINVAL,
		    "the rule \"%s\" is not valid: its value has to be a whole "
		    "number, as in status>=500",
		    text);
	}
	if (rule.value_length > 0 && rule.value[rule.value_length - 1] == '*') {
		rule.is_open = 1;
		rule.value_length--;
	}
	rule.field = field_of(d, rule.key);
	d->schema.wanted |= UINT32_C(1) << rule.field;
	if (rule.field < LOG_RULE)
		d->schema.needed |= UINT32_C(1) << rule.field;
	d->rule[d->rule_count++] = rule;
	return SLI_OK;
}

void
log_decoder_free(struct log_decoder *d)
{
	uint32_t i;

	for (i = 0; i < d->rule_count; i++)
		free(d->rule[i].key);
	d->rule_count = 0;
}

static int
equals(const struct log_rule *rule, const struct log_text *text)
{
	if (text->length < rule->value_length ||
	    (!rule->is_open && text->length > rule->value_length))
		return 0;
	return memcmp(text->at, rule->value, rule->value_length) == 0;
}

static int
compares(const struct log_rule *rule, int64_t number)
{
	switch (rule->op) {
	case LOG_OVER:
		return number > rule->number;
	case LOG_FROM:
		return number >= rule->number;
	case LOG_UNDER:
		return number < rule->number;
	case LOG_TO:
		return number <= rule->number;
	case LOG_IS:
		return number == rule->number;
	case LOG_IS_NOT:
		break;
	}
	return number != rule->number;
}

/* What a line does not have is not equal to anything. */
static int
matches(const struct log_rule *rule, const struct log_text *text)
{
	int64_t number;

	if (text->at == NULL)
		return rule->op == LOG_IS_NOT;
	if (rule->is_number &&
	    log_number_integer(text->at, text->length, &number) == 0)
		return compares(rule, number);
	if (rule->op >= LOG_OVER)
		return 0;
	return equals(rule, text) == (rule->op == LOG_IS);
}

static enum sli_outcome
outcome_of(const struct log_decoder *d, const struct log_record *record)
{
	enum sli_outcome outcome = SLI_GOOD;
	const struct log_rule *rule;
	uint32_t i;

	for (i = 0; i < d->rule_count; i++) {
		rule = &d->rule[i];
		if (rule->outcome > outcome &&
		    matches(rule, &record->field[rule->field]))
			outcome = rule->outcome;
	}
	return outcome;
}

/* ---- fields ---- */

static int
read_time(const struct log_decoder *d, const struct log_text *text,
    uint64_t *out_ns, struct log_why *why)
{
	if (text->at == NULL)
		return log_refuse(why, "no time");
	if (log_number_time(text->at, text->length, out_ns) != 0)
		return log_refuse(why, "\"%.*s\" is no time", LOG_SHOWN(*text));
	if (*out_ns > d->latest_ns)
		return log_refuse(why, "the time \"%.*s\" is in the future",
		    LOG_SHOWN(*text));
	return 0;
}

static int
check_status(const struct log_text *text, struct log_why *why)
{
	int64_t number;

	if (text->at == NULL)
		return log_refuse(why, "no status");
	if (log_number_integer(text->at, text->length, &number) != 0)
		return log_refuse(why, "the status \"%.*s\" is no whole number",
		    LOG_SHOWN(*text));
	return 0;
}

/*
 * Good and bad events alike have to have one where there is a threshold: if bad
 * ones were let through without, the rest would look worse than it was.
 */
static int
read_latency(const struct log_decoder *d, const struct log_reader *reader,
    const struct log_text *text, struct log_event *out, struct log_why *why)
{
	uint64_t unit_ns = reader->unit_ns;
	int is_needed = (d->schema.needed >> LOG_DURATION & 1) != 0 &&
	    out->outcome <= SLI_BAD;

	if (text->at == NULL)
		return is_needed ? log_refuse(why,
				       "no duration (as %s); --duration-key "
				       "names another",
				       reader->key[LOG_DURATION]) :
				   0;
	/* %T and %D of Apache look alike; nginx has seconds with a point. */
	if (unit_ns == 0 && reader->format <= LOG_COMBINED &&
	    memchr(text->at, '.', text->length) != NULL)
		unit_ns = SLI_SECONDS(1);
	if (log_number_duration(text->at, text->length, unit_ns,
		&out->latency_ns) == 0) {
		out->has_latency = 1;
		return 0;
	}
	if (!is_needed)
		return 0;
	if (unit_ns == 0)
		return log_refuse(why,
		    "the duration \"%.*s\" has no unit; "
		    "--duration-unit s, ms, us or ns gives it one",
		    LOG_SHOWN(*text));
	return log_refuse(why,
	    "the duration \"%.*s\" is no number of 0 or "
	    "more",
	    LOG_SHOWN(*text));
}

/* The number of a name, which gets one while there are any. */
static uint32_t
number_of(struct log_groups *g, const char *name, size_t length)
{
	static const char other[] = "(other)";
	uint32_t i;

	for (i = 0; i < g->count; i++)
		if (strncmp(g->name[i], name, length) == 0 &&
		    g->name[i][length] == '\0')
			return i;
	if (g->count == LOG_GROUPS_MAX)
		return LOG_GROUPS_MAX - 1;
	if (g->count == LOG_GROUPS_MAX - 1)
		memcpy(g->name[g->count], other, sizeof(other));
	else
		memcpy(g->name[g->count], name, length);
	return g->count++;
}

/* What follows a path is nothing to tell requests apart by. */
static void
cut_query(struct log_text *path)
{
	const char *query = NULL;

	if (path->length > 0 && path->at[0] == '/')
		query = memchr(path->at, '?', path->length);
	if (query != NULL)
		path->length = (size_t)(query - path->at);
}

static uint32_t
group_of(struct log_groups *g, struct log_text *text)
{
	static const char none[] = "(none)";
	size_t length;

	cut_query(text);
	length = text->length == 0 ? 0 : strnlen(text->at, text->length);
	if (length == 0)
		return number_of(g, none, sizeof(none) - 1);
	return number_of(g, text->at,
	    length > LOG_GROUP_BYTES ? LOG_GROUP_BYTES : length);
}

int
log_decode(struct log_decoder *d, const struct log_reader *reader,
    struct log_record *record, struct log_event *out, struct log_why *why)
{
	struct log_text *field = record->field;

	memset(out, 0, sizeof(*out));
	if (read_time(d, &field[LOG_TIME], &out->at_ns, why) != 0)
		return -1;
	if ((d->schema.needed >> LOG_STATUS & 1) != 0 &&
	    check_status(&field[LOG_STATUS], why) != 0)
		return -1;
	cut_query(&field[LOG_PATH]);
	out->outcome = outcome_of(d, record);
	if (read_latency(d, reader, &field[LOG_DURATION], out, why) != 0)
		return -1;
	if ((d->schema.wanted >> LOG_GROUP & 1) != 0)
		out->group = group_of(&d->groups, &field[LOG_GROUP]);
	return 0;
}
