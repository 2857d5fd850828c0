/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation that does not fail: see mem.h for why that is right here.
 *
 * Rules:
 * 1. A size of 0 is served like 1, so that NULL never comes back.
 * 2. On exhaustion a line goes to stderr and the process aborts; nobody sees
 *    a half-made change, since the tree lives in this process alone.
 */
#include "dom0-tools/xenstored/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mem_resize(void *p, size_t bytes)
{
	void *q = realloc(p, bytes ? bytes : 1);

	if (!q) {
		fprintf(stderr, "xenstored: dom0 is out of memory\n");
		abort();
	}
	return q;
}

void *mem_alloc(size_t bytes)
{
	return mem_resize(NULL, bytes);
}

void *mem_zalloc(size_t bytes)
{
	return memset(mem_alloc(bytes), 0, bytes);
}

void *mem_dup(const void *p, size_t bytes)
{
	char *q = mem_alloc(bytes + 1);

	if (bytes)
		memcpy(q, p, bytes);
	q[bytes] = '\0';
	return q;
}
