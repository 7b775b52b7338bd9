/* SPDX-License-Identifier: MIT */
#include "scrape.h"

static char page[4 << 20];
static size_t page_length;

static int
append(const void *bytes, size_t length, void *arg)
{
	(void)arg;
	if (length >= sizeof(page) - page_length)
		return -1;
	memcpy(page + page_length, bytes, length);
	page_length += length;
	return 0;
}

struct request {
	const struct sli_text_config *cfg;
	struct sli_error err;
	int status;
};

static void
respond(const struct sli_snapshot *snapshot, void *arg)
{
	struct request *r = arg;

	r->status = sli_text_export(snapshot, r->cfg, append, NULL, &r->err);
}

const char *
scrape(struct sli_registry *reg, uint64_t now_ns,
    const struct sli_text_config *cfg)
{
	static struct request r;

	r.cfg = cfg;
	page_length = 0;
	assert_int_equal(sli_flush(reg, now_ns, respond, &r), SLI_OK);
	if (r.status != SLI_OK)
		fail_msg("%s", r.err.message);
	page[page_length] = '\0';
	return page;
}

const char *
scrape_as(struct sli_registry *reg, uint64_t now_ns,
    enum sli_text_format format)
{
	struct sli_text_config cfg = SLI_TEXT_CONFIG_INIT;

	cfg.format = format;
	return scrape(reg, now_ns, &cfg);
}

/* The next line that begins so. */
static const char *
find_line(const char *text, const char *begin)
{
	size_t length = strlen(begin);

	while (text != NULL && *text != '\0') {
		if (strncmp(text, begin, length) == 0)
			return text;
		text = strchr(text, '\n');
		if (text != NULL)
			text++;
	}
	return NULL;
}

const char *
value_of(const char *text, const char *series)
{
	const char *line = find_line(text, series);
	size_t length = strlen(series);

	return line != NULL && line[length] == ' ' ? line + length + 1 : NULL;
}

void
assert_line(const char *text, const char *line)
{
	const char *at;

	for (at = find_line(text, line); at != NULL;
	     at = find_line(strchr(at, '\n') + 1, line))
		if (at[strlen(line)] == '\n')
			return;
	fail_msg("no line \"%s\" in:\n%s", line, text);
}

void
assert_no_line_begins(const char *text, const char *begin)
{
	if (find_line(text, begin) != NULL)
		fail_msg("a line begins \"%s\":\n%s", begin, text);
}

struct sli_registry *
new_registry(void)
{
	struct sli_registry_config cfg = SLI_REGISTRY_CONFIG_INIT;
	struct sli_registry *reg = NULL;

	cfg.max_indicators = 2;
	cfg.max_slos = 2;
	assert_int_equal(sli_registry_create(&cfg, &reg, NULL), SLI_OK);
	return reg;
}

struct sli_indicator *
new_indicator(struct sli_registry *reg, const char *name,
    const uint64_t *threshold_ns)
{
	struct sli_indicator_config cfg = SLI_INDICATOR_CONFIG_INIT;
	struct sli_indicator *ind = NULL;
	uint32_t n = 0;

	cfg.name = name;
	while (threshold_ns != NULL && n < SLI_THRESHOLDS_MAX &&
	    threshold_ns[n] != 0) {
		cfg.threshold_ns[n] = threshold_ns[n];
		n++;
	}
	cfg.threshold_count = n;
	assert_int_equal(sli_indicator_register(reg, &cfg, &ind, NULL), SLI_OK);
	return ind;
}
