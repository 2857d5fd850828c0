/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Multiboot 1 information block, copied and checked.
 */
#ifndef ENTRY_MULTIBOOT_H
#define ENTRY_MULTIBOOT_H

#include "lib/types.h"

#define BOOT_MAX_MODULES	8

struct boot_module {
	uint64_t start, end;	/* physical bytes, end exclusive */
	char args[1024];	/* text behind the module's path */
};

struct boot_info {
	char cmdline[1024];
	struct boot_module modules[BOOT_MAX_MODULES];
	unsigned int module_count;
};

/*
 * Reads the block at physical address mb (identity mapped) and hands the
 * memory map to e820_set().  NULL when all is well, else what is wrong.
 */
const char *multiboot_read(uint32_t mb, struct boot_info *info);

/*
 * Value of "name=VALUE" in a command line, copied into buf; false: absent.
 * An option without '=' gives an empty value.
 */
bool cmdline_get(const char *cmdline, const char *name, char *buf,
		 size_t size);

#endif
