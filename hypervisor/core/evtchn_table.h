/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain's ports, private to core/evtchn*.c.
 *
 *   FREE -> RESERVED            chosen, being bound, lock held throughout
 *        -> UNBOUND             waits for the domain `domid`
 *        <-> INTERDOMAIN        remote and number name the other end, which
 *                               names us: either end closes both links
 *        -> PIRQ, VIRQ, IPI     number: pirq, virq, unused
 *
 * Ports live in chunks that are made when first needed and kept until the
 * domain is freed, so that a port's address is stable.
 */
#ifndef CORE_EVTCHN_TABLE_H
#define CORE_EVTCHN_TABLE_H

#include "core/evtchn.h"

enum port_state {
	PORT_FREE, PORT_RESERVED, PORT_UNBOUND, PORT_INTERDOMAIN, PORT_PIRQ,
	PORT_VIRQ, PORT_IPI
};

struct port {
	struct domain *remote;	/* INTERDOMAIN; lives while linked */
	uint32_t number;	/* remote port, pirq or virq */
	uint16_t domid;		/* UNBOUND: who may bind */
	uint8_t state;		/* enum port_state */
	uint8_t vcpu;		/* [atomic] who is told */
};
_Static_assert(sizeof(struct port) == 16, "64 ports in a pool object");

#define CHUNK_PORTS	64u
#define CHUNKS		(EVTCHN_PORTS / CHUNK_PORTS)

struct evtchn_table {		/* lock: the domain's evtchn_lock */
	unsigned int ports;	/* valid ports are 1 .. ports - 1; constant */
	unsigned int first_free;	/* no lower port is free */
	bool closed;		/* destroyed: nothing binds any more */
	struct port *chunk[CHUNKS];
};

/* NULL: no such port, or never used. */
static inline struct port *port_of(const struct evtchn_table *t, uint32_t n)
{
	if (n == 0 || n >= t->ports || t->chunk[n / CHUNK_PORTS] == NULL)
		return NULL;
	return &t->chunk[n / CHUNK_PORTS][n % CHUNK_PORTS];
}

/* core/evtchn_2l.c: the bits a guest sees. */
/* The vCPU that is told; it exists while a port names it.  NULL: none yet. */
struct vcpu *evtchn_told(struct domain *d, const struct port *p);
void evtchn_set_pending(struct domain *d, uint32_t n, const struct port *p);
void evtchn_clear_pending(struct domain *d, uint32_t n);
void evtchn_clear_mask(struct domain *d, uint32_t n, const struct port *p);

#endif
