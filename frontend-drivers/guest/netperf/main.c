// SPDX-License-Identifier: MIT
/*
 * netperf: drives a NIC at full speed against a peer and prints figures.
 *
 *   ip=A.B.C.D mask= gw=     its address
 *   tcp-out=A.B.C.D:PORT     one TCP stream to a peer that reads
 *   tcp-in=PORT              one TCP stream from a peer that connects
 *   udp-out=A.B.C.D:PORT     datagrams to a peer
 *   udp-in=PORT              datagrams from a peer, until none comes for a
 *                            second
 *   ms=N bytes=N             how long it sends (1000), a datagram's size (64)
 *
 * They run in this order, each said before it begins. What is sent is whatever
 * lies in the memory: nothing is computed, nothing is looked at.
 */
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/nic.h"
#include "frontend-drivers/guest/report.h"

#define RING		(128U << 10)
#define WAIT_NS		20000000000UL	/* for a peer */
#define SECOND		1000000000UL

static struct nic nic;
static unsigned long ms, payload;
static uint8_t data[1472];

/* A.B.C.D:PORT of the command line; false: not asked for. */
static bool peer(const char *name, uint32_t *ip, uint16_t *port)
{
	const char *text, *rest;
	size_t len;

	text = asked_value(name, &len);
	if (!text)
		return false;
	*ip = nic_address(text, len, &rest);
	if (!*ip || *rest != ':') {
		say("netperf: %s=A.B.C.D:PORT is the form", name);
		return false;
	}
	*port = (uint16_t)text_number(rest + 1, NULL);
	return true;
}

static void step(uint64_t until)
{
	if (!nic_work(&nic))
		nic_sleep(&nic, until);
	if (!nic.dev.leave)
		return;
	report_json("netperf");
	say("netperf: the NIC is gone");
	guest_off(XY_SHUTDOWN_poweroff);
}

static bool ended(struct tcp *c, const char *what)
{
	if (c->state != TCP_CLOSED)
		return false;
	say("netperf: %s: the connection %s", what,
	    c->why == TCP_WHY_RESET ? "was refused or reset" :
	    c->why == TCP_WHY_TIMEOUT ? "timed out" : "ended");
	return true;
}

static void tcp_out(void)
{
	struct report_row row = { .name = "tcp_out", .what = "TCP out" };
	uint64_t end, frames;
	uint16_t port;
	struct tcp *c;
	uint8_t *at;
	uint32_t ip, n;

	if (!peer("tcp-out", &ip, &port))
		return;
	c = tcp_connect(&nic.net, ip, port, now_ns());
	nic_send(&nic);
	while (c->state == TCP_SYN_SENT)
		step(NET_NEVER);
	if (ended(c, "tcp-out"))
		return;
	frames = nic.frames_out;
	report_begin(&row);
	end = row.ns + ms * 1000000;
	while (now_ns() < end && c->state == TCP_ESTABLISHED) {
		while ((n = tcp_room(c, &at))) {
			tcp_commit(c, n);
			row.bytes += n;
		}
		nic_send(&nic);
		step(end);
	}
	while (!tcp_all_sent(c) && c->state != TCP_CLOSED)
		step(NET_NEVER);
	row.ops = nic.frames_out - frames;
	row.errors = c->state == TCP_CLOSED;
	report_end(&row);
	tcp_close(c);
	nic_send(&nic);
}

static void tcp_in(void)
{
	struct report_row row = { .name = "tcp_in", .what = "TCP in" };
	uint16_t port = (uint16_t)asked_number("tcp-in", 0);
	uint64_t end = now_ns() + WAIT_NS, frames;
	const uint8_t *at;
	struct tcp *c;
	uint32_t n;

	if (!port)
		return;
	nic.net.listen_port = port;
	say("netperf: listening, TCP port %u", port);
	while (!(c = tcp_accept(&nic.net)) && now_ns() < end)
		step(end);
	if (!c) {
		say("netperf: nobody came");
		return;
	}
	frames = nic.frames_in;
	report_begin(&row);
	while (!tcp_at_end(c)) {
		while ((n = tcp_ready(c, &at))) {
			row.bytes += n;
			tcp_take(c, n);
		}
		nic_send(&nic);
		step(NET_NEVER);
	}
	row.ops = nic.frames_in - frames;
	row.errors = c->why == TCP_WHY_RESET || c->why == TCP_WHY_TIMEOUT;
	report_end(&row);
	tcp_close(c);
	nic.net.listen_port = 0;
}

static void udp_out(void)
{
	struct report_row row = { .name = "udp_out", .what = "UDP out" };
	struct net_udp to = { .dst_port = 5000, .data = data };
	uint64_t end, first;

	if (!peer("udp-out", &to.src, &to.src_port))
		return;
	to.bytes = (uint32_t)payload;
	end = now_ns() + WAIT_NS;
	while (!nic_udp(&nic, &to) && now_ns() < end) {
		nic_send(&nic);
		step(now_ns() + SECOND);
	}
	first = nic.frames_out;
	report_begin(&row);
	end = row.ns + ms * 1000000;
	while (now_ns() < end) {
		/* As many as there is room for, then one look at the clock. */
		while (nic_udp(&nic, &to))
			;
		nic_wait_room(&nic, SECOND);
		step(0);
	}
	row.ops = nic.frames_out - first;
	row.bytes = row.ops * payload;
	report_end(&row);
	say("netperf: udp-out sent %lu", row.ops + 1);
}

static void on_udp(struct nic *n, const struct net_udp *udp)
{
	struct report_row *row = n->arg;

	if (!row->ops)
		report_begin(row);
	row->ops++;
	row->bytes += udp->bytes;
}

static void udp_in(void)
{
	struct report_row row = { .name = "udp_in", .what = "UDP in" };
	uint16_t port = (uint16_t)asked_number("udp-in", 0);
	uint64_t end = now_ns() + WAIT_NS, last = 0, before, idle_run = 0;

	if (!port)
		return;
	nic.net.udp_port = port;
	nic.on_udp = on_udp;
	nic.arg = &row;
	say("netperf: listening, UDP port %u", port);
	while (now_ns() < end) {
		before = row.ops;
		step(end);
		if (row.ops == before)
			continue;
		last = now_ns();
		idle_run = run_ns();
		end = last + SECOND;
	}
	if (!row.ops) {
		say("netperf: nothing came");
		return;
	}
	/* The second of silence is not part of it. */
	row.ns += now_ns() - last;
	row.run_ns += run_ns() - idle_run;
	report_end(&row);
	nic.net.udp_port = 0;
	nic.on_udp = NULL;
}

void guest_main(void)
{
	uint64_t end;
	char ip[16];
	int rc;

	power_obey(NULL);
	ms = asked_number("ms", 1000);
	payload = asked_number("bytes", 64);
	if (payload > sizeof(data))
		payload = sizeof(data);
	rc = nic_open(&nic, 0, 2, RING);
	if (rc) {
		say("netperf: no NIC (error %d): vif = [...] in the config, "
		    "ip= on the command line", rc);
		return;
	}
	nic_address_text(ip, nic.net.ip);
	say("netperf: up, %s", ip);
	tcp_out();
	tcp_in();
	udp_out();
	udp_in();
	report_json("netperf");
	/* What is left to acknowledge. */
	end = now_ns() + SECOND / 10;
	while (now_ns() < end)
		step(end);
	device_close(&nic.dev);
	say("netperf: done");
}
