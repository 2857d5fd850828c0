// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flow hashes: Toeplitz against the vectors that come with the definition of
 * receive-side scaling, and which packets are of one flow.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "abi/io/net.h"
#include "backend-drivers/core/flowhash.h"

#define V4 XY_NETIF_CTRL_HASH_TYPE_IPV4
#define V4T XY_NETIF_CTRL_HASH_TYPE_IPV4_TCP
#define V6 XY_NETIF_CTRL_HASH_TYPE_IPV6
#define V6T XY_NETIF_CTRL_HASH_TYPE_IPV6_TCP

static const uint8_t key[FLOWHASH_KEY_BYTES] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

static uint8_t frame[100];

/* From 66.9.149.187:2794 to 161.142.100.80:1766. */
static void ipv4(uint8_t proto)
{
	static const uint8_t rest[] = { 66, 9, 149, 187, 161, 142, 100, 80,
					2794 >> 8, 2794 & 255,
					1766 >> 8, 1766 & 255 };

	memset(frame, 0, sizeof(frame));
	frame[12] = 0x08;
	frame[14] = 0x45;
	frame[14 + 9] = proto;
	memcpy(frame + 14 + 12, rest, sizeof(rest));
}

static void ipv6(uint8_t proto)
{
	static const uint8_t rest[] = {
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff,
		0, 0, 0, 0, 0, 0, 0, 7,
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03,
		0, 0, 0, 0, 0, 0, 0, 1,
		2794 >> 8, 2794 & 255, 1766 >> 8, 1766 & 255,
	};

	memset(frame, 0, sizeof(frame));
	frame[12] = 0x86;
	frame[13] = 0xdd;
	frame[14] = 0x60;
	frame[14 + 6] = proto;
	memcpy(frame + 14 + 8, rest, sizeof(rest));
}

static void expect(uint32_t types, bool valid, uint8_t type, uint32_t value)
{
	struct netback_hash h = flowhash_toeplitz(key, types, frame,
						  sizeof(frame));

	assert_int_equal(h.valid, valid);
	assert_int_equal(h.type, type);
	assert_int_equal(h.value, value);
}

static void vectors(void **state)
{
	(void)state;
	ipv4(6);
	expect(V4, true, 0, 0x323e8fc2);
	expect(V4T, true, 1, 0x51ccc178);
	expect(V4 | V4T, true, 1, 0x51ccc178);
	expect(V6 | V6T, false, 0, 0);
	ipv4(17);	/* there is no type for UDP */
	expect(V4 | V4T, true, 0, 0x323e8fc2);
	expect(V4T, false, 0, 0);
	ipv6(6);
	expect(V6, true, 2, 0x2cc18cd5);
	expect(V6 | V6T, true, 3, 0x40207d3d);
	expect(V4 | V4T, false, 0, 0);
}

static void fragments_have_no_ports(void **state)
{
	uint32_t whole, more;

	(void)state;
	ipv4(6);
	whole = flowhash_any(frame, sizeof(frame));
	frame[14 + 6] = 0x20;	/* more fragments follow */
	expect(V4 | V4T, true, 0, 0x323e8fc2);
	more = flowhash_any(frame, sizeof(frame));
	assert_int_not_equal(whole, more);
	frame[14 + 6] = 0;
	frame[14 + 7] = 100;	/* the last one */
	assert_int_equal(flowhash_any(frame, sizeof(frame)), more);
}

static void flows(void **state)
{
	uint32_t one;

	(void)state;
	ipv4(17);
	one = flowhash_any(frame, sizeof(frame));
	frame[60] = 99;		/* its payload */
	assert_int_equal(flowhash_any(frame, sizeof(frame)), one);
	frame[14 + 20] ^= 1;	/* its port */
	assert_int_not_equal(flowhash_any(frame, sizeof(frame)), one);
	frame[12] = 0x88;	/* not IP at all */
	assert_int_equal(flowhash_any(frame, sizeof(frame)), 0);
}

/* Cut anywhere: the sanitizer watches the copy's end. */
static void short_frames(void **state)
{
	unsigned int n, family;

	(void)state;
	for (family = 0; family < 4; family++) {
		for (n = 0; n <= sizeof(frame); n++) {
			uint8_t *cut = test_malloc(n);

			if (family & 1)
				ipv6(6);
			else
				ipv4(6);
			if (family & 2) {
				memmove(frame + 16, frame + 12, 80);
				frame[12] = 0x81;
				frame[13] = 0x00;
			}
			if (family == 0)
				frame[14] = 0x4f;
			memcpy(cut, frame, n);
			flowhash_any(cut, n);
			flowhash_toeplitz(key, 15, cut, n);
			test_free(cut);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(fragments_have_no_ports),
		cmocka_unit_test(flows),
		cmocka_unit_test(short_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
