// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl mem-set, mem-max, sched-credit2.
 *
 * mem-set asks the guest's balloon by a word in the store and bounds the
 * domain to what it shall have, plus a little that the guest's own
 * bookkeeping may overshoot by. mem-max moves the bound of what may be asked.
 *
 * Rules: 1. memory is what real xl takes: a number with b, k, m, g or t, MiB
 * without; 2. a setting that the hypervisor refuses is never written to the
 * store.
 * Lock: none. Never: waits for the guest. Next: poke.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/control.h"
#include "dom0-tools/xl/verbs.h"

#define SLACK_KIB 1024
#define KIB_MAX (1ull << 40)

bool memory_parse(const char *text, uint64_t *kib)
{
	static const char units[] = "bkmgt";
	unsigned long long n;
	const char *unit;
	char *end, letter;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoull(text, &end, 10);
	letter = *end ? *end : 'm';
	if (letter >= 'A' && letter <= 'Z')
		letter = (char)(letter - 'A' + 'a');
	unit = strchr(units, letter);
	if (errno || !unit || (*end && end[1]) || n > KIB_MAX)
		return false;
	if (unit == units) {
		*kib = n >> 10;
		return true;
	}
	/* Below 2^40 the shift cannot lose a bit before it is looked at. */
	for (; unit > units + 1; unit--) {
		n <<= 10;
		if (n > KIB_MAX)
			return false;
	}
	*kib = n;
	return true;
}

static uint64_t store_kib(struct xl *x, uint16_t domid, const char *name)
{
	char *value = store_read(x, "/local/domain/%u/memory/%s", domid, name);
	uint64_t kib = value ? strtoull(value, NULL, 10) : 0;

	free(value);
	return kib;
}

static bool write_kib(struct xl *x, uint16_t domid, const char *name,
		      uint64_t kib)
{
	char value[24];

	snprintf(value, sizeof(value), "%llu", (unsigned long long)kib);
	if (store_write(x, value, "/local/domain/%u/memory/%s", domid, name))
		return true;
	report_error("xenstored refuses memory/%s of domain %u: %s", name,
		     domid, strerror(errno));
	return false;
}

static int bound(struct xl *x, uint16_t domid, uint64_t kib)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_max_mem,
		.domain = domid,
	};
	int err;

	op.u.max_mem.max_memkb = kib + SLACK_KIB;
	err = call_domctl(&x->call, &op);
	if (err)
		report_error("cannot bound the memory of domain %u: %s", domid,
			     strerror(-err));
	return err;
}

static int memory_words(struct xl *x, int argc, char **argv, bool dom0_too,
			uint16_t *domid, uint64_t *kib)
{
	if (argc != 3)
		return verb_usage(argv[0]);
	if (!memory_parse(argv[2], kib) || *kib == 0) {
		report_error("'%s' is no amount of memory", argv[2]);
		report_hint("a number of MiB, or with a unit: 512m, 2g");
		return XL_ERROR;
	}
	return domain_need(x, argv[1], dom0_too, domid) ? XL_OK : XL_ERROR;
}

int verb_mem_set(struct xl *x, int argc, char **argv)
{
	uint64_t kib, most;
	uint16_t domid;
	int status = memory_words(x, argc, argv, false, &domid, &kib);

	if (status)
		return status;
	most = store_kib(x, domid, "static-max");
	if (most && kib > most) {
		report_error("cannot give '%s' %llu MiB: its bound is %llu MiB",
			     argv[1], (unsigned long long)kib >> 10,
			     (unsigned long long)most >> 10);
		report_hint("xl mem-max moves the bound, up to what maxmem= "
			    "made room for");
		return XL_ERROR;
	}
	if (bound(x, domid, kib) || !write_kib(x, domid, "target", kib))
		return XL_ERROR;
	return XL_OK;
}

int verb_mem_max(struct xl *x, int argc, char **argv)
{
	uint64_t kib, target;
	uint16_t domid;
	int status = memory_words(x, argc, argv, false, &domid, &kib);

	if (status)
		return status;
	target = store_kib(x, domid, "target");
	if (kib < target) {
		report_error("cannot bound '%s' to %llu MiB: %llu MiB are "
			     "wanted of it", argv[1],
			     (unsigned long long)kib >> 10,
			     (unsigned long long)target >> 10);
		report_hint("xl mem-set first");
		return XL_ERROR;
	}
	if (bound(x, domid, kib) || !write_kib(x, domid, "static-max", kib))
		return XL_ERROR;
	return XL_OK;
}

/* ---- the scheduler's weights ---- */

struct sched_words {
	const char *domain;
	bool set, pool_only;
	unsigned int weight, cap;	/* 0: leave it */
};

static int credit2(struct xl *x, uint16_t domid, uint32_t cmd,
		   struct xy_domctl_sched_credit2 *params)
{
	struct xy_domctl op = {
		.cmd = XY_DOMCTL_scheduler_op,
		.domain = domid,
	};
	int err;

	op.u.scheduler_op.sched_id = XY_SCHEDULER_CREDIT2;
	op.u.scheduler_op.cmd = cmd;
	op.u.scheduler_op.u.credit2 = *params;
	err = call_domctl(&x->call, &op);
	*params = op.u.scheduler_op.u.credit2;
	return err;
}

static void sched_rows(struct xl *x, const struct listing *l)
{
	printf("%-33s %4s %6s %4s\n", "Name", "ID", "Weight", "Cap");
	for (uint32_t i = 0; i < l->count; i++) {
		struct xy_domctl_sched_credit2 p = { 0 };

		if (credit2(x, l->list[i].domain, XY_DOMCTL_SCHEDOP_getinfo,
			    &p) == 0)
			printf("%-33s %4u %6u %4u\n",
			       l->names[i] ? l->names[i] : "(null)",
			       l->list[i].domain, p.weight, p.cap);
	}
}

static void pool_row(struct xl *x)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_scheduler_op };
	struct xy_sysctl_scheduler_op *s = &op.u.scheduler_op;

	s->sched_id = XY_SCHEDULER_CREDIT2;
	s->cmd = XY_SYSCTL_SCHEDOP_getinfo;
	if (call_sysctl(&x->call, &op))
		printf("Cpupool Pool-0: [sched params unavailable]\n");
	else
		printf("Cpupool Pool-0: ratelimit=%uus\n",
		       s->u.sched_credit2.ratelimit_us);
}

static int sched_set(struct xl *x, const struct sched_words *w)
{
	struct xy_domctl_sched_credit2 p = { 0 };
	uint16_t domid;
	int err;

	if (!domain_need(x, w->domain, true, &domid))
		return XL_ERROR;
	err = credit2(x, domid, XY_DOMCTL_SCHEDOP_getinfo, &p);
	if (w->weight)
		p.weight = (uint16_t)w->weight;
	p.cap = (uint16_t)w->cap;
	if (!err)
		err = credit2(x, domid, XY_DOMCTL_SCHEDOP_putinfo, &p);
	if (!err)
		return XL_OK;
	report_error("cannot set the scheduling of '%s': %s", w->domain,
		     err == -EOPNOTSUPP ?
		     "Xylem has weights, but no caps yet" : strerror(-err));
	return XL_ERROR;
}

static bool sched_parse(int argc, char **argv, struct sched_words *w)
{
	static const struct option options[] = {
		{ "domain", required_argument, NULL, 'd' },
		{ "weight", required_argument, NULL, 'w' },
		{ "cap", required_argument, NULL, 'c' },
		{ "schedparam", no_argument, NULL, 's' },
		{ "cpupool", required_argument, NULL, 'p' },
		{ 0 }
	};
	unsigned int *number;
	int c;

	while ((c = getopt_long(argc, argv, "d:w:c:sp:", options, NULL)) !=
	       -1) {
		if (c == '?')
			return false;
		if (c == 'd')
			w->domain = optarg;
		w->pool_only |= c == 's';
		if (c != 'w' && c != 'c')
			continue;
		w->set = true;
		number = c == 'w' ? &w->weight : &w->cap;
		if (!option_seconds(optarg, number) || *number > 65535)
			return false;
	}
	return optind == argc && (!w->set || w->domain) &&
	       !(w->pool_only && w->domain);
}

int verb_sched_credit2(struct xl *x, int argc, char **argv)
{
	struct sched_words w = { 0 };
	struct listing l;
	char *word;

	if (!sched_parse(argc, argv, &w))
		return verb_usage("sched-credit2");
	if (w.set)
		return sched_set(x, &w);
	word = (char *)(uintptr_t)w.domain;
	if (!listing_open(x, &word, word ? 1 : 0, &l))
		return XL_ERROR;
	if (!word)
		pool_row(x);
	if (!w.pool_only && !l.missing)
		sched_rows(x, &l);
	listing_close(&l);
	return l.missing ? XL_ERROR : XL_OK;
}
