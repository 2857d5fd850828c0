/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What boot leaves for xen_version to tell.
 */
#ifndef CALL_INFO_H
#define CALL_INFO_H

extern char info_cmdline[1024];	/* the hypervisor's own, NUL-terminated */

#endif
