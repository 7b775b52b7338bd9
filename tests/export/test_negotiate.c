/* SPDX-License-Identifier: MIT */
#include <sli/export_proto.h>

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

#define PROTO                                                                  \
	"application/vnd.google.protobuf;"                                     \
	"proto=io.prometheus.client.MetricFamily;encoding=delimited"

static void
test_negotiate_proto_is_for_who_would_rather_have_it(void **state)
{
	static const struct {
		const char *accept;
		int proto;
	} cases[] = {
		{ NULL, 0 },
		{ "", 0 },
		{ "*/*", 0 },
		{ "application/*", 0 },
		/* Prometheus 2.42 with native histograms; 2.53; 3. */
		{ PROTO ",application/openmetrics-text;version=1.0.0;q=0.8,"
			"application/openmetrics-text;version=0.0.1;q=0.75,"
			"text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		    1 },
		{ PROTO ";q=0.6,application/openmetrics-text;version=1.0.0;"
			"q=0.5,application/openmetrics-text;version=0.0.1;"
			"q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
		    1 },
		{ "application/openmetrics-text;version=1.0.0;"
		  "escaping=allow-utf-8;q=0.6," PROTO
		  ";escaping=allow-utf-8;q=0.5,text/plain;q=0.2,*/*;q=0.1",
		    0 },
		/* By weight; of the same weight the richer one. */
		{ PROTO, 1 },
		{ PROTO ";q=0", 0 },
		{ PROTO ";q=0.3,text/plain;q=0.4", 0 },
		{ PROTO ";q=0.4,*/*;q=0.5", 0 },
		{ PROTO ";q=0.5,*/*;q=0.5", 1 },
		{ "application/openmetrics-text," PROTO, 1 },
		{ PROTO ";q=0.5,application/openmetrics-text;version=0.0.1",
		    1 },
		/* Both parameters, in any order, and no other values. */
		{ "application/vnd.google.protobuf", 0 },
		{ "application/vnd.google.protobuf;encoding=delimited", 0 },
		{ "application/vnd.google.protobuf;"
		  "proto=io.prometheus.client.MetricFamily",
		    0 },
		{ "application/vnd.google.protobuf;encoding=delimited;"
		  "encoding=delimited",
		    0 },
		{ "application/vnd.google.protobuf;encoding=text;"
		  "proto=io.prometheus.client.MetricFamily",
		    0 },
		{ PROTO ";encoding=compact-text", 0 },
		{ "application/vnd.google.protobuf;encoding=delimited;"
		  "proto=io.prometheus.client.MetricFamilies",
		    0 },
		{ "Application/VND.google.Protobuf ; Encoding=\"delimited\" ; "
		  "PROTO=io.prometheus.client.MetricFamily;q=1",
		    1 },
		{ "application/vnd.google.protobufs;encoding=delimited;"
		  "proto=io.prometheus.client.MetricFamily",
		    0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(cases); i++)
		if (sli_proto_negotiate(cases[i].accept) != cases[i].proto)
			fail_msg("\"%s\" did not give %d", cases[i].accept,
			    cases[i].proto);
	assert_int_equal(sli_proto_negotiate(sli_proto_content_type()), 1);
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
		TEST(test_negotiate_proto_is_for_who_would_rather_have_it),
		TEST(test_negotiate_content_types_are_those_of_the_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
