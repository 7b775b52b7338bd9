/* SPDX-License-Identifier: MIT */
#ifndef SLI_INDICATOR_EXEMPLAR_H
#define SLI_INDICATOR_EXEMPLAR_H

/*
 * The worst event of each period of time, good and bad apart, in an indicator's
 * part of the arena: two rings of places for each of the two classes.
 *
 * A place has a key: the period in its high bits, how slow the event was in the
 * low ones. Keys only grow (join), so an event that is not the worst of its
 * period is turned away by one load, and a place passes from a period to the
 * one a whole ring later by the same rule. Who raises the key then writes the
 * event as annotations are written (annotation.h), and stops when somebody
 * raises it further. Two may still meet in one word: then the checksum fits
 * neither, and readers pass over the place.
 *
 *   word       written by               read by              order
 *   key        recorders (cas)          recorders            relaxed: it
 *              stands for itself
 *   kept       who raised the key       readers              release/acquire
 *   others     who raised the key       readers              relaxed: the
 *              checksum tells
 *   is_used    recorders, before a key  readers              relaxed: it
 *              stands for itself
 */

#include <sli/exemplar.h>

#include "indicator/indicator.h"

#define SLI__EXEMPLAR_CLASSES 2 /* good, bad */
#define SLI__EXEMPLAR_PLACES 128
#define SLI__EXEMPLAR_WORDS (sizeof(struct sli_exemplar) / sizeof(uint64_t))

struct sli__exemplar {
	uint64_t key;
	uint64_t kept; /* the key that the words are of; 0: being written */
	uint64_t checksum;
	uint64_t words[SLI__EXEMPLAR_WORDS]; /* a struct sli_exemplar */
};

struct sli__exemplars {
	uint64_t is_used; /* 0: there are none, and no page to be touched */
	struct sli__exemplar place[SLI__EXEMPLAR_CLASSES][SLI__EXEMPLAR_PLACES];
};

_Static_assert(sizeof(struct sli_exemplar) % sizeof(uint64_t) == 0,
    "an exemplar is whole words");

/* Keep in `to`, which nobody else uses yet, what can be read of `from`. */
void sli__exemplars_copy(const struct sli__exemplars *from,
    struct sli__exemplars *to);

#endif /* SLI_INDICATOR_EXEMPLAR_H */
