/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSI and MSI-X, by the PCI specification 3.0, 6.8.
 *
 * 1. The hypervisor alone writes messages and enables; base addresses are
 *    read from the function itself, not taken from dom0.
 * 2. A table page is mapped once and stays mapped.
 *
 * Lock: the caller's (one physdev_op at a time in dom0, evtchn lock).
 */
#include "core/msi.h"
#include "abi/errno.h"
#include "core/irq.h"
#include "core/pci.h"

#define CAP_MSI		0x05
#define CAP_MSIX	0x11
#define MSI_ENABLE	0x0001u
#define MSI_QUEUE	0x0070u
#define MSI_64BIT	0x0080u
#define MSI_MASKS	0x0100u
#define MSIX_ENABLE	0x8000u
#define MSIX_MASK_ALL	0x4000u
#define ENTRY_MASKED	1u
#define MAX_CAPS	48
#define MAX_TABLES	64

static struct mapped_page {
	uint64_t phys;
	volatile uint32_t *va;
} pages[MAX_TABLES];
static unsigned int page_count;

static uint32_t config(const struct msi *m, unsigned int reg,
		       unsigned int bytes)
{
	return pci_config_read(m->cf8 | (reg & 0xfc), reg & 3, bytes);
}

static void config_set(const struct msi *m, unsigned int reg,
		       unsigned int bytes, uint32_t value)
{
	pci_config_write(m->cf8 | (reg & 0xfc), reg & 3, bytes, value);
}

static uint8_t find_cap(const struct msi *m, uint8_t id)
{
	uint8_t at;

	if (config(m, 0, 2) == 0xffff || !(config(m, 6, 2) & 0x10))
		return 0;
	at = (uint8_t)config(m, 0x34, 1) & 0xfc;
	for (int i = 0; i < MAX_CAPS && at >= 0x40; i++) {
		if (config(m, at, 1) == id)
			return at;
		at = (uint8_t)config(m, at + 1u, 1) & 0xfc;
	}
	return 0;
}

static uint64_t bar_base(const struct msi *m, unsigned int bar)
{
	uint32_t low = config(m, 0x10 + 4 * bar, 4);
	uint64_t base = low & ~0xfu;

	if (low & 1)
		return 0;		/* ports */
	if ((low & 6) == 4 && bar < 5)
		base |= (uint64_t)config(m, 0x14 + 4 * bar, 4) << 32;
	return base;
}

static volatile uint32_t *map_page(uint64_t phys)
{
	for (unsigned int i = 0; i < page_count; i++)
		if (pages[i].phys == phys)
			return pages[i].va;
	if (page_count == MAX_TABLES)
		return NULL;
	pages[page_count].phys = phys;
	pages[page_count].va = irq_map_registers(phys, PAGE_SIZE);
	return pages[page_count++].va;
}

static int open_entry(struct msi *m, uint16_t entry)
{
	uint32_t where = config(m, m->cap + 4u, 4);
	uint64_t base = where % 8 < 6 ? bar_base(m, where % 8) : 0, at;
	volatile uint32_t *page;

	if (entry > (config(m, m->cap + 2u, 2) & 0x7ff) || base == 0)
		return -XY_EINVAL;
	at = base + (where & ~7u) + entry * 16u;
	page = map_page(at & PAGE_MASK);
	if (page == NULL)
		return -XY_ENOSPC;
	m->entry = page + (at & ~PAGE_MASK) / 4;
	return 0;
}

int msi_open(struct msi *m, uint8_t bus, uint8_t devfn, bool is_x,
	     uint16_t entry)
{
	uint32_t control;

	*m = (struct msi){
		.cf8 = 1u << 31 | (uint32_t)bus << 16 | (uint32_t)devfn << 8,
		.is_x = is_x,
	};
	m->cap = find_cap(m, is_x ? CAP_MSIX : CAP_MSI);
	if (m->cap == 0)
		return -XY_ENODEV;
	if (is_x)
		return open_entry(m, entry);
	control = config(m, m->cap + 2u, 2);
	m->wide = control & MSI_64BIT;
	m->maskable = control & MSI_MASKS;
	return 0;
}

static void set_control(const struct msi *m, uint32_t clear, uint32_t set)
{
	uint32_t v = config(m, m->cap + 2u, 2);

	config_set(m, m->cap + 2u, 2, (v & ~clear) | set);
}

void msi_program(const struct msi *m, uint64_t address, uint32_t data)
{
	if (m->is_x) {
		m->entry[3] = ENTRY_MASKED;
		m->entry[0] = (uint32_t)address;
		m->entry[1] = (uint32_t)(address >> 32);
		m->entry[2] = data;
		set_control(m, MSIX_MASK_ALL, MSIX_ENABLE);
		return;
	}
	set_control(m, MSI_ENABLE | MSI_QUEUE, 0);
	config_set(m, m->cap + 4u, 4, (uint32_t)address);
	if (m->wide)
		config_set(m, m->cap + 8u, 4, (uint32_t)(address >> 32));
	config_set(m, m->cap + (m->wide ? 12u : 8u), 2, data);
}

void msi_unmask(const struct msi *m)
{
	if (m->is_x) {
		m->entry[3] = 0;
		return;
	}
	if (m->maskable)
		config_set(m, m->cap + (m->wide ? 16u : 12u), 4, 0);
	set_control(m, 0, MSI_ENABLE);
}

void msi_close(const struct msi *m)
{
	if (m->is_x)
		m->entry[3] = ENTRY_MASKED;
	else
		set_control(m, MSI_ENABLE, 0);
}
