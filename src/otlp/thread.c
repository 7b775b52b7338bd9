/* SPDX-License-Identifier: MIT */
/*
 * What the poster's thread does: it takes the newest request, sends it until it
 * is taken, refused or replaced, and waits for the next.
 *
 * After a stop it does not wait any more but between attempts, and ends when
 * there is nothing left, or no time.
 */
#include "poster.h"

/* When an attempt, or waiting, has to end. */
static uint64_t
until(void *arg)
{
	struct sli_otlp_poster *p = arg;
	uint64_t until_ns = UINT64_MAX;

	pthread_mutex_lock(&p->lock);
	if (p->is_stopping)
		until_ns = p->waiting.used > 0 ? 0 : p->stop_by_ns;
	pthread_mutex_unlock(&p->lock);
	return until_ns;
}

/* The newest request; true: there is one. */
static bool
take(struct sli_otlp_poster *p)
{
	pthread_mutex_lock(&p->lock);
	if (p->is_stopping && !p->knows_stop) {
		p->knows_stop = true;
		p->retry_at_ns = 0;
	}
	if (p->waiting.used > 0) {
		p->stats.replaced += p->sending.used > 0;
		sli__otlp_payload_swap(&p->sending, &p->waiting);
		p->waiting.used = 0;
		p->compressed.used = 0;
	}
	pthread_mutex_unlock(&p->lock);
	return p->sending.used > 0;
}

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t
next_random(struct sli_otlp_poster *p)
{
	uint64_t z = p->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Told outside of the lock: the callback may ask for the stats. */
static void
tell(struct sli_otlp_poster *p, const struct sli_error *err)
{
	pthread_mutex_lock(&p->lock);
	p->stats.error = *err;
	pthread_mutex_unlock(&p->lock);
	if (p->settings.cfg.error != NULL)
		p->settings.cfg.error(err, p->settings.cfg.error_arg);
}

static void
drop(struct sli_otlp_poster *p)
{
	pthread_mutex_lock(&p->lock);
	p->stats.failed++;
	p->is_lost = p->is_stopping;
	pthread_mutex_unlock(&p->lock);
	p->sending.used = 0;
}

static void
count_verdict(struct sli_otlp_poster *p, const struct sli__otlp_verdict *v,
    uint64_t bytes)
{
	pthread_mutex_lock(&p->lock);
	p->stats.attempts++;
	p->stats.retries += v->result == SLI__OTLP_AGAIN;
	if (v->result == SLI__OTLP_POSTED) {
		p->is_lost = false;
		p->stats.posted++;
		p->stats.partial += v->is_partial;
		p->stats.rejected_points += v->rejected;
		p->stats.sent_bytes += bytes;
		p->stats.success_ns = sli_clock_ns();
	} else {
		p->stats.failure_ns = sli_clock_ns();
	}
	pthread_mutex_unlock(&p->lock);
}

static void
act(struct sli_otlp_poster *p, const struct sli__otlp_verdict *v,
    uint64_t bytes)
{
	count_verdict(p, v, bytes);
	if (v->err.status != SLI_OK)
		tell(p, &v->err);
	p->failures = v->result == SLI__OTLP_AGAIN ? p->failures + 1 : 0;
	p->retry_at_ns = 0;
	if (v->result == SLI__OTLP_POSTED)
		p->sending.used = 0;
	else if (v->result == SLI__OTLP_FINAL)
		drop(p);
	else
		p->retry_at_ns = sli__otlp_monotonic_ns() +
		    sli__otlp_delay_ns(&p->settings.cfg, p->failures,
			p->transfer.answer.retry_after_ns, next_random(p));
}

/* One attempt, which may have to end before there is an answer. */
static void
attempt(struct sli_otlp_poster *p)
{
	const struct sli__otlp_payload *body = &p->sending;
	struct sli__otlp_verdict verdict = { .result = SLI__OTLP_AGAIN };
	struct sli_error *err = &verdict.err;

	if ((p->settings.cfg.flags & SLI_OTLP_GZIP) != 0) {
		body = &p->compressed;
		if (body->used == 0 &&
		    sli__otlp_payload_gzip(&p->sending, &p->compressed, err) !=
			SLI_OK) {
			p->transfer.answer.retry_after_ns = 0;
			act(p, &verdict, 0);
			return;
		}
	}
	if (!sli__otlp_transfer_run(&p->transfer, body, until, p))
		return;
	sli__otlp_judge(&p->transfer.answer, p->settings.target, &verdict);
	act(p, &verdict, body->used);
}

/* The stop has no time for what is left. */
static void
give_up(struct sli_otlp_poster *p)
{
	struct sli_error err;

	if (p->failures > 0)
		sli__addon_fail(&err, SLI_EIO, "%.220s (given up by stop)",
		    p->stats.error.message);
	else
		sli__addon_fail(&err, SLI_EIO,
		    "%s has not answered (given up by stop)",
		    p->settings.target);
	drop(p);
	tell(p, &err);
}

void *
sli__otlp_thread(void *poster)
{
	struct sli_otlp_poster *p = poster;
	uint64_t until_ns, now_ns;
	bool has_request;

	p->knows_stop = false;
	p->failures = 0;
	p->retry_at_ns = 0;
	for (;;) {
		has_request = take(p);
		until_ns = until(p);
		now_ns = sli__otlp_monotonic_ns();
		if (p->knows_stop && !has_request)
			return NULL;
		if (p->knows_stop && until_ns != 0 && until_ns <= now_ns) {
			give_up(p);
			return NULL;
		}
		if (!has_request || p->retry_at_ns > now_ns)
			sli__otlp_transfer_wait(&p->transfer,
			    has_request && p->retry_at_ns < until_ns ?
				p->retry_at_ns :
				until_ns);
		else
			attempt(p);
	}
}
