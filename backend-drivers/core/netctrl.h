/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backend's half of a network interface's control ring: how the frontend
 * has packets spread over its queues.
 *
 *	while ((got = netctrl_get(c, &want)) != NETCTRL_NONE)
 *		BROKEN: stop the interface
 *		FETCH: copy want.bytes out of page want.gref, then
 *		       netctrl_give(c, data), NULL if that failed
 *	if (netctrl_flush(c)) notify
 *
 *	queue = netctrl_queue(c, frame, bytes, &hash)
 *
 * The structure lies in memory of the shell's choice; what the frontend has
 * set survives the process with it (netctrl_resume()).
 */
#ifndef BACKEND_DRIVERS_CORE_NETCTRL_H
#define BACKEND_DRIVERS_CORE_NETCTRL_H

#include "abi/io/net.h"
#include "backend-drivers/core/flowhash.h"

#define NETCTRL_MAPPING_MAX 128

enum netctrl_got {
	NETCTRL_NONE,
	NETCTRL_FETCH,
	NETCTRL_BROKEN,
};

struct netctrl_want {
	uint32_t gref;
	uint16_t bytes;		/* from the page's start */
};

struct netctrl {
	struct xy_sring *ring;
	uint32_t req_cons;
	uint32_t rsp_prod;
	uint32_t rsp_pushed;
	uint32_t queues;
	uint32_t types;			/* XY_NETIF_CTRL_HASH_TYPE_* */
	uint32_t algorithm;
	uint32_t mapping_size;		/* 0: modulo the queues */
	struct xy_netif_ctrl_request now;	/* the one at work */
	bool again;			/* a predecessor did not answer it */
	uint8_t key[FLOWHASH_KEY_BYTES];
	uint8_t mapping[NETCTRL_MAPPING_MAX];
};

/* ring NULL: there is none, packets are spread by a hash of our own. */
void netctrl_init(struct netctrl *c, struct xy_sring *ring, uint32_t queues);
/* With what a predecessor's frontend had set. */
void netctrl_resume(struct netctrl *c, struct xy_sring *ring);

/* Answers what needs no page; FETCH: one that does. */
enum netctrl_got netctrl_get(struct netctrl *c, struct netctrl_want *want);
void netctrl_give(struct netctrl *c, const void *data);
bool netctrl_flush(struct netctrl *c);
/* True: there is more already. */
bool netctrl_arm(struct netctrl *c);

/* For a packet to the guest; *hash is valid if the frontend asked for it. */
uint32_t netctrl_queue(const struct netctrl *c, const uint8_t *frame,
		       uint32_t bytes, struct netback_hash *hash);

#endif
