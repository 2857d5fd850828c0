// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the packed ELF file lies inside a Linux bzImage.
 *
 * The setup header, from offset 0x1F1 of the file, names the payload's place
 * relative to the protected-mode part (boot protocol 2.08 and later). Behind
 * the payload lie four bytes with its unpacked size; gzip alone has none of
 * its own appended, for its stream already ends in that number.
 *
 * Rules: 1. every offset is checked against the file before use; 2. nothing
 * is unpacked here. Lock: none. Never: allocates.
 * Next: elfimage.c, which reads what comes out.
 */
#include "dom0-tools/lib/bzimage.h"

#include <errno.h>
#include <string.h>

#include "dom0-tools/lib/unpack.h"

#define SETUP_SECTS 0x1f1
#define BOOT_FLAG 0x1fe
#define MAGIC 0x202
#define PROTOCOL 0x206
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define HEADER_BYTES 0x250
#define SECTOR_BYTES 512u
#define OLDEST_PROTOCOL 0x208
/* Larger than any kernel, small enough to allocate on trust. */
#define LARGEST_KERNEL_BYTES (512u << 20)

static uint32_t get32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static unsigned int get16(const uint8_t *p)
{
	return p[0] | (unsigned int)p[1] << 8;
}

bool bzimage_is(const void *data, size_t bytes)
{
	const uint8_t *p = data;

	return bytes >= HEADER_BYTES && get16(p + BOOT_FLAG) == 0xaa55 &&
	       memcmp(p + MAGIC, "HdrS", 4) == 0;
}

int bzimage_find(const void *data, size_t bytes, struct bzimage *image,
		 const char **why)
{
	const uint8_t *p = data;
	uint64_t start, length, sects;

	if (!bzimage_is(data, bytes)) {
		*why = "it is no bzImage";
		return -EINVAL;
	}
	if (get16(p + PROTOCOL) < OLDEST_PROTOCOL) {
		*why = "its boot protocol is older than 2.08";
		return -EINVAL;
	}
	sects = p[SETUP_SECTS] ? p[SETUP_SECTS] : 4;
	start = (sects + 1) * SECTOR_BYTES + get32(p + PAYLOAD_OFFSET);
	length = get32(p + PAYLOAD_LENGTH);
	if (length <= 8) {
		*why = "it has no payload";
		return -EINVAL;
	}
	if (start + length > bytes) {
		*why = "it is truncated: its payload ends past the file";
		return -EINVAL;
	}
	image->payload = p + start;
	image->payload_bytes = length;
	image->unpacked_bytes = get32(p + start + length - 4);
	if (unpack_detect(image->payload, length) != UNPACK_GZIP)
		image->payload_bytes -= 4;
	if (image->unpacked_bytes > LARGEST_KERNEL_BYTES) {
		*why = "its unpacked size is beyond belief: it is corrupt";
		return -EINVAL;
	}
	return 0;
}
