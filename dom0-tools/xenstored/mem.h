/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for the daemon.
 *
 * What a guest can make us hold is bounded by quotas, so a refused allocation
 * means that dom0 itself is out of memory: there is no request that could
 * then be answered better than by stopping with a message. Nothing here is
 * used with a size that a client chose freely.
 */
#ifndef XENSTORED_MEM_H
#define XENSTORED_MEM_H

#include <stddef.h>

void *mem_alloc(size_t bytes);
/* Zeroed. */
void *mem_zalloc(size_t bytes);
void *mem_resize(void *p, size_t bytes);
/* A copy of bytes bytes with a NUL behind them. */
void *mem_dup(const void *p, size_t bytes);

#endif
