/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypercall transfer page, for kernels that ask for one.
 */
#ifndef CORE_CALL_PAGE_H
#define CORE_CALL_PAGE_H

#include "lib/types.h"

/* Fills a whole page with 128 slots of 32 bytes. */
void call_page_fill(uint8_t *page);

#endif
