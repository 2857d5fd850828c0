// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scheduler against a clock that the test turns: vCPUs with a life of
 * their own on one CPU, and what each of them got.
 *
 * A life is run for some microseconds, then wait: for an answer of dom0
 * (which works so long for it and tells it), for a timer (an interrupt), or
 * not at all.  Every step checks that somebody runs if anybody can, that who
 * runs may, that the states add up to the time that passed; each world then
 * says what the shares must be.  A last world pauses, yields and wakes at
 * random.
 */
#include <string.h>

#include "core/arch.h"
#include "core/dom.h"
#include "core/sched.h"
#include "core/timer.h"
#include "core/vcpu.h"
#include "lib/lock.h"
#include "random.h"

static unsigned long step;
#define MODEL_STEP step
#include "must.h"

#define MAX	8u
#define TICK_NS	50000UL
#define MS	1000000UL

struct life {
	struct vcpu v;
	struct domain d;
	uint64_t run_ns, work_ns, sleep_ns;	/* its habits */
	uint64_t left_ns;	/* of this burst */
	uint64_t wake_ns;	/* by a timer; 0: none */
	uint64_t asked_ns;	/* dom0 still has so much to do for it */
	uint64_t late_ns;	/* longest wait from a timer to the CPU */
	uint64_t due_ns;
	bool alive;
	bool goes_on;		/* does not wait for dom0's answer */
};

static struct life lives[MAX];	/* [0] is dom0 */
static struct vcpu *current;
static uint64_t now_ns;
static struct timer *slice;
static bool in_interrupt, tells = true;
static uint32_t held;

uint64_t arch_now_ns(void) { return now_ns; }
struct vcpu *arch_current(void) { return current; }
unsigned int arch_cpu(void) { return 0; }
void arch_kick(unsigned int cpu) { (void)cpu; }
bool arch_in_interrupt(void) { return in_interrupt; }
uint32_t *lock_held_mask(void) { return &held; }

void panic(const char *fmt, ...)
{
	fprintf(stderr, "panic: %s (step %lu)\n", fmt, step);
	exit(1);
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
	memset(t, 0, sizeof(*t));
	t->fn = fn;
}

void timer_arm(struct timer *t, uint64_t expires_ns)
{
	t->expires_ns = expires_ns;
	t->slot = 1;
	slice = t;
}

void timer_stop(struct timer *t)
{
	t->slot = 0;
}

static struct life *life_of(struct vcpu *v)
{
	return (struct life *)v;	/* its first member */
}

static void invariants(void)
{
	bool can = false;

	for (unsigned int i = 0; i < MAX; i++) {
		struct life *l = &lives[i];
		uint64_t in[4], sum = 0;

		if (!l->alive)
			continue;
		sched_account(&l->v, in);
		for (unsigned int s = 0; s < 4; s++)
			sum += in[s];
		MUST(sum == now_ns);
		MUST((l->v.state == VCPU_RUNNING) == (&l->v == current));
		can |= l->v.state == VCPU_RUNNABLE;
	}
	MUST(current || !can);
	MUST(!current || !current->pause);
}

/* The exit path: due timers, then who runs. */
static void leave(void)
{
	if (slice && timer_armed(slice) && slice->expires_ns <= now_ns) {
		timer_stop(slice);
		slice->fn(slice);
	}
	if (!current || sched_wanted())
		current = sched_pick();
	if (current && life_of(current)->due_ns) {
		struct life *l = life_of(current);

		if (now_ns - l->due_ns > l->late_ns)
			l->late_ns = now_ns - l->due_ns;
		l->due_ns = 0;
	}
	invariants();
}

static void interrupts(void)
{
	in_interrupt = true;
	for (unsigned int i = 0; i < MAX; i++) {
		struct life *l = &lives[i];

		if (!l->alive || !l->wake_ns || l->wake_ns > now_ns)
			continue;
		l->due_ns = l->wake_ns;
		l->wake_ns = 0;
		sched_wake(&l->v);
	}
	in_interrupt = false;
}

/* dom0 works for each that asked, a little at a time; then it waits. */
static void dom0_runs(void)
{
	static unsigned int turn;

	for (unsigned int n = 0; n < MAX; n++) {
		struct life *l = &lives[(turn + n) % MAX];

		if (l->asked_ns == 0)
			continue;
		turn = (unsigned int)(l - lives) + 1;
		l->asked_ns -= l->asked_ns < TICK_NS ? l->asked_ns : TICK_NS;
		if (l->asked_ns == 0) {
			if (tells)
				sched_served(&l->v);
			sched_wake(&l->v);
		}
		return;
	}
	sched_block_current();
}

static void guest_runs(struct life *l)
{
	if (!l->work_ns && !l->sleep_ns)
		return;			/* it never waits */
	if (l->left_ns > TICK_NS) {
		l->left_ns -= TICK_NS;
		return;
	}
	l->left_ns = l->run_ns;
	if (l->work_ns) {
		l->asked_ns = l->work_ns;
		sched_wake(&lives[0].v);
		if (l->goes_on)
			return;
	} else {
		l->wake_ns = now_ns + l->sleep_ns;
	}
	sched_block_current();
}

static void run(uint64_t ns)
{
	for (uint64_t end = now_ns + ns; now_ns < end; step++) {
		now_ns += TICK_NS;
		interrupts();
		if (current == &lives[0].v)
			dom0_runs();
		else if (current)
			guest_runs(life_of(current));
		leave();
	}
}

static struct life *born(unsigned int i, unsigned int weight)
{
	struct life *l = &lives[i];

	memset(l, 0, sizeof(*l));
	l->d.weight = weight;
	l->d.privileged = i == 0;
	l->v.domain = &l->d;
	l->alive = true;
	sched_init_vcpu(&l->v);
	l->v.state_ns[VCPU_OFFLINE] = now_ns;
	l->v.pause = 1;
	sched_unpause(&l->v, 1);
	return l;
}

static struct life *guest(unsigned int i, uint64_t run_ns, uint64_t work_ns,
			  uint64_t sleep_ns)
{
	struct life *l = born(i, 256);

	l->run_ns = l->left_ns = run_ns;
	l->work_ns = work_ns;
	l->sleep_ns = sleep_ns;
	return l;
}

static void world(void)
{
	for (unsigned int i = 0; i < MAX; i++) {
		if (!lives[i].alive)
			continue;
		sched_pause(&lives[i].v, 1);
		lives[i].alive = false;
	}
	current = sched_pick();
	for (unsigned int i = 0; i < MAX; i++)
		if (lives[i].v.domain)
			sched_remove_vcpu(&lives[i].v);
	tells = true;
	born(0, 256);
	leave();
}

/* Percent of the time that l ran in the next `ns`. */
static unsigned int share(struct life *l, uint64_t ns)
{
	uint64_t before[4], after[4];

	sched_account(&l->v, before);
	run(ns);
	sched_account(&l->v, after);
	return (unsigned int)((after[VCPU_RUNNING] - before[VCPU_RUNNING]) *
			      100 / ns);
}

static void computing_ones_are_equal(void)
{
	struct life *a;

	world();
	a = guest(1, 0, 0, 0);
	guest(2, 0, 0, 0);
	guest(3, 0, 0, 0);
	run(500 * MS);
	MUST(share(a, 3000 * MS) >= 31 && share(a, 3000 * MS) <= 35);
	a->d.weight = 512;
	MUST(share(a, 3000 * MS) >= 48 && share(a, 3000 * MS) <= 52);
}

static void who_sleeps_is_there_at_once(void)
{
	struct life *l;

	world();
	l = guest(1, MS, 0, 20 * MS);
	guest(2, 0, 0, 0);
	guest(3, 0, 0, 0);
	run(1000 * MS);
	l->late_ns = 0;
	run(5000 * MS);
	MUST(l->late_ns <= 2 * TICK_NS);
}

/* Two that compute; the first also has dom0 work for it all the time. */
static void two_and_work(bool honest, unsigned int *served,
			 unsigned int *other)
{
	struct life *a, *b;
	uint64_t before[4], after[4];

	world();
	tells = honest;
	a = guest(1, MS, 4 * MS, 0);
	a->goes_on = true;
	b = guest(2, 0, 0, 0);
	run(1000 * MS);
	sched_account(&b->v, before);
	*served = share(a, 8000 * MS);
	sched_account(&b->v, after);
	*other = (unsigned int)((after[VCPU_RUNNING] - before[VCPU_RUNNING]) /
				(80 * MS));
	printf("served %u %%, beside it %u %% (%s)\n", *served, *other,
	       honest ? "dom0 says for whom it works" : "dom0 keeps silent");
}

static void who_is_served_pays(void)
{
	unsigned int served, other;

	two_and_work(false, &served, &other);
	MUST(served + 1 >= other && other + 1 >= served);
	two_and_work(true, &served, &other);
	MUST(other * 4 >= served * 5);
}

/* One told of work that was not for it is late, but not for long. */
static void debts_end(void)
{
	struct life *l;

	world();
	l = guest(1, MS, 0, 20 * MS);
	guest(2, 0, 0, 0);
	run(1000 * MS);
	l->asked_ns = 4000 * MS;	/* dom0 computes, then names it */
	sched_wake(&lives[0].v);
	l->late_ns = 0;
	run(20000 * MS);
	MUST(l->late_ns <= 100 * MS);
	l->late_ns = 0;
	run(2000 * MS);
	MUST(l->late_ns <= 2 * TICK_NS);
}

static uint64_t random_below(uint64_t *seed, uint64_t n)
{
	return random_word(seed) % n;
}

static void anything_goes(uint64_t *r)
{
	world();
	for (unsigned int i = 1; i < MAX; i++)
		guest(i, (1 + random_below(r, 40)) * MS / 10,
		      random_below(r, 2) * random_below(r, 30) * MS / 10,
		      (1 + random_below(r, 100)) * MS / 10);
	for (unsigned int n = 0; n < 20000; n++) {
		struct life *l = &lives[random_below(r, MAX)];

		switch (random_below(r, 6)) {
		case 0:
			sched_pause(&l->v, 2);
			break;
		case 1:
		case 2:
			sched_unpause(&l->v, 2);
			break;
		case 3:
			sched_wake(&l->v);
			break;
		case 4:
			if (current)
				sched_yield_current();
			break;
		case 5:
			if (current && l != life_of(current))
				sched_served(&l->v);
			break;
		}
		if (sched_wanted())
			current = sched_pick();
		run((1 + random_below(r, 40)) * TICK_NS);
	}
}

int main(void)
{
	uint64_t seed = 7;

	computing_ones_are_equal();
	who_sleeps_is_there_at_once();
	who_is_served_pays();
	debts_end();
	for (unsigned int i = 0; i < 5; i++)
		anything_goes(&seed);
	printf("sched: %lu steps\n", step);
	return 0;
}
