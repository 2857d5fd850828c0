// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpuid=, tsc_mode=, cpu_weight= and cpus= of a new domain.
 *
 * The hypervisor gives a domain a CPU policy of its own and lets the tools
 * take features away; what they ask for beyond it stays away.
 *
 * Rules: 1. a refusal ends the creation: a guest must not run on a CPU that
 * its configuration forbids; 2. a feature that was asked for and is not there
 * is a warning, since guests look before they use one.
 * Lock: none. Never: costs a hypercall without need. Next: create.c.
 */
#include "dom0-tools/xl/tuning.h"

#include <errno.h>
#include <string.h>

#include "abi/control.h"
#include "dom0-tools/xl/cpulist.h"

#define LEAVES_MAX 256u

static bool refused(const struct domain_config *c, const char *what, int err)
{
	report_error("cannot start '%s': the hypervisor refuses %s: %s",
		     c->name, what, strerror(-err));
	return false;
}

/* The domain's leaves, in the arena; *count of them. */
static int read_policy(struct xl *x, uint16_t domid,
		       struct xy_cpuid_leaf **leaves, uint32_t *count)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_get_cpu_policy,
		.domain = domid,
	};
	int err;

	*leaves = call_scratch(&x->call, LEAVES_MAX * sizeof(**leaves));
	if (!*leaves)
		return -ENOMEM;
	op.u.cpu_policy.nr_leaves = LEAVES_MAX;
	op.u.cpu_policy.leaves = (uintptr_t)*leaves;
	err = call_domctl(&x->call, &op);
	*count = op.u.cpu_policy.nr_leaves;
	return err;
}

static uint32_t *register_of(struct xy_cpuid_leaf *leaves, uint32_t count,
			     const struct cpuid_edit *e)
{
	struct xy_cpuid_leaf *l = leaves;

	while (l < leaves + count &&
	       (l->leaf != e->leaf || l->subleaf != e->subleaf))
		l++;
	if (l == leaves + count)
		return NULL;
	switch (e->reg) {
	case CPUID_EAX:
		return &l->a;
	case CPUID_EBX:
		return &l->b;
	case CPUID_ECX:
		return &l->c;
	case CPUID_EDX:
		return &l->d;
	}
	return NULL;
}

static void tell_missing(const struct domain_config *c,
			 const struct cpuid_edit *e, uint32_t missing)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };

	report_warning("'%s': cpuid: leaf 0x%x, %s: 0x%x was asked for and is "
		       "not to be had here", c->name, e->leaf, names[e->reg],
		       missing);
}

static int write_policy(struct xl *x, uint16_t domid,
			struct xy_cpuid_leaf *leaves, uint32_t count)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_set_cpu_policy,
		.domain = domid,
	};

	op.u.cpu_policy.nr_leaves = count;
	op.u.cpu_policy.leaves = (uintptr_t)leaves;
	return call_domctl(&x->call, &op);
}

static int edit_policy(struct xl *x, uint16_t domid,
		       const struct domain_config *c)
{
	struct xy_cpuid_leaf *leaves;
	uint32_t count;
	int err = read_policy(x, domid, &leaves, &count);

	if (err)
		return err;
	for (size_t i = 0; i < c->cpuid.count; i++) {
		const struct cpuid_edit *e = &c->cpuid.edits[i];
		uint32_t *r = register_of(leaves, count, e);

		if (r)
			*r = (*r & ~e->clear) | e->set;
	}
	err = write_policy(x, domid, leaves, count);
	if (!err)
		err = read_policy(x, domid, &leaves, &count);
	for (size_t i = 0; !err && i < c->cpuid.count; i++) {
		const struct cpuid_edit *e = &c->cpuid.edits[i];
		uint32_t *r = register_of(leaves, count, e);
		uint32_t missing = e->set & ~(r ? *r : 0);

		if (missing)
			tell_missing(c, e, missing);
	}
	return err;
}

static bool set_policy(struct xl *x, uint16_t domid,
		       const struct domain_config *c)
{
	size_t mark = call_mark(&x->call);
	int err = edit_policy(x, domid, c);

	call_rewind(&x->call, mark);
	return err ? refused(c, "its cpuid", err) : true;
}

static bool set_tsc(struct xl *x, uint16_t domid,
		    const struct domain_config *c)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_settscinfo,
		.domain = domid,
	};
	int err;

	op.u.tsc_info.tsc_mode = c->tsc_mode;
	err = call_domctl(&x->call, &op);
	if (err == -EOPNOTSUPP) {
		report_warning("'%s': this hypervisor does not emulate the "
			       "TSC: 'tsc_mode' has no effect", c->name);
		return true;
	}
	return err ? refused(c, "its tsc_mode", err) : true;
}

static bool set_weight(struct xl *x, uint16_t domid,
		       const struct domain_config *c)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_scheduler_op,
		.domain = domid,
	};
	int err;

	op.u.scheduler_op.sched_id = XY_SCHEDULER_CREDIT2;
	op.u.scheduler_op.cmd = XY_DOMCTL_SCHEDOP_putinfo;
	op.u.scheduler_op.u.credit2.weight = (uint16_t)c->cpu_weight;
	err = call_domctl(&x->call, &op);
	return err ? refused(c, "its cpu_weight", err) : true;
}

static bool set_cpus(struct xl *x, uint16_t domid,
		     const struct domain_config *c)
{
	for (uint32_t i = 0; i < c->max_vcpus; i++) {
		uint64_t maps[2] = { c->cpus[i % c->cpus_count], ~0ull };
		int err = vcpu_affinity(x, XY_DOMCTL_setvcpuaffinity, domid, i,
					maps);

		if (err)
			return refused(c, "its cpus", err);
	}
	return true;
}

bool tuning_apply(struct xl *x, uint16_t domid, const struct domain_config *c)
{
	return (!c->cpuid.count || set_policy(x, domid, c)) &&
	       (!c->tsc_mode || set_tsc(x, domid, c)) &&
	       (!c->cpu_weight || set_weight(x, domid, c)) &&
	       (!c->cpus_count || set_cpus(x, domid, c));
}
