// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysctl as the tools use it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/life.h"
#include "abi/control.h"
#include "abi/domctl.h"
#include "abi/errno.h"
#include "abi/sysctl.h"
#include "core/cpuid.h"
#include "core/cpus.h"
#include "core/heap.h"

#define MORE	0x1000u

static void envelopes(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_physinfo);

	(void)state;
	op->interface_version++;
	assert_int_equal(life_call(false), -XY_EACCES);
	for (uint32_t cmd = 30; cmd < 100; cmd++) {
		life_sysctl(cmd);
		assert_int_equal(life_call(false), -XY_ENOSYS);
	}
	life_sysctl(0);
	assert_int_equal(life_call(false), -XY_ENOSYS);
	life_sysctl(~0u);
	assert_int_equal(life_call(false), -XY_ENOSYS);
}

static void the_machine(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_physinfo);
	const struct xy_sysctl_physinfo *p = &op->u.physinfo;

	(void)state;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(p->nr_cpus, 1);
	assert_int_equal(p->max_cpu_id, 0);
	assert_int_equal(p->nr_nodes, 1);
	assert_int_equal(p->cpu_khz, 1000000);
	assert_int_equal(p->capabilities, 0x102);
	assert_int_equal(p->total_pages, heap_total_frames());
	assert_int_equal(p->free_pages, heap_free_frames());
	assert_int_equal(p->max_mfn, 2047);
	assert_true(p->hw_cap[0] & 1);		/* an FPU */
}

static void the_log(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_readconsole);
	struct xy_sysctl_readconsole *r = &op->u.readconsole;
	static char text[1500];

	(void)state;
	for (unsigned int i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('a' + i % 26);
	fake_life.log = text;
	r->buffer = life_handle(MORE);
	r->count = 1000;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(r->count, 1000);
	assert_int_equal(r->index, 1000);
	assert_memory_equal(life_arena(MORE), text, 1000);
	r->incremental = 1;
	r->clear = 1;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(r->count, 499);
	assert_memory_equal(life_arena(MORE), text + 1000, 499);
	assert_int_equal(fake_life.clears, 1);
	r->incremental = 0;
	r->count = 100;
	r->buffer = HV_VA_START;
	assert_int_equal(life_call(false), -XY_EFAULT);
}

static void lists_of_domains(void **state)
{
	const struct dom_config c = { .max_vcpus = 1, .max_evtchn_port = 9 };
	struct xy_domctl_getdomaininfo *info = life_arena(MORE);
	struct xy_sysctl *op;
	struct xy_sysctl_getdomaininfolist *l;
	struct domain *d[3];

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(dom_create(0x7ff4, &c, &d[i]), 0);
	op = life_sysctl(XY_SYSCTL_getdomaininfolist);
	l = &op->u.getdomaininfolist;
	l->max_domains = 100;
	l->buffer = life_handle(MORE);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(l->num_domains, 4);
	assert_int_equal(info[0].domain, 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(info[i + 1].domain, d[i]->id);
	l->first_domain = d[1]->id;
	l->max_domains = 1;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(l->num_domains, 1);
	assert_int_equal(info[0].domain, d[1]->id);
	l->first_domain = (uint16_t)(d[2]->id + 1);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(l->num_domains, 0);
	l->first_domain = 0;
	l->max_domains = 4;
	l->buffer = life_handle(FAKE_ARENA_BYTES - 112);
	assert_int_equal(life_call(false), -XY_EFAULT);
	op = life_sysctl(XY_SYSCTL_cpupool_op);
	op->u.cpupool_op.op = XY_SYSCTL_CPUPOOL_OP_INFO;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(op->u.cpupool_op.n_dom, 4);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(d[i]->refs, 2);	/* list and frames */
		while (dom_destroy(d[i]))
			;
		frame_reap();
	}
}

static void pools(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_cpupool_op);
	struct xy_sysctl_cpupool_op *p = &op->u.cpupool_op;
	uint8_t *map = life_arena(MORE);

	(void)state;
	map[0] = 0xff;
	p->op = XY_SYSCTL_CPUPOOL_OP_INFO;
	p->cpumap.bitmap = life_handle(MORE);
	p->cpumap.nr_bits = 8;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(map[0], 1);
	assert_int_equal(p->sched_id, XY_SCHEDULER_CREDIT2);
	p->cpupool_id = 1;
	assert_int_equal(life_call(false), -XY_ENOENT);
	p->op = XY_SYSCTL_CPUPOOL_OP_FREEINFO;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(map[0], 0);
	p->op = XY_SYSCTL_CPUPOOL_OP_CREATE;
	assert_int_equal(life_call(false), -XY_EOPNOTSUPP);
}

static void the_scheduler(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_scheduler_op);
	struct xy_sysctl_scheduler_op *s = &op->u.scheduler_op;

	(void)state;
	s->sched_id = XY_SCHEDULER_CREDIT2;
	s->cmd = XY_SYSCTL_SCHEDOP_getinfo;
	s->u.sched_credit2.ratelimit_us = 77;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(s->u.sched_credit2.ratelimit_us, 0);
	s->cmd = XY_SYSCTL_SCHEDOP_putinfo;
	assert_int_equal(life_call(false), 0);
	s->u.sched_credit2.ratelimit_us = 1000;
	assert_int_equal(life_call(false), -XY_EOPNOTSUPP);
	s->sched_id = XY_SCHEDULER_CREDIT;
	assert_int_equal(life_call(false), -XY_EINVAL);
	s->sched_id = XY_SCHEDULER_CREDIT2;
	s->cpupool_id = 1;
	assert_int_equal(life_call(false), -XY_EINVAL);
}

static void devices_are_nowhere(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_pcitopoinfo);
	struct xy_sysctl_pcitopoinfo *t = &op->u.pcitopoinfo;
	uint32_t *nodes = life_arena(MORE);

	(void)state;
	nodes[0] = nodes[1] = nodes[2] = 5;
	t->num_devs = 2;
	t->nodes = life_handle(MORE);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(t->num_devs, 2);
	assert_int_equal(nodes[0], XY_INVALID_NODE_ID);
	assert_int_equal(nodes[1], XY_INVALID_NODE_ID);
	assert_int_equal(nodes[2], 5);
	t->nodes = life_handle(FAKE_ARENA_BYTES - 4);
	assert_int_equal(life_call(false), -XY_EFAULT);
	t->num_devs = ~0u;
	assert_int_equal(life_call(false), -XY_E2BIG);
}

static void topology(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_cputopoinfo);
	struct xy_sysctl_cputopo *t = life_arena(MORE);
	struct xy_sysctl_meminfo *m = life_arena(MORE);
	uint32_t *distance = life_arena(MORE + 64);

	(void)state;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(op->u.cputopoinfo.num_cpus, 1);
	op->u.cputopoinfo.num_cpus = 4;
	op->u.cputopoinfo.cputopo = life_handle(MORE);
	memset(t, 0xff, 2 * sizeof(*t));
	assert_int_equal(life_call(false), 0);
	assert_int_equal(op->u.cputopoinfo.num_cpus, 1);
	assert_int_equal(t[0].node, 0);
	assert_int_equal(t[1].node, ~0u);
	op = life_sysctl(XY_SYSCTL_numainfo);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(op->u.numainfo.num_nodes, 1);
	op->u.numainfo.meminfo = life_handle(MORE);
	op->u.numainfo.distance = life_handle(MORE + 64);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(m->memfree, heap_free_frames() * PAGE_SIZE);
	assert_int_equal(*distance, 10);
}

static void free_memory_by_width(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_availheap);
	struct xy_sysctl_availheap *h = &op->u.availheap;
	uint64_t all, low;

	(void)state;
	h->node = -1;
	assert_int_equal(life_call(false), 0);
	all = h->avail_bytes;
	assert_int_equal(all, heap_free_frames() * PAGE_SIZE);
	h->max_bitwidth = 22;
	assert_int_equal(life_call(false), 0);
	low = h->avail_bytes;
	assert_in_range(low, 1, all - 1);
	h->max_bitwidth = 0;
	h->min_bitwidth = 22;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(h->avail_bytes, all - low);
	h->node = 1;
	assert_int_equal(life_call(false), -XY_EINVAL);
}

static void features(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_get_cpu_featureset);
	struct xy_sysctl_cpu_featureset *f = &op->u.cpu_featureset;
	uint32_t *words = life_arena(MORE);

	(void)state;
	f->index = XY_SYSCTL_cpu_featureset_host;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(f->nr_features, 13);
	f->features = life_handle(MORE);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(words[0], cpuid_default(false)->basic[1].edx);
	assert_int_equal(words[5], cpuid_default(false)->features[0].ebx);
	f->nr_features = 2;
	assert_int_equal(life_call(false), -XY_ENOBUFS);
	f->index = XY_SYSCTL_cpu_featureset_hvm;
	assert_int_equal(life_call(false), -XY_EOPNOTSUPP);
	f->index = 9;
	assert_int_equal(life_call(false), -XY_EINVAL);
	op = life_sysctl(XY_SYSCTL_get_cpu_policy);
	op->u.cpu_policy.index = XY_SYSCTL_cpu_policy_pv_default;
	assert_int_equal(life_call(false), 0);
	assert_in_range(op->u.cpu_policy.nr_leaves, 20, 120);
	op->u.cpu_policy.index = XY_SYSCTL_cpu_policy_hvm_max;
	assert_int_equal(life_call(false), -XY_EOPNOTSUPP);
	op->u.cpu_policy.index = 6;
	assert_int_equal(life_call(false), -XY_ENOENT);
}

static void keys(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_debug_keys);

	(void)state;
	memcpy(life_arena(MORE), "hdx", 3);
	op->u.debug_keys.keys = life_handle(MORE);
	op->u.debug_keys.nr_keys = 3;
	assert_int_equal(life_call(false), 0);
	assert_int_equal(fake_life.keys, 3);
	assert_int_equal(fake_life.key, 'x');
	op->u.debug_keys.nr_keys = 33;
	assert_int_equal(life_call(false), -XY_E2BIG);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, life_setup, life_teardown)

/* Last: a CPU that has come does not go again. */
static void more_cpus(void **state)
{
	struct xy_sysctl *op = life_sysctl(XY_SYSCTL_physinfo);
	const struct xy_sysctl_cputopo *t = life_arena(MORE);

	(void)state;
	cpus_add(3);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(op->u.physinfo.nr_cpus, 2);
	assert_int_equal(op->u.physinfo.max_cpu_id, 3);
	op = life_sysctl(XY_SYSCTL_cputopoinfo);
	op->u.cputopoinfo.num_cpus = 8;
	op->u.cputopoinfo.cputopo = life_handle(MORE);
	assert_int_equal(life_call(false), 0);
	assert_int_equal(op->u.cputopoinfo.num_cpus, 4);
	assert_int_equal(t[2].core, XY_INVALID_CORE_ID);
	assert_int_equal(t[3].core, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(envelopes), T(the_machine), T(the_log), T(lists_of_domains),
		T(pools), T(the_scheduler), T(devices_are_nowhere),
		T(topology), T(free_memory_by_width),
		T(features), T(keys), T(more_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
