/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/arith.h"
#include "base/lines.h"
#include "base/status.h"

const char *
sli_strerror(int status)
{
	switch (status) {
#define STATUS_TEXT(name, number, text)                                        \
	case number:                                                           \
		return text;
		SLI_STATUS_MAP(STATUS_TEXT)
#undef STATUS_TEXT
	default:
		return "unknown status";
	}
}

const char *
sli_version(void)
{
	return SLI_VERSION;
}

#define SPAN_BYTES 32

/*
 * A writer of text into a fixed buffer: the core uses no stdio, so that its
 * messages do not depend on a locale.
 */
struct text {
	char *at, *end; /* *end is kept for the NUL */
};

static void
put_char(struct text *t, char c)
{
	if (t->at < t->end)
		*t->at++ = c;
}

static void
put_string(struct text *t, const char *s)
{
	for (; *s != '\0'; s++)
		put_char(t, *s >= 0x20 && *s <= 0x7e ? *s : '?');
}

/* What a user gave may be long; what would be accepted must have room. */
static void
put_echo(struct text *t, const char *s)
{
	enum { MAX = 64 };
	struct text part = { t->at,
		t->at + MAX < t->end ? t->at + MAX : t->end };

	put_string(&part, s);
	t->at = part.at;
	if (part.at == part.end)
		put_string(t, "...");
}

static void
put_unsigned(struct text *t, uint64_t value, uint32_t digits_min)
{
	char digits[20];
	uint32_t n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0 || n < digits_min);
	while (n > 0)
		put_char(t, digits[--n]);
}

static void
put_span(struct text *t, uint64_t ns)
{
	char span[SPAN_BYTES];
	struct sli__lines l;

	sli__lines_begin(&l, span, sizeof(span));
	sli__put_span(&l, ns);
	sli__put(&l, "\n");
	sli__lines_end(&l);
	span[strcspn(span, "\n")] = '\0';
	put_string(t, span);
}

static void
put_double(struct text *t, double value)
{
	uint64_t scaled, fraction;
	uint32_t digits = 9;

	if (value < 0) {
		put_char(t, '-');
		value = -value;
	}
	if (!(value < 1e9)) { /* also a NaN */
		put_string(t, value >= 1e9 ? "1e9 or more" : "NaN");
		return;
	}
	scaled = (uint64_t)(value * (double)PPB + 0.5);
	put_unsigned(t, scaled / PPB, 1);
	fraction = scaled % PPB;
	if (fraction == 0)
		return;
	for (; fraction % 10 == 0; fraction /= 10)
		digits--;
	put_char(t, '.');
	put_unsigned(t, fraction, digits);
}

static void
put_format(struct text *t, const char *format, va_list ap)
{
	const char *s;

	for (; *format != '\0'; format++) {
		if (*format != '%') {
			put_char(t, *format);
			continue;
		}
		switch (*++format) {
		case 's':
			s = va_arg(ap, const char *);
			put_echo(t, s != NULL ? s : "(null)");
			break;
		case 'u':
			put_unsigned(t, va_arg(ap, uint64_t), 1);
			break;
		case 't':
			put_span(t, va_arg(ap, uint64_t));
			break;
		case 'g':
			put_double(t, va_arg(ap, double));
			break;
		default:
			put_char(t, '%');
			if (*format == '\0')
				return;
			put_char(t, *format);
		}
	}
}

int
sli__fail(struct sli_error *err, int status, const char *format, ...)
{
	struct text t;
	va_list ap;

	if (err == NULL)
		return status;
	err->status = status;
	t.at = err->message;
	t.end = err->message + sizeof(err->message) - 1;
	va_start(ap, format);
	put_format(&t, format, ap);
	va_end(ap);
	*t.at = '\0';
	return status;
}

int
sli__config_copy(void *to, size_t size, const void *from, const char *type,
    struct sli_error *err)
{
	uint32_t given;

	if (from == NULL)
		return sli__fail(err, SLI_EINVAL,
		    "config is NULL; accepted: a struct %s", type);
	memcpy(&given, from, sizeof(given));
	if (given <= sizeof(given))
		return sli__fail(err, SLI_EINVAL,
		    "struct_size %u of struct %s is too small; accepted: its "
		    "initialiser macro sets it",
		    (uint64_t)given, type);
	if (given > size)
		return sli__fail(err, SLI_EVERSION,
		    "struct_size %u of struct %s is from a newer libsli; "
		    "accepted: at most %u, by version %s",
		    (uint64_t)given, type, (uint64_t)size, sli_version());
	memset(to, 0, size);
	memcpy(to, from, given);
	return SLI_OK;
}
