/* SPDX-License-Identifier: MIT */
/*
 * The xenbus handshake seen from the frontend, as one pure table, for block
 * and network devices alike.
 *
 *	connect_front_init(&c, false)			my state: 1
 *	each time the backend's `state` key was touched, and once at the start:
 *		do {
 *			before = c.mine
 *			todo = connect_front_step(&c, its state, wish)
 *			perform todo in the order of the bits
 *			if (c.mine != before) write c.mine as my state
 *		} while (c.mine != before)
 *
 * A step that the shell cannot perform (no memory, no grants, a key that makes
 * no sense): wish CONNECT_FRONT_LEAVE from then on, and step again.
 * The shell reads the backend's key `online`: 1 (or absent) is
 * CONNECT_FRONT_STAY; 0 means that the toolstack takes the device away.
 *
 * Pure: it knows no store, no ring and no device.
 */
#ifndef FRONTEND_DRIVERS_CORE_CONNECT_H
#define FRONTEND_DRIVERS_CORE_CONNECT_H

#include "abi/base.h"
#include "abi/io/xenbus.h"

enum connect_front_todo {
	/* The rings are dead: no answer will come. End their grants, close
	 * their events, keep what was not answered. */
	CONNECT_FRONT_STOP = 1,
	/* Read the backend's features, make rings, write their keys; in one
	 * transaction with my new state. */
	CONNECT_FRONT_PUBLISH = 2,
	/* The backend serves: read its size keys, replay, take requests. */
	CONNECT_FRONT_START = 4,
	/* Connected as before, but the backend touched its state: read again
	 * what may change (a disk's size). */
	CONNECT_FRONT_CHANGED = 8,
	/* The handshake is over, the device may go. */
	CONNECT_FRONT_RELEASE = 16,
};

enum connect_front_wish {
	CONNECT_FRONT_STAY,	/* wanted: a backend that goes will be back */
	CONNECT_FRONT_BUSY,	/* to go, but users remain: serve them */
	CONNECT_FRONT_LEAVE,	/* to go now */
};

struct connect_front {
	uint8_t mine;		/* XY_XENBUS_, as last decided */
	uint8_t theirs;		/* the backend's, as last seen */
	/*
	 * PUBLISH and START are one step, from 1 to 4: netfront's way. A disk
	 * goes to 3 and waits there for the backend.
	 */
	bool direct;
};

/* A new device, or one whose rings died with the host it came from. */
void connect_front_init(struct connect_front *c, bool direct);

/*
 * theirs: XY_XENBUS_*, 0 for no such key; a number out of range counts as 0.
 * Returns enum connect_front_todo bits and moves c->mine.
 */
unsigned int connect_front_step(struct connect_front *c, int theirs,
				enum connect_front_wish wish);

#endif /* FRONTEND_DRIVERS_CORE_CONNECT_H */
