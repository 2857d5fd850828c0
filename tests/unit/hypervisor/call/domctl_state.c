// SPDX-License-Identifier: GPL-2.0-only
/*
 * domctl: contexts, extended state, MSRs, page types and CPU policies, set and
 * got back, on real domains.
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
#include "core/heap.h"
#include "core/pt.h"

#define MORE	LIFE_MORE
#define VA	LIFE_VA

static void contexts(void **state)
{
	struct domain *d = life_ready(2);
	mfn_t data, root = life_tables(d, &data);
	struct xy_vcpu_guest_context *c = life_arena(MORE);
	struct xy_domctl *op;

	(void)state;
	assert_int_equal(life_set_context(d->id, 2, root), -XY_EINVAL);
	assert_int_equal(life_set_context(d->id, 0, to_mfn(~0UL >> 12)),
			 -XY_EINVAL);
	d->wall_offset_s = 77;
	memset(d->shared, 0, sizeof(*d->shared));	/* as a builder may */
	assert_int_equal(life_set_context(d->id, 0, root), 0);
	assert_int_equal(d->shared->wc_sec, 77);
	assert_int_equal(frame_role(root), ROLE_L4);
	op = life_domctl(XY_DOMCTL_getvcpucontext, d->id);
	op->u.vcpucontext.vcpu = 1;
	op->u.vcpucontext.ctxt = life_handle(MORE);
	assert_int_equal(life_call(true), -XY_ENODATA);
	op->u.vcpucontext.vcpu = 0;
	memset(c, 0xee, sizeof(*c));
	assert_int_equal(life_call(true), 0);
	assert_int_equal(c->user_regs.rip, VA + 0x100);
	assert_int_equal(c->ctrlreg[3], root.n << PAGE_SHIFT);
	assert_int_equal(c->flags & XY_VGCF_in_kernel, XY_VGCF_in_kernel);
	op->u.vcpucontext.ctxt = life_handle(FAKE_ARENA_BYTES - 8);
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
	struct domain *d = life_ready(1);
	mfn_t data, root = life_tables(d, &data);
	struct xy_vcpu_guest_context *c = life_arena(MORE);
	struct xy_domctl *op;
	uint32_t mxcsr;

	(void)state;
	assert_int_equal(life_set_context(d->id, 0, root), 0);
	c->flags |= XY_VGCF_i387_valid;
	memset(&c->fpu_ctxt, 0xff, sizeof(c->fpu_ctxt));
	op = life_domctl(XY_DOMCTL_setvcpucontext, d->id);
	op->u.vcpucontext.ctxt = life_handle(MORE);
	assert_int_equal(life_call_all(true), 0);
	memcpy(&mxcsr, (char *)d->vcpus[0]->fpu + 24, 4);
	assert_int_equal(mxcsr, 0xffff);
}

static void extended_contexts(void **state)
{
	struct domain *d = life_ready(1);
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
	op->u.vcpuextstate.buffer = life_handle(MORE);
	return life_call_all(true);
}

static void extended_state(void **state)
{
	struct domain *d = life_ready(1);
	struct xy_domctl *op = life_arena(0);
	uint64_t *words = life_arena(MORE), header = 2 + 512 / 8;

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
	struct domain *d = life_ready(1);
	struct xy_domctl_vcpu_msr *m = life_arena(MORE);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_get_vcpu_msrs, d->id);
	struct xy_domctl_vcpu_msrs *p = &op->u.vcpu_msrs;

	(void)state;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(p->msr_count, 1);
	p->msrs = life_handle(MORE);
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(p->msr_count, 0);
	*m = (struct xy_domctl_vcpu_msr){ .index = 0xc0000103, .value = 77 };
	life_domctl(XY_DOMCTL_set_vcpu_msrs, d->id);
	p->msrs = life_handle(MORE);
	p->msr_count = 1;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(d->vcpus[0]->tsc_aux, 77);
	m->index = 0x10;
	p->msr_count = 1;
	assert_int_equal(life_call_all(true), -XY_EINVAL);
	assert_int_equal(p->msr_count, 0);
	life_domctl(XY_DOMCTL_get_vcpu_msrs, d->id);
	p->msrs = life_handle(MORE);
	p->msr_count = 1;
	assert_int_equal(life_call_all(true), 0);
	assert_int_equal(m->value, 77);
}

static void page_types(void **state)
{
	struct domain *d = life_ready(1), *other = life_ready(1);
	mfn_t data, root = life_tables(d, &data);
	uint64_t *a = life_arena(MORE);
	struct xy_domctl *op;

	(void)state;
	assert_int_equal(pt_pin(d, 4, root), 0);
	a[0] = root.n;
	a[1] = pte_mfn(fake_words(root)[pte_index(4, VA)]).n;
	a[2] = data.n;
	a[3] = life_frame(other).n;
	a[4] = ~0UL;
	op = life_domctl(XY_DOMCTL_getpageframeinfo3, d->id);
	op->u.getpageframeinfo3.num = 5;
	op->u.getpageframeinfo3.array = life_handle(MORE);
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
	struct domain *d = life_ready(1);
	struct xy_domctl *op = life_domctl(XY_DOMCTL_get_cpu_policy, d->id);
	struct xy_domctl_cpu_policy *p = &op->u.cpu_policy;
	struct xy_cpuid_leaf *leaf = life_arena(MORE);
	mfn_t data, root = life_tables(d, &data);
	uint32_t count, one = 0, sse3 = 1;

	(void)state;
	assert_int_equal(life_call_all(true), 0);
	count = p->nr_leaves;
	assert_in_range(count, 20, 120);
	assert_int_equal(p->nr_msrs, 2);
	p->leaves = life_handle(MORE);
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
	p->leaves = life_handle(MORE);
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
	assert_int_equal(life_set_context(d->id, 0, root), 0);
	life_domctl(XY_DOMCTL_set_cpu_policy, d->id);
	assert_int_equal(life_call_all(true), -XY_EEXIST);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, life_setup, life_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(contexts), T(mxcsr_from_outside_is_harmless),
		T(extended_contexts), T(extended_state), T(msrs),
		T(page_types), T(policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
