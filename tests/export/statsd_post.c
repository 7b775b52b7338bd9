/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "statsd_post.h"

struct post *
post_new(struct sli_registry *reg, const struct sli_statsd_config *cfg)
{
	struct post *post = calloc(1, sizeof(*post));
	struct sli_error err = { 0, "" };

	assert_non_null(post);
	post->reg = reg;
	post->reason = SLI_STATSD_FULL;
	if (sli_statsd_create(cfg, &post->statsd, &err) != SLI_OK)
		fail_msg("%s", err.message);
	statsd_server_init(&post->server,
	    cfg != NULL && cfg->dialect == SLI_STATSD_PLAIN);
	return post;
}

void
post_free(struct post *post)
{
	sli_statsd_destroy(post->statsd);
	statsd_server_free(&post->server);
	free(post);
}

static int
take(const void *packet, size_t length, void *arg)
{
	struct post *post = arg;

	post->packets++;
	if (post->used + length + 2 > sizeof(post->text))
		return SLI_STATSD_OTHER;
	memcpy(post->text + post->used, packet, length);
	memcpy(post->text + post->used + length, "\n", 2);
	if ((post->refuses != NULL &&
		strstr(post->text + post->used, post->refuses) != NULL) ||
	    random_percent(&post->rnd, post->percent)) {
		post->text[post->used] = '\0';
		return post->reason;
	}
	post->used += length + 1;
	(void)statsd_server_receive(&post->server, packet, length);
	return 0;
}

static void
export_to(const struct sli_snapshot *snapshot, void *arg)
{
	struct post *post = arg;

	post->status = sli_statsd_export(post->statsd, snapshot, take, post,
	    &post->err);
}

int
post_export(struct post *post, uint64_t now_ns)
{
	post->used = 0;
	post->text[0] = '\0';
	post->packets = 0;
	post->err.message[0] = '\0';
	assert_int_equal(sli_flush(post->reg, now_ns, export_to, post), SLI_OK);
	assert_string_equal(post->server.error, "");
	return post->status;
}

const char *
post_text(struct post *post, uint64_t now_ns)
{
	if (post_export(post, now_ns) != SLI_OK)
		fail_msg("%s", post->err.message);
	return post->text;
}
