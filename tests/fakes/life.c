// SPDX-License-Identifier: GPL-2.0-only
/*
 * See fakes/life.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fakes/life.h"
#include "abi/domctl.h"
#include "abi/errno.h"
#include "abi/sysctl.h"
#include "abi/vcpu.h"
#include "call/call.h"
#include "core/con.h"
#include "core/cpuid.h"
#include "core/heap.h"
#include "core/keys.h"
#include "core/pirq.h"
#include "core/pt.h"
#include "core/sched.h"
#include "core/time.h"

struct fake_life fake_life;
#define TABLE	(PTE_P | PTE_RW | PTE_U)

static struct regs regs;
static uint64_t free_at_start;

/* ---- the seam ---- */

uint64_t arch_now_ns(void)
{
	return fake_life.now_ns;
}

uint64_t arch_tsc(void)
{
	return fake_life.now_ns;
}

void arch_timer_set(uint64_t deadline_ns)
{
	(void)deadline_ns;
}

struct cpuid_regs arch_cpuid(uint32_t leaf, uint32_t subleaf)
{
	switch (leaf) {
	case 0:
		return (struct cpuid_regs){ 0xd, 0x756e6547, 0x6c65746e,
					    0x49656e69 };
	case 1:
		return (struct cpuid_regs){ 0x663, 0x800, 0xfed8320b,
					    0x1fcbfbfd };
	case 7:
		return subleaf ? (struct cpuid_regs){ 0 } :
		       (struct cpuid_regs){ 1, 0x01c843a9, 0x200, 0 };
	case 0xd:
		if (subleaf == 0)
			return (struct cpuid_regs){ 7, 832, 832, 0 };
		if (subleaf == 1)
			return (struct cpuid_regs){ 5, 832, 0, 0 };
		return subleaf == 2 ? (struct cpuid_regs){ 256, 576, 0, 0 } :
		       (struct cpuid_regs){ 0 };
	case 0x80000000:
		return (struct cpuid_regs){ 0x80000008, 0, 0, 0 };
	case 0x80000001:
		return (struct cpuid_regs){ 0x663, 0, 0x63, 0xedd3fbfd };
	case 0x80000008:
		return (struct cpuid_regs){ 0x3028, 0, 0, 0 };
	}
	return (struct cpuid_regs){ 0 };
}

uint64_t arch_cr0(void) { return 0x80050033; }
uint64_t arch_cr4(void) { return 0; }
void arch_control_changed(struct vcpu *v) { (void)v; }
void arch_debug_load(struct vcpu *v) { (void)v; }
void arch_forget_vcpu(struct vcpu *v) { (void)v; }
void arch_fpu_fresh(struct vcpu *v) { memset(v->fpu, 0, PAGE_SIZE); }
void arch_ldt_changed(struct vcpu *v) { (void)v; }
void arch_gdt_changed(struct vcpu *v) { (void)v; }
void arch_set_xcr0(uint64_t value) { (void)value; }

void arch_ldt_map(struct vcpu *v, unsigned int page, mfn_t mfn)
{
	(void)v;
	(void)page;
	(void)mfn;
}

void arch_power_off(void) { abort(); }
void arch_reboot(void) { abort(); }
struct regs *vcpu_regs(void) { return &regs; }

/* ---- neighbours ---- */

void con_vlog(const char *fmt, va_list ap)
{
	vsnprintf(fake.last_log, sizeof(fake.last_log), fmt, ap);
	fake.con_logs++;
	if (getenv("FAKE_LOG"))
		fprintf(stderr, "%s", fake.last_log);
}

size_t con_read_ring(uint64_t *index, char *buf, size_t bytes)
{
	size_t size = strlen(fake_life.log), n = 0;

	for (; n < bytes && *index < size; n++, ++*index)
		buf[n] = fake_life.log[*index];
	return n;
}

void con_clear_ring(void)
{
	fake_life.clears++;
}

void keys_press(char c)
{
	fake_life.keys++;
	fake_life.key = c;
}

int pirq_bind(struct domain *d, uint32_t pirq, uint32_t flags, uint32_t port)
{
	(void)d;
	(void)pirq;
	(void)flags;
	(void)port;
	return -XY_EINVAL;
}

void pirq_unbind(struct domain *d, uint32_t pirq)
{
	(void)d;
	(void)pirq;
}

void pirq_destroy(struct domain *d)
{
	(void)d;
}

/* ---- the world ---- */

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "life: %s\n", what);
	abort();
}

void life_make(void)
{
	const struct dom_config c = {
		.max_vcpus = 1, .max_evtchn_port = 200, .privileged = true,
	};
	struct vcpu *v;

	memset(&fake_life, 0, sizeof(fake_life));
	memset(fake_arena, 0, sizeof(fake_arena));
	fake_life.now_ns = 1000;
	fake_life.log = "";
	fake_this_cpu = 0;
	fake_machine_make(2048, 1, 2048);
	time_init(1000000, 0);
	cpuid_init();
	free_at_start = heap_free_frames();
	dom0 = NULL;
	must(dom_create(0, &c, &dom0) == 0, "no dom0");
	v = vcpu_create(dom0, 0);
	must(v != NULL, "no vCPU");
	dom_unpause(dom0);
	sched_unpause(v, PAUSE_DOWN);
	must(sched_pick() == v, "dom0 does not run");
	fake_run(0, v);
}

bool life_end(void)
{
	struct domain *d = dom0;
	bool clean;

	fake_run(0, NULL);
	dom_pause(d);
	dom0 = NULL;			/* nobody to tell any more */
	must(sched_pick() == NULL, "somebody still runs");
	while (dom_destroy(d))
		;
	frame_reap();
	clean = heap_free_frames() == free_at_start;
	fake_machine_end();
	return clean;
}

static void *envelope(size_t bytes)
{
	memset(fake_arena, 0, bytes);
	return fake_arena;
}

struct xy_domctl *life_domctl(uint32_t cmd, uint16_t domain)
{
	struct xy_domctl *op = envelope(sizeof(*op));

	op->cmd = cmd;
	op->interface_version = XY_DOMCTL_INTERFACE_VERSION;
	op->domain = domain;
	return op;
}

struct xy_sysctl *life_sysctl(uint32_t cmd)
{
	struct xy_sysctl *op = envelope(sizeof(*op));

	op->cmd = cmd;
	op->interface_version = XY_SYSCTL_INTERFACE_VERSION;
	return op;
}

int64_t life_call(bool domctl)
{
	struct call c = { .arg = { FAKE_ARENA_VA } };
	struct vcpu *v = dom0->vcpus[0];
	int64_t rc = domctl ? hc_domctl(v, &c) : hc_sysctl(v, &c);

	frame_reap();		/* as at the end of every hypercall */
	return rc;
}

int64_t life_call_all(bool domctl)
{
	int64_t rc;

	do {
		rc = life_call(domctl);
	} while (rc == -XY_ERESTART);
	return rc;
}

int64_t life_create(unsigned int vcpus, uint16_t want, uint16_t *id)
{
	struct xy_domctl *op = life_domctl(XY_DOMCTL_createdomain, want);
	struct xy_domctl_createdomain *c = &op->u.createdomain;
	int64_t rc;

	memset(c->handle, 0x5a, sizeof(c->handle));
	c->max_vcpus = vcpus;
	c->max_evtchn_port = 1023;
	c->max_grant_frames = c->max_maptrack_frames = -1;
	c->grant_opts = 2;
	rc = life_call_all(true);
	*id = op->domain;
	return rc;
}

struct domain *life_find(uint16_t id)
{
	struct domain *d = dom_get(id);

	if (d)
		dom_put(d);
	return d;
}

struct domain *life_ready(unsigned int vcpus)
{
	struct xy_domctl *op;
	uint16_t id;

	must(life_create(vcpus, 0xffff, &id) == 0, "a domctl");
	op = life_domctl(XY_DOMCTL_max_vcpus, id);
	op->u.max_vcpus.max = vcpus;
	must(life_call_all(true) == 0, "a domctl");
	op = life_domctl(XY_DOMCTL_max_mem, id);
	op->u.max_mem.max_memkb = 400;
	must(life_call_all(true) == 0, "a domctl");
	must(life_find(id)->max_pages == 100, "max_mem");
	return life_find(id);
}

void life_destroy(uint16_t id)
{
	life_domctl(XY_DOMCTL_destroydomain, id);
	must(life_call_all(true) == 0, "a domctl");
}

mfn_t life_frame(struct domain *d)
{
	mfn_t mfn;

	must(dom_alloc_pages(d, 0, 0, &mfn) == 0, "a domctl");
	return mfn;
}

mfn_t life_tables(struct domain *d, mfn_t *data)
{
	mfn_t l4 = life_frame(d), l3 = life_frame(d), l2 = life_frame(d),
	      l1 = life_frame(d);

	*data = life_frame(d);
	fake_words(l4)[pte_index(4, LIFE_VA)] = pte_make(l3, TABLE);
	fake_words(l3)[pte_index(3, LIFE_VA)] = pte_make(l2, TABLE);
	fake_words(l2)[pte_index(2, LIFE_VA)] = pte_make(l1, TABLE);
	fake_words(l1)[pte_index(1, LIFE_VA)] = pte_make(*data, TABLE);
	return l4;
}

int64_t life_set_context(uint16_t id, uint32_t vcpu, mfn_t root)
{
	struct xy_domctl *op = life_domctl(XY_DOMCTL_setvcpucontext, id);
	struct xy_vcpu_guest_context *c = (void *)(fake_arena + LIFE_MORE);

	memset(c, 0, sizeof(*c));
	c->flags = XY_VGCF_in_kernel | XY_VGCF_online;
	c->user_regs.rip = LIFE_VA + 0x100;
	c->user_regs.rsp = LIFE_VA + 0xff0;
	c->user_regs.rflags = 0x200;
	c->kernel_sp = LIFE_VA + 0xff0;
	c->ctrlreg[3] = root.n << PAGE_SHIFT;
	op->u.vcpucontext.vcpu = vcpu;
	op->u.vcpucontext.ctxt = FAKE_ARENA_VA + LIFE_MORE;
	return life_call_all(true);
}

/* ---- for cmocka ---- */

uint64_t life_free_before;

uint64_t life_handle(uint64_t offset)
{
	return FAKE_ARENA_VA + offset;
}

void *life_arena(uint64_t offset)
{
	return fake_arena + offset;
}

int life_setup(void **state)
{
	(void)state;
	life_make();
	life_free_before = heap_free_frames();
	return 0;
}

int life_teardown(void **state)
{
	struct domain *d;

	(void)state;
	while ((d = dom_get_from(1)) != NULL) {
		uint16_t id = d->id;

		dom_put(d);
		life_destroy(id);
		if (life_find(id))
			return -1;
	}
	return heap_free_frames() != life_free_before || !life_end();
}
