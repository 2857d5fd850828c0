/* SPDX-License-Identifier: GPL-2.0-only */
/* Output that nobody has looked at yet: the last 64 KiB of it. */
#ifndef CONSOLED_BACKLOG_H
#define CONSOLED_BACKLOG_H

#include <stddef.h>

#define BACKLOG_BYTES (64 * 1024)

struct backlog {
	char *data; /* BACKLOG_BYTES; NULL while empty */
	size_t start, len;
};

/* Adds bytes, dropping the oldest; or the new ones if memory is short. */
void backlog_add(struct backlog *b, const char *data, size_t len);
/* The oldest bytes that lie together. */
const char *backlog_peek(const struct backlog *b, size_t *len);
void backlog_drop(struct backlog *b, size_t len);
void backlog_clear(struct backlog *b);

#endif
