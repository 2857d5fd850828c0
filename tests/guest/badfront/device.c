// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a frontend needs of its domain: ports, grants, keys, the handshake. This
 * much is done right, so that the attacks begin from where they want.
 */
#include "badfront.h"

#define FIRST_REF 16
#define LAST_REF 511
/* Only what is stuck takes so long: dom0 may be short of a CPU of the host. */
#define PATIENCE_NS 20000000000UL

static struct xy_grant_entry_v1 *table;
static uint32_t next_ref = FIRST_REF;
static uint64_t longest_ns;	/* wait for dom0 */

static void waited(uint64_t since)
{
	uint64_t ns = now_ns() - since;

	if (ns > longest_ns)
		longest_ns = ns;
}

void dev_say_longest(void)
{
	say("BADFRONT waited for dom0 %lu ms at most", longest_ns / 1000000);
}

/* ---- ports ---- */

void port_send(uint32_t port)
{
	struct xy_evtchn_send send = { port };

	call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, &send);
}

void port_wait(uint32_t port, unsigned int ms)
{
	uint64_t *word = &guest_shared->evtchn_pending[port / 64];
	struct xy_sched_poll poll = {
		.ports = A(&port), .nr_ports = 1,
		.timeout = now_ns() + ms * 1000000UL,
	};

	call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_poll, &poll);
	__atomic_fetch_and(word, ~(1UL << port % 64), __ATOMIC_SEQ_CST);
}

uint32_t port_new(void)
{
	struct xy_evtchn_alloc_unbound a = { .dom = XY_DOMID_SELF };

	EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op,
			XY_EVTCHNOP_alloc_unbound, &a), 0);
	return a.port;
}

/* ---- grants ---- */

void grants_init(void)
{
	uint64_t frame = 0;
	struct xy_gnttab_setup_table st = {
		.dom = XY_DOMID_SELF, .nr_frames = 1,
		.frame_list = A(&frame),
	};

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table,
			&st, 1), 0);
	EXPECT_EQ(st.status, XY_GNTST_okay);
	EXPECT_EQ(va_map(scratch_va(1), frame << 12 | LEAF), 0);
	table = (struct xy_grant_entry_v1 *)scratch_va(1);
}

void grant_to(uint32_t ref, const void *page, uint16_t domid,
	      unsigned int flags)
{
	__atomic_store_n(&table[ref].flags, 0, __ATOMIC_SEQ_CST);
	table[ref].domid = domid;
	table[ref].frame = (uint32_t)va_mfn(page);
	__atomic_store_n(&table[ref].flags,
			 (uint16_t)(XY_GTF_permit_access | flags),
			 __ATOMIC_SEQ_CST);
}

uint32_t grant(const void *page, unsigned int flags)
{
	uint32_t tries;

	/* One that dom0 still holds is passed over. */
	for (tries = 0; tries < LAST_REF; tries++) {
		next_ref = next_ref == LAST_REF ? FIRST_REF : next_ref + 1;
		if (!(table[next_ref].flags & (XY_GTF_reading |
					       XY_GTF_writing)))
			break;
	}
	grant_to(next_ref, page, 0, flags);
	return next_ref;
}

void grant_revoke(uint32_t ref)
{
	__atomic_store_n(&table[ref].flags, 0, __ATOMIC_SEQ_CST);
}

uint32_t grant_any(uint32_t number)
{
	return number < FIRST_REF ? number + LAST_REF + 1 : number;
}

/* ---- keys and states ---- */

bool dev_find(struct dev *d, const char *front)
{
	char path[80];

	text_format(d->front, sizeof(d->front), "%s", front);
	text_format(path, sizeof(path), "%s/backend", front);
	if (!key_read(path, d->back, sizeof(d->back)))
		return false;
	d->port = port_new();
	return true;
}

void dev_set(struct dev *d, const char *key, const char *value)
{
	char path[80];

	text_format(path, sizeof(path), "%s/%s", d->front, key);
	EXPECT(key_write(path, value));
}

void dev_set_number(struct dev *d, const char *key, unsigned long value)
{
	char text[24];

	text_format(text, sizeof(text), "%lu", value);
	dev_set(d, key, text);
}

void dev_unset(struct dev *d, const char *key)
{
	char path[80];

	text_format(path, sizeof(path), "%s/%s", d->front, key);
	key_remove(path);
}

unsigned int dev_backend(struct dev *d)
{
	char path[100], value[16];

	text_format(path, sizeof(path), "%s/state", d->back);
	if (!key_read(path, value, sizeof(value)))
		return 0;
	return (unsigned int)text_number(value, NULL);
}

bool dev_wait(struct dev *d, unsigned int state)
{
	uint64_t since = now_ns();

	while (dev_backend(d) != state) {
		if (now_ns() > since + PATIENCE_NS) {
			say("BADFRONT %s: backend in %u, not in %u", d->front,
			    dev_backend(d), state);
			return false;
		}
		port_wait(d->port, 5);
	}
	waited(since);
	return true;
}

void dev_anew(struct dev *d)
{
	dev_set(d, "state", "6");
	EXPECT(dev_wait(d, XY_XENBUS_CLOSED));
	dev_set(d, "state", "1");
	EXPECT(dev_wait(d, XY_XENBUS_INITWAIT));
}

static bool has(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (; *text; text++)
		if (!memcmp(text, word, n))
			return true;
	return false;
}

void dev_stopped(struct dev *d, const char *word)
{
	char path[100], why[300];

	EXPECT(dev_wait(d, XY_XENBUS_CLOSING));
	text_format(path, sizeof(path), "%s/error", d->back);
	memset(why, 0, sizeof(why));
	EXPECT(key_read(path, why, sizeof(why) - 32));
	if (!has(why, word))
		failure("%s: error is '%s', without '%s'", d->front, why,
			word);
	dev_anew(d);
	/* The new beginning takes the old reason away. */
	EXPECT(!key_read(path, why, sizeof(why)));
}

bool dev_answered(struct dev *d, const uint32_t *prod, uint32_t seen)
{
	uint64_t since = now_ns();

	while (__atomic_load_n(prod, __ATOMIC_ACQUIRE) == seen) {
		if (now_ns() > since + PATIENCE_NS)
			return false;
		port_wait(d->port, 10);
	}
	waited(since);
	return true;
}
