/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context switch.
 *
 * One stack per CPU makes it plain C: the register block at the top of the
 * stack is copied out, the other vCPU's copied in, and the same exit path
 * leaves with it.  A CPU that idles keeps the last vCPU's state loaded, so
 * that waking the same one costs nothing.
 *
 * Next station of the tour: call/dispatch.c.
 */
#include "entry/switch.h"
#include "core/arch.h"
#include "core/dom.h"
#include "core/heap.h"
#include "core/runstate.h"
#include "core/sched.h"
#include "core/time.h"
#include "core/vcpu.h"
#include "hw/cpu.h"
#include "hw/percpu.h"
#include "hw/seg.h"

#define MSR_TSC_AUX	0xc0000103

static void save(struct vcpu *v)
{
	v->regs = *vcpu_regs();
	seg_save(v);
	arch_fpu_save(v);
	__atomic_store_n(&v->on_cpu, false, __ATOMIC_RELEASE);
}

/* What programs read by RDTSCP and RDPID; some processors have neither. */
static void load_tsc_aux(const struct vcpu *before, const struct vcpu *v)
{
	if (before && before->tsc_aux == v->tsc_aux)
		return;
	if (arch_msr_write(MSR_TSC_AUX, v->tsc_aux))
		return;
}

static void load(struct percpu *p, struct vcpu *v)
{
	load_tsc_aux(p->loaded, v);
	v->cpu = p->cpu;
	v->on_cpu = true;
	p->loaded = v;
	__atomic_fetch_or(&v->domain->dirty_cpus, 1UL << p->cpu,
			  __ATOMIC_RELAXED);
	*vcpu_regs() = v->regs;
	seg_load_tables(v);
	arch_load_root(v);
	seg_load(v);
	arch_fpu_load(v);
	arch_debug_load(v);
	arch_control_changed(v);
}

void switch_to_next(void)
{
	struct percpu *p = percpu();
	struct vcpu *next;

	while ((next = sched_pick()) == NULL) {
		if (heap_clean_some())
			cpu_take_interrupts();
		else
			cpu_idle();
	}
	if (next != p->loaded) {
		if (p->loaded)
			save(p->loaded);
		load(p, next);
	} else if (!mfn_same(p->root, next->kernel_mode ? next->root_kernel :
			     next->root_user)) {
		arch_load_root(next);	/* it was moved to our own root */
	}
	time_update_vcpu(next);
	runstate_update(next);
}
