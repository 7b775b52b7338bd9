/* SPDX-License-Identifier: MIT */
/* An outsider that prints what a scraper would get. */
#include <stdio.h>

#include <sli/export.h>
#include <sli/export_proto.h>
#include <sli/sli.h>

static int
print(const void *bytes, size_t length, void *arg)
{
	return fwrite(bytes, 1, length, arg) == length ? 0 : -1;
}

/* A length, of one byte or two, and the tag of a name. */
static int
check(const void *bytes, size_t length, void *arg)
{
	const unsigned char *byte = bytes;
	int *is_proto = arg;

	*is_proto = *is_proto || (length > 2 && byte[2] == 0x0a) ||
	    (length > 1 && byte[1] == 0x0a);
	return 0;
}

static void export(const struct sli_snapshot *snapshot, void *arg)
{
	struct sli_text_config config = SLI_TEXT_CONFIG_INIT;
	struct sli_error err;
	int is_proto = 0;

	if (sli_proto_export(snapshot, NULL, check, &is_proto, &err) !=
		SLI_OK ||
	    !is_proto ||
	    sli_text_export(snapshot, &config, print, arg, &err) != SLI_OK)
		fprintf(stderr, "%s\n", err.message);
}

int
main(void)
{
	struct sli_registry_config config = SLI_REGISTRY_CONFIG_INIT;
	struct sli_indicator_config indicator = SLI_INDICATOR_CONFIG_INIT;
	struct sli_registry *registry;
	struct sli_indicator *ind;

	indicator.name = "checkout";
	if (sli_registry_create(&config, &registry, NULL) != SLI_OK ||
	    sli_indicator_register(registry, &indicator, &ind, NULL) != SLI_OK)
		return 1;
	sli_record(ind, sli_clock_ns(), SLI_GOOD, SLI_MILLIS(3));
	if (sli_flush(registry, sli_clock_ns(), export, stdout) != SLI_OK)
		return 1;
	sli_registry_close(registry);
	return 0;
}
