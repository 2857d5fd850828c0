// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain's nodes in the store.
 *
 * Rules: 1. one transaction, so that a backend sees a device whole or not at
 * all; 2. requests are posted and answered together: a round trip costs two
 * process switches; 3. a directory gets its rights before its children,
 * which inherit them; 4. rings are named last, when they exist.
 * Lock: none. Never: waits for a device (devices.c).
 * Next: create.c.
 */
#include "dom0-tools/xl/tree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRIES 16
#define PATH_BYTES 256
#define CONSOLE_LOG_LIMIT "1048576"

/* What is being written, and where: base is prefixed to every name. */
struct writer {
	struct xs_handle *h;
	xs_transaction_t t;
	uint16_t domid;
	char base[PATH_BYTES / 2];
};

static void base(struct writer *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void put(struct writer *w, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void base(struct writer *w, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(w->base, sizeof(w->base), format, ap);
	va_end(ap);
}

/* A refusal shows at the flush. */
static void put(struct writer *w, const char *name, const char *format, ...)
{
	char path[PATH_BYTES], value[3072];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(value, sizeof(value), format, ap);
	va_end(ap);
	snprintf(path, sizeof(path), "%s/%s", w->base, name);
	xs_post_write(w->h, w->t, path, value, (unsigned int)n);
}

/* Who owns a directory and who else may read it. */
enum rights {
	TOOLS_ONLY,	/* n0 */
	GUEST_READS,	/* n0,rN */
	GUEST_OWNS,	/* nN */
	FRONTEND,	/* nN,r0 */
};

static void make_dir(struct writer *w, const char *name, enum rights r)
{
	struct xs_permissions p[2] = {
		{ .id = 0, .perms = XS_PERM_NONE },
		{ .id = w->domid, .perms = XS_PERM_READ },
	};
	unsigned int n = r == TOOLS_ONLY || r == GUEST_OWNS ? 1 : 2;
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s%s%s", w->base, *name ? "/" : "", name);
	if (r == GUEST_OWNS || r == FRONTEND) {
		p[0].id = w->domid;
		p[1].id = 0;
	}
	xs_post_mkdir(w->h, w->t, path);
	xs_post_set_permissions(w->h, w->t, path, p, n);
}

static void write_disk(struct writer *w, const struct disk_spec *d)
{
	const char *type = d->cdrom ? "cdrom" : "disk";
	char front[80], back[80];

	snprintf(front, sizeof(front), "/local/domain/%u/device/vbd/%u",
		 w->domid, d->devid);
	snprintf(back, sizeof(back), "/local/domain/0/backend/qdisk/%u/%u",
		 w->domid, d->devid);
	base(w, "%s", front);
	make_dir(w, "", FRONTEND);
	put(w, "backend", "%s", back);
	put(w, "backend-id", "0");
	put(w, "state", "1");
	put(w, "virtual-device", "%u", d->devid);
	put(w, "handle", "%u", d->devid);
	put(w, "device-type", "%s", type);
	base(w, "%s", back);
	make_dir(w, "", GUEST_READS);
	put(w, "frontend", "%s", front);
	put(w, "frontend-id", "%u", w->domid);
	put(w, "params", "%s", d->target ? d->target : "");
	put(w, "mode", "%s", d->shared ? "w!" : d->writable ? "w" : "r");
	put(w, "type", "%s", d->format);
	put(w, "dev", "%s", d->vdev);
	put(w, "device-type", "%s", type);
	put(w, "removable", "%d", d->cdrom);
	put(w, "bootable", "1");
	put(w, "discard-enable", "%d", d->discard);
	put(w, "direct-io-safe", "%d", d->direct_io_safe);
	put(w, "online", "1");
	put(w, "state", "1");
}

static void put_mac(struct writer *w, const uint8_t m[6])
{
	put(w, "mac", "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
	    m[4], m[5]);
}

static void write_vif(struct writer *w, const struct vif_spec *v)
{
	char front[80], back[80];

	snprintf(front, sizeof(front), "/local/domain/%u/device/vif/%d",
		 w->domid, v->devid);
	snprintf(back, sizeof(back), "/local/domain/0/backend/vif/%u/%d",
		 w->domid, v->devid);
	base(w, "%s", front);
	make_dir(w, "", FRONTEND);
	put(w, "backend", "%s", back);
	put(w, "backend-id", "0");
	put(w, "state", "1");
	put(w, "handle", "%d", v->devid);
	put_mac(w, v->mac);
	if (v->mtu)
		put(w, "mtu", "%u", v->mtu);
	base(w, "%s", back);
	make_dir(w, "", GUEST_READS);
	put(w, "frontend", "%s", front);
	put(w, "frontend-id", "%u", w->domid);
	put(w, "handle", "%d", v->devid);
	put_mac(w, v->mac);
	put(w, "bridge", "%s", v->bridge);
	if (v->vifname)
		put(w, "vifname", "%s", v->vifname);
	if (v->ip)
		put(w, "ip", "%s", v->ip);
	if (v->mtu)
		put(w, "mtu", "%u", v->mtu);
	put(w, "type", "vif");
	put(w, "online", "1");
	put(w, "state", "1");
}

/* Nodes that are the guest's own, empty at first. */
static const char *const guest_dirs[] = {
	"device/suspend/event-channel", "control/shutdown", "control/sysrq",
	"control/feature-poweroff", "control/feature-reboot",
	"control/feature-suspend", "data", "drivers", "feature", "attr",
	"error", NULL
};

static void put_rings(struct writer *w, const struct tree_rings *r)
{
	put(w, "store/ring-ref", "%llu", (unsigned long long)r->store_mfn);
	put(w, "console/ring-ref", "%llu",
	    (unsigned long long)r->console_mfn);
}

static void write_domain(struct writer *w, const struct domain_config *c,
			 const struct tree_rings *r, const char *uuid)
{
	char name[40];

	base(w, "/local/domain/%u", w->domid);
	make_dir(w, "", GUEST_READS);
	put(w, "vm", "/vm/%s", uuid);
	put(w, "name", "%s", c->name);
	put(w, "domid", "%u", w->domid);
	for (unsigned int i = 0; i < c->max_vcpus; i++) {
		snprintf(name, sizeof(name), "cpu/%u/availability", i);
		put(w, name, i < c->vcpus ? "online" : "offline");
	}
	put(w, "memory/static-max", "%llu",
	    (unsigned long long)c->max_memory_kib);
	put(w, "memory/target", "%llu", (unsigned long long)c->memory_kib);
	put(w, "memory/videoram", "0");
	for (int i = 0; guest_dirs[i]; i++)
		make_dir(w, guest_dirs[i], GUEST_OWNS);
	put(w, "control/platform-feature-multiprocessor-suspend", "1");
	put(w, "control/platform-feature-xs_reset_watches", "1");
	put(w, "store/port", "%u", r->store_port);
	put(w, "console/backend", "/local/domain/0/backend/console/%u/0",
	    w->domid);
	put(w, "console/backend-id", "0");
	put(w, "console/limit", CONSOLE_LOG_LIMIT);
	put(w, "console/type", "xenconsoled");
	put(w, "console/output", "pty");
	put(w, "console/port", "%u", r->console_port);
	put(w, "console/tty", "%s", "");
	if (r->store_mfn)
		put_rings(w, r);
}

static void write_vm(struct writer *w, const struct domain_config *c,
		     const char *uuid)
{
	base(w, "/vm/%s", uuid);
	make_dir(w, "", GUEST_READS);
	put(w, "name", "%s", c->name);
	put(w, "uuid", "%s", uuid);
	put(w, "image/ostype", "linux");
	put(w, "image/kernel", "%s", c->kernel);
	put(w, "image/ramdisk", "%s", c->ramdisk ? c->ramdisk : "");
	put(w, "image/cmdline", "%s", c->cmdline);
	put(w, "start_time", "%lld", (long long)time(NULL));
	base(w, "/libxl/%u", w->domid);
	make_dir(w, "", TOOLS_ONLY);
	put(w, "type", "pv");
}

/* Without rings only the devices. */
static int write_once(struct xl *x, uint16_t domid,
		      const struct domain_config *c,
		      const struct tree_rings *r)
{
	struct writer w = { .h = x->store, .domid = domid };
	char uuid[CONFIG_UUID_TEXT];
	bool ok;

	uuid_format(c->uuid, uuid);
	w.t = xs_transaction_start(x->store);
	if (w.t == XBT_NULL)
		return -errno;
	if (r) {
		write_domain(&w, c, r, uuid);
		write_vm(&w, c, uuid);
	}
	for (size_t i = 0; i < c->disk_count; i++)
		write_disk(&w, &c->disks[i]);
	for (size_t i = 0; i < c->vif_count; i++)
		write_vif(&w, &c->vifs[i]);
	ok = xs_post_flush(x->store);
	if (!ok) {
		int err = errno;

		xs_transaction_end(x->store, w.t, true);
		return -err;
	}
	return xs_transaction_end(x->store, w.t, false) ? 0 : -errno;
}

int tree_write(struct xl *x, uint16_t domid, const struct domain_config *c,
	       const struct tree_rings *r)
{
	int err = -EAGAIN;

	for (int i = 0; i < TRIES && err == -EAGAIN; i++)
		err = write_once(x, domid, c, r);
	return err;
}

int tree_attach(struct xl *x, uint16_t domid, const struct domain_config *more)
{
	return tree_write(x, domid, more, NULL);
}

int tree_write_rings(struct xl *x, uint16_t domid, const struct tree_rings *r)
{
	struct writer w = { .h = x->store, .domid = domid };

	base(&w, "/local/domain/%u", domid);
	put_rings(&w, r);
	return xs_post_flush(x->store) ? 0 : -errno;
}

int tree_introduce(struct xl *x, uint16_t domid, const struct tree_rings *r)
{
	return xs_introduce_domain(x->store, domid, r->store_mfn,
				   r->store_port) ? 0 : -errno;
}

static void post_remove(struct xl *x, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void post_remove(struct xl *x, const char *format, ...)
{
	char path[PATH_BYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(path, sizeof(path), format, ap);
	va_end(ap);
	xs_post_rm(x->store, XBT_NULL, path);
}

void tree_remove_device(struct xl *x, uint16_t domid, const char *kind,
			uint32_t devid)
{
	bool disk = strcmp(kind, "qdisk") == 0;

	post_remove(x, "/local/domain/0/backend/%s/%u/%u", kind, domid, devid);
	post_remove(x, "/local/domain/%u/device/%s/%u", domid,
		    disk ? "vbd" : kind, devid);
	xs_post_flush(x->store);
}

void tree_remove_devices(struct xl *x, uint16_t domid)
{
	post_remove(x, "/local/domain/0/backend/qdisk/%u", domid);
	post_remove(x, "/local/domain/0/backend/vif/%u", domid);
	post_remove(x, "/local/domain/%u/device", domid);
	xs_post_flush(x->store);
}

/* What is not there is no error worth a word. */
void tree_remove(struct xl *x, uint16_t domid, const uint8_t uuid[16])
{
	char text[CONFIG_UUID_TEXT];

	uuid_format(uuid, text);
	post_remove(x, "/local/domain/0/backend/qdisk/%u", domid);
	post_remove(x, "/local/domain/0/backend/vif/%u", domid);
	post_remove(x, "/local/domain/0/backend/console/%u", domid);
	post_remove(x, "/local/domain/%u", domid);
	post_remove(x, "/vm/%s", text);
	post_remove(x, "/libxl/%u", domid);
	xs_post_flush(x->store);
}
