// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF: the input as a kernel image.  Everything that the builder would touch
 * is touched here, so the sanitizer checks what the parser promised.
 */
#include "abi/version.h"
#include "lib/elf.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct elf_rules rules = {
	.dom0 = true, .offered = 1u << XY_FEAT_writable_page_tables,
	.hv_start = 0xFFFF800000000000, .hv_end = 0xFFFF880000000000,
};

static void check_notes(const struct elf_image *image)
{
	struct elf_xen_notes notes;
	struct elf_layout l;

	if (elf_find_xen_notes(image, &notes) != ELF_OK)
		return;
	if (strlen(notes.xen_version) >= ELF_STRING_MAX ||
	    strlen(notes.guest_os) >= ELF_STRING_MAX ||
	    strlen(notes.loader) >= ELF_STRING_MAX ||
	    strlen(notes.unknown_name) >= sizeof(notes.unknown_name))
		abort();
	if (elf_xen_check(image, &notes, &rules, &l) != ELF_OK)
		return;
	if (l.start >= l.end || l.entry < l.start || l.entry >= l.end ||
	    (l.end > rules.hv_start && l.start < rules.hv_end))
		abort();
}

static void check_segments(const struct elf_image *image)
{
	struct elf_cursor cursor = { 0 };
	struct elf_segment s;
	volatile uint8_t sum = 0;
	uint64_t end = 0;

	while (elf_next_load(image, &cursor, &s)) {
		if (s.paddr < end || s.paddr < image->phys_start ||
		    s.memory_bytes > image->phys_end - s.paddr ||
		    s.file_bytes > s.memory_bytes)
			abort();
		end = s.paddr + s.memory_bytes;
		for (uint64_t i = 0; i < s.file_bytes; i++)
			sum ^= s.data[i];
	}
	if (end != image->phys_end)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct elf_image image;

	memcpy(copy, data, size);
	if (elf_open(&image, copy, size) == ELF_OK) {
		check_segments(&image);
		check_notes(&image);
	}
	free(copy);
	return 0;
}
