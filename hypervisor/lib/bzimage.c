// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the packed kernel in a Linux boot image.
 *
 * The file is a boot sector, setup_sects more sectors of real-mode code, and
 * the protected-mode part; payload_offset counts from the start of the last.
 * The build puts the unpacked size, 32 bits, behind the packed stream and
 * counts it into payload_length.  gzip is the exception: its stream ends with
 * the size anyway, so those four bytes belong to the stream.
 *
 * Rules: 1. no field is believed before it lies inside the file;
 *        2. sums are made in 64 bits from 32-bit fields, so none wraps.
 * No lock and no state.  Never looks into the stream beyond its magic.
 */
#include "lib/bzimage.h"
#include "lib/le.h"
#include "lib/string.h"

enum {
	SETUP_SECTS = 0x1F1,
	BOOT_FLAG = 0x1FE,
	HEADER_MAGIC = 0x202,
	PROTOCOL = 0x206,
	PAYLOAD_OFFSET = 0x248,
	PAYLOAD_LENGTH = 0x24C,
	HEADER_END = 0x250,
	PROTOCOL_MIN = 0x208,
	SECTOR = 512,
	SETUP_DEFAULT = 4,
	SIZE_WORD = 4,
	PAYLOAD_MIN = 16,
};

static const char *const reasons[] = {
	[BZIMAGE_OK] = "no error",
	[BZIMAGE_NOT_LINUX] = "the file is not a Linux boot image",
	[BZIMAGE_OLD] = "the Linux boot protocol is older than 2.08",
	[BZIMAGE_NO_PAYLOAD] = "the Linux boot image has no payload",
	[BZIMAGE_OUT_OF_BOUNDS] = "the payload of the Linux boot image is cut"
				  " off",
	[BZIMAGE_UNKNOWN_FORMAT] = "the kernel is packed by a method other than"
				   " xz, lz4, gzip and zstd",
	[BZIMAGE_BAD_SIZE] = "the unpacked size of the kernel cannot be true",
};

/* No kernel packs as well as this; most wrong size words claim it. */
enum { RATIO_MAX = 8192 };

static enum bzimage_status check_size(struct bzimage *image)
{
	struct unpack_in *p = &image->payload;

	p->size -= SIZE_WORD;
	image->unpacked_bytes = load_le32(p->data + p->size);
	if (strcmp(image->format, "gzip") == 0)
		p->size += SIZE_WORD;
	if (image->unpacked_bytes < PAYLOAD_MIN ||
	    image->unpacked_bytes / RATIO_MAX > p->size)
		return BZIMAGE_BAD_SIZE;
	return BZIMAGE_OK;
}

enum bzimage_status bzimage_open(struct bzimage *image, const uint8_t *data,
				 size_t size)
{
	uint64_t setup, start, length;

	if (size < HEADER_END || load_le16(data + BOOT_FLAG) != 0xAA55 ||
	    memcmp(data + HEADER_MAGIC, "HdrS", 4) != 0)
		return BZIMAGE_NOT_LINUX;
	image->protocol = load_le16(data + PROTOCOL);
	if (image->protocol < PROTOCOL_MIN)
		return BZIMAGE_OLD;
	setup = data[SETUP_SECTS] ? data[SETUP_SECTS] : SETUP_DEFAULT;
	start = (setup + 1) * SECTOR + load_le32(data + PAYLOAD_OFFSET);
	length = load_le32(data + PAYLOAD_LENGTH);
	if (length < PAYLOAD_MIN)
		return BZIMAGE_NO_PAYLOAD;
	if (start > size || length > size - start)
		return BZIMAGE_OUT_OF_BOUNDS;
	image->payload = (struct unpack_in){ data + start, length };
	image->format = unpack_format(&image->payload);
	if (!image->format)
		return BZIMAGE_UNKNOWN_FORMAT;
	return check_size(image);
}

enum unpack_status bzimage_unpack(const struct bzimage *image,
				  struct unpack_out *out,
				  struct unpack_work *work)
{
	struct unpack_out exact = *out;
	enum unpack_status s;

	if (out->capacity < image->unpacked_bytes)
		return UNPACK_NO_SPACE;
	exact.capacity = image->unpacked_bytes;
	s = unpack(&image->payload, &exact, work);
	out->used = exact.used;
	out->consumed = exact.consumed;
	if (s == UNPACK_OK && exact.used != image->unpacked_bytes)
		return UNPACK_CORRUPT;
	return s;
}

const char *bzimage_strerror(enum bzimage_status status)
{
	if ((size_t)status >= ARRAY_SIZE(reasons))
		return "unknown error";
	return reasons[status];
}
