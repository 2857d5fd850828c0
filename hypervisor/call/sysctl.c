/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysctl (35): what the tools ask about the machine.  rdi: the envelope.
 *
 * Privilege is the dispatcher's; here come version, operation, and the lists
 * of domains and pools.  There is one pool, number 0, with every CPU in it.
 * Nothing here changes a domain, so that no lock is needed; the list of
 * domains may change between two entries of an answer.
 *
 * Next station of the tour: call/platform_op.c.
 */
#include "call/sysctl.h"
#include "abi/control.h"
#include "abi/domctl.h"
#include "call/bitmap.h"
#include "call/domain_info.h"
#include "core/con.h"
#include "core/cpus.h"
#include "core/keys.h"

#define LOG_CHUNK	512u
#define KEYS_MAX	32u

static int readconsole(struct xy_sysctl *op)
{
	struct xy_sysctl_readconsole *r = &op->u.readconsole;
	uint64_t index = r->incremental ? r->index : 0;
	uint32_t done = 0;

	while (done < r->count) {
		char text[LOG_CHUNK];
		size_t n = con_read_ring(&index, text,
					 min_u64(r->count - done, LOG_CHUNK));

		if (n == 0)
			break;
		if (guest_write(to_guest(r->buffer + done), text, n))
			return -XY_EFAULT;
		done += (uint32_t)n;
	}
	if (r->clear)
		con_clear_ring();
	r->count = done;
	r->index = (uint32_t)index;
	return 0;
}

static int domain_list(struct xy_sysctl *op)
{
	struct xy_sysctl_getdomaininfolist *l = &op->u.getdomaininfolist;
	struct domain *d = dom_get_from(l->first_domain);

	for (l->num_domains = 0; d && l->num_domains < l->max_domains;
	     l->num_domains++) {
		struct xy_domctl_getdomaininfo info;

		domain_info_fill(d, &info);
		if (guest_write_elem(to_guest(l->buffer), l->num_domains,
				     &info, sizeof(info))) {
			dom_put(d);
			return -XY_EFAULT;
		}
		d = dom_next(d);
	}
	if (d)
		dom_put(d);
	return 0;
}

static int debug_keys(struct xy_sysctl *op)
{
	const struct xy_sysctl_debug_keys *k = &op->u.debug_keys;

	if (k->nr_keys > KEYS_MAX)
		return -XY_E2BIG;
	for (uint32_t i = 0; i < k->nr_keys; i++) {
		char c;

		if (guest_read_elem(&c, to_guest(k->keys), i, sizeof(c)))
			return -XY_EFAULT;
		keys_press(c);
	}
	return 0;
}

static int sched_id(struct xy_sysctl *op)
{
	/* Weights are handled as tools expect of this one. */
	op->u.sched_id.sched_id = XY_SCHEDULER_CREDIT2;
	return 0;
}

static uint32_t count_domains(void)
{
	uint32_t n = 0;

	for (struct domain *d = dom_get_from(0); d; d = dom_next(d))
		n++;
	return n;
}

static int cpupool(struct xy_sysctl *op)
{
	struct xy_sysctl_cpupool_op *p = &op->u.cpupool_op;

	switch (p->op) {
	case XY_SYSCTL_CPUPOOL_OP_INFO:
		if (p->cpupool_id > 0)
			return -XY_ENOENT;
		p->sched_id = XY_SCHEDULER_CREDIT2;
		p->n_dom = count_domains();
		return bitmap_write(&p->cpumap, cpus_online());
	case XY_SYSCTL_CPUPOOL_OP_FREEINFO:
		return bitmap_write(&p->cpumap, 0);
	}
	return -XY_EOPNOTSUPP;
}

/* Who is woken runs at once: there is no limit to how often that may be. */
static int scheduler(struct xy_sysctl *op)
{
	struct xy_sysctl_scheduler_op *s = &op->u.scheduler_op;

	if (s->cpupool_id != 0 || s->sched_id != XY_SCHEDULER_CREDIT2)
		return -XY_EINVAL;
	if (s->cmd == XY_SYSCTL_SCHEDOP_getinfo) {
		s->u.sched_credit2.ratelimit_us = 0;
		return 0;
	}
	if (s->cmd != XY_SYSCTL_SCHEDOP_putinfo)
		return -XY_EINVAL;
	return s->u.sched_credit2.ratelimit_us ? -XY_EOPNOTSUPP : 0;
}

static sysctl_fn *const rows[] = {
	[XY_SYSCTL_readconsole] = readconsole,
	[XY_SYSCTL_physinfo] = sysctl_physinfo,
	[XY_SYSCTL_sched_id] = sched_id,
	[XY_SYSCTL_getdomaininfolist] = domain_list,
	[XY_SYSCTL_debug_keys] = debug_keys,
	[XY_SYSCTL_availheap] = sysctl_heap,
	[XY_SYSCTL_cputopoinfo] = sysctl_cpu_topology,
	[XY_SYSCTL_numainfo] = sysctl_numa,
	[XY_SYSCTL_cpupool_op] = cpupool,
	[XY_SYSCTL_scheduler_op] = scheduler,
	[XY_SYSCTL_pcitopoinfo] = sysctl_pci_topology,
	[XY_SYSCTL_get_cpu_levelling_caps] = sysctl_levelling_caps,
	[XY_SYSCTL_get_cpu_featureset] = sysctl_featureset,
	[XY_SYSCTL_get_cpu_policy] = sysctl_cpu_policy,
};

int64_t hc_sysctl(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[0]);
	struct xy_sysctl op;
	int rc;

	(void)v;
	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	if (op.interface_version != XY_SYSCTL_INTERFACE_VERSION)
		return -XY_EACCES;
	if (op.cmd >= ARRAY_SIZE(rows) || rows[op.cmd] == NULL)
		return -XY_ENOSYS;
	rc = rows[op.cmd](&op);
	return rc ? rc : guest_write(at, &op, sizeof(op));
}
