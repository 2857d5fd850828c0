/* SPDX-License-Identifier: GPL-2.0-only */
/* The two byte rings of a domain's xenstore page. */
#ifndef XENSTORED_RING_H
#define XENSTORED_RING_H

#include <stddef.h>

#include "abi/io/xs_wire.h"

/*
 * Takes up to room bytes that the guest sent: how many. -EPROTO: its
 * indices are impossible.
 */
int ring_take(struct xy_xenstore_domain_interface *r, char *buf, size_t room);
/* Puts up to len bytes where the guest will read: how many, or -EPROTO. */
int ring_put(struct xy_xenstore_domain_interface *r, const char *buf,
	     size_t len);

#endif
