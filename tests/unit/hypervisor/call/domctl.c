// SPDX-License-Identifier: GPL-2.0-only
/*
 * domctl as the tools use it, on real domains: from createdomain to the last
 * frame back in the heap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/life.h"
#include "abi/control.h"
#include "abi/domctl.h"
#include "abi/errno.h"
#include "abi/vcpu.h"
#include "core/cpuid.h"
#include "core/evtchn.h"
#include "core/grant.h"
#include "core/heap.h"
#include "core/pt.h"
#include "core/sched.h"

#define MORE	LIFE_MORE
#define VA	LIFE_VA

static void envelopes(void **state)
{
	struct xy_domctl *op = life_domctl(XY_DOMCTL_pausedomain, 7);

	(void)state;
	assert_int_equal(life_call(true), -XY_ESRCH);
	op->domain = XY_DOMID_SELF;
	assert_int_equal(life_call(true), -XY_ESRCH);
	op->domain = 0;
	assert_int_equal(life_call(true), -XY_EINVAL);
	op->interface_version--;
	assert_int_equal(life_call(true), -XY_EACCES);
	for (uint32_t cmd = 0; cmd < 100; cmd++) {
		int64_t rc;

		life_domctl(cmd, 999);
		rc = life_call(true);
		assert_true(rc == -XY_ESRCH || rc == -XY_ENOSYS ||
			    (cmd == XY_DOMCTL_createdomain &&
			     rc == -XY_EINVAL));
	}
	life_domctl(~0u, 0);
	assert_int_equal(life_call(true), -XY_ENOSYS);
}

static void what_a_domain_cannot_have(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 12; i++) {
		struct xy_domctl *op =
			life_domctl(XY_DOMCTL_createdomain, 0xffff);
		struct xy_domctl_createdomain *c = &op->u.createdomain;

		c->max_vcpus = 1;
		c->grant_opts = 1;
		c->max_grant_frames = c->max_maptrack_frames = -1;
		switch (i) {
		case 0: c->flags = XY_DOMCTL_CDF_hvm; break;
		case 1: c->flags = XY_DOMCTL_CDF_iommu; break;
		case 2: c->flags = 1u << 31; break;
		case 3: c->max_vcpus = 0; break;
		case 4: c->max_vcpus = MAX_VCPUS + 1; break;
		case 5: c->grant_opts = 0; break;
		case 6: c->grant_opts = 3; break;
		case 7: c->arch.emulation_flags = 1; break;
		case 8: c->vmtrace_size = 4096; break;
		case 9: c->cpupool_id = 1; break;
		case 10: c->max_grant_frames = 1 << 20; break;
		case 11: c->max_maptrack_frames = 1 << 20; break;
		}
		assert_int_equal(life_call_all(true), -XY_EINVAL);
		assert_null(life_find(1));
		assert_int_equal(heap_free_frames(), life_free_before);
	}
}

static void ids(void **state)
{
	uint16_t one, two, again;

	(void)state;
	assert_int_equal(life_create(1, 0xffff, &one), 0);
	assert_int_equal(life_create(1, 0, &two), 0);
	assert_int_not_equal(one, two);
	assert_int_equal(life_create(1, two, &again), -XY_EEXIST);
	assert_int_equal(life_create(1, 500, &again), 0);
	assert_int_equal(again, 500);
	life_destroy(two);
	assert_int_equal(life_create(1, 0xffff, &again), 0);
	assert_int_not_equal(again, two);	/* not at once */
}

static void what_the_tools_see(void **state)
{
	struct domain *d = life_ready(2);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_getdomaininfo, 1);
	const struct xy_domctl_getdomaininfo *i = &op->u.getdomaininfo;
	mfn_t data, root = life_tables(d, &data);

	(void)state;
	assert_int_equal(life_call(true), 0);
	assert_int_equal(op->domain, d->id);
	assert_int_equal(i->domain, d->id);
	assert_int_equal(i->flags, 0xff0000 | XY_DOMINF_paused);
	assert_int_equal(i->tot_pages, 5);
	assert_int_equal(i->max_pages, 100);
	assert_int_equal(i->shared_info_frame, d->shared_mfn.n);
	assert_int_equal(i->nr_online_vcpus, 0);
	assert_int_equal(i->max_vcpu_id, 1);
	assert_int_equal(i->handle[3], 0x5a);
	op->domain = (uint16_t)(d->id + 1);
	assert_int_equal(life_call(true), -XY_ESRCH);
	assert_int_equal(life_set_context(d->id, 0, root), 0);
	dom_shutdown(d, 2);
	op = life_domctl(XY_DOMCTL_getdomaininfo, d->id);
	assert_int_equal(life_call(true), 0);
	assert_int_equal(i->nr_online_vcpus, 1);
	assert_int_equal(i->flags & ~XY_DOMINF_blocked, 2u << 16 |
			 XY_DOMINF_paused | XY_DOMINF_shutdown);
	life_domctl(XY_DOMCTL_resumedomain, d->id);
	assert_int_equal(life_call(true), 0);
	assert_false(d->shut_down);
	assert_int_equal(life_call(true), -XY_EINVAL);
}

static void pauses_are_counted(void **state)
{
	struct domain *d = life_ready(1);

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		life_domctl(XY_DOMCTL_pausedomain, d->id);
		assert_int_equal(life_call(true), 0);
	}
	assert_int_equal(d->pause_count, 4);
	for (unsigned int i = 0; i < 4; i++) {
		life_domctl(XY_DOMCTL_unpausedomain, d->id);
		assert_int_equal(life_call(true), 0);
	}
	assert_int_equal(d->pause_count, 0);
	assert_int_equal(life_call(true), -XY_EINVAL);
}

/* One that runs on CPU 1 is stopped first, and goes on afterwards. */
static void running_ones_are_stopped(void **state)
{
	struct domain *d = life_ready(1);
	mfn_t data, root = life_tables(d, &data);
	struct xy_domctl *op;
	struct vcpu *v = d->vcpus[0];

	(void)state;
	v->cpu = 1;
	assert_int_equal(life_set_context(d->id, 0, root), 0);
	life_domctl(XY_DOMCTL_unpausedomain, d->id);
	assert_int_equal(life_call(true), 0);
	fake_this_cpu = 1;
	assert_ptr_equal(sched_pick(), v);
	fake_this_cpu = 0;
	op = life_domctl(XY_DOMCTL_getvcpucontext, d->id);
	op->u.vcpucontext.ctxt = life_handle(MORE);
	assert_int_equal(life_call(true), -XY_ERESTART);
	assert_int_equal(life_call(true), -XY_ERESTART);
	assert_int_equal(d->pause_count, 1);
	fake_this_cpu = 1;
	assert_null(sched_pick());
	fake_this_cpu = 0;
	assert_int_equal(life_call(true), 0);
	assert_int_equal(d->pause_count, 0);
	fake_this_cpu = 1;
	assert_ptr_equal(sched_pick(), v);
	fake_this_cpu = 0;
	life_domctl(XY_DOMCTL_pausedomain, d->id);
	assert_int_equal(life_call(true), -XY_ERESTART);
	fake_this_cpu = 1;
	assert_null(sched_pick());
	fake_this_cpu = 0;
	assert_int_equal(life_call(true), 0);
	assert_int_equal(d->pause_count, 1);
}

static void triggers(void **state)
{
	struct domain *d = life_ready(1);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_sendtrigger, d->id);

	(void)state;
	op->u.sendtrigger.trigger = XY_DOMCTL_SENDTRIGGER_NMI;
	op->u.sendtrigger.vcpu = 1;
	assert_int_equal(life_call_all(true), -XY_EINVAL);
	assert_false(d->vcpus[0]->nmi_pending);
	op->u.sendtrigger.vcpu = 0;
	assert_int_equal(life_call_all(true), 0);
	assert_true(d->vcpus[0]->nmi_pending);
	op->u.sendtrigger.trigger = XY_DOMCTL_SENDTRIGGER_POWER;
	assert_int_equal(life_call_all(true), -XY_ENOSYS);
}

static void settings(void **state)
{
	struct domain *d = life_ready(1);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_scheduler_op, d->id);

	(void)state;
	op->u.scheduler_op.sched_id = XY_SCHEDULER_CREDIT2;
	op->u.scheduler_op.cmd = XY_DOMCTL_SCHEDOP_putinfo;
	op->u.scheduler_op.u.credit2.weight = 512;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(d->weight, 512);
	op->u.scheduler_op.u.credit2.cap = 50;
	assert_int_equal(life_call_all(true), -XY_EOPNOTSUPP);
	op->u.scheduler_op.cmd = XY_DOMCTL_SCHEDOP_getinfo;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(op->u.scheduler_op.u.credit2.weight, 512);
	op->u.scheduler_op.sched_id = XY_SCHEDULER_CREDIT;
	assert_int_equal(life_call_all(true), -XY_EINVAL);

	op = life_domctl(XY_DOMCTL_set_address_size, d->id);
	op->u.address_size.size = 64;
	assert_int_equal(life_call_all(true), 0);
	op->u.address_size.size = 32;
	assert_int_equal(life_call_all(true), -XY_EOPNOTSUPP);
	life_domctl(XY_DOMCTL_get_address_size, d->id);
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(op->u.address_size.size, 64);

	op = life_domctl(XY_DOMCTL_settscinfo, d->id);
	op->u.tsc_info.incarnation = 3;
	assert_int_equal(life_call_all(true), 0);
	op->u.tsc_info.tsc_mode = 1;
	assert_int_equal(life_call_all(true), -XY_EOPNOTSUPP);
	life_domctl(XY_DOMCTL_gettscinfo, d->id);
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(op->u.tsc_info.incarnation, 3);
	assert_int_equal(op->u.tsc_info.gtsc_khz, 1000000);

	op = life_domctl(XY_DOMCTL_shadow_op, d->id);
	assert_int_equal(life_call_all(true), -XY_EINVAL);
	op->u.shadow_op.op = XY_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY;
	assert_int_equal(life_call_all(true), -XY_EOPNOTSUPP);

	op = life_domctl(XY_DOMCTL_setdomainhandle, d->id);
	memset(op->u.setdomainhandle.handle, 9, 16);
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(d->handle[15], 9);
}

static void affinities(void **state)
{
	struct domain *d = life_ready(1);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_setvcpuaffinity, d->id);
	struct xy_domctl_vcpuaffinity *a = &op->u.vcpuaffinity;
	uint8_t *map = life_arena(MORE);

	(void)state;
	memset(map, 0xff, 16);
	a->flags = XY_VCPUAFFINITY_SOFT | XY_VCPUAFFINITY_HARD;
	a->cpumap_soft.bitmap = a->cpumap_hard.bitmap = life_handle(MORE);
	a->cpumap_soft.nr_bits = a->cpumap_hard.nr_bits = 100;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(map[0], 1);	/* the CPUs there are */
	assert_int_equal(map[12], 0);
	assert_int_equal(map[13], 0xff);	/* beyond the room */
	map[0] = 2;
	assert_int_equal(life_call_all(true), -XY_EINVAL);
	a->flags = 0;
	assert_int_equal(life_call_all(true), -XY_EINVAL);
	op = life_domctl(XY_DOMCTL_getnodeaffinity, d->id);
	op->u.nodeaffinity.nodemap.bitmap = life_handle(MORE);
	op->u.nodeaffinity.nodemap.nr_bits = 8;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(map[0], 1);
}

static void call_page(void **state)
{
	struct domain *d = life_ready(1);
	mfn_t data, root = life_tables(d, &data);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_hypercall_init, d->id);
	const uint8_t *page = (uint8_t *)fake_words(data);

	(void)state;
	op->u.hypercall_init.gmfn = data.n;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(page[29 * 32 + 4], 29);
	assert_int_equal(page[29 * 32 + 13], 0xc3);
	assert_int_equal(page[23 * 32 + 3], 0x50);
	assert_int_equal(page[127 * 32 + 31], 0xcc);
	assert_int_equal(pt_pin(d, 4, root), 0);
	op->u.hypercall_init.gmfn = root.n;
	assert_int_equal(life_call_all(true), -XY_EACCES);
	op->u.hypercall_init.gmfn = ~0UL;
	assert_int_equal(life_call_all(true), -XY_EACCES);
}

/* All it can hold, and held by dom0: gone when dom0 lets go, dom0 told. */
static void death(void **state)
{
	struct domain *d = life_ready(2);
	mfn_t data, root = life_tables(d, &data), table;
	struct xy_grant_entry_v1 *e;
	struct xy_gnttab_map_grant_ref m = {
		.ref = 8, .flags = XY_GNTMAP_device_map,
	};
	struct xy_gnttab_unmap_grant_ref u = { 0 };
	struct grant_batch b = { 0 };
	uint32_t port, theirs, exc;
	uint16_t id = d->id;

	(void)state;
	assert_int_equal(evtchn_bind_virq(dom0, XY_VIRQ_DOM_EXC, 0, &exc), 0);
	assert_int_equal(life_set_context(id, 0, root), 0);
	assert_int_equal(evtchn_alloc_unbound(d, 0, &theirs), 0);
	assert_int_equal(evtchn_bind_interdomain(dom0, d, theirs, &port), 0);
	assert_int_equal(grant_frame(d, 0, &table), 0);
	e = (struct xy_grant_entry_v1 *)fake_words(table);
	e[8] = (struct xy_grant_entry_v1){ XY_GTF_permit_access, 0,
					   (uint32_t)data.n };
	grant_map(dom0->vcpus[0], d, &m);
	assert_int_equal(m.status, XY_GNTST_okay);
	life_destroy(id);
	assert_ptr_equal(life_find(id), d);		/* a zombie */
	assert_true(d->dying);
	assert_int_equal(d->tot_pages, 1);
	life_domctl(XY_DOMCTL_max_mem, id);
	assert_int_equal(life_call_all(true), -XY_ESRCH);
	/* dom0 was told once, so that it lets go; not again by trying. */
	assert_true(dom0->shared->evtchn_pending[0] >> exc & 1);
	dom0->shared->evtchn_pending[0] = 0;
	life_destroy(id);
	assert_int_equal(evtchn_send(dom0, port), 0);
	assert_false(dom0->shared->evtchn_pending[0] >> exc & 1);
	u.handle = m.handle;
	u.dev_bus_addr = m.dev_bus_addr;
	assert_int_equal(grant_unmap(dom0->vcpus[0], &b, &u), 0);
	grant_unmap_finish(dom0->vcpus[0], &b);
	frame_reap();
	assert_null(life_find(id));
	assert_true(dom0->shared->evtchn_pending[0] >> exc & 1);
	assert_int_equal(evtchn_close(dom0, port), 0);
	assert_int_equal(evtchn_close(dom0, exc), 0);
	/* dom0's first map made a chunk of its maptrack. */
	life_free_before = heap_free_frames();
}

static void bad_pointers(void **state)
{
	struct domain *d = life_ready(1);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_setvcpucontext, d->id);

	(void)state;
	op->u.vcpucontext.ctxt = HV_VA_START;
	assert_int_equal(life_call_all(true), -XY_EFAULT);
	op = life_domctl(XY_DOMCTL_getpageframeinfo3, d->id);
	op->u.getpageframeinfo3.num = 4;
	op->u.getpageframeinfo3.array = ~0UL - 15;
	assert_int_equal(life_call_all(true), -XY_EFAULT);
	op = life_domctl(XY_DOMCTL_getdomaininfo, d->id);
	fake_read_only_to = 4096;
	assert_int_equal(life_call_all(true), -XY_EFAULT);
	fake_read_only_to = 0;
	assert_int_equal(d->pause_count, 1);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, life_setup, life_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(envelopes), T(what_a_domain_cannot_have), T(ids),
		T(what_the_tools_see), T(pauses_are_counted),
		T(running_ones_are_stopped), T(triggers), T(settings),
		T(affinities), T(call_page), T(death), T(bad_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
