/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tools are told about a domain (domctl 5, sysctl 6).
 */
#ifndef CALL_DOMAIN_INFO_H
#define CALL_DOMAIN_INFO_H

#include "abi/domctl.h"
#include "core/dom.h"

void domain_info_fill(struct domain *d, struct xy_domctl_getdomaininfo *info);

#endif
