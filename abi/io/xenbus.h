/* SPDX-License-Identifier: MIT */
/*
 * States of a device, as decimal text in the `state` key of its frontend and
 * its backend directory. Each side writes its own key only and watches the
 * other's.
 *
 * Source: public io/xenbus.h of 4.17.
 */
#ifndef XY_ABI_IO_XENBUS_H
#define XY_ABI_IO_XENBUS_H

#define XY_XENBUS_UNKNOWN	0	/* no key */
#define XY_XENBUS_INITIALISING	1
#define XY_XENBUS_INITWAIT	2	/* backend: my features are written */
#define XY_XENBUS_INITIALISED	3	/* frontend: my rings are written */
#define XY_XENBUS_CONNECTED	4
#define XY_XENBUS_CLOSING	5
#define XY_XENBUS_CLOSED	6
#define XY_XENBUS_RECONFIGURING	7
#define XY_XENBUS_RECONFIGURED	8

#endif /* XY_ABI_IO_XENBUS_H */
