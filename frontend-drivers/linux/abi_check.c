// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Our abi/ headers against Linux's xen/interface headers, by the compiler: a
 * module that is built has passed. It is part of both modules, so that neither
 * can be built against a kernel that speaks otherwise.
 *
 *  1. Compared is what the drivers use: rings, block and net slots, states,
 *     and of grants and events what the cores' shells pass on.
 *  2. Linux splits a block request into an operation and a union; ours are
 *     three whole layouts: offsets are those from the slot's begin.
 *  3. What Linux does not name (the gref mappings of the control ring) is
 *     compared by tests/abi with the public headers instead.
 *
 * No code and no data beyond the module's licence come from here.
 */
#include <linux/module.h>

#include <xen/interface/xen.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/blkif.h>
#include <xen/interface/io/netif.h>
#include <xen/interface/io/ring.h>
#include <xen/interface/io/xenbus.h>
#include <xen/page.h>

#include "abi/evtchn.h"
#include "abi/grant.h"
#include "abi/io/blk.h"
#include "abi/io/net.h"
#include "abi/io/ring.h"
#include "abi/io/xenbus.h"

MODULE_LICENSE("Dual MIT/GPL");

/* K ours theirs: one number. S: a size. F: a field's place and size. */
#define K(a, b) \
	_Static_assert((long long)(a) == (long long)(b), #a " is not " #b)
#define S(a, b) _Static_assert(sizeof(a) == sizeof(b), #a " has another size")
#define F(a, f, b, g)                                                         \
	_Static_assert(offsetof(a, f) == offsetof(b, g) &&                    \
			       sizeof(((a *)0)->f) == sizeof(((b *)0)->g),    \
		       #a "." #f " lies elsewhere")
#define SAME(n) K(XY_##n, n)
#define SAMEX(n) K(XY_##n, XEN_##n)

K(XY_PAGE_SIZE, XEN_PAGE_SIZE);
SAME(DOMID_SELF);

/* --- rings */
K(sizeof(struct xy_sring), offsetof(struct blkif_sring, ring));
K(sizeof(struct xy_sring), offsetof(struct xen_netif_tx_sring, ring));
F(struct xy_sring, req_prod, struct blkif_sring, req_prod);
F(struct xy_sring, req_event, struct blkif_sring, req_event);
F(struct xy_sring, rsp_prod, struct blkif_sring, rsp_prod);
F(struct xy_sring, rsp_event, struct blkif_sring, rsp_event);
S(union xy_blkif_sring_entry, union blkif_sring_entry);
S(union xy_netif_tx_sring_entry, union xen_netif_tx_sring_entry);
S(union xy_netif_rx_sring_entry, union xen_netif_rx_sring_entry);
S(union xy_netif_ctrl_sring_entry, union xen_netif_ctrl_sring_entry);

/* --- block */
SAME(BLKIF_OP_READ);
SAME(BLKIF_OP_WRITE);
SAME(BLKIF_OP_WRITE_BARRIER);
SAME(BLKIF_OP_FLUSH_DISKCACHE);
SAME(BLKIF_OP_DISCARD);
SAME(BLKIF_OP_INDIRECT);
SAME(BLKIF_MAX_SEGMENTS_PER_REQUEST);
SAME(BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST);
SAME(BLKIF_RSP_OKAY);
SAME(BLKIF_RSP_ERROR);
SAME(BLKIF_RSP_EOPNOTSUPP);
K(XY_BLKIF_DISCARD_SECURE, BLKIF_DISCARD_SECURE);
SAME(VDISK_CDROM);
SAME(VDISK_REMOVABLE);
SAME(VDISK_READONLY);
K(XY_BLKIF_SEGMENTS_PER_INDIRECT_PAGE,
  XEN_PAGE_SIZE / sizeof(struct blkif_request_segment));

#define RW(f, g) F(struct xy_blkif_request, f, struct blkif_request, g)
S(struct xy_blkif_request, struct blkif_request);
RW(operation, operation);
RW(nr_segments, u.rw.nr_segments);
RW(handle, u.rw.handle);
RW(id, u.rw.id);
RW(sector_number, u.rw.sector_number);
RW(seg, u.rw.seg);

#define DISCARD(f, g) \
	F(struct xy_blkif_request_discard, f, struct blkif_request, g)
DISCARD(operation, operation);
DISCARD(flag, u.discard.flag);
DISCARD(handle, u.discard._pad1);
DISCARD(id, u.discard.id);
DISCARD(sector_number, u.discard.sector_number);
DISCARD(nr_sectors, u.discard.nr_sectors);

#define INDIRECT(f, g) \
	F(struct xy_blkif_request_indirect, f, struct blkif_request, g)
INDIRECT(operation, operation);
INDIRECT(indirect_op, u.indirect.indirect_op);
INDIRECT(nr_segments, u.indirect.nr_segments);
INDIRECT(id, u.indirect.id);
INDIRECT(sector_number, u.indirect.sector_number);
INDIRECT(handle, u.indirect.handle);
INDIRECT(indirect_grefs, u.indirect.indirect_grefs);

#define SEGMENT(f) \
	F(struct xy_blkif_request_segment, f, struct blkif_request_segment, f)
S(struct xy_blkif_request_segment, struct blkif_request_segment);
SEGMENT(gref);
SEGMENT(first_sect);
SEGMENT(last_sect);

#define RSP(f) F(struct xy_blkif_response, f, struct blkif_response, f)
S(struct xy_blkif_response, struct blkif_response);
RSP(id);
RSP(operation);
RSP(status);

/* --- net */
SAMEX(NETIF_NR_SLOTS_MIN);
SAMEX(NETIF_MAX_TX_SIZE);
SAMEX(NETTXF_csum_blank);
SAMEX(NETTXF_data_validated);
SAMEX(NETTXF_more_data);
SAMEX(NETTXF_extra_info);
SAMEX(NETRXF_data_validated);
SAMEX(NETRXF_csum_blank);
SAMEX(NETRXF_more_data);
SAMEX(NETRXF_extra_info);
SAMEX(NETRXF_gso_prefix);
SAMEX(NETIF_RSP_DROPPED);
SAMEX(NETIF_RSP_ERROR);
SAMEX(NETIF_RSP_OKAY);
SAMEX(NETIF_RSP_NULL);
SAMEX(NETIF_EXTRA_TYPE_NONE);
SAMEX(NETIF_EXTRA_TYPE_GSO);
SAMEX(NETIF_EXTRA_TYPE_MCAST_ADD);
SAMEX(NETIF_EXTRA_TYPE_MCAST_DEL);
SAMEX(NETIF_EXTRA_TYPE_HASH);
SAMEX(NETIF_EXTRA_TYPE_XDP);
SAMEX(NETIF_EXTRA_TYPE_MAX);
SAMEX(NETIF_EXTRA_FLAG_MORE);
SAMEX(NETIF_GSO_TYPE_NONE);
SAMEX(NETIF_GSO_TYPE_TCPV4);
SAMEX(NETIF_GSO_TYPE_TCPV6);
SAMEX(NETIF_CTRL_TYPE_INVALID);
SAMEX(NETIF_CTRL_TYPE_GET_HASH_FLAGS);
SAMEX(NETIF_CTRL_TYPE_SET_HASH_FLAGS);
SAMEX(NETIF_CTRL_TYPE_SET_HASH_KEY);
SAMEX(NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE);
SAMEX(NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE);
SAMEX(NETIF_CTRL_TYPE_SET_HASH_MAPPING);
SAMEX(NETIF_CTRL_TYPE_SET_HASH_ALGORITHM);
SAMEX(NETIF_CTRL_STATUS_SUCCESS);
SAMEX(NETIF_CTRL_STATUS_NOT_SUPPORTED);
SAMEX(NETIF_CTRL_STATUS_INVALID_PARAMETER);
SAMEX(NETIF_CTRL_STATUS_BUFFER_OVERFLOW);
SAMEX(NETIF_CTRL_HASH_TYPE_IPV4);
SAMEX(NETIF_CTRL_HASH_TYPE_IPV4_TCP);
SAMEX(NETIF_CTRL_HASH_TYPE_IPV6);
SAMEX(NETIF_CTRL_HASH_TYPE_IPV6_TCP);
SAMEX(NETIF_CTRL_HASH_ALGORITHM_NONE);
SAMEX(NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ);

#define N(t, f) F(struct xy_netif_##t, f, struct xen_netif_##t, f)
#define NS(t) S(struct xy_netif_##t, struct xen_netif_##t)
NS(tx_request);
N(tx_request, gref);
N(tx_request, offset);
N(tx_request, flags);
N(tx_request, id);
N(tx_request, size);
NS(tx_response);
N(tx_response, id);
N(tx_response, status);
NS(rx_request);
N(rx_request, id);
N(rx_request, gref);
NS(rx_response);
N(rx_response, id);
N(rx_response, offset);
N(rx_response, flags);
N(rx_response, status);
NS(extra_info);
N(extra_info, type);
N(extra_info, flags);
N(extra_info, u.gso.size);
N(extra_info, u.gso.type);
N(extra_info, u.gso.features);
N(extra_info, u.mcast.addr);
N(extra_info, u.hash.type);
N(extra_info, u.hash.algorithm);
N(extra_info, u.hash.value);
N(extra_info, u.xdp.headroom);
NS(ctrl_request);
N(ctrl_request, id);
N(ctrl_request, type);
N(ctrl_request, data);
NS(ctrl_response);
N(ctrl_response, id);
N(ctrl_response, type);
N(ctrl_response, status);
N(ctrl_response, data);

/* --- xenbus */
K(XY_XENBUS_UNKNOWN, XenbusStateUnknown);
K(XY_XENBUS_INITIALISING, XenbusStateInitialising);
K(XY_XENBUS_INITWAIT, XenbusStateInitWait);
K(XY_XENBUS_INITIALISED, XenbusStateInitialised);
K(XY_XENBUS_CONNECTED, XenbusStateConnected);
K(XY_XENBUS_CLOSING, XenbusStateClosing);
K(XY_XENBUS_CLOSED, XenbusStateClosed);
K(XY_XENBUS_RECONFIGURING, XenbusStateReconfiguring);
K(XY_XENBUS_RECONFIGURED, XenbusStateReconfigured);

/* --- grants and events */
SAME(GTF_permit_access);
SAME(GTF_readonly);
SAME(GTF_reading);
SAME(GTF_writing);
S(struct xy_grant_entry_v1, struct grant_entry_v1);
F(struct xy_grant_entry_v1, flags, struct grant_entry_v1, flags);
F(struct xy_grant_entry_v1, domid, struct grant_entry_v1, domid);
F(struct xy_grant_entry_v1, frame, struct grant_entry_v1, frame);
S(struct xy_evtchn_alloc_unbound, struct evtchn_alloc_unbound);
F(struct xy_evtchn_alloc_unbound, remote_dom, struct evtchn_alloc_unbound,
  remote_dom);
F(struct xy_evtchn_alloc_unbound, port, struct evtchn_alloc_unbound, port);
S(struct xy_evtchn_send, struct evtchn_send);
S(struct xy_evtchn_close, struct evtchn_close);
