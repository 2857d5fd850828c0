// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two stacks talk over a bad wire: it loses, doubles, delays and damages
 * frames, cuts large ones into segments as a NIC does or hands them over
 * whole, in pieces.  Both send a stream of known bytes and read the other's in
 * random steps; whatever the wire does, each byte arrives once and in order,
 * both halves end, and nothing takes for ever.
 *
 * The clock is simulated: it goes to the next frame's arrival or deadline.
 */
#include <stdio.h>

#include "tests/unit/frontend-drivers/guest/net/peer.h"

#define IN_FLIGHT	512
#define RING		65536
#define MS		1000000ULL

struct flying {
	uint8_t *bytes;
	size_t n;
	uint64_t at;
	bool good;		/* summed by the device */
};

struct end {
	struct net net;
	struct tcp *c;
	uint8_t tx[RING], rx[RING];
	uint32_t sent, got, total;
	bool closed;
	struct flying fly[IN_FLIGHT];	/* on their way to this end */
};

struct weather {
	const char *name;
	unsigned int lose, twice, damage;	/* of 1000 */
	uint64_t delay_ns, jitter_ns;
	uint32_t gso;
	bool csum, whole;
	uint32_t ring, total;
};

static struct end ends[2];
static uint64_t now, seed;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

static uint8_t byte_of(unsigned int from, uint32_t i)
{
	return (uint8_t)(i * 31 + (i >> 8) * 7 + from * 101);
}

static void put_one(struct end *to, const struct weather *w,
		    const uint8_t *f, size_t n, bool good)
{
	for (unsigned int i = 0; i < IN_FLIGHT; i++) {
		struct flying *q = &to->fly[i];

		if (q->bytes)
			continue;
		q->bytes = malloc(n);
		memcpy(q->bytes, f, n);
		q->n = n;
		q->at = now + w->delay_ns +
			(w->jitter_ns ? rnd((uint32_t)w->jitter_ns) : 0);
		q->good = good;
		if (rnd(1000) < w->damage) {
			q->bytes[rnd((uint32_t)n)] ^= (uint8_t)(1 + rnd(255));
			q->good = false;
		}
		return;
	}	/* a full wire loses */
}

static void put_wire(struct end *to, const struct weather *w,
		     const uint8_t *f, size_t n, bool good)
{
	if (rnd(1000) >= w->lose)
		put_one(to, w, f, n, good);
	if (rnd(1000) < w->twice)
		put_one(to, w, f, n, good);
}

/* Cuts a large segment as a device does. */
static void cut(struct end *to, const struct weather *w, const uint8_t *f,
		size_t n, size_t mss)
{
	static uint8_t part[FRAME_MAX];
	size_t head = 34 + (size_t)(f[34 + TCP_OFFSET] >> 4) * 4, at;

	for (at = head; at < n; at += mss) {
		size_t bytes = n - at < mss ? n - at : mss;
		uint8_t *ip = part + ETH_BYTES, *t = part + 34;

		memcpy(part, f, head);
		memcpy(part + head, f + at, bytes);
		put16(ip + IP_TOTAL, (uint32_t)(head - ETH_BYTES + bytes));
		put16(ip + IP_CSUM, 0);
		put16(ip + IP_CSUM, 0xffffu & ~(uint32_t)
		      plain_sum(0, ip, IP_BYTES));
		put32(t + TCP_SEQ, get32(t + TCP_SEQ) +
		      (uint32_t)(at - head));
		if (at + bytes < n)
			t[TCP_FLAGS] &= (uint8_t) ~(TCP_F_FIN | TCP_F_PSH);
		put16(t + TCP_CSUM, 0);
		put16(t + TCP_CSUM, 0xffffu & ~(uint32_t)
		      l4_sum(ip, head - 34 + bytes));
		put_wire(to, w, part, head + bytes, false);
	}
}

static void pump(struct end *from, struct end *to, const struct weather *w)
{
	static uint8_t head[NET_HEAD_BYTES], flat[FRAME_MAX];
	struct net_out out = { .head = head };
	unsigned int n;

	for (n = 0; net_output(&from->net, &out, now); n++) {
		size_t bytes = flatten(&out, flat);

		assert_true(n < 1000);
		assert_true(bytes <= 65535 + ETH_BYTES);
		if (out.gso_bytes && !w->whole)
			cut(to, w, flat, bytes, out.gso_bytes);
		else
			put_wire(to, w, flat, bytes, out.csum_blank);
	}
}

/* Hands one frame in, cut into random pieces behind its head. */
static void arrive(struct end *e, struct flying *f, const struct weather *w)
{
	static uint8_t head[NET_HEAD_BYTES];
	struct end *other = &ends[e == &ends[0]];
	struct net_out out = { .head = head };
	struct net_in in = { .csum_good = f->good };
	size_t at = 0, part = f->n < 200 ? f->n : 100 + rnd(100);
	struct net_udp udp;

	while (at < f->n) {
		if (in.pieces == NET_PIECES - 1 || part > f->n - at)
			part = f->n - at;
		in.piece[in.pieces++] =
			(struct net_piece){ f->bytes + at, (uint32_t)part };
		at += part;
		part = 1 + rnd(9000);
	}
	if (net_input(&e->net, &in, &out, &udp, now) == NET_REPLY) {
		static uint8_t flat[FRAME_MAX];

		put_wire(other, w, flat, flatten(&out, flat), false);
	}
	free(f->bytes);
	f->bytes = NULL;
}

static void owner(unsigned int i)
{
	struct end *e = &ends[i];
	const uint8_t *in;
	uint8_t *room;
	uint32_t n;

	if (!e->c)
		e->c = tcp_accept(&e->net);
	if (!e->c || e->closed)
		return;
	n = tcp_room(e->c, &room);
	if (n && e->sent < e->total && e->c->state != TCP_SYN_SENT) {
		n = 1 + rnd(n);
		if (n > e->total - e->sent)
			n = e->total - e->sent;
		for (uint32_t k = 0; k < n; k++)
			room[k] = byte_of(i, e->sent + k);
		tcp_commit(e->c, n);
		e->sent += n;
	}
	if (e->sent == e->total && !e->c->fin_queued)
		tcp_shutdown(e->c);
	n = tcp_ready(e->c, &in);
	if (n && rnd(3)) {
		n = 1 + rnd(n);
		for (uint32_t k = 0; k < n; k++)
			assert_int_equal(in[k], byte_of(!i, e->got + k));
		e->got += n;
		tcp_take(e->c, n);
	}
	if (!tcp_at_end(e->c))
		return;
	if (tcp_all_sent(e->c)) {
		assert_int_equal(e->c->why == TCP_WHY_RESET ||
				 e->c->why == TCP_WHY_TIMEOUT, 0);
	} else if (e->c->state == TCP_CLOSED) {
		/* Only the last word may be lost: the peer forgot us after
		 * its short TIME_WAIT. All bytes are where they belong. */
		assert_true(ends[!i].closed || ends[!i].c->fin_seen);
		assert_int_equal(e->got, ends[!i].total);
	} else {
		return;
	}
	tcp_close(e->c);
	e->closed = true;
}

static uint64_t next_time(void)
{
	uint64_t first = NET_NEVER, t;

	for (int i = 0; i < 2; i++) {
		for (int k = 0; k < IN_FLIGHT; k++)
			if (ends[i].fly[k].bytes && ends[i].fly[k].at < first)
				first = ends[i].fly[k].at;
		t = net_deadline(&ends[i].net);
		if (t < first)
			first = t;
	}
	return first;
}

static void begin(const struct weather *w)
{
	memset(ends, 0, sizeof(ends));
	now = 5 * MS;
	for (unsigned int i = 0; i < 2; i++) {
		struct end *e = &ends[i];

		net_init(&e->net, i ? their_mac : our_mac, i ? THEIRS : OURS,
			 0xffffff00, seed + i);
		net_rings(&e->net, i * 3, (struct tcp_ring){ e->tx, w->ring },
			  (struct tcp_ring){ e->rx, w->ring });
		e->net.csum_offload = w->csum;
		e->net.gso_max = w->gso;
		e->total = w->total ? rnd(w->total) : 0;
	}
	ends[1].net.listen_port = 80;
	ends[0].c = tcp_connect(&ends[0].net, THEIRS, 80, now);
	assert_non_null(ends[0].c);
}

static void stuck(const struct weather *w)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct tcp *c = ends[i].c;

		print_message("%s, seed %lu: end %u sent %u got %u of %u\n",
			      w->name, (unsigned long)seed, i, ends[i].sent,
			      ends[i].got, ends[i].total);
		for (unsigned int k = 0; k < NET_CONNS; k++)
			print_message(" %d", ends[i].net.conn[k].state);
		if (c)
			print_message("; una %u nxt %u end %u wnd %u tries %u",
				      c->snd_una - c->iss, c->snd_nxt - c->iss,
				      c->snd_end - c->iss, c->snd_wnd,
				      c->tries);
		print_message("\n");
	}
	fail_msg("stuck at %lu", (unsigned long)now);
}

static void run(const struct weather *w)
{
	uint64_t end_ns, t;
	uint32_t steps = 0;

	begin(w);
	end_ns = now + 3600 * 1000 * MS;
	while (!ends[0].closed || !ends[1].closed) {
		for (unsigned int i = 0; i < 2; i++) {
			for (unsigned int k = 0; k < IN_FLIGHT; k++)
				if (ends[i].fly[k].bytes &&
				    ends[i].fly[k].at <= now)
					arrive(&ends[i], &ends[i].fly[k], w);
			owner(i);
			pump(&ends[i], &ends[!i], w);
		}
		t = next_time();
		now = t != NET_NEVER && t > now ? t : now + MS;
		if (now >= end_ns || ++steps > 300000)
			stuck(w);
	}
	for (unsigned int i = 0; i < 2; i++)
		assert_int_equal(ends[i].got, ends[!i].total);
	/* When the wire is empty and TIME_WAIT over, all is as at first. */
	while ((t = next_time()) != NET_NEVER && now < end_ns) {
		now = t > now ? t : now + MS;
		for (unsigned int i = 0; i < 2; i++) {
			for (unsigned int k = 0; k < IN_FLIGHT; k++)
				if (ends[i].fly[k].bytes &&
				    ends[i].fly[k].at <= now)
					arrive(&ends[i], &ends[i].fly[k], w);
			pump(&ends[i], &ends[!i], w);
		}
	}
	for (unsigned int i = 0; i < 2 * NET_CONNS; i++)
		assert_int_equal(ends[i & 1].net.conn[i / 2].state,
				 TCP_CLOSED);
}

static const struct weather weathers[] = {
	{ "fair", 0, 0, 0, MS / 10, 0, 0, false, false, RING, 2000000 },
	{ "fair, offload", 0, 0, 0, MS / 10, 0, 60000, true, true, RING,
	  4000000 },
	{ "cut by the device", 5, 5, 0, MS / 10, 0, 60000, true, false, RING,
	  1000000 },
	{ "loss", 50, 0, 0, MS, 0, 0, false, false, RING, 300000 },
	{ "heavy loss", 200, 10, 0, MS, 0, 0, false, false, 8192, 60000 },
	{ "reorder", 0, 0, 0, MS, 5 * MS, 0, false, false, RING, 500000 },
	{ "double", 0, 300, 0, MS, 3 * MS, 0, false, false, 16384, 300000 },
	{ "damage", 0, 0, 30, MS, 0, 0, false, false, RING, 300000 },
	{ "all of it", 30, 50, 20, 2 * MS, 8 * MS, 20000, true, false, 32768,
	  200000 },
	{ "small rings", 10, 10, 10, MS, 2 * MS, 0, false, false, 1024,
	  40000 },
	{ "nothing to say", 100, 100, 10, MS, 2 * MS, 0, false, false, 1024,
	  0 },
};

static void weather(void **state)
{
	unsigned int round, i;

	(void)state;
	for (round = 0; round < 12; round++)
		for (i = 0; i < sizeof(weathers) / sizeof(*weathers); i++) {
			seed = round * 1000 + i + 1;
			if (round == 0)
				print_message("%s\n", weathers[i].name);
			run(&weathers[i]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weather),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
