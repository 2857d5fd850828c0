/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * physdev_op (33): interrupts of real devices, and the I/O privilege of a
 * vCPU.  rdi: sub-op, rsi: structure.  All but the I/O privilege need rights
 * to interrupts.
 */
#include "abi/physdev.h"
#include "call/call.h"
#include "core/irq.h"
#include "core/pirq.h"

#define MAX_PORTS	65536u

static int64_t irq_status(struct vcpu *v, guest_va_t at)
{
	struct xy_physdev_irq_status_query q;

	if (guest_read(&q, at, sizeof(q)))
		return -XY_EFAULT;
	if (q.irq >= PIRQ_COUNT)
		return -XY_EINVAL;
	q.flags = pirq_needs_eoi(v->domain, q.irq) ? XY_IRQSTAT_needs_eoi : 0;
	return guest_write(at, &q, sizeof(q));
}

static int64_t set_iopl(struct vcpu *v, guest_va_t at)
{
	struct xy_physdev_set_iopl s;

	if (guest_read(&s, at, sizeof(s)))
		return -XY_EFAULT;
	if (s.iopl > 3)
		return -XY_EINVAL;
	v->iopl = (uint8_t)s.iopl;
	return 0;
}

static int64_t set_iobitmap(struct vcpu *v, guest_va_t at)
{
	struct xy_physdev_set_iobitmap s;

	if (guest_read(&s, at, sizeof(s)))
		return -XY_EFAULT;
	if (s.nr_ports > MAX_PORTS ||
	    !guest_range_ok(to_guest(s.bitmap), (s.nr_ports + 7) / 8))
		return -XY_EINVAL;
	v->io_bitmap = to_guest(s.bitmap);
	v->io_bitmap_ports = s.nr_ports;
	return 0;
}

static int map_one(struct domain *d, struct xy_physdev_map_pirq *m)
{
	struct msi_request msi = {
		.bus = (uint8_t)m->bus, .devfn = (uint8_t)m->devfn,
		.entry = (uint16_t)m->entry_nr, .table_base = m->table_base,
	};

	switch (m->type) {
	case XY_MAP_PIRQ_TYPE_GSI:
		return pirq_map_gsi(d, m->index, &m->pirq);
	case XY_MAP_PIRQ_TYPE_MSI_SEG:
		msi.seg = (uint16_t)(m->bus >> 16);
		/* fall through */
	case XY_MAP_PIRQ_TYPE_MSI:
		return pirq_map_msi(d, &msi, &m->pirq);
	}
	return -XY_EINVAL;	/* several vectors: the kernel takes one */
}

static int64_t map_pirq(struct vcpu *v, guest_va_t at)
{
	struct xy_physdev_map_pirq m;
	struct domain *d;
	int rc;

	if (guest_read(&m, at, sizeof(m)))
		return -XY_EFAULT;
	rc = dom_resolve(v, m.domid, &d);
	if (rc)
		return rc;
	rc = map_one(d, &m);
	if (rc == 0)
		rc = guest_write(at, &m, sizeof(m));
	dom_put(d);
	return rc;
}

static int64_t unmap_pirq(struct vcpu *v, guest_va_t at)
{
	struct xy_physdev_unmap_pirq u;
	struct domain *d;
	int rc;

	if (guest_read(&u, at, sizeof(u)))
		return -XY_EFAULT;
	rc = dom_resolve(v, u.domid, &d);
	if (rc)
		return rc;
	rc = pirq_unmap(d, u.pirq);
	dom_put(d);
	return rc;
}

static int64_t setup_gsi(guest_va_t at)
{
	struct xy_physdev_setup_gsi s;

	if (guest_read(&s, at, sizeof(s)))
		return -XY_EFAULT;
	if (s.gsi < 0)
		return -XY_EINVAL;
	return irq_gsi_setup((unsigned int)s.gsi, s.triggering, s.polarity);
}

static int64_t eoi(struct vcpu *v, guest_va_t at)
{
	struct xy_physdev_eoi e;

	if (guest_read(&e, at, sizeof(e)))
		return -XY_EFAULT;
	return pirq_eoi(v->domain, e.irq);
}

static int64_t alloc_vector(guest_va_t at)
{
	struct xy_physdev_irq i;

	if (guest_read(&i, at, sizeof(i)))
		return -XY_EFAULT;
	i.vector = i.irq;	/* a name for it, nothing else */
	return guest_write(at, &i, sizeof(i));
}

static int64_t with_rights(struct vcpu *v, uint32_t op, guest_va_t at)
{
	switch (op) {
	case XY_PHYSDEVOP_irq_status_query:
		return irq_status(v, at);
	case XY_PHYSDEVOP_alloc_irq_vector:
		return alloc_vector(at);
	case XY_PHYSDEVOP_eoi:
		return eoi(v, at);
	case XY_PHYSDEVOP_map_pirq:
		return map_pirq(v, at);
	case XY_PHYSDEVOP_unmap_pirq:
		return unmap_pirq(v, at);
	case XY_PHYSDEVOP_setup_gsi:
		return setup_gsi(at);
	case XY_PHYSDEVOP_manage_pci_add:
	case XY_PHYSDEVOP_manage_pci_remove:
	case XY_PHYSDEVOP_manage_pci_add_ext:
	case XY_PHYSDEVOP_pci_device_add:
	case XY_PHYSDEVOP_pci_device_remove:
	case XY_PHYSDEVOP_pci_mmcfg_reserved:
		return 0;	/* nothing depends on the list of devices */
	}
	return -XY_ENOSYS;
}

int64_t hc_physdev_op(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[1]);
	uint32_t op = (uint32_t)c->arg[0];

	if (op == XY_PHYSDEVOP_set_iopl)
		return set_iopl(v, at);
	if (op == XY_PHYSDEVOP_set_iobitmap)
		return set_iobitmap(v, at);
	if (!v->domain->rights.irqs)
		return -XY_EPERM;
	return with_rights(v, op, at);
}
