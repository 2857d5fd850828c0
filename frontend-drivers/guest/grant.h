/* SPDX-License-Identifier: MIT */
/*
 * Grants: our pages for others, others' pages for us.
 *
 * All vCPUs may call these. References are never 0.
 */
#ifndef GUEST_GRANT_H
#define GUEST_GRANT_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/grant.h"

/* Domain domid may map or copy this frame; 0: the table is full. */
uint32_t grant_access(uint16_t domid, uint64_t mfn, bool read_only);
/* false: it is in use, nothing changed; try again later or leak the page. */
bool grant_end(uint32_t ref);
uint32_t grant_left(void);	/* references that are free, table as it is */

/* A frame of domid at va, a window's page: 0, or a negative XY_GNTST_. */
int grant_map(uint16_t domid, uint32_t ref, bool read_only, void *va,
	      uint32_t *handle);
/* The page is not mapped after it; window_free() maps its own frame again. */
int grant_unmap(void *va, uint32_t handle);
/* n copies, each with its own status; 0, or a negative XY_E for the call. */
long grant_copy(struct xy_gnttab_copy *copies, unsigned int n);

#endif
