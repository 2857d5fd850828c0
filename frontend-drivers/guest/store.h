/* SPDX-License-Identifier: MIT */
/*
 * The xenstore, as a program uses it: ask and be answered.
 *
 * A path without a leading "/" is below our own /local/domain/N. A call waits
 * for its answer; no handler runs meanwhile. Answers: 0, or a negative XY_E;
 * -XY_ENODEV where there is no store, -XY_EPROTO from a store gone wrong.
 * tx is 0, or a transaction's number. One vCPU at a time may call these.
 */
#ifndef GUEST_STORE_H
#define GUEST_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value and a 0; -XY_E2BIG when they do not fit. */
int store_read(uint32_t tx, const char *path, char *value, size_t room);
/* -XY_EINVAL when it is not a number. */
int store_read_number(uint32_t tx, const char *path, unsigned long *value);
int store_write(uint32_t tx, const char *path, const char *value);
/* The value by a format; at most 255 characters. */
int store_writef(uint32_t tx, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int store_remove(uint32_t tx, const char *path);
/* Names, each with its 0; *len: all their bytes. */
int store_directory(uint32_t tx, const char *path, char *names, size_t room,
		    size_t *len);
/* First entry: owner and what all others may; "n3", "r0" and so on. */
int store_permit(uint32_t tx, const char *path, const char *first,
		 const char *second);
int store_begin(uint32_t *tx);
/* -XY_EAGAIN: somebody was faster, do it all again. */
int store_end(uint32_t tx, bool commit);

/*
 * fn is called from event_wait() and its kin when path or something below it
 * changed, and once at the start; changes that come together are one call. The
 * structure is the program's and must stay.
 */
struct store_watch {
	void (*fn)(struct store_watch *w);
	void *arg;
	const char *path;
	struct store_watch *next;
	bool fired;
};

int store_watch(struct store_watch *w);
int store_unwatch(struct store_watch *w);

#endif
