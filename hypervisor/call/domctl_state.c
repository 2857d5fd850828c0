/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * domctl: the rest of a domain's state that is saved and restored.
 *
 * 1. Extended state: {XCR0, XCR0 ever used, uncompacted XSAVE area}.
 * 2. MSRs: the one a guest can have set that no other call carries.
 * 3. Page types: what a frame is used as, for whoever sends tables elsewhere.
 * 4. CPU policy: until a vCPU has a context, and never more than the default.
 */
#include "call/domctl.h"
#include "call/policy.h"
#include "core/frame.h"
#include "core/pool.h"
#include "core/xstate.h"
#include "lib/string.h"

#define PREFIX_BYTES	16u	/* the two XCR0 words */
#define MSR_TSC_AUX	0xc0000103u
#define PAGES_MAX	1024u

int domctl_get_xstate(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct xy_domctl_vcpuextstate *x = &op->u.vcpuextstate;
	uint64_t prefix[2], room = x->size, bytes;
	struct vcpu *v;
	int rc = domctl_vcpu(d, x->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	bytes = xstate_bytes(v);
	x->xfeature_mask = cpuid_xcr0_mask(v);
	x->size = bytes ? PREFIX_BYTES + bytes : 0;
	if (room == 0 || bytes == 0)
		return 0;
	if (room < x->size)
		return -XY_EINVAL;
	prefix[0] = v->xcr0 ? v->xcr0 : x->xfeature_mask;
	prefix[1] = x->xfeature_mask;
	rc = guest_write(to_guest(x->buffer), prefix, sizeof(prefix));
	return rc ? rc : guest_write(to_guest(x->buffer + PREFIX_BYTES),
				     v->fpu, bytes);
}

int domctl_set_xstate(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	const struct xy_domctl_vcpuextstate *x = &op->u.vcpuextstate;
	uint64_t prefix[2];
	struct vcpu *v;
	void *area;
	int rc = domctl_vcpu(d, x->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	if (x->size <= PREFIX_BYTES || x->size > PREFIX_BYTES + PAGE_SIZE)
		return -XY_EINVAL;
	area = pool_alloc(PAGE_SIZE);
	if (area == NULL)
		return -XY_ENOMEM;
	rc = guest_read(prefix, to_guest(x->buffer), sizeof(prefix));
	if (rc == 0)
		rc = guest_read(area, to_guest(x->buffer + PREFIX_BYTES),
				x->size - PREFIX_BYTES);
	if (rc == 0 && prefix[1] & ~cpuid_xcr0_mask(v))
		rc = -XY_EINVAL;
	if (rc == 0)
		rc = xstate_set(v, prefix[0], area, x->size - PREFIX_BYTES);
	pool_free(area);
	return rc;
}

int domctl_get_msrs(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct xy_domctl_vcpu_msrs *m = &op->u.vcpu_msrs;
	struct xy_domctl_vcpu_msr out = { .index = MSR_TSC_AUX };
	struct vcpu *v;
	int rc = domctl_vcpu(d, m->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	if (m->msrs == 0) {
		m->msr_count = 1;
		return 0;
	}
	if (v->tsc_aux == 0) {
		m->msr_count = 0;
		return 0;
	}
	if (m->msr_count < 1)
		return -XY_ENOBUFS;
	m->msr_count = 1;
	out.value = v->tsc_aux;
	return guest_write(to_guest(m->msrs), &out, sizeof(out));
}

/* msr_count comes back as the number taken over. */
int domctl_set_msrs(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct xy_domctl_vcpu_msrs *m = &op->u.vcpu_msrs;
	uint32_t count = m->msr_count;
	struct vcpu *v;
	int rc = domctl_vcpu(d, m->vcpu, &v);

	(void)by;
	m->msr_count = 0;
	if (rc)
		return rc;
	if (count > 16)
		return -XY_EINVAL;
	for (; m->msr_count < count; m->msr_count++) {
		struct xy_domctl_vcpu_msr in;

		if (guest_read_elem(&in, to_guest(m->msrs), m->msr_count,
				    sizeof(in)))
			return -XY_EFAULT;
		if (in.reserved || in.index != MSR_TSC_AUX ||
		    in.value > UINT32_MAX)
			return -XY_EINVAL;
		v->tsc_aux = (uint32_t)in.value;
	}
	return 0;
}

static uint64_t page_type(struct domain *d, mfn_t mfn)
{
	static const uint32_t types[] = {
		[ROLE_NONE] = XY_DOMCTL_PFINFO_NOTAB,
		[ROLE_DATA] = XY_DOMCTL_PFINFO_NOTAB,
		[ROLE_L1] = XY_DOMCTL_PFINFO_L1TAB,
		[ROLE_L2] = XY_DOMCTL_PFINFO_L2TAB,
		[ROLE_L3] = XY_DOMCTL_PFINFO_L3TAB,
		[ROLE_L4] = XY_DOMCTL_PFINFO_L4TAB,
		[ROLE_DESC] = XY_DOMCTL_PFINFO_NOTAB,
	};
	uint32_t type;

	if (!frame_hold(d, mfn))
		return XY_DOMCTL_PFINFO_XTAB;
	type = types[frame_role(mfn)];
	if (frame_pinned(mfn))
		type |= XY_DOMCTL_PFINFO_LPINTAB;
	frame_release(mfn);
	return type;
}

int domctl_page_info(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	const struct xy_domctl_getpageframeinfo3 *p =
		&op->u.getpageframeinfo3;

	(void)by;
	if (p->num > PAGES_MAX)
		return -XY_E2BIG;
	for (uint64_t i = 0; i < p->num; i++) {
		guest_va_t array = to_guest(p->array);
		uint64_t word;

		if (guest_read_elem(&word, array, i, sizeof(word)))
			return -XY_EFAULT;
		word = page_type(d, to_mfn(word));
		if (guest_write_elem(array, i, &word, sizeof(word)))
			return -XY_EFAULT;
	}
	return 0;
}

/* ---- CPU policy ---- */

static const struct cpuid_policy *policy_of(const struct domain *d)
{
	return d->cpuid ? d->cpuid : cpuid_default(d->privileged);
}

static struct policy_lists lists_of(const struct xy_domctl_cpu_policy *p)
{
	return (struct policy_lists){
		.leaves = p->leaves, .nr_leaves = p->nr_leaves,
		.msrs = p->msrs, .nr_msrs = p->nr_msrs,
	};
}

int domctl_get_policy(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct policy_lists l = lists_of(&op->u.cpu_policy);
	int rc = policy_give(policy_of(d), &l);

	(void)by;
	op->u.cpu_policy.nr_leaves = l.nr_leaves;
	op->u.cpu_policy.nr_msrs = l.nr_msrs;
	return rc;
}

static bool has_context(const struct domain *d)
{
	for (unsigned int i = 0; i < d->max_vcpus; i++)
		if (d->vcpus[i] && d->vcpus[i]->initialised)
			return true;
	return false;
}

int domctl_set_policy(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct policy_lists l = lists_of(&op->u.cpu_policy);
	struct cpuid_policy *p;
	int rc;

	(void)by;
	if (has_context(d))
		return -XY_EEXIST;
	p = pool_alloc(sizeof(*p));
	if (p == NULL)
		return -XY_ENOMEM;
	*p = *policy_of(d);
	rc = policy_take(p, &l);
	op->u.cpu_policy.err_leaf = l.err_leaf;
	op->u.cpu_policy.err_subleaf = l.err_subleaf;
	op->u.cpu_policy.err_msr = l.err_msr;
	if (rc) {
		pool_free(p);
		return rc;
	}
	cpuid_policy_limit(p, cpuid_default(d->privileged));
	pool_free(d->cpuid);
	d->cpuid = p;
	return 0;
}
