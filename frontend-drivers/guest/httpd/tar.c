// SPDX-License-Identifier: MIT
/*
 * Headers of a tar archive. A block of zeros is the end; any other block must
 * have the right sum. Sizes are octal text, or, beyond 8 GiB, binary: such are
 * refused.
 */
#include "frontend-drivers/guest/httpd/tar.h"

#include <string.h>

#define NAME		0
#define NAME_BYTES	100
#define SIZE		124
#define SUM		148
#define TYPE		156
#define MAGIC		257
#define PREFIX		345
#define PREFIX_BYTES	155

/* Octal digits in n bytes, ended by a space or a 0; false: none. */
static bool octal(const uint8_t *p, size_t n, uint64_t *value)
{
	size_t i = 0;

	*value = 0;
	while (i < n && p[i] == ' ')
		i++;
	if (i == n || p[i] < '0' || p[i] > '7')
		return false;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		*value = *value * 8 + (uint64_t)(p[i] - '0');
	return i == n || p[i] == ' ' || p[i] == 0;
}

static size_t field(const uint8_t *p, size_t n)
{
	size_t len = 0;

	while (len < n && p[len])
		len++;
	return len;
}

static bool take_name(const uint8_t *b, struct tar_entry *e)
{
	bool ustar = !memcmp(b + MAGIC, "ustar", 5);
	size_t pre = ustar ? field(b + PREFIX, PREFIX_BYTES) : 0;
	size_t len = field(b + NAME, NAME_BYTES), skip = 0;
	char all[PREFIX_BYTES + NAME_BYTES + 2];
	size_t n = 0;

	if (pre) {
		memcpy(all, b + PREFIX, pre);
		all[pre] = '/';
		n = pre + 1;
	}
	memcpy(all + n, b + NAME, len);
	n += len;
	while (skip < n && (all[skip] == '/' || (all[skip] == '.' &&
			    skip + 1 < n && all[skip + 1] == '/')))
		skip += all[skip] == '/' ? 1 : 2;
	if (n - skip >= TAR_NAME_BYTES)
		return false;
	memcpy(e->name, all + skip, n - skip);
	e->name[n - skip] = 0;
	return n > skip;
}

enum tar_kind tar_header(const uint8_t block[TAR_BLOCK], struct tar_entry *e)
{
	uint64_t sum = 0, want;
	bool zero = true;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		zero = zero && !block[i];
		sum += i >= SUM && i < SUM + 8 ? ' ' : block[i];
	}
	if (zero)
		return TAR_END;
	if (!octal(block + SUM, 8, &want) || want != sum ||
	    !octal(block + SIZE, 12, &e->bytes))
		return TAR_BAD;
	e->blocks = (e->bytes + TAR_BLOCK - 1) / TAR_BLOCK;
	if ((block[TYPE] != '0' && block[TYPE]) || !take_name(block, e))
		return TAR_OTHER;
	return TAR_FILE;
}
