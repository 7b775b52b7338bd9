/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_FILE_MODEL_H
#define SUPPORT_FILE_MODEL_H

#include "model.h"

/*
 * A random run of an indicator in a file, beside its oracle, that is
 * interrupted: processes end and others open the file again.
 */
struct file_model {
	struct model m;
	char *path;
	struct sli_slo *slo; /* 99 % over m's longest ring or 30 d */
	uint64_t period_ns;
	/* The oracle's totals and time when the budget began anew last. */
	struct sli_counts reset;
	uint64_t reset_ns; /* history time; 0: never */
};

/* A new file at path; everything follows from the seed, and from start_ns. */
void file_model_open(struct file_model *f, char *path, uint64_t seed,
    uint64_t start_ns);
void file_model_close(struct file_model *f);

/* Open the file that is there, by a configuration that may be another. */
void file_model_attach(struct file_model *f);

/* The clock goes on, and something is recorded, advanced or reset. */
void file_model_step(struct file_model *f);

/* Totals, a window, a quantile and the budget, against the oracle. */
void file_model_check(struct file_model *f);

/* The first two and the budget, as they are seen through these. */
void file_model_check_totals(const struct file_model *f,
    const struct sli_indicator *ind);
void file_model_check_counts(const struct file_model *f, uint64_t older_ns,
    uint64_t newer_ns, const struct sli_counts *got);
void file_model_check_budget(const struct file_model *f, uint64_t at_ns,
    uint64_t older_ns, uint64_t newer_ns, const struct sli_budget *got);

#endif /* SUPPORT_FILE_MODEL_H */
