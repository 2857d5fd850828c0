/* SPDX-License-Identifier: GPL-2.0-only */
/* A domain's record, for domain.c and life.c. */
#ifndef XENSTORED_DOMAIN_H
#define XENSTORED_DOMAIN_H

#include <stddef.h>

#include "abi/io/xs_wire.h"
#include "dom0-tools/lib/ring_page.h"
#include "dom0-tools/xenstored/domains.h"
#include "dom0-tools/xenstored/shell.h"

struct domain {
	struct shell shell;
	struct client client;
	struct ring_page page; /* not used by dom0's kernel */
	struct xy_xenstore_domain_interface *ring; /* NULL: let go */
	int port; /* ours; -1: none */
	bool broken; /* its stream makes no sense: not listened to */
	bool shutdown, dying; /* as announced to watchers */
	bool seen; /* during a comparison with the hypervisor's list */
	bool ready;
	struct domain *next_ready;
	/* How much it asks: see domain.c, rule 6. */
	uint32_t spent;
	uint64_t spent_since_ms;
	bool resting, masked;
	struct domain *next_resting;
	struct domain *next;
};

struct domain_table {
	int evtchn;
	int virq; /* the port that tells of deaths */
	struct ring_pages pages;
	struct shell events;
	struct domain *list;
	struct domain *ready; /* rings to look at */
	struct domain *turn; /* those of the present turn */
	struct domain *resting; /* not looked at before rest_until_ms */
	uint64_t rest_until_ms;
	struct domain **by_port;
	size_t ports;
	struct domain *by_domid[XY_DOMID_FIRST_RESERVED];
};

struct domain *domain_create(struct xenstore *x, uint16_t domid);
/* d->ring is mapped: binds the port and looks. 0 or -errno. */
int domain_connect(struct domain *d, uint32_t remote_port);
/* Lets go of ring and port; the domain stays known. */
void domain_disconnect(struct domain *d);
void domain_forget(struct domain *d);
/* The port has fired: whether to unmask it now. */
bool domain_wake(struct domain_table *t, uint32_t port);

/* Compares with the hypervisor's list, and announces what has changed. */
void life_check(struct xenstore *x);

#endif
