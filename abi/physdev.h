/* SPDX-License-Identifier: MIT */
/*
 * physdev_op (call 33): interrupts of real devices, PCI devices and port
 * rights. rdi is the sub-op, rsi the handle of the structure. Only
 * set_iopl and set_iobitmap are open to a domain that is not dom0.
 *
 * A pirq is a domain's own number for a physical interrupt; a GSI below 16
 * and up to the number of IOAPIC pins keeps its number.
 *
 * Source: public physdev.h of 4.17.
 */
#ifndef XY_ABI_PHYSDEV_H
#define XY_ABI_PHYSDEV_H

#include "abi/base.h"

#define XY_PHYSDEVOP_irq_status_query	5
#define XY_PHYSDEVOP_set_iopl		6
#define XY_PHYSDEVOP_set_iobitmap	7
#define XY_PHYSDEVOP_apic_read		8
#define XY_PHYSDEVOP_apic_write		9
#define XY_PHYSDEVOP_alloc_irq_vector	10
#define XY_PHYSDEVOP_free_irq_vector	11
#define XY_PHYSDEVOP_eoi		12
#define XY_PHYSDEVOP_map_pirq		13
#define XY_PHYSDEVOP_unmap_pirq		14
#define XY_PHYSDEVOP_manage_pci_add	15
#define XY_PHYSDEVOP_manage_pci_remove	16
#define XY_PHYSDEVOP_pirq_eoi_gmfn_v1	17
#define XY_PHYSDEVOP_restore_msi	19
#define XY_PHYSDEVOP_manage_pci_add_ext	20
#define XY_PHYSDEVOP_setup_gsi		21
#define XY_PHYSDEVOP_get_free_pirq	23
#define XY_PHYSDEVOP_pci_mmcfg_reserved	24
#define XY_PHYSDEVOP_pci_device_add	25
#define XY_PHYSDEVOP_pci_device_remove	26
#define XY_PHYSDEVOP_restore_msi_ext	27
#define XY_PHYSDEVOP_pirq_eoi_gmfn_v2	28
#define XY_PHYSDEVOP_dbgp_op		29
#define XY_PHYSDEVOP_prepare_msix	30
#define XY_PHYSDEVOP_release_msix	31

struct xy_physdev_eoi {
	uint32_t irq;			/* pirq */
};
XY_SIZE(struct xy_physdev_eoi, 4);

/* A page of bits, one per pirq: set means "needs an eoi". */
struct xy_physdev_pirq_eoi_gmfn {
	uint64_t gmfn;
};
XY_SIZE(struct xy_physdev_pirq_eoi_gmfn, 8);

#define XY_IRQSTAT_needs_eoi	(1U << 0)
#define XY_IRQSTAT_shared	(1U << 1)

struct xy_physdev_irq_status_query {
	uint32_t irq;			/* pirq */
	uint32_t flags;			/* OUT: XY_IRQSTAT_ */
};
XY_SIZE(struct xy_physdev_irq_status_query, 8);

struct xy_physdev_set_iopl {
	uint32_t iopl;			/* 0 to 3, of this vCPU */
};
XY_SIZE(struct xy_physdev_set_iopl, 4);

struct xy_physdev_set_iobitmap {
	uint64_t bitmap;		/* handle of bytes; 0 bit: allowed */
	uint32_t nr_ports;		/* bits */
};
XY_SIZE(struct xy_physdev_set_iobitmap, 16);
XY_AT(struct xy_physdev_set_iobitmap, nr_ports, 8);

struct xy_physdev_apic {
	uint64_t apic_physbase;		/* of an IOAPIC */
	uint32_t reg;
	uint32_t value;			/* read: OUT */
};
XY_SIZE(struct xy_physdev_apic, 16);

struct xy_physdev_irq {
	uint32_t irq;
	uint32_t vector;		/* OUT */
};
XY_SIZE(struct xy_physdev_irq, 8);

#define XY_MAP_PIRQ_TYPE_MSI		0x0
#define XY_MAP_PIRQ_TYPE_GSI		0x1
#define XY_MAP_PIRQ_TYPE_UNKNOWN	0x2
#define XY_MAP_PIRQ_TYPE_MSI_SEG	0x3
#define XY_MAP_PIRQ_TYPE_MULTI_MSI	0x4

struct xy_physdev_map_pirq {
	uint16_t domid;
	int32_t type;			/* XY_MAP_PIRQ_TYPE_ */
	int32_t index;			/* GSI number; MSI: ignored */
	int32_t pirq;			/* INOUT: < 0 asks for a free one */
	int32_t bus;			/* MSI; MSI_SEG: segment << 16 | bus */
	int32_t devfn;			/* MSI */
	int32_t entry_nr;		/* MSI-X entry; MULTI: INOUT count */
	uint64_t table_base;		/* MSI-X: BAR address; MSI: 0 */
};
XY_SIZE(struct xy_physdev_map_pirq, 40);
XY_AT(struct xy_physdev_map_pirq, pirq, 12);
XY_AT(struct xy_physdev_map_pirq, table_base, 32);

struct xy_physdev_unmap_pirq {
	uint16_t domid;
	int32_t pirq;
};
XY_SIZE(struct xy_physdev_unmap_pirq, 8);

struct xy_physdev_setup_gsi {
	int32_t gsi;
	uint8_t triggering;		/* 0 edge, 1 level */
	uint8_t polarity;		/* 0 high, 1 low */
};
XY_SIZE(struct xy_physdev_setup_gsi, 8);
XY_AT(struct xy_physdev_setup_gsi, triggering, 4);

struct xy_physdev_get_free_pirq {
	int32_t type;			/* XY_MAP_PIRQ_TYPE_ */
	uint32_t pirq;			/* OUT */
};
XY_SIZE(struct xy_physdev_get_free_pirq, 8);

#define XY_PCI_MMCFG_RESERVED	0x1

struct xy_physdev_pci_mmcfg_reserved {
	uint64_t address;		/* of bus 0 */
	uint16_t segment;
	uint8_t start_bus;
	uint8_t end_bus;		/* inclusive */
	uint32_t flags;			/* XY_PCI_MMCFG_ */
};
XY_SIZE(struct xy_physdev_pci_mmcfg_reserved, 16);

#define XY_PCI_DEV_EXTFN	0x1
#define XY_PCI_DEV_VIRTFN	0x2
#define XY_PCI_DEV_PXM		0x4	/* optarr[0] holds the node */

struct xy_physdev_pci_device_add {
	uint16_t seg;
	uint8_t bus;
	uint8_t devfn;
	uint32_t flags;			/* XY_PCI_DEV_ */
	struct {
		uint8_t bus;
		uint8_t devfn;
	} physfn;			/* of a VIRTFN */
	uint32_t optarr[];
};
XY_SIZE(struct xy_physdev_pci_device_add, 12);
XY_AT(struct xy_physdev_pci_device_add, physfn, 8);

/* pci_device_remove, restore_msi_ext, prepare_msix, release_msix */
struct xy_physdev_pci_device {
	uint16_t seg;
	uint8_t bus;
	uint8_t devfn;
};
XY_SIZE(struct xy_physdev_pci_device, 4);

struct xy_physdev_restore_msi {
	uint8_t bus;
	uint8_t devfn;
};
XY_SIZE(struct xy_physdev_restore_msi, 2);

/* manage_pci_add and manage_pci_remove: the old forms, segment 0 */
struct xy_physdev_manage_pci {
	uint8_t bus;
	uint8_t devfn;
};
XY_SIZE(struct xy_physdev_manage_pci, 2);

#define XY_PHYSDEVOP_DBGP_RESET_PREPARE	1
#define XY_PHYSDEVOP_DBGP_RESET_DONE	2

#endif /* XY_ABI_PHYSDEV_H */
