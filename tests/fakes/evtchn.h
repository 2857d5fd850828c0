/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains with event channels, for tests of those: the fake ones, each with a
 * page of shared info; and what a guest does with its words there.
 */
#ifndef FAKES_EVTCHN_H
#define FAKES_EVTCHN_H

#include "fakes/dom.h"

#define FAKE_PORTS	100u

/* Highest port: FAKE_PORTS, or another. */
void fake_ports_make(uint32_t ports);
/* All of them die; nothing may be left. */
void fake_ports_end(void);

bool fake_pending(const struct domain *d, uint32_t port);
void fake_mask(struct domain *d, uint32_t port, bool on);
/* What a guest does when it takes its upcall. */
void fake_take_upcall(struct vcpu *v);
/* a's port and b's, joined; nothing pending. */
void fake_join(struct domain *a, struct domain *b, uint32_t *pa, uint32_t *pb);

#endif
