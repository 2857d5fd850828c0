/* SPDX-License-Identifier: GPL-2.0-only */
/* What an administrator can ask the daemon itself. */
#ifndef XENSTORED_CONTROL_H
#define XENSTORED_CONTROL_H

#include "dom0-tools/xenstored/ops.h"
#include "dom0-tools/xenstored/proto.h"

/* The answer, text with a NUL, goes to op->out. -EINVAL: unknown. */
int control_command(struct xenstore *x, const char **arg, int args,
		    struct op *op);

#endif
