/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strcasecmp */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "addon/config.h"
#include "poster.h"

#define DEFAULT_URL "http://127.0.0.1:4318/v1/metrics"

static int
check_numbers(struct sli_otlp_poster_config *cfg, struct sli_error *err)
{
	const struct {
		const char *field;
		uint64_t *value, least, most, otherwise;
	} fields[] = {
		{ "max_bytes", &cfg->max_bytes, 1 << 10, 1 << 30, 16 << 20 },
		{ "connect_timeout_ns", &cfg->connect_timeout_ns, SLI_MILLIS(1),
		    SLI_HOURS(1), SLI_SECONDS(5) },
		{ "timeout_ns", &cfg->timeout_ns, SLI_MILLIS(1), SLI_HOURS(1),
		    SLI_SECONDS(10) },
		{ "retry_min_ns", &cfg->retry_min_ns, SLI_MILLIS(1),
		    SLI_HOURS(1), SLI_SECONDS(1) },
		{ "retry_after_max_ns", &cfg->retry_after_max_ns, SLI_MILLIS(1),
		    SLI_DAYS(1), SLI_MINUTES(5) },
	};
	int status = SLI_OK;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		status = sli__addon_range(fields[i].value, fields[i].field,
		    fields[i].least, fields[i].most, fields[i].otherwise, err);
		if (status != SLI_OK)
			return status;
	}
	return sli__addon_range(&cfg->retry_max_ns, "retry_max_ns",
	    cfg->retry_min_ns, SLI_DAYS(1),
	    cfg->retry_min_ns < SLI_SECONDS(30) ? SLI_SECONDS(30) :
						  cfg->retry_min_ns,
	    err);
}

/* An HTTP token (RFC 9110, 5.6.2) that the poster does not set itself. */
static bool
is_header_name(const char *name)
{
	static const char *const own[] = { "content-type", "content-encoding",
		"content-length", "transfer-encoding", "expect" };
	size_t i;

	if (name == NULL || *name == '\0')
		return false;
	for (i = 0; name[i] != '\0'; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') ||
			(name[i] >= 'A' && name[i] <= 'Z') ||
			(name[i] >= '0' && name[i] <= '9') ||
			strchr("!#$%&'*+-.^_`|~", name[i]) != NULL))
			return false;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcasecmp(name, own[i]) == 0)
			return false;
	return true;
}

static bool
is_header_value(const char *value)
{
	const char *c;

	if (value == NULL)
		return false;
	for (c = value; *c != '\0'; c++)
		if ((*c < ' ' && *c > 0) || *c == 0x7f)
			return false;
	return true;
}

/* Values may be secret, so no message has one. */
static int
check_headers(const struct sli_otlp_poster_config *cfg, struct sli_error *err)
{
	uint32_t i;

	if (cfg->header_count > SLI_OTLP_HEADERS_MAX)
		return sli__addon_fail(err, SLI_ERANGE,
		    "header_count %u is out of range; accepted: up to %u",
		    cfg->header_count, SLI_OTLP_HEADERS_MAX);
	if (cfg->header_count > 0 && cfg->headers == NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "headers is NULL; accepted: header_count %u of them",
		    cfg->header_count);
	for (i = 0; i < cfg->header_count; i++) {
		if (!is_header_name(cfg->headers[i].name))
			return sli__addon_fail(err, SLI_EINVAL,
			    "headers[%u].name \"%s\" is not valid; accepted: "
			    "letters, digits and - of a name that is not "
			    "Content-Type or the like",
			    i,
			    cfg->headers[i].name == NULL ?
				"" :
				cfg->headers[i].name);
		if (!is_header_value(cfg->headers[i].value))
			return sli__addon_fail(err, SLI_EINVAL,
			    "headers[%u].value of \"%s\" is not valid; "
			    "accepted: text without control characters",
			    i, cfg->headers[i].name);
	}
	return SLI_OK;
}

static int
check_fields(struct sli_otlp_poster_config *cfg, struct sli_error *err)
{
	int status;

	if ((cfg->flags & ~SLI_OTLP_GZIP) != 0)
		return sli__addon_fail(err, SLI_EINVAL,
		    "flags 0x%x has unknown bits; accepted: of 0x%x",
		    cfg->flags, SLI_OTLP_GZIP);
	if (cfg->reserved != 0)
		return sli__addon_fail(err, SLI_EINVAL,
		    "reserved %u is not valid; accepted: 0", cfg->reserved);
	status = check_numbers(cfg, err);
	return status != SLI_OK ? status : check_headers(cfg, err);
}

/* The parts that are looked at; NULL: it has none. */
struct url_parts {
	char *scheme, *user, *host, *port;
};

static int
check_url(const char *url, const struct url_parts *parts, CURLUcode bad,
    struct sli_error *err)
{
	if (bad != CURLUE_OK)
		return sli__addon_fail(err, SLI_EINVAL,
		    "url \"%s\" is not valid: %s; accepted: as " DEFAULT_URL,
		    url, curl_url_strerror(bad));
	/* The URL is not told: it has a password. */
	if (parts->user != NULL)
		return sli__addon_fail(err, SLI_EINVAL,
		    "url has a user's name; accepted: credentials in headers");
	if (strcmp(parts->scheme, "http") != 0 &&
	    strcmp(parts->scheme, "https") != 0)
		return sli__addon_fail(err, SLI_EINVAL,
		    "url \"%s\" is not valid; accepted: http:// and https://",
		    url);
	return SLI_OK;
}

static int
read_url(const char *url, struct sli__otlp_settings *out, struct sli_error *err)
{
	struct url_parts parts = { NULL, NULL, NULL, NULL };
	CURLU *parser = curl_url();
	CURLUcode bad;
	int status;

	if (parser == NULL)
		return sli__addon_fail(err, SLI_ENOMEM, "no memory");
	bad = curl_url_set(parser, CURLUPART_URL, url, 0);
	if (bad == CURLUE_OK) {
		(void)curl_url_get(parser, CURLUPART_USER, &parts.user, 0);
		bad = curl_url_get(parser, CURLUPART_SCHEME, &parts.scheme, 0);
	}
	if (bad == CURLUE_OK)
		bad = curl_url_get(parser, CURLUPART_HOST, &parts.host, 0);
	if (bad == CURLUE_OK)
		bad = curl_url_get(parser, CURLUPART_PORT, &parts.port,
		    CURLU_DEFAULT_PORT);
	status = check_url(url, &parts, bad, err);
	if (status == SLI_OK)
		snprintf(out->target, sizeof(out->target), "%.100s:%s",
		    parts.host, parts.port);
	curl_free(parts.scheme);
	curl_free(parts.user);
	curl_free(parts.host);
	curl_free(parts.port);
	curl_url_cleanup(parser);
	return status;
}

/* The poster's own copy, in one piece; NULL: no memory. */
static char *
copy_texts(struct sli_otlp_config *request, struct sli_label *attributes)
{
	size_t bytes = request->service == NULL ? 1 :
						  strlen(request->service) + 1;
	char *text, *at;
	uint32_t i;

	for (i = 0; i < request->attribute_count; i++)
		bytes += strlen(request->attributes[i].name) +
		    strlen(request->attributes[i].value) + 2;
	text = at = malloc(bytes);
	if (text == NULL)
		return NULL;
	if (request->service != NULL)
		request->service = strcpy(at, request->service);
	at += request->service == NULL ? 1 : strlen(at) + 1;
	for (i = 0; i < request->attribute_count; i++) {
		attributes[i].name = strcpy(at, request->attributes[i].name);
		at += strlen(at) + 1;
		attributes[i].value = strcpy(at, request->attributes[i].value);
		at += strlen(at) + 1;
	}
	request->attributes = attributes;
	return text;
}

static int
read_request(const struct sli_otlp_config *request,
    struct sli__otlp_settings *out, struct sli_error *err)
{
	int status = sli_otlp_config_check(request, err);

	if (status != SLI_OK)
		return status;
	if (request != NULL)
		memcpy(&out->request, request, request->struct_size);
	out->request.struct_size = sizeof(out->request);
	out->text = copy_texts(&out->request, out->attributes);
	return out->text == NULL ?
	    sli__addon_fail(err, SLI_ENOMEM, "no memory") :
	    SLI_OK;
}

/* "Name;" is how libcurl is told of a header with an empty value. */
static bool
add_header(struct sli__otlp_settings *out, const char *name, const char *value)
{
	size_t bytes = strlen(name) + strlen(value) + 3;
	char *line = malloc(bytes);
	struct curl_slist *longer;

	if (line == NULL)
		return false;
	snprintf(line, bytes, "%s%s%s", name, *value == '\0' ? ";" : ": ",
	    value);
	longer = curl_slist_append(out->headers, line);
	free(line);
	if (longer == NULL)
		return false;
	out->headers = longer;
	return true;
}

/* Without "Expect:" libcurl would wait for a 100 before a large body. */
static int
make_headers(const struct sli_otlp_poster_config *cfg,
    struct sli__otlp_settings *out, struct sli_error *err)
{
	struct curl_slist *first = curl_slist_append(NULL, "Expect:");
	bool ok = first != NULL;
	uint32_t i;

	out->headers = first;
	ok = ok && add_header(out, "Content-Type", "application/json");
	if ((cfg->flags & SLI_OTLP_GZIP) != 0)
		ok = ok && add_header(out, "Content-Encoding", "gzip");
	for (i = 0; i < cfg->header_count; i++)
		ok = ok &&
		    add_header(out, cfg->headers[i].name,
			cfg->headers[i].value);
	return ok ? SLI_OK : sli__addon_fail(err, SLI_ENOMEM, "no memory");
}

void
sli__otlp_settings_free(struct sli__otlp_settings *settings)
{
	curl_slist_free_all(settings->headers);
	free(settings->text);
}

int
sli__otlp_settings_make(const struct sli_otlp_poster_config *cfg,
    struct sli__otlp_settings *out, struct sli_error *err)
{
	struct sli_otlp_poster_config made = SLI_OTLP_POSTER_CONFIG_INIT;
	int status = SLI_OK;

	memset(out, 0, sizeof(*out));
	if (cfg != NULL)
		status = sli__addon_config(&made, sizeof(made), cfg,
		    "sli_otlp_poster_config", err);
	if (made.url == NULL)
		made.url = DEFAULT_URL;
	if (status == SLI_OK)
		status = check_fields(&made, err);
	if (status == SLI_OK)
		status = read_url(made.url, out, err);
	if (status == SLI_OK)
		status = read_request(made.request, out, err);
	if (status == SLI_OK)
		status = make_headers(&made, out, err);
	if (status != SLI_OK) {
		sli__otlp_settings_free(out);
		return status;
	}
	out->cfg = made;
	return SLI_OK;
}
