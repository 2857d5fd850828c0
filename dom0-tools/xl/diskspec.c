// SPDX-License-Identifier: GPL-2.0-only
/*
 * One disk of an xl.cfg.
 *
 *	[key=value | flag ,]* target, format, vdev, access
 *
 * Words with a '=' and the known flags are settings; the others say, in this
 * order, what was not said yet. target= takes the rest of the text, commas too.
 * A leading "phy:" "file:" "tap:aio:" and so on is history and dropped;
 * "nbd:" "iscsi:" "drbd:" ask for a script. Behind such a prefix the format
 * is left out: "phy:/dev/vg/a,xvda,w".
 *
 * Rules: 1. an empty position counts as given and means the default; 2. a
 * word that no rule takes is an error.
 * Lock: none. Never: opens a file.
 * Next: config.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/spec.h"

static bool number_after(const char *s, unsigned long *n)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	*n = strtoul(s, &end, 10);
	return *end == 0;
}

/* Letters a..z, aa..zz as a number from 0; *s moves behind them. */
static bool letters(const char **s, unsigned long *n)
{
	const char *p = *s;

	*n = 0;
	for (; *p >= 'a' && *p <= 'z' && p - *s < 4; p++)
		*n = *n * 26 + (unsigned long)(*p - 'a') + 1;
	if (p == *s)
		return false;
	(*n)--;
	*s = p;
	return true;
}

static bool xen_disk(unsigned long disk, unsigned long part, uint32_t *devid)
{
	if (disk < 16 && part < 16)
		*devid = (uint32_t)(202u << 8 | disk << 4 | part);
	else if (disk < 1u << 20 && part < 256)
		*devid = (uint32_t)(1u << 28 | disk << 8 | part);
	else
		return false;
	return true;
}

/* "hd": two disks a major, 64 minors each; "sd": sixteen minors each. */
static bool old_disk(char kind, unsigned long disk, unsigned long part,
		     uint32_t *devid)
{
	static const unsigned int hd_major[] = { 3, 22 };

	if (kind == 'h' && disk < 4 && part < 64)
		*devid = (uint32_t)(hd_major[disk / 2] << 8 | (disk % 2) << 6 |
				    part);
	else if (kind == 's' && disk < 16 && part < 16)
		*devid = (uint32_t)(8u << 8 | disk << 4 | part);
	else
		return false;
	return true;
}

bool vdev_to_devid(const char *vdev, uint32_t *devid)
{
	unsigned long disk, part = 0;
	const char *p = vdev;
	char kind = *p;
	char *end;

	if (number_after(vdev, &disk)) {
		*devid = (uint32_t)disk;
		return disk <= UINT32_MAX;
	}
	if (kind == 'd' && p[1] >= '0' && p[1] <= '9') {
		disk = strtoul(p + 1, &end, 10);
		if (*end && (*end != 'p' || !number_after(end + 1, &part)))
			return false;
		return xen_disk(disk, part, devid);
	}
	if (strncmp(p, "xvd", 3) == 0)
		p += 3;
	else if (strncmp(p, "hd", 2) == 0 || strncmp(p, "sd", 2) == 0)
		p += 2;
	else
		return false;
	if (!letters(&p, &disk) || (*p && !number_after(p, &part)))
		return false;
	if (kind == 'x')
		return xen_disk(disk, part, devid);
	return old_disk(kind, disk, part, devid);
}

static int set_access(struct disk_spec *d, const char *v, const char **why)
{
	d->shared = strcmp(v, "w!") == 0;
	if (strcmp(v, "ro") == 0 || strcmp(v, "r") == 0)
		d->writable = false;
	else if (strcmp(v, "rw") == 0 || strcmp(v, "w") == 0 || d->shared)
		d->writable = true;
	else
		return spec_wrong(why, "access '%s' is none of r, w, ro, rw",
				  v);
	return 0;
}

static bool is_format(const char *v)
{
	static const char *const formats[] = {
		"raw", "qcow", "qcow2", "vhd", "vhdx", "qed", "empty", "aio",
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(v, formats[i]) == 0)
			return true;
	return false;
}

static int set_format(struct disk_spec *d, const char *v, const char **why)
{
	if (is_format(v))
		return spec_set(&d->format, strcmp(v, "aio") ? v : "raw");
	return spec_wrong(why, "format '%s' is none of raw, qcow2, vhd, qed",
			  v);
}

static int set_vdev(struct disk_spec *d, const char *v, const char **why)
{
	char name[32];
	size_t n = strcspn(v, ":");

	/* "hdc:cdrom", of old */
	if (v[n] && strcmp(v + n, ":cdrom") == 0)
		d->cdrom = true;
	else if (v[n] && strcmp(v + n, ":disk") != 0)
		return spec_wrong(why, "device '%s' has an unknown suffix", v);
	if (n >= sizeof(name))
		return spec_wrong(why, "'%s' is no name of a virtual disk", v);
	memcpy(name, v, n);
	name[n] = 0;
	if (!vdev_to_devid(name, &d->devid))
		return spec_wrong(why, "'%s' is no name of a virtual disk", v);
	return spec_set(&d->vdev, name);
}

static int set_type(struct disk_spec *d, const char *v, const char **why)
{
	d->cdrom = strcmp(v, "cdrom") == 0;
	if (!d->cdrom && strcmp(v, "disk") != 0)
		return spec_wrong(why, "devtype '%s' is neither disk nor cdrom",
				  v);
	return 0;
}

static int set_pair(struct disk_spec *d, const char *key, const char *v,
		    const char **why)
{
	if (strcmp(key, "format") == 0)
		return set_format(d, v, why);
	if (strcmp(key, "vdev") == 0)
		return set_vdev(d, v, why);
	if (strcmp(key, "access") == 0)
		return set_access(d, v, why);
	if (strcmp(key, "devtype") == 0)
		return set_type(d, v, why);
	if (strcmp(key, "backend") == 0)
		return spec_set(&d->backend, v);
	if (strcmp(key, "script") == 0)
		return spec_set(&d->script, v);
	if (strcmp(key, "backendtype") == 0) {
		if (strcmp(v, "phy") && strcmp(v, "tap") && strcmp(v, "qdisk"))
			return spec_wrong(why, "backendtype '%s' is unknown",
					  v);
		return 0;	/* all disks here are of one kind */
	}
	return spec_wrong(why, "disk setting '%s' is unknown", key);
}

static bool set_flag(struct disk_spec *d, const char *word)
{
	if (strcmp(word, "cdrom") == 0)
		d->cdrom = true;
	else if (strcmp(word, "direct-io-safe") == 0)
		d->direct_io_safe = true;
	else if (strcmp(word, "discard") == 0)
		d->discard = true;
	else if (strcmp(word, "no-discard") == 0)
		d->discard = false;
	else
		return false;
	return true;
}

static int set_target(struct disk_spec *d, const char *v, const char **why)
{
	static const char *const dropped[] = {
		"phy:", "file:", "raw:", "tap2:", "tap:", "aio:", "ioemu:",
		"qcow2:", "qcow:", "vhd:",
	};
	static const char *const scripted[] = { "nbd:", "iscsi:", "drbd:" };
	bool again = true;

	for (size_t i = 0; i < sizeof(scripted) / sizeof(scripted[0]); i++) {
		size_t n = strlen(scripted[i]);
		char script[32];

		if (strncmp(v, scripted[i], n) != 0)
			continue;
		snprintf(script, sizeof(script), "block-%.*s", (int)n - 1,
			 scripted[i]);
		d->old_prefix = true;
		return spec_set(&d->script, script) ? -ENOMEM :
		       spec_set(&d->target, v + n);
	}
	while (again) {
		again = false;
		for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]);
		     i++) {
			size_t n = strlen(dropped[i]);

			if (strncmp(v, dropped[i], n) != 0)
				continue;
			if (strchr("qv", *v)) {
				int err;
				char f[8];

				snprintf(f, sizeof(f), "%.*s", (int)n - 1, v);
				err = set_format(d, f, why);
				if (err)
					return err;
			}
			v += n;
			again = true;
			d->old_prefix = true;
		}
	}
	return *v ? spec_set(&d->target, v) : 0;
}

/* What has been said already, by position or by name. */
struct said {
	bool target;
	bool format;
	bool vdev;
	bool access;
};

/* A word without a name is the first thing that was not said yet. */
static int set_next(struct disk_spec *d, struct said *s, const char *word,
		    const char **why)
{
	if (!s->target) {
		s->target = true;
		return set_target(d, word, why);
	}
	if (!s->format && (!d->old_prefix || is_format(word))) {
		s->format = true;
		return *word ? set_format(d, word, why) : 0;
	}
	if (!s->vdev) {
		s->vdev = true;
		return *word ? set_vdev(d, word, why) : 0;
	}
	if (!s->access) {
		s->access = true;
		return *word ? set_access(d, word, why) : 0;
	}
	return *word ? spec_wrong(why, "'%s' is one word too many", word) : 0;
}

static void note_said(struct said *s, const char *key)
{
	s->format |= strcmp(key, "format") == 0;
	s->vdev |= strcmp(key, "vdev") == 0;
}

/* Cuts the next word off *s, without the blanks around it. */
static char *next_word(char **s)
{
	char *word = *s + strspn(*s, " \t\n");
	size_t n = strcspn(word, ",");
	char *end = word + n;

	*s = *end ? end + 1 : NULL;
	while (end > word && strchr(" \t\n", end[-1]))
		end--;
	*end = 0;
	return word;
}

static int parse_words(struct disk_spec *d, char *s, const char **why)
{
	struct said said = { false };
	int err = 0;

	while (s && !err) {
		char *rest = s + strspn(s, " \t\n");
		char *word, *eq;

		if (strncmp(rest, "target=", 7) == 0)
			return set_target(d, rest + 7, why);
		word = next_word(&s);
		eq = strchr(word, '=');
		if (eq && strcspn(word, "/:") > (size_t)(eq - word)) {
			*eq = 0;
			note_said(&said, word);
			err = set_pair(d, word, eq + 1, why);
		} else if (!set_flag(d, word)) {
			err = set_next(d, &said, word, why);
		}
	}
	return err;
}

int disk_spec_parse(struct disk_spec *d, const char *text, const char **why)
{
	char *copy = strdup(text);
	int err;

	memset(d, 0, sizeof(*d));
	d->writable = true;
	d->discard = true;
	if (!copy)
		return -ENOMEM;
	err = spec_set(&d->format, "raw");
	if (!err)
		err = parse_words(d, copy, why);
	free(copy);
	if (err)
		return err;
	if (d->cdrom)
		d->writable = false;
	if (!d->vdev)
		return spec_wrong(why, "it names no virtual device (vdev=%s)",
				  "xvda");
	if (!d->target && !d->cdrom)
		return spec_wrong(why, "disk %s has no target", d->vdev);
	return 0;
}

void disk_spec_free(struct disk_spec *d)
{
	free(d->target);
	free(d->vdev);
	free(d->format);
	free(d->script);
	free(d->backend);
	memset(d, 0, sizeof(*d));
}

/* The target comes last: it takes all that follows, commas too. */
char *disk_spec_format(const struct disk_spec *d)
{
	char *text = NULL;
	int n = asprintf(&text, "format=%s,vdev=%s,access=%s%s%s%s%s%s",
			 d->format, d->vdev,
			 d->shared ? "w!" : d->writable ? "rw" : "ro",
			 d->cdrom ? ",devtype=cdrom" : "",
			 d->discard ? ",discard" : "",
			 d->direct_io_safe ? ",direct-io-safe" : "",
			 d->target ? ",target=" : "",
			 d->target ? d->target : "");

	return n < 0 ? NULL : text;
}
