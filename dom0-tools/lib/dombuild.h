/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds a paravirtual domain: from a kernel file to a domain that is paused
 * before its first instruction.
 *
 *	dombuild_open()      the kernel file; refuses what is no kernel
 *	dombuild_create()    the domain, its ports, its memory
 *	dombuild_load()      kernel, ramdisk, tables, start information, vCPU 0
 *	dombuild_close()     the kernel file again, and temporary memory
 *
 * Rules: 1. when a step fails, b->why holds one line for the user, and the
 * caller destroys b->domid if b->created; 2. no page of the domain is mapped
 * here when a step has returned; 3. the steps look at *b->stop now and then
 * and answer -EINTR.
 */
#ifndef DOM0_TOOLS_LIB_DOMBUILD_H
#define DOM0_TOOLS_LIB_DOMBUILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "dom0-tools/lib/bzimage.h"
#include "dom0-tools/lib/call.h"
#include "dom0-tools/lib/elfimage.h"
#include "dom0-tools/lib/layout.h"

struct dombuild_config {
	const char *kernel;	/* path */
	const char *ramdisk;	/* path, or NULL */
	const char *cmdline;	/* never NULL */
	uint64_t memory_kib;
	uint64_t max_memory_kib;
	uint32_t vcpus;
	uint32_t event_channels;	/* highest port */
	int32_t grant_frames;		/* -1: the hypervisor's default */
	int32_t maptrack_frames;
	uint8_t uuid[16];
};

struct dombuild {
	const struct dombuild_config *config;
	struct call *c;
	bool exits_soon;	/* this process: its exit unmaps windows */
	const volatile sig_atomic_t *stop;

	/* Results. */
	bool created;
	uint16_t domid;
	uint32_t store_port;
	uint32_t console_port;
	uint64_t store_mfn;
	uint64_t console_mfn;
	char why[256];

	/* The kernel file: a bzImage in memory, or an ELF file open. */
	int kernel_fd;
	struct stat kernel_stat;	/* of the file that was named */
	uint64_t file_bytes;
	uint8_t *file;			/* bzImage only */
	bool packed;
	struct bzimage image;
	uint64_t elf_bytes;
	struct elf_image elf;
	struct elf_notes notes;
	int ramdisk_fd;
	uint64_t ramdisk_bytes;

	/* The domain's memory. */
	uint64_t nr_pages;
	uint64_t *p2m;
	struct layout layout;
};

int dombuild_open(struct dombuild *b, struct call *c,
		  const struct dombuild_config *config);
int dombuild_create(struct dombuild *b);
int dombuild_load(struct dombuild *b);
void dombuild_close(struct dombuild *b);

/* For the parts of the builder: fills b->why, answers err. */
int dombuild_fail(struct dombuild *b, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool dombuild_stopped(const struct dombuild *b);

/* dombuild_kernel.c */
int dombuild_kernel_open(struct dombuild *b);
int dombuild_kernel_load(struct dombuild *b);
int dombuild_ramdisk_load(struct dombuild *b);
void dombuild_kernel_close(struct dombuild *b);

/* dombuild_boot.c */
int dombuild_boot(struct dombuild *b);

#endif
