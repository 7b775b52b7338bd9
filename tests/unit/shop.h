/* SPDX-License-Identifier: MIT */
#ifndef UNIT_SHOP_H
#define UNIT_SHOP_H

#include <sli/context.h>

#include "fixture.h"

/*
 * A shop at night: checkout calls payments and the cart, payments call a bank
 * and the ledger, which calls payments. A deploy makes the bank fail.
 */
#define NIGHT (T0 + SLI_HOURS(3))
#define ONSET (NIGHT + SLI_SECONDS(760)) /* 03:12:40 */
#define PERIOD_BEFORE_S 7200

enum { CHECKOUT, PAYMENTS, CART, BANK, LEDGER, UNUSED, INDICATORS };

static struct {
	struct sli_registry *reg;
	struct sli_indicator *ind[INDICATORS];
	struct sli_slo *slo, *payments;
	uint64_t now_ns; /* the end of what was played */
} shop;

static inline struct sli_slo *
add_slo(struct sli_indicator *ind, const char *name, double objective)
{
	struct sli_slo_config cfg = SLI_SLO_CONFIG_INIT;
	struct sli_slo *slo = NULL;

	cfg.name = name;
	cfg.objective = objective;
	assert_int_equal(sli_slo_register(ind, &cfg, &slo, NULL), SLI_OK);
	return slo;
}

static inline int
setup(void **state)
{
	static const char *const names[INDICATORS] = { "checkout", "payments",
		"cart", "bank", "ledger", "unused" };
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	size_t i;

	(void)state;
	memset(&shop, 0, sizeof(shop));
	cfg.max_indicators = INDICATORS;
	cfg.max_slos = 4;
	assert_int_equal(sli_registry_create(&cfg, &shop.reg, NULL), SLI_OK);
	for (i = 0; i < INDICATORS; i++)
		shop.ind[i] = add_indicator(shop.reg, names[i]);
	shop.slo = add_slo(shop.ind[CHECKOUT], "checkout-availability", 0.999);
	shop.payments = add_slo(shop.ind[PAYMENTS], "payments", 0.99);
	shop.now_ns = ONSET - SLI_SECONDS(PERIOD_BEFORE_S);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	sli_registry_close(shop.reg);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static inline void
depend(size_t ind, size_t on)
{
	assert_int_equal(sli_depends(shop.ind[ind], shop.ind[on], NULL),
	    SLI_OK);
}

/* Per thousand events of each second, so many bad ones. */
static inline void
play(uint64_t seconds, const uint64_t bad[INDICATORS])
{
	uint64_t s, i;

	for (s = 0; s < seconds; s++, shop.now_ns += SLI_SECONDS(1)) {
		for (i = 0; i < UNUSED; i++) {
			sli_count(shop.ind[i], shop.now_ns, SLI_GOOD,
			    1000 - bad[i]);
			if (bad[i] > 0)
				sli_count(shop.ind[i], shop.now_ns, SLI_BAD,
				    bad[i]);
		}
		sli_advance(shop.reg, shop.now_ns);
	}
}

static const uint64_t fine[INDICATORS] = { 0, 0, 0, 0, 0, 0 };
static const uint64_t failing[INDICATORS] = { 120, 150, 0, 300, 2, 0 };

static inline void
play_the_night(uint64_t seconds)
{
	depend(CHECKOUT, PAYMENTS);
	depend(CHECKOUT, CART);
	depend(PAYMENTS, BANK);
	depend(PAYMENTS, LEDGER);
	depend(LEDGER, PAYMENTS);
	play(PERIOD_BEFORE_S, fine);
	assert_int_equal(shop.now_ns, ONSET);
	play(seconds, failing);
}

static inline void
annotate(uint64_t onset_ns, int64_t seconds, const char *text)
{
	uint64_t at_ns = onset_ns + (uint64_t)(seconds * INT64_C(1000000000));

	assert_int_equal(sli_annotate(shop.reg, at_ns, "deploy", text, NULL),
	    SLI_OK);
}

static inline struct sli_explanation
explain(uint64_t now_ns)
{
	struct sli_explanation e;

	memset(&e, 0xa5, sizeof(e));
	assert_int_equal(sli_explain(shop.slo, now_ns, &e), SLI_OK);
	return e;
}

#endif /* UNIT_SHOP_H */
