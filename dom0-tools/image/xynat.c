// SPDX-License-Identifier: GPL-2.0-only
/*
 * xynat DEVICE: masquerade what leaves dom0 through DEVICE.
 *
 * Writes one rule, "POSTROUTING -o DEVICE -j MASQUERADE", into the kernel's
 * IPv4 nat table by its socket option (linux/netfilter_ipv4/ip_tables.h),
 * replacing the whole table: dom0's image has no other rules, and Debian has no
 * static iptables. Needs the modules iptable_nat and xt_MASQUERADE.
 * The blob is five entries: three chains that accept, the chain with the rule
 * and its policy, and the error entry that ends each table.
 */
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter/nf_nat.h>

struct verdict_entry {
	struct ipt_entry entry;
	struct xt_standard_target target;
};

struct masq_entry {
	struct ipt_entry entry;
	struct xt_entry_target target;
	struct nf_nat_ipv4_multi_range_compat range;
} __attribute__((aligned(8)));

struct error_entry {
	struct ipt_entry entry;
	struct xt_error_target target;
};

struct table {
	struct ipt_replace head;
	struct verdict_entry prerouting, input, output;
	struct masq_entry masq;
	struct verdict_entry postrouting;
	struct error_entry end;
};

_Static_assert(sizeof(struct masq_entry) % 8 == 0, "entries are 8-aligned");

static void fill_accept(struct verdict_entry *e)
{
	e->entry.target_offset = sizeof(e->entry);
	e->entry.next_offset = sizeof(*e);
	e->target.target.u.user.target_size = sizeof(e->target);
	e->target.verdict = -NF_ACCEPT - 1;
}

static void fill_masq(struct masq_entry *e, const char *device)
{
	size_t n = strlen(device);

	memcpy(e->entry.ip.outiface, device, n);
	memset(e->entry.ip.outiface_mask, 0xff, n + 1);
	e->entry.target_offset = sizeof(e->entry);
	e->entry.next_offset = sizeof(*e);
	e->target.u.user.target_size =
		sizeof(*e) - offsetof(struct masq_entry, target);
	strcpy(e->target.u.user.name, "MASQUERADE");
	e->range.rangesize = 1;
}

static void fill_head(struct table *t, struct xt_counters *old, unsigned count)
{
	static const struct {
		unsigned int hook;
		size_t first, policy;
	} chain[] = {
#define CHAIN(hook, first, policy) \
	{ hook, offsetof(struct table, first), offsetof(struct table, policy) }
		CHAIN(NF_INET_PRE_ROUTING, prerouting, prerouting),
		CHAIN(NF_INET_LOCAL_IN, input, input),
		CHAIN(NF_INET_LOCAL_OUT, output, output),
		CHAIN(NF_INET_POST_ROUTING, masq, postrouting),
	};
	const size_t base = offsetof(struct table, prerouting);
	size_t i;

	strcpy(t->head.name, "nat");
	t->head.num_entries = 6;
	t->head.size = sizeof(*t) - base;
	t->head.counters = old;
	t->head.num_counters = count;
	for (i = 0; i < sizeof(chain) / sizeof(chain[0]); i++) {
		t->head.valid_hooks |= 1u << chain[i].hook;
		t->head.hook_entry[chain[i].hook] =
			(unsigned int)(chain[i].first - base);
		t->head.underflow[chain[i].hook] =
			(unsigned int)(chain[i].policy - base);
	}
}

int main(int argc, char **argv)
{
	struct ipt_getinfo info = { .name = "nat" };
	socklen_t len = sizeof(info);
	struct xt_counters *old;
	static struct table t;
	int fd;

	if (argc != 2 || strlen(argv[1]) >= IFNAMSIZ - 1) {
		fprintf(stderr, "usage: xynat DEVICE\n");
		return 2;
	}
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0 ||
	    getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &len)) {
		fprintf(stderr, "xynat: no nat table in this kernel: %s\n",
			strerror(errno));
		return 1;
	}
	old = calloc(info.num_entries, sizeof(*old));
	if (!old)
		return 1;
	fill_accept(&t.prerouting);
	fill_accept(&t.input);
	fill_accept(&t.output);
	fill_masq(&t.masq, argv[1]);
	fill_accept(&t.postrouting);
	t.end.entry.target_offset = sizeof(t.end.entry);
	t.end.entry.next_offset = sizeof(t.end);
	t.end.target.target.u.user.target_size = sizeof(t.end.target);
	strcpy(t.end.target.target.u.user.name, "ERROR");
	strcpy(t.end.target.errorname, "ERROR");
	fill_head(&t, old, info.num_entries);
	if (setsockopt(fd, IPPROTO_IP, IPT_SO_SET_REPLACE, &t, sizeof(t))) {
		fprintf(stderr, "xynat: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}
