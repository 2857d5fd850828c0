/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * xylem-blkfront inside: a disk, its queues, a request's private part, and what
 * the files owe each other.
 *
 *	blkfront.c		the module, blk-mq's side: requests in, polling
 *	blkfront_done.c		answers: copying, completing, replay, offline
 *	blkfront_ring.c		rings, events and kept pages of a queue
 *	blkfront_disk.c		the gendisk: limits, size, name
 *	blkfront_keys.c		keys in the store
 *	blkfront_link.c		xenbus: the handshake, suspend, removal
 *
 * Locks, outermost first: disk->mutex (the connection's state), queue->lock
 * (core, kept pages; taken in the interrupt).
 */
#ifndef FRONTEND_DRIVERS_LINUX_BLKFRONT_H
#define FRONTEND_DRIVERS_LINUX_BLKFRONT_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/events.h>
#include <xen/xenbus.h>
#include <xen/grant_table.h>

#include "frontend-drivers/core/blkfront.h"
#include "frontend-drivers/core/blkfront_pages.h"
#include "frontend-drivers/core/connect.h"

#define XBF_NAME	"xylem-blkfront"
#define XBF_PAGES_MAX	64	/* of one request: 256 KiB */

struct xbf_disk;
struct xbf_queue;

/* A granted page that is kept. */
struct xbf_page {
	struct blkfront_page kept;	/* first */
	struct page *page;
	struct xbf_page *next;		/* of all the queue's */
};

/* The private part of a request. */
struct xbf_request {
	struct blkfront_io io;		/* first */
	struct xbf_request *next;	/* finished together */
	struct xbf_queue *home;		/* whose pages it has */
	struct blkfront_page *indirect;
	struct xy_blkif_request_segment segment[XBF_PAGES_MAX];
	struct blkfront_page *page[XBF_PAGES_MAX];
};

/*
 * A hardware queue of blk-mq's, and a ring. The first connection says how many
 * there are; a later backend may take fewer rings: then a queue that has none
 * sends by another's, `via`.
 */
struct xbf_queue {
	spinlock_t lock;
	struct xbf_queue *via;		/* or itself; see xbf_lock_ring() */
	struct blkfront core;
	struct blkfront_pages pages;
	struct xbf_page *all_pages;
	unsigned int pages_made;
	bool stopped;			/* a hardware queue waits for room */
	struct blk_mq_hw_ctx *hctx;
	struct xbf_disk *disk;
	/* the connection; disk->mutex */
	void *ring;
	unsigned int ring_pages;
	grant_ref_t ring_ref[BLKFRONT_PAGES_MAX];
	evtchn_port_t port;		/* 0: none */
	int irq;
};

struct xbf_disk {
	struct mutex mutex;
	struct xenbus_device *dev;
	struct connect_front connect;
	struct blkfront_disk core;
	bool leaving;			/* being removed */
	bool offline;			/* for good: [both, READ_ONCE] */
	bool connected;
	unsigned int queues;		/* of them... */
	unsigned int poll_queues;	/* ...are polled, the last ones */
	unsigned int rings;		/* that the backend takes; of them... */
	unsigned int poll_rings;	/* ...are polled */
	struct xbf_queue *queue;
	struct blk_mq_tag_set tags;
	struct gendisk *gendisk;
	struct delayed_work look;	/* have the last users gone? */
	struct work_struct add;		/* the partition scan */
	struct work_struct submit;	/* of what was cut up */
	struct bio_list again;		/* disk->mutex */
	unsigned int tries;		/* to connect, since it was */
	bool added;
	bool released;			/* the handshake is over */
	bool regrant;			/* the grant table is a new one */
	int vdevice;
};

static inline struct request *xbf_rq(struct xbf_request *x)
{
	return blk_mq_rq_from_pdu(x);
}

static inline bool xbf_polled(const struct xbf_queue *q)
{
	return q - q->disk->queue >=
	       q->disk->queues - q->disk->poll_queues;
}

static inline bool xbf_has_ring(const struct xbf_queue *q)
{
	return q->via == q;
}

/* Shows the backend what was written, and wakes it if it asked. */
static inline void xbf_flush(struct xbf_queue *q)
{
	if (blkfront_flush(&q->core) && q->port)
		notify_remote_via_evtchn(q->port);
}

/* blkfront.c */
extern const struct blk_mq_ops xbf_mq_ops;
extern unsigned int xbf_max_queues, xbf_max_poll_queues, xbf_ring_pages;

/* blkfront_done.c */
/* Copies between the request's memory and its kept pages. */
void xbf_copy(struct request *rq, struct xbf_request *x, bool to_pages);
/* Takes all answers; batch may be NULL. Returns how many. */
unsigned int xbf_reap(struct xbf_queue *q, struct io_comp_batch *batch,
		      bool sleep);
/* Gives the pages of a request back; the lock of its home is held. */
void xbf_release(struct xbf_request *x);
/* It will be completed in an interrupt: its bios must not count on polling. */
void xbf_unpoll(struct request *rq);
/* Nothing more will come of this disk. */
void xbf_offline(struct xbf_disk *disk, const char *why);
/* The backend serves again; what it cannot take goes into disk->again. */
void xbf_restart(struct xbf_queue *q);
irqreturn_t xbf_interrupt(int irq, void *queue);

/* blkfront_ring.c */
/* The queue whose ring takes what comes by `own`, locked. */
struct xbf_queue *xbf_lock_ring(struct xbf_queue *own);
/* So many rings from now on; none is there at the moment. */
void xbf_map_rings(struct xbf_disk *disk, unsigned int rings);
void xbf_grant_again(struct xbf_queue *q);
int xbf_open_queue(struct xbf_queue *q, unsigned int pages);
/* The backend is gone. Does what it answered still count? */
void xbf_close_queue(struct xbf_queue *q, bool answers);
bool xbf_more_pages(struct xbf_queue *q, unsigned int n);
void xbf_free_pages(struct xbf_queue *q);

/* blkfront_disk.c */
int xbf_make_disk(struct xbf_disk *disk);
void xbf_update_disk(struct xbf_disk *disk);

/* blkfront_keys.c */
void xbf_read_keys(struct xbf_disk *disk, uint64_t value[BLKFRONT_KEYS]);
int xbf_write_keys(struct xbf_disk *disk);

#endif /* FRONTEND_DRIVERS_LINUX_BLKFRONT_H */
