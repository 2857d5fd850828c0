// SPDX-License-Identifier: GPL-2.0-only
/*
 * The disks and NICs of an xl.cfg.
 *
 * Rules: 1. no two of a kind have the same number; 2. what the line leaves open
 * is decided here: a random address, the bridge of xl.conf.
 * Lock: none. Never: looks at images or bridges. Next: diskspec.c.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "dom0-tools/xl/config_reader.h"
#include "dom0-tools/xl/report.h"

#define DEFAULT_BRIDGE "xenbr0"
#define XL_CONF "/etc/xen/xl.conf"

void config_read_disks(struct reader *r, struct domain_config *c)
{
	size_t n = reader_list(r, "disk");
	const struct cfg_value *v = cfg_find(r->cfg, "disk");

	c->disks = calloc(n ? n : 1, sizeof(*c->disks));
	if (!c->disks) {
		r->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct disk_spec *d = &c->disks[c->disk_count++];
		const char *why = "no memory";

		if (disk_spec_parse(d, v->items[i].text, &why))
			reader_bad_item(r, "disk", &v->items[i], why);
		else if (d->script || d->backend)
			reader_bad_item(r, "disk", &v->items[i],
					"scripts and other backend domains "
					"are not supported yet");
		else if (strcmp(d->format, "raw") && d->target)
			reader_bad_item(r, "disk", &v->items[i],
					"only raw images are supported yet");
		for (size_t j = 0; j + 1 < c->disk_count; j++)
			if (d->vdev && c->disks[j].devid == d->devid)
				reader_bad_item(r, "disk", &v->items[i],
						"another disk has this "
						"device name");
	}
}

/* 00:16:3e is the block of addresses that belongs to Xen guests. */
static bool make_mac(struct vif_spec *v)
{
	static const uint8_t prefix[] = { 0x00, 0x16, 0x3e };

	memcpy(v->mac, prefix, sizeof(prefix));
	v->has_mac = true;
	if (getrandom(v->mac + 3, 3, 0) != 3)
		return false;
	v->mac[3] &= 0x7f;
	return true;
}

/* vif.default.bridge of xl.conf, which has the same grammar. */
static char *default_bridge(void)
{
	char *bridge = NULL, *t;
	struct cfg cfg;
	const struct cfg_value *v;

	if (access(XL_CONF, R_OK) < 0)
		return strdup(DEFAULT_BRIDGE);
	t = config_load(XL_CONF, NULL, 0);
	if (t && cfg_parse(&cfg, XL_CONF, t, strlen(t)) == 0) {
		v = cfg_find(&cfg, "vif.default.bridge");
		if (v && v->text)
			bridge = strdup(v->text);
	}
	if (t)
		cfg_free(&cfg);
	free(t);
	return bridge ? bridge : strdup(DEFAULT_BRIDGE);
}

static void finish_vif(struct reader *r, struct vif_spec *v, int devid)
{
	if (v->devid < 0)
		v->devid = devid;
	if (!v->has_mac && !make_mac(v))
		r->failed = true;
	if (!v->bridge)
		v->bridge = default_bridge();
	if (!v->bridge)
		r->failed = true;
	if (v->script || v->rate)
		report_warning("%s: vif %d: 'script' and 'rate' are not "
			       "supported by Xylem yet and have no effect",
			       r->source, v->devid);
}

void config_read_vifs(struct reader *r, struct domain_config *c)
{
	size_t n = reader_list(r, "vif");
	const struct cfg_value *v = cfg_find(r->cfg, "vif");

	c->vifs = calloc(n ? n : 1, sizeof(*c->vifs));
	if (!c->vifs) {
		r->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct vif_spec *f = &c->vifs[c->vif_count++];
		const char *why = "no memory";

		if (vif_spec_parse(f, v->items[i].text, &why)) {
			reader_bad_item(r, "vif", &v->items[i], why);
			continue;
		}
		finish_vif(r, f, (int)i);
		for (size_t j = 0; j < i; j++)
			if (c->vifs[j].devid == f->devid)
				reader_bad_item(r, "vif", &v->items[i],
						"another vif has this devid");
	}
}
