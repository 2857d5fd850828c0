/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting for the backends of a new domain. */
#ifndef DOM0_TOOLS_XL_DEVICES_H
#define DOM0_TOOLS_XL_DEVICES_H

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/xl.h"

/*
 * Until every backend has answered; reports what went wrong. 0, -EIO (a
 * backend refused), -ETIMEDOUT, -EINTR.
 */
int devices_wait(struct xl *x, uint16_t domid, const struct domain_config *c);

#endif
