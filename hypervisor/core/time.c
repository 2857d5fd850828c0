/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System time and wall clock.
 *
 * 1. One scale for all CPUs, fixed at boot, so that time never runs backwards
 *    between two updates of a guest's time record.
 * 2. Records are written between two increments of their version.
 * 3. All records are one line, rounded down, through one counter: whoever
 *    reads a newer record never sees less than by an older one. That is
 *    promised to guests, so that their programs read the time without a
 *    system call. With several CPUs the counters must be proved equal first.
 *
 * Lock: the wall clock belongs to dom0's hypercalls; one writer.
 */
#include "core/time.h"
#include "core/arch.h"
#include "core/dom.h"

static struct time_scale scale;		/* boot only */
static uint64_t tsc_khz, tsc_zero;	/* boot only */
static uint64_t wall_sec;		/* at system time 0 */
static uint32_t wall_nsec;

struct time_scale time_scale_for_khz(uint64_t khz)
{
	struct time_scale s = { 0, 0 };
	uint64_t hz = khz * 1000;

	/* Within (1, 2] GHz the ns of a tick fit 32 bits. */
	while (hz > 2000000000UL) {
		hz >>= 1;
		s.shift--;
	}
	while (hz <= 1000000000UL) {
		hz <<= 1;
		s.shift++;
	}
	s.mul = (uint32_t)((1000000000UL << 32) / hz);
	return s;
}

uint64_t time_scale_apply(struct time_scale s, uint64_t ticks)
{
	ticks = s.shift < 0 ? ticks >> -s.shift : ticks << s.shift;
	return (uint64_t)(((unsigned __int128)ticks * s.mul) >> 32);
}

void time_init(uint64_t khz, uint64_t tsc_at_zero)
{
	tsc_khz = khz;
	tsc_zero = tsc_at_zero;
	scale = time_scale_for_khz(khz);
}

uint64_t time_tsc_khz(void)
{
	return tsc_khz;
}

uint64_t time_now_ns(void)
{
	return time_scale_apply(scale, arch_tsc() - tsc_zero);
}

static void version_begin(uint32_t *version)
{
	__atomic_store_n(version, *version | 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void version_end(uint32_t *version)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(version, (*version | 1) + 1, __ATOMIC_RELAXED);
}

void time_update_vcpu(struct vcpu *v)
{
	struct xy_vcpu_time_info *t = &v->info->time;
	uint64_t tsc = arch_tsc();

	version_begin(&t->version);
	t->tsc_timestamp = tsc;
	t->system_time = time_scale_apply(scale, tsc - tsc_zero);
	t->tsc_to_system_mul = scale.mul;
	t->tsc_shift = scale.shift;
	t->flags = XY_PVCLOCK_TSC_STABLE_BIT;
	version_end(&t->version);
}

void time_publish_wall(struct domain *d)
{
	struct xy_shared_info *s = d->shared;
	uint64_t sec = wall_sec + d->wall_offset_s;

	version_begin(&s->wc_version);
	s->wc_sec = (uint32_t)sec;
	s->wc_sec_hi = (uint32_t)(sec >> 32);
	s->wc_nsec = wall_nsec;
	version_end(&s->wc_version);
}

void time_set_wall(uint64_t sec, uint32_t nsec)
{
	uint16_t id = 0;
	struct domain *d;

	wall_sec = sec;
	wall_nsec = nsec;
	while ((d = dom_get_from(id)) != NULL) {
		time_publish_wall(d);
		id = (uint16_t)(d->id + 1);
		dom_put(d);
	}
}
