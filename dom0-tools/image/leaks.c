// SPDX-License-Identifier: GPL-2.0-only
/*
 * leaks [KEYS]: what a guest could leave behind, in one line of numbers; and
 * debug keys to press, whose answers the hypervisor writes to its log.
 *
 *   frames N ports N nodes N domains N
 *
 * frames: the hypervisor's free frames; ports: event channels of dom0 that
 * are not closed; nodes: nodes in xenstore; domains: those the hypervisor
 * has. Taken before and after a life cycle, the numbers must be equal.
 * Reads only; ports are asked one by one up to the 2-level limit of dom0.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/evtchn.h"
#include "abi/hypercall.h"
#include "dom0-tools/lib/call.h"
#include "dom0-tools/lib/store.h"

static unsigned long count_nodes(struct xs_handle *h, const char *path)
{
	unsigned int n = 0, i;
	unsigned long sum = 1;
	char **names = xs_directory(h, XBT_NULL, path, &n), *child;

	for (i = 0; names && i < n; i++) {
		if (asprintf(&child, "%s/%s", path[1] ? path : "",
			     names[i]) < 0)
			break;
		sum += count_nodes(h, child);
		free(child);
	}
	free(names);
	return sum;
}

static unsigned int count_ports(struct call *c)
{
	struct xy_evtchn_status *s;
	unsigned int port, used = 0;

	s = call_scratch(c, sizeof(*s));
	for (port = 1; s && port < 4096; port++) {
		uint64_t arg[5] = { XY_EVTCHNOP_status, (uintptr_t)s };

		memset(s, 0, sizeof(*s));
		s->dom = XY_DOMID_SELF;
		s->port = port;
		if (call_hypercall(c, XY_HYPERVISOR_event_channel_op, arg,
				   NULL))
			break;
		used += s->status != XY_EVTCHNSTAT_closed;
	}
	return used;
}

static void press(struct call *c, const char *keys)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_debug_keys };
	size_t n = strlen(keys);
	char *copy = call_scratch(c, n + 1);

	if (!copy)
		return;
	memcpy(copy, keys, n);
	op.u.debug_keys.keys = (uintptr_t)copy;
	op.u.debug_keys.nr_keys = (uint32_t)n;
	if (call_sysctl(c, &op))
		fprintf(stderr, "leaks: no debug keys here\n");
}

int main(int argc, char **argv)
{
	static struct xy_domctl_getdomaininfo list[512];
	struct xy_sysctl op = { .cmd = XY_SYSCTL_physinfo };
	struct xs_handle *h = xs_open(0);
	uint32_t domains = 0;
	struct call c;
	int rc;

	rc = call_open(&c);
	if (!rc)
		rc = call_sysctl(&c, &op);
	if (!rc)
		rc = call_domain_list(&c, 0, 512, list, &domains);
	if (rc || !h) {
		fprintf(stderr, "leaks: %s\n",
			rc ? strerror(-rc) : "no xenstored");
		return 1;
	}
	printf("frames %llu ports %u nodes %lu domains %u\n",
	       (unsigned long long)op.u.physinfo.free_pages, count_ports(&c),
	       count_nodes(h, "/"), domains);
	if (argc > 1)
		press(&c, argv[1]);
	xs_close(h);
	call_close(&c);
	return 0;
}
