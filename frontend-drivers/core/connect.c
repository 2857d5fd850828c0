// SPDX-License-Identifier: MIT
/*
 * The xenbus handshake as a table: one row for each state of ours, one column
 * for each state of the backend, one table for each wish.
 *
 * Rules:
 *  1. Features are read and rings published from 1 only, when the backend
 *     stands in 2: before that its keys are not complete.
 *  2. A wanted device goes back to 1 whenever the backend cannot serve its
 *     rings any more (it is gone, closed, or stands before 4 again). The
 *     backend sees the 1, lets go of what it has left, and opens anew.
 *  3. A backend that stands in 1 or 2 after it stood in 4 has started anew,
 *     even if nobody saw it in 6.
 *  4. Leaving: 5, when the backend follows to 5 my 6, when it follows to 6 the
 *     grants end. A backend that is gone or in 6 is not waited for.
 *
 * No state but the caller's, no lock, no call. Next: blkfront.c.
 */
#include "frontend-drivers/core/connect.h"

#define STATES		(XY_XENBUS_RECONFIGURED + 1)
#define ANEW		STATES	/* the column of rule 3 */

struct step {
	uint8_t next;		/* 0: stay */
	uint8_t todo;
};

#define AGAIN	{ XY_XENBUS_INITIALISING, CONNECT_FRONT_STOP }
#define GONE	{ XY_XENBUS_CLOSED, CONNECT_FRONT_STOP | CONNECT_FRONT_RELEASE }
#define ASK	{ XY_XENBUS_CLOSING, 0 }
#define FOLLOW	{ XY_XENBUS_CLOSED, 0 }

static const struct step stay[STATES][STATES + 1] = {
	[XY_XENBUS_INITIALISING] = {
		[XY_XENBUS_INITWAIT] = { XY_XENBUS_INITIALISED,
					 CONNECT_FRONT_PUBLISH },
	},
	[XY_XENBUS_INITIALISED] = {
		[XY_XENBUS_UNKNOWN] = AGAIN,
		[XY_XENBUS_CONNECTED] = { XY_XENBUS_CONNECTED,
					  CONNECT_FRONT_START },
		[XY_XENBUS_CLOSING] = AGAIN,
		[XY_XENBUS_CLOSED] = AGAIN,
		[ANEW] = AGAIN,
	},
	[XY_XENBUS_CONNECTED] = {
		[XY_XENBUS_UNKNOWN] = AGAIN,
		[XY_XENBUS_CONNECTED] = { 0, CONNECT_FRONT_CHANGED },
		[XY_XENBUS_CLOSING] = AGAIN,
		[XY_XENBUS_CLOSED] = AGAIN,
		[ANEW] = AGAIN,
	},
	/* Wanted after all: from anew. */
	[XY_XENBUS_CLOSING] = { [0 ... ANEW] = AGAIN },
	[XY_XENBUS_CLOSED] = { [0 ... ANEW] = AGAIN },
};

static const struct step busy[STATES][STATES + 1] = {
	[XY_XENBUS_INITIALISING] = { [0 ... ANEW] = GONE },
	[XY_XENBUS_INITIALISED] = { [0 ... ANEW] = GONE },
	[XY_XENBUS_CONNECTED] = {
		[XY_XENBUS_UNKNOWN] = GONE,
		[XY_XENBUS_CLOSED] = GONE,
		[ANEW] = GONE,
	},
	[XY_XENBUS_CLOSING] = { [0 ... ANEW] = GONE },
	[XY_XENBUS_CLOSED] = { [0 ... ANEW] = GONE },
};

static const struct step leave[STATES][STATES + 1] = {
	[XY_XENBUS_INITIALISING] = { [0 ... ANEW] = GONE },
	[XY_XENBUS_INITIALISED] = {
		[XY_XENBUS_UNKNOWN] = GONE,
		[XY_XENBUS_INITWAIT] = GONE,
		[XY_XENBUS_INITIALISED] = ASK,
		[XY_XENBUS_CONNECTED] = ASK,
		[XY_XENBUS_CLOSING] = ASK,
		[XY_XENBUS_CLOSED] = GONE,
		[ANEW] = GONE,
	},
	[XY_XENBUS_CONNECTED] = {
		[XY_XENBUS_UNKNOWN] = GONE,
		[XY_XENBUS_INITWAIT] = ASK,
		[XY_XENBUS_INITIALISED] = ASK,
		[XY_XENBUS_CONNECTED] = ASK,
		[XY_XENBUS_CLOSING] = ASK,
		[XY_XENBUS_CLOSED] = GONE,
		[ANEW] = GONE,
	},
	[XY_XENBUS_CLOSING] = {
		[XY_XENBUS_UNKNOWN] = GONE,
		[XY_XENBUS_CLOSING] = FOLLOW,
		[XY_XENBUS_CLOSED] = GONE,
		[ANEW] = GONE,
	},
	[XY_XENBUS_CLOSED] = {
		[XY_XENBUS_UNKNOWN] = GONE,
		[XY_XENBUS_INITWAIT] = GONE,
		[XY_XENBUS_CLOSED] = GONE,
		[ANEW] = GONE,
	},
};

void connect_front_init(struct connect_front *c, bool direct)
{
	c->mine = XY_XENBUS_INITIALISING;
	c->theirs = XY_XENBUS_UNKNOWN;
	c->direct = direct;
}

static const struct step *step_of(int mine, int theirs,
				  enum connect_front_wish wish)
{
	switch (wish) {
	case CONNECT_FRONT_STAY:
		return &stay[mine][theirs];
	case CONNECT_FRONT_BUSY:
		return &busy[mine][theirs];
	case CONNECT_FRONT_LEAVE:
		break;
	}
	return &leave[mine][theirs];
}

unsigned int connect_front_step(struct connect_front *c, int theirs,
				enum connect_front_wish wish)
{
	const struct step *s;
	int column;

	if (theirs < 0 || theirs >= STATES)
		theirs = XY_XENBUS_UNKNOWN;
	column = theirs;
	if (c->mine != XY_XENBUS_INITIALISING &&
	    (theirs == XY_XENBUS_INITIALISING ||
	     (theirs == XY_XENBUS_INITWAIT &&
	      c->theirs >= XY_XENBUS_CONNECTED)))
		column = ANEW;
	s = step_of(c->mine, column, wish);
	c->theirs = (uint8_t)theirs;
	if (s->next)
		c->mine = s->next;
	if (c->direct && (s->todo & CONNECT_FRONT_PUBLISH)) {
		c->mine = XY_XENBUS_CONNECTED;
		return CONNECT_FRONT_PUBLISH | CONNECT_FRONT_START;
	}
	return s->todo;
}
