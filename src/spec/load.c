/* SPDX-License-Identifier: MIT */
/*
 * From files to SLOs: first all documents of all files are read, since they may
 * refer to each other; then each is handed to the reader of its format.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/format.h"
#include "spec/number.h"

#define DEFAULT_PERIOD_NS (30 * SLI__SPEC_DAY_NS)
#define DEFAULT_UNIT_NS UINT64_C(1000000000)

/* ---- SLOs ---- */

struct sli_spec_slo *
sli__spec_new_slo(struct sli__spec_loader *loader)
{
	struct sli_spec_slo *slo = sli__spec_get(loader->pool, sizeof(*slo));

	if (slo == NULL)
		return NULL;
	slo->id = slo->service = slo->name = "";
	slo->display_name = slo->description = slo->alert_name = "";
	slo->period.start = slo->period.time_zone = "";
	return slo;
}

struct sli_spec_slo *
sli__spec_begin_slo(const struct sli__spec_at *at, enum sli_spec_format format)
{
	struct sli_spec_slo *slo = sli__spec_new_slo(at->loader);

	if (slo == NULL)
		return NULL;
	slo->file = at->file;
	slo->line = at->node->line;
	slo->format = format;
	return slo;
}

static bool
make_room(struct sli_spec *spec)
{
	uint32_t room = spec->room * 2 + 16;
	struct sli_spec_slo **slos;

	if (spec->count < spec->room)
		return true;
	slos = sli__spec_get(&spec->pool, room * sizeof(struct sli_spec_slo *));
	if (slos == NULL)
		return false;
	if (spec->count > 0)
		memcpy(slos, spec->slos, spec->count * sizeof(*slos));
	spec->slos = slos;
	spec->room = room;
	return true;
}

void
sli__spec_add_slo(struct sli__spec_loader *loader, struct sli_spec_slo *slo,
    uint32_t column)
{
	const struct sli_spec_slo *twin;

	slo->id = slo->service[0] != '\0' ?
	    sli__spec_format(loader->pool, "%s-%s", slo->service, slo->name) :
	    slo->name;
	twin = sli_spec_find(loader->spec, slo->id);
	if (twin != NULL) {
		sli__spec_complain_of(loader, slo->file, slo->line, column,
		    "the SLO \"%.64s\" of the service \"%.64s\" is already "
		    "defined in %.200s:%u",
		    slo->name, slo->service, twin->file, twin->line);
		return;
	}
	sli__spec_make_alert_configs(loader->pool, slo);
	if (make_room(loader->spec))
		loader->spec->slos[loader->spec->count++] = slo;
}

bool
sli__spec_objective(const struct sli__spec_at *at, unsigned places,
    uint64_t *ppb)
{
	bool is_percent = places == 7;
	uint64_t value;

	if (!sli__spec_decimal(at, places, true, &value))
		return false;
	if (value == 0 || value >= SLI__SPEC_PPB) {
		sli__spec_complain(at,
		    "\"%.64s\" is out of range; accepted: "
		    "above 0 and below %s%s",
		    at->node->text, is_percent ? "100, in percent" : "1",
		    value >= SLI__SPEC_PPB && !is_percent ?
			" (is it a percentage?)" :
			value == SLI__SPEC_PPB ?
			", since 100 leaves no budget for errors" :
			"");
		return false;
	}
	if (is_percent && value < SLI__SPEC_PPB / 100)
		sli__spec_warn(at,
		    "\"%.64s\" is below 1 percent: is it a ratio "
		    "in place of a percentage?",
		    at->node->text);
	*ppb = value;
	return true;
}

/* ---- documents ---- */

static void
read_document(struct sli__spec_loader *loader,
    const struct sli__spec_document *document, bool are_windows)
{
	static const struct {
		const char *version, *kind; /* NULL: any */
		void (*read)(const struct sli__spec_at *root);
	} formats[] = {
		{ "openslo/v1", NULL, sli__spec_read_openslo_v1 },
		{ "openslo/v1alpha", NULL, sli__spec_read_openslo_v1alpha },
		{ "sloth.slok.dev/v1", "AlertWindows",
		    sli__spec_read_sloth_windows },
		{ "pyrra.dev/v1alpha1", "ServiceLevelObjective",
		    sli__spec_read_pyrra },
	};
	static const char accepted[] =
	    "accepted: apiVersion openslo/v1, openslo/v1alpha, "
	    "pyrra.dev/v1alpha1 (ServiceLevelObjective), sloth.slok.dev/v1 "
	    "(AlertWindows), or version prometheus/v1 (sloth)";
	struct sli__spec_at root = sli__spec_root(loader, document);
	struct sli__spec_at api = sli__spec_field(&root, "apiVersion");
	struct sli__spec_at version = sli__spec_field(&root, "version");
	struct sli__spec_at kind = sli__spec_field(&root, "kind");
	const char *text, *kind_text;
	size_t i;

	if (api.node == NULL && version.node == NULL) {
		if (!are_windows)
			sli__spec_complain(&root,
			    "the document has neither "
			    "apiVersion nor version; %s",
			    accepted);
		return;
	}
	if (api.node == NULL) {
		text = sli__spec_text_or_none(&version);
		if (are_windows)
			return;
		if (strcmp(text, "prometheus/v1") == 0)
			sli__spec_read_sloth(&root);
		else
			sli__spec_complain(&version,
			    "\"%.64s\" is not supported; %s", text, accepted);
		return;
	}
	text = api.node->kind == SLI__SPEC_SCALAR ? api.node->text : "";
	kind_text = kind.node != NULL && kind.node->kind == SLI__SPEC_SCALAR ?
	    kind.node->text :
	    "";
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(text, formats[i].version) != 0 ||
		    (formats[i].kind != NULL &&
			strcmp(kind_text, formats[i].kind) != 0))
			continue;
		if (are_windows ==
		    (formats[i].read == sli__spec_read_sloth_windows))
			formats[i].read(&root);
		return;
	}
	if (!are_windows)
		sli__spec_complain(&api,
		    "\"%.64s\" (kind \"%.64s\") is not supported; %s", text,
		    kind_text, accepted);
}

static int
read_documents(struct sli__spec_loader *loader, struct sli_error *err)
{
	struct sli__spec_document *document;
	uint32_t i;

	for (document = loader->documents; document != NULL;
	     document = document->next)
		sli__spec_name_document(document);
	/* Windows first: they are part of definitions that come before them. */
	for (i = 0; i < 2; i++) {
		for (document = loader->documents; document != NULL;
		     document = document->next)
			read_document(loader, document, i == 0);
	}
	if (loader->pool->failed)
		return sli__spec_fail(err, SLI_ENOMEM, "out of memory");
	if (loader->error_count > 0) {
		if (err != NULL)
			*err = loader->first;
		return SLI_EPARSE;
	}
	if (loader->spec->count == 0)
		return sli__spec_fail(err, SLI_ENODATA, "no SLO is defined");
	return SLI_OK;
}

/* Gives the spec out, or frees it. */
static int
finish(struct sli__spec_loader *loader, int status, struct sli_spec **out,
    struct sli_error *err)
{
	if (status == SLI_OK)
		status = read_documents(loader, err);
	if (status == SLI_OK && out != NULL)
		*out = loader->spec;
	else
		sli_spec_free(loader->spec);
	return status;
}

static int
begin(struct sli__spec_loader *loader, const struct sli_spec_config *cfg,
    sli_spec_problem_fn *report, void *arg, struct sli_error *err)
{
	const uint32_t least = 2 * sizeof(uint32_t);

	memset(loader, 0, sizeof(*loader));
	if (cfg != NULL) {
		if (cfg->struct_size < least ||
		    cfg->struct_size > sizeof(loader->cfg))
			return sli__spec_fail(err, SLI_EVERSION,
			    "struct_size %u is unknown; accepted: %u to %zu, "
			    "as SLI_SPEC_CONFIG_INIT sets it",
			    cfg->struct_size, least, sizeof(loader->cfg));
		memcpy(&loader->cfg, cfg, cfg->struct_size);
	}
	if ((loader->cfg.flags & ~SLI_SPEC_DEFAULT_ALERTS) != 0)
		return sli__spec_fail(err, SLI_EINVAL,
		    "flags 0x%x are unknown; accepted: SLI_SPEC_DEFAULT_ALERTS",
		    loader->cfg.flags);
	if (loader->cfg.period_ns == 0)
		loader->cfg.period_ns = DEFAULT_PERIOD_NS;
	if (loader->cfg.threshold_unit_ns == 0)
		loader->cfg.threshold_unit_ns = DEFAULT_UNIT_NS;
	loader->report = report;
	loader->arg = arg;
	loader->documents_end = &loader->documents;
	loader->spec = calloc(1, sizeof(*loader->spec));
	if (loader->spec == NULL)
		return sli__spec_fail(err, SLI_ENOMEM, "out of memory");
	loader->pool = &loader->spec->pool;
	return SLI_OK;
}

/* ---- files ---- */

static int
fail_on(const char *path, int error, struct sli_error *err)
{
	int status = error == ENOENT || error == ENOTDIR ? SLI_ENOENT :
	    error == EACCES || error == EPERM		 ? SLI_EACCES :
							   SLI_EIO;

	return sli__spec_fail(err, status, "cannot read %.150s: %s", path,
	    status == SLI_ENOENT     ? "there is no such file" :
		status == SLI_EACCES ? "permission denied" :
		error == EISDIR	     ? "it is a directory" :
				       "input/output error");
}

static int
read_file(struct sli__spec_loader *loader, const char *path,
    struct sli_error *err)
{
	FILE *file = fopen(path, "rb");
	unsigned char *text;
	size_t len;
	int error;

	if (file == NULL)
		return fail_on(path, errno, err);
	text = malloc((size_t)SLI_SPEC_FILE_MAX + 1);
	if (text == NULL) {
		fclose(file);
		return sli__spec_fail(err, SLI_ENOMEM, "out of memory");
	}
	errno = 0;
	len = fread(text, 1, (size_t)SLI_SPEC_FILE_MAX + 1, file);
	error = ferror(file) ? (errno != 0 ? errno : EIO) : 0;
	fclose(file);
	if (error == 0 && len <= SLI_SPEC_FILE_MAX)
		sli__spec_read_yaml(loader,
		    sli__spec_copy(loader->pool, path, strlen(path)), text,
		    len);
	free(text);
	if (error != 0)
		return fail_on(path, error, err);
	if (len > SLI_SPEC_FILE_MAX)
		return sli__spec_fail(err, SLI_ERANGE,
		    "%.150s is too large; accepted: up to %u bytes", path,
		    SLI_SPEC_FILE_MAX);
	return SLI_OK;
}

/* ---- public ---- */

int
sli_spec_load(const char *const *paths, uint32_t path_count,
    const struct sli_spec_config *cfg, sli_spec_problem_fn *fn, void *arg,
    struct sli_spec **out, struct sli_error *err)
{
	struct sli__spec_loader loader;
	uint32_t i;
	int status;

	if (paths == NULL || path_count == 0 || path_count > SLI_SPEC_FILES_MAX)
		return sli__spec_fail(err, SLI_EINVAL,
		    "%u paths; accepted: 1 to %u", path_count,
		    SLI_SPEC_FILES_MAX);
	status = begin(&loader, cfg, fn, arg, err);
	if (status != SLI_OK || loader.spec == NULL)
		return status;
	for (i = 0; i < path_count && status == SLI_OK; i++)
		status = read_file(&loader, paths[i], err);
	return finish(&loader, status, out, err);
}

int
sli_spec_load_text(const char *name, const void *text, size_t len,
    const struct sli_spec_config *cfg, sli_spec_problem_fn *fn, void *arg,
    struct sli_spec **out, struct sli_error *err)
{
	struct sli__spec_loader loader;
	int status;

	if (name == NULL || (text == NULL && len > 0))
		return sli__spec_fail(err, SLI_EINVAL, "name or text is NULL");
	if (len > SLI_SPEC_FILE_MAX)
		return sli__spec_fail(err, SLI_ERANGE,
		    "%.150s is too large; accepted: up to %u bytes", name,
		    SLI_SPEC_FILE_MAX);
	status = begin(&loader, cfg, fn, arg, err);
	if (status != SLI_OK || loader.spec == NULL)
		return status;
	sli__spec_read_yaml(&loader,
	    sli__spec_copy(loader.pool, name, strlen(name)),
	    text != NULL ? text : (const unsigned char *)"", len);
	return finish(&loader, SLI_OK, out, err);
}

void
sli_spec_free(struct sli_spec *spec)
{
	if (spec == NULL)
		return;
	sli__spec_pool_free(&spec->pool);
	free(spec);
}

uint32_t
sli_spec_slo_count(const struct sli_spec *spec)
{
	return spec != NULL ? spec->count : 0;
}

const struct sli_spec_slo *
sli_spec_slo(const struct sli_spec *spec, uint32_t index)
{
	return spec != NULL && index < spec->count ? spec->slos[index] : NULL;
}

const struct sli_spec_slo *
sli_spec_find(const struct sli_spec *spec, const char *id)
{
	uint32_t i;

	for (i = 0; spec != NULL && id != NULL && i < spec->count; i++) {
		if (strcmp(spec->slos[i]->id, id) == 0)
			return spec->slos[i];
	}
	return NULL;
}
