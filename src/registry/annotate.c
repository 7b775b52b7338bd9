/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "arena/annotation.h"
#include "base/atomic.h"
#include "base/status.h"
#include "indicator/indicator.h"

int
sli_annotate(struct sli_registry *reg, uint64_t at_ns, const char *kind,
    const char *text, struct sli_error *err)
{
	struct sli_annotation a;
	int status;

	if (reg == NULL)
		return sli__fail(err, SLI_EINVAL, "registry is NULL");
	if (reg->arena.is_view)
		return sli__fail(err, SLI_EACCES,
		    "the registry is a view: nothing can be written");
	status = sli__annotation_check(kind, text, err);
	if (status != SLI_OK)
		return status;
	memset(&a, 0, sizeof(a));
	a.at_ns = at_ns;
	memcpy(a.kind, kind, strlen(kind));
	memcpy(a.text, text, strlen(text));
	sli__annotation_write(&reg->arena, &a);
	return SLI_OK;
}

int
sli_annotation_read(const struct sli_registry *reg, uint32_t back,
    struct sli_annotation *out)
{
	uint64_t count;

	if (reg == NULL || out == NULL)
		return SLI_EINVAL;
	/* Pairs with the swap in take_number(). */
	count = load_acquire(&reg->arena.block->annotation_count);
	if (back >= SLI_ANNOTATION_MAX || back >= count)
		return SLI_ENOENT;
	return sli__annotation_get(&reg->arena, count - 1 - back, out) ?
	    SLI_OK :
	    SLI_EBUSY;
}
