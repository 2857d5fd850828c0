// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a kernel file, on the way the domain builder takes: bzImage
 * header, payload, ELF headers, notes, layout.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/lib/bzimage.h"
#include "dom0-tools/lib/elfimage.h"
#include "dom0-tools/lib/layout.h"
#include "dom0-tools/lib/unpack.h"

#define OUT_BYTES (64u << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void lay_out(const struct elf_image *elf, const struct elf_notes *notes)
{
	struct layout_input in = { elf, notes, 1 << 18, 1 << 20 };
	struct layout l;
	const char *why;

	if (elf_notes_check(notes, &why) || layout_plan(&l, &in, &why))
		return;
	assert(l.used_pages <= in.nr_pages);
	assert(l.tables.end > l.tables.start);
	assert(l.stack_pfn > l.l4_pfn + layout_table_pages(&l.tables));
}

static void read_elf(const uint8_t *data, size_t size)
{
	struct elf_image elf;
	struct elf_notes notes;
	const char *why;

	elf_notes_init(&notes);
	elf_notes_scan(&notes, data, size);
	elf_notes_scan_sections(&notes, data, size);
	if (size < ELF_HEADER_BYTES || elf_read_header(data, &elf, &why))
		return;
	if (elf.headers_offset > size ||
	    elf.headers_bytes > size - elf.headers_offset)
		return;
	if (elf_read_segments(data + elf.headers_offset, &elf, &why))
		return;
	assert(elf.loads > 0 && elf.paddr_end > elf.paddr_start);
	lay_out(&elf, &notes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *out = malloc(OUT_BYTES);
	struct bzimage image;
	const char *why;

	read_elf(data, size);
	unpack_head(data, size, out, 4096);
	if (unpack_all(data, size, out, OUT_BYTES, NULL) == 0)
		read_elf(out, OUT_BYTES);
	if (bzimage_is(data, size) &&
	    bzimage_find(data, size, &image, &why) == 0) {
		assert(image.payload >= data);
		assert(image.payload + image.payload_bytes <= data + size);
	}
	free(out);
	return 0;
}
