/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CONTROL requests, as xenstore-control sends them. Domain 0 only; proto.c
 * has checked that.
 *
 *   print TEXT   puts TEXT into the daemon's log (stderr)
 *   check        counts the tree and says whether the books are right
 *   quota DOMID  how many nodes the domain owns
 *   help         this list
 *
 * Nothing here changes the tree.
 */
#include "dom0-tools/xenstored/control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dom0-tools/xenstored/wire.h"

__attribute__((format(printf, 2, 3))) static int say(struct op *op,
						     const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(op->out, sizeof(op->out), format, ap);
	va_end(ap);
	op->out_len = (uint32_t)n + 1;
	return 0;
}

int control_command(struct xenstore *x, const char **arg, int args,
		    struct op *op)
{
	uint64_t domid;

	if (!strcmp(arg[0], "print") && args == 2) {
		fprintf(stderr, "xenstored: %s\n", arg[1]);
		return say(op, "OK");
	}
	if (!strcmp(arg[0], "check"))
		return say(op, proto_audit(x) ? "OK" : "counts differ");
	if (!strcmp(arg[0], "quota") && args == 2 &&
	    !wire_number(arg[1], XY_DOMID_FIRST_RESERVED - 1, &domid))
		return say(op, "nodes: %u of %u", x->quota.nodes[domid],
			   QUOTA_NODES);
	if (!strcmp(arg[0], "help"))
		return say(op, "print TEXT, check, quota DOMID, help");
	return -EINVAL;
}
