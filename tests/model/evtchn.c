// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event channels at random against a reference.
 *
 * Three domains of few ports and two vCPUs do whatever they like, bad
 * arguments included, and their guests play with mask bits and take upcalls.
 * The reference is a plain table; after every step the result of the call, the
 * status of every port and every bit a guest can see are compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "fakes/sched.h"
#include "abi/errno.h"
#include "core/evtchn.h"
#include "model/random.h"

#define DOMS	3u
#define TOP	70u		/* two words of ports, the second short */
#define STEPS	200000u
#define NVCPUS	FAKE_VCPUS

struct ref_port {
	uint32_t status, vcpu;
	unsigned int dom;	/* unbound for, or paired with */
	uint32_t number;	/* remote port or virq */
	bool pending, masked;
};

static struct ref {
	struct ref_port port[TOP + 1];
	uint32_t virq[NVCPUS][XY_NR_VIRQS];
	uint64_t sel[NVCPUS];
	bool upcall[NVCPUS];
	int poll[NVCPUS];	/* 0 no, -1 any, else the port */
	bool dead;
} ref[DOMS];

static uint64_t seed;
static unsigned int step;

static uint32_t pick(uint32_t below)
{
	return (uint32_t)(random_word(&seed) >> 11) % below;
}

static void fail(const char *what, unsigned int d, uint32_t port)
{
	fprintf(stderr, "step %u: d%u port %u: %s\n", step, d, port, what);
	abort();
}

/* ---- the reference ---- */

static void ref_mark(unsigned int d, uint32_t v)
{
	if (ref[d].upcall[v])
		return;
	ref[d].upcall[v] = true;
	ref[d].poll[v] = 0;
}

static void ref_select(unsigned int d, uint32_t n)
{
	uint32_t v = ref[d].port[n].vcpu;

	if (ref[d].sel[v] >> n / 64 & 1)
		return;
	ref[d].sel[v] |= 1UL << n / 64;
	ref_mark(d, v);
}

static void ref_pend(unsigned int d, uint32_t n)
{
	struct ref_port *p = &ref[d].port[n];

	if (p->pending)
		return;
	p->pending = true;
	if (!p->masked)
		ref_select(d, n);
	for (unsigned int v = 0; v < NVCPUS; v++)
		if (ref[d].poll[v] < 0 || ref[d].poll[v] == (int)n)
			ref[d].poll[v] = 0;
}

static bool ref_valid(unsigned int d, uint32_t n)
{
	return n >= 1 && n <= TOP && ref[d].port[n].status;
}

static int ref_new(unsigned int d, uint32_t *n, uint32_t status)
{
	if (ref[d].dead)
		return -XY_EINVAL;
	for (*n = 1; *n <= TOP; ++*n) {
		struct ref_port *p = &ref[d].port[*n];

		if (p->status)
			continue;
		*p = (struct ref_port){ .status = status,
					.pending = p->pending,
					.masked = p->masked };
		return 0;
	}
	return -XY_ENOSPC;
}

static int ref_close(unsigned int d, uint32_t n)
{
	struct ref_port *p;

	if (!ref_valid(d, n))
		return -XY_EINVAL;
	p = &ref[d].port[n];
	if (p->status == XY_EVTCHNSTAT_interdomain) {
		struct ref_port *o = &ref[p->dom].port[p->number];

		o->status = XY_EVTCHNSTAT_unbound;
		o->dom = d;
	}
	if (p->status == XY_EVTCHNSTAT_virq)
		for (unsigned int v = 0; v < NVCPUS; v++)
			if (ref[d].virq[v][p->number] == n)
				ref[d].virq[v][p->number] = 0;
	*p = (struct ref_port){ .masked = p->masked };
	return 0;
}

static bool per_vcpu(uint32_t virq)
{
	return virq == 0 || virq == 1 || virq == 7 || virq == 13;
}

/* ---- steps: each does it, then says what should have come of it ---- */

static void expect(int got, int want, const char *what, unsigned int d,
		   uint32_t port)
{
	if (got == want)
		return;
	fprintf(stderr, "got %d, want %d\n", got, want);
	fail(what, d, port);
}

static struct domain *dom(unsigned int d)
{
	return &fake_doms.dom[d];
}

static uint32_t any_port(void)
{
	static const uint32_t odd[] = {
		0, TOP + 1, 4095, 4096, 1U << 31, ~0U
	};

	return pick(40) ? 1 + pick(TOP) : odd[pick(6)];
}

static void do_alloc(unsigned int d)
{
	unsigned int who = pick(DOMS);
	uint32_t got = 0, want = 0;
	int rc = ref_new(d, &want, XY_EVTCHNSTAT_unbound);

	expect(evtchn_alloc_unbound(dom(d), (uint16_t)who, &got), rc, "alloc",
	       d, want);
	if (rc)
		return;
	ref[d].port[want].dom = who;
	expect((int)got, (int)want, "alloc: port", d, want);
}

static void do_pair(unsigned int d)
{
	unsigned int r = pick(DOMS);
	uint32_t rp = any_port(), got = 0, want = 0;
	int rc = -XY_EINVAL;

	if (ref_valid(r, rp) && ref[r].port[rp].dom == d &&
	    ref[r].port[rp].status == XY_EVTCHNSTAT_unbound)
		rc = ref_new(d, &want, XY_EVTCHNSTAT_interdomain);
	expect(evtchn_bind_interdomain(dom(d), dom(r), rp, &got), rc, "pair",
	       d, rp);
	if (rc)
		return;
	expect((int)got, (int)want, "pair: port", d, want);
	ref[d].port[want].dom = r;
	ref[d].port[want].number = rp;
	ref[r].port[rp].status = XY_EVTCHNSTAT_interdomain;
	ref[r].port[rp].dom = d;
	ref[r].port[rp].number = want;
	ref_pend(d, want);
}

static void do_virq(unsigned int d)
{
	uint32_t virq = pick(XY_NR_VIRQS + 1), v = pick(NVCPUS + 1);
	uint32_t got = 0, want = 0;
	int rc;

	if (virq == XY_NR_VIRQS || (v && !per_vcpu(virq)))
		rc = -XY_EINVAL;
	else if (v >= NVCPUS)
		rc = -XY_ENOENT;
	else if (ref[d].virq[v][virq])
		rc = -XY_EEXIST;
	else
		rc = ref_new(d, &want, XY_EVTCHNSTAT_virq);
	expect(evtchn_bind_virq(dom(d), virq, v, &got), rc, "virq", d, virq);
	if (rc)
		return;
	expect((int)got, (int)want, "virq: port", d, want);
	ref[d].port[want].number = virq;
	ref[d].port[want].vcpu = v;
	ref[d].virq[v][virq] = want;
}

static void do_ipi(unsigned int d)
{
	uint32_t v = pick(NVCPUS + 1), got = 0, want = 0;
	int rc = v < NVCPUS ? ref_new(d, &want, XY_EVTCHNSTAT_ipi) :
		 -XY_ENOENT;

	expect(evtchn_bind_ipi(dom(d), v, &got), rc, "ipi", d, v);
	if (rc)
		return;
	expect((int)got, (int)want, "ipi: port", d, want);
	ref[d].port[want].vcpu = v;
}

static void do_close(unsigned int d)
{
	uint32_t n = any_port();
	int rc = ref_close(d, n);

	expect(evtchn_close(dom(d), n), rc, "close", d, n);
}

static void do_send(unsigned int d)
{
	uint32_t n = any_port();
	int rc = -XY_EINVAL;

	if (ref_valid(d, n)) {
		const struct ref_port *p = &ref[d].port[n];

		rc = p->status == XY_EVTCHNSTAT_virq ? -XY_EINVAL : 0;
		if (p->status == XY_EVTCHNSTAT_interdomain)
			ref_pend(p->dom, p->number);
		else if (p->status == XY_EVTCHNSTAT_ipi)
			ref_pend(d, n);
	}
	expect(evtchn_send(dom(d), n), rc, "send", d, n);
}

static void do_raise(unsigned int d)
{
	uint32_t virq = pick(XY_NR_VIRQS), v = pick(NVCPUS), n;

	if (per_vcpu(virq)) {
		evtchn_send_vcpu_virq(dom(d)->vcpus[v], virq);
		n = ref[d].virq[v][virq];
	} else {
		evtchn_send_virq(dom(d), virq);
		n = ref[d].virq[0][virq];
	}
	if (n)
		ref_pend(d, n);
}

static void do_move(unsigned int d)
{
	uint32_t n = any_port(), v = pick(NVCPUS + 1);
	int rc = -XY_EINVAL;

	if (v >= NVCPUS)
		rc = -XY_ENOENT;
	else if (ref_valid(d, n) &&
		 ref[d].port[n].status != XY_EVTCHNSTAT_ipi &&
		 !(ref[d].port[n].status == XY_EVTCHNSTAT_virq &&
		   per_vcpu(ref[d].port[n].number)))
		rc = 0;
	if (rc == 0)
		ref[d].port[n].vcpu = v;
	expect(evtchn_bind_vcpu(dom(d), n, v), rc, "bind_vcpu", d, n);
}

/* A port of a chunk that was used once can be unmasked while it is free. */
static void do_unmask(unsigned int d)
{
	uint32_t n = any_port();
	int rc = evtchn_unmask(dom(d), n);

	if (n < 1 || n > TOP)
		expect(rc, -XY_EINVAL, "unmask", d, n);
	else if (ref_valid(d, n))
		expect(rc, 0, "unmask", d, n);
	if (rc)
		return;
	if (ref[d].port[n].masked && ref[d].port[n].pending)
		ref_select(d, n);
	ref[d].port[n].masked = false;
}

static void do_reset(unsigned int d)
{
	if (pick(200))
		return;
	for (uint32_t n = 1; n <= TOP; n++)
		ref_close(d, n);
	while (evtchn_reset(dom(d)))
		;
}

/* Dies and is born again: the domain's id is the same, its ports are not. */
static void do_die(unsigned int d)
{
	if (pick(400))
		return;
	if (!ref[d].dead) {
		for (uint32_t n = 1; n <= TOP; n++)
			ref_close(d, n);
		ref[d].dead = true;
		while (evtchn_destroy(dom(d)))
			;
		return;
	}
	evtchn_free(dom(d));
	expect(evtchn_create(dom(d), TOP), 0, "create", d, 0);
	ref[d].dead = false;
}

/* ---- what a guest does by itself ---- */

static void guest_mask(unsigned int d)
{
	uint32_t n = 1 + pick(TOP);

	ref[d].port[n].masked ^= true;
	dom(d)->shared->evtchn_mask[n / 64] ^= 1UL << n % 64;
}

static void guest_upcall(unsigned int d)
{
	uint32_t v = pick(NVCPUS);
	struct xy_vcpu_info *info = dom(d)->vcpus[v]->info;

	info->evtchn_upcall_pending = ref[d].upcall[v] = false;
	info->evtchn_pending_sel = ref[d].sel[v] = 0;
}

static void guest_clear(unsigned int d)
{
	for (int i = 0; i < 10; i++) {
		uint32_t n = 1 + pick(TOP);

		ref[d].port[n].pending = false;
		dom(d)->shared->evtchn_pending[n / 64] &= ~(1UL << n % 64);
	}
}

static void guest_poll(unsigned int d)
{
	uint32_t v = pick(NVCPUS);
	int port = pick(3) ? (int)(1 + pick(TOP)) : -1;

	ref[d].poll[v] = port;
	dom(d)->vcpus[v]->polling = true;
	dom(d)->vcpus[v]->poll_port = port;
	dom(d)->vcpus[v]->state = VCPU_BLOCKED;
}

/* ---- comparison ---- */

static void compare_port(unsigned int d, uint32_t n)
{
	const struct ref_port *p = &ref[d].port[n];
	const struct xy_shared_info *s = dom(d)->shared;
	struct xy_evtchn_status st = { .port = n };

	if (evtchn_status(dom(d), &st) || st.status != p->status)
		fail("status", d, n);
	if (st.status && st.vcpu != p->vcpu)
		fail("vcpu", d, n);
	if (st.status == XY_EVTCHNSTAT_unbound && st.u.unbound.dom != p->dom)
		fail("unbound for", d, n);
	if (st.status == XY_EVTCHNSTAT_interdomain &&
	    (st.u.interdomain.dom != p->dom ||
	     st.u.interdomain.port != p->number))
		fail("peer", d, n);
	if (st.status == XY_EVTCHNSTAT_virq && st.u.virq != p->number)
		fail("virq", d, n);
	if ((s->evtchn_pending[n / 64] >> n % 64 & 1) != p->pending)
		fail("pending bit", d, n);
	if ((s->evtchn_mask[n / 64] >> n % 64 & 1) != p->masked)
		fail("mask bit", d, n);
}

static void compare_vcpu(unsigned int d, uint32_t n)
{
	const struct vcpu *v = dom(d)->vcpus[n];

	if (v->info->evtchn_pending_sel != ref[d].sel[n])
		fail("selector of vcpu", d, n);
	if (v->info->evtchn_upcall_pending != ref[d].upcall[n])
		fail("upcall of vcpu", d, n);
	if (v->polling != (ref[d].poll[n] != 0))
		fail("poll of vcpu", d, n);
	if (v->polling && v->state != VCPU_BLOCKED)
		fail("woken without cause", d, n);
}

static void compare(void)
{
	for (unsigned int d = 0; d < DOMS; d++) {
		for (uint32_t n = 1; n <= TOP; n++)
			compare_port(d, n);
		for (uint32_t v = 0; v < NVCPUS; v++)
			compare_vcpu(d, v);
		if (dom(d)->refs != 1)
			fail("references", d, 0);
	}
}

typedef void step_fn(unsigned int d);

static step_fn *const steps[] = {
	do_alloc, do_alloc, do_pair, do_pair, do_pair, do_pair, do_virq,
	do_ipi, do_close, do_close, do_send, do_send, do_send, do_send,
	do_raise, do_raise, do_move, do_unmask, do_unmask, do_reset, do_die,
	guest_mask, guest_mask, guest_upcall, guest_upcall, guest_clear,
	guest_poll,
};

static void run(uint64_t from)
{
	seed = from;
	memset(ref, 0, sizeof(ref));
	fake_machine_make(256, 1, 256);
	fake_doms_make();
	for (unsigned int d = 0; d < DOMS; d++) {
		dom(d)->shared = calloc(1, PAGE_SIZE);
		for (unsigned int v = 0; v < NVCPUS; v++)
			dom(d)->vcpus[v]->info = &dom(d)->shared->vcpu_info[v];
		expect(evtchn_create(dom(d), TOP), 0, "create", d, 0);
	}
	for (step = 0; step < STEPS; step++) {
		steps[pick(ARRAY_SIZE(steps))](pick(DOMS));
		compare();
	}
	for (unsigned int d = 0; d < DOMS; d++)
		while (evtchn_destroy(dom(d)))
			;
	for (unsigned int d = 0; d < DOMS; d++) {
		evtchn_free(dom(d));
		free(dom(d)->shared);
	}
	fake_doms_end();
	fake_machine_end();
}

int main(void)
{
	run(0x9e3779b97f4a7c15UL);
	run(0xd1b54a32d192ed03UL);
	printf("[  PASSED  ] 2 test(s).\n");
	return 0;
}
