/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* SOCK_CLOEXEC */

#include <limits.h>
#include <string.h>
#include <sys/socket.h>

#include <sli/version.h>

#include "poster.h"

/* Of all header lines of an answer. */
#define HEADERS_MAX_BYTES 65536

static size_t
take_body(char *bytes, size_t one, size_t length, void *arg)
{
	struct sli__otlp_answer *answer = arg;
	size_t room = SLI__OTLP_ANSWER_MAX - answer->used;

	(void)one;
	answer->is_cut = length > room;
	if (answer->is_cut)
		length = room;
	memcpy(answer->body + answer->used, bytes, length);
	answer->used += length;
	/* Not all that was given: no more is wanted. */
	return answer->is_cut ? 0 : length;
}

/* libcurl keeps them all. */
static size_t
count_header(char *bytes, size_t one, size_t length, void *arg)
{
	struct sli__otlp_transfer *t = arg;

	(void)bytes;
	(void)one;
	t->header_bytes += length;
	return t->header_bytes > HEADERS_MAX_BYTES ? 0 : length;
}

/* A program that the application executes has no part in the connection. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)arg;
	(void)purpose;
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

/* No signals, no redirects, nothing from the environment or ~/.netrc. */
static CURLcode
set_options(struct sli__otlp_transfer *t,
    const struct sli__otlp_settings *settings)
{
	const struct sli_otlp_poster_config *cfg = &settings->cfg;
	CURL *easy = t->easy;
	int bad = 0;

#define SET(option, value) (bad |= (int)curl_easy_setopt(easy, option, value))
	SET(CURLOPT_URL, cfg->url);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_HTTPHEADER, settings->headers);
	SET(CURLOPT_USERAGENT, "libsli/" SLI_VERSION);
	SET(CURLOPT_PROXY, cfg->proxy == NULL ? "" : cfg->proxy);
	if (cfg->ca_file != NULL)
		SET(CURLOPT_CAINFO, cfg->ca_file);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_CONNECTTIMEOUT_MS,
	    (long)((cfg->connect_timeout_ns + 999999) / 1000000));
	SET(CURLOPT_TIMEOUT_MS, (long)((cfg->timeout_ns + 999999) / 1000000));
	SET(CURLOPT_ERRORBUFFER, t->answer.why);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, &t->answer);
	SET(CURLOPT_HEADERFUNCTION, count_header);
	SET(CURLOPT_HEADERDATA, t);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Closing does not wait for a look-up of the name. */
	SET(CURLOPT_QUICK_EXIT, 1L);
#endif
#undef SET
	return bad == 0 ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

int
sli__otlp_transfer_open(struct sli__otlp_transfer *t,
    const struct sli__otlp_settings *settings, struct sli_error *err)
{
	t->multi = curl_multi_init();
	t->easy = curl_easy_init();
	if (t->multi == NULL || t->easy == NULL ||
	    set_options(t, settings) != CURLE_OK) {
		sli__otlp_transfer_close(t);
		return sli__addon_fail(err, SLI_ENOMEM,
		    "libcurl could not be set up");
	}
	return SLI_OK;
}

void
sli__otlp_transfer_close(struct sli__otlp_transfer *t)
{
	curl_easy_cleanup(t->easy);
	if (t->multi != NULL)
		curl_multi_cleanup(t->multi);
	t->easy = NULL;
	t->multi = NULL;
}

void
sli__otlp_transfer_wake(struct sli__otlp_transfer *t)
{
	(void)curl_multi_wakeup(t->multi);
}

void
sli__otlp_transfer_wait(struct sli__otlp_transfer *t, uint64_t until_ns)
{
	uint64_t now_ns = sli__otlp_monotonic_ns(), ms;

	if (until_ns <= now_ns)
		return;
	ms = (until_ns - now_ns - 1) / 1000000 + 1;
	(void)curl_multi_poll(t->multi, NULL, 0,
	    ms < INT_MAX ? (int)ms : INT_MAX, NULL);
}

static void
read_answer(struct sli__otlp_transfer *t, CURLcode result)
{
	struct sli__otlp_answer *answer = &t->answer;
	curl_off_t seconds = 0;

	/* A body that goes on for ever belongs to an answer all the same. */
	if (result == CURLE_OK || answer->is_cut)
		(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE,
		    &answer->status);
	else if (*answer->why == '\0')
		strcpy(answer->why, curl_easy_strerror(result));
	if (answer->status != 0 &&
	    curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &seconds) ==
		CURLE_OK &&
	    seconds > 0)
		answer->retry_after_ns = (uint64_t)seconds < SLI_DAYS(1) ?
		    (uint64_t)seconds * SLI_SECONDS(1) :
		    SLI_DAYS(1);
}

static void
begin(struct sli__otlp_transfer *t, const struct sli__otlp_payload *payload)
{
	t->header_bytes = 0;
	t->answer.status = 0;
	t->answer.retry_after_ns = 0;
	t->answer.used = 0;
	t->answer.is_cut = false;
	t->answer.why[0] = '\0';
	(void)curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, payload->bytes);
	(void)curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)payload->used);
}

bool
sli__otlp_transfer_run(struct sli__otlp_transfer *t,
    const struct sli__otlp_payload *payload, sli__otlp_until_fn *until,
    void *arg)
{
	CURLMsg *message = NULL;
	int running = 1, left;
	uint64_t until_ns;
	CURLMcode bad;

	begin(t, payload);
	bad = curl_multi_add_handle(t->multi, t->easy);
	while (bad == CURLM_OK && running > 0) {
		until_ns = until(arg);
		if (until_ns <= sli__otlp_monotonic_ns())
			break;
		bad = curl_multi_perform(t->multi, &running);
		if (bad == CURLM_OK && running > 0)
			sli__otlp_transfer_wait(t, until_ns);
	}
	if (running == 0)
		message = curl_multi_info_read(t->multi, &left);
	if (message != NULL)
		read_answer(t, message->data.result);
	else if (bad != CURLM_OK)
		strcpy(t->answer.why, curl_multi_strerror(bad));
	(void)curl_multi_remove_handle(t->multi, t->easy);
	return message != NULL || bad != CURLM_OK;
}
