// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl block-attach, block-detach, network-attach, network-detach.
 *
 *	attach: checks -> state file -> nodes -> the backend answers
 *	detach: backend's node says Closing -> guest lets go -> nodes -> file
 *
 * The device is in the domain's state file before it is in the store: from
 * then on nobody else gets the disk, and the domain's next life has it too.
 * The changed lists stand at the end of the configuration, behind a mark.
 *
 * Rules: 1. what the domain's configuration could not have is refused here
 * too; 2. a failed attach leaves neither nodes nor a line; 3. a guest that
 * does not let go keeps its device, unless --force says otherwise.
 * Lock: state_lock for checks and state file. Never: restarts a backend.
 * Next: tree.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "abi/io/xenbus.h"
#include "dom0-tools/xl/devices.h"
#include "dom0-tools/xl/state.h"
#include "dom0-tools/xl/tree.h"
#include "dom0-tools/xl/verbs.h"

#define LOCK_SECONDS 60
#define DETACH_MS 10000
#define POLL_MS 20
#define MARK "\n# as xl changed it:\n"

/* One change of one domain. */
struct change {
	struct xl *x;
	const char *name;	/* as the user called it */
	uint16_t domid;
	int lock;
	struct state s;
	struct domain_config c;
};

static int no(struct change *h, const char *what, const char *why)
{
	report_error("cannot %s '%s': %s", what, h->name, why);
	return XL_ERROR;
}

/* What it was warned of at creation is not said again. */
static int read_quietly(struct change *h, const char *text)
{
	FILE *sink = fopen("/dev/null", "we");
	int err;

	report_to(sink);
	err = config_read(&h->c, h->s.name, text);
	report_to(NULL);
	if (sink)
		fclose(sink);
	if (!err)
		state_reuse(&h->s, &h->c);
	return err;
}

static int change_open(struct change *h, const char *word)
{
	domain_info info;

	h->name = word;
	h->lock = -1;
	if (!domain_need(h->x, word, false, &h->domid) ||
	    !domain_get(h->x, h->domid, &info))
		return XL_ERROR;
	if (state_lock(LOCK_SECONDS, &h->lock)) {
		h->lock = -1;
		return no(h, "change", "another xl has been at work for too "
			  "long");
	}
	if (state_load(info.handle, &h->s) || h->s.phase != STATE_RUNNING)
		return no(h, "change", "it was not made by this xl, or has "
			  "ended");
	return XL_OK;
}

static void change_close(struct change *h)
{
	if (h->lock >= 0)
		close(h->lock);
	config_free(&h->c);
	state_free(&h->s);
}

/* A string of the configuration; false: it has both kinds of quotes. */
static bool put_quoted(FILE *f, char *text)
{
	char quote = text && strchr(text, '\'') ? '"' : '\'';
	bool ok = text && !strchr(text, quote);

	if (ok)
		fprintf(f, " %c%s%c,", quote, text, quote);
	free(text);
	return ok;
}

/* The configuration with its lists as they are now, in place of c.text. */
static bool renew_text(struct change *h)
{
	const char *mark = strstr(h->s.config, MARK);
	int given = mark ? (int)(mark - h->s.config) :
		    (int)strlen(h->s.config);
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);
	bool ok = true;

	if (!f)
		return false;
	fprintf(f, "%.*s" MARK "name = \"%s\"\ndisk = [", given, h->s.config,
		h->s.name);
	for (size_t i = 0; i < h->c.disk_count; i++)
		ok &= put_quoted(f, disk_spec_format(&h->c.disks[i]));
	fprintf(f, " ]\nvif = [");
	for (size_t i = 0; i < h->c.vif_count; i++)
		ok &= put_quoted(f, vif_spec_format(&h->c.vifs[i]));
	fprintf(f, " ]\n");
	if (fclose(f) || !ok) {
		free(text);
		return false;
	}
	free(h->c.text);
	h->c.text = text;
	return true;
}

static int save(struct change *h, const char *what)
{
	int err = renew_text(h) ? state_update(&h->c, STATE_RUNNING) : -EINVAL;

	return err ? no(h, what, err == -EINVAL ?
			"its configuration cannot be written down" :
			strerror(-err)) : XL_OK;
}

/* The words of the command line, joined by commas. */
static char *join(char **words, int count)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);

	for (int i = 0; f && i < count; i++)
		fprintf(f, "%s%s", i ? "," : "", words[i]);
	if (f)
		fclose(f);
	return text;
}

/* Reads the configuration with one more device. */
static int read_with(struct change *h, const char *list, const char *spec)
{
	char quote = strchr(spec, '\'') ? '"' : '\'', *text = NULL;
	int n = asprintf(&text, "%s\n%s += [ %c%s%c ]\n", h->s.config, list,
			 quote, spec, quote);
	int err = n < 0 ? -ENOMEM : read_quietly(h, text);

	if (n >= 0)
		free(text);
	return err ? no(h, "attach to", "it has a device of that name, or "
			"this kind is not supported yet") : XL_OK;
}

static int disk_is_free(struct change *h, const struct disk_spec *d)
{
	const struct state_disk *used = NULL;
	struct state_walk w;
	struct state s;

	if (d->target && access(d->target, d->writable ? R_OK | W_OK : R_OK)) {
		report_error("cannot attach %s to '%s': %s", d->target,
			     h->name, strerror(errno));
		return XL_ERROR;
	}
	state_walk_start(&w);
	while (!used && state_walk_next(&w, &s)) {
		used = state_shared_disk(&s, d);
		if (used)
			report_error("cannot attach %s to '%s': it is in use "
				     "by domain '%s' (%s)", d->target, h->name,
				     s.name, used->writable ? "w" : "r");
		state_free(&s);
	}
	state_walk_end(&w);
	return used ? XL_ERROR : XL_OK;
}

/* The device that is in c, but not yet in the store. */
static int bring_up(struct change *h, const struct domain_config *more,
		    const char *kind, uint32_t devid)
{
	struct domain_config before = { 0 };
	int err = tree_attach(h->x, h->domid, more);

	if (err)
		no(h, "attach to", strerror(-err));
	else
		err = devices_wait(h->x, h->domid, more);
	if (!err)
		return XL_OK;
	tree_remove_device(h->x, h->domid, kind, devid);
	/* Back to what it was; the lists before had no such device. */
	config_free(&h->c);
	h->c = before;
	if (read_quietly(h, h->s.config) == 0)
		state_update(&h->c, STATE_RUNNING);
	return XL_ERROR;
}

static int attach_disk(struct change *h, const char *spec)
{
	struct domain_config more = { 0 };
	struct disk_spec d = { 0 };
	const char *why = "no memory";
	int err = disk_spec_parse(&d, spec, &why), status;

	disk_spec_free(&d);
	if (err)
		return no(h, "attach to", why);
	status = read_with(h, "disk", spec);
	if (status)
		return status;
	more.disks = &h->c.disks[h->c.disk_count - 1];
	more.disk_count = 1;
	status = disk_is_free(h, more.disks);
	if (!status)
		status = save(h, "attach to");
	return status ? status : bring_up(h, &more, "qdisk",
					  more.disks->devid);
}

static int first_free_devid(const struct domain_config *c)
{
	int devid = 0;

	for (size_t i = 0; i < c->vif_count; i++)
		if (c->vifs[i].devid == devid) {
			devid++;
			i = (size_t)-1;
		}
	return devid;
}

static int attach_vif(struct change *h, const char *spec)
{
	struct domain_config more = { 0 };
	const char *why = "no memory";
	struct vif_spec v = { 0 };
	int err = vif_spec_parse(&v, spec, &why), status, devid = v.devid;
	char *named = NULL;

	vif_spec_free(&v);
	if (err)
		return no(h, "attach to", why);
	if (devid < 0) {
		if (read_quietly(h, h->s.config))
			return no(h, "attach to", "its configuration cannot "
				  "be read any more");
		devid = first_free_devid(&h->c);
		config_free(&h->c);
	}
	if (asprintf(&named, "%s%sdevid=%d", spec, *spec ? "," : "",
		     devid) < 0)
		return XL_ERROR;
	status = read_with(h, "vif", named);
	free(named);
	if (status)
		return status;
	more.vifs = &h->c.vifs[h->c.vif_count - 1];
	more.vif_count = 1;
	status = save(h, "attach to");
	return status ? status : bring_up(h, &more, "vif", (uint32_t)devid);
}

typedef int attacher(struct change *h, const char *spec);

static int attach(struct xl *x, int argc, char **argv, attacher *how)
{
	struct change h = { .x = x };
	char *spec = join(argv + 2, argc - 2);
	int status = spec ? change_open(&h, argv[1]) : XL_ERROR;

	if (!status)
		status = how(&h, spec);
	change_close(&h);
	free(spec);
	return status;
}

int verb_block_attach(struct xl *x, int argc, char **argv)
{
	return argc < 3 ? verb_usage(argv[0]) :
	       attach(x, argc, argv, attach_disk);
}

int verb_network_attach(struct xl *x, int argc, char **argv)
{
	return argc < 2 ? verb_usage(argv[0]) :
	       attach(x, argc, argv, attach_vif);
}

/* ---- detach ---- */

static bool is_closed(struct xl *x, const char *back)
{
	char *state = store_read(x, "%s/state", back);
	bool closed = !state || atoi(state) == XY_XENBUS_CLOSED;

	free(state);
	return closed;
}

/* Asks the guest to let go of it, and waits. */
static int let_go(struct change *h, const char *back)
{
	const struct timespec nap = { .tv_nsec = POLL_MS * 1000000 };

	if (!store_write(h->x, "0", "%s/online", back) ||
	    !store_write(h->x, "5", "%s/state", back))
		return -errno;
	for (int ms = 0; ms < DETACH_MS; ms += POLL_MS) {
		if (is_closed(h->x, back))
			return 0;
		if (h->x->stop)
			return -EINTR;
		nanosleep(&nap, NULL);
	}
	return -ETIMEDOUT;
}

static int take_down(struct change *h, const char *kind, uint32_t devid,
		     bool force)
{
	char *back = store_path("/local/domain/0/backend/%s/%u/%u", kind,
				h->domid, devid);
	int err = back ? let_go(h, back) : -ENOMEM;

	free(back);
	if (err && !force) {
		no(h, "detach from", err == -ETIMEDOUT ?
		   "the guest does not let go of it: it is in use" :
		   strerror(-err));
		report_hint("unmount it in the guest, or --force");
		return XL_ERROR;
	}
	tree_remove_device(h->x, h->domid, kind, devid);
	return save(h, "detach from");
}

static int detach_disk(struct change *h, const char *word, bool force)
{
	struct domain_config *c = &h->c;
	uint32_t devid;
	size_t i;

	if (!vdev_to_devid(word, &devid))
		return no(h, "detach from", "that is no name of a disk");
	for (i = 0; i < c->disk_count && c->disks[i].devid != devid; i++)
		;
	if (i == c->disk_count)
		return no(h, "detach from", "it has no such disk");
	disk_spec_free(&c->disks[i]);
	c->disks[i] = c->disks[--c->disk_count];
	return take_down(h, "qdisk", devid, force);
}

static int detach_vif(struct change *h, const char *word, bool force)
{
	struct domain_config *c = &h->c;
	uint8_t mac[6];
	bool by_mac = mac_parse(word, mac);
	int devid = by_mac ? -1 : atoi(word);
	size_t i;

	for (i = 0; i < c->vif_count; i++)
		if (by_mac ? memcmp(c->vifs[i].mac, mac, 6) == 0 :
		    c->vifs[i].devid == devid)
			break;
	if (i == c->vif_count || (!by_mac && (*word < '0' || *word > '9')))
		return no(h, "detach from", "it has no such NIC");
	devid = c->vifs[i].devid;
	vif_spec_free(&c->vifs[i]);
	c->vifs[i] = c->vifs[--c->vif_count];
	return take_down(h, "vif", (uint32_t)devid, force);
}

typedef int detacher(struct change *h, const char *word, bool force);

static int detach(struct xl *x, int argc, char **argv, detacher *how)
{
	bool force = argc == 4 && strcmp(argv[3], "--force") == 0;
	struct change h = { .x = x };
	int status;

	if (argc != 3 + force)
		return verb_usage(argv[0]);
	status = change_open(&h, argv[1]);
	if (!status && read_quietly(&h, h.s.config))
		status = no(&h, "detach from", "its configuration cannot be "
			    "read any more");
	if (!status)
		status = how(&h, argv[2], force);
	change_close(&h);
	return status;
}

int verb_block_detach(struct xl *x, int argc, char **argv)
{
	return detach(x, argc, argv, detach_disk);
}

int verb_network_detach(struct xl *x, int argc, char **argv)
{
	return detach(x, argc, argv, detach_vif);
}
