/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest printed while nobody had its terminal open, or read slowly.
 *
 * Rules:
 * 1. Bounded: the oldest goes first. All of it is in the log besides.
 * 2. Empty means no memory: most domains are never looked at.
 */
#include "dom0-tools/consoled/backlog.h"

#include <stdlib.h>
#include <string.h>

static void store(struct backlog *b, const char *data, size_t len)
{
	size_t end = (b->start + b->len) % BACKLOG_BYTES;
	size_t first = BACKLOG_BYTES - end;

	if (first > len)
		first = len;
	memcpy(b->data + end, data, first);
	memcpy(b->data, data + first, len - first);
	b->len += len;
}

void backlog_add(struct backlog *b, const char *data, size_t len)
{
	if (!b->data)
		b->data = malloc(BACKLOG_BYTES);
	if (!b->data)
		return;
	if (len > BACKLOG_BYTES) {
		data += len - BACKLOG_BYTES;
		len = BACKLOG_BYTES;
	}
	if (len > BACKLOG_BYTES - b->len) {
		size_t excess = len - (BACKLOG_BYTES - b->len);

		b->start = (b->start + excess) % BACKLOG_BYTES;
		b->len -= excess;
	}
	store(b, data, len);
}

const char *backlog_peek(const struct backlog *b, size_t *len)
{
	size_t together = BACKLOG_BYTES - b->start;

	*len = b->len < together ? b->len : together;
	return b->data ? b->data + b->start : NULL;
}

void backlog_drop(struct backlog *b, size_t len)
{
	b->start = (b->start + len) % BACKLOG_BYTES;
	b->len -= len;
	if (!b->len)
		backlog_clear(b);
}

void backlog_clear(struct backlog *b)
{
	free(b->data);
	*b = (struct backlog){ 0 };
}
