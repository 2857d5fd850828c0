/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event channels from a dom0 process, over /dev/xen/evtchn.
 *
 * A descriptor holds any number of bound ports. When a port fires it is
 * masked and queued on the descriptor; it can fire again only after
 * evtchn_unmask(). The right order for a ring's owner is: pending, unmask,
 * then look at the ring, so that no event is lost in between.
 *
 * All functions return 0 or a port number >= 0, or a negative errno.
 * The descriptor becomes readable (poll, epoll) while a port is queued.
 */
#ifndef DOM0_TOOLS_LIB_EVTCHN_H
#define DOM0_TOOLS_LIB_EVTCHN_H

#include <stdint.h>

/* A blocking, close-on-exec descriptor. Set O_NONBLOCK yourself if wanted. */
int evtchn_open(void);
/* The same with O_NONBLOCK set: evtchn_pending() answers -EAGAIN. */
int evtchn_open_nonblock(void);
/* Unbinds all ports of the descriptor. */
void evtchn_close(int fd);

/* Binds to an unbound port of another domain (or of ours): the local port. */
int evtchn_bind_interdomain(int fd, uint32_t domid, uint32_t remote_port);
/* Makes a port that domid may bind: the local port. */
int evtchn_bind_unbound(int fd, uint32_t domid);
/* Binds a virtual interrupt of vCPU 0: the local port. */
int evtchn_bind_virq(int fd, uint32_t virq);
int evtchn_unbind(int fd, uint32_t port);

/* Kicks the other end. */
int evtchn_notify(int fd, uint32_t port);
/* Takes one queued port off the descriptor, waiting if it blocks. */
int evtchn_pending(int fd);
/* As above for up to max ports in one system call: how many were taken. */
int evtchn_pending_many(int fd, uint32_t *ports, unsigned int max);
int evtchn_unmask(int fd, uint32_t port);
/* As above for n ports in one system call. */
int evtchn_unmask_many(int fd, const uint32_t *ports, unsigned int n);

#endif
