// SPDX-License-Identifier: GPL-2.0-only
/*
 * grants: a domain grants pages to itself, maps, copies and revokes them.
 */
#include "guest.h"

#define OP(op, arg) call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_##op, \
			  arg, 1)
#define REF	20

static struct xy_grant_entry_v1 *table;

static void setup(void)
{
	uint64_t frame = 0;
	struct xy_gnttab_setup_table st = {
		.dom = XY_DOMID_SELF, .nr_frames = 1,
		.frame_list = A(&frame),
	};
	struct xy_gnttab_query_size qs = { .dom = XY_DOMID_SELF };

	EXPECT_EQ(OP(setup_table, &st), 0);
	EXPECT_EQ(st.status, XY_GNTST_okay);
	EXPECT_EQ(va_map(scratch_va(1), frame << 12 | LEAF), 0);
	table = (struct xy_grant_entry_v1 *)scratch_va(1);
	EXPECT_EQ(OP(query_size, &qs), 0);
	EXPECT_EQ(qs.status, XY_GNTST_okay);
	EXPECT(qs.nr_frames >= 1 && qs.max_nr_frames >= qs.nr_frames);
}

static void grant(unsigned int ref, void *page, unsigned int flags)
{
	table[ref].domid = 0;
	table[ref].frame = (uint32_t)va_mfn(page);
	__atomic_store_n(&table[ref].flags,
			 (uint16_t)(XY_GTF_permit_access | flags),
			 __ATOMIC_SEQ_CST);
}

static int map(unsigned int ref, uint64_t va, unsigned int flags,
	       uint32_t *handle)
{
	struct xy_gnttab_map_grant_ref m = {
		.host_addr = va, .flags = XY_GNTMAP_host_map | flags,
		.ref = ref, .dom = 0,
	};

	EXPECT_EQ(OP(map_grant_ref, &m), 0);
	*handle = m.handle;
	return m.status;
}

static int unmap(uint64_t va, uint32_t handle)
{
	struct xy_gnttab_unmap_grant_ref u = {
		.host_addr = va, .handle = handle,
	};

	EXPECT_EQ(OP(unmap_grant_ref, &u), 0);
	return u.status;
}

static void check_map(void)
{
	uint64_t *page = page_alloc(), va = scratch_va(2);
	uint32_t h, h2;

	page[0] = 42;
	grant(REF, page, 0);
	EXPECT_EQ(map(REF, va, 0, &h), XY_GNTST_okay);
	EXPECT_EQ(*(volatile uint64_t *)va, 42);
	*(volatile uint64_t *)va = 43;
	EXPECT_EQ(page[0], 43);
	EXPECT(table[REF].flags & XY_GTF_reading);
	EXPECT(table[REF].flags & XY_GTF_writing);
	/* a second, read-only mapping */
	EXPECT_EQ(map(REF, scratch_va(3), XY_GNTMAP_readonly, &h2),
		  XY_GNTST_okay);
	EXPECT_EQ(unmap(va, h), XY_GNTST_okay);
	EXPECT(!(table[REF].flags & XY_GTF_writing));
	EXPECT(table[REF].flags & XY_GTF_reading);
	EXPECT(unmap(va, h) != XY_GNTST_okay);		/* twice */
	EXPECT(unmap(va, h2) != XY_GNTST_okay);		/* wrong place */
	EXPECT_EQ(unmap(scratch_va(3), h2), XY_GNTST_okay);
	EXPECT(!(table[REF].flags & XY_GTF_reading));
	table[REF].flags = 0;
	EXPECT(map(REF, va, 0, &h) != XY_GNTST_okay);
}

static void check_refusals(void)
{
	void *page = page_alloc();
	uint32_t h;

	grant(REF, page, XY_GTF_readonly);
	EXPECT(map(REF, scratch_va(2), 0, &h) != XY_GNTST_okay);
	EXPECT_EQ(map(REF, scratch_va(2), XY_GNTMAP_readonly, &h),
		  XY_GNTST_okay);
	EXPECT_EQ(unmap(scratch_va(2), h), XY_GNTST_okay);
	EXPECT(map(0x7fffffff, scratch_va(2), 0, &h) != XY_GNTST_okay);
	EXPECT(map(REF, 0xffff830000000000, XY_GNTMAP_readonly, &h) !=
	       XY_GNTST_okay);
	EXPECT(map(REF, 0x1234567000, XY_GNTMAP_readonly, &h) !=
	       XY_GNTST_okay);
	EXPECT(unmap(scratch_va(2), 0xffffffff) != XY_GNTST_okay);
	/* a frame that is not ours to grant: the hypervisor's image */
	table[REF].frame = 0x200;
	table[REF].flags = XY_GTF_permit_access;
	EXPECT(map(REF, scratch_va(2), 0, &h) != XY_GNTST_okay);
	/* a page table is not writable through a grant either */
	table[REF].frame = (uint32_t)va_mfn((void *)guest_si->pt_base);
	EXPECT(map(REF, scratch_va(2), 0, &h) != XY_GNTST_okay);
	/* somebody else's domid */
	grant(REF, page, 0);
	table[REF].domid = 5;
	EXPECT(map(REF, scratch_va(2), 0, &h) != XY_GNTST_okay);
	table[REF].flags = 0;
}

static int copy(uint64_t src, bool src_ref, uint64_t dst, bool dst_ref,
		unsigned int off, unsigned int len)
{
	struct xy_gnttab_copy c = {
		.len = (uint16_t)len,
		.flags = (src_ref ? XY_GNTCOPY_source_gref : 0) |
			 (dst_ref ? XY_GNTCOPY_dest_gref : 0),
	};

	c.source.domid = src_ref ? 0 : XY_DOMID_SELF;
	c.dest.domid = dst_ref ? 0 : XY_DOMID_SELF;
	if (src_ref)
		c.source.u.ref = (uint32_t)src;
	else
		c.source.u.gmfn = src;
	if (dst_ref)
		c.dest.u.ref = (uint32_t)dst;
	else
		c.dest.u.gmfn = dst;
	c.source.offset = c.dest.offset = (uint16_t)off;
	EXPECT_EQ(OP(copy, &c), 0);
	return c.status;
}

static void check_copy(void)
{
	char *a = page_alloc(), *b = page_alloc();

	for (unsigned int i = 0; i < PAGE; i++)
		a[i] = (char)i;
	grant(REF, a, XY_GTF_readonly);
	EXPECT_EQ(copy(REF, true, va_mfn(b), false, 5, 1000), XY_GNTST_okay);
	EXPECT_EQ(b[4], 0);
	for (unsigned int i = 5; i < 1005; i++)
		EXPECT(b[i] == (char)i);
	EXPECT_EQ(b[1005], 0);
	EXPECT(copy(REF, true, va_mfn(b), false, 4000, 97) != XY_GNTST_okay);
	EXPECT(copy(va_mfn(b), false, REF, true, 0, 8) != XY_GNTST_okay);
	EXPECT(copy(REF, true, 0x200, false, 0, 8) != XY_GNTST_okay);
	EXPECT(copy(REF, true, va_mfn((void *)guest_si->pt_base), false, 0,
		    8) != XY_GNTST_okay);
	EXPECT_EQ(table[REF].flags & (XY_GTF_reading | XY_GTF_writing), 0);
	table[REF].flags = 0;
}

void test_main(void)
{
	setup();
	check_map();
	check_refusals();
	check_copy();
}
