/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor as the domain builder meets it, on a machine of 64 MiB in a
 * file: frames are handed out in falling order, so that nothing is contiguous
 * by chance, and mapped page by page. It has one domain, number 5, and knows
 * what the builder asked for last. Tables that are pinned while a page of the
 * domain is mapped, and calls that no builder makes, end the test.
 */
#ifndef FAKES_BUILDHOST_H
#define FAKES_BUILDHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/vcpu.h"

#define BUILDHOST_FRAMES 16384ull
#define BUILDHOST_SHARED_MFN 7
#define BUILDHOST_GRANT_MFN 8

struct buildhost {
	int file;		/* its memory */
	uint64_t next;		/* frames are handed out downwards from here */
	uint64_t room;
	int maps;
	int64_t claimed;
	bool no_big;		/* single frames only */
	bool pinned;
	uint64_t pinned_mfn;
	struct xy_vcpu_guest_context vcpu;
	char scratch[65536];
	size_t used;
};

extern struct buildhost buildhost;

/* A new one; the one before is forgotten. */
void buildhost_make(void);

#endif
