/* SPDX-License-Identifier: GPL-2.0-only */
/* A domain's nodes in the store: written in one transaction, removed in one
 * round trip. */
#ifndef DOM0_TOOLS_XL_TREE_H
#define DOM0_TOOLS_XL_TREE_H

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/xl.h"

struct tree_ports {
	uint32_t store;
	uint32_t console;
};

/* Everything but the rings. A negative errno: nothing was written. */
int tree_write(struct xl *x, uint16_t domid, const struct domain_config *c,
	       const struct tree_ports *p);
/* The rings of store and console; then xenstored and consoled are told. */
int tree_introduce(struct xl *x, const struct tree_ports *p, uint16_t domid,
		   uint64_t store_mfn, uint64_t console_mfn);
/* All of it; backends let go when they see theirs vanish. */
void tree_remove(struct xl *x, uint16_t domid, const uint8_t uuid[16]);
/* The devices only. */
void tree_remove_devices(struct xl *x, uint16_t domid);

#endif
