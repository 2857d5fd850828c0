/* SPDX-License-Identifier: GPL-2.0-only */
/* What a configuration asks of the hypervisor beside memory and vCPUs. */
#ifndef DOM0_TOOLS_XL_TUNING_H
#define DOM0_TOOLS_XL_TUNING_H

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/xl.h"

/*
 * CPU policy, TSC, weight and CPUs of a domain without contexts yet. Nothing
 * is asked where nothing was configured. False after reporting.
 */
bool tuning_apply(struct xl *x, uint16_t domid, const struct domain_config *c);

#endif
