/* SPDX-License-Identifier: GPL-2.0-only */
/* The server's state, and what is done with a request. */
#ifndef XENSTORED_PROTO_H
#define XENSTORED_PROTO_H

#include "dom0-tools/xenstored/client.h"
#include "dom0-tools/xenstored/quota.h"
#include "dom0-tools/xenstored/store.h"
#include "dom0-tools/xenstored/watch.h"

struct domain_table;

struct xenstore {
	struct quota quota;
	struct view live; /* the committed tree */
	struct watch_table watches;
	struct client *dirty; /* with something to send */
	struct domain_table *domains; /* domain.c's, or a test's */
};

/* seed: unpredictable. */
void proto_init(struct xenstore *x, uint64_t seed);
void proto_clear(struct xenstore *x);

/* Answers one request; data has head->len bytes. */
void proto_handle(struct client *c, const struct xy_xsd_sockmsg *head,
		  const char *data);

/* Counts the tree anew and compares: whether all numbers are right. */
bool proto_audit(const struct xenstore *x);

#endif
