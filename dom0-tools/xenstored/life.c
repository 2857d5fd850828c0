/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lives of domains: dom0's kernel, which is there from the start; the
 * event channel device; and who has died.
 *
 * Rules:
 * 1. The hypervisor says "a domain changed" (VIRQ_DOM_EXC), never which one:
 *    the whole list is fetched, 256 domains a call, and compared.
 * 2. Watchers of @releaseDomain hear of each step once: it shut down or
 *    crashed; it is dying (its ring is let go then); it is gone.
 * 3. dom0's kernel has its page and port from /dev/xen/xenbus_backend, which
 *    needs no mount; xenfs is the other door.
 *
 * No lock: one thread. Next on the tour: main.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/domctl.h"
#include "abi/evtchn.h"
#include "dom0-tools/lib/evtchn.h"
#include "dom0-tools/xenstored/domain.h"
#include "dom0-tools/xenstored/mem.h"

#define EVENTS_AT_ONCE 64
#define LIST_AT_ONCE 256
#define PAGE_BYTES 4096

#define XENBUS_BACKEND_EVTCHN 0x4200ul /* Linux's number: _IO('B', 0) */

/* Maps the page dom0's kernel made for its own ring: NULL if there is none. */
static void *kernel_page(uint32_t *port)
{
	int fd = open("/dev/xen/xenbus_backend", O_RDWR | O_CLOEXEC), ret;
	void *page = MAP_FAILED;

	if (fd < 0)
		return NULL;
	ret = ioctl(fd, XENBUS_BACKEND_EVTCHN, 0);
	if (ret > 0) {
		*port = (uint32_t)ret;
		page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, 0);
	}
	close(fd);
	return page == MAP_FAILED ? NULL : page;
}

/* The same through xenfs, if it is mounted. */
static void *kernel_page_xenfs(uint32_t *port)
{
	FILE *f = fopen("/proc/xen/xsd_port", "re");
	void *page = MAP_FAILED;
	int fd, n = 0;

	if (f) {
		n = fscanf(f, "%u", port);
		fclose(f);
	}
	if (n != 1)
		return NULL;
	fd = open("/proc/xen/xsd_kva", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	close(fd);
	return page == MAP_FAILED ? NULL : page;
}

static int connect_kernel(struct xenstore *x)
{
	struct domain *d;
	uint32_t port;
	void *page = kernel_page(&port);
	int err;

	if (!page)
		page = kernel_page_xenfs(&port);
	if (!page)
		return -ENODEV;
	d = domain_create(x, 0);
	d->ring = page;
	err = domain_connect(d, port);
	shell_say("dom0's kernel: port %u, error %d", port, -err);
	if (err) {
		domain_forget(d);
		munmap(page, PAGE_BYTES);
	}
	return err;
}

/* What scripts in any domain find of themselves, dom0 has to have too. */
static void name_dom0(struct xenstore *x)
{
	static const struct who dom0 = { 0, XY_DOMID_INVALID };

	store_write(&x->live, &dom0, "/local/domain/0/domid", "0", 1);
	store_write(&x->live, &dom0, "/local/domain/0/name", "Domain-0", 8);
}

static int open_events(struct domain_table *t, int epoll)
{
	struct epoll_event ev = { .events = EPOLLIN };

	t->evtchn = evtchn_open_nonblock();
	if (t->evtchn < 0)
		return t->evtchn;
	t->virq = evtchn_bind_virq(t->evtchn, XY_VIRQ_DOM_EXC);
	t->events.kind = SHELL_EVENTS;
	ev.data.ptr = &t->events;
	if (t->virq >= 0 && !epoll_ctl(epoll, EPOLL_CTL_ADD, t->evtchn, &ev))
		return 0;
	evtchn_close(t->evtchn);
	return t->virq < 0 ? t->virq : -errno;
}

int domain_open(struct xenstore *x, int epoll)
{
	struct domain_table *t = mem_zalloc(sizeof(*t));
	int err = ring_pages_open(&t->pages);

	if (!err)
		err = open_events(t, epoll);
	if (err) {
		free(t);
		return err;
	}
	x->domains = t;
	name_dom0(x);
	err = connect_kernel(x);
	if (err)
		fprintf(stderr, "xenstored: dom0's kernel: error %d\n", -err);
	/* A predecessor may have missed the last one. */
	life_check(x);
	return 0;
}

void domain_event(struct xenstore *x)
{
	struct domain_table *t = x->domains;
	uint32_t ports[EVENTS_AT_ONCE];
	unsigned int unmask = 0;
	bool deaths = false;
	int i, n = evtchn_pending_many(t->evtchn, ports, EVENTS_AT_ONCE);

	for (i = 0; i < n; i++) {
		uint32_t port = ports[i];

		deaths |= (int)port == t->virq;
		if ((int)port == t->virq || domain_wake(t, port))
			ports[unmask++] = port;
	}
	/* Nothing has been looked at yet: what comes now fires again. */
	if (unmask)
		evtchn_unmask_many(t->evtchn, ports, unmask);
	if (deaths)
		life_check(x);
}

static void announce(struct domain *d)
{
	watch_fire_special(&d->client.x->watches, "@releaseDomain",
			   d->client.who.domid);
}

/* A domain of ours as the hypervisor sees it. */
static void compare(struct domain *d, uint32_t flags)
{
	bool news = false;

	d->seen = true;
	if ((flags & XY_DOMINF_shutdown) && !d->shutdown) {
		d->shutdown = true;
		news = true;
	}
	if ((flags & XY_DOMINF_dying) && !d->dying) {
		d->dying = true;
		domain_disconnect(d);
		news = true;
	}
	if (news)
		announce(d);
}

/* Marks all that the hypervisor lists. -errno: the list is not complete. */
static int fetch(struct domain_table *t, struct xy_domctl_getdomaininfo *list)
{
	uint32_t i, count, first = 0;
	struct domain *d;
	int err;

	do {
		err = call_domain_list(&t->pages.call, (uint16_t)first,
				       LIST_AT_ONCE, list, &count);
		if (err)
			return err;
		for (i = 0; i < count; i++) {
			first = list[i].domain + 1u;
			d = list[i].domain < XY_DOMID_FIRST_RESERVED
				    ? t->by_domid[list[i].domain]
				    : NULL;
			if (d && d->client.who.domid)
				compare(d, list[i].flags);
		}
	} while (count == LIST_AT_ONCE);
	return 0;
}

void life_check(struct xenstore *x)
{
	struct domain_table *t = x->domains;
	struct xy_domctl_getdomaininfo *list;
	struct domain *d, *next;
	int err;

	if (!t->pages.have_call)
		return;
	list = mem_alloc(LIST_AT_ONCE * sizeof(*list));
	for (d = t->list; d; d = d->next)
		d->seen = d->client.who.domid == 0;
	err = fetch(t, list);
	free(list);
	if (err) {
		shell_say("the list of domains: error %d", -err);
		return;
	}
	for (d = t->list; d; d = next) {
		next = d->next;
		if (d->seen)
			continue;
		shell_say("domain %u: gone", d->client.who.domid);
		announce(d);
		domain_forget(d);
	}
}
