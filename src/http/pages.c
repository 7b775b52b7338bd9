/* SPDX-License-Identifier: MIT */
#include "pages.h"

#include <string.h>

/* A file of this directory, by the assembler: C11 has no #embed. */
#define EMBED(name, file)                                                      \
	extern const char sli__page_##name[], sli__page_##name##_end[];        \
	__asm__(".pushsection .rodata\n"                                       \
		"sli__page_" #name ":\n"                                       \
		".incbin \"src/http/" file "\"\n"                              \
		"sli__page_" #name "_end:\n"                                   \
		".popsection\n")

EMBED(html, "page.html");
EMBED(css, "page.css");
EMBED(js, "page.js");
EMBED(chart, "chart.js");

static const struct sli__page pages[] = {
	{ "/", "text/html; charset=utf-8", sli__page_html, sli__page_html_end },
	{ "/page.css", "text/css; charset=utf-8", sli__page_css,
	    sli__page_css_end },
	{ "/page.js", "text/javascript; charset=utf-8", sli__page_js,
	    sli__page_js_end },
	{ "/chart.js", "text/javascript; charset=utf-8", sli__page_chart,
	    sli__page_chart_end },
};

const struct sli__page *
sli__page_find(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (strcmp(path, pages[i].path) == 0)
			return &pages[i];
	return NULL;
}
