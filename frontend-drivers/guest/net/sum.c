// SPDX-License-Identifier: MIT
/*
 * Internet checksums (RFC 1071), and reading a frame that lies in pieces.
 *
 * Sums are made of the machine's own 16-bit words: a ones' complement sum does
 * not care for byte order as long as it is stored the way it was made.
 * A piece that begins at an odd place of its packet has its bytes swapped.
 */
#include "frontend-drivers/guest/net/stack.h"

uint64_t net_sum(uint64_t sum, const uint8_t *p, uint32_t n)
{
	uint64_t more = 0;
	uint32_t word;

	for (; n >= 16; n -= 16, p += 16) {
		uint32_t w[4];

		memcpy(w, p, 16);
		more += (uint64_t)w[0] + w[1] + w[2] + w[3];
	}
	for (; n >= 4; n -= 4, p += 4) {
		memcpy(&word, p, 4);
		more += word;
	}
	if (n) {
		word = 0;
		memcpy(&word, p, n);
		more += word;
	}
	/* 64 KiB of words stay far below 2^64, but many sums may be added. */
	return sum + (more & 0xffffffff) + (more >> 32);
}

uint16_t net_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint64_t net_pseudo(uint32_t src, uint32_t dst, uint8_t protocol,
		    uint32_t bytes)
{
	uint8_t head[12];

	put32(head, src);
	put32(head + 4, dst);
	put16(head + 8, protocol);
	put16(head + 10, bytes);
	return net_sum(0, head, sizeof(head));
}

void net_copy(const struct net_in *in, uint32_t offset, uint8_t *to,
	      uint32_t n)
{
	unsigned int i;

	for (i = 0; n && i < in->pieces; i++) {
		const struct net_piece *p = &in->piece[i];
		uint32_t part;

		if (offset >= p->bytes) {
			offset -= p->bytes;
			continue;
		}
		part = least(n, p->bytes - offset);
		memcpy(to, p->at + offset, part);
		to += part;
		n -= part;
		offset = 0;
	}
}

uint64_t net_sum_frame(const struct net_in *in, uint32_t offset, uint32_t n)
{
	uint64_t sum = 0;
	uint32_t done = 0;
	unsigned int i;

	for (i = 0; n && i < in->pieces; i++) {
		const struct net_piece *p = &in->piece[i];
		uint32_t part;
		uint16_t s;

		if (offset >= p->bytes) {
			offset -= p->bytes;
			continue;
		}
		part = least(n, p->bytes - offset);
		s = net_fold(net_sum(0, p->at + offset, part));
		sum += done & 1 ? (uint16_t)(s << 8 | s >> 8) : s;
		done += part;
		n -= part;
		offset = 0;
	}
	return sum;
}
