/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest sees of its ports: the two-level bitmaps.
 *
 *   pending bit of the port -> (mask bit clear) -> selector bit of the word in
 *   the told vCPU's vcpu_info -> its upcall_pending -> the vCPU wakes
 *
 * 1. Each step is an atomic read-modify-write, in that order, and the next is
 *    taken only by who changed the bit: no edge is lost, none told twice.
 * 2. A port that becomes pending wakes those who poll for it, masked or not.
 * 3. All these words are the guest's to scribble on.  Nothing read from them
 *    decides anything but whether this same guest is woken.
 *
 * Lock: none here; the caller's evtchn lock keeps the port from changing.
 *
 * Next station of the tour: core/evtchn.c.
 */
#include "core/arch.h"
#include "core/evtchn_table.h"
#include "core/sched.h"
#include "core/timer.h"

static uint64_t bit_of(uint32_t n)
{
	return 1UL << (n % 64);
}

static bool set_bit(uint64_t *word, uint32_t n)
{
	return !(__atomic_fetch_or(word, bit_of(n), __ATOMIC_SEQ_CST) &
		 bit_of(n));
}

static bool clear_bit(uint64_t *word, uint32_t n)
{
	return __atomic_fetch_and(word, ~bit_of(n), __ATOMIC_SEQ_CST) &
	       bit_of(n);
}

static bool test_bit(const uint64_t *word, uint32_t n)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST) & bit_of(n);
}

/* Ends v's wait in sched_op poll; true if it did wait. */
static bool end_poll(struct vcpu *v)
{
	if (!__atomic_load_n(&v->polling, __ATOMIC_SEQ_CST) ||
	    !__atomic_exchange_n(&v->polling, false, __ATOMIC_SEQ_CST))
		return false;
	timer_stop(&v->poll_timer);
	return true;
}

static void wake_pollers(struct domain *d, uint32_t n)
{
	for (unsigned int i = 0; i < d->max_vcpus; i++) {
		struct vcpu *v = d->vcpus[i];

		if (v == NULL || !__atomic_load_n(&v->polling,
						  __ATOMIC_SEQ_CST))
			continue;
		if ((v->poll_port < 0 || v->poll_port == (int)n) && end_poll(v))
			sched_wake(v);
	}
}

void evtchn_mark_vcpu(struct vcpu *v)
{
	struct xy_vcpu_info *info = __atomic_load_n(&v->info,
						    __ATOMIC_ACQUIRE);

	if (__atomic_exchange_n(&info->evtchn_upcall_pending, 1,
				__ATOMIC_SEQ_CST))
		return;
	end_poll(v);
	sched_wake(v);
	/* If it runs elsewhere, it must pass its exit path to see this. */
	if (v != arch_current())
		arch_kick(v->cpu);
}

struct vcpu *evtchn_told(struct domain *d, const struct port *p)
{
	return d->vcpus[__atomic_load_n(&p->vcpu, __ATOMIC_RELAXED)];
}

static void select_word(struct vcpu *v, uint32_t n)
{
	struct xy_vcpu_info *info = __atomic_load_n(&v->info,
						    __ATOMIC_ACQUIRE);

	if (set_bit(&info->evtchn_pending_sel, n / 64))
		evtchn_mark_vcpu(v);
}

void evtchn_set_pending(struct domain *d, uint32_t n, const struct port *p)
{
	struct vcpu *v = evtchn_told(d, p);

	if (!set_bit(&d->shared->evtchn_pending[n / 64], n) || v == NULL)
		return;
	if (!test_bit(&d->shared->evtchn_mask[n / 64], n))
		select_word(v, n);
	wake_pollers(d, n);
}

void evtchn_clear_pending(struct domain *d, uint32_t n)
{
	clear_bit(&d->shared->evtchn_pending[n / 64], n);
}

void evtchn_clear_mask(struct domain *d, uint32_t n, const struct port *p)
{
	struct vcpu *v = evtchn_told(d, p);

	if (clear_bit(&d->shared->evtchn_mask[n / 64], n) && v &&
	    test_bit(&d->shared->evtchn_pending[n / 64], n))
		select_word(v, n);
}

bool evtchn_is_pending(struct domain *d, uint32_t port)
{
	if (port == 0 || port >= d->evtchn->ports)
		return true;
	return test_bit(&d->shared->evtchn_pending[port / 64], port);
}
