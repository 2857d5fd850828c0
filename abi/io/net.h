/* SPDX-License-Identifier: MIT */
/*
 * The network device protocol: a transmit ring, a receive ring and,
 * optionally, a control ring. tx and rx are the frontend's view.
 *
 * A packet is one or more slots in a row. In transmit the first request's
 * size is that of the whole packet, the others say the size of their piece;
 * extra-info slots stand between the first request and the rest. In receive
 * each response gives the bytes of its own piece, or an error, in status.
 * A transmit slot that held extra info is answered with NULL.
 *
 * Source: public io/netif.h of 4.17; the XDP extra is a later addition of
 * that header, with the layout Linux 6.1 speaks.
 */
#ifndef XY_ABI_IO_NET_H
#define XY_ABI_IO_NET_H

#include "abi/base.h"

#define XY_NETIF_NR_SLOTS_MIN		18	/* slots a backend must take */
#define XY_NETIF_MAX_TX_SIZE		0xFFFF	/* bytes of a packet */

#define XY_NETTXF_csum_blank		(1U << 0)
#define XY_NETTXF_data_validated	(1U << 1)
#define XY_NETTXF_more_data		(1U << 2)	/* packet goes on */
#define XY_NETTXF_extra_info		(1U << 3)	/* extra slot next */

struct xy_netif_tx_request {
	uint32_t gref;
	uint16_t offset;		/* bytes in the page */
	uint16_t flags;			/* XY_NETTXF_ */
	uint16_t id;
	uint16_t size;			/* bytes, see above */
};
XY_SIZE(struct xy_netif_tx_request, 12);
XY_AT(struct xy_netif_tx_request, flags, 6);
XY_AT(struct xy_netif_tx_request, size, 10);

#define XY_NETIF_RSP_DROPPED		(-2)
#define XY_NETIF_RSP_ERROR		(-1)
#define XY_NETIF_RSP_OKAY		0
#define XY_NETIF_RSP_NULL		1

struct xy_netif_tx_response {
	uint16_t id;
	int16_t status;			/* XY_NETIF_RSP_ */
};
XY_SIZE(struct xy_netif_tx_response, 4);

struct xy_netif_rx_request {
	uint16_t id;
	uint16_t pad;
	uint32_t gref;			/* a page, writable */
};
XY_SIZE(struct xy_netif_rx_request, 8);
XY_AT(struct xy_netif_rx_request, gref, 4);

#define XY_NETRXF_data_validated	(1U << 0)
#define XY_NETRXF_csum_blank		(1U << 1)
#define XY_NETRXF_more_data		(1U << 2)
#define XY_NETRXF_extra_info		(1U << 3)
#define XY_NETRXF_gso_prefix		(1U << 4)	/* obsolete */

struct xy_netif_rx_response {
	uint16_t id;
	uint16_t offset;		/* bytes in the page */
	uint16_t flags;			/* XY_NETRXF_ */
	int16_t status;			/* bytes, or XY_NETIF_RSP_ < 0 */
};
XY_SIZE(struct xy_netif_rx_response, 8);
XY_AT(struct xy_netif_rx_response, flags, 4);
XY_AT(struct xy_netif_rx_response, status, 6);

/* Extra info: takes a slot of either ring. */
#define XY_NETIF_EXTRA_TYPE_NONE	0
#define XY_NETIF_EXTRA_TYPE_GSO		1
#define XY_NETIF_EXTRA_TYPE_MCAST_ADD	2	/* tx only */
#define XY_NETIF_EXTRA_TYPE_MCAST_DEL	3	/* tx only */
#define XY_NETIF_EXTRA_TYPE_HASH	4
#define XY_NETIF_EXTRA_TYPE_XDP		5	/* later than 4.17 */
#define XY_NETIF_EXTRA_TYPE_MAX		6	/* first unknown; 4.17: 5 */

#define XY_NETIF_EXTRA_FLAG_MORE	(1U << 0)

#define XY_NETIF_GSO_TYPE_NONE		0
#define XY_NETIF_GSO_TYPE_TCPV4		1
#define XY_NETIF_GSO_TYPE_TCPV6		2

struct xy_netif_extra_info {
	uint8_t type;			/* XY_NETIF_EXTRA_TYPE_ */
	uint8_t flags;			/* XY_NETIF_EXTRA_FLAG_ */
	union {
		struct {
			uint16_t size;		/* bytes of payload a piece */
			uint8_t type;		/* XY_NETIF_GSO_TYPE_ */
			uint8_t pad;
			uint16_t features;	/* 0 */
		} gso;
		struct {
			uint8_t addr[6];
		} mcast;
		struct {
			uint8_t type;		/* bit of HASH_TYPE_ */
			uint8_t algorithm;
			uint8_t value[4];
		} hash;
		struct {
			uint16_t headroom;	/* bytes */
			uint16_t pad[2];
		} xdp;
		uint16_t pad[3];
	} u;
};
XY_SIZE(struct xy_netif_extra_info, 8);
XY_AT(struct xy_netif_extra_info, u, 2);

/* Control ring. */
#define XY_NETIF_CTRL_TYPE_INVALID			0
#define XY_NETIF_CTRL_TYPE_GET_HASH_FLAGS		1
#define XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS		2
#define XY_NETIF_CTRL_TYPE_SET_HASH_KEY			3
#define XY_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE	4
#define XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE	5
#define XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING		6
#define XY_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM		7
#define XY_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE	8
#define XY_NETIF_CTRL_TYPE_ADD_GREF_MAPPING		9
#define XY_NETIF_CTRL_TYPE_DEL_GREF_MAPPING		10

#define XY_NETIF_CTRL_STATUS_SUCCESS			0
#define XY_NETIF_CTRL_STATUS_NOT_SUPPORTED		1
#define XY_NETIF_CTRL_STATUS_INVALID_PARAMETER		2
#define XY_NETIF_CTRL_STATUS_BUFFER_OVERFLOW		3

#define XY_NETIF_CTRL_HASH_TYPE_IPV4			(1 << 0)
#define XY_NETIF_CTRL_HASH_TYPE_IPV4_TCP		(1 << 1)
#define XY_NETIF_CTRL_HASH_TYPE_IPV6			(1 << 2)
#define XY_NETIF_CTRL_HASH_TYPE_IPV6_TCP		(1 << 3)

#define XY_NETIF_CTRL_HASH_ALGORITHM_NONE		0
#define XY_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ		1

struct xy_netif_ctrl_request {
	uint16_t id;
	uint16_t type;			/* XY_NETIF_CTRL_TYPE_ */
	uint32_t data[3];		/* by type: value, gref, size ... */
};
XY_SIZE(struct xy_netif_ctrl_request, 16);
XY_AT(struct xy_netif_ctrl_request, data, 4);

struct xy_netif_ctrl_response {
	uint16_t id;
	uint16_t type;
	uint32_t status;		/* XY_NETIF_CTRL_STATUS_ */
	uint32_t data;
};
XY_SIZE(struct xy_netif_ctrl_response, 12);
XY_AT(struct xy_netif_ctrl_response, data, 8);

/* What one slot of each ring holds. */
union xy_netif_tx_sring_entry {
	struct xy_netif_tx_request req;
	struct xy_netif_extra_info extra;
	struct xy_netif_tx_response rsp;
};
XY_SIZE(union xy_netif_tx_sring_entry, 12);

union xy_netif_rx_sring_entry {
	struct xy_netif_rx_request req;
	struct xy_netif_extra_info extra;
	struct xy_netif_rx_response rsp;
};
XY_SIZE(union xy_netif_rx_sring_entry, 8);

union xy_netif_ctrl_sring_entry {
	struct xy_netif_ctrl_request req;
	struct xy_netif_ctrl_response rsp;
};
XY_SIZE(union xy_netif_ctrl_sring_entry, 16);

#endif /* XY_ABI_IO_NET_H */
