// SPDX-License-Identifier: GPL-2.0-only
/*
 * The change between guest kernel and guest user mode, which the processor
 * does not know: for it both are CPL 3.
 *
 * Rules:
 *  1. v->kernel_mode, the loaded root and the active GS base change together,
 *     here and nowhere else while the vCPU runs.
 *  2. The GS base that becomes inactive is saved in the vCPU: with FSGSBASE a
 *     guest changes its active base without a trap, the inactive one never.
 *
 * No lock: works on the vCPU that runs on this CPU.  It does not check that
 * there is a user root: the callers do.  Next: bounce.c, call/iret.c.
 */
#include "core/mode.h"
#include "core/arch.h"
#include "core/runstate.h"

void vcpu_toggle_mode(struct vcpu *v)
{
	if (v->kernel_mode)
		v->gs_base_kernel = arch_gs_base();
	else
		v->gs_base_user = arch_gs_base();
	v->kernel_mode = !v->kernel_mode;
	arch_swapgs();
	if (v->kernel_mode)
		arch_enter_kernel(v);
	else
		arch_enter_user(v);
	/* The areas it registered can be reached again. */
	if (v->kernel_mode && v->runstate_late)
		runstate_update(v);
}
