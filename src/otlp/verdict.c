/* SPDX-License-Identifier: MIT */
/*
 * OTLP/HTTP, "Response": success may be partial, a few failures are worth
 * another attempt, all others are final.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "poster.h"

#define EXCERPT_BYTES 100

/* The first bytes of what may be anything, as printable ASCII. */
static void
excerpt(const char *bytes, size_t length, char *out)
{
	size_t i, n = length < EXCERPT_BYTES ? length : EXCERPT_BYTES;

	for (i = 0; i < n; i++)
		out[i] = bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : '?';
	strcpy(out + n, length > n ? "..." : "");
}

static void
fail_with_body(const struct sli__otlp_answer *answer, const char *target,
    const char *why, struct sli__otlp_verdict *out)
{
	char text[EXCERPT_BYTES + 4];

	excerpt(answer->body, answer->used, text);
	sli__addon_fail(&out->err, SLI_EIO, "%s answered %ld%s%s%s%s", target,
	    answer->status, why, *text == '\0' ? "" : ": \"", text,
	    *text == '\0' ? "" : "\"");
}

/* An int64 in protobuf's JSON: a number, or its digits. */
static uint64_t
count_of(const json_t *value)
{
	const char *digits = json_string_value(value);

	if (json_is_integer(value) && json_integer_value(value) > 0)
		return (uint64_t)json_integer_value(value);
	if (digits != NULL && *digits != '\0' &&
	    strspn(digits, "0123456789") == strlen(digits))
		return strtoull(digits, NULL, 10);
	return 0;
}

/*
 * The collector has taken it, but for so many points, or says something that it
 * wants to be known.
 */
static void
read_partial(const json_t *response, const char *target,
    struct sli__otlp_verdict *out)
{
	const json_t *partial = json_object_get(response, "partialSuccess");
	const char *message = json_string_value(
	    json_object_get(partial, "errorMessage"));
	char text[EXCERPT_BYTES + 4];

	out->rejected = count_of(
	    json_object_get(partial, "rejectedDataPoints"));
	out->is_partial = out->rejected > 0;
	if (message == NULL)
		message = "";
	if (!out->is_partial && *message == '\0')
		return;
	excerpt(message, strlen(message), text);
	sli__addon_fail(&out->err, SLI_EIO,
	    "%s rejected %" PRIu64 " points%s%s", target, out->rejected,
	    *text == '\0' ? "" : ": ", text);
}

/*
 * A page of some proxy with status 200 is no collector's answer; an empty body
 * is, of a message without a field.
 */
static void
judge_success(const struct sli__otlp_answer *answer, const char *target,
    struct sli__otlp_verdict *out)
{
	json_t *response = NULL;

	if (!answer->is_cut && answer->used > 0)
		response = json_loadb(answer->body, answer->used, 0, NULL);
	if (answer->used > 0 && !json_is_object(response)) {
		out->result = SLI__OTLP_FINAL;
		fail_with_body(answer, target, " with what is no OTLP", out);
	} else {
		out->result = SLI__OTLP_POSTED;
		read_partial(response, target, out);
	}
	json_decref(response);
}

void
sli__otlp_judge(const struct sli__otlp_answer *answer, const char *target,
    struct sli__otlp_verdict *out)
{
	memset(out, 0, sizeof(*out));
	switch (answer->status) {
	case 0:
		out->result = SLI__OTLP_AGAIN;
		sli__addon_fail(&out->err, SLI_EIO, "%s: %s", target,
		    answer->why);
		break;
	case 429:
	case 502:
	case 503:
	case 504:
		out->result = SLI__OTLP_AGAIN;
		fail_with_body(answer, target, "", out);
		break;
	default:
		if (answer->status / 100 == 2) {
			judge_success(answer, target, out);
			break;
		}
		out->result = SLI__OTLP_FINAL;
		fail_with_body(answer, target, "", out);
	}
}

uint64_t
sli__otlp_delay_ns(const struct sli_otlp_poster_config *cfg, uint32_t n,
    uint64_t retry_after_ns, uint64_t random)
{
	uint64_t delay_ns = cfg->retry_min_ns;

	if (retry_after_ns > 0)
		return retry_after_ns < cfg->retry_after_max_ns ?
		    retry_after_ns :
		    cfg->retry_after_max_ns;
	while (n-- > 1 && delay_ns < cfg->retry_max_ns)
		delay_ns *= 2;
	if (delay_ns > cfg->retry_max_ns)
		delay_ns = cfg->retry_max_ns;
	return delay_ns - random % (delay_ns / 2 + 1);
}
