/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A plug's list of requests: a bare pointer in Linux 6.1, a structure with a
 * tail in 6.12. The driver uses the structure and two functions of its own;
 * what blk-mq calls is made to fit here. Everything else that changed between
 * the two (limits) is one #if in blkfront_disk.c.
 */
#ifndef FRONTEND_DRIVERS_LINUX_BLKFRONT_COMPAT_H
#define FRONTEND_DRIVERS_LINUX_BLKFRONT_COMPAT_H

#include <linux/blk-mq.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)

struct rq_list {
	struct request *head;
	struct request *tail;
};

#define XBF_QUEUE_RQS(function)						\
static void function##_bare(struct request **list)			\
{									\
	struct rq_list l = { .head = *list };				\
									\
	function(&l);							\
	*list = l.head;							\
}
#define XBF_QUEUE_RQS_NAME(function) function##_bare

#else

#define XBF_QUEUE_RQS(function)
#define XBF_QUEUE_RQS_NAME(function) function

#endif

static inline struct request *xbf_list_pop(struct rq_list *l)
{
	struct request *rq = l->head;

	if (rq) {
		l->head = rq->rq_next;
		rq->rq_next = NULL;
	}
	return rq;
}

static inline void xbf_list_add(struct rq_list *l, struct request *rq)
{
	if (l->head)
		l->tail->rq_next = rq;
	else
		l->head = rq;
	l->tail = rq;
}

#endif /* FRONTEND_DRIVERS_LINUX_BLKFRONT_COMPAT_H */
