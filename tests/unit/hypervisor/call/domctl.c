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
#include "abi/errno.h"
#include "abi/vcpu.h"
#include "core/cpuid.h"
#include "core/evtchn.h"
#include "core/grant.h"
#include "core/heap.h"
#include "core/pt.h"
#include "core/sched.h"

#define MORE	0x1000u		/* arena offset for what handles name */
#define TABLE	(PTE_P | PTE_RW | PTE_U)
#define VA	0xffffffff80000000UL

static uint64_t free_before;

static int make(void **state)
{
	(void)state;
	life_make();
	free_before = heap_free_frames();
	return 0;
}

static uint64_t handle(uint64_t offset)
{
	return FAKE_ARENA_VA + offset;
}

static void *arena(uint64_t offset)
{
	return fake_arena + offset;
}

static int64_t create(unsigned int vcpus, uint16_t want, uint16_t *id)
{
	struct xy_domctl *op = life_domctl(XY_DOMCTL_createdomain, want);
	struct xy_domctl_createdomain *c = &op->u.createdomain;
	int64_t rc;

	memset(c->handle, 0x5a, sizeof(c->handle));
	c->max_vcpus = vcpus;
	c->max_evtchn_port = 1023;
	c->max_grant_frames = c->max_maptrack_frames = -1;
	c->grant_opts = 2;
	rc = life_call_all(true);
	*id = op->domain;
	return rc;
}

static struct domain *find(uint16_t id)
{
	struct domain *d = dom_get(id);

	if (d)
		dom_put(d);
	return d;
}

/* With its vCPUs, and memory to be had. */
static struct domain *ready(unsigned int vcpus)
{
	struct xy_domctl *op;
	uint16_t id;

	assert_int_equal(create(vcpus, 0xffff, &id), 0);
	op = life_domctl(XY_DOMCTL_max_vcpus, id);
	op->u.max_vcpus.max = vcpus;
	assert_int_equal(life_call_all(true), 0);
	op = life_domctl(XY_DOMCTL_max_mem, id);
	op->u.max_mem.max_memkb = 400;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(find(id)->max_pages, 100);
	return find(id);
}

static void destroy(uint16_t id)
{
	life_domctl(XY_DOMCTL_destroydomain, id);
	assert_int_equal(life_call_all(true), 0);
}

static int end(void **state)
{
	struct domain *d;

	(void)state;
	while ((d = dom_get_from(1)) != NULL) {
		uint16_t id = d->id;

		dom_put(d);
		destroy(id);
		assert_null(find(id));
	}
	assert_int_equal(heap_free_frames(), free_before);
	assert_true(life_end());
	return 0;
}

static mfn_t frame_of(struct domain *d)
{
	mfn_t mfn;

	assert_int_equal(dom_alloc_pages(d, 0, 0, &mfn), 0);
	return mfn;
}

/* A root with one page behind VA. */
static mfn_t tables(struct domain *d, mfn_t *data)
{
	mfn_t l4 = frame_of(d), l3 = frame_of(d), l2 = frame_of(d),
	      l1 = frame_of(d);

	*data = frame_of(d);
	fake_words(l4)[pte_index(4, VA)] = pte_make(l3, TABLE);
	fake_words(l3)[pte_index(3, VA)] = pte_make(l2, TABLE);
	fake_words(l2)[pte_index(2, VA)] = pte_make(l1, TABLE);
	fake_words(l1)[pte_index(1, VA)] = pte_make(*data, TABLE);
	return l4;
}

static int64_t set_context(uint16_t id, uint32_t vcpu, mfn_t root)
{
	struct xy_domctl *op = life_domctl(XY_DOMCTL_setvcpucontext, id);
	struct xy_vcpu_guest_context *c = arena(MORE);

	memset(c, 0, sizeof(*c));
	c->flags = XY_VGCF_in_kernel | XY_VGCF_online;
	c->user_regs.rip = VA + 0x100;
	c->user_regs.rsp = VA + 0xff0;
	c->user_regs.rflags = 0x200;
	c->kernel_sp = VA + 0xff0;
	c->ctrlreg[3] = root.n << PAGE_SHIFT;
	op->u.vcpucontext.vcpu = vcpu;
	op->u.vcpucontext.ctxt = handle(MORE);
	return life_call_all(true);
}

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
		assert_null(find(1));
		assert_int_equal(heap_free_frames(), free_before);
	}
}

static void ids(void **state)
{
	uint16_t one, two, again;

	(void)state;
	assert_int_equal(create(1, 0xffff, &one), 0);
	assert_int_equal(create(1, 0, &two), 0);
	assert_int_not_equal(one, two);
	assert_int_equal(create(1, two, &again), -XY_EEXIST);
	assert_int_equal(create(1, 500, &again), 0);
	assert_int_equal(again, 500);
	destroy(two);
	assert_int_equal(create(1, 0xffff, &again), 0);
	assert_int_not_equal(again, two);	/* not at once */
}

static void what_the_tools_see(void **state)
{
	struct domain *d = ready(2);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_getdomaininfo, 1);
	const struct xy_domctl_getdomaininfo *i = &op->u.getdomaininfo;
	mfn_t data, root = tables(d, &data);

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
	assert_int_equal(set_context(d->id, 0, root), 0);
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
	struct domain *d = ready(1);

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
	struct domain *d = ready(1);
	mfn_t data, root = tables(d, &data);
	struct xy_domctl *op;
	struct vcpu *v = d->vcpus[0];

	(void)state;
	v->cpu = 1;
	assert_int_equal(set_context(d->id, 0, root), 0);
	life_domctl(XY_DOMCTL_unpausedomain, d->id);
	assert_int_equal(life_call(true), 0);
	fake_this_cpu = 1;
	assert_ptr_equal(sched_pick(), v);
	fake_this_cpu = 0;
	op = life_domctl(XY_DOMCTL_getvcpucontext, d->id);
	op->u.vcpucontext.ctxt = handle(MORE);
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

static void contexts(void **state)
{
	struct domain *d = ready(2);
	mfn_t data, root = tables(d, &data);
	struct xy_vcpu_guest_context *c = arena(MORE);
	struct xy_domctl *op;

	(void)state;
	assert_int_equal(set_context(d->id, 2, root), -XY_EINVAL);
	assert_int_equal(set_context(d->id, 0, to_mfn(~0UL >> 12)),
			 -XY_EINVAL);
	assert_int_equal(set_context(d->id, 0, root), 0);
	assert_int_equal(frame_role(root), ROLE_L4);
	op = life_domctl(XY_DOMCTL_getvcpucontext, d->id);
	op->u.vcpucontext.vcpu = 1;
	op->u.vcpucontext.ctxt = handle(MORE);
	assert_int_equal(life_call(true), -XY_ENODATA);
	op->u.vcpucontext.vcpu = 0;
	memset(c, 0xee, sizeof(*c));
	assert_int_equal(life_call(true), 0);
	assert_int_equal(c->user_regs.rip, VA + 0x100);
	assert_int_equal(c->ctrlreg[3], root.n << PAGE_SHIFT);
	assert_int_equal(c->flags & XY_VGCF_in_kernel, XY_VGCF_in_kernel);
	op->u.vcpucontext.ctxt = handle(FAKE_ARENA_BYTES - 8);
	assert_int_equal(life_call(true), -XY_EFAULT);
	op = life_domctl(XY_DOMCTL_getvcpuinfo, d->id);
	assert_int_equal(life_call(true), 0);
	assert_int_equal(op->u.getvcpuinfo.online, 1);
	op->u.getvcpuinfo.vcpu = 1;
	assert_int_equal(life_call(true), 0);
	assert_int_equal(op->u.getvcpuinfo.online, 0);
}

static void mxcsr_from_outside_is_harmless(void **state)
{
	struct domain *d = ready(1);
	mfn_t data, root = tables(d, &data);
	struct xy_vcpu_guest_context *c = arena(MORE);
	struct xy_domctl *op;
	uint32_t mxcsr;

	(void)state;
	assert_int_equal(set_context(d->id, 0, root), 0);
	c->flags |= XY_VGCF_i387_valid;
	memset(&c->fpu_ctxt, 0xff, sizeof(c->fpu_ctxt));
	op = life_domctl(XY_DOMCTL_setvcpucontext, d->id);
	op->u.vcpucontext.ctxt = handle(MORE);
	assert_int_equal(life_call_all(true), 0);
	memcpy(&mxcsr, (char *)d->vcpus[0]->fpu + 24, 4);
	assert_int_equal(mxcsr, 0xffff);
}

static void extended_contexts(void **state)
{
	struct domain *d = ready(1);
	struct xy_domctl *op =
		life_domctl(XY_DOMCTL_set_ext_vcpucontext, d->id);
	struct xy_domctl_ext_vcpucontext *x = &op->u.ext_vcpucontext;

	(void)state;
	x->syscall32_callback_eip = VA + 0x20;
	x->syscall32_disables_events = 1;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(d->vcpus[0]->callbacks[CB_SYSCALL32].address,
			 VA + 0x20);
	x->sysenter_callback_eip = 1UL << 60;
	assert_int_equal(life_call_all(true), -XY_EINVAL);
	life_domctl(XY_DOMCTL_get_ext_vcpucontext, d->id);
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(x->size, 64);
	assert_int_equal(x->syscall32_callback_eip, VA + 0x20);
	assert_int_equal(x->syscall32_disables_events, 1);
}

static int64_t xstate(uint16_t id, bool set, uint64_t size)
{
	struct xy_domctl *op = life_domctl(set ? XY_DOMCTL_setvcpuextstate :
					   XY_DOMCTL_getvcpuextstate, id);

	op->u.vcpuextstate.size = size;
	op->u.vcpuextstate.buffer = handle(MORE);
	return life_call_all(true);
}

static void extended_state(void **state)
{
	struct domain *d = ready(1);
	struct xy_domctl *op = arena(0);
	uint64_t *words = arena(MORE), header = 2 + 512 / 8;

	(void)state;
	assert_int_equal(xstate(d->id, false, 0), 0);
	assert_int_equal(op->u.vcpuextstate.size, 16 + 832);
	assert_int_equal(op->u.vcpuextstate.xfeature_mask, 7);
	assert_int_equal(xstate(d->id, false, 100), -XY_EINVAL);
	assert_int_equal(xstate(d->id, false, 4000), 0);
	assert_int_equal(op->u.vcpuextstate.size, 16 + 832);
	words[header] = 7;
	words[2 + 5] = 0x1234;
	assert_int_equal(xstate(d->id, true, 16 + 832), 0);
	assert_int_equal(((uint64_t *)d->vcpus[0]->fpu)[5], 0x1234);
	words[header] = 8;		/* a component nobody has */
	assert_int_equal(xstate(d->id, true, 16 + 832), -XY_EINVAL);
	words[header] = 7;
	words[header + 1] = 1UL << 63;	/* the compacted form */
	assert_int_equal(xstate(d->id, true, 16 + 832), -XY_EINVAL);
	words[header + 1] = 0;
	words[header + 7] = 1;
	assert_int_equal(xstate(d->id, true, 16 + 832), -XY_EINVAL);
	words[header + 7] = 0;
	words[0] = 6;			/* an XCR0 without x87 */
	assert_int_equal(xstate(d->id, true, 16 + 832), -XY_EINVAL);
	words[0] = 7;
	words[1] = 1UL << 9;
	assert_int_equal(xstate(d->id, true, 16 + 832), -XY_EINVAL);
	words[1] = 7;
	assert_int_equal(xstate(d->id, true, 17), -XY_EINVAL);
	assert_int_equal(xstate(d->id, true, ~0UL), -XY_EINVAL);
	assert_int_equal(xstate(d->id, true, 16 + 832), 0);
}

static void msrs(void **state)
{
	struct domain *d = ready(1);
	struct xy_domctl_vcpu_msr *m = arena(MORE);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_get_vcpu_msrs, d->id);
	struct xy_domctl_vcpu_msrs *p = &op->u.vcpu_msrs;

	(void)state;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(p->msr_count, 1);
	p->msrs = handle(MORE);
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(p->msr_count, 0);
	*m = (struct xy_domctl_vcpu_msr){ .index = 0xc0000103, .value = 77 };
	life_domctl(XY_DOMCTL_set_vcpu_msrs, d->id);
	p->msrs = handle(MORE);
	p->msr_count = 1;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(d->vcpus[0]->tsc_aux, 77);
	m->index = 0x10;
	p->msr_count = 1;
	assert_int_equal(life_call_all(true), -XY_EINVAL);
	assert_int_equal(p->msr_count, 0);
	life_domctl(XY_DOMCTL_get_vcpu_msrs, d->id);
	p->msrs = handle(MORE);
	p->msr_count = 1;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(m->value, 77);
}

static void page_types(void **state)
{
	struct domain *d = ready(1), *other = ready(1);
	mfn_t data, root = tables(d, &data);
	uint64_t *a = arena(MORE);
	struct xy_domctl *op;

	(void)state;
	assert_int_equal(pt_pin(d, 4, root), 0);
	a[0] = root.n;
	a[1] = pte_mfn(fake_words(root)[pte_index(4, VA)]).n;
	a[2] = data.n;
	a[3] = frame_of(other).n;
	a[4] = ~0UL;
	op = life_domctl(XY_DOMCTL_getpageframeinfo3, d->id);
	op->u.getpageframeinfo3.num = 5;
	op->u.getpageframeinfo3.array = handle(MORE);
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(a[0], XY_DOMCTL_PFINFO_L4TAB |
			 XY_DOMCTL_PFINFO_LPINTAB);
	assert_int_equal(a[1], XY_DOMCTL_PFINFO_L3TAB);
	assert_int_equal(a[2], XY_DOMCTL_PFINFO_NOTAB);
	assert_int_equal(a[3], XY_DOMCTL_PFINFO_XTAB);
	assert_int_equal(a[4], XY_DOMCTL_PFINFO_XTAB);
	op->u.getpageframeinfo3.num = 1025;
	assert_int_equal(life_call_all(true), -XY_E2BIG);
}

static void policies(void **state)
{
	struct domain *d = ready(1);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_get_cpu_policy, d->id);
	struct xy_domctl_cpu_policy *p = &op->u.cpu_policy;
	struct xy_cpuid_leaf *leaf = arena(MORE);
	mfn_t data, root = tables(d, &data);
	uint32_t count, one = 0, sse3 = 1;

	(void)state;
	assert_int_equal(life_call_all(true), 0);
	count = p->nr_leaves;
	assert_in_range(count, 20, 120);
	assert_int_equal(p->nr_msrs, 2);
	p->leaves = handle(MORE);
	p->nr_leaves = count - 1;
	assert_int_equal(life_call_all(true), -XY_ENOBUFS);
	p->nr_leaves = count;
	assert_int_equal(life_call_all(true), 0);
	while (leaf[one].leaf != 1)
		one++;
	assert_true(leaf[one].c & sse3);
	leaf[one].c &= ~sse3;		/* less is fine */
	leaf[one].d |= 1u << 12;	/* MTRR: more is not to be had */
	life_domctl(XY_DOMCTL_set_cpu_policy, d->id);
	p->leaves = handle(MORE);
	p->nr_leaves = count;
	assert_int_equal(life_call_all(true), 0);
	assert_false(cpuid_query(d->vcpus[0], 1, 0).ecx & sse3);
	assert_false(cpuid_query(d->vcpus[0], 1, 0).edx & 1u << 12);
	leaf[0].leaf = 0x20000000;
	leaf[0].subleaf = 5;
	assert_int_equal(life_call_all(true), -XY_ERANGE);
	assert_int_equal(p->err_leaf, 0x20000000);
	assert_int_equal(p->err_subleaf, 5);
	p->nr_leaves = 100000;
	assert_int_equal(life_call_all(true), -XY_E2BIG);
	assert_int_equal(set_context(d->id, 0, root), 0);
	life_domctl(XY_DOMCTL_set_cpu_policy, d->id);
	assert_int_equal(life_call_all(true), -XY_EEXIST);
}

static void settings(void **state)
{
	struct domain *d = ready(1);
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
	struct domain *d = ready(1);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_setvcpuaffinity, d->id);
	struct xy_domctl_vcpuaffinity *a = &op->u.vcpuaffinity;
	uint8_t *map = arena(MORE);

	(void)state;
	memset(map, 0xff, 16);
	a->flags = XY_VCPUAFFINITY_SOFT | XY_VCPUAFFINITY_HARD;
	a->cpumap_soft.bitmap = a->cpumap_hard.bitmap = handle(MORE);
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
	op->u.nodeaffinity.nodemap.bitmap = handle(MORE);
	op->u.nodeaffinity.nodemap.nr_bits = 8;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(map[0], 1);
}

static void call_page(void **state)
{
	struct domain *d = ready(1);
	mfn_t data, root = tables(d, &data);
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
	struct domain *d = ready(2);
	mfn_t data, root = tables(d, &data), table;
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
	assert_int_equal(set_context(id, 0, root), 0);
	assert_int_equal(evtchn_alloc_unbound(d, 0, &theirs), 0);
	assert_int_equal(evtchn_bind_interdomain(dom0, d, theirs, &port), 0);
	assert_int_equal(grant_frame(d, 0, &table), 0);
	e = (struct xy_grant_entry_v1 *)fake_words(table);
	e[8] = (struct xy_grant_entry_v1){ XY_GTF_permit_access, 0,
					   (uint32_t)data.n };
	grant_map(dom0->vcpus[0], d, &m);
	assert_int_equal(m.status, XY_GNTST_okay);
	destroy(id);
	assert_ptr_equal(find(id), d);		/* a zombie */
	assert_true(d->dying);
	assert_int_equal(d->tot_pages, 1);
	life_domctl(XY_DOMCTL_max_mem, id);
	assert_int_equal(life_call_all(true), -XY_ESRCH);
	/* dom0 was told once, so that it lets go; not again by trying. */
	assert_true(dom0->shared->evtchn_pending[0] >> exc & 1);
	dom0->shared->evtchn_pending[0] = 0;
	destroy(id);
	assert_int_equal(evtchn_send(dom0, port), 0);
	assert_false(dom0->shared->evtchn_pending[0] >> exc & 1);
	u.handle = m.handle;
	u.dev_bus_addr = m.dev_bus_addr;
	assert_int_equal(grant_unmap(dom0->vcpus[0], &b, &u), 0);
	grant_unmap_finish(dom0->vcpus[0], &b);
	frame_reap();
	assert_null(find(id));
	assert_true(dom0->shared->evtchn_pending[0] >> exc & 1);
	assert_int_equal(evtchn_close(dom0, port), 0);
	assert_int_equal(evtchn_close(dom0, exc), 0);
	/* dom0's first map made a chunk of its maptrack. */
	free_before = heap_free_frames();
}

static void bad_pointers(void **state)
{
	struct domain *d = ready(1);
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

#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(envelopes), T(what_a_domain_cannot_have), T(ids),
		T(what_the_tools_see), T(pauses_are_counted),
		T(running_ones_are_stopped), T(contexts),
		T(mxcsr_from_outside_is_harmless), T(extended_contexts),
		T(extended_state), T(msrs), T(page_types), T(policies),
		T(settings), T(affinities), T(call_page), T(death),
		T(bad_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
