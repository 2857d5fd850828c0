/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages that other domains grant to dom0, over /dev/xen/gntdev.
 *
 * Mapping is for rings: it costs a hypercall per page and, the first time in
 * a boot, the kernel adds records for 128 MiB of pages (call gnt_warm() when
 * a daemon starts, to have that behind you). Copying is for data: gnt_copy()
 * moves any number of segments with one ioctl and maps nothing.
 *
 * Functions return 0 or a value >= 0, or a negative errno, unless said
 * otherwise. Nothing here is fatal when the granting domain lies or dies.
 */
#ifndef DOM0_TOOLS_LIB_GNT_H
#define DOM0_TOOLS_LIB_GNT_H

#include <stdint.h>

#define GNT_PAGE_BYTES 4096

/* gnt_copy_segment.flags: the side that is a grant; the other is memory. */
#define GNT_COPY_SOURCE_GREF 1
#define GNT_COPY_DEST_GREF 2

/* One side of a copy. */
union gnt_copy_side {
	void *virt; /* our memory: may cross a page boundary */
	struct {
		uint32_t ref;
		uint16_t offset; /* bytes into the granted page */
		uint16_t domid;
	} foreign; /* offset + len must stay within the page */
};

/*
 * One segment. status is OUT: 0 or a negative grant status (GNTST_*).
 * The layout is the kernel's: 24 bytes.
 */
struct gnt_copy_segment {
	union gnt_copy_side source;
	union gnt_copy_side dest;
	uint16_t len;
	uint16_t flags;
	int16_t status;
};

/* Close-on-exec descriptor; mappings outlive it until unmapped or exit. */
int gnt_open(void);
void gnt_close(int fd);
/* Has the kernel reserve its page records for grants; errors do not matter. */
void gnt_warm(int fd);

/*
 * Maps n pages granted by domid side by side. prot is PROT_READ or
 * PROT_READ | PROT_WRITE. Returns NULL with errno set on failure (EINVAL
 * when a reference is refused); then nothing is mapped.
 */
void *gnt_map(int fd, uint32_t domid, const uint32_t *refs, unsigned int n,
	      int prot);
/* ptr and n as gnt_map() had them. */
int gnt_unmap(int fd, void *ptr, unsigned int n);
/*
 * Has the kernel clear one byte of the mapping and/or fire a port when it is
 * unmapped, also by our death. byte or port may be -1 for "not that".
 */
int gnt_notify_on_unmap(int fd, void *ptr, long byte, long port);

/*
 * n pages of ours, zeroed, writable, side by side, each with a reference that
 * domid may use. Given domid 0 it makes memory of dom0 itself that copies can
 * name by reference: the kernel then need not look for the page behind an
 * address. NULL with errno set on failure (ENOENT: no /dev/xen/gntalloc).
 */
void *gnt_alloc(uint32_t domid, uint32_t *refs, unsigned int n);

/*
 * Executes all segments; 0 even if some failed, so look at each status.
 * Negative only if the call as a whole was refused (-EFAULT, -EINVAL).
 */
int gnt_copy(int fd, struct gnt_copy_segment *segments, unsigned int n);

#endif
