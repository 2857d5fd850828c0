// SPDX-License-Identifier: GPL-2.0-only
/*
 * Port I/O of guests.
 *
 * Rules:
 *  1. First: may this mode of the vCPU use ports (virtual IOPL, else its
 *     bitmap)?  If not, #GP.  Then: does the access reach the machine (the
 *     domain's rights, the denied list)?  If not, it reads as all ones and a
 *     write is dropped.
 *  2. Three devices are shared with us and mediated: timer channel 2 with
 *     its gate in port 61, CMOS, PCI configuration.  The address registers
 *     of the last two are latched per domain.
 *  3. An access touching one denied port is denied as a whole.
 *  4. To a domain without ports timer channel 2 stands at zero, which a kernel
 *     takes for broken at once: it waits 50,000 reads for all ones to change.
 *     That is its one byte, also within a wider access.
 *
 * Locks: `pair` for CMOS; core/pci.c has its own.  The denied list is written
 * at boot only.  Next: pci.c.
 */
#include "core/ports.h"
#include "abi/mmu.h"
#include "core/arch.h"
#include "core/dom.h"
#include "core/guest.h"
#include "core/pci.h"
#include "lib/assert.h"
#include "lib/lock.h"

#define PORT_PIT2	0x42
#define PORT_PIT_MODE	0x43
#define PORT_SPEAKER	0x61
#define PORT_CMOS	0x70
#define PORT_CMOS_DATA	0x71
#define PORT_PCI	0xcf8
#define PORT_PCI_DATA	0xcfc

#define SPEAKER_GATE	3u	/* timer gate and speaker */
#define CMOS_INDEX	0x7fu	/* bit 7 would mask NMI */
#define PCI_ENABLE	0x80000000u

struct range {
	unsigned int first, count;
};

#define DENIED_MAX	16

/* Written at boot (ports_deny), read afterwards. */
static struct range denied[DENIED_MAX] = {
	{ 0x20, 2 }, { 0xa0, 2 },		/* interrupt controllers */
	{ 0x40, 4 }, { PORT_SPEAKER, 1 },	/* timer: mediated */
	{ PORT_CMOS, 2 },			/* mediated */
	{ PORT_PCI_DATA, 4 },			/* mediated */
};
static unsigned int denied_count = 6;

static struct lock pair = LOCK_INIT(RANK_PORTS);

static uint32_t all_ones(unsigned int bytes)
{
	return 0xffffffffu >> (32 - 8 * bytes);
}

void ports_deny(unsigned int first, unsigned int count)
{
	CHECK(denied_count < DENIED_MAX);
	denied[denied_count++] = (struct range){ first, count };
}

bool ports_allowed(const struct domain *d, unsigned int port,
		   unsigned int bytes)
{
	unsigned int i;

	if (!d->rights.ports || port + bytes > 0x10000)
		return false;
	for (i = 0; i < denied_count; i++)
		if (port < denied[i].first + denied[i].count &&
		    port + bytes > denied[i].first)
			return false;
	return true;
}

/* The bitmap lies in the guest kernel's memory, whatever mode asks. */
static bool bitmap_allows(struct vcpu *v, unsigned int port,
			  unsigned int bytes)
{
	bool kernel = v->kernel_mode;
	uint8_t bits[2] = { 0xff, 0xff };
	guest_va_t at = guest_va_add(v->io_bitmap, port / 8);
	unsigned int mask = ((1u << bytes) - 1) << port % 8;
	int rc;

	if (!v->io_bitmap.a || port + bytes > v->io_bitmap_ports)
		return false;
	if (!kernel) {
		v->kernel_mode = true;
		arch_load_root(v);
	}
	rc = guest_read(bits, at, port % 8 + bytes > 8 ? 2 : 1);
	if (!kernel) {
		v->kernel_mode = false;
		arch_load_root(v);
	}
	return !rc && !((bits[0] | (unsigned int)bits[1] << 8) & mask);
}

bool ports_iopl_ok(const struct vcpu *v)
{
	unsigned int level = 3;

	if (v->kernel_mode)
		level = v->domain->vm_assist >>
			XY_VMASST_TYPE_architectural_iopl & 1 ? 0 : 1;
	return v->iopl >= level;
}

bool ports_privileged(struct vcpu *v, unsigned int port, unsigned int bytes)
{
	return ports_iopl_ok(v) || bitmap_allows(v, port, bytes);
}

static uint32_t cmos_access(struct domain *d, bool out, uint32_t value)
{
	lock_take(&pair);
	arch_port_out(PORT_CMOS, 1, d->cmos_index);
	if (out)
		arch_port_out(PORT_CMOS_DATA, 1, value);
	else
		value = arch_port_in(PORT_CMOS_DATA, 1);
	lock_drop(&pair);
	return value;
}

/* A data port while the latched address is enabled and the access fits. */
static bool pci_data(const struct domain *d, unsigned int port,
		     unsigned int bytes)
{
	return port >= PORT_PCI_DATA && port + bytes <= PORT_PCI_DATA + 4 &&
		d->pci_cf8 & PCI_ENABLE;
}

/* What a domain without ports reads. */
static uint32_t nothing_there(unsigned int port, unsigned int bytes)
{
	uint32_t value = all_ones(bytes);

	if (port <= PORT_PIT2 && PORT_PIT2 < port + bytes)
		value &= ~(0xffu << 8 * (PORT_PIT2 - port));
	return value;
}

uint32_t ports_in(struct vcpu *v, unsigned int port, unsigned int bytes)
{
	struct domain *d = v->domain;

	if (!d->rights.ports)
		return nothing_there(port, bytes);
	if (port == PORT_PCI && bytes == 4)
		return d->pci_cf8;
	if (ports_allowed(d, port, bytes))
		return arch_port_in((uint16_t)port, bytes);
	if (pci_data(d, port, bytes))
		return pci_config_read(d->pci_cf8, port & 3, bytes);
	if (bytes != 1)
		return all_ones(bytes);
	switch (port) {
	case PORT_PIT2:
	case PORT_SPEAKER:
		return arch_port_in((uint16_t)port, 1);
	case PORT_CMOS:
		return d->cmos_index;
	case PORT_CMOS_DATA:
		return cmos_access(d, false, 0);
	}
	return all_ones(1);
}

/* A command for channel 2 only, or reading back channel 2 only. */
static bool pit_command_ok(uint32_t value)
{
	return (value & 0xc0) == 0x80 ||
		((value & 0xc0) == 0xc0 && (value & 0x0e) == 0x08);
}

static void byte_out(struct domain *d, unsigned int port, uint32_t value)
{
	uint32_t old;

	switch (port) {
	case PORT_PIT_MODE:
		if (pit_command_ok(value))
			arch_port_out(PORT_PIT_MODE, 1, value);
		break;
	case PORT_PIT2:
		arch_port_out(PORT_PIT2, 1, value);
		break;
	case PORT_SPEAKER:
		old = arch_port_in(PORT_SPEAKER, 1);
		arch_port_out(PORT_SPEAKER, 1, (old & 0xcu) |
			      (value & SPEAKER_GATE));
		break;
	case PORT_CMOS:
		d->cmos_index = value & CMOS_INDEX;
		break;
	case PORT_CMOS_DATA:
		cmos_access(d, true, value);
		break;
	}
}

void ports_out(struct vcpu *v, unsigned int port, unsigned int bytes,
	       uint32_t value)
{
	struct domain *d = v->domain;

	if (!d->rights.ports)
		return;
	value &= all_ones(bytes);
	if (port == PORT_PCI && bytes == 4)
		d->pci_cf8 = value;
	else if (ports_allowed(d, port, bytes))
		arch_port_out((uint16_t)port, bytes, value);
	else if (pci_data(d, port, bytes) &&
		 pci_config_write_allowed(d, d->pci_cf8, port & 3, bytes,
					  &value))
		pci_config_write(d->pci_cf8, port & 3, bytes, value);
	else if (bytes == 1)
		byte_out(d, port, value);
}
