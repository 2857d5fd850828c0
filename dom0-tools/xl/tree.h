/* SPDX-License-Identifier: GPL-2.0-only */
/* A domain's nodes in the store: written in one transaction, removed in one
 * round trip. */
#ifndef DOM0_TOOLS_XL_TREE_H
#define DOM0_TOOLS_XL_TREE_H

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/xl.h"

/* The rings of store and console. Frame 0: not known yet. */
struct tree_rings {
	uint32_t store_port;
	uint32_t console_port;
	uint64_t store_mfn;
	uint64_t console_mfn;
};

/* A negative errno: nothing was written. */
int tree_write(struct xl *x, uint16_t domid, const struct domain_config *c,
	       const struct tree_rings *r);
/* The frames of the rings, when tree_write() did not know them. */
int tree_write_rings(struct xl *x, uint16_t domid,
		     const struct tree_rings *r);
/* xenstored serves the domain from here on, and tells consoled. */
int tree_introduce(struct xl *x, uint16_t domid, const struct tree_rings *r);
/* All of it; backends let go when they see theirs vanish. */
void tree_remove(struct xl *x, uint16_t domid, const uint8_t uuid[16]);
/* The disks and NICs of more, for a domain that runs. */
int tree_attach(struct xl *x, uint16_t domid, const struct domain_config *more);
/* Both ends of one device; kind is that of its backend: "qdisk" or "vif". */
void tree_remove_device(struct xl *x, uint16_t domid, const char *kind,
			uint32_t devid);
/* The devices only. */
void tree_remove_devices(struct xl *x, uint16_t domid);

#endif
