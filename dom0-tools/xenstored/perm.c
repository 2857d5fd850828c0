/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Permission lists.
 *
 * Rules:
 * 1. The first entry's domain owns the node and may do everything with it;
 *    its letter is what domains not named later may do.
 * 2. Domain 0 may do everything, everywhere.
 * 3. A domain with a target (a device model) has the target's rights too.
 * 4. Lists never change once made; most nodes share their parent's.
 *
 * The rules are those of docs/misc/xenstore.txt in the public Xen tree.
 * Next on the tour: store.c, which asks here before it touches a node.
 */
#include "dom0-tools/xenstored/perm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/base.h"
#include "dom0-tools/xenstored/mem.h"

static const struct {
	char letter;
	uint8_t bits;
} letters[] = {
	{ 'n', 0 },
	{ 'r', PERM_READ },
	{ 'w', PERM_WRITE },
	{ 'b', PERM_READ | PERM_WRITE },
};

static struct perms *make(uint32_t count)
{
	struct perms *p =
		mem_alloc(sizeof(*p) + count * sizeof(struct perm_entry));

	p->ref = 1;
	p->count = count;
	return p;
}

static bool parse_entry(const char *s, struct perm_entry *e)
{
	unsigned long domid;
	size_t i;
	char *end;

	for (i = 0; i < 4 && letters[i].letter != s[0]; i++)
		;
	if (i == 4 || s[1] < '0' || s[1] > '9')
		return false;
	domid = strtoul(s + 1, &end, 10);
	if (*end || domid >= XY_DOMID_FIRST_RESERVED)
		return false;
	e->domid = (uint16_t)domid;
	e->bits = letters[i].bits;
	return true;
}

struct perms *perm_parse(const char *strings, size_t bytes)
{
	struct perm_entry e[PERM_LIST_MAX];
	struct perms *p;
	uint32_t n = 0;
	size_t at;

	if (bytes == 0 || strings[bytes - 1] != '\0')
		return NULL;
	for (at = 0; at < bytes; at += strlen(strings + at) + 1) {
		if (n == PERM_LIST_MAX || !parse_entry(strings + at, &e[n]))
			return NULL;
		n++;
	}
	p = make(n);
	memcpy(p->entry, e, n * sizeof(e[0]));
	return p;
}

int perm_format(const struct perms *p, char *out, size_t room)
{
	size_t at = 0;
	uint32_t i;
	int n;

	for (i = 0; i < p->count; i++) {
		n = snprintf(out + at, room - at, "%c%u",
			     letters[p->entry[i].bits].letter,
			     (unsigned int)p->entry[i].domid);
		if (n < 0 || (size_t)n + 1 > room - at)
			return -E2BIG;
		at += (size_t)n + 1;
	}
	return (int)at;
}

struct perms *perm_owner(uint16_t domid, uint8_t bits)
{
	struct perms *p = make(1);

	p->entry[0] = (struct perm_entry){ .domid = domid, .bits = bits };
	return p;
}

struct perms *perm_inherit(struct perms *p, uint16_t domid)
{
	struct perms *q;

	if (p->entry[0].domid == domid)
		return perm_get(p);
	q = make(p->count);
	memcpy(q->entry, p->entry, p->count * sizeof(p->entry[0]));
	q->entry[0].domid = domid;
	return q;
}

struct perms *perm_get(struct perms *p)
{
	p->ref++;
	return p;
}

void perm_put(struct perms *p)
{
	if (p && --p->ref == 0)
		free(p);
}

bool perm_allows(const struct perms *p, const struct who *who, unsigned want)
{
	uint16_t owner = p->entry[0].domid;
	uint32_t i;

	if (who->domid == 0 || who->domid == owner || who->target == owner)
		return true;
	if (want & PERM_OWNER)
		return false;
	for (i = 1; i < p->count; i++)
		if (p->entry[i].domid == who->domid ||
		    p->entry[i].domid == who->target)
			return (p->entry[i].bits & want) == want;
	return (p->entry[0].bits & want) == want;
}
