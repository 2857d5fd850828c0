// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl vm-list, uptime, claims, cpupool-list, block-list, network-list.
 *
 * Rules: 1. headings and rows are those of Xen's xl, byte for byte; 2. what
 * the store does not know is -1 or 0 there, and so it is here.
 * Lock: none. Never: changes anything. Next: vcpus.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/verbs.h"

int verb_vm_list(struct xl *x, int argc, char **argv)
{
	struct listing l;

	(void)argv;
	if (argc != 1)
		return verb_usage("vm-list");
	if (!listing_open(x, NULL, 0, &l))
		return XL_ERROR;
	printf("UUID                                  ID    name\n");
	for (uint32_t i = 0; i < l.count; i++) {
		char uuid[CONFIG_UUID_TEXT];

		uuid_format(l.list[i].handle, uuid);
		printf("%s  %u    %-30s\n", uuid, l.list[i].domain,
		       l.names[i] ? l.names[i] : "(null)");
	}
	listing_close(&l);
	return XL_OK;
}

int verb_claims(struct xl *x, int argc, char **argv)
{
	struct listing l;
	char row[256];

	(void)argv;
	if (argc != 1)
		return verb_usage("claims");
	if (!listing_open(x, NULL, 0, &l))
		return XL_ERROR;
	printf(LIST_HEADER "  Claimed\n");
	for (uint32_t i = 0; i < l.count; i++) {
		list_row(row, sizeof(row), l.names[i], &l.list[i]);
		printf("%s %5llu\n", row, (unsigned long long)
		       l.list[i].outstanding_pages >> 8);
	}
	listing_close(&l);
	return XL_OK;
}

/* ---- uptime ---- */

void uptime_text(char *text, size_t bytes, unsigned long seconds, bool brief)
{
	unsigned long days = seconds / 86400, rest = seconds % 86400;
	char before[40] = "";

	if (days)
		snprintf(before, sizeof(before), "%lu %s, ", days,
			 days == 1 ? "day" : "days");
	if (brief)
		snprintf(text, bytes, "%s%2lu:%02lu", before, rest / 3600,
			 rest / 60 % 60);
	else
		snprintf(text, bytes, "%s%2lu:%02lu:%02lu", before,
			 rest / 3600, rest / 60 % 60, rest % 60);
}

static unsigned long age(struct xl *x, const domain_info *info)
{
	char uuid[CONFIG_UUID_TEXT], *start;
	struct sysinfo machine;
	unsigned long born, now;

	if (info->domain == 0)
		return sysinfo(&machine) ? 0 : (unsigned long)machine.uptime;
	uuid_format(info->handle, uuid);
	start = store_read(x, "/vm/%s/start_time", uuid);
	born = start ? strtoul(start, NULL, 10) : 0;
	free(start);
	now = (unsigned long)time(NULL);
	return born && now > born ? now - born : 0;
}

int verb_uptime(struct xl *x, int argc, char **argv)
{
	bool brief = argc > 1 && strcmp(argv[1], "-s") == 0;
	char text[64], clock[16];
	time_t now = time(NULL);
	struct listing l;
	struct tm tm;

	if (!listing_open(x, argv + 1 + brief, argc - 1 - brief, &l))
		return XL_ERROR;
	strftime(clock, sizeof(clock), "%T", localtime_r(&now, &tm));
	if (!brief && (l.count || !l.missing))
		printf("%-33s %4s %s\n", "Name", "ID", "Uptime");
	for (uint32_t i = 0; i < l.count; i++) {
		const char *name = l.names[i] ? l.names[i] : "(null)";

		uptime_text(text, sizeof(text), age(x, &l.list[i]), brief);
		if (brief)
			printf(" %s up %s, %s (%u)\n", clock, text, name,
			       l.list[i].domain);
		else
			printf("%-33s %4u %s\n", name, l.list[i].domain, text);
	}
	listing_close(&l);
	return l.missing ? XL_ERROR : XL_OK;
}

/* ---- the one pool ---- */

int verb_cpupool_list(struct xl *x, int argc, char **argv)
{
	bool cpus = argc > 1 && (strcmp(argv[1], "-c") == 0 ||
				 strcmp(argv[1], "--cpus") == 0);
	struct xy_sysctl op = { .cmd = XY_SYSCTL_physinfo };
	uint32_t count, domains;
	domain_info *list;

	if (argc > 2 + cpus || (argc == 2 + cpus &&
				strcmp(argv[1 + cpus], "Pool-0")))
		return verb_usage("cpupool-list");
	if (!xl_call(x))
		return XL_ERROR;
	list = call_sysctl(&x->call, &op) ? NULL : domain_all(x, &domains);
	if (!list)
		return XL_ERROR;
	free(list);
	count = op.u.physinfo.nr_cpus;
	if (!cpus)
		printf("%-19s%s\n%-19s%3u %9s       y       %4u\n", "Name",
		       "CPUs   Sched     Active   Domain count", "Pool-0",
		       count, scheduler_name(x), domains);
	else if (count > 1)
		printf("%-19sCPU list\n%-19s0-%u\n", "Name", "Pool-0",
		       count - 1);
	else
		printf("%-19sCPU list\n%-19s0\n", "Name", "Pool-0");
	return XL_OK;
}

/* ---- devices ---- */

static long node_number(struct xl *x, const char *dir, const char *name,
			long otherwise)
{
	char *value = store_read(x, "%s/%s", dir, name);
	long n = value && *value ? strtol(value, NULL, 10) : otherwise;

	free(value);
	return n;
}

static void block_row(struct xl *x, uint16_t domid, const char *id,
		      const char *dir)
{
	char *backend = store_read(x, "%s/backend", dir);

	printf("%-5s %-3ld %-6u %-5ld %-6ld %-8ld %-30s\n", id,
	       node_number(x, dir, "backend-id", -1), domid,
	       node_number(x, dir, "state", -1),
	       node_number(x, dir, "event-channel", -1),
	       node_number(x, dir, "ring-ref", -1), backend ? backend : "");
	free(backend);
}

static void network_row(struct xl *x, uint16_t domid, const char *id,
			const char *dir)
{
	char *backend = store_read(x, "%s/backend", dir);
	char *mac = store_read(x, "%s/mac", dir);

	(void)domid;
	printf("%-3s %-2ld %-17s%6ld %5ld %6ld %5ld/%-11ld %-30s\n", id,
	       node_number(x, dir, "backend-id", -1), mac ? mac : "",
	       node_number(x, dir, "handle", -1),
	       node_number(x, dir, "state", -1),
	       node_number(x, dir, "event-channel", -1),
	       node_number(x, dir, "tx-ring-ref", -1),
	       node_number(x, dir, "rx-ring-ref", -1),
	       backend ? backend : "");
	free(backend);
	free(mac);
}

typedef void device_row(struct xl *x, uint16_t domid, const char *id,
			const char *dir);

static void device_rows(struct xl *x, uint16_t domid, const char *kind,
			device_row *row)
{
	char *all = store_path("/local/domain/%u/device/%s", domid, kind);
	unsigned int n = 0;
	char **ids = all ? xs_directory(x->store, XBT_NULL, all, &n) : NULL;

	for (unsigned int i = 0; ids && i < n; i++) {
		char *dir = store_path("%s/%s", all, ids[i]);

		if (dir)
			row(x, domid, ids[i], dir);
		free(dir);
	}
	free(ids);
	free(all);
}

static int list_devices(struct xl *x, char **words, int count,
			const char *kind, device_row *row)
{
	int status = XL_OK;

	for (int i = 0; i < count; i++) {
		uint16_t domid;

		if (domain_need(x, words[i], true, &domid))
			device_rows(x, domid, kind, row);
		else
			status = XL_ERROR;
	}
	return status;
}

int verb_block_list(struct xl *x, int argc, char **argv)
{
	if (argc < 2)
		return verb_usage("block-list");
	printf("%-5s %-3s %-6s %-5s %-6s %-8s %-30s\n", "Vdev", "BE", "handle",
	       "state", "evt-ch", "ring-ref", "BE-path");
	return list_devices(x, argv + 1, argc - 1, "vbd", block_row);
}

int verb_network_list(struct xl *x, int argc, char **argv)
{
	if (argc < 2)
		return verb_usage("network-list");
	printf("%-3s %-2s %-17s %-6s %-5s %-6s %5s/%-11s %-30s\n", "Idx", "BE",
	       "Mac Addr.", "handle", "state", "evt-ch", "tx-", "rx-ring-ref",
	       "BE-path");
	return list_devices(x, argv + 1, argc - 1, "vif", network_row);
}
