// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl top: who uses the machine, again and again.
 *
 * Columns are those of Xen's xentop up to VBDS. What a disk has transferred
 * is known to the backend alone and has no column here.
 *
 * Rules: 1. a percentage is of the time between two looks, so the first look
 * shows none; 2. on a terminal each look replaces the one before; elsewhere,
 * or with -b, they follow each other.
 * Lock: none. Never: changes anything. Next: list.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dom0-tools/xl/verbs.h"

#define DEFAULT_SECONDS 3
#define UNBOUNDED_PAGES (1ull << 40)

struct look {
	struct listing l;
	uint64_t at_ns;
	uint64_t total_kib;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool take_look(struct xl *x, struct look *k)
{
	struct xy_sysctl op = { .cmd = XY_SYSCTL_physinfo };

	if (!listing_open(x, NULL, 0, &k->l))
		return false;
	k->at_ns = now_ns();
	k->total_kib = call_sysctl(&x->call, &op) ? 0 :
		       op.u.physinfo.total_pages * 4;
	return true;
}

/* dying, shut down, blocked, crashed, paused, running: xentop's order. */
static void letters(const domain_info *d, char text[7])
{
	const uint32_t f = d->flags;
	bool crashed = domain_is_shut(d) && domain_reason(d) == 3;

	snprintf(text, 7, "%c%c%c%c%c%c", f & XY_DOMINF_dying ? 'd' : '-',
		 f & XY_DOMINF_shutdown && !crashed ? 's' : '-',
		 f & XY_DOMINF_blocked ? 'b' : '-', crashed ? 'c' : '-',
		 f & XY_DOMINF_paused ? 'p' : '-',
		 f & XY_DOMINF_running ? 'r' : '-');
}

int top_row(char *row, size_t bytes, const struct top_use *u)
{
	char state[7], most[32];
	uint64_t kib = u->info->tot_pages * 4;

	letters(u->info, state);
	if (u->info->max_pages >= UNBOUNDED_PAGES)
		snprintf(most, sizeof(most), "%10s %9s", "no limit", "n/a");
	else
		snprintf(most, sizeof(most), "%10llu %9.1f",
			 (unsigned long long)u->info->max_pages * 4,
			 u->total_kib ? (double)u->info->max_pages * 400 /
			 (double)u->total_kib : 0);
	return snprintf(row, bytes, "%10s %6s %10llu %6.1f %10llu %6.1f %s "
			"%5u %4u %8llu %8llu %4u", u->name ? u->name : "(null)",
			state, (unsigned long long)u->info->cpu_time /
			1000000000u, u->cpu_percent, (unsigned long long)kib,
			u->total_kib ? (double)kib * 100 /
			(double)u->total_kib : 0, most,
			u->info->nr_online_vcpus, u->nics,
			(unsigned long long)u->sent >> 10,
			(unsigned long long)u->received >> 10, u->disks);
}

/* Since the look before; 0 when it was not there then. */
static double percent(const struct look *old, const struct look *k,
		      const domain_info *d)
{
	uint64_t ns = k->at_ns - old->at_ns;

	for (uint32_t i = 0; i < old->l.count; i++) {
		const domain_info *o = &old->l.list[i];

		if (o->domain == d->domain &&
		    memcmp(o->handle, d->handle, sizeof(d->handle)) == 0 && ns)
			return (double)(d->cpu_time - o->cpu_time) * 100 /
			       (double)ns;
	}
	return 0;
}

static uint64_t counter(const char *interface, const char *name)
{
	char path[128];
	unsigned long long n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s",
		 interface, name);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%llu", &n) != 1)
		n = 0;
	fclose(f);
	return n;
}

/* What the guest sends is what our end of the wire receives. */
static void count_nics(struct xl *x, uint16_t domid, struct top_use *u)
{
	char *dir = store_path("/local/domain/0/backend/vif/%u", domid);
	char **ids = dir ? xs_directory(x->store, XBT_NULL, dir, &u->nics) :
		     NULL;

	for (unsigned int i = 0; ids && i < u->nics; i++) {
		char *name = store_read(x, "%s/%s/vifname", dir, ids[i]);
		char usual[32];

		snprintf(usual, sizeof(usual), "vif%u.%.8s", domid, ids[i]);
		u->sent += counter(name ? name : usual, "rx_bytes");
		u->received += counter(name ? name : usual, "tx_bytes");
		free(name);
	}
	free(ids);
	free(dir);
}

static unsigned int count_disks(struct xl *x, uint16_t domid)
{
	char *dir = store_path("/local/domain/%u/device/vbd", domid);
	unsigned int n = 0;

	free(dir ? xs_directory(x->store, XBT_NULL, dir, &n) : NULL);
	free(dir);
	return n;
}

static void print_look(struct xl *x, const struct look *old,
		       const struct look *k)
{
	char row[256];

	puts("      NAME  STATE   CPU(sec) CPU(%)     MEM(k) MEM(%)  MAXMEM(k) "
	     "MAXMEM(%) VCPUS NETS NETTX(k) NETRX(k) VBDS");
	for (uint32_t i = 0; i < k->l.count; i++) {
		const domain_info *d = &k->l.list[i];
		struct top_use u = {
			.info = d,
			.name = k->l.names[i],
			.cpu_percent = percent(old, k, d),
			.total_kib = k->total_kib,
			.disks = count_disks(x, d->domain),
		};

		count_nics(x, d->domain, &u);
		top_row(row, sizeof(row), &u);
		puts(row);
	}
	fflush(stdout);
}

static int watch(struct xl *x, unsigned int seconds, unsigned int times,
		 bool screen)
{
	const struct timespec nap = { .tv_sec = seconds };
	struct look old = { 0 }, k = { 0 };

	for (unsigned int i = 0; !x->stop && (!times || i < times); i++) {
		if (i)
			nanosleep(&nap, NULL);
		if (x->stop || !take_look(x, &k))
			break;
		if (screen)
			printf("\x1b[H\x1b[2J");
		print_look(x, &old, &k);
		listing_close(&old.l);
		old = k;
		memset(&k, 0, sizeof(k));
	}
	listing_close(&old.l);
	return XL_OK;
}

int verb_top(struct xl *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "batch", no_argument, NULL, 'b' },
		{ "delay", required_argument, NULL, 'd' },
		{ "iterations", required_argument, NULL, 'i' },
		{ 0 }
	};
	unsigned int seconds = DEFAULT_SECONDS, times = 0;
	bool screen = isatty(STDOUT_FILENO);
	int c;

	while ((c = getopt_long(argc, argv, "bd:i:", options, NULL)) != -1) {
		if (c == 'b')
			screen = false;
		else if ((c != 'd' || !option_seconds(optarg, &seconds)) &&
			 (c != 'i' || !option_seconds(optarg, &times)))
			return verb_usage("top");
	}
	if (optind < argc)
		return verb_usage("top");
	return watch(x, seconds ? seconds : 1, times, screen);
}
