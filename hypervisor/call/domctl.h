/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside domctl: the operations by topic, and how each is to be called.
 *
 * An operation gets the domain it is about (with a reference of the caller's;
 * NULL when it has none) and a private copy of the envelope, which goes back
 * to the tools afterwards.  It returns 0 or a negative errno; -XY_ERESTART
 * makes the whole call come again with the tools' own envelope.
 */
#ifndef CALL_DOMCTL_H
#define CALL_DOMCTL_H

#include "abi/domctl.h"
#include "call/call.h"

typedef int domctl_fn(struct vcpu *by, struct domain *d, struct xy_domctl *op);

#define DOMCTL_NO_DOMAIN	1u	/* finds or makes its own */
#define DOMCTL_NOT_SELF		2u	/* -XY_EINVAL on the caller's domain */
#define DOMCTL_DYING_TOO	4u	/* else -XY_ESRCH when it is dying */
#define DOMCTL_STILL		8u	/* no vCPU of it runs meanwhile */
#define DOMCTL_COPY		16u	/* the envelope goes back on success */
#define DOMCTL_COPY_ERROR	32u	/* ... and on failure */

/*
 * Stops d's vCPUs for an operation: 0, or -XY_ERESTART while one of them is
 * still on a CPU.  Ended by domctl_release(), whoever began it.
 */
int domctl_hold(struct domain *d) must_check;
void domctl_release(struct domain *d);

/* The vCPU of that number: -XY_EINVAL cannot be, -XY_ESRCH is not there. */
int domctl_vcpu(struct domain *d, uint32_t id, struct vcpu **v) must_check;

/* domctl_life.c */
domctl_fn domctl_create, domctl_destroy, domctl_pause, domctl_unpause,
	domctl_info, domctl_max_mem, domctl_max_vcpus, domctl_resume,
	domctl_set_handle;
/* domctl_vcpu.c */
domctl_fn domctl_set_context, domctl_get_context, domctl_vcpu_info,
	domctl_set_affinity, domctl_get_affinity, domctl_set_ext_context,
	domctl_get_ext_context, domctl_trigger;
/* domctl_state.c */
domctl_fn domctl_set_xstate, domctl_get_xstate, domctl_get_msrs,
	domctl_set_msrs, domctl_page_info, domctl_set_policy,
	domctl_get_policy;
/* domctl_misc.c */
domctl_fn domctl_scheduler, domctl_call_page, domctl_time_offset,
	domctl_set_address_size, domctl_get_address_size, domctl_set_tsc,
	domctl_get_tsc, domctl_set_nodes, domctl_get_nodes, domctl_shadow;

#endif
