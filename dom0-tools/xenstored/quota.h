/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest may make the daemon hold. Domain 0 has no limits but those of
 * the wire. The numbers are the customary ones of Xen's own daemon, so that a
 * guest that ran there runs here.
 */
#ifndef XENSTORED_QUOTA_H
#define XENSTORED_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/base.h"

#define QUOTA_NODES 1000 /* owned by the domain, in the whole tree */
#define QUOTA_VALUE_BYTES 2048 /* of one node */
#define QUOTA_WATCHES 128
#define QUOTA_TXNS 10 /* open at a time */
#define QUOTA_TXN_OPS 1024 /* in one transaction */
#define QUOTA_TXN_BYTES (128 * 1024) /* of requests in one transaction */
/* Answers not taken: above this no request of that client is looked at. */
#define QUOTA_REPLY_BYTES (16 * 1024)
/* Events not taken: above this they are folded into one for each watch. */
#define QUOTA_EVENT_BYTES (64 * 1024)
#define QUOTA_EVENT_BYTES_DOM0 (4 * 1024 * 1024)

/* How many nodes each domain owns in the committed tree. */
struct quota {
	uint32_t nodes[XY_DOMID_FIRST_RESERVED];
};

/* A transaction's nodes: how the numbers will change. */
struct quota_delta {
	struct quota_change {
		uint16_t domid;
		int32_t nodes;
	} * change;
	uint32_t count, room;
};

/* d == NULL: at once. */
void quota_charge(struct quota *q, struct quota_delta *d, uint16_t domid,
		  int32_t nodes);
/* Owned as seen from inside the transaction d (or outside: NULL). */
int64_t quota_owned(const struct quota *q, const struct quota_delta *d,
		    uint16_t domid);
/* Makes d come true. */
void quota_commit(struct quota *q, const struct quota_delta *d);
void quota_delta_clear(struct quota_delta *d);

#endif
