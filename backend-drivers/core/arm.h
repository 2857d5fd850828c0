/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the ring cores need beside abi/io/ring.h: asking for an event at the
 * want-th request from now (the next one, or the buffer that makes room for
 * the largest packet), and stores that stay in program order.
 *
 * The order matters to two readers: the frontend, and a successor of this
 * process that takes the private state up after a kill.
 */
#ifndef BACKEND_DRIVERS_CORE_ARM_H
#define BACKEND_DRIVERS_CORE_ARM_H

#include "abi/io/ring.h"

static inline void store_u32(uint32_t *p, uint32_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

static inline void store_u8(uint8_t *p, uint8_t value)
{
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

/* True: `want` requests beyond cons are there already. */
static inline bool ring_arm(struct xy_sring *ring, uint32_t cons,
			    uint32_t want)
{
	__atomic_store_n(&ring->req_event, cons + want, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return xy_ring_req_prod(ring) - cons >= want;
}

#endif
