// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUs that interleave: threads work on the same few tables and frames as
 * fast as they can, without and with the mm lock, and lose races against each
 * other. When they have stopped, every count must be exact.
 *
 * All code here is compiled with a call at the start and end of each function
 * (-finstrument-functions); there the CPU sometimes lets another go first, so
 * that races are lost at every place where they can be.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "abi/errno.h"
#include "core/dom_mm.h"
#include "core/pt.h"
#include "core/pt_audit.h"

#define THREADS	FAKE_CPUS
#define L1S	2
#define DATA	3
#define STEPS	60000u

#define UNTRACED	__attribute__((no_instrument_function))
UNTRACED void __cyg_profile_func_enter(void *fn, void *from);
UNTRACED void __cyg_profile_func_exit(void *fn, void *from);

static _Thread_local uint64_t yield_rng;	/* 0: this thread does not */
static _Thread_local bool busy;

static UNTRACED void perhaps_yield(void)
{
	if (yield_rng == 0 || busy)
		return;
	busy = true;
	yield_rng = yield_rng * 6364136223846793005UL + 1442695040888963407UL;
	/* Seldom with a lock: the others would only spin. */
	if (yield_rng >> (*lock_held_mask() ? 50 : 56) == 0)
		sched_yield();
	busy = false;
}

void __cyg_profile_func_enter(void *fn, void *from)
{
	(void)fn, (void)from;
	perhaps_yield();
}

void __cyg_profile_func_exit(void *fn, void *from)
{
	(void)fn, (void)from;
	perhaps_yield();
}

static struct domain *d, *other;
static mfn_t l2, l1[L1S], data[DATA], foreign;
static unsigned long done[THREADS], refused[THREADS];

static unsigned int next(uint64_t *rng, unsigned int n)
{
	*rng = *rng * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned int)(*rng >> 33) % n;
}

static maddr_t entry(mfn_t table, unsigned int i)
{
	return to_maddr((table.n << PAGE_SHIFT) + i * 8);
}

static uint64_t l1_value(uint64_t *rng)
{
	uint64_t flags = PTE_P | (next(rng, 2) ? PTE_RW : 0);

	if (next(rng, 4) == 0)
		return 0;
	if (next(rng, 6) == 0)
		return pte_make(l1[next(rng, L1S)], flags);
	return pte_make(data[next(rng, DATA)], flags);
}

/* Tables may be given up by the last dropper in any thread. */
static int update_l1(uint64_t *rng)
{
	struct pt_request r = { .pt_owner = d, .pg_owner = d,
				.keep_ad = next(rng, 2) };

	return pt_update(&r, entry(l1[next(rng, L1S)], next(rng, 2)),
			 l1_value(rng));
}

static int update_l2(uint64_t *rng)
{
	struct pt_request r = { .pt_owner = d, .pg_owner = d };
	unsigned int n = next(rng, 2 * L1S);

	return pt_update(&r, entry(l2, next(rng, 2)),
			 n >= L1S ? 0 : pte_make(l1[n], PTE_P | PTE_RW));
}

static int take_data(uint64_t *rng)
{
	mfn_t mfn = next(rng, 4) ? data[next(rng, DATA)] : l1[next(rng, L1S)];

	if (frame_take(d, mfn, ROLE_DATA) != FRAME_DONE)
		return -XY_EINVAL;
	frame_drop_simple(mfn, ROLE_DATA);
	return 0;
}

static int grant(uint64_t *rng, struct vcpu *v)
{
	uint64_t where = entry(l1[next(rng, L1S)], 2 + next(rng, 2)).a;
	bool rw = next(rng, 2);

	if (next(rng, 2)) {
		if (pt_grant_unmap(v, where, true, foreign, rw) != 0)
			return -XY_EINVAL;
		pt_grant_put(foreign, rw);
		return 0;
	}
	return pt_grant_map(v, other, where, true,
			    pte_make(foreign, PTE_P | (rw ? PTE_RW : 0)));
}

static int pin(uint64_t *rng)
{
	mfn_t mfn = l1[next(rng, L1S)];

	return next(rng, 3) ? pt_unpin(d, mfn) : pt_pin(d, 1, mfn);
}

/* The CPU sets A and D at any time. */
static int touch(uint64_t *rng)
{
	mfn_t table = l1[next(rng, L1S)];

	if (!frame_take_more(d, table, ROLE_L1))
		return -XY_EINVAL;
	__atomic_or_fetch(&fake_words(table)[next(rng, 2)], PTE_A | PTE_D,
			  __ATOMIC_RELAXED);
	if (frame_drop(table, ROLE_L1) == FRAME_LAST) {
		frame_keep(table);
		lock_take(&d->mm_lock);
		frame_set_link(table, d->mm->work);
		d->mm->work = (uint32_t)table.n;
		lock_drop(&d->mm_lock);
	}
	return 0;
}

static void *work(void *arg)
{
	unsigned int id = (unsigned int)(uintptr_t)arg;
	uint64_t rng = id * 77 + 1;

	fake_this_cpu = id;
	yield_rng = id + 1;
	for (unsigned int i = 0; i < STEPS; i++) {
		int rc = 0;

		switch (next(&rng, 10)) {
		case 0:
			rc = update_l2(&rng);
			break;
		case 1:
			rc = pin(&rng);
			break;
		case 2:
			rc = take_data(&rng);
			break;
		case 3:
			rc = grant(&rng, d->vcpus[id % FAKE_VCPUS]);
			break;
		case 4:
			rc = touch(&rng);
			break;
		default:
			rc = update_l1(&rng);
			break;
		}
		if (rc == 0)
			done[id]++;
		else
			refused[id]++;
		while (pt_drain(d) != 0)
			;
	}
	return NULL;
}

static mfn_t new_frame(struct domain *o)
{
	mfn_t mfn;

	assert_int_equal(dom_alloc_pages(o, 0, 0, &mfn), 0);
	return mfn;
}

static void threads(void **state)
{
	pthread_t t[THREADS];
	struct audit_count count[64] = { 0 };
	struct audit a = { .frames = 64, .count = count };

	(void)state;
	fake_machine_make(64, 1, 64);
	fake_doms_make();
	d = &fake_doms.dom[1];
	other = &fake_doms.dom[2];
	l2 = new_frame(d);
	for (unsigned int i = 0; i < L1S; i++)
		l1[i] = new_frame(d);
	for (unsigned int i = 0; i < DATA; i++)
		data[i] = new_frame(d);
	foreign = new_frame(other);
	assert_int_equal(pt_pin(d, 2, l2), 0);
	for (unsigned int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, work,
						(void *)(uintptr_t)i), 0);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	audit_collect(&a);
	if (audit_compare(&a, NULL, true) != 0)
		fail_msg("counts differ: %s", fake.last_log);
	for (unsigned int i = 0; i < THREADS; i++) {
		printf("CPU %u: %lu done, %lu refused\n", i, done[i],
		       refused[i]);
		assert_true(done[i] > STEPS / 4);
		assert_true(refused[i] > 0);
	}
	while (dom_mm_destroy_step(d) != 0)
		;
	while (dom_mm_destroy_step(other) != 0)
		;
	frame_reap();
	assert_int_equal(d->tot_pages + other->tot_pages, 0);
	fake_doms_end();
	fake_machine_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
