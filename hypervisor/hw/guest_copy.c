/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies to and from guest memory through the root that is loaded.
 *
 * A fault inside is fixed up through the exception table and becomes
 * -XY_EFAULT; CR0.WP is set, so that a read-only page stays read-only for us
 * too.  8 bytes a step: `rep movsb` is slow on emulated CPUs.
 */
#include "abi/errno.h"
#include "core/guest.h"

/* Returns what is left uncopied in units that do not matter: 0 is success. */
static uint64_t copy(void *dst, const void *src, size_t bytes)
{
	uint64_t left = bytes >> 3;

	/* rcx counts down in both; a fault leaves it above zero */
	asm volatile("1:\trep movsq\n\t"
		     "mov %3, %%rcx\n"
		     "2:\trep movsb\n"
		     "3:\n\t"
		     ".pushsection .extable, \"a\"\n\t"
		     ".quad 1b, 3b, 2b, 3b\n\t"
		     ".popsection"
		     : "+c"(left), "+D"(dst), "+S"(src)
		     : "r"(bytes & 7) : "memory");
	return left;
}

/* One move, of the two sizes that hot calls read. Nonzero: it faulted. */
#define LOAD(name, type)						\
static uint64_t name(type *dst, const void *src)			\
{									\
	uint64_t failed = 0;						\
									\
	asm volatile("1:\tmov (%2), %1\n"				\
		     "2:\n\t"						\
		     ".pushsection .fixup, \"ax\"\n"			\
		     "3:\tmov $1, %0\n\t"				\
		     "jmp 2b\n\t"					\
		     ".popsection\n\t"					\
		     ".pushsection .extable, \"a\"\n\t"			\
		     ".quad 1b, 3b\n\t"				\
		     ".popsection"					\
		     : "+r"(failed), "=&r"(*dst) : "r"(src));		\
	return failed;							\
}
LOAD(load8, uint64_t)
LOAD(load4, uint32_t)

int guest_read(void *dst, guest_va_t src, size_t bytes)
{
	const void *from = (const void *)src.a;
	uint64_t v8;
	uint32_t v4;

	if (!guest_range_ok(src, bytes))
		return -XY_EFAULT;
	switch (bytes) {
	case 8:
		if (load8(&v8, from))
			return -XY_EFAULT;
		*(uint64_t *)dst = v8;
		return 0;
	case 4:
		if (load4(&v4, from))
			return -XY_EFAULT;
		*(uint32_t *)dst = v4;
		return 0;
	}
	return copy(dst, from, bytes) ? -XY_EFAULT : 0;
}

int guest_write(guest_va_t dst, const void *src, size_t bytes)
{
	if (!guest_range_ok(dst, bytes))
		return -XY_EFAULT;
	return copy((void *)dst.a, src, bytes) ? -XY_EFAULT : 0;
}

int guest_clear(guest_va_t dst, size_t bytes)
{
	static const uint64_t zero[64];

	for (size_t n; bytes != 0; bytes -= n) {
		int rc;

		n = bytes < sizeof(zero) ? bytes : sizeof(zero);
		rc = guest_write(dst, zero, n);
		if (rc)
			return rc;
		dst = guest_va_add(dst, n);
	}
	return 0;
}
