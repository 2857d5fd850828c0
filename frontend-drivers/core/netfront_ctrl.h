/* SPDX-License-Identifier: MIT */
/*
 * The frontend's half of a network interface's control ring, without I/O:
 * which packets the backend hashes, with which key and algorithm, and to which
 * queue a hash belongs.
 *
 * One message at a time, as these are rare:
 *	netfront_ctrl_put(c, &message)		0, or -EBUSY
 *	if (netfront_ctrl_flush(c)) notify
 *	netfront_ctrl_get(c, &answer)		NETFRONT_READY: the answer
 *	netfront_ctrl_arm(c)			an event when it comes
 *
 * To steer packets, in this order: algorithm, flags, key, size of the mapping,
 * mapping. Key and mapping are read by the backend from a granted page, which
 * must stay until the answer is there.
 */
#ifndef FRONTEND_DRIVERS_CORE_NETFRONT_CTRL_H
#define FRONTEND_DRIVERS_CORE_NETFRONT_CTRL_H

#include "frontend-drivers/core/netfront.h"

struct netfront_ctrl {
	struct xy_sring *ring;
	uint32_t req_prod;
	uint32_t req_pushed;
	uint32_t rsp_cons;
	uint16_t type;		/* of the message in flight, 0: none */
	uint8_t why;
};

struct netfront_ctrl_message {
	uint16_t type;		/* XY_NETIF_CTRL_TYPE_* */
	uint32_t data[3];
};

struct netfront_ctrl_answer {
	uint32_t status;	/* XY_NETIF_CTRL_STATUS_* */
	uint32_t data;		/* flags, or the largest mapping */
};

void netfront_ctrl_init(struct netfront_ctrl *c, struct xy_sring *ring);
int netfront_ctrl_put(struct netfront_ctrl *c,
		      const struct netfront_ctrl_message *m);
bool netfront_ctrl_flush(struct netfront_ctrl *c);
enum netfront_got netfront_ctrl_get(struct netfront_ctrl *c,
				    struct netfront_ctrl_answer *a);
/* True: the answer is there already. */
bool netfront_ctrl_arm(struct netfront_ctrl *c);

/* XY_NETIF_CTRL_HASH_ALGORITHM_* */
static inline struct netfront_ctrl_message
netfront_ctrl_algorithm(uint32_t algorithm)
{
	return (struct netfront_ctrl_message){
		.type = XY_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM,
		.data = { algorithm },
	};
}

/* What the backend can hash, in answer.data. */
static inline struct netfront_ctrl_message netfront_ctrl_ask_flags(void)
{
	return (struct netfront_ctrl_message){
		.type = XY_NETIF_CTRL_TYPE_GET_HASH_FLAGS,
	};
}

/* XY_NETIF_CTRL_HASH_TYPE_* */
static inline struct netfront_ctrl_message netfront_ctrl_flags(uint32_t flags)
{
	return (struct netfront_ctrl_message){
		.type = XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS,
		.data = { flags },
	};
}

/* size bytes at the start of the page. */
static inline struct netfront_ctrl_message netfront_ctrl_key(uint32_t gref,
							     uint32_t size)
{
	return (struct netfront_ctrl_message){
		.type = XY_NETIF_CTRL_TYPE_SET_HASH_KEY,
		.data = { gref, size },
	};
}

/* The largest mapping, in answer.data. */
static inline struct netfront_ctrl_message netfront_ctrl_ask_map_size(void)
{
	return (struct netfront_ctrl_message){
		.type = XY_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE,
	};
}

static inline struct netfront_ctrl_message
netfront_ctrl_map_size(uint32_t entries)
{
	return (struct netfront_ctrl_message){
		.type = XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE,
		.data = { entries },
	};
}

/* `count` queue numbers (uint32_t each) in the page, for entries from on. */
static inline struct netfront_ctrl_message
netfront_ctrl_map(uint32_t gref, uint32_t count, uint32_t from)
{
	return (struct netfront_ctrl_message){
		.type = XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING,
		.data = { gref, count, from },
	};
}

#endif /* FRONTEND_DRIVERS_CORE_NETFRONT_CTRL_H */
