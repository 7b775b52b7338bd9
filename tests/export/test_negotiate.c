/* SPDX-License-Identifier: MIT */
#include "scrape.h"

#define OPEN SLI_TEXT_OPENMETRICS
#define PLAIN SLI_TEXT_PROMETHEUS

static void
test_negotiate_takes_what_the_header_prefers(void **state)
{
	static const struct {
		const char *accept;
		enum sli_text_format format;
	} cases[] = {
		{ NULL, PLAIN },
		{ "", PLAIN },
		{ "*/*", PLAIN },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,"
		  "image/avif,*/*;q=0.8",
		    PLAIN },
		/* Prometheus 2.42, 2.53 with native histograms, 3. */
		{ "application/openmetrics-text;version=1.0.0;q=0.8,"
		  "application/openmetrics-text;version=0.0.1;q=0.75,"
		  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		    OPEN },
		{ "application/vnd.google.protobuf;"
		  "proto=io.prometheus.client.MetricFamily;encoding=delimited,"
		  "application/openmetrics-text;version=1.0.0;q=0.8,"
		  "application/openmetrics-text;version=0.0.1;q=0.75,"
		  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		    OPEN },
		{ "application/openmetrics-text;version=1.0.0;"
		  "escaping=allow-utf-8;q=0.5,"
		  "application/openmetrics-text;version=0.0.1;q=0.4,"
		  "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
		  "text/plain;version=0.0.4;q=0.2,/;q=0.1",
		    OPEN },
		/* By weight; of the same weight the richer one. */
		{ "application/openmetrics-text;q=0.3,text/plain;q=0.4",
		    PLAIN },
		{ "text/plain,application/openmetrics-text", OPEN },
		{ "text/plain;q=0.9, application/openmetrics-text ; q=0.901",
		    OPEN },
		{ "application/openmetrics-text;q=0", PLAIN },
		{ "application/openmetrics-text;q=0.000,*/*", PLAIN },
		/* Only a version that we speak. */
		{ "application/openmetrics-text;version=0.0.1", PLAIN },
		{ "application/openmetrics-text;version=2.0.0", PLAIN },
		{ "application/openmetrics-text;version=\"1.0.0\"", OPEN },
		{ "application/openmetrics-text;version=0.0.1,"
		  "application/openmetrics-text;version=1.0.0",
		    OPEN },
		/* As HTTP has it: case, blanks, quotes, empty elements. */
		{ "APPLICATION/OpenMetrics-Text;VERSION=1.0.0;Q=1", OPEN },
		{ " , ,\tapplication/openmetrics-text\t;\tversion=1.0.0 ,",
		    OPEN },
		{ "text/x;p=\"a,application/openmetrics-text\"", PLAIN },
		{ "text/x;p=\"\\\",\", application/openmetrics-text", OPEN },
		/* Not of those: ranges, longer and shorter names, nonsense. */
		{ "application/*", PLAIN },
		{ "application/openmetrics-tex", PLAIN },
		{ "application/openmetrics-text2", PLAIN },
		{ "application/openmetrics-text/x", PLAIN },
		{ ";;;,,,===\"\"\"", PLAIN },
		{ "\"application/openmetrics-text", PLAIN },
		/* A weight that is none is as none at all. */
		{ "application/openmetrics-text;q=,text/plain;q=0.9", OPEN },
		{ "application/openmetrics-text;q=x,text/plain;q=0.9", OPEN },
		{ "application/openmetrics-text;q=0.8,text/plain;q=2", PLAIN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++)
		if (sli_text_negotiate(cases[i].accept) != cases[i].format)
			fail_msg("\"%s\" did not give %s", cases[i].accept,
			    sli_text_content_type(cases[i].format));
}

static void
test_negotiate_content_types_are_those_of_the_formats(void **state)
{
	(void)state;
	assert_string_equal(sli_text_content_type(OPEN),
	    "application/openmetrics-text; version=1.0.0; charset=utf-8");
	assert_string_equal(sli_text_content_type(PLAIN),
	    "text/plain; version=0.0.4; charset=utf-8");
	/* Who asks for the very type gets it. */
	assert_int_equal(sli_text_negotiate(sli_text_content_type(OPEN)), OPEN);
	assert_int_equal(sli_text_negotiate(sli_text_content_type(PLAIN)),
	    PLAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_negotiate_takes_what_the_header_prefers),
		TEST(test_negotiate_content_types_are_those_of_the_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
