/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside sysctl: the operations by topic.  Each works on a private copy of the
 * envelope, which goes back to the tools when it returns 0.
 */
#ifndef CALL_SYSCTL_H
#define CALL_SYSCTL_H

#include "abi/sysctl.h"
#include "call/call.h"

typedef int sysctl_fn(struct xy_sysctl *op);

/* sysctl_machine.c */
sysctl_fn sysctl_physinfo, sysctl_cpu_topology, sysctl_numa, sysctl_heap,
	sysctl_cpu_policy, sysctl_featureset, sysctl_levelling_caps,
	sysctl_pci_topology;

#endif
