/* SPDX-License-Identifier: MIT */
/*
 * The xenstore client library.
 *
 * Names and meaning are the ones every Xen tool knows; see the comment above
 * each function. Rules this library keeps:
 *
 * 1. No thread. A watch event that arrives while a reply is awaited is queued
 *    and handed out later by xs_read_watch() or xs_check_watch().
 * 2. One handle belongs to one thread. Different handles are independent.
 * 3. A function that fails returns false, NULL or 0 and sets errno; errno is
 *    the server's answer (ENOENT, EACCES, EAGAIN, ...) or EIO when the
 *    connection broke, after which every later call fails with EIO.
 * 4. What is returned as a pointer is one malloc'd block: one free().
 *
 * The requests posted in batches (xs_post_*) are an addition of ours.
 */
#ifndef DOM0_TOOLS_LIB_STORE_H
#define DOM0_TOOLS_LIB_STORE_H

#include <stdbool.h>
#include <stdint.h>

#define XBT_NULL 0

/* Open flags of old times: accepted, without effect. */
#define XS_OPEN_READONLY (1UL << 0)
#define XS_OPEN_SOCKETONLY (1UL << 1)
/* Drop queued events of a watch when it is removed (always done here). */
#define XS_UNWATCH_FILTER (1UL << 2)

struct xs_handle;
typedef uint32_t xs_transaction_t;

enum xs_perm_type {
	XS_PERM_NONE = 0,
	XS_PERM_READ = 1,
	XS_PERM_WRITE = 2,
};

/*
 * One entry of a permission list. The first entry names the owner, and its
 * perms are what domains not listed may do; the others name one domain each.
 */
struct xs_permissions {
	unsigned int id;
	enum xs_perm_type perms;
};

/* Places in the vector of a watch event. */
enum xs_watch_type {
	XS_WATCH_PATH = 0,
	XS_WATCH_TOKEN = 1,
};

/*
 * Connects to the socket named by XENSTORED_PATH; without that variable to
 * /run/xenstored/socket and, if nobody listens there, to /dev/xen/xenbus.
 * The descriptor is close-on-exec. Returns NULL with errno set.
 */
struct xs_handle *xs_open(unsigned long flags);
struct xs_handle *xs_daemon_open(void);
/* Takes a connected stream as it is, for tests; owns the descriptor. */
struct xs_handle *xs_open_fd(int fd);
/* Ends open transactions and watches with the connection. NULL is fine. */
void xs_close(struct xs_handle *h);
void xs_daemon_close(struct xs_handle *h);
/* After fork(), in the child: forgets the handle, sends nothing. */
void xs_daemon_destroy_postfork(struct xs_handle *h);

/*
 * A descriptor to poll for POLLIN (never to read): readable while
 * xs_check_watch() could return an event, queued ones included. It may wake
 * without an event; xs_check_watch() then says EAGAIN. It stays the same for
 * the life of the handle. Returns -1 with errno set.
 */
int xs_fileno(struct xs_handle *h);

/* Names of the children; *num says how many. Large directories in parts. */
char **xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path,
		    unsigned int *num);
/* The value with a NUL behind it that *len (may be NULL) does not count. */
void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path,
	      unsigned int *len);
/* Creates the node and its parents if missing; at most 4096 bytes in all. */
bool xs_write(struct xs_handle *h, xs_transaction_t t, const char *path,
	      const void *data, unsigned int len);
/* An existing node is success. */
bool xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path);
/* With everything beneath. A missing node whose parent exists is success. */
bool xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path);

struct xs_permissions *xs_get_permissions(struct xs_handle *h,
					  xs_transaction_t t, const char *path,
					  unsigned int *num);
bool xs_set_permissions(struct xs_handle *h, xs_transaction_t t,
			const char *path, struct xs_permissions *perms,
			unsigned int num_perms);

/*
 * Watches path and everything beneath, or @introduceDomain, @releaseDomain.
 * Fires once at registration. EEXIST if the pair exists already.
 */
bool xs_watch(struct xs_handle *h, const char *path, const char *token);
/*
 * As xs_watch(), for path and depth levels beneath it only (0: path itself).
 * Ours and newer servers'. On "@introduceDomain" or "@releaseDomain" with
 * depth 1, events carry the domain: "@releaseDomain/7".
 */
bool xs_watch_depth(struct xs_handle *h, const char *path, const char *token,
		    unsigned int depth);
/* Also drops queued events that carry the pair's token. */
bool xs_unwatch(struct xs_handle *h, const char *path, const char *token);
/* Waits for an event: {path, token}, *num = 2. NULL if the link broke. */
char **xs_read_watch(struct xs_handle *h, unsigned int *num);
/* Never waits: NULL with EAGAIN when there is no event. */
char **xs_check_watch(struct xs_handle *h);

/* Returns XBT_NULL with errno set on failure. */
xs_transaction_t xs_transaction_start(struct xs_handle *h);
/* False with EAGAIN: somebody changed what was read; do it all again. */
bool xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort);

/* Domain 0 only: tells the server of a domain's ring page and event port. */
bool xs_introduce_domain(struct xs_handle *h, unsigned int domid,
			 unsigned long mfn, unsigned int eventchn);
bool xs_release_domain(struct xs_handle *h, unsigned int domid);
bool xs_resume_domain(struct xs_handle *h, unsigned int domid);
bool xs_is_domain_introduced(struct xs_handle *h, unsigned int domid);
/* "/local/domain/N", computed by the server. */
char *xs_get_domain_path(struct xs_handle *h, unsigned int domid);
/* Gives domid the rights of target in addition to its own. */
bool xs_set_target(struct xs_handle *h, unsigned int domid,
		   unsigned int target);

/* A word to the daemon; its answer as text. data may be NULL. */
char *xs_control_command(struct xs_handle *h, const char *cmd, void *data,
			 unsigned int len);

/* True if child is parent or lies beneath it. Asks nobody. */
bool xs_path_is_subpath(const char *parent, const char *child);

/*
 * Requests in batches: an xs_post_* call puts the request into a buffer and
 * returns at once; xs_post_flush() sends what is left and waits for all the
 * answers. A round trip costs two process switches, a posted request none.
 * The server executes them in order, and none is skipped because an earlier
 * one failed. False from xs_post_*: the request was malformed (EINVAL,
 * E2BIG) or the link broke. False from xs_post_flush: errno is that of the
 * first request since the last flush that failed.
 * Any other call on the handle except xs_fileno and xs_check_watch, when
 * requests are posted, sends them ahead of its own request in one message;
 * their verdict is kept for the next xs_post_flush(). So what is posted in a
 * transaction costs nothing but the commit, which does not look at it.
 */
bool xs_post_write(struct xs_handle *h, xs_transaction_t t, const char *path,
		   const void *data, unsigned int len);
bool xs_post_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path);
bool xs_post_rm(struct xs_handle *h, xs_transaction_t t, const char *path);
bool xs_post_set_permissions(struct xs_handle *h, xs_transaction_t t,
			     const char *path, struct xs_permissions *perms,
			     unsigned int num_perms);
bool xs_post_flush(struct xs_handle *h);
/*
 * Reads n nodes in one round trip. value[i] is malloc'd, with a NUL behind it,
 * or NULL if that node could not be read. False: the link broke, all NULL.
 */
bool xs_read_batch(struct xs_handle *h, xs_transaction_t t,
		   const char *const *path, char **value, unsigned int n);

#endif
