// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offload headers: where the checksum is found, what is refused, and the
 * checksum itself against a second way to compute it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "abi/io/net.h"
#include "backend-drivers/core/offload.h"

static uint8_t frame[200];
static struct netback_packet packet;
static struct offload_header header;
static struct netback_gso gso;

/* An Ethernet frame with an IP header and a transport header behind it. */
static uint32_t make(unsigned int type, unsigned int proto, bool vlan)
{
	uint8_t *p = frame + 12;

	memset(frame, 0, sizeof(frame));
	if (vlan) {
		*p = 0x81;
		p += 4;
	}
	*p++ = (uint8_t)(type >> 8);
	*p++ = (uint8_t)type;
	if (type == 0x0800) {
		p[0] = 0x45;
		p[9] = (uint8_t)proto;
		p += 20;
	} else {
		p[0] = 0x60;
		p[6] = (uint8_t)proto;
		p += 40;
	}
	p[12] = 0x80;	/* a TCP header of 32 bytes */
	return (uint32_t)(p - frame);
}

static bool from_guest(uint8_t flags, uint16_t size, uint8_t type)
{
	packet = (struct netback_packet){
		.flags = flags, .length_bytes = sizeof(frame),
		.gso = { size, type },
	};
	return offload_from_guest(&packet, frame, &header);
}

static void nothing_to_do(void **state)
{
	static const struct offload_header zero;

	(void)state;
	make(0x0806, 0, false);
	assert_true(from_guest(0, 0, 0));
	assert_memory_equal(&header, &zero, sizeof(zero));
	assert_true(from_guest(XY_NETTXF_data_validated, 0, 0));
	assert_int_equal(header.flags, OFFLOAD_DATA_VALID);
}

static void blank_checksums(void **state)
{
	uint32_t at;

	(void)state;
	at = make(0x0800, 6, false);
	assert_true(from_guest(XY_NETTXF_csum_blank, 0, 0));
	assert_int_equal(header.flags, OFFLOAD_NEEDS_CSUM);
	assert_int_equal(header.csum_start, at);
	assert_int_equal(header.csum_offset, 16);
	assert_int_equal(header.gso_type, OFFLOAD_GSO_NONE);
	at = make(0x0800, 17, true);
	assert_true(from_guest(XY_NETTXF_csum_blank, 0, 0));
	assert_int_equal(header.csum_start, at);
	assert_int_equal(header.csum_offset, 6);
	at = make(0x86dd, 6, false);
	assert_true(from_guest(XY_NETTXF_csum_blank, 0, 0));
	assert_int_equal(header.csum_start, at);
}

static void ipv6_extension_headers(void **state)
{
	(void)state;
	make(0x86dd, 0, false);		/* hop-by-hop, 8 bytes, then UDP */
	frame[14 + 40] = 17;
	assert_true(from_guest(XY_NETTXF_csum_blank, 0, 0));
	assert_int_equal(header.csum_start, 14 + 48);
	frame[14 + 40 + 1] = 255;	/* runs past the packet */
	assert_false(from_guest(XY_NETTXF_csum_blank, 0, 0));
	make(0x86dd, 44, false);	/* a fragment */
	assert_false(from_guest(XY_NETTXF_csum_blank, 0, 0));
}

static void large_packets(void **state)
{
	uint8_t flags = XY_NETTXF_csum_blank;
	uint32_t at;

	(void)state;
	at = make(0x0800, 6, false);
	assert_true(from_guest(flags, 1448, XY_NETIF_GSO_TYPE_TCPV4));
	assert_int_equal(header.gso_type, OFFLOAD_GSO_TCPV4);
	assert_int_equal(header.gso_size, 1448);
	assert_int_equal(header.hdr_len, at + 32);
	assert_false(from_guest(flags, 1448, XY_NETIF_GSO_TYPE_TCPV6));
	assert_false(from_guest(flags, 1448, 77));
	assert_false(from_guest(flags, 1, XY_NETIF_GSO_TYPE_TCPV4));
	assert_false(from_guest(0, 1448, XY_NETIF_GSO_TYPE_TCPV4));
	make(0x0800, 17, false);
	assert_false(from_guest(flags, 1448, XY_NETIF_GSO_TYPE_TCPV4));
	make(0x86dd, 6, false);
	assert_true(from_guest(flags, 1448, XY_NETIF_GSO_TYPE_TCPV6));
	assert_int_equal(header.gso_type, OFFLOAD_GSO_TCPV6);
}

static void lies(void **state)
{
	uint32_t n;

	(void)state;
	make(0x0806, 0, false);
	assert_false(from_guest(XY_NETTXF_csum_blank, 0, 0));
	make(0x0800, 1, false);
	assert_false(from_guest(XY_NETTXF_csum_blank, 0, 0));
	make(0x0800, 6, false);
	frame[14] = 0x44;		/* IP header too short */
	assert_false(from_guest(XY_NETTXF_csum_blank, 0, 0));
	make(0x0800, 6, false);
	frame[14 + 7] = 1;		/* not the first fragment */
	assert_false(from_guest(XY_NETTXF_csum_blank, 0, 0));
	make(0x0800, 6, false);
	frame[14 + 20 + 12] = 0x40;	/* TCP header too short */
	assert_false(from_guest(XY_NETTXF_csum_blank, 0, 0));
	make(0x0800, 6, false);
	for (n = 0; n < 14 + 20 + 32; n++) {
		packet.flags = XY_NETTXF_csum_blank;
		packet.length_bytes = (uint16_t)n;
		assert_false(offload_from_guest(&packet, frame, &header));
	}
}

static void to_the_guest(void **state)
{
	(void)state;
	make(0x0800, 6, false);
	header = (struct offload_header){ 0 };
	assert_int_equal(offload_to_guest(&header, frame, 200, true, &gso), 0);
	header.flags = OFFLOAD_DATA_VALID;
	assert_int_equal(offload_to_guest(&header, frame, 200, true, &gso),
			 XY_NETRXF_data_validated);
	header = (struct offload_header){
		.flags = OFFLOAD_NEEDS_CSUM, .csum_start = 34,
		.csum_offset = 16, .gso_size = 1400,
		.gso_type = OFFLOAD_GSO_TCPV4 | OFFLOAD_GSO_ECN,
	};
	assert_int_equal(offload_to_guest(&header, frame, 200, true, &gso),
			 XY_NETRXF_csum_blank | XY_NETRXF_data_validated);
	assert_int_equal(gso.size, 1400);
	assert_int_equal(gso.type, XY_NETIF_GSO_TYPE_TCPV4);
}

static void a_checksum_made_here(void **state)
{
	uint32_t i, sum = 0, at = make(0x86dd, 17, false);

	(void)state;
	for (i = at; i < 199; i++)
		frame[i] = (uint8_t)(i * 37);
	frame[at + 6] = 0x12;
	frame[at + 7] = 0x34;
	for (i = at; i < 199; i++)
		sum += (i - at) & 1 ? frame[i] : (uint32_t)frame[i] << 8;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	header = (struct offload_header){
		.flags = OFFLOAD_NEEDS_CSUM, .csum_start = (uint16_t)at,
		.csum_offset = 6,
	};
	assert_int_equal(offload_to_guest(&header, frame, 199, false, &gso),
			 XY_NETRXF_data_validated);
	assert_int_equal(frame[at + 6] << 8 | frame[at + 7], ~sum & 0xffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(blank_checksums),
		cmocka_unit_test(ipv6_extension_headers),
		cmocka_unit_test(large_packets),
		cmocka_unit_test(lies),
		cmocka_unit_test(to_the_guest),
		cmocka_unit_test(a_checksum_made_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
