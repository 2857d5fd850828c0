// SPDX-License-Identifier: GPL-2.0-only
/*
 * A xenstore client of one request at a time, without watches: enough to
 * publish keys and to see what the backend says.
 *
 * It waits by polling its event channel, with events masked. Never allocates.
 */
#include "badfront.h"
#include "abi/io/xs_wire.h"

static struct xy_xenstore_domain_interface *ring;

static void store_kick(void)
{
	port_send(guest_si->store_evtchn);
}

static void put(const void *data, size_t n)
{
	const char *s = data;
	uint32_t prod = ring->req_prod;

	while (n) {
		if (prod - __atomic_load_n(&ring->req_cons, __ATOMIC_ACQUIRE) ==
		    XY_STORE_RING_SIZE) {
			store_kick();
			port_wait(guest_si->store_evtchn, 10);
			continue;
		}
		ring->req[prod++ & (XY_STORE_RING_SIZE - 1)] = *s++;
		n--;
		__atomic_store_n(&ring->req_prod, prod, __ATOMIC_RELEASE);
	}
}

/* n bytes of an answer; beyond room they are dropped. */
static void get(void *data, size_t n, size_t room)
{
	uint32_t cons = ring->rsp_cons;
	char *to = data;

	while (n) {
		char c;

		if (cons == __atomic_load_n(&ring->rsp_prod,
					    __ATOMIC_ACQUIRE)) {
			port_wait(guest_si->store_evtchn, 10);
			continue;
		}
		c = ring->rsp[cons++ & (XY_STORE_RING_SIZE - 1)];
		if (room) {
			*to++ = c;
			room--;
		}
		n--;
		__atomic_store_n(&ring->rsp_cons, cons, __ATOMIC_RELEASE);
	}
	store_kick();
}

/* The length of the answer, or -1 for an error. */
static long ask(uint32_t type, const char *path, const char *value,
		size_t value_bytes, char *out, size_t room)
{
	struct xy_xsd_sockmsg m = {
		.type = type, .req_id = 7,
		.len = (uint32_t)(strlen(path) + 1 + value_bytes),
	};

	if (!ring)
		ring = (void *)mfn_va(guest_si->store_mfn);
	put(&m, sizeof(m));
	put(path, strlen(path) + 1);
	put(value, value_bytes);
	store_kick();
	get(&m, sizeof(m), sizeof(m));
	get(out, m.len, room);
	return m.type == XY_XS_ERROR ? -1 : (long)m.len;
}

bool store_read(const char *path, char *out, size_t room)
{
	long n = ask(XY_XS_READ, path, "", 0, out, room - 1);

	out[n < 0 ? 0 : n < (long)room ? n : (long)room - 1] = 0;
	return n >= 0;
}

bool store_write_bytes(const char *path, const char *value, size_t n)
{
	char out[8];

	return ask(XY_XS_WRITE, path, value, n, out, sizeof(out)) >= 0;
}

bool store_rm(const char *path)
{
	char out[8];

	return ask(XY_XS_RM, path, "", 0, out, sizeof(out)) >= 0;
}
