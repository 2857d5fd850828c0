// SPDX-License-Identifier: GPL-2.0-only
/*
 * See fakes/buildhost.h.
 */
#include "tests/fakes/buildhost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/memory.h"
#include "dom0-tools/lib/call.h"

#define PAGE 4096ull

struct buildhost buildhost;

void buildhost_make(void)
{
	if (buildhost.file)
		close(buildhost.file);
	memset(&buildhost, 0, sizeof(buildhost));
	buildhost.file = memfd_create("machine", 0);
	assert_int_equal(ftruncate(buildhost.file, BUILDHOST_FRAMES * PAGE),
			 0);
	buildhost.next = BUILDHOST_FRAMES;
	buildhost.room = BUILDHOST_FRAMES - 16;
}

void *call_scratch(struct call *c, size_t bytes)
{
	char *p = buildhost.scratch + buildhost.used;

	(void)c;
	bytes = (bytes + 63) & ~63ul;
	if (bytes > sizeof(buildhost.scratch) - buildhost.used)
		return NULL;
	buildhost.used += bytes;
	memset(p, 0, bytes);
	return p;
}

size_t call_mark(const struct call *c)
{
	(void)c;
	return buildhost.used;
}

void call_rewind(struct call *c, size_t mark)
{
	(void)c;
	buildhost.used = mark;
}

static int populate(struct xy_memory_reservation *r, int64_t *value)
{
	uint64_t *list = (uint64_t *)(uintptr_t)r->extent_start;
	uint64_t size = 1ull << r->extent_order;

	*value = 0;
	if (r->extent_order && buildhost.no_big)
		return 0;
	for (uint64_t i = 0; i < r->nr_extents; i++) {
		if (buildhost.room < size)
			return 0;
		buildhost.room -= size;
		buildhost.next -= size;
		list[i] = buildhost.next;
		++*value;
	}
	return 0;
}

int call_memory_op(struct call *c, unsigned int cmd, void *arg,
		   size_t arg_bytes, int64_t *value)
{
	struct xy_memory_reservation *r = arg;

	(void)c;
	(void)arg_bytes;
	switch (cmd) {
	case XY_MEM_populate_physmap:
		return populate(r, value);
	case XY_MEM_claim_pages:
		if (r->nr_extents > buildhost.room)
			return -ENOMEM;
		buildhost.claimed = (int64_t)r->nr_extents;
		return 0;
	case XY_MEM_set_memory_map:
		return 0;
	}
	fail_msg("unexpected memory_op %u", cmd);
	return -ENOSYS;
}

int call_domctl(struct call *c, struct xy_domctl *op)
{
	(void)c;
	if (op->cmd == XY_DOMCTL_createdomain)
		op->domain = 5;
	assert_int_equal(op->domain, 5);
	if (op->cmd == XY_DOMCTL_setvcpucontext)
		memcpy(&buildhost.vcpu,
		       (void *)(uintptr_t)op->u.vcpucontext.ctxt,
		       sizeof(buildhost.vcpu));
	return 0;
}

int call_sysctl(struct call *c, struct xy_sysctl *op)
{
	(void)c;
	op->u.physinfo.free_pages = buildhost.room;
	return 0;
}

int call_evtchn_alloc(struct call *c, uint16_t domid, uint16_t remote,
		      uint32_t *port)
{
	static uint32_t ports;

	(void)c;
	assert_int_equal(domid, 5);
	assert_int_equal(remote, 0);
	*port = ++ports % 2 ? 1 : 2;
	return 0;
}

static void map_one(char *at, uint64_t mfn)
{
	assert_true(mfn < BUILDHOST_FRAMES);
	assert_ptr_equal(mmap(at, PAGE, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_FIXED, buildhost.file,
			      (off_t)(mfn * PAGE)), at);
}

int call_map_foreign(struct call *c, uint16_t domid, const uint64_t *mfns,
		     size_t count, void **addr)
{
	char *at = mmap(NULL, count * PAGE, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)c;
	assert_int_equal(domid, 5);
	for (size_t i = 0; i < count; i++)
		map_one(at + i * PAGE, mfns[i]);
	buildhost.maps++;
	*addr = at;
	return 0;
}

int call_map_resource(struct call *c, const struct call_resource *r,
		      void **addr)
{
	uint64_t mfn = BUILDHOST_GRANT_MFN;

	assert_int_equal(r->type, XY_MEM_resource_grant_table);
	return call_map_foreign(c, r->domid, &mfn, 1, addr);
}

void call_unmap(void *addr, size_t pages)
{
	munmap(addr, pages * PAGE);
	buildhost.maps--;
}

int call_domain_info(struct call *c, uint16_t domid,
		     struct xy_domctl_getdomaininfo *info)
{
	(void)c;
	memset(info, 0, sizeof(*info));
	info->domain = domid;
	info->shared_info_frame = BUILDHOST_SHARED_MFN;
	return 0;
}

int call_mmuext_pin_l4(struct call *c, uint16_t domid, uint64_t mfn)
{
	(void)c;
	assert_int_equal(domid, 5);
	/* Tables are tables only while nobody can write them. */
	assert_int_equal(buildhost.maps, 0);
	buildhost.pinned = true;
	buildhost.pinned_mfn = mfn;
	return 0;
}
