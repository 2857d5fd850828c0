/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hypercalls from dom0's user space, through Linux's /dev/xen/privcmd.
 *
 * Rules:
 *  1. Whatever the hypervisor reads or writes by address lies in the scratch
 *     arena: memory that is always present, since a hypercall cannot take a
 *     page fault. The wrappers copy their structures in and out of it, so
 *     callers pass ordinary memory unless a field is itself a pointer; what
 *     such a field points to must come from call_scratch().
 *  2. Scratch memory is a stack: take a mark, allocate, rewind to the mark.
 *  3. Every function answers 0 or a negative errno; values come back through
 *     pointers.
 *  4. A struct call belongs to one thread.
 */
#ifndef DOM0_TOOLS_LIB_CALL_H
#define DOM0_TOOLS_LIB_CALL_H

#include <stddef.h>
#include <stdint.h>

#include "abi/domctl.h"
#include "abi/mmu.h"
#include "abi/sysctl.h"

struct call {
	int privcmd;
	int buffer;		/* /dev/xen/hypercall, or -1 */
	char *arena;
	size_t arena_bytes;
	size_t used_bytes;
};

/* A piece of another domain's resource, see XENMEM_acquire_resource. */
struct call_resource {
	uint16_t domid;
	uint32_t type;
	uint32_t id;
	uint32_t first_frame;
	uint64_t frames;
};

/* Fails with -ENOENT or -ENODEV where this machine is no dom0. */
int call_open(struct call *c);
void call_close(struct call *c);

/* Zeroed, 64-byte aligned; NULL when the arena (256 KiB) is used up. */
void *call_scratch(struct call *c, size_t bytes);
size_t call_mark(const struct call *c);
void call_rewind(struct call *c, size_t mark);

/* *value, if wanted, gets what the hypervisor answered when it is >= 0. */
int call_hypercall(struct call *c, unsigned int nr, const uint64_t arg[5],
		   int64_t *value);

/* The interface version is filled in; op is copied back, also on failure. */
int call_domctl(struct call *c, struct xy_domctl *op);
int call_sysctl(struct call *c, struct xy_sysctl *op);

/* arg is copied in and out. Answers above 2^31 do not survive ioctl(2). */
int call_memory_op(struct call *c, unsigned int cmd, void *arg,
		   size_t arg_bytes, int64_t *value);

int call_mmuext_pin_l4(struct call *c, uint16_t domid, uint64_t mfn);

/* xen_version sub-operations; buf may be NULL when only the value counts. */
int call_xen_version(struct call *c, unsigned int cmd, void *buf,
		     size_t buf_bytes, int64_t *value);

/* A port of domid that waits for remote to bind it. */
int call_evtchn_alloc(struct call *c, uint16_t domid, uint16_t remote,
		      uint32_t *port);

/*
 * Maps count frames of domid readable and writable, in order; on success
 * *addr is page aligned. All or nothing: the first bad frame's error.
 */
int call_map_foreign(struct call *c, uint16_t domid, const uint64_t *mfns,
		     size_t count, void **addr);
int call_map_resource(struct call *c, const struct call_resource *r,
		      void **addr);
void call_unmap(void *addr, size_t pages);

/* -ESRCH when there is no domain of exactly this number. */
int call_domain_info(struct call *c, uint16_t domid,
		     struct xy_domctl_getdomaininfo *info);

/* Domains numbered first and up, at most max of them; *count is how many. */
int call_domain_list(struct call *c, uint16_t first, uint32_t max,
		     struct xy_domctl_getdomaininfo *list, uint32_t *count);

#endif
