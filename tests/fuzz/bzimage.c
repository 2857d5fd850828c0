// SPDX-License-Identifier: GPL-2.0-only
/*
 * bzImage: the input as a boot image; a payload that is announced is read
 * from end to end and unpacked when it is not too large.
 */
#include "lib/bzimage.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_unpack(const struct bzimage *image)
{
	struct unpack_out out = { .base = malloc(image->unpacked_bytes),
				  .capacity = image->unpacked_bytes };
	struct unpack_work work = { .base = malloc(UNPACK_WORK_BYTES),
				    .size = UNPACK_WORK_BYTES };

	if (bzimage_unpack(image, &out, &work) == UNPACK_OK &&
	    out.used != image->unpacked_bytes)
		abort();
	free(out.base);
	free(work.base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct bzimage image;
	volatile uint8_t sum = 0;

	memcpy(copy, data, size);
	if (bzimage_open(&image, copy, size) == BZIMAGE_OK) {
		for (size_t i = 0; i < image.payload.size; i++)
			sum ^= image.payload.data[i];
		if (image.unpacked_bytes <= ROOM_MAX)
			try_unpack(&image);
	}
	free(copy);
	return 0;
}
