// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl vcpu-list, vcpu-pin, vcpu-set.
 *
 * Rules: 1. rows are those of Xen's xl, byte for byte; 2. vcpu-set only asks,
 * by a word in the store: the guest takes its CPUs up and down itself.
 * Lock: none. Never: pins where no CPU is. Next: tune.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/cpulist.h"
#include "dom0-tools/xl/verbs.h"

#define BITMAP_BITS 64

struct vcpu_row {
	struct xy_domctl_getvcpuinfo info;
	uint64_t hard;
	uint64_t soft;
};

static bool online_cpus(struct xl *x, uint64_t *cpus)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_physinfo };
	int err = call_sysctl(&x->call, &op);
	uint32_t last = op.u.physinfo.max_cpu_id;

	*cpus = last >= BITMAP_BITS - 1 ? ~0ull : (1ull << (last + 1)) - 1;
	if (err)
		report_error("cannot ask for the CPUs: %s", strerror(-err));
	return !err;
}

/* The maps go through the arena. */
int vcpu_affinity(struct xl *x, uint32_t cmd, uint16_t domid, uint32_t vcpu,
		  uint64_t maps[2])
{
	size_t mark = call_mark(&x->call);
	uint64_t *copy = call_scratch(&x->call, 2 * sizeof(*copy));
	struct xy_domctl op = { .cmd = cmd, .domain = domid };
	struct xy_domctl_vcpuaffinity *a = &op.u.vcpuaffinity;
	int err;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, maps, 2 * sizeof(*copy));
	a->vcpu = vcpu;
	a->flags = XY_VCPUAFFINITY_HARD | XY_VCPUAFFINITY_SOFT;
	a->cpumap_hard.bitmap = (uintptr_t)&copy[0];
	a->cpumap_hard.nr_bits = BITMAP_BITS;
	a->cpumap_soft.bitmap = (uintptr_t)&copy[1];
	a->cpumap_soft.nr_bits = BITMAP_BITS;
	err = call_domctl(&x->call, &op);
	memcpy(maps, copy, 2 * sizeof(*copy));
	call_rewind(&x->call, mark);
	return err;
}

static int read_vcpu(struct xl *x, uint16_t domid, uint32_t vcpu,
		     struct vcpu_row *row)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_getvcpuinfo,
		.domain = domid,
	};
	uint64_t maps[2] = { 0, 0 };
	int err;

	op.u.getvcpuinfo.vcpu = vcpu;
	err = call_domctl(&x->call, &op);
	if (!err)
		err = vcpu_affinity(x, XY_DOMCTL_getvcpuaffinity, domid, vcpu,
				    maps);
	row->info = op.u.getvcpuinfo;
	row->hard = maps[0];
	row->soft = maps[1];
	return err;
}

int vcpu_row_text(char *text, size_t bytes, const struct vcpu_place *at,
		  const struct xy_domctl_getvcpuinfo *info)
{
	char where[16];

	if (info->online)
		snprintf(where, sizeof(where), "%5u %3c%c- ", info->cpu,
			 info->running ? 'r' : '-', info->blocked ? 'b' : '-');
	else
		snprintf(where, sizeof(where), "%5c %3c%cp ", '-', '-', '-');
	return snprintf(text, bytes, "%-32s %5u %5u%s%9.1f  %s / %s",
			at->name ? at->name : "(null)", at->domid, at->vcpu,
			where, (double)info->cpu_time / 1e9, at->hard,
			at->soft);
}

static void print_vcpus(struct xl *x, const domain_info *info,
			const char *name, uint64_t online)
{
	for (uint32_t i = 0; i <= info->max_vcpu_id; i++) {
		char hard[CPULIST_TEXT], soft[CPULIST_TEXT], text[640];
		struct vcpu_place at = { name, info->domain, i, hard, soft };
		struct vcpu_row row;

		if (read_vcpu(x, info->domain, i, &row))
			continue;
		cpulist_format(row.hard, online, hard);
		cpulist_format(row.soft, online, soft);
		vcpu_row_text(text, sizeof(text), &at, &row.info);
		puts(text);
	}
}

int verb_vcpu_list(struct xl *x, int argc, char **argv)
{
	struct listing l;
	uint64_t online;

	if (!listing_open(x, argv + 1, argc - 1, &l))
		return XL_ERROR;
	if (!online_cpus(x, &online)) {
		listing_close(&l);
		return XL_ERROR;
	}
	printf("%-32s %5s %5s %5s %5s %9s %s\n", "Name", "ID", "VCPU", "CPU",
	       "State", "Time(s)", "Affinity (Hard / Soft)");
	for (uint32_t i = 0; i < l.count; i++)
		print_vcpus(x, &l.list[i], l.names[i], online);
	listing_close(&l);
	return l.missing ? XL_ERROR : XL_OK;
}

static int pin(struct xl *x, uint16_t domid, uint32_t vcpu,
	       const char *const words[2])
{
	struct vcpu_row old;
	uint64_t maps[2];
	int err = read_vcpu(x, domid, vcpu, &old);

	if (err)
		return err;
	maps[0] = old.hard;
	maps[1] = old.soft;
	for (int i = 0; i < 2; i++)
		if (words[i] && strcmp(words[i], "-") &&
		    !cpulist_parse(words[i], &maps[i]))
			return -EDOM;
	return vcpu_affinity(x, XY_DOMCTL_setvcpuaffinity, domid, vcpu, maps);
}

static int pin_failed(const char *name, uint32_t vcpu, int err)
{
	if (err == -EDOM)
		report_error("cannot pin '%s': CPUs are named like 0-3,^2 or "
			     "all, and are below 64", name);
	else
		report_error("cannot pin vCPU %u of '%s': %s", vcpu, name,
			     err == -EINVAL || err == -ESRCH ?
			     "there is no such vCPU, or none of these CPUs" :
			     strerror(-err));
	return XL_ERROR;
}

int verb_vcpu_pin(struct xl *x, int argc, char **argv)
{
	const char *words[2];
	uint32_t first = 0, last;
	domain_info info;
	uint16_t domid;
	char *end;

	if (argc < 4 || argc > 5)
		return verb_usage("vcpu-pin");
	if (!domain_need(x, argv[1], true, &domid) ||
	    !domain_get(x, domid, &info))
		return XL_ERROR;
	last = info.max_vcpu_id;
	if (strcmp(argv[2], "all")) {
		first = last = (uint32_t)strtoul(argv[2], &end, 10);
		if (*end || argv[2][0] < '0' || argv[2][0] > '9')
			return verb_usage("vcpu-pin");
	}
	words[0] = argv[3];
	words[1] = argc > 4 ? argv[4] : NULL;
	for (uint32_t i = first; i <= last; i++) {
		int err = pin(x, domid, i, words);

		if (err)
			return pin_failed(argv[1], i, err);
	}
	return XL_OK;
}

int verb_vcpu_set(struct xl *x, int argc, char **argv)
{
	unsigned int want;
	domain_info info;
	uint16_t domid;
	bool ok = true;

	if (argc != 3 || !option_seconds(argv[2], &want))
		return verb_usage("vcpu-set");
	if (!domain_need(x, argv[1], false, &domid) ||
	    !domain_get(x, domid, &info))
		return XL_ERROR;
	if (want == 0 || want > info.max_vcpu_id + 1) {
		report_error("cannot give '%s' %u vCPUs: it was made with "
			     "room for 1 to %u", argv[1], want,
			     info.max_vcpu_id + 1);
		report_hint("maxvcpus= of its configuration is the bound");
		return XL_ERROR;
	}
	for (uint32_t i = 0; i <= info.max_vcpu_id; i++)
		ok &= store_write(x, i < want ? "online" : "offline",
				  "/local/domain/%u/cpu/%u/availability",
				  domid, i);
	if (!ok)
		report_error("cannot ask '%s': %s", argv[1], strerror(errno));
	return ok ? XL_OK : XL_ERROR;
}
