/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * domctl: a domain's life, from createdomain to destroydomain.
 *
 * A pause is a number: N pauses need N unpauses, and a new domain has one.
 * destroydomain comes again until everything is given back; a domain that
 * others still hold then stays in the list, dying.
 *
 * One domctl at a time; the life-cycle functions take the domain's lock.
 */
#include "abi/vcpu.h"
#include "call/domain_info.h"
#include "call/domctl.h"
#include "lib/string.h"

/* What a PV domain can have: nothing of HVM, IOMMU or tracing. */
static bool config_ok(const struct xy_domctl_createdomain *c)
{
	uint32_t version = c->grant_opts & XY_DOMCTL_GRANT_version_mask;

	if (c->flags & ~XY_DOMCTL_CDF_xs_domain || c->iommu_opts)
		return false;
	if (c->grant_opts & ~XY_DOMCTL_GRANT_version_mask ||
	    version < 1 || version > 2)
		return false;
	return !c->vmtrace_size && !c->cpupool_id &&
	       !c->arch.emulation_flags &&
	       !(c->arch.misc_flags & ~XY_X86_MSR_RELAXED);
}

int domctl_create(struct vcpu *by, struct domain *none, struct xy_domctl *op)
{
	const struct xy_domctl_createdomain *c = &op->u.createdomain;
	struct dom_config config = {
		.max_vcpus = c->max_vcpus,
		.max_evtchn_port = c->max_evtchn_port,
		.max_grant_frames = c->max_grant_frames < 0 ? 0 :
				    (unsigned int)c->max_grant_frames,
		.max_maptrack_frames = c->max_maptrack_frames < 0 ? 0 :
				       (unsigned int)c->max_maptrack_frames,
	};
	uint16_t id = op->domain;
	struct domain *d;
	int rc;

	(void)by;
	(void)none;
	if (!config_ok(c))
		return -XY_EINVAL;
	memcpy(config.handle, c->handle, sizeof(config.handle));
	if (id == 0 || id >= XY_DOMID_FIRST_RESERVED)
		id = XY_DOMID_INVALID;
	rc = dom_create(id, &config, &d);
	if (rc == 0)
		op->domain = d->id;
	return rc;
}

int domctl_destroy(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	(void)op;
	return dom_destroy(d);
}

int domctl_pause(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	int rc = domctl_hold(d);

	(void)by;
	(void)op;
	/* The pause of the hold becomes the tools' own. */
	if (rc == 0)
		d->held = false;
	return rc;
}

int domctl_unpause(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	(void)op;
	if (d->pause_count == 0)
		return -XY_EINVAL;
	dom_unpause(d);
	return 0;
}

int domctl_info(struct vcpu *by, struct domain *none, struct xy_domctl *op)
{
	struct domain *d = dom_get_from(op->domain);

	(void)by;
	(void)none;
	if (d == NULL)
		return -XY_ESRCH;
	domain_info_fill(d, &op->u.getdomaininfo);
	op->domain = d->id;
	dom_put(d);
	return 0;
}

int domctl_max_mem(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	/* Less than it has now is fine: it gets no more until it is below. */
	__atomic_store_n(&d->max_pages, op->u.max_mem.max_memkb >>
			 (PAGE_SHIFT - 10), __ATOMIC_RELAXED);
	return 0;
}

int domctl_max_vcpus(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	if (op->u.max_vcpus.max != d->max_vcpus)
		return -XY_EINVAL;
	for (unsigned int i = 0; i < d->max_vcpus; i++)
		if (d->vcpus[i] == NULL && vcpu_create(d, i) == NULL)
			return -XY_ENOMEM;
	return 0;
}

int domctl_resume(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	(void)op;
	if (!d->shut_down)
		return -XY_EINVAL;
	dom_resume(d);
	return 0;
}

int domctl_set_handle(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	memcpy(d->handle, op->u.setdomainhandle.handle, sizeof(d->handle));
	return 0;
}
