/* SPDX-License-Identifier: MIT */
/*
 * The xenstore client library: each call as a request and its answer.
 *
 * Rules: those of store.h. In addition:
 * 1. A path goes out with its NUL, a value without one.
 * 2. What is handed out is the answer's own block where that is possible,
 *    moved to its start, so that one free() gives everything back.
 *
 * One handle, one thread. Never prints, never exits.
 */
#include "dom0-tools/lib/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/lib/store_wire.h"

static struct iovec text(const char *s)
{
	return (struct iovec){ (void *)(uintptr_t)s, strlen(s) + 1 };
}

static struct store_request with_path(uint32_t type, xs_transaction_t t,
				      const char *path)
{
	return (struct store_request){
		.type = type, .tx = t, .part = { text(path) }, .parts = 1
	};
}

static void add_part(struct store_request *q, const void *data, size_t len)
{
	q->part[q->parts++] = (struct iovec){ (void *)(uintptr_t)data, len };
}

/* The payload, moved to the start of its block. */
static char *payload(struct store_msg *m, unsigned int *len)
{
	uint32_t bytes = m->head.len;

	memmove(m, m->data, bytes + 1);
	if (len)
		*len = bytes;
	return (char *)m;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path,
	      unsigned int *len)
{
	struct store_request q = with_path(XY_XS_READ, t, path);
	struct store_msg *m = store_call(h, &q);

	return m ? payload(m, len) : NULL;
}

static bool write_request(struct store_request *q, xs_transaction_t t,
			  const char *path, const void *data, unsigned int len)
{
	*q = with_path(XY_XS_WRITE, t, path);
	add_part(q, data, len);
	return true;
}

bool xs_write(struct xs_handle *h, xs_transaction_t t, const char *path,
	      const void *data, unsigned int len)
{
	struct store_request q;

	return write_request(&q, t, path, data, len) && store_do(h, &q);
}

bool xs_post_write(struct xs_handle *h, xs_transaction_t t, const char *path,
		   const void *data, unsigned int len)
{
	struct store_request q;

	return write_request(&q, t, path, data, len) && store_post(h, &q);
}

bool xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path)
{
	struct store_request q = with_path(XY_XS_MKDIR, t, path);

	return store_do(h, &q);
}

bool xs_post_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path)
{
	struct store_request q = with_path(XY_XS_MKDIR, t, path);

	return store_post(h, &q);
}

bool xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path)
{
	struct store_request q = with_path(XY_XS_RM, t, path);

	return store_do(h, &q);
}

bool xs_post_rm(struct xs_handle *h, xs_transaction_t t, const char *path)
{
	struct store_request q = with_path(XY_XS_RM, t, path);

	return store_post(h, &q);
}

/* The pointers and, behind them in the same block, the strings. */
static char **vector(const char *data, size_t bytes, unsigned int *num)
{
	unsigned int n = 0;
	size_t at;
	char **list, *copy;

	for (at = 0; at < bytes; at++)
		n += data[at] == '\0';
	list = malloc((n + 1) * sizeof(*list) + bytes + 1);
	if (!list)
		return NULL;
	copy = (char *)(list + n + 1);
	if (bytes)
		memcpy(copy, data, bytes);
	n = 0;
	for (at = 0; at < bytes; at += strlen(copy + at) + 1)
		list[n++] = copy + at;
	list[n] = NULL;
	*num = n;
	return list;
}

/* One part of a large directory; appends to *all. 1: more, 0: the end. */
static int one_part(struct xs_handle *h, struct store_request *q, char **all,
		    size_t *bytes, char generation[32])
{
	struct store_msg *m;
	size_t skip, len;
	char number[24];
	char *grown;
	int more;

	snprintf(number, sizeof(number), "%zu", *bytes);
	q->part[1] = text(number);
	m = store_call(h, q);
	if (!m)
		return -1;
	skip = strlen(m->data) + 1;
	if (skip > m->head.len || skip > 32 ||
	    (*bytes && strcmp(generation, m->data))) {
		free(m);
		errno = EAGAIN; /* it changed between two parts */
		return -1;
	}
	memcpy(generation, m->data, skip);
	len = m->head.len - skip;
	/* An empty name ends the list. */
	more = !(len && m->data[skip + len - 1] == '\0' &&
		 (len == 1 || m->data[skip + len - 2] == '\0'));
	if (!more)
		len--;
	else if (!len) {
		free(m);
		errno = EIO; /* no progress */
		return -1;
	}
	grown = realloc(*all, *bytes + len + 1);
	if (grown) {
		memcpy(grown + *bytes, m->data + skip, len);
		*all = grown;
		*bytes += len;
	}
	free(m);
	return grown ? more : -1;
}

static char **directory_in_parts(struct xs_handle *h, xs_transaction_t t,
				 const char *path, unsigned int *num)
{
	struct store_request q = with_path(XY_XS_DIRECTORY_PART, t, path);
	char generation[32], *all, **list = NULL;
	unsigned int tries = 0;
	size_t bytes;
	int ret;

	q.parts = 2;
	do {
		all = NULL;
		bytes = 0;
		while ((ret = one_part(h, &q, &all, &bytes, generation)) > 0)
			;
		if (!ret)
			list = vector(all, bytes, num);
		free(all);
	} while (ret < 0 && errno == EAGAIN && ++tries < 1000);
	return list;
}

char **xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path,
		    unsigned int *num)
{
	struct store_request q = with_path(XY_XS_DIRECTORY, t, path);
	struct store_msg *m = store_call(h, &q);
	char **list;

	if (!m)
		return errno == E2BIG ? directory_in_parts(h, t, path, num)
				      : NULL;
	list = vector(m->data, m->head.len, num);
	free(m);
	return list;
}

struct xs_permissions *xs_get_permissions(struct xs_handle *h,
					  xs_transaction_t t, const char *path,
					  unsigned int *num)
{
	struct store_request q = with_path(XY_XS_GET_PERMS, t, path);
	struct store_msg *m = store_call(h, &q);
	struct xs_permissions *perms = NULL;
	unsigned int i, n;
	char **list;

	list = m ? vector(m->data, m->head.len, &n) : NULL;
	free(m);
	if (list)
		perms = calloc(n ? n : 1, sizeof(*perms));
	for (i = 0; perms && i < n; i++) {
		char c = list[i][0];

		perms[i].id = (unsigned int)strtoul(list[i] + 1, NULL, 10);
		perms[i].perms = c == 'b'   ? XS_PERM_READ | XS_PERM_WRITE
				 : c == 'r' ? XS_PERM_READ
				 : c == 'w' ? XS_PERM_WRITE
					    : XS_PERM_NONE;
		*num = n;
	}
	free(list);
	return perms;
}

/* The list as strings in buf; E2BIG if there are too many. */
static bool perms_request(struct store_request *q, const char *path,
			  const struct xs_permissions *perms, unsigned int num,
			  char buf[XY_STORE_PAYLOAD_MAX])
{
	static const char letter[] = "nrwb";
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < num; i++) {
		if (at + 16 > XY_STORE_PAYLOAD_MAX) {
			errno = E2BIG;
			return false;
		}
		at += (size_t)snprintf(buf + at, 16, "%c%u",
				       letter[perms[i].perms & 3],
				       perms[i].id) +
		      1;
	}
	*q = with_path(XY_XS_SET_PERMS, q->tx, path);
	add_part(q, buf, at);
	return true;
}

bool xs_set_permissions(struct xs_handle *h, xs_transaction_t t,
			const char *path, struct xs_permissions *perms,
			unsigned int num_perms)
{
	struct store_request q = { .tx = t };
	char buf[XY_STORE_PAYLOAD_MAX];

	return perms_request(&q, path, perms, num_perms, buf) &&
	       store_do(h, &q);
}

bool xs_post_set_permissions(struct xs_handle *h, xs_transaction_t t,
			     const char *path, struct xs_permissions *perms,
			     unsigned int num_perms)
{
	struct store_request q = { .tx = t };
	char buf[XY_STORE_PAYLOAD_MAX];

	return perms_request(&q, path, perms, num_perms, buf) &&
	       store_post(h, &q);
}

bool xs_post_flush(struct xs_handle *h)
{
	bool ok = store_settle(h);
	int err = h->post_error;

	h->post_error = 0;
	if (ok && err)
		errno = err;
	return ok && !err;
}

xs_transaction_t xs_transaction_start(struct xs_handle *h)
{
	struct store_request q = with_path(XY_XS_TRANSACTION_START, 0, "");
	struct store_msg *m = store_call(h, &q);
	xs_transaction_t t = XBT_NULL;

	if (m)
		t = (xs_transaction_t)strtoul(m->data, NULL, 10);
	free(m);
	return t;
}

bool xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort)
{
	struct store_request q =
		with_path(XY_XS_TRANSACTION_END, t, abort ? "F" : "T");

	return store_do(h, &q);
}
