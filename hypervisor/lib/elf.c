// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opening an ELF64 kernel image and walking its segments.
 *
 * Fields are read by offset through lib/le.h: the image may begin at any
 * address, and no structure of the file is trusted to be aligned.
 *
 * Rules: 1. a sum of two numbers from the file is compared by subtracting
 *           from what is known to be larger, so that it cannot wrap;
 *        2. what elf_open accepted stays in bounds for all later calls;
 *        3. segments of no memory are skipped everywhere.
 * No lock and no state.  Never writes to the image.
 * Next station: elf_xen.c for the notes.
 */
#include "lib/elf.h"
#include "lib/le.h"
#include "lib/string.h"

enum {
	HEADER_BYTES = 64,
	SEGMENT_BYTES = 56,
	SECTION_BYTES = 64,
	CLASS_64 = 2,
	ORDER_LITTLE = 1,
	TYPE_EXEC = 2,
	TYPE_DYN = 3,
	MACHINE_X86_64 = 62,
	PT_LOAD = 1,
};

static const char *const reasons[] = {
	[ELF_OK] = "no error",
	[ELF_SHORT] = "the image is shorter than an ELF header",
	[ELF_NOT_ELF] = "the image is not ELF",
	[ELF_NOT_X86_64] = "the image is not 64-bit x86 ELF",
	[ELF_NOT_KERNEL] = "the image is neither an executable nor a shared"
			   " object",
	[ELF_BAD_TABLE] = "an ELF header table is out of bounds",
	[ELF_BAD_SEGMENT] = "a segment is out of bounds",
	[ELF_OVERLAP] = "two segments overlap",
	[ELF_NO_SEGMENT] = "the image has nothing to load",
	[ELF_BAD_NOTE] = "an ELF note is malformed",
	[ELF_NO_XEN_NOTE] = "the kernel has no Xen notes: it was built without"
			    " PV support",
	[ELF_NO_ENTRY] = "the kernel has no Xen ENTRY note: it was built"
			 " without PV support",
	[ELF_BAD_ENTRY] = "the Xen entry point lies outside the kernel",
	[ELF_NOT_XEN_3] = "the kernel wants another interface than xen-3.0",
	[ELF_NOT_GENERIC] = "the kernel wants another loader than generic",
	[ELF_UNKNOWN_FEATURE] = "the kernel requires an unknown feature",
	[ELF_MISSING_FEATURE] = "the kernel requires a feature that is not"
				" offered",
	[ELF_NOT_DOM0] = "the kernel cannot be dom0: it lacks the dom0 feature",
	[ELF_BAD_LAYOUT] = "the kernel's virtual addresses wrap around",
	[ELF_IN_HYPERVISOR] = "the kernel needs addresses that belong to the"
			      " hypervisor",
};

static bool fits(uint64_t offset, uint64_t bytes, uint64_t size)
{
	return offset <= size && bytes <= size - offset;
}

static const uint8_t *segment_header(const struct elf_image *image, uint32_t i)
{
	return image->data + image->segments_at + (uint64_t)i * SEGMENT_BYTES;
}

static bool is_load(const uint8_t *h)
{
	return load_le32(h) == PT_LOAD && load_le64(h + 40);
}

static enum elf_status check_ident(const uint8_t *h, size_t size)
{
	static const uint8_t magic[4] = { 0x7F, 'E', 'L', 'F' };
	uint16_t type;

	if (size < HEADER_BYTES)
		return ELF_SHORT;
	if (memcmp(h, magic, sizeof(magic)))
		return ELF_NOT_ELF;
	if (h[4] != CLASS_64 || h[5] != ORDER_LITTLE ||
	    load_le16(h + 18) != MACHINE_X86_64)
		return ELF_NOT_X86_64;
	type = load_le16(h + 16);
	return type == TYPE_EXEC || type == TYPE_DYN ? ELF_OK : ELF_NOT_KERNEL;
}

static enum elf_status check_tables(struct elf_image *image)
{
	const uint8_t *h = image->data;

	image->segments_at = load_le64(h + 32);
	image->sections_at = load_le64(h + 40);
	image->segments = load_le16(h + 56);
	image->sections = load_le16(h + 60);
	/* A stripped kernel may have no sections at all. */
	if (!image->sections_at)
		image->sections = 0;
	if (image->segments && load_le16(h + 54) != SEGMENT_BYTES)
		return ELF_BAD_TABLE;
	if (image->sections && load_le16(h + 58) != SECTION_BYTES)
		return ELF_BAD_TABLE;
	if (!fits(image->segments_at,
		  (uint64_t)image->segments * SEGMENT_BYTES, image->size))
		return ELF_BAD_TABLE;
	if (image->sections &&
	    !fits(image->sections_at,
		  (uint64_t)image->sections * SECTION_BYTES, image->size))
		return ELF_BAD_TABLE;
	return ELF_OK;
}

static enum elf_status check_segments(struct elf_image *image)
{
	image->phys_start = UINT64_MAX;
	image->phys_end = 0;
	for (uint32_t i = 0; i < image->segments; i++) {
		const uint8_t *h = segment_header(image, i);
		uint64_t paddr = load_le64(h + 24);
		uint64_t file_bytes = load_le64(h + 32);
		uint64_t memory_bytes = load_le64(h + 40);

		if (!is_load(h))
			continue;
		if (!fits(load_le64(h + 8), file_bytes, image->size) ||
		    file_bytes > memory_bytes ||
		    memory_bytes > UINT64_MAX - paddr)
			return ELF_BAD_SEGMENT;
		image->phys_start = min_u64(image->phys_start, paddr);
		image->phys_end = max_u64(image->phys_end,
					  paddr + memory_bytes);
	}
	return image->phys_end ? ELF_OK : ELF_NO_SEGMENT;
}

/* In order of address each segment must begin where the last one ended. */
static enum elf_status check_overlap(const struct elf_image *image)
{
	struct elf_cursor cursor = { 0 };
	struct elf_segment s;
	uint64_t end = 0;

	while (elf_next_load(image, &cursor, &s)) {
		if (s.paddr < end)
			return ELF_OVERLAP;
		end = s.paddr + s.memory_bytes;
	}
	return ELF_OK;
}

enum elf_status elf_open(struct elf_image *image, const uint8_t *data,
			 size_t size)
{
	enum elf_status s = check_ident(data, size);

	if (s != ELF_OK)
		return s;
	*image = (struct elf_image){ .data = data, .size = size,
				     .entry = load_le64(data + 24) };
	s = check_tables(image);
	if (s == ELF_OK)
		s = check_segments(image);
	if (s == ELF_OK)
		s = check_overlap(image);
	return s;
}

/* Is segment i, at paddr, behind the cursor's place? Ties go by index. */
static bool is_after(const struct elf_cursor *c, uint64_t paddr, uint32_t i)
{
	return !c->started || paddr > c->paddr ||
	       (paddr == c->paddr && i > c->index);
}

bool elf_next_load(const struct elf_image *image, struct elf_cursor *cursor,
		   struct elf_segment *segment)
{
	const uint8_t *best = NULL;
	uint32_t best_index = 0;

	for (uint32_t i = 0; i < image->segments; i++) {
		const uint8_t *h = segment_header(image, i);

		if (is_load(h) && is_after(cursor, load_le64(h + 24), i) &&
		    (!best || load_le64(h + 24) < load_le64(best + 24))) {
			best = h;
			best_index = i;
		}
	}
	if (!best)
		return false;
	*segment = (struct elf_segment){
		.data = image->data + load_le64(best + 8),
		.flags = load_le32(best + 4),
		.vaddr = load_le64(best + 16),
		.paddr = load_le64(best + 24),
		.file_bytes = load_le64(best + 32),
		.memory_bytes = load_le64(best + 40),
	};
	*cursor = (struct elf_cursor){ .paddr = segment->paddr,
				       .index = best_index,
				       .started = true };
	return true;
}

const char *elf_strerror(enum elf_status status)
{
	if ((size_t)status >= ARRAY_SIZE(reasons))
		return "unknown error";
	return reasons[status];
}
