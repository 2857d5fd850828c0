/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The xenbus handshake seen from the backend, as one pure table.
 *
 * connect_step(mine, theirs, &todo) says which state the backend takes when
 * it stands in `mine` and the frontend's node says `theirs` (0: no node), and
 * what its shell must do on the way. The caller performs todo in the order of
 * the bits, writes the new state if it differs from `mine`, and asks again
 * until nothing is left to do. The table never asks for a step twice in a row.
 *
 * It knows nothing of disks and NICs: a frontend that goes 1 -> 3 -> 4 and one
 * that goes 1 -> 4 (netfront) meet the same rows.
 */
#ifndef BACKEND_DRIVERS_CORE_CONNECT_H
#define BACKEND_DRIVERS_CORE_CONNECT_H

enum connect_todo {
	CONNECT_DETACH = 1,	/* let go of rings, grants and event channels */
	CONNECT_OPEN = 2,	/* open image or TAP, publish the features */
	CONNECT_ATTACH = 4,	/* map the rings the frontend has published */
};

/* States are XY_XENBUS_*; a number out of range counts as 0. */
int connect_step(int mine, long theirs, unsigned int *todo);

#endif
