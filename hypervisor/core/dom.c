/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains: birth, references, pauses, shutdown, death.
 *
 * 1. The list holds one reference; a domain leaves it when destruction is
 *    complete and every other reference is gone.
 * 2. Destruction goes in bounded steps that are called again until done; each
 *    step is idempotent.  What others hold of a dying domain stays theirs.
 * 3. A guest's misdeed ends in dom_crash(): the domain stops, with its reason
 *    in the log, and the hypervisor goes on.
 *
 * Lock: the list's own (RANK_DOMAIN_LIST), then the domain's.
 */
#include "core/dom.h"
#include "abi/errno.h"
#include "abi/evtchn.h"
#include "abi/sched.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/evtchn.h"
#include "core/frame.h"
#include "core/grant.h"
#include "core/heap.h"
#include "core/iomem.h"
#include "core/pirq.h"
#include "core/pool.h"
#include "core/pt.h"
#include "core/sched.h"
#include "core/time.h"
#include "core/watchdog.h"
#include "lib/assert.h"
#include "lib/string.h"

struct domain *dom0;

static struct lock list_lock = LOCK_INIT(RANK_DOMAIN_LIST);
static struct list domains = LIST_INIT(domains); /* lock: list; by id */
static uint16_t last_id;			/* lock: list */

static struct domain *link_to_dom(struct list *l)
{
	return container_of(l, struct domain, link);
}

void dom_hold(struct domain *d)
{
	__atomic_add_fetch(&d->refs, 1, __ATOMIC_RELAXED);
}

/* False: the last reference is gone, and it is about to leave the list. */
static bool hold_alive(struct domain *d)
{
	uint32_t refs = __atomic_load_n(&d->refs, __ATOMIC_RELAXED);

	while (refs != 0)
		if (__atomic_compare_exchange_n(&d->refs, &refs, refs + 1,
						false, __ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

struct domain *dom_get_from(uint16_t id)
{
	struct domain *found = NULL;
	struct list *l;

	lock_take(&list_lock);
	list_for_each(l, &domains) {
		if (link_to_dom(l)->id >= id && hold_alive(link_to_dom(l))) {
			found = link_to_dom(l);
			break;
		}
	}
	lock_drop(&list_lock);
	return found;
}

struct domain *dom_next(struct domain *d)
{
	struct domain *found = NULL;
	struct list *l;

	lock_take(&list_lock);
	for (l = d->link.next; l != &domains && !found; l = l->next)
		if (hold_alive(link_to_dom(l)))
			found = link_to_dom(l);
	lock_drop(&list_lock);
	dom_put(d);
	return found;
}

struct domain *dom_get(uint16_t id)
{
	struct domain *d = dom_get_from(id);

	if (d == NULL || d->id == id)
		return d;
	dom_put(d);
	return NULL;
}

static void dom_free(struct domain *d)
{
	for (unsigned int i = 0; i < d->max_vcpus; i++)
		if (d->vcpus[i])
			vcpu_destroy(d->vcpus[i]);
	evtchn_free(d);
	grant_free(d);
	pool_free(d->pirqs);
	dom_mm_free(d);
	pool_free(d->e820);
	pool_free(d->cpuid);
	timer_unreserve(WATCHDOGS);
	pool_free(d);
}

void dom_put(struct domain *d)
{
	if (__atomic_sub_fetch(&d->refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	lock_take(&list_lock);
	list_del(&d->link);
	lock_drop(&list_lock);
	dom_free(d);
	if (dom0)
		evtchn_send_virq(dom0, XY_VIRQ_DOM_EXC);
}

int dom_resolve(struct vcpu *v, uint16_t id, struct domain **out)
{
	if (id == XY_DOMID_SELF || id == v->domain->id) {
		dom_hold(v->domain);
		*out = v->domain;
		return 0;
	}
	if (!v->domain->privileged)
		return -XY_EPERM;
	*out = dom_get(id);
	return *out ? 0 : -XY_ESRCH;
}

/* Where a domain with this id belongs in the list; NULL: the id is taken. */
static struct list *place_for(uint16_t id)
{
	struct list *l;

	list_for_each(l, &domains) {
		if (link_to_dom(l)->id == id)
			return NULL;
		if (link_to_dom(l)->id > id)
			break;
	}
	return l;
}

/* Ids go round, so that one just freed is not used again at once. */
static int choose_id(uint16_t *id)
{
	uint16_t try = last_id;

	do {
		try++;
		if (try >= XY_DOMID_FIRST_RESERVED)
			try = 1;
		if (place_for(try)) {
			*id = last_id = try;
			return 0;
		}
	} while (try != last_id);
	return -XY_ENOMEM;
}

static int fill(struct domain *d, const struct dom_config *c)
{
	int rc;

	rc = dom_mm_create(d);
	if (rc)
		return rc;
	d->shared_mfn = heap_alloc_zeroed(0);
	if (mfn_none(d->shared_mfn))
		return -XY_ENOMEM;
	d->shared = arch_frame_ptr(d->shared_mfn);
	frame_share(d, d->shared_mfn);
	for (unsigned int i = 0; i < XY_LEGACY_MAX_VCPUS; i++)
		d->shared->vcpu_info[i].evtchn_upcall_mask = 1;
	rc = evtchn_create(d, c->max_evtchn_port);
	if (rc == 0)
		rc = grant_create(d, c->max_grant_frames,
				  c->max_maptrack_frames);
	return rc;
}

static int link_domain(struct domain *d, uint16_t id)
{
	struct list *at;
	int rc = 0;

	lock_take(&list_lock);
	if (id == XY_DOMID_INVALID)
		rc = choose_id(&id);
	at = rc ? NULL : place_for(id);
	if (at) {
		d->id = id;
		list_insert(at, &d->link);
	} else if (rc == 0) {
		rc = -XY_EEXIST;
	}
	lock_drop(&list_lock);
	return rc;
}

int dom_create(uint16_t id, const struct dom_config *c, struct domain **out)
{
	struct domain *d;
	int rc;

	if (c->max_vcpus == 0 || c->max_vcpus > MAX_VCPUS)
		return -XY_EINVAL;
	rc = timer_reserve(WATCHDOGS);
	if (rc)
		return rc;
	d = pool_alloc(sizeof(*d));
	if (d == NULL) {
		timer_unreserve(WATCHDOGS);
		return -XY_ENOMEM;
	}
	d->refs = 1;
	d->privileged = c->privileged;
	d->max_vcpus = c->max_vcpus;
	d->weight = 256;
	d->pause_count = 1;
	memcpy(d->handle, c->handle, sizeof(d->handle));
	lock_init(&d->lock, RANK_DOMAIN);
	lock_init(&d->mm_lock, RANK_MM);
	lock_init(&d->evtchn_lock, RANK_EVTCHN);
	lock_init(&d->grant_lock, RANK_GRANT);
	list_init(&d->link);
	rc = link_domain(d, id);
	if (rc) {
		timer_unreserve(WATCHDOGS);
		pool_free(d);
		return rc;
	}
	rc = fill(d, c);
	if (rc) {
		d->dying = true;
		while (dom_destroy(d))
			;
		return rc;
	}
	time_publish_wall(d);
	*out = d;
	return 0;
}

static void pause_vcpus(struct domain *d)
{
	for (unsigned int i = 0; i < d->max_vcpus; i++)
		if (d->vcpus[i])
			sched_pause(d->vcpus[i], PAUSE_DOMAIN);
}

static bool must_stand(const struct domain *d)
{
	return d->pause_count || d->shutting_down || d->dying;
}

static void unpause_vcpus(struct domain *d)
{
	for (unsigned int i = 0; i < d->max_vcpus; i++)
		if (d->vcpus[i])
			sched_unpause(d->vcpus[i], PAUSE_DOMAIN);
}

void dom_pause(struct domain *d)
{
	lock_take(&d->lock);
	d->pause_count++;
	pause_vcpus(d);
	lock_drop(&d->lock);
}

void dom_unpause(struct domain *d)
{
	lock_take(&d->lock);
	if (d->pause_count)
		d->pause_count--;
	if (!must_stand(d))
		unpause_vcpus(d);
	lock_drop(&d->lock);
}

static __attribute__((noreturn)) void dom0_is_gone(unsigned int reason)
{
	if (reason == XY_SHUTDOWN_poweroff) {
		con_log("dom0 has powered off\n");
		arch_power_off();
	}
	con_log("dom0 has ended with reason %u: rebooting\n", reason);
	arch_reboot();
}

void dom_shutdown(struct domain *d, unsigned int reason)
{
	bool first;

	if (d == dom0)
		dom0_is_gone(reason);
	lock_take(&d->lock);
	first = !d->shutting_down;
	if (first) {
		d->shutting_down = true;
		d->shutdown_code = (uint8_t)reason;
		pause_vcpus(d);
		d->shut_down = true;
	}
	lock_drop(&d->lock);
	if (first && dom0)
		evtchn_send_virq(dom0, XY_VIRQ_DOM_EXC);
}

void dom_resume(struct domain *d)
{
	lock_take(&d->lock);
	d->shutting_down = d->shut_down = false;
	d->shutdown_code = 0;
	if (!must_stand(d))
		unpause_vcpus(d);
	lock_drop(&d->lock);
}

void dom_crash(struct domain *d, const char *fmt, ...)
{
	va_list ap;

	if (d->shutting_down)
		return;
	con_log("d%u crashed: ", d->id);
	va_start(ap, fmt);
	con_vlog(fmt, ap);
	va_end(ap);
	con_log("\n");
	if (arch_current() && arch_current()->domain == d) {
		const struct regs *r = vcpu_regs();

		con_log("d%uv%u rip %lx rsp %lx cs %lx rflags %lx\n", d->id,
			arch_current()->id, (unsigned long)r->rip,
			(unsigned long)r->rsp, (unsigned long)r->cs,
			(unsigned long)r->rflags);
	}
	dom_shutdown(d, XY_SHUTDOWN_crash);
}

/* The vCPUs let go of tables, descriptors and registered frames. */
static int release_vcpus(struct domain *d)
{
	for (unsigned int i = 0; i < d->max_vcpus; i++) {
		struct vcpu *v = d->vcpus[i];

		if (v == NULL)
			continue;
		if (!sched_is_off(v))
			return -XY_ERESTART;
		vcpu_release(v);
	}
	return pt_drain(d);
}

int dom_destroy(struct domain *d)
{
	int rc = 0;

	lock_take(&d->lock);
	if (!d->dying) {
		d->dying = true;
		pause_vcpus(d);
	}
	lock_drop(&d->lock);
	/* Each step may be entered many times; it goes on where it stopped. */
	if (d->destroy_step == 0) {
		if (d->evtchn && evtchn_destroy(d))
			return -XY_ERESTART;
		pirq_destroy(d);
		watchdog_stop(d);
		d->destroy_step++;
	}
	if (d->destroy_step == 1) {
		rc = d->grants ? grant_destroy_step(d) : 0;
		d->destroy_step += rc == 0;
	}
	if (d->destroy_step == 2) {
		rc = d->mm ? release_vcpus(d) : 0;
		d->destroy_step += rc == 0;
	}
	if (d->destroy_step == 3) {
		rc = d->mm ? dom_mm_destroy_step(d) : 0;
		d->destroy_step += rc == 0;
	}
	if (d->destroy_step == 4) {
		d->destroy_step++;
		if (d->shared)
			frame_unshare(d, d->shared_mfn);
		dom_put(d);		/* the list's own */
		/* Who still holds pages of it must hear, to let go of them. */
		if (dom0)
			evtchn_send_virq(dom0, XY_VIRQ_DOM_EXC);
		return 0;
	}
	return rc;
}

/* At most LOG_BURST lines a second from one domain. */
#define LOG_BURST	20
#define SECOND_NS	1000000000UL

void dom_log(struct domain *d, const char *fmt, ...)
{
	uint64_t now = arch_now_ns();
	va_list ap;

	if (now - d->log_window_ns > SECOND_NS) {
		if (d->log_count > LOG_BURST)
			con_log("d%u: %u messages not shown\n", d->id,
				d->log_count - LOG_BURST);
		d->log_window_ns = now;
		d->log_count = 0;
	}
	if (d->log_count++ >= LOG_BURST)
		return;
	con_log("d%u: ", d->id);
	va_start(ap, fmt);
	con_vlog(fmt, ap);
	va_end(ap);
	con_log("\n");
}
