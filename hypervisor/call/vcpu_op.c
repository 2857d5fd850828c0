/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vcpu_op (24): a domain manages its own vCPUs.  rdi: sub-op, rsi: vCPU,
 * rdx: argument.  An unknown vCPU is -ENOENT: kernels count their CPUs so.
 */
#include "abi/vcpu.h"
#include "call/call.h"
#include "core/arch.h"
#include "core/pool.h"
#include "core/runstate.h"
#include "core/sched.h"

#define MIN_PERIOD_NS	1000000UL
#define MAX_PERIOD_NS	(~0UL >> 2)	/* now plus it never wraps */

static int64_t initialise(struct vcpu *v, guest_va_t at)
{
	struct xy_vcpu_guest_context *c;
	int rc;

	if (v->initialised)
		return -XY_EEXIST;
	if (v->id >= XY_LEGACY_MAX_VCPUS && mfn_none(v->info_frame))
		return -XY_EINVAL;
	c = pool_alloc(sizeof(*c));
	if (c == NULL)
		return -XY_ENOMEM;
	rc = guest_read(c, at, sizeof(*c));
	if (rc == 0)
		rc = vcpu_set_context(v, c);
	pool_free(c);
	return rc;
}

static bool last_one_up(struct vcpu *v)
{
	for (unsigned int i = 0; i < v->domain->max_vcpus; i++) {
		struct vcpu *o = v->domain->vcpus[i];

		if (o && o != v && !(o->pause & PAUSE_DOWN))
			return false;
	}
	return true;
}

static int64_t down(struct vcpu *v)
{
	if (last_one_up(v))
		dom_shutdown(v->domain, 0);
	else
		vcpu_down(v);
	return 0;
}

static int64_t give_runstate(struct vcpu *v, guest_va_t at)
{
	struct xy_vcpu_runstate_info info = { 0 };

	runstate_fill(v, &info);
	return guest_write(at, &info, sizeof(info));
}

static int64_t register_area(struct vcpu *caller, struct vcpu *v,
			     guest_va_t at, guest_va_t *area, uint64_t bytes)
{
	uint64_t va;

	if (guest_read(&va, at, sizeof(va)))
		return -XY_EFAULT;
	if (va && !guest_range_ok(to_guest(va), bytes))
		return -XY_EINVAL;
	*area = to_guest(va);
	if (v == caller)
		runstate_update(v);
	return 0;
}

static int64_t set_periodic(struct vcpu *v, guest_va_t at)
{
	struct xy_vcpu_set_periodic_timer p;

	if (guest_read(&p, at, sizeof(p)))
		return -XY_EFAULT;
	if (p.period_ns < MIN_PERIOD_NS || p.period_ns > MAX_PERIOD_NS)
		return -XY_EINVAL;
	v->period_ns = p.period_ns;
	timer_arm(&v->periodic, arch_now_ns() + p.period_ns);
	return 0;
}

/* A deadline in the past fires at once, whatever the flags say. */
static int64_t set_singleshot(struct vcpu *v, guest_va_t at)
{
	struct xy_vcpu_set_singleshot_timer s;

	if (guest_read(&s, at, sizeof(s)))
		return -XY_EFAULT;
	timer_arm(&v->singleshot, s.timeout_abs_ns);
	return 0;
}

static int64_t register_info(struct vcpu *caller, struct vcpu *v,
			     guest_va_t at)
{
	struct xy_vcpu_register_vcpu_info r;

	if (guest_read(&r, at, sizeof(r)))
		return -XY_EFAULT;
	if (v != caller && !(v->pause & PAUSE_DOWN))
		return -XY_EINVAL;
	return vcpu_register_info(v, to_mfn(r.mfn), r.offset);
}

static int64_t on_itself(struct vcpu *v, uint32_t op, guest_va_t at)
{
	switch (op) {
	case XY_VCPUOP_set_singleshot_timer:
		return set_singleshot(v, at);
	case XY_VCPUOP_stop_singleshot_timer:
		timer_stop(&v->singleshot);
		return 0;
	}
	return -XY_ENOSYS;
}

int64_t hc_vcpu_op(struct vcpu *caller, struct call *c)
{
	guest_va_t at = to_guest(c->arg[2]);
	uint64_t id = (uint32_t)c->arg[1];
	struct vcpu *v;

	if (id >= caller->domain->max_vcpus ||
	    caller->domain->vcpus[id] == NULL)
		return -XY_ENOENT;
	v = caller->domain->vcpus[id];
	switch ((uint32_t)c->arg[0]) {
	case XY_VCPUOP_initialise:
		return initialise(v, at);
	case XY_VCPUOP_up:
		return vcpu_up(v);
	case XY_VCPUOP_down:
		return down(v);
	case XY_VCPUOP_is_up:
		return !(v->pause & PAUSE_DOWN);
	case XY_VCPUOP_get_runstate_info:
		return give_runstate(v, at);
	case XY_VCPUOP_register_runstate_memory_area:
		return register_area(caller, v, at, &v->runstate_area,
				     sizeof(struct xy_vcpu_runstate_info));
	case XY_VCPUOP_register_vcpu_time_memory_area:
		return register_area(caller, v, at, &v->time_area,
				     sizeof(struct xy_vcpu_time_info));
	case XY_VCPUOP_set_periodic_timer:
		return set_periodic(v, at);
	case XY_VCPUOP_stop_periodic_timer:
		v->period_ns = 0;
		timer_stop(&v->periodic);
		return 0;
	case XY_VCPUOP_register_vcpu_info:
		return register_info(caller, v, at);
	case XY_VCPUOP_send_nmi:
		vcpu_send_nmi(v);
		return 0;
	}
	return v == caller ? on_itself(v, (uint32_t)c->arg[0], at) :
	       -XY_EINVAL;
}
