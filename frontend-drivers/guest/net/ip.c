// SPDX-License-Identifier: MIT
/*
 * Ethernet, ARP, IPv4, ICMP and UDP: frames in, answers, heads of frames out.
 *
 * Rules:
 *  1. Headers are copied out of a frame once, checked there and used there:
 *     the frame's memory may belong to a backend that still writes to it.
 *  2. A length is believed only when the frame has the bytes.
 *  3. A frame gets at most one answer at once, into the room that the caller
 *     gave. Without room it is dropped, as IP allows.
 *  4. Fragments, other people's addresses, broadcasts (ARP apart) and packets
 *     "from ourselves" are dropped.
 *
 * It never waits and never answers an ICMP error.
 */
#include "frontend-drivers/guest/net/stack.h"

#define ARP_AGAIN	SECOND

static const uint8_t everybody[6] = { 255, 255, 255, 255, 255, 255 };

void net_init(struct net *net, const uint8_t mac[6], uint32_t ip,
	      uint32_t mask, uint64_t secret)
{
	memset(net, 0, sizeof(*net));
	memcpy(net->mac, mac, 6);
	net->ip = ip;
	net->mask = mask;
	net->secret = secret;
	net->mtu = 1500;
	net->next_port = (uint16_t)(49152 + (secret & 0xfff));
	for (unsigned int i = 0; i < NET_CONNS; i++)
		tcp_reset(&net->conn[i]);
}

/* ---- neighbours ---- */

static struct net_neighbour *arp_find(struct net *net, uint32_t ip)
{
	for (unsigned int i = 0; i < NET_ARP; i++)
		if (net->arp[i].ip == ip)
			return &net->arp[i];
	return NULL;
}

static struct net_neighbour *arp_add(struct net *net, uint32_t ip)
{
	struct net_neighbour *n = &net->arp[net->arp_next++ % NET_ARP];

	*n = (struct net_neighbour){ .ip = ip };
	return n;
}

const uint8_t *net_resolve(struct net *net, uint32_t ip, uint64_t now_ns)
{
	struct net_neighbour *n;

	if ((ip ^ net->ip) & net->mask)
		ip = net->gateway;
	if (!ip)
		return NULL;
	n = arp_find(net, ip);
	if (n && n->known)
		return n->mac;
	if (!n)
		n = arp_add(net, ip);
	if (!n->asked || (now_ns - n->asked_ns >= ARP_AGAIN)) {
		n->ask = true;
		n->asked_ns = now_ns;
	}
	return NULL;
}

static uint8_t *eth_begin(struct net *net, struct net_out *out,
			  const uint8_t mac[6], uint16_t type)
{
	uint8_t *h = out->head;

	*out = (struct net_out){ .head = h };
	memcpy(h + ETH_DST, mac, 6);
	memcpy(h + ETH_SRC, net->mac, 6);
	put16(h + ETH_TYPE, type);
	return h + ETH_BYTES;
}

static void arp_say(struct net *net, struct net_out *out, uint16_t op,
		    const uint8_t mac[6], uint32_t ip)
{
	static const uint8_t kind[6] = { 0, 1, 8, 0, 6, 4 };
	uint8_t *a = eth_begin(net, out, mac, ETH_TYPE_ARP);

	memcpy(a + ARP_KIND, kind, 6);
	put16(a + ARP_OP, op);
	memcpy(a + ARP_SENDER_MAC, net->mac, 6);
	put32(a + ARP_SENDER_IP, net->ip);
	memset(a + ARP_TARGET_MAC, 0, 6);
	if (op == ARP_REPLY)
		memcpy(a + ARP_TARGET_MAC, mac, 6);
	put32(a + ARP_TARGET_IP, ip);
	out->head_bytes = ETH_BYTES + ARP_BYTES;
}

static enum net_verdict arp_input(struct net *net, const uint8_t *head,
				  uint32_t bytes, struct net_out *out)
{
	static const uint8_t kind[6] = { 0, 1, 8, 0, 6, 4 };
	const uint8_t *a = head + ETH_BYTES;
	struct net_neighbour *n;
	uint32_t from;

	if (bytes < ETH_BYTES + ARP_BYTES || memcmp(a + ARP_KIND, kind, 6) ||
	    get32(a + ARP_TARGET_IP) != net->ip)
		return NET_DONE;
	from = get32(a + ARP_SENDER_IP);
	if (!from || from == net->ip || a[ARP_SENDER_MAC] & 1)
		return NET_DONE;
	n = arp_find(net, from);
	/* An answer is taken only by who asked. */
	if (!n && get16(a + ARP_OP) == ARP_REQUEST)
		n = arp_add(net, from);
	if (n) {
		memcpy(n->mac, a + ARP_SENDER_MAC, 6);
		n->known = true;
		n->ask = false;
		n->asked = 0;
	}
	if (get16(a + ARP_OP) != ARP_REQUEST || !out)
		return NET_DONE;
	arp_say(net, out, ARP_REPLY, a + ARP_SENDER_MAC, from);
	return NET_REPLY;
}

static bool arp_output(struct net *net, struct net_out *out)
{
	for (unsigned int i = 0; i < NET_ARP; i++) {
		struct net_neighbour *n = &net->arp[i];

		if (!n->ask)
			continue;
		n->ask = false;
		n->asked++;
		arp_say(net, out, ARP_REQUEST, everybody, n->ip);
		return true;
	}
	return false;
}

/* ---- heads of what goes out ---- */

uint8_t *net_begin(struct net *net, struct net_out *out, const uint8_t mac[6],
		   uint32_t dst, uint8_t protocol, uint32_t head_bytes,
		   uint32_t l4_bytes)
{
	uint8_t *ip = eth_begin(net, out, mac, ETH_TYPE_IPV4);
	uint16_t sum;

	put16(ip + IP_VERSION, 0x4500);
	put16(ip + IP_TOTAL, IP_BYTES + l4_bytes);
	put16(ip + IP_ID, net->ip_id++);
	put16(ip + IP_FRAGMENT, IP_DONT_FRAGMENT);
	ip[IP_TTL] = 64;
	ip[IP_PROTOCOL] = protocol;
	put16(ip + IP_CSUM, 0);
	put32(ip + IP_SRC, net->ip);
	put32(ip + IP_DST, dst);
	sum = (uint16_t)~net_fold(net_sum(0, ip, IP_BYTES));
	memcpy(ip + IP_CSUM, &sum, 2);
	out->head_bytes = ETH_BYTES + IP_BYTES + head_bytes;
	return ip + IP_BYTES;
}

void net_end(struct net *net, struct net_out *out, uint8_t protocol,
	     uint32_t csum_offset)
{
	uint8_t *l4 = out->head + ETH_BYTES + IP_BYTES;
	uint32_t head = out->head_bytes - ETH_BYTES - IP_BYTES;
	uint32_t bytes = head + out->data[0].bytes + out->data[1].bytes;
	uint64_t sum = net_pseudo(net->ip, get32(l4 - IP_BYTES + IP_DST),
				  protocol, bytes);
	struct net_in all = {
		.piece = { { l4, head }, out->data[0], out->data[1] },
		.pieces = 3,
	};
	uint16_t folded;

	memset(l4 + csum_offset, 0, 2);
	if (net->csum_offload) {
		folded = net_fold(sum);
		out->csum_blank = true;
		out->csum_start = ETH_BYTES + IP_BYTES;
		out->csum_offset = (uint16_t)csum_offset;
	} else {
		folded = (uint16_t)~net_fold(sum + net_sum_frame(&all, 0,
								 bytes));
		if (!folded) /* in UDP 0 says that there is no sum */
			folded = 0xffff;
	}
	memcpy(l4 + csum_offset, &folded, 2);
}

/* ---- ICMP ---- */

static void icmp_sum(struct net_out *out)
{
	uint8_t *icmp = out->head + ETH_BYTES + IP_BYTES;
	uint16_t sum;

	memset(icmp + ICMP_CSUM, 0, 2);
	sum = (uint16_t)~net_fold(net_sum(0, icmp, out->head_bytes -
					  ETH_BYTES - IP_BYTES));
	memcpy(icmp + ICMP_CSUM, &sum, 2);
}

static enum net_verdict icmp_input(struct net *net, const struct packet *p,
				   struct net_out *out)
{
	const uint8_t *icmp = p->head + p->l4;
	uint8_t *reply;

	if (p->l4_bytes < ICMP_BYTES || icmp[ICMP_TYPE] != ICMP_ECHO || !out ||
	    p->l4_bytes > NET_HEAD_BYTES - ETH_BYTES - IP_BYTES ||
	    net_fold(net_sum_frame(p->in, p->l4, p->l4_bytes)) != 0xffff)
		return NET_DONE;
	reply = net_begin(net, out, p->head + ETH_SRC, p->src, IP_ICMP,
			  p->l4_bytes, p->l4_bytes);
	net_copy(p->in, p->l4, reply, p->l4_bytes);
	reply[ICMP_TYPE] = ICMP_ECHO_REPLY;
	reply[ICMP_CODE] = 0;
	icmp_sum(out);
	return NET_REPLY;
}

/* Nobody listens: the offending packet's head goes back. */
static enum net_verdict icmp_no_port(struct net *net, const struct packet *p,
				     struct net_out *out)
{
	uint32_t quote = p->l4 - ETH_BYTES + UDP_BYTES;
	uint8_t *icmp;

	if (!out)
		return NET_DONE;
	icmp = net_begin(net, out, p->head + ETH_SRC, p->src, IP_ICMP,
			 ICMP_BYTES + quote, ICMP_BYTES + quote);
	memset(icmp, 0, ICMP_BYTES);
	icmp[ICMP_TYPE] = ICMP_UNREACHABLE;
	icmp[ICMP_CODE] = ICMP_CODE_PORT;
	memcpy(icmp + ICMP_BYTES, p->head + ETH_BYTES, quote);
	icmp_sum(out);
	return NET_REPLY;
}

/* ---- UDP ---- */

static void udp_begin(struct net *net, struct net_out *out,
		      const uint8_t mac[6], const struct net_udp *to)
{
	uint8_t *udp = net_begin(net, out, mac, to->src, IP_UDP,
				 UDP_BYTES + to->bytes, UDP_BYTES + to->bytes);

	put16(udp + UDP_SRC, to->dst_port);
	put16(udp + UDP_DST, to->src_port);
	put16(udp + UDP_LENGTH, UDP_BYTES + to->bytes);
	memcpy(udp + UDP_BYTES, to->data, to->bytes);
	net_end(net, out, IP_UDP, UDP_CSUM);
}

bool net_udp_send(struct net *net, struct net_out *out,
		  const struct net_udp *to, uint64_t now_ns)
{
	const uint8_t *mac = net_resolve(net, to->src, now_ns);

	if (!mac || to->bytes > NET_HEAD_BYTES - ETH_BYTES - IP_BYTES -
				UDP_BYTES)
		return false;
	udp_begin(net, out, mac, to);
	net->counts.out++;
	return true;
}

static enum net_verdict udp_input(struct net *net, const struct packet *p,
				  struct net_out *out, struct net_udp *udp)
{
	const uint8_t *u = p->head + p->l4;
	uint32_t bytes = p->l4_bytes >= UDP_BYTES ? get16(u + UDP_LENGTH) : 0;

	if (bytes < UDP_BYTES || bytes > p->l4_bytes ||
	    p->l4 + bytes > p->in->piece[0].bytes)
		return NET_DONE;
	if (!p->in->csum_good && get16(u + UDP_CSUM) != 0 &&
	    net_fold(net_pseudo(p->src, net->ip, IP_UDP, bytes) +
		     net_sum_frame(p->in, p->l4, bytes)) != 0xffff) {
		net->counts.in_bad++;
		return NET_DONE;
	}
	*udp = (struct net_udp){
		.src = p->src, .src_port = get16(u + UDP_SRC),
		.dst_port = get16(u + UDP_DST), .bytes = bytes - UDP_BYTES,
		.data = p->in->piece[0].at + p->l4 + UDP_BYTES,
	};
	if (net->udp_port && udp->dst_port == net->udp_port)
		return NET_UDP;
	if (udp->dst_port != UDP_PORT_ECHO)
		return icmp_no_port(net, p, out);
	/* Two echo services would never stop talking. */
	if (!out || udp->src_port == UDP_PORT_ECHO ||
	    p->l4 + bytes > NET_HEAD_BYTES)
		return NET_DONE;
	udp_begin(net, out, p->head + ETH_SRC, udp);
	return NET_REPLY;
}

/* ---- frames in ---- */

/* Checks the IPv4 head and fills the packet. */
static bool ip_take(struct net *net, struct packet *p, uint32_t frame_bytes)
{
	const uint8_t *ip = p->head + ETH_BYTES;
	uint32_t head, total;

	if (p->head_bytes < ETH_BYTES + IP_BYTES || ip[0] >> 4 != 4)
		return false;
	head = (ip[0] & 15) * 4U;
	total = get16(ip + IP_TOTAL);
	p->src = get32(ip + IP_SRC);
	p->protocol = ip[IP_PROTOCOL];
	p->l4 = ETH_BYTES + head;
	p->l4_bytes = total - head;
	return head >= IP_BYTES && total >= head &&
	       total <= frame_bytes - ETH_BYTES &&
	       p->head_bytes >= least(p->l4 + p->l4_bytes, p->l4 + TCP_BYTES) &&
	       !(get16(ip + IP_FRAGMENT) & IP_IS_FRAGMENT) &&
	       get32(ip + IP_DST) == net->ip && p->src != net->ip &&
	       p->src >> 24 != 0 && p->src >> 24 < 224 &&
	       net_fold(net_sum(0, ip, head)) == 0xffff;
}

enum net_verdict net_input(struct net *net, const struct net_in *in,
			   struct net_out *out, struct net_udp *udp,
			   uint64_t now_ns)
{
	struct packet p = { .in = in };
	uint32_t bytes = 0;
	bool ours;

	net->counts.in++;
	for (unsigned int i = 0; i < in->pieces; i++)
		bytes += in->piece[i].bytes;
	p.head_bytes = in->pieces ? least(in->piece[0].bytes,
					  NET_HEADERS_MAX) : 0;
	if (p.head_bytes < ETH_BYTES)
		return NET_DONE;
	memcpy(p.head, in->piece[0].at, p.head_bytes);
	ours = !memcmp(p.head + ETH_DST, net->mac, 6);
	if (get16(p.head + ETH_TYPE) == ETH_TYPE_ARP &&
	    (ours || !memcmp(p.head + ETH_DST, everybody, 6)))
		return arp_input(net, p.head, p.head_bytes, out);
	if (!ours || get16(p.head + ETH_TYPE) != ETH_TYPE_IPV4)
		return NET_DONE;
	if (!ip_take(net, &p, bytes)) {
		net->counts.in_bad++;
		return NET_DONE;
	}
	switch (p.protocol) {
	case IP_ICMP:
		return icmp_input(net, &p, out);
	case IP_UDP:
		return udp_input(net, &p, out, udp);
	case IP_TCP:
		return tcp_input(net, &p, out, now_ns);
	}
	return NET_DONE;
}

/* ---- frames out ---- */

bool net_output(struct net *net, struct net_out *out, uint64_t now_ns)
{
	bool sent = false;

	/* In turn, so that one connection cannot starve the others. */
	for (unsigned int i = 0; i < NET_CONNS && !sent; i++) {
		struct tcp *c = &net->conn[net->turn % NET_CONNS];

		tcp_clock(c, now_ns);
		sent = tcp_output(net, c, out, now_ns);
		if (!sent)
			net->turn++;
	}
	/* Behind TCP, which may have asked for a neighbour just now. */
	if (!sent)
		sent = arp_output(net, out);
	if (sent)
		net->counts.out++;
	return sent;
}

uint64_t net_deadline(const struct net *net)
{
	uint64_t first = NET_NEVER;

	for (unsigned int i = 0; i < NET_CONNS; i++)
		if (net->conn[i].timer_ns < first)
			first = net->conn[i].timer_ns;
	return first;
}
