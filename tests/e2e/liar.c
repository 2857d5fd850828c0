// SPDX-License-Identifier: GPL-2.0-only
/*
 * liar vbd|vif DOMID DEVID LIE [HONEST]: a backend that lies to its frontend.
 *
 * Makes a device for a running guest (both xenstore directories), shakes hands,
 * answers the first HONEST requests as it should (reads give zeros, packets go
 * nowhere), tells one lie, and says "LIAR told LIE". Then it waits for the
 * frontend to close the device, at most 30 s or until SIGTERM, says "LIAR
 * frontend closed" or "LIAR frontend in state n", and takes the device away.
 *
 * Lies of both: id, twice, jump, back, silent. Of a disk also: op, geometry,
 * and batch: honest until 20 requests come at once, and silent then. Of a NIC
 * also: late, which answers all, eight seconds after the first packet; in its
 * receive ring: rx-id, rx-long, rx-jump, rx-endless.
 *
 * Reads the ring as any backend does and writes only where it must lie. Exit
 * status 0 when the lie was told. Single-threaded; nothing outlives it.
 */
#include "tests/e2e/liar.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "abi/io/xenbus.h"
#include "dom0-tools/lib/evtchn.h"
#include "dom0-tools/lib/gnt.h"
#include "dom0-tools/lib/store.h"

static struct xs_handle *xs;
static volatile sig_atomic_t ended;

static void end_now(int sig)
{
	(void)sig;
	ended = 1;
}

static void __attribute__((noreturn)) die(const char *what)
{
	printf("LIAR cannot: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void put(const char *dir, const char *key, const char *fmt, ...)
{
	char path[192], value[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	snprintf(path, sizeof(path), "%s/%s", dir, key);
	if (!xs_write(xs, XBT_NULL, path, value, (unsigned int)strlen(value)))
		die(path);
}

/* The number in a key; -1 if there is none. */
static long get(const char *dir, const char *key)
{
	char path[192], *text;
	long n;

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	text = xs_read(xs, XBT_NULL, path, NULL);
	n = text ? atol(text) : -1;
	free(text);
	return n;
}

static void own(const char *path, unsigned int owner, unsigned int reader)
{
	struct xs_permissions perms[2] = {
		{ .id = owner, .perms = XS_PERM_NONE },
		{ .id = reader, .perms = XS_PERM_READ },
	};

	if (!xs_mkdir(xs, XBT_NULL, path) ||
	    !xs_set_permissions(xs, XBT_NULL, path, perms, 2))
		die(path);
}

static void offer(struct liar *l)
{
	own(l->back, 0, l->domid);
	put(l->back, "frontend", "%s", l->front);
	put(l->back, "frontend-id", "%u", l->domid);
	put(l->back, "online", "1");
	if (l->disk) {
		bool absurd = !strcmp(l->lie, "geometry");

		put(l->back, "sectors", absurd ? "18446744073709551615"
					       : "20480");
		put(l->back, "sector-size", absurd ? "7" : "512");
		put(l->back, "info", "0");
		put(l->back, "feature-flush-cache", "1");
	} else {
		put(l->back, "feature-rx-copy", "1");
		put(l->back, "feature-sg", "1");
	}
	put(l->back, "state", "%d", XY_XENBUS_INITWAIT);

	own(l->front, l->domid, 0);
	put(l->front, "backend-id", "0");
	put(l->front, "handle", "%u", l->devid);
	if (l->disk) {
		put(l->front, "virtual-device", "%u", l->devid);
		put(l->front, "device-type", "disk");
	} else {
		put(l->front, "mac", "00:16:3e:66:66:%02x", l->devid & 0xff);
	}
	put(l->front, "backend", "%s", l->back);
	/* The frontend driver begins when it sees this one. */
	put(l->front, "state", "%d", XY_XENBUS_INITIALISING);
}

static bool reached(struct liar *l, long state, unsigned int ms)
{
	uint64_t end = now_ms() + ms;
	long s;

	do {
		s = get(l->front, "state");
		if (s >= state || s < 0)
			return true;
		usleep(20000);
	} while (!ended && now_ms() < end);
	return false;
}

static struct xy_sring *map_ring(struct liar *l, const char *key)
{
	uint32_t ref = (uint32_t)get(l->front, key);
	struct xy_sring *ring = gnt_map(l->gnt, l->domid, &ref, 1,
					PROT_READ | PROT_WRITE);

	if (!ring)
		die(key);
	return ring;
}

static void join(struct liar *l)
{
	long port = get(l->front, "event-channel");

	l->gnt = gnt_open();
	l->evt = evtchn_open_nonblock();
	if (l->disk) {
		l->ring[0] = map_ring(l, "ring-ref");
	} else {
		l->ring[0] = map_ring(l, "tx-ring-ref");
		l->ring[1] = map_ring(l, "rx-ring-ref");
	}
	l->port = evtchn_bind_interdomain(l->evt, l->domid, (uint32_t)port);
	if (l->port < 0)
		die("event channel");
	put(l->back, "state", "%d", XY_XENBUS_CONNECTED);
}

/* The frontend has closed, or went with its domain. */
static bool nobody_there(struct liar *l)
{
	long state = get(l->front, "state");

	return state < 0 || state >= XY_XENBUS_CLOSING;
}

/*
 * Serves until the lie is told, nobody is left to lie to, or twenty seconds
 * are over. What is mapped here keeps a dead domain from ending.
 */
static bool serve(struct liar *l)
{
	struct pollfd p = { .fd = l->evt, .events = POLLIN };
	uint64_t end = now_ms() + 20000;
	int port;

	while (!ended && now_ms() < end) {
		if (!poll(&p, 1, 50) && nobody_there(l))
			break;
		while ((port = evtchn_pending(l->evt)) >= 0)
			evtchn_unmask(l->evt, (uint32_t)port);
		if (l->disk ? liar_disk(l) : liar_nic(l))
			return true;
	}
	return false;
}

void liar_notify(struct liar *l)
{
	evtchn_notify(l->evt, (uint32_t)l->port);
}

int main(int argc, char **argv)
{
	struct liar l = { 0 };
	bool told;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGTERM, end_now);
	if (argc < 5 || (strcmp(argv[1], "vbd") && strcmp(argv[1], "vif"))) {
		fprintf(stderr, "usage: liar vbd|vif DOMID DEVID LIE "
				"[HONEST]\n");
		return 2;
	}
	l.disk = !strcmp(argv[1], "vbd");
	l.domid = (unsigned int)atoi(argv[2]);
	l.devid = (unsigned int)atoi(argv[3]);
	l.lie = argv[4];
	l.honest = argc > 5 ? (unsigned int)atoi(argv[5]) : 0;
	snprintf(l.back, sizeof(l.back), "/local/domain/0/backend/liar/%u/%u",
		 l.domid, l.devid);
	snprintf(l.front, sizeof(l.front), "/local/domain/%u/device/%s/%u",
		 l.domid, argv[1], l.devid);
	xs = xs_open(0);
	if (!xs)
		die("xenstore");
	offer(&l);
	told = !strcmp(l.lie, "geometry");
	if (!reached(&l, XY_XENBUS_INITIALISED, 20000))
		printf("LIAR frontend in state %ld\n",
		       get(l.front, "state"));
	else if (!nobody_there(&l)) {
		join(&l);
		told = serve(&l) || told;
	}
	printf("LIAR %s %s\n", told ? "told" : "could not tell", l.lie);
	if (reached(&l, XY_XENBUS_CLOSING, 30000))
		printf("LIAR frontend closed\n");
	else
		printf("LIAR frontend in state %ld\n",
		       get(l.front, "state"));
	xs_rm(xs, XBT_NULL, l.front);
	xs_rm(xs, XBT_NULL, l.back);
	xs_close(xs);
	return told ? 0 : 1;
}
