/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels that were unpacked before, kept as plain files: to unpack one that
 * was packed by xz is two thirds and more of a creation.
 *
 * A file of KERNEL_CACHE_DIR is named after what tells one kernel file from
 * another: device, inode, size, times of the last write and change. So a kernel
 * that is written anew, or replaced, is another one. Who wants the memory back
 * removes the directory, at any time.
 */
#ifndef DOM0_TOOLS_LIB_KERNEL_CACHE_H
#define DOM0_TOOLS_LIB_KERNEL_CACHE_H

#include <stdint.h>
#include <sys/stat.h>

#ifndef KERNEL_CACHE_DIR
#define KERNEL_CACHE_DIR "/run/xen/kernel" /* the unit tests have their own */
#endif

/* A descriptor of the unpacked file, bytes long, or -1: there is none. */
int kernel_cache_open(const struct stat *packed, uint64_t bytes);

/*
 * Keeps what *packed was unpacked to. Nothing is kept, and nothing said, where
 * that takes more than a quarter of dom0's free memory or half of the file
 * system's, or while the kernel file is too young to be told from its next
 * version. The one that was not used for longest makes room.
 */
void kernel_cache_keep(const struct stat *packed, const void *unpacked,
		       uint64_t bytes);

#endif
