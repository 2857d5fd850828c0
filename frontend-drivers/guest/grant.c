// SPDX-License-Identifier: MIT
/*
 * The grant table, version 1.
 *
 * Rules:
 *  1. The table grows by a frame when its entries are used up, to FRAMES; the
 *     hypervisor's own limit may come earlier.
 *  2. An entry is filled before its flags let anybody in, and is ended only
 *     while nobody reads or writes through it, in one compare-and-swap.
 *  3. The first entries are the tools' and are never touched.
 *
 * The lock guards the free list and the growth.
 */
#include "frontend-drivers/guest/grant.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/spin.h"

#define FRAMES		8U	/* 4096 references */
#define PER_FRAME	(PAGE / sizeof(struct xy_grant_entry_v1))

static struct spin lock;
static struct xy_grant_entry_v1 *table;		/* a window of FRAMES pages */
static unsigned int frames;			/* of them there are */
static uint16_t next_free[FRAMES * PER_FRAME];
static uint32_t first_free, count_free;		/* 0: none */

static void give_back(uint32_t ref)
{
	next_free[ref] = (uint16_t)first_free;
	first_free = ref;
	count_free++;
}

/* One frame more. */
static void grow(void)
{
	uint64_t list[FRAMES];
	struct xy_gnttab_setup_table setup = {
		.dom = XY_DOMID_SELF, .nr_frames = frames + 1,
		.frame_list = A(list),
	};
	uint32_t ref;

	if (frames == FRAMES)
		return;
	if (!table)
		table = window_alloc(FRAMES);
	if (!table ||
	    call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table, &setup,
		  1) || setup.status != XY_GNTST_okay ||
	    va_map(A(table) + frames * PAGE, list[frames] << 12 | LEAF))
		return;
	frames++;
	/* From the end, so that low references go first. */
	for (ref = frames * PER_FRAME; ref-- > (frames - 1) * PER_FRAME;)
		if (ref >= XY_GNTTAB_NR_RESERVED_ENTRIES)
			give_back(ref);
}

uint32_t grant_access(uint16_t domid, uint64_t mfn, bool read_only)
{
	uint32_t ref;

	spin_lock(&lock);
	if (first_free == 0)
		grow();
	ref = first_free;
	if (ref != 0) {
		first_free = next_free[ref];
		count_free--;
	}
	spin_unlock(&lock);
	if (ref == 0)
		return 0;
	table[ref].domid = domid;
	table[ref].frame = (uint32_t)mfn;
	/* From here the other domain may use it. */
	__atomic_store_n(&table[ref].flags, XY_GTF_permit_access |
			 (read_only ? XY_GTF_readonly : 0), __ATOMIC_RELEASE);
	return ref;
}

bool grant_end(uint32_t ref)
{
	uint16_t flags = __atomic_load_n(&table[ref].flags, __ATOMIC_RELAXED);

	do {
		if (flags & (XY_GTF_reading | XY_GTF_writing))
			return false;
	} while (!__atomic_compare_exchange_n(&table[ref].flags, &flags,
					      XY_GTF_invalid, false,
					      __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
	spin_lock(&lock);
	give_back(ref);
	spin_unlock(&lock);
	return true;
}

uint32_t grant_left(void)
{
	return count_free;
}

int grant_map(uint16_t domid, uint32_t ref, bool read_only, void *va,
	      uint32_t *handle)
{
	struct xy_gnttab_map_grant_ref op = {
		.host_addr = A(va), .ref = ref, .dom = domid,
		.flags = XY_GNTMAP_host_map |
			 (read_only ? XY_GNTMAP_readonly : 0),
	};

	if (call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_map_grant_ref, &op,
		  1))
		return XY_GNTST_general_error;
	*handle = op.handle;
	return op.status;
}

int grant_unmap(void *va, uint32_t handle)
{
	struct xy_gnttab_unmap_grant_ref op = {
		.host_addr = A(va), .handle = handle,
	};

	if (call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_unmap_grant_ref,
		  &op, 1))
		return XY_GNTST_general_error;
	return op.status;
}

long grant_copy(struct xy_gnttab_copy *copies, unsigned int n)
{
	return call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_copy, copies, n);
}
