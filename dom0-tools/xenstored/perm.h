/* SPDX-License-Identifier: GPL-2.0-only */
/* Permission lists: shared, immutable, reference-counted. */
#ifndef XENSTORED_PERM_H
#define XENSTORED_PERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERM_READ 1
#define PERM_WRITE 2
#define PERM_OWNER 4 /* only asked for, never stored */

#define PERM_LIST_MAX 256 /* entries that anybody may set */
#define PERM_GUEST_MAX 5 /* entries that a guest may set */

/* Who asks: a domain, and the domain whose rights it has besides (or none). */
struct who {
	uint16_t domid;
	uint16_t target; /* XY_DOMID_INVALID: none */
};

struct perm_entry {
	uint16_t domid;
	uint8_t bits;
};

struct perms {
	uint32_t ref;
	uint32_t count; /* >= 1 */
	struct perm_entry entry[]; /* [0]: owner, and what others may do */
};

/*
 * From the wire: count strings such as "n0" lying behind each other.
 * NULL: malformed (no entries, unknown letter, domain number out of range).
 */
struct perms *perm_parse(const char *strings, size_t bytes);
/* To the wire: bytes written, each string with its NUL; -E2BIG if > room. */
int perm_format(const struct perms *p, char *out, size_t room);

/* Just an owner; others may do bits. */
struct perms *perm_owner(uint16_t domid, uint8_t bits);
/* p as it is if domid owns it, else a copy with the owner changed. */
struct perms *perm_inherit(struct perms *p, uint16_t domid);
struct perms *perm_get(struct perms *p);
void perm_put(struct perms *p);

/* Domain 0 may do all, an owner too. */
bool perm_allows(const struct perms *p, const struct who *who, unsigned want);

#endif
