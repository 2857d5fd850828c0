// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hypercalls from dom0's user space.
 *
 * The kernel passes the registers of IOCTL_PRIVCMD_HYPERCALL straight to the
 * hypervisor, which reads and writes our memory by the addresses in them and
 * answers EFAULT where a page is not present. Hence the arena: pages of
 * /dev/xen/hypercall, which the kernel never migrates or reclaims, or locked
 * anonymous memory on kernels without that device.
 *
 * Rules: 1. nothing the hypervisor touches lies outside the arena; 2. every
 * wrapper leaves the arena as it found it; 3. a mapping of foreign frames is
 * complete or does not exist.
 * Lock: none, a struct call has one owner. Never: retries, prints, exits.
 * Next: dombuild.c, which builds a domain with these.
 */
#include "dom0-tools/lib/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/evtchn.h"
#include "abi/hypercall.h"
#include "abi/memory.h"
#include "abi/version.h"

#define PAGE_BYTES 4096u
#define ARENA_BYTES (256u * 1024)
#define ALIGN_BYTES 64u

/* The Linux interface of /dev/xen/privcmd. */
#define PRIVCMD_HYPERCALL 0x305000ul
#define PRIVCMD_MMAPBATCH_V2 0x205004ul
#define PRIVCMD_MMAP_RESOURCE 0x205007ul

struct privcmd_hypercall {
	uint64_t op;
	uint64_t arg[5];
};
_Static_assert(sizeof(struct privcmd_hypercall) == 0x30, "privcmd");

struct privcmd_batch {
	uint32_t num;
	uint16_t dom;
	uint64_t addr;
	const uint64_t *frames;
	int *errors;
};
_Static_assert(sizeof(struct privcmd_batch) == 0x20, "privcmd");

struct privcmd_resource {
	uint16_t dom;
	uint32_t type;
	uint32_t id;
	uint32_t idx;
	uint64_t num;
	uint64_t addr;
};
_Static_assert(sizeof(struct privcmd_resource) == 0x20, "privcmd");

static int arena_open(struct call *c)
{
	int flags = MAP_SHARED;

	c->buffer = open("/dev/xen/hypercall", O_RDWR | O_CLOEXEC);
	if (c->buffer < 0)
		flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE;
	c->arena = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, flags,
			c->buffer, 0);
	if (c->arena == MAP_FAILED) {
		int err = -errno;

		if (c->buffer >= 0)
			close(c->buffer);
		return err;
	}
	c->arena_bytes = ARENA_BYTES;
	c->used_bytes = 0;
	return 0;
}

int call_open(struct call *c)
{
	int err;

	memset(c, 0, sizeof(*c));
	c->privcmd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);
	if (c->privcmd < 0)
		return -errno;
	err = arena_open(c);
	if (err)
		close(c->privcmd);
	return err;
}

void call_close(struct call *c)
{
	munmap(c->arena, c->arena_bytes);
	if (c->buffer >= 0)
		close(c->buffer);
	close(c->privcmd);
}

void *call_scratch(struct call *c, size_t bytes)
{
	char *p = c->arena + c->used_bytes;
	size_t room = c->arena_bytes - c->used_bytes;

	if (bytes > room)
		return NULL;
	bytes = (bytes + ALIGN_BYTES - 1) & ~(size_t)(ALIGN_BYTES - 1);
	if (bytes > room)
		return NULL;
	c->used_bytes += bytes;
	memset(p, 0, bytes);
	return p;
}

size_t call_mark(const struct call *c)
{
	return c->used_bytes;
}

void call_rewind(struct call *c, size_t mark)
{
	c->used_bytes = mark;
}

int call_hypercall(struct call *c, unsigned int nr, const uint64_t arg[5],
		   int64_t *value)
{
	struct privcmd_hypercall h = { .op = nr };
	int ret;

	memcpy(h.arg, arg, sizeof(h.arg));
	ret = ioctl(c->privcmd, PRIVCMD_HYPERCALL, &h);
	if (ret < 0)
		return -errno;
	if (value)
		*value = ret;
	return 0;
}

/* A hypercall about one structure: into the arena, call, back out. */
struct bounce {
	unsigned int nr;
	void *data;
	size_t bytes;
	uint64_t arg[5];
	int slot;	/* the argument that gets the structure's address */
};

static int bounced_call(struct call *c, struct bounce *b, int64_t *value)
{
	size_t mark = call_mark(c);
	void *copy = call_scratch(c, b->bytes);
	int err;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, b->data, b->bytes);
	b->arg[b->slot] = (uintptr_t)copy;
	err = call_hypercall(c, b->nr, b->arg, value);
	memcpy(b->data, copy, b->bytes);
	call_rewind(c, mark);
	return err;
}

int call_domctl(struct call *c, struct xy_domctl *op)
{
	struct bounce b = {
		.nr = XY_HYPERVISOR_domctl,
		.data = op,
		.bytes = sizeof(*op),
	};

	op->interface_version = XY_DOMCTL_INTERFACE_VERSION;
	return bounced_call(c, &b, NULL);
}

int call_sysctl(struct call *c, struct xy_sysctl *op)
{
	struct bounce b = {
		.nr = XY_HYPERVISOR_sysctl,
		.data = op,
		.bytes = sizeof(*op),
	};

	op->interface_version = XY_SYSCTL_INTERFACE_VERSION;
	return bounced_call(c, &b, NULL);
}

int call_memory_op(struct call *c, unsigned int cmd, void *arg,
		   size_t arg_bytes, int64_t *value)
{
	struct bounce b = {
		.nr = XY_HYPERVISOR_memory_op,
		.data = arg,
		.bytes = arg_bytes,
		.arg = { cmd },
		.slot = 1,
	};

	return bounced_call(c, &b, value);
}

int call_mmuext_pin_l4(struct call *c, uint16_t domid, uint64_t mfn)
{
	struct xy_mmuext_op op = { .cmd = XY_MMUEXT_PIN_L4_TABLE };
	struct bounce b = {
		.nr = XY_HYPERVISOR_mmuext_op,
		.data = &op,
		.bytes = sizeof(op),
		.arg = { 0, 1, 0, domid },
	};

	op.arg1.mfn = mfn;
	return bounced_call(c, &b, NULL);
}

int call_xen_version(struct call *c, unsigned int cmd, void *buf,
		     size_t buf_bytes, int64_t *value)
{
	struct bounce b = {
		.nr = XY_HYPERVISOR_xen_version,
		.data = buf,
		.bytes = buf_bytes,
		.arg = { cmd },
		.slot = 1,
	};

	if (!buf)
		return call_hypercall(c, b.nr, b.arg, value);
	return bounced_call(c, &b, value);
}

int call_evtchn_alloc(struct call *c, uint16_t domid, uint16_t remote,
		      uint32_t *port)
{
	struct xy_evtchn_alloc_unbound op = {
		.dom = domid,
		.remote_dom = remote,
	};
	struct bounce b = {
		.nr = XY_HYPERVISOR_event_channel_op,
		.data = &op,
		.bytes = sizeof(op),
		.arg = { XY_EVTCHNOP_alloc_unbound },
		.slot = 1,
	};
	int err = bounced_call(c, &b, NULL);

	if (!err)
		*port = op.port;
	return err;
}

static int map_window(struct call *c, size_t pages, void **addr)
{
	if (pages == 0 || pages > UINT32_MAX)
		return -EINVAL;
	*addr = mmap(NULL, pages * PAGE_BYTES, PROT_READ | PROT_WRITE,
		     MAP_SHARED, c->privcmd, 0);
	return *addr == MAP_FAILED ? -errno : 0;
}

static int first_error(const int *errors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (errors[i])
			return errors[i] < 0 ? errors[i] : -EIO;
	return 0;
}

int call_map_foreign(struct call *c, uint16_t domid, const uint64_t *mfns,
		     size_t count, void **addr)
{
	struct privcmd_batch b = {
		.num = (uint32_t)count,
		.dom = domid,
		.frames = mfns,
	};
	void *window;
	int err = map_window(c, count, &window);

	if (err)
		return err;
	b.addr = (uintptr_t)window;
	b.errors = calloc(count, sizeof(*b.errors));
	if (!b.errors) {
		call_unmap(window, count);
		return -ENOMEM;
	}
	if (ioctl(c->privcmd, PRIVCMD_MMAPBATCH_V2, &b) < 0)
		err = -errno;
	else
		err = first_error(b.errors, count);
	free(b.errors);
	if (err)
		call_unmap(window, count);
	else
		*addr = window;
	return err;
}

int call_map_resource(struct call *c, const struct call_resource *r,
		      void **addr)
{
	struct privcmd_resource p = {
		.dom = r->domid,
		.type = r->type,
		.id = r->id,
		.idx = r->first_frame,
		.num = r->frames,
	};
	void *window;
	int err = map_window(c, r->frames, &window);

	if (err)
		return err;
	p.addr = (uintptr_t)window;
	if (ioctl(c->privcmd, PRIVCMD_MMAP_RESOURCE, &p) < 0) {
		err = -errno;
		call_unmap(window, r->frames);
		return err;
	}
	*addr = window;
	return 0;
}

void call_unmap(void *addr, size_t pages)
{
	munmap(addr, pages * PAGE_BYTES);
}

int call_domain_info(struct call *c, uint16_t domid,
		     struct xy_domctl_getdomaininfo *info)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_getdomaininfo,
		.domain = domid,
	};
	int err = call_domctl(c, &op);

	if (err)
		return err;
	/* The hypervisor answers for the next domain when there is none. */
	if (op.u.getdomaininfo.domain != domid)
		return -ESRCH;
	*info = op.u.getdomaininfo;
	return 0;
}

int call_domain_list(struct call *c, uint16_t first, uint32_t max,
		     struct xy_domctl_getdomaininfo *list, uint32_t *count)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_getdomaininfolist };
	size_t mark = call_mark(c);
	struct xy_domctl_getdomaininfo *copy;
	int err;

	copy = call_scratch(c, max * sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	op.u.getdomaininfolist.first_domain = first;
	op.u.getdomaininfolist.max_domains = max;
	op.u.getdomaininfolist.buffer = (uintptr_t)copy;
	err = call_sysctl(c, &op);
	if (!err) {
		*count = op.u.getdomaininfolist.num_domains;
		memcpy(list, copy, *count * sizeof(*copy));
	}
	call_rewind(c, mark);
	return err;
}
