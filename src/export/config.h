/* SPDX-License-Identifier: MIT */
#ifndef SLI_EXPORT_CONFIG_H
#define SLI_EXPORT_CONFIG_H

#include <sli/export.h>
#include <sli/export_proto.h>

#include "addon/config.h"

/* Of an exporter: SLI_EINVAL of NULL. */
int sli__export_check(const struct sli_snapshot *snapshot,
    sli_export_write_fn *write, struct sli_error *err);

/*
 * Copy a config over the defaults in `into`, of so many bytes; both begin with
 * a struct_size. NULL: the defaults. Errors: SLI_EINVAL, SLI_EVERSION.
 */
int sli__config_take(void *into, size_t known, const void *from,
    const char *name, struct sli_error *err);

/* Of flags that are not known SLI_EINVAL. */
int sli__config_flags(uint32_t flags, uint32_t known, struct sli_error *err);

/* Check, and fill the defaults in. Errors as of sli_text_export(). */
int sli__text_config_check(const struct sli_text_config *cfg,
    struct sli_text_config *out, struct sli_error *err);

/*
 * Of the other format, as such a config of the text formats; bucket_limit is
 * beside it. Errors as of sli_proto_export().
 */
int sli__proto_config_check(const struct sli_proto_config *cfg,
    struct sli_text_config *out, uint32_t *bucket_limit, struct sli_error *err);

#endif /* SLI_EXPORT_CONFIG_H */
