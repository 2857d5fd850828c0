/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two domains with event channels as the scenes of evtchn.c and evtchn_2l.c
 * name them, and one life of all domains a scene.
 */
#ifndef TESTS_UNIT_HYPERVISOR_CORE_EVTCHN_PAIR_H
#define TESTS_UNIT_HYPERVISOR_CORE_EVTCHN_PAIR_H

#include "fakes/evtchn.h"

static struct domain *const a = &fake_doms.dom[1], *const b = &fake_doms.dom[2];
static struct vcpu *const a0 = &fake_doms.vcpu[1][0];
static struct vcpu *const a1 = &fake_doms.vcpu[1][1];
static struct vcpu *const b0 = &fake_doms.vcpu[2][0];
static struct vcpu *const b1 = &fake_doms.vcpu[2][1];

static int make(void **state)
{
	(void)state;
	fake_ports_make(FAKE_PORTS);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fake_ports_end();
	return 0;
}

#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)

#endif
