/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the packed ELF file lies inside a Linux bzImage. */
#ifndef DOM0_TOOLS_LIB_BZIMAGE_H
#define DOM0_TOOLS_LIB_BZIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bzimage {
	const uint8_t *payload;	/* inside the data given */
	size_t payload_bytes;	/* without the appended size word */
	size_t unpacked_bytes;
};

bool bzimage_is(const void *data, size_t bytes);

/* 0, or -EINVAL with *why set to a constant sentence for the user. */
int bzimage_find(const void *data, size_t bytes, struct bzimage *image,
		 const char **why);

#endif
