/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the protocol asks of the side that touches domains: rings, event
 * channels, deaths. domain.c does it for real; tests bring their own.
 */
#ifndef XENSTORED_DOMAINS_H
#define XENSTORED_DOMAINS_H

#include <stdbool.h>
#include <stdint.h>

#include "dom0-tools/xenstored/client.h"

/*
 * Connects a domain's ring, or connects it anew. *fresh says whether it was
 * unknown. Errors are the mapping's or the binding's.
 */
int domains_introduce(struct xenstore *x, uint16_t domid, uint64_t mfn,
		      uint32_t port, bool *fresh);
/* Forgets a domain. -ENOENT: it is not known. */
int domains_release(struct xenstore *x, uint16_t domid);
bool domains_known(const struct xenstore *x, uint16_t domid);
/* It runs again after a suspend: its next shutdown is news. -ENOENT. */
int domains_resume(struct xenstore *x, uint16_t domid);
/* Gives domid the rights of target too. -ENOENT. */
int domains_set_target(struct xenstore *x, uint16_t domid, uint16_t target);

#endif
