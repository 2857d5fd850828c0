/* SPDX-License-Identifier: MIT */
/*
 * A guest's side of its console ring: bytes out, bytes in.
 *
 * The shell sends the event whenever something was put or got, and waits for
 * the event where there is no room. A peer whose indices make no sense takes
 * the console offline: what is put is dropped, nothing is got.
 */
#ifndef FRONTEND_DRIVERS_CORE_CONFRONT_H
#define FRONTEND_DRIVERS_CORE_CONFRONT_H

#include <stdbool.h>
#include <stddef.h>
#include "abi/io/console.h"

struct confront {
	struct xy_xencons_interface *ring;
	uint32_t out_prod, in_cons;	/* ours; the ring has copies */
	bool offline;			/* for good */
};

void confront_init(struct confront *c, struct xy_xencons_interface *ring);
/* How many of the n bytes were taken: fewer when the ring is full. */
size_t confront_put(struct confront *c, const char *bytes, size_t n);
/* How many bytes came, at most room. */
size_t confront_get(struct confront *c, char *bytes, size_t room);

#endif /* FRONTEND_DRIVERS_CORE_CONFRONT_H */
