/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debug keys: one letter, one page of text on the console.  They read without
 * locks, since they are for the moment when something hangs.
 */
#include "core/keys.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/dom.h"
#include "core/evtchn.h"
#include "core/grant.h"
#include "core/heap.h"
#include "core/pool.h"
#include "core/pt.h"
#include "core/sched.h"
#include "core/timer.h"

#define UL(x) ((unsigned long)(x))

static void each_domain(void (*fn)(struct domain *d))
{
	uint16_t id = 0;
	struct domain *d;

	while ((d = dom_get_from(id)) != NULL) {
		fn(d);
		id = (uint16_t)(d->id + 1);
		dom_put(d);
	}
}

static void log_vcpu(struct vcpu *v)
{
	const struct regs *r = arch_current() == v ? vcpu_regs() : &v->regs;
	uint64_t ns[4];

	sched_account(v, ns);
	con_log("  v%u state %u pause %x %s rip %lx rsp %lx cs %lx roots "
		"%lx %lx ran %lu ms events %u/%u sel %lx\n", v->id, v->state,
		v->pause, v->kernel_mode ? "kernel" : "user", UL(r->rip),
		UL(r->rsp), UL(r->cs), UL(v->root_kernel.n),
		UL(v->root_user.n), UL(ns[0] / 1000000),
		v->info->evtchn_upcall_pending, v->info->evtchn_upcall_mask,
		UL(v->info->evtchn_pending_sel));
}

static void log_domain(struct domain *d)
{
	con_log("d%u refs %u pages %lu/%lu pauses %u%s%s\n", d->id, d->refs,
		UL(d->tot_pages), UL(d->max_pages), d->pause_count,
		d->shut_down ? " shut down" : "", d->dying ? " dying" : "");
	for (unsigned int i = 0; i < d->max_vcpus; i++)
		if (d->vcpus[i])
			log_vcpu(d->vcpus[i]);
}

static void key_domains(void)
{
	each_domain(log_domain);
}

static void key_events(void)
{
	each_domain(evtchn_log);
}

static void key_grants(void)
{
	each_domain(grant_log);
}

static void key_memory(void)
{
	con_log("memory: %lu KiB of %lu free, %lu of them clean, %lu claimed\n",
		UL(heap_free_frames() * 4), UL(heap_total_frames() * 4),
		UL(heap_clean_frames() * 4), UL(heap_claimed_frames() * 4));
	pool_log();
}

static void audit_domain(struct domain *d)
{
	con_log("d%u: %u differences\n", d->id, pt_audit(d));
}

static void key_audit(void)
{
	each_domain(audit_domain);
}

static void key_crash(void)
{
	panic("asked for by a debug key");
}

static void key_help(void);

static const struct key {
	char c;
	const char *text;
	void (*fn)(void);
} keys[] = {
	{ 'h', "this list", key_help },
	{ 'd', "domains and vCPUs", key_domains },
	{ 'e', "event channels", key_events },
	{ 'g', "grant tables", key_grants },
	{ 'm', "memory", key_memory },
	{ 't', "timers: how long an interrupt had to wait", timer_log },
	{ 'a', "audit of the page tables", key_audit },
	{ 'C', "crash the hypervisor", key_crash },
};

static void key_help(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
		con_log("  '%c' %s\n", keys[i].c, keys[i].text);
}

void keys_press(char c)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].c == c) {
			con_log("(Xylem) key '%c': %s\n", c, keys[i].text);
			keys[i].fn();
			return;
		}
	}
}
