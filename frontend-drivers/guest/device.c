// SPDX-License-Identifier: MIT
/*
 * The life of a device: found in the store, connected step by step as the
 * table of core/connect says, closed, or taken offline.
 *
 * Rules:
 *  1. All our keys are written before our state: who sees the state sees them.
 *  2. A step that fails makes the device leave; the message says why. The
 *     program goes on.
 *  3. The backend's numbers are read anew at each step and believed by nobody:
 *     the cores check them.
 *  4. A timer looks now and then whether answers come while one is waited for.
 *     Two looks without one in between, and the device is taken offline.
 */
#include "frontend-drivers/guest/device.h"
#include "frontend-drivers/guest/guest.h"

#define CLOSE_WAIT_NS	5000000000UL
#define SECOND		1000000000UL
#define PATIENCE	30		/* seconds */

/* The nth name in a directory, each with its 0. */
static const char *nth_name(const char *names, size_t len, unsigned int nth)
{
	const char *at = names;

	while (nth-- && at < names + len)
		at += strlen(at) + 1;
	return at < names + len ? at : NULL;
}

uint64_t device_their_number(struct device *d, const char *key,
			     uint64_t absent)
{
	char path[160];
	unsigned long value;

	text_format(path, sizeof(path), "%s/%s", d->back, key);
	return store_read_number(0, path, &value) ? absent : value;
}

int device_say(struct device *d, const char *key, uint64_t value)
{
	char path[80];

	text_format(path, sizeof(path), "%s/%s", d->front, key);
	return store_writef(0, path, "%lu", value);
}

static int perform_all(struct device *d, unsigned int todo)
{
	unsigned int bit;
	int rc = 0;

	for (bit = 1; bit <= CONNECT_FRONT_RELEASE && !rc; bit <<= 1)
		if (todo & bit)
			rc = d->kind->perform(d, bit);
	return rc;
}

static void device_step(struct device *d)
{
	int theirs = (int)device_their_number(d, "state", 0), rc;
	unsigned int todo;
	uint8_t before;

	for (;;) {
		before = d->connect.mine;
		/* Gone by the toolstack's wish, or back some day? */
		if (!d->leave && device_their_number(d, "online", 1) == 0)
			d->leave = true;
		todo = connect_front_step(&d->connect, theirs, d->leave ?
					  CONNECT_FRONT_LEAVE :
					  CONNECT_FRONT_STAY);
		rc = perform_all(d, todo);
		if (rc && !d->leave) {
			/* The state it brought us to is never said. */
			say("%s: cannot connect, error %d", d->front, rc);
			d->leave = true;
			continue;
		}
		if (d->connect.mine == before ||
		    device_say(d, "state", d->connect.mine))
			return;
	}
}

static void on_state(struct store_watch *w)
{
	device_step(w->arg);
}

/* Rule 4. */
static void on_watchdog(void *arg)
{
	struct device *d = arg;
	uint64_t answers = device_is_up(d) ? d->kind->waiting(d) : 0;

	if (answers && answers == d->answers)
		device_fail(d, "the backend does not answer");
	d->answers = answers;
	if (!d->leave)
		timer_set(&d->watchdog, now_ns() +
			  asked_number("patience", PATIENCE) * SECOND);
}

static int device_find(struct device *d, unsigned int nth)
{
	char names[256], path[80];
	const char *name;
	unsigned long id;
	size_t len;
	int rc;

	text_format(path, sizeof(path), "device/%s", d->kind->name);
	if (store_directory(0, path, names, sizeof(names), &len))
		return -XY_ENODEV;
	name = nth_name(names, len, nth);
	if (!name)
		return -XY_ENODEV;
	text_format(d->front, sizeof(d->front), "device/%s/%s", d->kind->name,
		    name);
	text_format(path, sizeof(path), "%s/backend", d->front);
	rc = store_read(0, path, d->back, sizeof(d->back));
	text_format(path, sizeof(path), "%s/backend-id", d->front);
	if (rc || store_read_number(0, path, &id))
		return -XY_ENODEV;
	d->backend = (uint16_t)id;
	return 0;
}

int device_open(struct device *d, const struct device_kind *kind,
		unsigned int nth)
{
	uint64_t end = now_ns() + asked_number("wait", 0) * SECOND;
	int rc;

	d->kind = kind;
	while ((rc = device_find(d, nth)) && now_ns() < end)
		event_wait_until(now_ns() + SECOND / 10);
	if (rc)
		return rc;
	connect_front_init(&d->connect, kind->direct);
	text_format(d->watched, sizeof(d->watched), "%s/state", d->back);
	d->watch.fn = on_state;
	d->watch.arg = d;
	d->watch.path = d->watched;
	d->watchdog.fn = on_watchdog;
	d->watchdog.arg = d;
	on_watchdog(d);
	return store_watch(&d->watch);
}

bool device_wait(struct device *d, uint64_t ns)
{
	uint64_t end = now_ns() + ns;

	while (!device_is_up(d) && !d->leave)
		if (!event_wait_until(end))
			break;
	return device_is_up(d);
}

void device_fail(struct device *d, const char *why)
{
	if (d->leave)
		return;
	d->fault = why;
	d->leave = true;
	say("%s: offline: %s", d->front, why);
	device_step(d);
}

void device_close(struct device *d)
{
	uint64_t end = now_ns() + CLOSE_WAIT_NS;

	d->leave = true;
	timer_cancel(&d->watchdog);
	device_step(d);
	while (d->connect.mine != XY_XENBUS_CLOSED)
		if (!event_wait_until(end))
			break;
	store_unwatch(&d->watch);
}

int device_share(uint16_t domid, void *first, unsigned int pages,
		 bool read_only, uint32_t *ref)
{
	unsigned int i;

	for (i = 0; i < pages; i++) {
		ref[i] = grant_access(domid, va_mfn((char *)first + i * PAGE),
				      read_only);
		if (!ref[i]) {
			device_unshare(i, ref);
			return -XY_ENOSPC;
		}
	}
	return 0;
}

bool device_unshare(unsigned int pages, uint32_t *ref)
{
	bool all = true;

	for (unsigned int i = 0; i < pages; i++) {
		if (ref[i] && !grant_end(ref[i]))
			all = false;
		else
			ref[i] = 0;
	}
	return all;
}
