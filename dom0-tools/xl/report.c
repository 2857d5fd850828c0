// SPDX-License-Identifier: GPL-2.0-only
/*
 * What xl says to people.
 *
 * Rules: 1. one line a message, so that scripts and logs can be grepped;
 * 2. cause first, remedy on the next line as a hint; 3. never on stdout,
 * which belongs to what was asked for.
 * Lock: the stream belongs to the one thread. Never: exits.
 * Next: main.c.
 */
#include "dom0-tools/xl/report.h"

#include <stdarg.h>

/* stderr until report_to(); single-threaded. */
static FILE *out;

void report_to(FILE *stream)
{
	out = stream;
}

FILE *report_stream(void)
{
	return out ? out : stderr;
}

static void say(const char *head, const char *format, va_list ap)
{
	FILE *f = report_stream();

	fputs(head, f);
	vfprintf(f, format, ap);
	fputc('\n', f);
	fflush(f);
}

void report_error(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("xl: ", format, ap);
	va_end(ap);
}

void report_warning(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("xl: warning: ", format, ap);
	va_end(ap);
}

void report_hint(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say("  hint: ", format, ap);
	va_end(ap);
}

void report_json_string(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", f);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(f, "\\u%04x", c);
		else
			fputc(c, f);
	}
	fputc('"', f);
}
