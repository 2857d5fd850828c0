/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What xl says to people: "xl: cannot ...: cause", then "  hint: remedy".
 *
 * One thread. The supervisor points the stream at a domain's log file.
 */
#ifndef DOM0_TOOLS_XL_REPORT_H
#define DOM0_TOOLS_XL_REPORT_H

#include <stdbool.h>
#include <stdio.h>

/* Exit statuses; those above 2 only where the contract allows them. */
enum xl_exit {
	XL_OK = 0,
	XL_ERROR = 1,
	XL_USAGE = 2,
	XL_NOT_FOUND = 3,
	XL_TIMEOUT = 4,
	XL_BUSY = 5,
};

void report_to(FILE *stream);
FILE *report_stream(void);
void report_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void report_warning(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void report_hint(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* A JSON string with its quotes; what is no UTF-8 becomes \u00XX. */
void report_json_string(FILE *f, const char *s);

#endif
