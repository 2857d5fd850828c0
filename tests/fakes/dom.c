// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of core/dom.h that memory code asks: see fakes/dom.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "abi/errno.h"
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "core/pt.h"

struct fake_doms fake_doms;
struct domain *dom0;

static void make_vcpu(struct domain *d, unsigned int id, struct vcpu *v)
{
	memset(v, 0, sizeof(*v));
	v->domain = d;
	v->id = id;
	v->kernel_mode = true;
	v->root_kernel = v->root_user = to_mfn(NO_FRAME);
	for (unsigned int i = 0; i < ARRAY_SIZE(v->gdt_frames); i++)
		v->gdt_frames[i] = to_mfn(NO_FRAME);
	for (unsigned int i = 0; i < ARRAY_SIZE(v->ldt_frames); i++)
		v->ldt_frames[i] = to_mfn(NO_FRAME);
	d->vcpus[id] = v;
}

void fake_doms_make(void)
{
	memset(&fake_doms, 0, sizeof(fake_doms));
	for (unsigned int i = 0; i < FAKE_DOMS; i++) {
		struct domain *d = &fake_doms.dom[i];

		d->id = (uint16_t)i;
		d->privileged = i == 0;
		d->rights.iomem = i == 0;
		d->refs = 1;
		d->max_pages = ~0UL;
		d->max_vcpus = FAKE_VCPUS;
		lock_init(&d->lock, RANK_DOMAIN);
		lock_init(&d->grant_lock, RANK_GRANT);
		lock_init(&d->evtchn_lock, RANK_EVTCHN);
		if (dom_mm_create(d) != 0)
			abort();
		for (unsigned int v = 0; v < FAKE_VCPUS; v++)
			make_vcpu(d, v, &fake_doms.vcpu[i][v]);
	}
	dom0 = &fake_doms.dom[0];
}

void fake_doms_end(void)
{
	for (unsigned int i = 0; i < FAKE_DOMS; i++)
		dom_mm_free(&fake_doms.dom[i]);
}

void dom_hold(struct domain *d)
{
	__atomic_add_fetch(&d->refs, 1, __ATOMIC_RELAXED);
}

void dom_put(struct domain *d)
{
	if (__atomic_sub_fetch(&d->refs, 1, __ATOMIC_RELAXED) == 0)
		abort();		/* the test itself holds one */
}

struct domain *dom_get_from(uint16_t id)
{
	if (id >= FAKE_DOMS)
		return NULL;
	dom_hold(&fake_doms.dom[id]);
	return &fake_doms.dom[id];
}

struct domain *dom_get(uint16_t id)
{
	return dom_get_from(id);
}

struct domain *dom_next(struct domain *d)
{
	uint16_t next = (uint16_t)(d->id + 1);

	dom_put(d);
	return dom_get_from(next);
}

int dom_resolve(struct vcpu *v, uint16_t id, struct domain **out)
{
	if (id == XY_DOMID_SELF || id == v->domain->id) {
		*out = v->domain;
	} else {
		if (!v->domain->privileged)
			return -XY_EPERM;
		if (id >= FAKE_DOMS)
			return -XY_ESRCH;
		*out = &fake_doms.dom[id];
	}
	dom_hold(*out);
	return 0;
}

void dom_log(struct domain *d, const char *fmt, ...)
{
	va_list ap;

	(void)d;
	__atomic_add_fetch(&fake.logs, 1, __ATOMIC_RELAXED);
	if (getenv("FAKE_LOG") == NULL)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}
