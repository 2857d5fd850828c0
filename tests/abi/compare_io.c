// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings, devices, console and store.
 *
 * Slots of the block ring hold discard and indirect requests too, those of the
 * net rings extra info: the public unions leave them out, the sizes tell. XDP
 * came after 4.17. XY_BLKIF_SECTOR_SIZE and XY_BLKIF_SECTORS_PER_PAGE stand in
 * comments of the public header.
 */
#include "tests/abi/compare.h"

#include "abi/io/ring.h"
#include "abi/io/blk.h"
#include "abi/io/net.h"
#include "abi/io/xenbus.h"
#include "abi/io/console.h"
#include "abi/io/xs_wire.h"

#include <xen/io/blkif.h>
#include <xen/io/console.h>
#include <xen/io/netif.h>
#include <xen/io/ring.h>
#include <xen/io/xenbus.h>
#include <xen/io/xs_wire.h>

/* abi/io/ring.h */
V(sizeof(struct xy_sring) == offsetof(struct blkif_sring, ring));
FIELD(struct xy_sring, req_prod, struct blkif_sring, req_prod);
FIELD(struct xy_sring, req_event, struct blkif_sring, req_event);
FIELD(struct xy_sring, rsp_prod, struct blkif_sring, rsp_prod);
FIELD(struct xy_sring, rsp_event, struct blkif_sring, rsp_event);

/* abi/io/blk.h */
K(BLKIF_OP_READ);
K(BLKIF_OP_WRITE);
K(BLKIF_OP_WRITE_BARRIER);
K(BLKIF_OP_FLUSH_DISKCACHE);
K(BLKIF_OP_RESERVED_1);
K(BLKIF_OP_DISCARD);
K(BLKIF_OP_INDIRECT);
K(BLKIF_MAX_SEGMENTS_PER_REQUEST);
K(BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST);
K(BLKIF_RSP_OKAY);
K(BLKIF_RSP_ERROR);
K(BLKIF_RSP_EOPNOTSUPP);
K(VDISK_CDROM);
K(VDISK_REMOVABLE);
K(VDISK_READONLY);

S(blkif_request_segment);
F(blkif_request_segment, gref);
F(blkif_request_segment, first_sect);
F(blkif_request_segment, last_sect);

S(blkif_request);
F(blkif_request, operation);
F(blkif_request, nr_segments);
F(blkif_request, handle);
F(blkif_request, id);
F(blkif_request, sector_number);
F(blkif_request, seg);
K(BLKIF_DISCARD_SECURE);

S(blkif_request_discard);
F(blkif_request_discard, operation);
F(blkif_request_discard, flag);
F(blkif_request_discard, handle);
F(blkif_request_discard, id);
F(blkif_request_discard, sector_number);
F(blkif_request_discard, nr_sectors);

S(blkif_request_indirect);
F(blkif_request_indirect, operation);
F(blkif_request_indirect, indirect_op);
F(blkif_request_indirect, nr_segments);
F(blkif_request_indirect, id);
F(blkif_request_indirect, sector_number);
F(blkif_request_indirect, handle);
F(blkif_request_indirect, indirect_grefs);

S(blkif_response);
F(blkif_response, id);
F(blkif_response, operation);
F(blkif_response, status);

U(blkif_sring_entry);
UF(blkif_sring_entry, req);
UF(blkif_sring_entry, rsp);

V(XY_BLKIF_SEGMENTS_PER_INDIRECT_PAGE ==
  4096 / sizeof(struct blkif_request_segment));

/* abi/io/net.h */
K_XEN(NETIF_NR_SLOTS_MIN);
K_XEN(NETIF_MAX_TX_SIZE);
K(NETTXF_csum_blank);
K(NETTXF_data_validated);
K(NETTXF_more_data);
K(NETTXF_extra_info);

S(netif_tx_request);
F(netif_tx_request, gref);
F(netif_tx_request, offset);
F(netif_tx_request, flags);
F(netif_tx_request, id);
F(netif_tx_request, size);
K(NETIF_RSP_DROPPED);
K(NETIF_RSP_ERROR);
K(NETIF_RSP_OKAY);
K(NETIF_RSP_NULL);

S(netif_tx_response);
F(netif_tx_response, id);
F(netif_tx_response, status);

S(netif_rx_request);
F(netif_rx_request, id);
F(netif_rx_request, pad);
F(netif_rx_request, gref);
K(NETRXF_data_validated);
K(NETRXF_csum_blank);
K(NETRXF_more_data);
K(NETRXF_extra_info);
K(NETRXF_gso_prefix);

S(netif_rx_response);
F(netif_rx_response, id);
F(netif_rx_response, offset);
F(netif_rx_response, flags);
F(netif_rx_response, status);
K_XEN(NETIF_EXTRA_TYPE_NONE);
K_XEN(NETIF_EXTRA_TYPE_GSO);
K_XEN(NETIF_EXTRA_TYPE_MCAST_ADD);
K_XEN(NETIF_EXTRA_TYPE_MCAST_DEL);
K_XEN(NETIF_EXTRA_TYPE_HASH);
V(XY_NETIF_EXTRA_TYPE_XDP == XEN_NETIF_EXTRA_TYPE_MAX);
V(XY_NETIF_EXTRA_TYPE_MAX == XEN_NETIF_EXTRA_TYPE_MAX + 1);
K_XEN(NETIF_EXTRA_FLAG_MORE);
K_XEN(NETIF_GSO_TYPE_NONE);
K_XEN(NETIF_GSO_TYPE_TCPV4);
K_XEN(NETIF_GSO_TYPE_TCPV6);

S(netif_extra_info);
F(netif_extra_info, type);
F(netif_extra_info, flags);
F(netif_extra_info, u);
F(netif_extra_info, u.gso);
F(netif_extra_info, u.gso.size);
F(netif_extra_info, u.gso.type);
F(netif_extra_info, u.gso.pad);
F(netif_extra_info, u.gso.features);
F(netif_extra_info, u.mcast);
F(netif_extra_info, u.mcast.addr);
F(netif_extra_info, u.hash);
F(netif_extra_info, u.hash.type);
F(netif_extra_info, u.hash.algorithm);
F(netif_extra_info, u.hash.value);
F(netif_extra_info, u.pad);
K_XEN(NETIF_CTRL_TYPE_INVALID);
K_XEN(NETIF_CTRL_TYPE_GET_HASH_FLAGS);
K_XEN(NETIF_CTRL_TYPE_SET_HASH_FLAGS);
K_XEN(NETIF_CTRL_TYPE_SET_HASH_KEY);
K_XEN(NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE);
K_XEN(NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE);
K_XEN(NETIF_CTRL_TYPE_SET_HASH_MAPPING);
K_XEN(NETIF_CTRL_TYPE_SET_HASH_ALGORITHM);
K_XEN(NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE);
K_XEN(NETIF_CTRL_TYPE_ADD_GREF_MAPPING);
K_XEN(NETIF_CTRL_TYPE_DEL_GREF_MAPPING);
K_XEN(NETIF_CTRL_STATUS_SUCCESS);
K_XEN(NETIF_CTRL_STATUS_NOT_SUPPORTED);
K_XEN(NETIF_CTRL_STATUS_INVALID_PARAMETER);
K_XEN(NETIF_CTRL_STATUS_BUFFER_OVERFLOW);
K_XEN(NETIF_CTRL_HASH_TYPE_IPV4);
K_XEN(NETIF_CTRL_HASH_TYPE_IPV4_TCP);
K_XEN(NETIF_CTRL_HASH_TYPE_IPV6);
K_XEN(NETIF_CTRL_HASH_TYPE_IPV6_TCP);
K_XEN(NETIF_CTRL_HASH_ALGORITHM_NONE);
K_XEN(NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ);

SX(netif_ctrl_request);
FX(netif_ctrl_request, id);
FX(netif_ctrl_request, type);
FX(netif_ctrl_request, data);

SX(netif_ctrl_response);
FX(netif_ctrl_response, id);
FX(netif_ctrl_response, type);
FX(netif_ctrl_response, status);
FX(netif_ctrl_response, data);

U(netif_tx_sring_entry);
UF(netif_tx_sring_entry, req);
UF(netif_tx_sring_entry, rsp);

U(netif_rx_sring_entry);
UF(netif_rx_sring_entry, req);
UF(netif_rx_sring_entry, rsp);

UX(netif_ctrl_sring_entry);
UFX(netif_ctrl_sring_entry, req);
UFX(netif_ctrl_sring_entry, rsp);

/* abi/io/xenbus.h */
KN(XENBUS_UNKNOWN, XenbusStateUnknown);
KN(XENBUS_INITIALISING, XenbusStateInitialising);
KN(XENBUS_INITWAIT, XenbusStateInitWait);
KN(XENBUS_INITIALISED, XenbusStateInitialised);
KN(XENBUS_CONNECTED, XenbusStateConnected);
KN(XENBUS_CLOSING, XenbusStateClosing);
KN(XENBUS_CLOSED, XenbusStateClosed);
KN(XENBUS_RECONFIGURING, XenbusStateReconfiguring);
KN(XENBUS_RECONFIGURED, XenbusStateReconfigured);

/* abi/io/console.h */
S(xencons_interface);
F(xencons_interface, in);
F(xencons_interface, out);
F(xencons_interface, in_cons);
F(xencons_interface, in_prod);
F(xencons_interface, out_cons);
F(xencons_interface, out_prod);
V(XY_CONSOLE_IN_SIZE == sizeof(((struct xencons_interface *)0)->in));
V(XY_CONSOLE_OUT_SIZE == sizeof(((struct xencons_interface *)0)->out));

/* abi/io/xs_wire.h */
K(XS_CONTROL);
K(XS_DIRECTORY);
K(XS_READ);
K(XS_GET_PERMS);
K(XS_WATCH);
K(XS_UNWATCH);
K(XS_TRANSACTION_START);
K(XS_TRANSACTION_END);
K(XS_INTRODUCE);
K(XS_RELEASE);
K(XS_GET_DOMAIN_PATH);
K(XS_WRITE);
K(XS_MKDIR);
K(XS_RM);
K(XS_SET_PERMS);
K(XS_WATCH_EVENT);
K(XS_ERROR);
K(XS_IS_DOMAIN_INTRODUCED);
K(XS_RESUME);
K(XS_SET_TARGET);
K(XS_RESET_WATCHES);
K(XS_DIRECTORY_PART);
K(XS_TYPE_COUNT);
K(XS_INVALID);

S(xsd_sockmsg);
F(xsd_sockmsg, type);
F(xsd_sockmsg, req_id);
F(xsd_sockmsg, tx_id);
F(xsd_sockmsg, len);
K(XS_WATCH_PATH);
K(XS_WATCH_TOKEN);
KXEN(STORE_PAYLOAD_MAX);
KXEN(STORE_ABS_PATH_MAX);
KXEN(STORE_REL_PATH_MAX);
KXEN(STORE_RING_SIZE);
KXEN(STORE_SERVER_FEATURE_RECONNECTION);
KXEN(STORE_SERVER_FEATURE_ERROR);
KXEN(STORE_CONNECTED);
KXEN(STORE_RECONNECT);
KXEN(STORE_ERROR_NONE);
KXEN(STORE_ERROR_COMM);
KXEN(STORE_ERROR_RINGIDX);
KXEN(STORE_ERROR_PROTO);

S(xenstore_domain_interface);
F(xenstore_domain_interface, req);
F(xenstore_domain_interface, rsp);
F(xenstore_domain_interface, req_cons);
F(xenstore_domain_interface, req_prod);
F(xenstore_domain_interface, rsp_cons);
F(xenstore_domain_interface, rsp_prod);
F(xenstore_domain_interface, server_features);
F(xenstore_domain_interface, connection);
F(xenstore_domain_interface, error);

const unsigned int compared_io = __COUNTER__;
