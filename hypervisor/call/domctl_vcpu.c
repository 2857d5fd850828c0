/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * domctl: vCPUs, their contexts and where they may run.
 *
 * The context calls find the domain standing still.  A vCPU that is not there
 * is -ESRCH, an id that the domain cannot have -EINVAL.
 */
#include "abi/regs.h"
#include "abi/vcpu.h"
#include "call/bitmap.h"
#include "call/domctl.h"
#include "core/cpus.h"
#include "core/pool.h"
#include "core/sched.h"
#include "core/time.h"

int domctl_set_context(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct xy_vcpu_guest_context *c;
	struct vcpu *v;
	int rc = domctl_vcpu(d, op->u.vcpucontext.vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	c = pool_alloc(sizeof(*c));
	if (c == NULL)
		return -XY_ENOMEM;
	rc = guest_read(c, to_guest(op->u.vcpucontext.ctxt), sizeof(*c));
	if (rc == 0)
		rc = vcpu_set_context(v, c);
	pool_free(c);
	/* Builders clear shared_info, and other tools' builders last of all. */
	if (rc == 0 && v->id == 0)
		time_publish_wall(d);
	return rc;
}

int domctl_get_context(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct xy_vcpu_guest_context *c;
	struct vcpu *v;
	int rc = domctl_vcpu(d, op->u.vcpucontext.vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	if (!v->initialised)
		return -XY_ENODATA;
	c = pool_alloc(sizeof(*c));
	if (c == NULL)
		return -XY_ENOMEM;
	vcpu_get_context(v, c);
	rc = guest_write(to_guest(op->u.vcpucontext.ctxt), c, sizeof(*c));
	pool_free(c);
	return rc;
}

int domctl_vcpu_info(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct xy_domctl_getvcpuinfo *info = &op->u.getvcpuinfo;
	uint64_t ns[4];
	struct vcpu *v;
	int rc = domctl_vcpu(d, info->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	sched_account(v, ns);
	info->online = !(v->pause & PAUSE_DOWN);
	info->blocked = v->state == VCPU_BLOCKED;
	info->running = v->state == VCPU_RUNNING;
	info->cpu_time = ns[VCPU_RUNNING];
	info->cpu = v->cpu;
	return 0;
}

/* ---- affinity ---- */

static uint64_t effective(uint64_t wish)
{
	return wish & cpus_online() ? wish & cpus_online() : cpus_online();
}

static int give_affinity(const struct vcpu *v,
			 const struct xy_domctl_vcpuaffinity *a)
{
	int rc = 0;

	if (a->flags & XY_VCPUAFFINITY_HARD)
		rc = bitmap_write(&a->cpumap_hard, effective(v->hard_cpus));
	if (rc == 0 && a->flags & XY_VCPUAFFINITY_SOFT)
		rc = bitmap_write(&a->cpumap_soft, effective(v->soft_cpus));
	return rc;
}

static bool flags_ok(const struct xy_domctl_vcpuaffinity *a)
{
	const uint32_t maps = XY_VCPUAFFINITY_HARD | XY_VCPUAFFINITY_SOFT;

	return a->flags & maps &&
	       !(a->flags & ~(maps | XY_VCPUAFFINITY_FORCE));
}

/* Both maps are read and judged before the first is taken over. */
int domctl_set_affinity(struct vcpu *by, struct domain *d,
			struct xy_domctl *op)
{
	const struct xy_domctl_vcpuaffinity *a = &op->u.vcpuaffinity;
	uint64_t hard, soft;
	struct vcpu *v;
	int rc = domctl_vcpu(d, a->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	if (!flags_ok(a))
		return -XY_EINVAL;
	hard = v->hard_cpus;
	soft = v->soft_cpus;
	if (a->flags & XY_VCPUAFFINITY_HARD)
		rc = bitmap_read(&hard, &a->cpumap_hard);
	if (rc == 0 && a->flags & XY_VCPUAFFINITY_SOFT)
		rc = bitmap_read(&soft, &a->cpumap_soft);
	if (rc)
		return rc;
	if (a->flags & XY_VCPUAFFINITY_HARD && !(hard & cpus_online()))
		return -XY_EINVAL;
	v->hard_cpus = hard;
	v->soft_cpus = soft;
	return give_affinity(v, a);
}

int domctl_get_affinity(struct vcpu *by, struct domain *d,
			struct xy_domctl *op)
{
	const struct xy_domctl_vcpuaffinity *a = &op->u.vcpuaffinity;
	struct vcpu *v;
	int rc = domctl_vcpu(d, a->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	if (!flags_ok(a) || a->flags & XY_VCPUAFFINITY_FORCE)
		return -XY_EINVAL;
	return give_affinity(v, a);
}

/* ---- the callbacks that the context has no room for ---- */

int domctl_set_ext_context(struct vcpu *by, struct domain *d,
			   struct xy_domctl *op)
{
	const struct xy_domctl_ext_vcpucontext *x = &op->u.ext_vcpucontext;
	struct vcpu *v;
	int rc = domctl_vcpu(d, x->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	if (!va_canonical(x->syscall32_callback_eip) ||
	    !va_canonical(x->sysenter_callback_eip))
		return -XY_EINVAL;
	v->callbacks[CB_SYSCALL32] = (struct callback){
		x->syscall32_callback_eip, x->syscall32_disables_events };
	v->callbacks[CB_SYSENTER] = (struct callback){
		x->sysenter_callback_eip, x->sysenter_disables_events };
	return 0;
}

int domctl_get_ext_context(struct vcpu *by, struct domain *d,
			   struct xy_domctl *op)
{
	struct xy_domctl_ext_vcpucontext *x = &op->u.ext_vcpucontext;
	struct vcpu *v;
	int rc = domctl_vcpu(d, x->vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	*x = (struct xy_domctl_ext_vcpucontext){
		.vcpu = v->id,
		.size = sizeof(*x),
		.syscall32_callback_eip = v->callbacks[CB_SYSCALL32].address,
		.sysenter_callback_eip = v->callbacks[CB_SYSENTER].address,
		.syscall32_callback_cs = XY_FLAT_KERNEL_CS,
		.sysenter_callback_cs = XY_FLAT_KERNEL_CS,
		.syscall32_disables_events =
			v->callbacks[CB_SYSCALL32].mask_events,
		.sysenter_disables_events =
			v->callbacks[CB_SYSENTER].mask_events,
	};
	return 0;
}

/* ---- what is done to a vCPU from outside ---- */

/* The others are buttons of a machine that a PV guest does not have. */
int domctl_trigger(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct vcpu *v;
	int rc = domctl_vcpu(d, op->u.sendtrigger.vcpu, &v);

	(void)by;
	if (rc)
		return rc;
	if (op->u.sendtrigger.trigger != XY_DOMCTL_SENDTRIGGER_NMI)
		return -XY_ENOSYS;
	vcpu_send_nmi(v);
	return 0;
}
