/* SPDX-License-Identifier: MIT */
/*
 * The shared request/response ring of block and net devices.
 *
 *	byte 0        64                                   nr_pages * 4096
 *	| xy_sring    | slot 0 | slot 1 | ... | slot size-1 | unused |
 *
 *  1. A slot holds a request, later the response to one: its stride is the
 *     larger of the two. The number of slots is the largest power of two
 *     that fits.
 *  2. Indices run free over 32 bits and are masked at use. prod - cons, in
 *     32 bits, is what waits; more than `size` means a broken other side.
 *  3. A producer publishes with release, then asks whether the consumer
 *     wanted to hear. A consumer that will sleep says so first and then
 *     looks once more. Both have a full fence in between; so one of the two
 *     always sees the other.
 *  4. Slots are the other side's memory: copy once, check the copy.
 *
 * Lock: none. Each index has one writer. Nothing here sends an event.
 */
#ifndef XY_ABI_IO_RING_H
#define XY_ABI_IO_RING_H

#include "abi/base.h"

struct xy_sring {
	uint32_t req_prod;	/* [frontend] requests published */
	uint32_t req_event;	/* [backend] notify when req_prod gets here */
	uint32_t rsp_prod;	/* [backend] responses published */
	uint32_t rsp_event;	/* [frontend] notify when rsp_prod gets here */
	uint8_t pad[48];
};
XY_SIZE(struct xy_sring, 64);
XY_AT(struct xy_sring, rsp_prod, 8);

/* Slots in a ring of nr_pages pages; 0 if not even one fits. */
static inline uint32_t xy_ring_size(uint32_t stride, uint32_t nr_pages)
{
	uint64_t room = (uint64_t)nr_pages * XY_PAGE_SIZE;
	uint64_t fits;
	uint32_t size = 1;

	if (stride == 0 || room <= sizeof(struct xy_sring))
		return 0;
	fits = (room - sizeof(struct xy_sring)) / stride;
	if (fits == 0)
		return 0;
	while (size <= 0x7fffffffU && (uint64_t)size * 2 <= fits)
		size *= 2;
	return size;
}

/* A new ring, by its frontend, before the backend is told of it. */
static inline void xy_ring_init(struct xy_sring *ring)
{
	uint32_t i;

	ring->req_prod = 0;
	ring->rsp_prod = 0;
	ring->req_event = 1;
	ring->rsp_event = 1;
	for (i = 0; i < sizeof(ring->pad); i++)
		ring->pad[i] = 0;
}

/* Address of the slot with running index idx; size is a power of two. */
static inline void *xy_ring_slot(struct xy_sring *ring, uint32_t idx,
				 uint32_t size, uint32_t stride)
{
	return (uint8_t *)ring + sizeof(*ring) +
	       (uint64_t)(idx & (size - 1)) * stride;
}

/* Does the step from old_prod to new_prod pass `event`? */
static inline bool xy_ring_need_notify(uint32_t new_prod, uint32_t old_prod,
				       uint32_t event)
{
	return (uint32_t)(new_prod - event) < (uint32_t)(new_prod - old_prod);
}

/* Has the other side published more than a ring can hold? */
static inline bool xy_ring_overrun(uint32_t prod, uint32_t cons, uint32_t size)
{
	return (uint32_t)(prod - cons) > size;
}

/* How far the other side is; its slots up to there may be read after this. */
static inline uint32_t xy_ring_req_prod(const struct xy_sring *ring)
{
	return __atomic_load_n(&ring->req_prod, __ATOMIC_ACQUIRE);
}

static inline uint32_t xy_ring_rsp_prod(const struct xy_sring *ring)
{
	return __atomic_load_n(&ring->rsp_prod, __ATOMIC_ACQUIRE);
}

/*
 * Publish one side's index. old_prod is what was published before: kept by
 * the caller, because the ring itself may have been scribbled on. True: the
 * other side wants an event.
 */
static inline bool xy_ring_publish(uint32_t *prod, const uint32_t *event,
				   uint32_t old_prod, uint32_t new_prod)
{
	__atomic_store_n(prod, new_prod, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return xy_ring_need_notify(new_prod, old_prod,
				   __atomic_load_n(event, __ATOMIC_RELAXED));
}

static inline bool xy_ring_push_requests(struct xy_sring *ring,
					 uint32_t old_prod, uint32_t new_prod)
{
	return xy_ring_publish(&ring->req_prod, &ring->req_event,
			       old_prod, new_prod);
}

static inline bool xy_ring_push_responses(struct xy_sring *ring,
					  uint32_t old_prod, uint32_t new_prod)
{
	return xy_ring_publish(&ring->rsp_prod, &ring->rsp_event,
			       old_prod, new_prod);
}

/*
 * About to sleep, having consumed up to cons: ask for an event at the next
 * one, then look again. True: something came, do not sleep.
 */
static inline bool xy_ring_more(const uint32_t *prod, uint32_t *event,
				uint32_t cons)
{
	__atomic_store_n(event, cons + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(prod, __ATOMIC_ACQUIRE) != cons;
}

static inline bool xy_ring_more_requests(struct xy_sring *ring, uint32_t cons)
{
	return xy_ring_more(&ring->req_prod, &ring->req_event, cons);
}

static inline bool xy_ring_more_responses(struct xy_sring *ring, uint32_t cons)
{
	return xy_ring_more(&ring->rsp_prod, &ring->rsp_event, cons);
}

#endif /* XY_ABI_IO_RING_H */
