// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of CPUs as people write them.
 *
 * Rules: 1. words are taken from left to right, a word with '^' takes away,
 * so that "all,^0" and "0-7,^3" mean what they seem to; 2. a set that starts
 * by taking away takes from all.
 * Lock: none. Never: asks the hypervisor. Next: vcpus.c.
 */
#include "dom0-tools/xl/cpulist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS 64

static uint64_t range_mask(unsigned int from, unsigned int to)
{
	uint64_t upto = to == CPUS - 1 ? ~0ull : (1ull << (to + 1)) - 1;

	return upto & ~((1ull << from) - 1);
}

/* "3" or "3-5": its end, or NULL. */
static const char *parse_range(const char *p, uint64_t *mask)
{
	unsigned long from, to;
	char *end;

	if (*p < '0' || *p > '9')
		return NULL;
	from = to = strtoul(p, &end, 10);
	if (*end == '-') {
		p = end + 1;
		if (*p < '0' || *p > '9')
			return NULL;
		to = strtoul(p, &end, 10);
	}
	if (from > to || to >= CPUS)
		return NULL;
	*mask = range_mask((unsigned int)from, (unsigned int)to);
	return end;
}

bool cpulist_parse(const char *text, uint64_t *cpus)
{
	const char *p = text;
	bool first = true;

	*cpus = 0;
	for (;;) {
		bool away = *p == '^';
		uint64_t mask = ~0ull;

		p += away;
		if (strncmp(p, "all", 3) == 0)
			p += 3;
		else
			p = parse_range(p, &mask);
		if (!p || (*p && *p != ','))
			return false;
		if (away && first)
			*cpus = ~0ull;
		*cpus = away ? *cpus & ~mask : *cpus | mask;
		first = false;
		if (!*p++)
			return true;
	}
}

void cpulist_format(uint64_t cpus, uint64_t online, char text[CPULIST_TEXT])
{
	char *p = text;

	if ((cpus & online) == online) {
		strcpy(text, "all");
		return;
	}
	strcpy(text, "-");
	for (unsigned int i = 0; i < CPUS; i++) {
		unsigned int last = i;

		if (!(cpus >> i & 1))
			continue;
		while (last + 1 < CPUS && cpus >> (last + 1) & 1)
			last++;
		p += sprintf(p, "%s%u", p > text ? "," : "", i);
		if (last > i)
			p += sprintf(p, "-%u", last);
		i = last;
	}
}
