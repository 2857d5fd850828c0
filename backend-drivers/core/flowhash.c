// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flow hashes of Ethernet frames.
 *
 * Rules:
 *  1. Every byte looked at is within the frame, which may be anybody's work.
 *  2. A fragment has no ports, and no packet of its flow shall have: both
 *     kinds of hash fall back to the addresses for fragments only, as receive
 *     side scaling does.
 *
 * No state, no lock, no call. Next: netctrl.c.
 */
#include "backend-drivers/core/flowhash.h"

#include "abi/io/net.h"

#define ETHERNET 14
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
#define TYPE_VLAN 0x8100
#define PROTO_TCP 6
#define PROTO_UDP 17

struct flow {
	const uint8_t *addresses;	/* source and destination, in a row */
	const uint8_t *ports;		/* the same; NULL: none to be had */
	uint32_t address_bytes;		/* of both */
	bool tcp;
};

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static void find_ports(struct flow *flow, const uint8_t *f, uint32_t n,
		       uint32_t at, uint32_t proto)
{
	if ((proto != PROTO_TCP && proto != PROTO_UDP) || at + 4 > n)
		return;
	flow->tcp = proto == PROTO_TCP;
	flow->ports = f + at;
}

static bool find_flow(const uint8_t *f, uint32_t n, struct flow *flow)
{
	uint32_t type, ip = ETHERNET;

	*flow = (struct flow){ 0 };
	if (n < ETHERNET + 4)
		return false;
	type = be16(f + 12);
	if (type == TYPE_VLAN) {
		type = be16(f + 16);
		ip += 4;
	}
	if (type == TYPE_IPV4 && ip + 20 <= n) {
		flow->addresses = f + ip + 12;
		flow->address_bytes = 8;
		if (!(be16(f + ip + 6) & 0x3fff))
			find_ports(flow, f, n, ip + (f[ip] & 15) * 4u,
				   f[ip + 9]);
		return true;
	}
	if (type == TYPE_IPV6 && ip + 40 <= n) {
		flow->addresses = f + ip + 8;
		flow->address_bytes = 32;
		find_ports(flow, f, n, ip + 40, f[ip + 6]);
		return true;
	}
	return false;
}

/* Adds `bytes` of input that stand at place `at` of the whole input. */
static uint32_t toeplitz(const uint8_t *key, uint32_t at, const uint8_t *in,
			 uint32_t bytes, uint32_t sum)
{
	uint32_t i, bit, window;

	window = (uint32_t)key[at] << 24 | (uint32_t)key[at + 1] << 16 |
		 (uint32_t)key[at + 2] << 8 | key[at + 3];
	for (i = 0; i < bytes; i++) {
		uint8_t next = key[at + i + 4];

		for (bit = 0; bit < 8; bit++) {
			if (in[i] & (0x80 >> bit))
				sum ^= window;
			window = window << 1 | (next >> (7 - bit) & 1);
		}
	}
	return sum;
}

struct netback_hash flowhash_toeplitz(const uint8_t key[FLOWHASH_KEY_BYTES],
				      uint32_t types, const uint8_t *frame,
				      uint32_t bytes)
{
	struct netback_hash h = { 0 };
	struct flow flow;
	uint32_t number;

	if (!find_flow(frame, bytes, &flow))
		return h;
	/* The plain type of a family, then its TCP type: one bit further. */
	number = flow.address_bytes == 8 ? 0 : 2;
	if (flow.tcp && flow.ports && (types >> (number + 1) & 1)) {
		h.type = (uint8_t)(number + 1);
		h.value = toeplitz(key, flow.address_bytes, flow.ports, 4, 0);
	} else if (types >> number & 1) {
		h.type = (uint8_t)number;
	} else {
		return h;
	}
	h.value = toeplitz(key, 0, flow.addresses, flow.address_bytes,
			   h.value);
	h.valid = true;
	return h;
}

uint32_t flowhash_any(const uint8_t *frame, uint32_t bytes)
{
	struct flow flow;
	uint32_t i, sum = 0;

	if (!find_flow(frame, bytes, &flow))
		return 0;
	for (i = 0; i < flow.address_bytes; i += 2)
		sum = sum * 31 + be16(flow.addresses + i);
	for (i = 0; flow.ports && i < 4; i += 2)
		sum = sum * 31 + be16(flow.ports + i);
	return sum ^ sum >> 16;
}
