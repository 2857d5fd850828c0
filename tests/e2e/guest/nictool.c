// SPDX-License-Identifier: GPL-2.0-only
/*
 * nictool: a NIC's XDP and ethtool sides, without libbpf and ethtool.
 *
 *   nictool xdp DEV pass|drop|tx SECONDS   a program in the driver's own mode,
 *                                          for so long, or until SIGTERM. tx
 *                                          answers IPv4 pings itself: the
 *                                          kernel sees none
 *   nictool driver DEV    "DRIVER name"
 *   nictool stats DEV     "STAT name value" for each
 *   nictool ring DEV [RX TX]    "RING rx n of max tx n of max", after setting
 *   nictool channels DEV  "CHANNELS n of max"
 *   nictool steer DEV [QUEUE]   "STEER function f, n entries:" and how many of
 *                               them name queue 0, 1, "key" and its bytes, two
 *                               digits each; first all to QUEUE
 *
 * Exit status 0 if the driver did it; else 1 and one line with its error.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fail(const char *what)
{
	printf("NICTOOL %s: %s\n", what, strerror(errno));
	return 1;
}

/* --- XDP */

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

#define INSN(op, d, s, o, i) \
	{ .code = (op), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define MOV_K(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define MOV_X(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD_K(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define LOAD(w, d, s, o) INSN(BPF_LDX | BPF_MEM | (w), d, s, o, 0)
#define STORE(w, d, s, o) INSN(BPF_STX | BPF_MEM | (w), d, s, o, 0)
#define STORE_K(w, d, o, i) INSN(BPF_ST | BPF_MEM | (w), d, 0, o, i)
#define JUMP_X(op, d, s, o) INSN(BPF_JMP | (op) | BPF_X, d, s, o, 0)
#define JUMP_K(op, d, i, o) INSN(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* An IPv4 echo request turned round in place: the rest passes. */
static const struct bpf_insn echo[] = {
	MOV_K(0, XDP_PASS),
	LOAD(BPF_W, 2, 1, offsetof(struct xdp_md, data)),
	LOAD(BPF_W, 3, 1, offsetof(struct xdp_md, data_end)),
	MOV_X(4, 2),
	ADD_K(4, 38),				/* to the ICMP checksum */
	JUMP_X(BPF_JGT, 4, 3, 33),
	LOAD(BPF_H, 5, 2, 12),
	JUMP_K(BPF_JNE, 5, 0x0008, 31),		/* ETH_P_IP, as it lies */
	LOAD(BPF_H, 5, 2, 14),
	INSN(BPF_ALU64 | BPF_AND | BPF_K, 5, 0, 0, 0xff),
	JUMP_K(BPF_JNE, 5, 0x45, 28),		/* no options */
	LOAD(BPF_B, 5, 2, 23),
	JUMP_K(BPF_JNE, 5, 1, 26),		/* ICMP */
	LOAD(BPF_B, 5, 2, 34),
	JUMP_K(BPF_JNE, 5, 8, 24),		/* echo request */
	/* MAC addresses change places, two bytes at a time */
	LOAD(BPF_H, 5, 2, 0),
	LOAD(BPF_H, 6, 2, 6),
	STORE(BPF_H, 2, 6, 0),
	STORE(BPF_H, 2, 5, 6),
	LOAD(BPF_H, 5, 2, 2),
	LOAD(BPF_H, 6, 2, 8),
	STORE(BPF_H, 2, 6, 2),
	STORE(BPF_H, 2, 5, 8),
	LOAD(BPF_H, 5, 2, 4),
	LOAD(BPF_H, 6, 2, 10),
	STORE(BPF_H, 2, 6, 4),
	STORE(BPF_H, 2, 5, 10),
	/* and IP addresses */
	LOAD(BPF_W, 5, 2, 26),
	LOAD(BPF_W, 6, 2, 30),
	STORE(BPF_W, 2, 6, 26),
	STORE(BPF_W, 2, 5, 30),
	/* type 0; the checksum, a sum of 16-bit words, gains 8 in its first
	 * byte, and a carry comes in at the other end */
	STORE_K(BPF_B, 2, 34, 0),
	LOAD(BPF_H, 5, 2, 36),
	ADD_K(5, 8),
	MOV_X(6, 5),
	INSN(BPF_ALU64 | BPF_RSH | BPF_K, 6, 0, 0, 16),
	INSN(BPF_ALU64 | BPF_ADD | BPF_X, 5, 6, 0, 0),
	STORE(BPF_H, 2, 5, 36),
	MOV_K(0, XDP_TX),
	EXIT,
};

static int load(const struct bpf_insn *insns, unsigned int n)
{
	static char log[16384];
	union bpf_attr a;
	int fd;

	memset(&a, 0, sizeof(a));
	a.prog_type = BPF_PROG_TYPE_XDP;
	a.expected_attach_type = BPF_XDP;
	a.insns = (uintptr_t)insns;
	a.insn_cnt = n;
	a.license = (uintptr_t) "GPL";
	a.log_buf = (uintptr_t)log;
	a.log_size = sizeof(log);
	a.log_level = 1;
	fd = (int)bpf(BPF_PROG_LOAD, &a);
	if (fd < 0)
		fprintf(stderr, "%s\n", log);
	return fd;
}

static void wake(int sig)
{
	(void)sig;
}

/* The link holds the program there for as long as this process lives. */
static int xdp(const char *dev, const char *what, unsigned int seconds)
{
	struct bpf_insn simple[] = { MOV_K(0, XDP_PASS), EXIT };
	union bpf_attr a;
	int prog;

	if (!strcmp(what, "drop"))
		simple[0].imm = XDP_DROP;
	prog = !strcmp(what, "tx") ? load(echo, sizeof(echo) / sizeof(*echo))
				   : load(simple, 2);
	if (prog < 0)
		return fail("program");
	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = (uint32_t)prog;
	a.link_create.target_ifindex = if_nametoindex(dev);
	a.link_create.attach_type = BPF_XDP;
	a.link_create.flags = XDP_FLAGS_DRV_MODE;
	if (bpf(BPF_LINK_CREATE, &a) < 0)
		return fail("attach");
	signal(SIGTERM, wake);
	printf("XDP %s on\n", what);
	fflush(stdout);
	sleep(seconds);
	printf("XDP %s off\n", what);
	return 0;
}

/* --- ethtool */

static int ask(const char *dev, void *data)
{
	static int sock = -1;
	struct ifreq r = { 0 };

	if (sock < 0)
		sock = socket(AF_INET, SOCK_DGRAM, 0);
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", dev);
	r.ifr_data = data;
	return ioctl(sock, SIOCETHTOOL, &r);
}

static int stats(const char *dev)
{
	struct {
		struct ethtool_sset_info info;
		uint32_t n;
	} set = { .info = { .cmd = ETHTOOL_GSSET_INFO,
			    .sset_mask = 1 << ETH_SS_STATS } };
	struct ethtool_gstrings *names;
	struct ethtool_stats *values;
	uint32_t i;

	if (ask(dev, &set) || !set.info.sset_mask)
		return fail("statistics");
	names = calloc(1, sizeof(*names) + set.n * ETH_GSTRING_LEN);
	values = calloc(1, sizeof(*values) + set.n * sizeof(uint64_t));
	if (!names || !values)
		return 1;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_STATS;
	values->cmd = ETHTOOL_GSTATS;
	names->len = values->n_stats = set.n;
	if (ask(dev, names) || ask(dev, values))
		return fail("statistics");
	for (i = 0; i < set.n; i++)
		printf("STAT %.*s %llu\n", ETH_GSTRING_LEN,
		       (const char *)names->data + i * ETH_GSTRING_LEN,
		       (unsigned long long)values->data[i]);
	return 0;
}

static int ring_sizes(const char *dev, char **want)
{
	struct ethtool_ringparam r = { .cmd = ETHTOOL_GRINGPARAM };

	if (ask(dev, &r))
		return fail("ring sizes");
	if (want) {
		r.cmd = ETHTOOL_SRINGPARAM;
		r.rx_pending = (uint32_t)atoi(want[0]);
		r.tx_pending = (uint32_t)atoi(want[1]);
		if (ask(dev, &r))
			return fail("set ring sizes");
		r.cmd = ETHTOOL_GRINGPARAM;
		if (ask(dev, &r))
			return fail("ring sizes");
	}
	printf("RING rx %u of %u tx %u of %u\n", r.rx_pending,
	       r.rx_max_pending, r.tx_pending, r.tx_max_pending);
	return 0;
}

static int driver(const char *dev)
{
	struct ethtool_drvinfo d = { .cmd = ETHTOOL_GDRVINFO };

	if (ask(dev, &d))
		return fail("driver");
	printf("DRIVER %s\n", d.driver);
	return 0;
}

static int channels(const char *dev)
{
	struct ethtool_channels c = { .cmd = ETHTOOL_GCHANNELS };

	if (ask(dev, &c))
		return fail("channels");
	printf("CHANNELS %u of %u\n", c.combined_count, c.max_combined);
	return 0;
}

static int steer(const char *dev, const char *queue)
{
	struct ethtool_rxfh size = { .cmd = ETHTOOL_GRSSH }, *h;
	uint32_t i, count[2] = { 0 };
	const uint8_t *key;

	if (ask(dev, &size))
		return fail("steering");
	h = calloc(1, sizeof(*h) + size.indir_size * 4 + size.key_size);
	if (!h)
		return 1;
	if (queue) {
		h->cmd = ETHTOOL_SRSSH;
		h->indir_size = size.indir_size;
		for (i = 0; i < size.indir_size; i++)
			h->rss_config[i] = (uint32_t)atoi(queue);
		if (ask(dev, h))
			return fail("set steering");
	}
	*h = size;
	h->cmd = ETHTOOL_GRSSH;
	if (ask(dev, h))
		return fail("steering");
	key = (const uint8_t *)&h->rss_config[h->indir_size];
	for (i = 0; i < h->indir_size; i++)
		if (h->rss_config[i] < 2)
			count[h->rss_config[i]]++;
	printf("STEER function %u, %u entries: %u %u key ", h->hfunc,
	       h->indir_size, count[0], count[1]);
	for (i = 0; i < h->key_size; i++)
		printf("%02x", key[i]);
	printf("\n");
	free(h);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	if (!strcmp(verb, "xdp") && argc == 5)
		return xdp(argv[2], argv[3], (unsigned int)atoi(argv[4]));
	if (!strcmp(verb, "stats"))
		return stats(argv[2]);
	if (!strcmp(verb, "driver"))
		return driver(argv[2]);
	if (!strcmp(verb, "channels"))
		return channels(argv[2]);
	if (!strcmp(verb, "ring"))
		return ring_sizes(argv[2], argc == 5 ? argv + 3 : NULL);
	if (!strcmp(verb, "steer"))
		return steer(argv[2], argc == 4 ? argv[3] : NULL);
	fprintf(stderr, "usage: nictool xdp|driver|stats|ring|channels|steer "
			"DEV\n");
	return 2;
}
