/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "spec/node.h"

const struct sli__spec_link *
sli__spec_find(const struct sli__spec_node *node, const char *key)
{
	const struct sli__spec_link *link;

	for (link = node->first; link != NULL; link = link->next) {
		if (strcmp(link->key->text, key) == 0)
			return link;
	}
	return NULL;
}

bool
sli__spec_is_null(const struct sli__spec_node *node)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };
	size_t i;

	if (node == NULL)
		return true;
	for (i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
		if (node->kind == SLI__SPEC_SCALAR && node->is_plain &&
		    strcmp(node->text, nulls[i]) == 0)
			return true;
	}
	return false;
}

const struct sli__spec_node *
sli__spec_value(const struct sli__spec_node *node, const char *key)
{
	const struct sli__spec_link *link = node->kind == SLI__SPEC_MAPPING ?
	    sli__spec_find(node, key) :
	    NULL;

	return link != NULL ? link->value : NULL;
}
