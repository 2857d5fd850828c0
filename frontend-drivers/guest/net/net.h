/* SPDX-License-Identifier: MIT */
/*
 * A minimal IPv4 stack that does no I/O: ARP, ICMP echo, UDP with an echo
 * service, and TCP for one listening port and a few connections.
 *
 * The owner hands in each frame that arrived (net_input), asks for frames
 * until there are none (net_output), and comes back when net_deadline says.
 * The stack calls nobody, allocates nothing and keeps no pointer to a frame
 * after the call; payload of TCP lies in the connection's own rings, so that
 * an outgoing frame may point into them (they stay as they are until the peer
 * has acknowledged the bytes).
 *
 * Times are nanoseconds of a clock that never goes back; addresses and ports
 * are numbers in host order (10.9.0.2 is 0x0a090002).
 *
 * What it has: retransmission with measured round trips and backoff, fast
 * retransmit, slow start and congestion avoidance, window scaling, segments
 * that arrive out of order, checksum offload and segmentation offload (TSO)
 * both ways, window probes, half-closed connections, a short TIME_WAIT.
 * What it has not: IP fragments and options, IPv6, DHCP, SACK, timestamps,
 * simultaneous open, urgent data, path MTU discovery, more than one address.
 *
 * Lock: none. One stack belongs to one CPU at a time.
 */
#ifndef GUEST_NET_NET_H
#define GUEST_NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_CONNS	8	/* TCP connections, those that end included */
#define NET_ARP		4	/* neighbours that are remembered */
#define NET_PIECES	20	/* of an arriving frame */
#define NET_HEAD_BYTES	2048	/* room for an outgoing head, or a reply */
#define NET_HOLES	4	/* runs of bytes that came out of order */
#define NET_NEVER	UINT64_MAX

struct net_piece {
	const uint8_t *at;
	uint32_t bytes;
};

/* A frame that arrived. All headers must lie in the first piece. */
struct net_in {
	struct net_piece piece[NET_PIECES];
	unsigned int pieces;
	bool csum_good;		/* no need to sum TCP and UDP */
};

/* A frame to be sent: a head that the caller gave, then up to two pieces. */
struct net_out {
	uint8_t *head;		/* IN: NET_HEAD_BYTES of room */
	uint32_t head_bytes;
	struct net_piece data[2];
	bool csum_blank;	/* the sum holds the pseudo header only */
	uint16_t csum_start;	/* of the header that has the blank sum */
	uint16_t csum_offset;	/* of the sum in it */
	uint16_t gso_bytes;	/* cut into segments of so many; 0: no */
};

/* A datagram for a port that the owner has bound. */
struct net_udp {
	uint32_t src;
	uint16_t src_port, dst_port;
	uint32_t bytes;
	const uint8_t *data;	/* in the frame's first piece */
};

enum net_verdict {
	NET_DONE,		/* nothing to do, or dropped */
	NET_REPLY,		/* `out` is to be sent */
	NET_UDP,		/* `udp` is filled */
	NET_TCP,		/* a connection may have changed */
};

enum tcp_state {
	TCP_CLOSED,		/* free, or ended: see `why` */
	TCP_SYN_SENT,
	TCP_SYN_RECEIVED,
	TCP_ESTABLISHED,
	TCP_FIN_WAIT_1,
	TCP_FIN_WAIT_2,
	TCP_CLOSING,
	TCP_TIME_WAIT,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
};

enum tcp_why { TCP_WHY_NONE, TCP_WHY_DONE, TCP_WHY_RESET, TCP_WHY_TIMEOUT };

struct tcp_ring {
	uint8_t *at;
	uint32_t size;		/* a power of two */
};

struct tcp_run {
	uint32_t from, to;	/* sequence numbers, `to` is behind */
};

struct tcp {
	enum tcp_state state;
	enum tcp_why why;
	bool taken;		/* the owner knows it, and has not let go */
	bool passive;		/* came by listening */
	uint32_t peer;
	uint16_t peer_port, port;
	uint8_t peer_mac[6];
	bool mac_known;

	struct tcp_ring tx, rx;
	/* sending: una <= nxt <= max <= end, counted from iss */
	uint32_t iss, snd_una, snd_nxt, snd_max, snd_end;
	uint32_t snd_wnd, snd_wl1, snd_wl2, cwnd, ssthresh, recover;
	uint16_t mss;
	uint8_t snd_scale, rcv_scale;
	bool scaled, fin_queued, resend, recovering;
	unsigned int dupacks;
	/* receiving */
	uint32_t rcv_read, rcv_nxt, rcv_adv;
	struct tcp_run run[NET_HOLES];
	unsigned int runs;
	bool fin_seen, rst_due;
	uint8_t acks;		/* acknowledgements to be sent */
	/* time */
	uint64_t timer_ns;	/* retransmission, probe or end; or NEVER */
	uint64_t rto_ns, srtt_ns, rttvar_ns, rtt_start_ns, heard_ns;
	uint32_t rtt_seq;
	bool rtt_running;
	bool probe;		/* the window is shut: try a byte */
	unsigned int tries;
};

struct net_neighbour {
	uint32_t ip;
	uint8_t mac[6];
	bool known;
	bool ask;		/* a request is to be sent */
	uint64_t asked_ns;
	unsigned int asked;
};

struct net_counts {
	uint64_t in, in_bad, out, resent, out_of_order;
};

struct net {
	uint8_t mac[6];
	uint32_t ip, mask, gateway;
	uint16_t mtu;
	bool csum_offload;
	uint32_t gso_max;	/* bytes of a segment handed down; 0: no TSO */
	uint16_t listen_port;	/* 0: none */
	uint16_t udp_port;	/* bound by the owner, 0: none */
	uint16_t next_port, ip_id;
	uint64_t secret;
	struct net_neighbour arp[NET_ARP];
	unsigned int arp_next;
	struct tcp conn[NET_CONNS];
	unsigned int turn;	/* which connection sends next */
	struct net_counts counts;
};

/*
 * A stack with address ip. Then give each connection its rings by
 * net_rings() before the first frame; a connection without them is not used.
 * `secret` makes the initial sequence numbers hard to guess.
 */
void net_init(struct net *net, const uint8_t mac[6], uint32_t ip,
	      uint32_t mask, uint64_t secret);
void net_rings(struct net *net, unsigned int conn, struct tcp_ring tx,
	       struct tcp_ring rx);

/*
 * Takes a frame in. `out` may be NULL: then what would be answered at once
 * (ARP, echo, a reset) is not answered. *udp is filled with NET_UDP only.
 */
enum net_verdict net_input(struct net *net, const struct net_in *in,
			   struct net_out *out, struct net_udp *udp,
			   uint64_t now_ns);
/* True: `out` is to be sent; ask again. */
bool net_output(struct net *net, struct net_out *out, uint64_t now_ns);
/* When net_output must be asked next though nothing happens, or NET_NEVER. */
uint64_t net_deadline(const struct net *net);

/*
 * One datagram of up to NET_HEAD_BYTES - 42, into `out`. False: the
 * neighbour is not known yet; the question goes out by net_output.
 */
bool net_udp_send(struct net *net, struct net_out *out,
		  const struct net_udp *to, uint64_t now_ns);

/* A new connection; NULL: all are in use. Look at its state for the result. */
struct tcp *tcp_connect(struct net *net, uint32_t ip, uint16_t port,
			uint64_t now_ns);
/* A connection that came to our port and is not taken yet; NULL: none. */
struct tcp *tcp_accept(struct net *net);
/* Room of the sending ring in one piece at *at; tcp_commit sends of it. */
uint32_t tcp_room(const struct tcp *c, uint8_t **at);
void tcp_commit(struct tcp *c, uint32_t bytes);
uint32_t tcp_write(struct tcp *c, const void *data, uint32_t bytes);
/* What has arrived, in one piece at *at; tcp_take gives its room back. */
uint32_t tcp_ready(const struct tcp *c, const uint8_t **at);
void tcp_take(struct tcp *c, uint32_t bytes);
/* True: the peer has ended its half and all of it was taken. */
bool tcp_at_end(const struct tcp *c);
/* True: all that was written has been acknowledged. */
bool tcp_all_sent(const struct tcp *c);
/* Ends our half behind what was written; the owner lets go of it. */
void tcp_close(struct tcp *c);
/* Ends our half, but goes on reading. */
void tcp_shutdown(struct tcp *c);
/* Resets it at once. */
void tcp_abort(struct tcp *c);

#endif
