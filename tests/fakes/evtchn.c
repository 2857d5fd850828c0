// SPDX-License-Identifier: GPL-2.0-only
/*
 * See fakes/evtchn.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/evtchn.h"
#include "fakes/arch.h"
#include "fakes/sched.h"
#include "core/evtchn.h"

void fake_ports_make(uint32_t ports)
{
	memset(&fake_sched, 0, sizeof(fake_sched));
	fake_machine_make(256, 1, 256);
	fake_doms_make();
	for (unsigned int i = 0; i < FAKE_DOMS; i++) {
		struct domain *d = &fake_doms.dom[i];

		d->shared = calloc(1, PAGE_SIZE);
		for (unsigned int n = 0; n < FAKE_VCPUS; n++)
			d->vcpus[n]->info = &d->shared->vcpu_info[n];
		assert_int_equal(evtchn_create(d, ports), 0);
	}
}

void fake_ports_end(void)
{
	for (unsigned int i = 0; i < FAKE_DOMS; i++) {
		struct domain *d = &fake_doms.dom[i];

		assert_int_equal(evtchn_destroy(d), 0);
		evtchn_free(d);
		assert_null(d->evtchn);
		assert_int_equal(d->refs, 1);
		free(d->shared);
	}
	fake_doms_end();
	fake_machine_end();
}

bool fake_pending(const struct domain *d, uint32_t port)
{
	return d->shared->evtchn_pending[port / 64] >> port % 64 & 1;
}

void fake_mask(struct domain *d, uint32_t port, bool on)
{
	uint64_t bit = 1UL << port % 64;
	uint64_t *w = &d->shared->evtchn_mask[port / 64];

	*w = on ? *w | bit : *w & ~bit;
}

void fake_take_upcall(struct vcpu *v)
{
	v->info->evtchn_upcall_pending = 0;
	v->info->evtchn_pending_sel = 0;
}

void fake_join(struct domain *a, struct domain *b, uint32_t *pa, uint32_t *pb)
{
	assert_int_equal(evtchn_alloc_unbound(a, b->id, pa), 0);
	assert_int_equal(evtchn_bind_interdomain(b, a, *pa, pb), 0);
	b->shared->evtchn_pending[*pb / 64] = 0;
	fake_take_upcall(b->vcpus[0]);
}
