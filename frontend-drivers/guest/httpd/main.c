// SPDX-License-Identifier: MIT
/*
 * httpd: serves the files of a tar archive on its disk over its NIC.
 *
 *   ip=A.B.C.D mask= gw=    its address        port=80
 *   disk=N                  the disk (0) that holds the archive from its
 *                           first byte on (tar cf site.tar -C site .)
 *
 * "/" is index.html. Up to NET_CONNS connections at once, any number of
 * requests on each, one after another. A connection that neither sends nor
 * takes anything for IDLE_NS is ended. It also answers ping and UDP echo.
 *
 * A client's life: read a head, find the file, send head and content, read the
 * next. Content goes from the disk into the client's buffer, from there into
 * its sending ring; the next piece is read while the last one is sent.
 */
#include "frontend-drivers/guest/disk.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/httpd/http.h"
#include "frontend-drivers/guest/httpd/tar.h"
#include "frontend-drivers/guest/nic.h"
#include "frontend-drivers/guest/report.h"

#define FILES		256
#define BUFFER_PAGES	8
#define BUFFER_BYTES	(BUFFER_PAGES * PAGE)
#define RING		(32U << 10)
#define IDLE_NS		10000000000UL

struct file {
	char name[TAR_NAME_BYTES];
	uint64_t sector, bytes;
};

struct client {
	struct tcp *c;			/* NULL: this place is free */
	struct disk_request r;		/* with its buffer */
	bool reading;			/* r is with the disk */
	bool busy;			/* an answer is under way */
	bool keep;			/* another may follow */
	uint32_t filled, sent;		/* of the buffer, bytes */
	uint64_t sector, left;		/* of the file: where, bytes to read */
	uint64_t quiet_ns;		/* since when nothing has moved */
	uint32_t in;
	char text[HTTP_REQUEST_MAX];
};

static struct disk disk;
static struct nic nic;
static struct file *files;
static unsigned int file_count;
static struct client *clients;		/* NET_CONNS of them */
static uint64_t served;

/* ---- the archive ---- */

/* Reads a piece of the disk; *blocks of it, from `sector`, are there. */
static const uint8_t *block_at(struct disk_request *r, uint64_t sector)
{
	static uint64_t first = UINT64_MAX, count;

	if (sector - first >= count) {
		uint64_t rest = disk.info.sectors - sector;

		first = sector;
		count = BUFFER_BYTES / DISK_SECTOR;
		if (count > rest)
			count = rest;
		if (disk_do(&disk, r, BLKFRONT_READ, first, (uint32_t)count))
			return NULL;
	}
	return r->data + (sector - first) * DISK_SECTOR;
}

/* The table of files; NULL: fine, or what is wrong. */
static const char *read_archive(struct disk_request *r)
{
	uint64_t sector = 0;
	struct tar_entry e;

	while (sector < disk.info.sectors && file_count < FILES) {
		const uint8_t *block = block_at(r, sector++);
		enum tar_kind kind;

		if (!block)
			return "the disk cannot be read";
		kind = tar_header(block, &e);
		if (kind == TAR_END)
			break;
		if (kind == TAR_BAD)
			return "no tar archive on the disk";
		if (e.blocks > disk.info.sectors - sector)
			return "the archive is longer than the disk";
		if (kind == TAR_FILE) {
			struct file *f = &files[file_count++];

			memcpy(f->name, e.name, sizeof(f->name));
			f->sector = sector;
			f->bytes = e.bytes;
		}
		sector += e.blocks;
	}
	return file_count ? NULL : "no file in the archive";
}

static const struct file *find(const char *path)
{
	const char *name = path + 1;

	if (!*name)
		name = "index.html";
	for (unsigned int i = 0; i < file_count; i++)
		if (!strcmp(files[i].name, name))
			return &files[i];
	return NULL;
}

/* ---- a client ---- */

static void answer(struct client *k, struct http_request *r)
{
	const struct file *f = r->status == 200 ? find(r->path) : NULL;
	char head[HTTP_HEAD_BYTES], text[64] = "";
	uint64_t bytes;

	if (r->status == 200 && !f)
		r->status = 404;
	if (!f)
		text_format(text, sizeof(text), "%u %s\n", r->status,
			    http_reason(r->status));
	bytes = f ? f->bytes : strlen(text);
	/* The ring is empty: an answer begins when the last one is out. */
	tcp_write(k->c, head, (uint32_t)http_answer(head, r, f ? f->name :
						    ".txt", bytes));
	if (!f && !r->head)
		tcp_write(k->c, text, (uint32_t)bytes);
	k->busy = true;
	k->keep = r->keep;
	k->sector = f ? f->sector : 0;
	k->left = f && !r->head ? f->bytes : 0;
	k->filled = 0;
	k->sent = 0;
	served++;
}

/* Takes a request in; false: nothing moved. */
static bool ask(struct client *k)
{
	struct http_request r;
	const uint8_t *at;
	uint32_t n, moved = 0;

	while ((n = tcp_ready(k->c, &at)) && k->in < sizeof(k->text)) {
		if (n > sizeof(k->text) - k->in)
			n = (uint32_t)sizeof(k->text) - k->in;
		memcpy(k->text + k->in, at, n);
		tcp_take(k->c, n);
		k->in += n;
		moved += n;
	}
	if (!k->in || !http_parse(k->text, k->in, &r))
		return moved;
	memmove(k->text, k->text + r.bytes, k->in - r.bytes);
	k->in -= (uint32_t)r.bytes;
	answer(k, &r);
	return true;
}

/* Asks the disk for the next piece; false: it has no room now, or is gone. */
static bool read_more(struct client *k)
{
	uint32_t n = k->left < BUFFER_BYTES ? (uint32_t)k->left : BUFFER_BYTES;
	uint32_t sectors = (n + DISK_SECTOR - 1) / DISK_SECTOR;
	int rc = disk_put(&disk, &k->r, BLKFRONT_READ, k->sector, sectors);

	if (rc == -XY_EBUSY)
		return false;
	if (rc) {
		tcp_abort(k->c);
		return true;
	}
	k->reading = true;
	k->sector += sectors;
	k->left -= n;
	k->filled = n;
	k->sent = 0;
	return true;
}

static void end(struct client *k)
{
	if (k->c->taken)
		tcp_close(k->c);
	k->c = NULL;
}

/* One step; false: nothing can be done now. */
static bool serve(struct client *k, uint64_t now)
{
	bool moved = false;
	uint32_t n;

	if (k->reading)
		return false;
	if (!k->c->taken || k->c->state == TCP_CLOSED ||
	    now - k->quiet_ns > IDLE_NS) {
		if (k->c->taken && k->c->state != TCP_CLOSED)
			tcp_abort(k->c);
		end(k);
		return true;
	}
	if (k->busy && k->sent < k->filled) {
		n = tcp_write(k->c, k->r.data + k->sent, k->filled - k->sent);
		k->sent += n;
		moved = n;
	}
	if (k->busy && k->sent == k->filled && k->left)
		moved |= read_more(k);
	else if (k->busy && k->sent == k->filled && tcp_all_sent(k->c)) {
		k->busy = false;
		moved = true;
		if (!k->keep) {
			end(k);
			return true;
		}
	}
	if (!k->busy)
		moved |= ask(k);
	if (!k->busy && tcp_at_end(k->c)) {
		end(k);
		return true;
	}
	if (moved)
		k->quiet_ns = now;
	return moved;
}

static bool take_clients(uint64_t now)
{
	bool any = false;
	struct tcp *c;

	for (unsigned int i = 0; i < NET_CONNS; i++) {
		struct client *k = &clients[i];

		if (k->c || k->reading)
			continue;
		c = tcp_accept(&nic.net);
		if (!c)
			break;
		k->c = c;
		k->busy = false;
		k->in = 0;
		k->quiet_ns = now;
		any = true;
	}
	return any;
}

static bool take_disk(void)
{
	struct disk_request *r;
	bool any = false;

	while ((r = disk_get(&disk))) {
		struct client *k = (struct client *)
			((char *)r - offsetof(struct client, r));

		any = true;
		k->reading = false;
		/* The head is out: only the connection's end can say it. */
		if (r->io.status != BLKFRONT_OKAY && k->c)
			tcp_abort(k->c);
	}
	return any;
}

/* ---- the program ---- */

static const char *prepare(void)
{
	static char why[80];
	int rc;

	clients = heap_alloc(NET_CONNS * sizeof(*clients));
	files = heap_alloc(FILES * sizeof(*files));
	if (!clients || !files)
		return "not enough memory";
	memset(clients, 0, NET_CONNS * sizeof(*clients));
	rc = disk_open(&disk, (unsigned int)asked_number("disk", 0));
	if (rc) {
		text_format(why, sizeof(why), "no disk (error %d); disk = "
			    "[...] in the config gives one", rc);
		return why;
	}
	for (unsigned int i = 0; i < NET_CONNS; i++)
		if (disk_buffer(&disk, &clients[i].r, BUFFER_PAGES))
			return "not enough memory";
	rc = nic_open(&nic, 0, NET_CONNS, RING);
	if (rc == -XY_EINVAL)
		return "no address; ip=A.B.C.D on the command line gives one";
	if (rc) {
		text_format(why, sizeof(why), "no NIC (error %d); vif = [...] "
			    "in the config gives one", rc);
		return why;
	}
	return read_archive(&clients[0].r);
}

static void work(void)
{
	uint64_t now = now_ns(), wake = NET_NEVER;
	bool any;

	any = nic_work(&nic);
	any |= take_disk();
	any |= take_clients(now);
	for (unsigned int i = 0; i < NET_CONNS; i++) {
		struct client *k = &clients[i];

		if (!k->c)
			continue;
		while (k->c && serve(k, now))
			any = true;
		if (k->c && k->quiet_ns + IDLE_NS < wake)
			wake = k->quiet_ns + IDLE_NS + 1;
	}
	disk_flush(&disk);
	nic_send(&nic);
	if (!any && !blkfront_arm(&disk.queue, 1))
		nic_sleep(&nic, wake);
}

void guest_main(void)
{
	const char *why;
	char ip[16];

	power_obey(NULL);
	why = prepare();
	if (why) {
		say("httpd: cannot serve: %s", why);
		return;
	}
	nic.net.listen_port = (uint16_t)asked_number("port", 80);
	nic_address_text(ip, nic.net.ip);
	say("httpd: %u files at http://%s:%u/", file_count, ip,
	    nic.net.listen_port);
	while (!nic.dev.leave && !disk.dev.leave)
		work();
	say("httpd: a device is gone after %lu requests", served);
}
