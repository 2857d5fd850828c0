// SPDX-License-Identifier: GPL-2.0-only
/*
 * The notes of owner "Xen" in a guest kernel, and whether we may start it.
 *
 * A note is three 32-bit numbers (size of owner, size of value, type), then
 * the owner and the value, each padded to 4 bytes.  Values are numbers of 1,
 * 2, 4 or 8 bytes, or strings; the table below says which type is what.
 *
 * Rules: 1. owners and types we do not know are skipped;
 *        2. a later note of one type replaces an earlier one;
 *        3. a feature name with '!' in front is a demand: one that nobody has
 *           heard of, or that the caller does not offer, is a refusal.
 * No lock and no state.  Never trusts that a string in the file ends.
 */
#include "abi/elfnote.h"
#include "abi/version.h"
#include "lib/elf.h"
#include "lib/le.h"
#include "lib/string.h"

enum {
	NOTE_HEADER = 12,
	SEGMENT_BYTES = 56,
	SECTION_BYTES = 64,
	PT_NOTE = 4,
	SHT_NOTE = 7,
};

static const struct feature {
	const char *name;
	unsigned int bit;
} features[] = {
	{ "writable_page_tables", XY_FEAT_writable_page_tables },
	{ "writable_descriptor_tables", XY_FEAT_writable_descriptor_tables },
	{ "auto_translated_physmap", XY_FEAT_auto_translated_physmap },
	{ "supervisor_mode_kernel", XY_FEAT_supervisor_mode_kernel },
	{ "pae_pgdir_above_4gb", XY_FEAT_pae_pgdir_above_4gb },
	{ "hvm_callback_vector", XY_FEAT_hvm_callback_vector },
	{ "dom0", XY_FEAT_dom0 },
};

/* Where the value of a type goes; strings say their room, numbers do not. */
static const struct note_kind {
	uint16_t number;	/* offset of a uint64_t, or 0 */
	uint16_t string;	/* offset of a char[ELF_STRING_MAX], or 0 */
} kinds[XY_ELFNOTE_MAX + 1] = {
#define NUMBER(field)	{ .number = offsetof(struct elf_xen_notes, field) }
#define STRING(field)	{ .string = offsetof(struct elf_xen_notes, field) }
	[XY_ELFNOTE_ENTRY] = NUMBER(entry),
	[XY_ELFNOTE_HYPERCALL_PAGE] = NUMBER(hypercall_page),
	[XY_ELFNOTE_VIRT_BASE] = NUMBER(virt_base),
	[XY_ELFNOTE_PADDR_OFFSET] = NUMBER(paddr_offset),
	[XY_ELFNOTE_XEN_VERSION] = STRING(xen_version),
	[XY_ELFNOTE_GUEST_OS] = STRING(guest_os),
	[XY_ELFNOTE_GUEST_VERSION] = STRING(guest_version),
	[XY_ELFNOTE_LOADER] = STRING(loader),
	[XY_ELFNOTE_PAE_MODE] = STRING(pae_mode),
	[XY_ELFNOTE_HV_START_LOW] = NUMBER(hv_start_low),
	[XY_ELFNOTE_SUSPEND_CANCEL] = NUMBER(suspend_cancel),
	[XY_ELFNOTE_INIT_P2M] = NUMBER(init_p2m),
	[XY_ELFNOTE_MOD_START_PFN] = NUMBER(mod_start_pfn),
#undef NUMBER
#undef STRING
};

struct value {
	const uint8_t *data;
	uint32_t size;
};

static bool take_number(struct value v, uint64_t *number)
{
	switch (v.size) {
	case 1:
		*number = v.data[0];
		return true;
	case 2:
		*number = load_le16(v.data);
		return true;
	case 4:
		*number = load_le32(v.data);
		return true;
	case 8:
		*number = load_le64(v.data);
		return true;
	default:
		return false;
	}
}

/* Bytes up to a zero byte or the end, cut to fit, always terminated. */
static void take_string(struct value v, char *to, size_t room)
{
	size_t i;

	for (i = 0; i < room - 1 && i < v.size && v.data[i]; i++)
		to[i] = (char)v.data[i];
	to[i] = 0;
}

static const struct feature *find_feature(struct value name)
{
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		const struct feature *f = &features[i];

		if (strlen(f->name) == name.size &&
		    memcmp(f->name, name.data, name.size) == 0)
			return f;
	}
	return NULL;
}

static void take_feature(struct value name, struct elf_xen_notes *notes)
{
	bool required = name.size && name.data[0] == '!';
	const struct feature *f;

	if (required) {
		name.data++;
		name.size--;
	}
	f = find_feature(name);
	if (f) {
		notes->features_supported |= 1u << f->bit;
		if (required)
			notes->features_required |= 1u << f->bit;
	} else if (required && !notes->feature_unknown) {
		notes->feature_unknown = true;
		take_string(name, notes->unknown_name,
			    sizeof(notes->unknown_name));
	}
}

static void take_features(struct value v, struct elf_xen_notes *notes)
{
	struct value name = { .data = v.data };

	for (uint32_t i = 0; i < v.size && v.data[i]; i++) {
		if (v.data[i] != '|') {
			name.size++;
			continue;
		}
		take_feature(name, notes);
		name = (struct value){ .data = v.data + i + 1 };
	}
	take_feature(name, notes);
}

static bool take_value(uint32_t type, struct value v,
		       struct elf_xen_notes *notes)
{
	struct note_kind kind = { 0 };
	uint64_t number;

	if (type > XY_ELFNOTE_MAX)
		return true;
	notes->present |= 1u << type;
	if (type == XY_ELFNOTE_FEATURES) {
		take_features(v, notes);
	} else if (type == XY_ELFNOTE_SUPPORTED_FEATURES) {
		if (!take_number(v, &number))
			return false;
		notes->features_supported |= (uint32_t)number;
	} else if (type == XY_ELFNOTE_L1_MFN_VALID) {
		if (v.size < 16)
			return false;
		notes->l1_mfn_mask = load_le64(v.data);
		notes->l1_mfn_value = load_le64(v.data + 8);
	} else {
		kind = kinds[type];
	}
	if (kind.number) {
		if (!take_number(v, &number))
			return false;
		memcpy((char *)notes + kind.number, &number, sizeof(number));
	}
	if (kind.string)
		take_string(v, (char *)notes + kind.string, ELF_STRING_MAX);
	if (type == XY_ELFNOTE_PAE_MODE)
		notes->pae_extended_cr3 =
			strcmp(notes->pae_mode, "yes") == 0 ||
			strcmp(notes->pae_mode, "extended-cr3") == 0;
	return true;
}

/* All notes of one area, which lies inside the file. */
static bool take_notes(const uint8_t *data, uint64_t size,
		       struct elf_xen_notes *notes)
{
	while (size >= NOTE_HEADER) {
		uint64_t owner = load_le32(data);
		uint64_t bytes = load_le32(data + 4);
		uint64_t value_at = NOTE_HEADER + ((owner + 3) & ~3ull);
		uint64_t next = value_at + ((bytes + 3) & ~3ull);
		bool xen;

		if (value_at > size || bytes > size - value_at)
			return false;
		xen = owner == 4 && memcmp(data + NOTE_HEADER, "Xen", 4) == 0;
		if (xen && !take_value(load_le32(data + 8),
				       (struct value){ data + value_at,
						       (uint32_t)bytes },
				       notes))
			return false;
		/* The padding of the last value may be missing. */
		next = min_u64(next, size);
		data += next;
		size -= next;
	}
	return true;
}

static enum elf_status take_area(const struct elf_image *image,
				 uint64_t offset, uint64_t size,
				 struct elf_xen_notes *notes)
{
	if (offset > image->size || size > image->size - offset ||
	    !take_notes(image->data + offset, size, notes))
		return ELF_BAD_NOTE;
	return ELF_OK;
}

enum elf_status elf_find_xen_notes(const struct elf_image *image,
				   struct elf_xen_notes *notes)
{
	enum elf_status s = ELF_OK;

	memset(notes, 0, sizeof(*notes));
	for (uint32_t i = 0; s == ELF_OK && i < image->segments; i++) {
		const uint8_t *h = image->data + image->segments_at +
				   (uint64_t)i * SEGMENT_BYTES;

		if (load_le32(h) == PT_NOTE)
			s = take_area(image, load_le64(h + 8),
				      load_le64(h + 32), notes);
	}
	if (notes->present || s != ELF_OK)
		return s;
	for (uint32_t i = 0; s == ELF_OK && i < image->sections; i++) {
		const uint8_t *h = image->data + image->sections_at +
				   (uint64_t)i * SECTION_BYTES;

		if (load_le32(h + 4) == SHT_NOTE)
			s = take_area(image, load_le64(h + 24),
				      load_le64(h + 32), notes);
	}
	if (s != ELF_OK)
		return s;
	return notes->present ? ELF_OK : ELF_NO_XEN_NOTE;
}

/* What the kernel says it wants, apart from addresses. */
static enum elf_status check_wishes(const struct elf_xen_notes *notes,
				    const struct elf_rules *rules)
{
	if (!elf_has_note(notes, XY_ELFNOTE_ENTRY))
		return ELF_NO_ENTRY;
	if (strcmp(notes->xen_version, "xen-3.0") != 0)
		return ELF_NOT_XEN_3;
	if (strcmp(notes->loader, "generic") != 0)
		return ELF_NOT_GENERIC;
	if (notes->feature_unknown)
		return ELF_UNKNOWN_FEATURE;
	if (notes->features_required & ~rules->offered)
		return ELF_MISSING_FEATURE;
	if (rules->dom0 && !(notes->features_supported >> XY_FEAT_dom0 & 1))
		return ELF_NOT_DOM0;
	return ELF_OK;
}

/* 48-bit addresses: bits 47 to 63 are all equal. */
static bool canonical(uint64_t va)
{
	return va + (1ull << 47) < 1ull << 48;
}

static bool reaches_into(uint64_t start, uint64_t end,
			 const struct elf_rules *rules)
{
	return start < rules->hv_end && end > rules->hv_start;
}

static bool good_hypercall_page(const struct elf_xen_notes *notes,
				const struct elf_layout *l)
{
	uint64_t va = notes->hypercall_page;

	return !elf_has_note(notes, XY_ELFNOTE_HYPERCALL_PAGE) ||
	       (va % PAGE_SIZE == 0 && va >= l->start && va < l->end &&
		l->end - va >= PAGE_SIZE);
}

static enum elf_status check_addresses(const struct elf_xen_notes *notes,
				       const struct elf_rules *rules,
				       const struct elf_layout *l)
{
	/* start < end: the sum with the offset did not wrap in between. */
	if (l->end <= l->start || l->start < l->virt_base ||
	    !canonical(l->virt_base) || !canonical(l->end - 1) ||
	    (l->virt_base ^ l->end) >> 63)
		return ELF_BAD_LAYOUT;
	if (l->entry < l->start || l->entry >= l->end)
		return ELF_BAD_ENTRY;
	if (!good_hypercall_page(notes, l))
		return ELF_BAD_LAYOUT;
	if (reaches_into(l->virt_base, l->end, rules) ||
	    notes->hv_start_low > rules->hv_start)
		return ELF_IN_HYPERVISOR;
	if (!canonical(notes->init_p2m))
		return ELF_BAD_LAYOUT;
	if (reaches_into(notes->init_p2m, notes->init_p2m + 1, rules))
		return ELF_IN_HYPERVISOR;
	return ELF_OK;
}

enum elf_status elf_xen_check(const struct elf_image *image,
			      const struct elf_xen_notes *notes,
			      const struct elf_rules *rules,
			      struct elf_layout *layout)
{
	enum elf_status s = check_wishes(notes, rules);

	if (s != ELF_OK)
		return s;
	/* A kernel without these notes is linked at its physical addresses. */
	layout->virt_base = notes->virt_base;
	layout->offset = notes->virt_base - notes->paddr_offset;
	layout->start = image->phys_start + layout->offset;
	layout->end = image->phys_end + layout->offset;
	layout->entry = notes->entry;
	return check_addresses(notes, rules, layout);
}
