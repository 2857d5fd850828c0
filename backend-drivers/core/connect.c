// SPDX-License-Identifier: GPL-2.0-only
/*
 * The xenbus handshake as a table: one row for each state of ours, one column
 * for each state of the frontend.
 *
 * Rules:
 *  1. 1 opens and goes to 2, whatever the frontend does: features must stand
 *     in the store before a frontend looks.
 *  2. Rings are mapped on the way to 4 only, and let go on every way out of 4
 *     but one: a Closing frontend (5) may still have requests in flight.
 *  3. A frontend that starts anew (1) without having closed, as after a crash
 *     kernel, is served anew.
 *  4. From 6 only a frontend in 1 leads back; the shell refuses that step when
 *     `online` is 0.
 *
 * No state, no lock, no call. Next: blkback.c.
 */
#include "backend-drivers/core/connect.h"

#include "abi/io/xenbus.h"

#define STATES (XY_XENBUS_RECONFIGURED + 1)

struct step {
	unsigned char next;	/* 0: stay */
	unsigned char todo;
};

static const struct step steps[STATES][STATES] = {
	[XY_XENBUS_INITIALISING] = {
		[0 ... STATES - 1] = {XY_XENBUS_INITWAIT, CONNECT_OPEN},
	},
	[XY_XENBUS_INITWAIT] = {
		[XY_XENBUS_INITIALISED] = {XY_XENBUS_CONNECTED, CONNECT_ATTACH},
		[XY_XENBUS_CONNECTED] = {XY_XENBUS_CONNECTED, CONNECT_ATTACH},
		[XY_XENBUS_CLOSING] = {XY_XENBUS_CLOSING, 0},
		[XY_XENBUS_CLOSED] = {XY_XENBUS_CLOSED, 0},
	},
	[XY_XENBUS_CONNECTED] = {
		[XY_XENBUS_UNKNOWN] = {XY_XENBUS_CLOSED, CONNECT_DETACH},
		[XY_XENBUS_INITIALISING] = {XY_XENBUS_INITWAIT,
					    CONNECT_DETACH},
		[XY_XENBUS_INITWAIT] = {XY_XENBUS_INITWAIT, CONNECT_DETACH},
		[XY_XENBUS_CLOSING] = {XY_XENBUS_CLOSING, 0},
		[XY_XENBUS_CLOSED] = {XY_XENBUS_CLOSED, CONNECT_DETACH},
	},
	[XY_XENBUS_CLOSING] = {
		[XY_XENBUS_UNKNOWN] = {XY_XENBUS_CLOSED, CONNECT_DETACH},
		[XY_XENBUS_INITIALISING] = {XY_XENBUS_INITWAIT,
					    CONNECT_DETACH},
		[XY_XENBUS_CLOSED] = {XY_XENBUS_CLOSED, CONNECT_DETACH},
	},
	[XY_XENBUS_CLOSED] = {
		[XY_XENBUS_INITIALISING] = {XY_XENBUS_INITWAIT, CONNECT_OPEN},
	},
};

int connect_step(int mine, long theirs, unsigned int *todo)
{
	const struct step *s;

	*todo = 0;
	if (mine < 0 || mine >= STATES)
		return mine;
	if (theirs < 0 || theirs >= STATES)
		theirs = XY_XENBUS_UNKNOWN;
	s = &steps[mine][theirs];
	*todo = s->todo;
	return s->next ? s->next : mine;
}
