// SPDX-License-Identifier: GPL-2.0-only
/*
 * The builder's frame: the domain itself and its memory.
 *
 * Memory is taken in 2 MiB pieces as far as the hypervisor has them and page
 * by page for the rest, after a claim for all of it: two builders at once
 * then fail early and with a clear reason, not half way.
 *
 * Rules: 1. the claim is gone when the memory is there or the step failed;
 * 2. b->p2m names every page of the domain before anything is loaded.
 * Lock: none. Never: destroys the domain, that is the caller's.
 * Next: dombuild_kernel.c, dombuild_boot.c.
 */
#include "dom0-tools/lib/dombuild.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/memory.h"
#include "abi/shared_info.h"

#define DOMID_ANY 0xffffu
/* What the allocation may exceed the target by, as balloons are slow. */
#define MEMORY_SLACK_KIB 1024u
#define BIG_ORDER 9u
#define BATCH_EXTENTS 4096u
/* From here a kernel is worth a process of its own, see load_in_child(). */
#define LARGE_BYTES (8u << 20)

int dombuild_fail(struct dombuild *b, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(b->why, sizeof(b->why), format, ap);
	va_end(ap);
	return err;
}

bool dombuild_stopped(const struct dombuild *b)
{
	return b->stop && *b->stop;
}

int dombuild_open(struct dombuild *b, struct call *c,
		  const struct dombuild_config *config)
{
	memset(b, 0, sizeof(*b));
	b->c = c;
	b->config = config;
	b->kernel_fd = -1;
	b->ramdisk_fd = -1;
	b->nr_pages = config->memory_kib / 4;
	if (strlen(config->cmdline) >= XY_MAX_GUEST_CMDLINE)
		return dombuild_fail(b, -E2BIG,
			"the kernel command line is longer than %d characters",
			XY_MAX_GUEST_CMDLINE - 1);
	return dombuild_kernel_open(b);
}

void dombuild_close(struct dombuild *b)
{
	dombuild_kernel_close(b);
	free(b->p2m);
	b->p2m = NULL;
}

static int create_domain(struct dombuild *b)
{
	const struct dombuild_config *cfg = b->config;
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_createdomain,
		.domain = DOMID_ANY,
	};
	struct xy_domctl_createdomain *d = &op.u.createdomain;
	int err;

	memcpy(d->handle, cfg->uuid, sizeof(cfg->uuid));
	d->max_vcpus = cfg->vcpus;
	d->max_evtchn_port = cfg->event_channels;
	d->max_grant_frames = cfg->grant_frames;
	d->max_maptrack_frames = cfg->maptrack_frames;
	d->grant_opts = 1;	/* the grant table version: v1 */
	err = call_domctl(b->c, &op);
	if (err)
		return dombuild_fail(b, err,
			"the hypervisor refused a new domain (%s)",
			strerror(-err));
	b->domid = op.domain;
	b->created = true;
	return 0;
}

static int set_limits(struct dombuild *b)
{
	const struct dombuild_config *cfg = b->config;
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_max_vcpus,
		.domain = b->domid,
	};
	int err;

	op.u.max_vcpus.max = cfg->vcpus;
	err = call_domctl(b->c, &op);
	if (err)
		return dombuild_fail(b, err, "cannot make %u vCPUs (%s)",
				     cfg->vcpus, strerror(-err));
	memset(&op, 0, sizeof(op));
	op.cmd = XY_DOMCTL_max_mem;
	op.domain = b->domid;
	op.u.max_mem.max_memkb = cfg->max_memory_kib + MEMORY_SLACK_KIB;
	err = call_domctl(b->c, &op);
	if (err)
		return dombuild_fail(b, err, "cannot set the memory limit (%s)",
				     strerror(-err));
	return 0;
}

/* What the domain's kernel is told of its memory: all of it, from 0. */
static int set_memory_map(struct dombuild *b)
{
	size_t mark = call_mark(b->c);
	struct xy_e820_entry *e = call_scratch(b->c, sizeof(*e));
	struct xy_foreign_memory_map map = { .domid = b->domid };
	int err;

	if (!e)
		return -ENOMEM;
	e->size = b->config->max_memory_kib << 10;
	e->type = XY_E820_RAM;
	map.map.nr_entries = 1;
	map.map.buffer = (uintptr_t)e;
	err = call_memory_op(b->c, XY_MEM_set_memory_map, &map, sizeof(map),
			     NULL);
	call_rewind(b->c, mark);
	if (err)
		return dombuild_fail(b, err, "cannot set the memory map (%s)",
				     strerror(-err));
	return 0;
}

static int claim(struct dombuild *b, uint64_t pages)
{
	struct xy_memory_reservation r = {
		.nr_extents = pages,
		.domid = b->domid,
	};
	int err = call_memory_op(b->c, XY_MEM_claim_pages, &r, sizeof(r), NULL);

	return err == -ENOSYS ? 0 : err;
}

/* Extents of one order from pfn on; *done is how many were had. */
static int populate(struct dombuild *b, uint64_t pfn, uint32_t order,
		    uint64_t extents, uint64_t *done)
{
	size_t mark = call_mark(b->c);
	uint64_t *list = call_scratch(b->c, extents * sizeof(*list));
	struct xy_memory_reservation r = {
		.extent_start = (uintptr_t)list,
		.nr_extents = extents,
		.extent_order = order,
		.domid = b->domid,
	};
	int64_t got = 0;
	int err;

	if (!list)
		return -ENOMEM;
	for (uint64_t i = 0; i < extents; i++)
		list[i] = pfn + (i << order);
	err = call_memory_op(b->c, XY_MEM_populate_physmap, &r, sizeof(r),
			     &got);
	for (uint64_t i = 0; !err && i < (uint64_t)got; i++)
		for (uint64_t j = 0; j < 1ull << order; j++)
			b->p2m[pfn + (i << order) + j] = list[i] + j;
	call_rewind(b->c, mark);
	*done = err ? 0 : (uint64_t)got;
	return err;
}

static int populate_all(struct dombuild *b)
{
	uint32_t order = BIG_ORDER;
	uint64_t pfn = 0;

	while (pfn < b->nr_pages) {
		uint64_t want, done = 0;
		int err;

		if (dombuild_stopped(b))
			return -EINTR;
		if (b->nr_pages - pfn < 1ull << order)
			order = 0;
		want = (b->nr_pages - pfn) >> order;
		if (want > BATCH_EXTENTS)
			want = BATCH_EXTENTS;
		err = populate(b, pfn, order, want, &done);
		if (err && err != -ENOMEM)
			return err;
		pfn += done << order;
		if (done == want)
			continue;
		if (order == 0)
			return -ENOMEM;
		order = 0;	/* no large pieces are left */
	}
	return 0;
}

static uint64_t free_mib(struct call *c)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_physinfo };

	if (call_sysctl(c, &op))
		return 0;
	return (op.u.physinfo.free_pages - op.u.physinfo.outstanding_pages) /
	       256;
}

static int take_memory(struct dombuild *b)
{
	int err, released;

	err = claim(b, b->nr_pages);
	if (!err) {
		b->p2m = malloc(b->nr_pages * sizeof(*b->p2m));
		err = b->p2m ? populate_all(b) : -ENOBUFS;
		released = claim(b, 0);
		if (!err)
			err = released;
	}
	if (err == -ENOMEM)
		return dombuild_fail(b, err,
			"%llu MiB of memory are wanted, %llu MiB are free",
			(unsigned long long)b->nr_pages / 256,
			(unsigned long long)free_mib(b->c));
	if (err == -EINTR)
		return dombuild_fail(b, err, "interrupted");
	if (err == -ENOBUFS)
		return dombuild_fail(b, -ENOMEM, "dom0 is out of memory");
	if (err)
		return dombuild_fail(b, err, "cannot allocate its memory (%s)",
				     strerror(-err));
	return 0;
}

static int make_ports(struct dombuild *b)
{
	int err = call_evtchn_alloc(b->c, b->domid, 0, &b->store_port);

	if (!err)
		err = call_evtchn_alloc(b->c, b->domid, 0, &b->console_port);
	if (err)
		return dombuild_fail(b, err, "cannot make event channels (%s)",
				     strerror(-err));
	return 0;
}

int dombuild_create(struct dombuild *b)
{
	int err = create_domain(b);

	if (!err)
		err = set_limits(b);
	if (!err)
		err = make_ports(b);
	if (!err)
		err = set_memory_map(b);
	if (!err)
		err = take_memory(b);
	return err;
}

static int plan(struct dombuild *b)
{
	const char *why;
	struct layout_input in = {
		.elf = &b->elf,
		.notes = &b->notes,
		.nr_pages = b->nr_pages,
		.ramdisk_bytes = b->ramdisk_bytes,
	};
	int err = layout_plan(&b->layout, &in, &why);

	if (err == -E2BIG)
		return dombuild_fail(b, err,
			"kernel and ramdisk need %llu MiB, the domain has %llu",
			(unsigned long long)(b->layout.used_pages + 255) / 256,
			(unsigned long long)b->nr_pages / 256);
	if (err)
		return dombuild_fail(b, err, "kernel %s: %s",
				     b->config->kernel, why);
	return 0;
}

static int load_images(struct dombuild *b)
{
	int err = dombuild_kernel_load(b);

	if (!err)
		err = plan(b);
	return err ? err : dombuild_ramdisk_load(b);
}

/* What the child below tells its parent. */
struct report {
	int err;
	char why[sizeof(((struct dombuild *)0)->why)];
	struct elf_notes notes;
};

static void child_loads(struct dombuild *b, struct report *r, pid_t parent)
{
	/* Who kills the parent means the whole of it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	b->exits_soon = true;
	r->err = load_images(b);
	memcpy(r->why, b->why, sizeof(r->why));
	r->notes = b->notes;
	_exit(0);
}

static int wait_child(struct dombuild *b, pid_t child, const struct report *r)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return dombuild_fail(b, -errno, "lost its builder");
		if (dombuild_stopped(b))
			kill(child, SIGKILL);
	}
	if (dombuild_stopped(b))
		return dombuild_fail(b, -EINTR, "interrupted");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return dombuild_fail(b, -EIO, "its builder was killed");
	memcpy(b->why, r->why, sizeof(b->why));
	b->notes = r->notes;
	return r->err;
}

/*
 * A process that exits gives back a large window for a fraction of what
 * unmapping it costs: its tables are no tables any more when they are cleared.
 * So the child does not unmap, and it must be gone before anybody waits for
 * the domain's frames.
 */
static int load_in_child(struct dombuild *b)
{
	struct report *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t parent = getpid();
	pid_t child;
	int err;

	if (r == MAP_FAILED)
		return load_images(b);
	child = fork();
	if (child == 0)
		child_loads(b, r, parent);
	err = child < 0 ? load_images(b) : wait_child(b, child, r);
	munmap(r, sizeof(*r));
	return err;
}

int dombuild_load(struct dombuild *b)
{
	bool large = b->elf.paddr_end - b->elf.paddr_start >= LARGE_BYTES;
	int err = large ? load_in_child(b) : load_images(b);

	if (!err)
		err = plan(b);
	if (err)
		return err;
	b->store_mfn = b->p2m[b->layout.store_pfn];
	b->console_mfn = b->p2m[b->layout.console_pfn];
	return dombuild_boot(b);
}
