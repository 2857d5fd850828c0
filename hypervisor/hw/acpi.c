/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ACPI tables: RSDP, RSDT or XSDT, MADT, FADT, HPET, MCFG.
 *
 * Firmware is read defensively: a table is used only when its length is
 * plausible and its sum is zero; records inside are bounded by the table, and
 * what does not fit our arrays is ignored.  No AML.
 */
#include "hw/acpi.h"
#include "core/arch.h"
#include "hw/paging.h"
#include "lib/string.h"

struct acpi_info acpi;

#define SCAN_START	0xe0000UL
#define SCAN_END	0x100000UL
#define MAX_TABLE	(1u << 20)

struct header {
	char signature[4];
	uint32_t length;
	uint8_t revision, sum;
	char ids[26];
} __attribute__((packed));
_Static_assert(sizeof(struct header) == 36, "ACPI 5.2.6");

struct rsdp {
	char signature[8];
	uint8_t sum;
	char oem[6];
	uint8_t revision;
	uint32_t rsdt;
	uint32_t length;
	uint64_t xsdt;
	uint8_t sum_all, reserved[3];
} __attribute__((packed));

static uint8_t sum(const void *p, size_t bytes)
{
	const uint8_t *b = p;
	uint8_t s = 0;

	while (bytes--)
		s = (uint8_t)(s + *b++);
	return s;
}

/* Unaligned little-endian fields at an offset of a table. */
static uint64_t field(const struct header *h, size_t off, size_t bytes)
{
	uint64_t v = 0;

	if (off + bytes <= h->length)
		memcpy(&v, (const char *)h + off, bytes);
	return v;
}

static const struct rsdp *find_rsdp(void)
{
	for (uint64_t a = SCAN_START; a < SCAN_END; a += 16) {
		const struct rsdp *r = paging_ptr(a, sizeof(*r));

		if (memcmp(r->signature, "RSD PTR ", 8) == 0 &&
		    sum(r, 20) == 0)
			return r;
	}
	return NULL;
}

static const struct header *table_at(uint64_t phys)
{
	const struct header *h = paging_ptr(phys, sizeof(*h));

	if (h == NULL || h->length < sizeof(*h) || h->length > MAX_TABLE)
		return NULL;
	h = paging_ptr(phys, h->length);
	return h && sum(h, h->length) == 0 ? h : NULL;
}

static void read_override(const uint8_t *r)
{
	struct acpi_override *o = &acpi.overrides[acpi.override_count];
	uint16_t flags;

	if (acpi.override_count == ACPI_MAX_OVERRIDES)
		return;
	memcpy(&flags, r + 8, 2);
	memcpy(&o->gsi, r + 4, 4);
	o->irq = r[3];
	o->low = (flags & 3) == 3;
	o->level = (flags >> 2 & 3) == 3;
	acpi.override_count++;
}

static void read_ioapic(const uint8_t *r)
{
	struct acpi_ioapic *io = &acpi.ioapics[acpi.ioapic_count];
	uint32_t phys;

	if (acpi.ioapic_count == ACPI_MAX_IOAPICS)
		return;
	memcpy(&phys, r + 4, 4);
	memcpy(&io->gsi_base, r + 8, 4);
	io->phys = phys;
	io->id = r[2];
	acpi.ioapic_count++;
}

static void read_madt(const struct header *h)
{
	const uint8_t *p = (const uint8_t *)h, *end = p + h->length;

	acpi.lapic_phys = field(h, 36, 4);
	for (p += 44; p + 2 <= end && p[1] >= 2 && p + p[1] <= end; p += p[1]) {
		if (p[0] == 0 && p[1] >= 8 && p[4] & 1)
			acpi.cpus++;
		else if (p[0] == 1 && p[1] >= 12)
			read_ioapic(p);
		else if (p[0] == 2 && p[1] >= 10)
			read_override(p);
	}
}

static void read_fadt(const struct header *h)
{
	acpi.sci = (uint16_t)field(h, 46, 2);
	acpi.pm1a_control = (uint16_t)field(h, 64, 4);
	acpi.pm1b_control = (uint16_t)field(h, 68, 4);
	acpi.pm_timer_port = (uint16_t)field(h, 76, 4);
	acpi.reset_space = 0xff;
	if (field(h, 112, 4) & (1u << 10)) {	/* RESET_REG_SUP */
		acpi.reset_space = (uint8_t)field(h, 116, 1);
		acpi.reset_address = field(h, 120, 8);
		acpi.reset_value = (uint8_t)field(h, 128, 1);
	}
}

static void read_mcfg(const struct header *h)
{
	for (size_t off = 44; off + 16 <= h->length &&
	     acpi.mcfg_count < ACPI_MAX_MCFG; off += 16)
		acpi.mcfg[acpi.mcfg_count++] = (struct acpi_mcfg){
			.phys = field(h, off, 8),
			.segment = (uint16_t)field(h, off + 8, 2),
			.first_bus = (uint8_t)field(h, off + 10, 1),
			.last_bus = (uint8_t)field(h, off + 11, 1),
		};
}

static void read_table(uint64_t phys)
{
	const struct header *h = table_at(phys);

	if (h == NULL)
		return;
	if (memcmp(h->signature, "APIC", 4) == 0)
		read_madt(h);
	else if (memcmp(h->signature, "FACP", 4) == 0)
		read_fadt(h);
	else if (memcmp(h->signature, "HPET", 4) == 0)
		acpi.hpet_phys = field(h, 44, 8);
	else if (memcmp(h->signature, "MCFG", 4) == 0)
		read_mcfg(h);
}

const char *acpi_read(void)
{
	const struct rsdp *r = find_rsdp();
	const struct header *root;
	size_t width = 4;
	uint64_t at;

	if (r == NULL)
		return "no ACPI root pointer below 1 MiB";
	at = r->rsdt;
	if (r->revision >= 2 && r->xsdt) {
		at = r->xsdt;
		width = 8;
	}
	root = table_at(at);
	if (root == NULL)
		return "the ACPI root table is broken";
	for (size_t off = sizeof(*root); off + width <= root->length;
	     off += width)
		read_table(field(root, off, width));
	if (acpi.lapic_phys == 0 || acpi.ioapic_count == 0)
		return "ACPI names no interrupt controllers (MADT)";
	return NULL;
}
