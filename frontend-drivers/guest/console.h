/* SPDX-License-Identifier: MIT */
/*
 * Words out and in, and the words the guest was started with.
 */
#ifndef GUEST_CONSOLE_H
#define GUEST_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* A line; it waits for room where dom0 reads slowly. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Bytes as they are. */
void console_put(const char *bytes, size_t n);
/* Bytes that come in go to fn, from event_wait() and its kin. */
long console_listen(void (*fn)(const char *bytes, size_t n));
/* A dying guest speaks, even if it died while it spoke. */
void console_last_words(void);
bool asked(const char *word);	/* is it on our command line? */
/*
 * The value of "name=value" on the command line: *len characters, not ended
 * by a 0; NULL if it is not there.
 */
const char *asked_value(const char *name, size_t *len);
/* The same as a number; absent: it is not there, or none. */
unsigned long asked_number(const char *name, unsigned long absent);

#endif
