/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spin locks with ranks.
 *
 * A CPU takes locks only in rising rank; of two locks of equal rank the one
 * of the lower domain id comes first.  The hypervisor runs with interrupts
 * off except while idle, so there is one kind of lock and no irq variant.
 * The ranks a CPU holds are a bit mask that the machine (or a test's fake)
 * supplies through lock_held_mask(); a wrong order is a CHECK, not a hang.
 */
#ifndef LIB_LOCK_H
#define LIB_LOCK_H

#include "lib/assert.h"
#include "lib/types.h"

enum lock_rank {
	RANK_DOMAIN_LIST,
	RANK_DOMAIN,
	RANK_EVTCHN,
	RANK_GRANT,
	RANK_MM,
	RANK_HEAP,
	RANK_SCHED,
	RANK_TIMER,
	RANK_IRQ,
	RANK_PORTS,
	RANK_CONSOLE,
};

struct lock {
	bool taken;		/* [hv, atomic] */
	uint8_t rank;		/* enum lock_rank, constant */
};

#define LOCK_INIT(r)	{ .taken = false, .rank = (r) }

/* This CPU's mask of held ranks (bit = rank).  hw/percpu.c or a fake. */
uint32_t *lock_held_mask(void);

static inline void lock_init(struct lock *l, enum lock_rank rank)
{
	l->taken = false;
	l->rank = (uint8_t)rank;
}

static inline void lock_spin(struct lock *l)
{
	while (__atomic_exchange_n(&l->taken, true, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(&l->taken, __ATOMIC_RELAXED))
			__builtin_ia32_pause();
}

static inline void lock_take(struct lock *l)
{
	uint32_t *held = lock_held_mask();

	CHECK((*held >> l->rank) == 0);
	*held |= 1u << l->rank;
	lock_spin(l);
}

static inline void lock_drop(struct lock *l)
{
	*lock_held_mask() &= ~(1u << l->rank);
	__atomic_store_n(&l->taken, false, __ATOMIC_RELEASE);
}

/*
 * Two locks of one rank, lower domain first (the caller sorts them); the same
 * lock twice is taken once.  Released by lock_drop_pair with the same pair.
 */
static inline void lock_take_pair(struct lock *first, struct lock *second)
{
	lock_take(first);
	if (second != first)
		lock_spin(second);
}

static inline void lock_drop_pair(struct lock *first, struct lock *second)
{
	if (second != first)
		__atomic_store_n(&second->taken, false, __ATOMIC_RELEASE);
	lock_drop(first);
}

#endif
