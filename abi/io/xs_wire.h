/* SPDX-License-Identifier: MIT */
/*
 * What the store speaks: the same messages over a socket and over a page
 * shared with a domain.
 *
 * A message is a header and up to 4096 bytes of payload. A reply carries the
 * request's type, req_id and tx_id; or type ERROR with the name of an error
 * ("ENOENT") as payload. A watch event comes unasked, with both ids 0.
 * Strings end with NUL, except a value that is read or written.
 *
 * Indices of the page run free over 32 bits and are masked at use.
 *
 * Source: public io/xs_wire.h of 4.17.
 */
#ifndef XY_ABI_IO_XS_WIRE_H
#define XY_ABI_IO_XS_WIRE_H

#include "abi/base.h"

#define XY_XS_CONTROL			0
#define XY_XS_DIRECTORY			1
#define XY_XS_READ			2
#define XY_XS_GET_PERMS			3
#define XY_XS_WATCH			4
#define XY_XS_UNWATCH			5
#define XY_XS_TRANSACTION_START		6
#define XY_XS_TRANSACTION_END		7
#define XY_XS_INTRODUCE			8
#define XY_XS_RELEASE			9
#define XY_XS_GET_DOMAIN_PATH		10
#define XY_XS_WRITE			11
#define XY_XS_MKDIR			12
#define XY_XS_RM			13
#define XY_XS_SET_PERMS			14
#define XY_XS_WATCH_EVENT		15	/* from the store only */
#define XY_XS_ERROR			16	/* from the store only */
#define XY_XS_IS_DOMAIN_INTRODUCED	17
#define XY_XS_RESUME			18
#define XY_XS_SET_TARGET		19
#define XY_XS_RESET_WATCHES		21	/* 20 is not used any more */
#define XY_XS_DIRECTORY_PART		22
#define XY_XS_TYPE_COUNT		23
#define XY_XS_INVALID			0xffff

struct xy_xsd_sockmsg {
	uint32_t type;			/* XY_XS_ */
	uint32_t req_id;		/* chosen by the client, echoed */
	uint32_t tx_id;			/* transaction, 0: none */
	uint32_t len;			/* bytes that follow */
};
XY_SIZE(struct xy_xsd_sockmsg, 16);
XY_AT(struct xy_xsd_sockmsg, len, 12);

/* Fields of a watch event's payload. */
#define XY_XS_WATCH_PATH		0
#define XY_XS_WATCH_TOKEN		1

/* Limits, bytes. */
#define XY_STORE_PAYLOAD_MAX		4096
#define XY_STORE_ABS_PATH_MAX		3072
#define XY_STORE_REL_PATH_MAX		2048
#define XY_STORE_RING_SIZE		1024

/* server_features */
#define XY_STORE_SERVER_FEATURE_RECONNECTION	1
#define XY_STORE_SERVER_FEATURE_ERROR		2

/* connection */
#define XY_STORE_CONNECTED		0
#define XY_STORE_RECONNECT		1	/* asked for by the guest */

/* error */
#define XY_STORE_ERROR_NONE		0
#define XY_STORE_ERROR_COMM		1
#define XY_STORE_ERROR_RINGIDX		2
#define XY_STORE_ERROR_PROTO		3

struct xy_xenstore_domain_interface {
	char req[XY_STORE_RING_SIZE];	/* [guest] */
	char rsp[XY_STORE_RING_SIZE];	/* [store] */
	uint32_t req_cons;		/* [store] */
	uint32_t req_prod;		/* [guest] */
	uint32_t rsp_cons;		/* [guest] */
	uint32_t rsp_prod;		/* [store] */
	uint32_t server_features;	/* [store] */
	uint32_t connection;		/* [both] */
	uint32_t error;			/* [store] */
};
XY_SIZE(struct xy_xenstore_domain_interface, 2076);
XY_AT(struct xy_xenstore_domain_interface, rsp, 1024);
XY_AT(struct xy_xenstore_domain_interface, req_cons, 2048);
XY_AT(struct xy_xenstore_domain_interface, rsp_prod, 2060);
XY_AT(struct xy_xenstore_domain_interface, error, 2072);

#endif /* XY_ABI_IO_XS_WIRE_H */
