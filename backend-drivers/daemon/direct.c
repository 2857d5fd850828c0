// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls past dom0's kernel.
 *
 * Rules:
 *  1. A system call of a paravirtual dom0 passes the hypervisor twice; these do
 *     once. That is all they are for: what they do, the kernel's devices do.
 *  2. The right to them belongs to this process, and may end: a call that is
 *     refused is made again the long way. When the kernel has never heard of
 *     it the right is gone, which the log says, and none is tried after it.
 *  3. What the hypervisor reads and writes by address lies in the scratch arena
 *     (dom0-tools/lib/call.h), which is always present.
 *
 * Single-threaded. Next: events.c.
 */
#include "backend-drivers/daemon/direct.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "abi/direct.h"
#include "abi/evtchn.h"
#include "abi/grant.h"
#include "abi/hypercall.h"
#include "backend-drivers/daemon/device.h"
#include "dom0-tools/lib/call.h"

static struct call hv;
static struct xy_gnttab_copy *copies;	/* in the arena; NULL: no calls */
static struct xy_evtchn_send *event;	/* the same */

int direct_init(bool apart)
{
	const uint64_t arg[5] = { apart ? 0 : XY_DIRECT_OPEN };
	int rc = call_open(&hv);

	if (rc)
		return rc;
	rc = call_hypercall(&hv, XY_HYPERVISOR_direct, arg, NULL);
	if (rc) {
		call_close(&hv);
		return rc;
	}
	event = call_scratch(&hv, sizeof(*event));
	copies = call_scratch(&hv, DIRECT_COPIES * sizeof(*copies));
	return 0;
}

static bool ask(long nr, long op, void *list, long n)
{
	if (!syscall(XY_DIRECT_CALL + nr, op, list, n))
		return true;
	if (errno == ENOSYS) {
		copies = NULL;
		log_line("no more direct calls");
	}
	return false;
}

bool direct_send(uint32_t port)
{
	if (!copies)
		return false;
	event->port = port;
	return ask(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, event, 0);
}

static void put_side(struct xy_gnttab_copy_ptr *to,
		     const union gnt_copy_side *from)
{
	to->u.ref = from->foreign.ref;
	to->offset = from->foreign.offset;
	to->domid = from->foreign.domid;
}

bool direct_copy(struct gnt_copy_segment *segment, unsigned int n)
{
	const uint16_t both = GNT_COPY_SOURCE_GREF | GNT_COPY_DEST_GREF;
	unsigned int i;

	if (!copies)
		return false;
	for (i = 0; i < n; i++) {
		const struct gnt_copy_segment *s = &segment[i];

		if (s->flags != both)
			return false;
		put_side(&copies[i].source, &s->source);
		put_side(&copies[i].dest, &s->dest);
		copies[i].len = s->len;
		copies[i].flags = both;
	}
	if (!ask(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_copy, copies, n))
		return false;
	for (i = 0; i < n; i++)
		segment[i].status = copies[i].status;
	return true;
}
