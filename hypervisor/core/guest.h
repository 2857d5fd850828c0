/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only doors to guest memory by virtual address.
 *
 * All of them use the address space that is loaded now, which during a
 * hypercall is the calling vCPU's kernel root, or its user root in a program's
 * own call (call/direct.c), where the guest kernel's half is not mapped.  A
 * range that touches the hypervisor's part of the address space, wraps, or is
 * not mapped with the rights asked for gives -XY_EFAULT and never a fault to
 * the guest.  What has been read is a private copy: check that copy, never read
 * twice.
 */
#ifndef CORE_GUEST_H
#define CORE_GUEST_H

#include "lib/types.h"

#define HV_VA_START	0xffff800000000000UL	/* L4 slots 256 ... */
#define HV_VA_END	0xffff880000000000UL	/* ... to 271 */

/* Canonical, outside the hypervisor's range, and free of wrap-around. */
static inline bool guest_range_ok(guest_va_t va, uint64_t bytes)
{
	uint64_t end = va.a + bytes;

	if (end < va.a)
		return false;
	return end <= (1UL << 47) || va.a >= HV_VA_END;
}

static inline bool va_canonical(uint64_t va)
{
	return (uint64_t)((int64_t)(va << 16) >> 16) == va;
}

/* 0 or -XY_EFAULT.  A failed copy may have written a part. */
int guest_read(void *dst, guest_va_t src, size_t bytes) must_check;
int guest_write(guest_va_t dst, const void *src, size_t bytes) must_check;
int guest_clear(guest_va_t dst, size_t bytes) must_check;

/* Element i of an array of elements of `size` bytes; -XY_EFAULT on overflow. */
static inline must_check int guest_read_elem(void *dst, guest_va_t base,
					     uint64_t i, size_t size)
{
	uint64_t off;

	if (__builtin_mul_overflow(i, size, &off) || base.a + off < base.a)
		return -14;
	return guest_read(dst, guest_va_add(base, off), size);
}

static inline must_check int guest_write_elem(guest_va_t base, uint64_t i,
					      const void *src, size_t size)
{
	uint64_t off;

	if (__builtin_mul_overflow(i, size, &off) || base.a + off < base.a)
		return -14;
	return guest_write(guest_va_add(base, off), src, size);
}

#endif
