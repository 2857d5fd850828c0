// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the settings of an xl.cfg to a domain.
 *
 * Rules: 1. every complaint names the setting and what would do; 2. a setting
 * without effect here is warned of, once, and never an error, unless the
 * guest could not run without it; 3. defaults are those of xl and xl.conf.
 * Lock: none. Never: looks at disks or at the hypervisor.
 * Next: config_devices.c, then create.c.
 */
#include "dom0-tools/xl/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "dom0-tools/xl/config_reader.h"
#include "dom0-tools/xl/cpulist.h"
#include "dom0-tools/xl/keys.h"
#include "dom0-tools/xl/report.h"

#define DEFAULT_MEMORY_MIB 32
#define MEMORY_MIB_MAX (1ul << 20)
#define VCPUS_MAX 128
#define DEFAULT_EVENT_CHANNELS 1023
#define NAME_BYTES_MAX 128

static const char *const action_names[] = {
	[ACTION_DESTROY] = "destroy",
	[ACTION_RESTART] = "restart",
	[ACTION_RENAME_RESTART] = "rename-restart",
	[ACTION_PRESERVE] = "preserve",
	[ACTION_COREDUMP_DESTROY] = "coredump-destroy",
	[ACTION_COREDUMP_RESTART] = "coredump-restart",
	[ACTION_SOFT_RESET] = "soft-reset",
	NULL
};

const char *action_name(enum action a)
{
	return action_names[a];
}

bool action_parse(const char *name, enum action *a)
{
	for (unsigned int i = 0; action_names[i]; i++)
		if (strcmp(name, action_names[i]) == 0) {
			*a = (enum action)i;
			return true;
		}
	return false;
}

static enum action action(struct reader *r, const char *key, enum action a)
{
	const char *s = reader_text(r, key);
	const char *near;

	if (!s || action_parse(s, &a))
		return a;
	reader_bad(r, key, "is no known action");
	near = nearest_name(s, action_names);
	report_hint("%s%s%s", near ? "did you mean '" : "try ",
		    near ? near :
		    "destroy, restart, preserve or rename-restart",
		    near ? "'?" : "");
	return a;
}

void uuid_format(const uint8_t u[16], char t[CONFIG_UUID_TEXT])
{
	int at = 0;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			t[at++] = '-';
		at += snprintf(t + at, 3, "%02x", u[i]);
	}
}

bool uuid_parse(const char *t, uint8_t uuid[16])
{
	for (int i = 0; i < 16; i++) {
		unsigned int v;

		if (*t == '-')
			t++;
		if (strspn(t, "0123456789abcdefABCDEF") < 2 ||
		    sscanf(t, "%2x", &v) != 1)
			return false;
		uuid[i] = (uint8_t)v;
		t += 2;
	}
	return *t == 0;
}

/* Version 4: random, but for the six bits that say so. */
static void read_uuid(struct reader *r, uint8_t uuid[16])
{
	const char *s = reader_text(r, "uuid");

	if (s) {
		if (!uuid_parse(s, uuid))
			reader_bad(r, "uuid", "is no UUID");
		return;
	}
	if (getrandom(uuid, 16, 0) != 16)
		r->failed = true;
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
}

/* cmdline= alone, or root= and extra= joined. */
static char *read_cmdline(struct reader *r)
{
	const char *cmdline = reader_text(r, "cmdline");
	const char *root = reader_text(r, "root");
	const char *extra = reader_text(r, "extra");
	char *joined = NULL;
	int n;

	if (!cmdline)
		cmdline = reader_text(r, "bootargs");
	if (cmdline) {
		if (root || extra)
			report_warning("%s: 'root' and 'extra' are ignored, "
				       "'cmdline' counts", r->source);
		joined = strdup(cmdline);
		return joined;
	}
	n = asprintf(&joined, "%s%s%s%s", root ? "root=" : "",
		     root ? root : "", root && extra ? " " : "",
		     extra ? extra : "");
	return n < 0 ? NULL : joined;
}

static void read_memory(struct reader *r, struct domain_config *c)
{
	unsigned long mib = reader_number(r, "memory", 0, MEMORY_MIB_MAX);
	unsigned long most = reader_number(r, "maxmem", 0, MEMORY_MIB_MAX);

	if (!mib)
		mib = most ? most : DEFAULT_MEMORY_MIB;
	if (!most)
		most = mib;
	if (most < mib)
		reader_bad(r, "maxmem", "is less than 'memory'");
	c->memory_kib = mib << 10;
	c->max_memory_kib = most << 10;
}

static void read_vcpus(struct reader *r, struct domain_config *c)
{
	c->vcpus = (uint32_t)reader_number(r, "vcpus", 1, VCPUS_MAX);
	c->max_vcpus = (uint32_t)reader_number(r, "maxvcpus", c->vcpus,
					       VCPUS_MAX);
	if (c->vcpus == 0)
		reader_bad(r, "vcpus", "must be at least 1");
	else if (c->max_vcpus < c->vcpus)
		reader_bad(r, "maxvcpus", "is less than 'vcpus'");
}

static void read_type(struct reader *r)
{
	const char *type = reader_text(r, "type");
	const char *builder = reader_text(r, "builder");
	const char *t = type ? type : builder;

	if (!t || strcmp(t, "pv") == 0 || strcmp(t, "generic") == 0 ||
	    strcmp(t, "linux") == 0)
		return;
	reader_bad(r, type ? "type" : "builder",
		   "is a kind of guest that Xylem does not run yet");
	report_hint("Xylem runs paravirtual guests: type = \"pv\"");
}

static void read_cpuid(struct reader *r, struct domain_config *c)
{
	const struct cfg_value *v;
	const char *why = "no memory";

	for (size_t i = 0; (v = reader_one_of(r, "cpuid", i)); i++)
		if (cpuid_spec_add(&c->cpuid, v->text, &why))
			reader_bad_item(r, "cpuid", v, why);
}

static void read_tsc_mode(struct reader *r, struct domain_config *c)
{
	static const char *const names[] = {
		"default", "always_emulate", "native", "native_paravirt"
	};
	const char *s = reader_text(r, "tsc_mode");

	if (!s)
		return;
	for (uint32_t i = 0; i < 4; i++)
		if (strcmp(s, names[i]) == 0 ||
		    (s[0] == (char)('0' + i) && !s[1])) {
			c->tsc_mode = i;
			return;
		}
	reader_bad(r, "tsc_mode", "must be default, always_emulate, native or "
		   "native_paravirt");
}

static void read_cpus(struct reader *r, struct domain_config *c)
{
	const struct cfg_value *v;

	for (size_t i = 0; (v = reader_one_of(r, "cpus", i)); i++) {
		uint64_t *more = realloc(c->cpus, (i + 1) * sizeof(*more));

		if (!more) {
			r->failed = true;
			return;
		}
		c->cpus = more;
		if (!cpulist_parse(v->text, &more[i]))
			reader_bad_item(r, "cpus", v,
					"CPUs are named like 0-3,^2 or all, "
					"and are below 64");
		c->cpus_count = i + 1;
	}
}

static void check_names(struct reader *r)
{
	for (size_t i = 0; i < r->cfg->count; i++) {
		const struct cfg_setting *s = &r->cfg->settings[i];
		const char *near;

		switch (key_kind(s->name)) {
		case KEY_USED:
		case KEY_ACCEPTED:
			break;
		case KEY_MISSING:
			report_warning("%s:%u: '%s' is not supported by Xylem "
				       "yet and has no effect", r->source,
				       s->line, s->name);
			break;
		case KEY_UNKNOWN:
			near = key_suggestion(s->name);
			report_warning("%s:%u: unknown setting '%s'%s%s%s",
				       r->source, s->line, s->name,
				       near ? ", did you mean '" : "",
				       near ? near : "", near ? "'?" : "");
			break;
		}
	}
}

const char *config_name_wrong(const char *name)
{
	if (strlen(name) > NAME_BYTES_MAX)
		return "is too long";
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == '/' || *p == 0x7f)
			return "must have no blanks and no '/'";
	if (name[strspn(name, "0123456789")] == 0)
		return "must not be a number, it would be taken for a domain "
		       "id";
	return NULL;
}

static void check_name(struct reader *r, const char *name)
{
	const char *why = name ? config_name_wrong(name) :
			  "is missing: every domain has one";

	if (why)
		reader_bad(r, "name", why);
}

static void read_all(struct reader *r, struct domain_config *c)
{
	const char *kernel = reader_text(r, "kernel");
	const int32_t by_default = -1;

	check_names(r);
	read_type(r);
	c->name = reader_copy(r, "name");
	check_name(r, c->name);
	c->kernel = reader_copy(r, "kernel");
	if (!c->kernel && (!kernel || !*kernel)) {
		reader_bad(r, "kernel", "is missing");
		if (cfg_find(r->cfg, "bootloader"))
			report_hint("Xylem has no boot loaders yet: name the "
				    "guest's kernel with kernel = \"PATH\"");
		else
			report_hint("kernel = \"/boot/vmlinuz-...\"");
	}
	c->ramdisk = reader_copy(r, "ramdisk");
	c->cmdline = read_cmdline(r);
	r->failed |= !c->cmdline;
	read_uuid(r, c->uuid);
	read_memory(r, c);
	read_vcpus(r, c);
	c->event_channels = (uint32_t)reader_number(r, "max_event_channels",
						    DEFAULT_EVENT_CHANNELS,
						    INT32_MAX);
	c->grant_frames = (int32_t)reader_number(r, "max_grant_frames",
						 (unsigned long)by_default,
						 INT32_MAX);
	c->maptrack_frames = (int32_t)reader_number(r, "max_maptrack_frames",
						    (unsigned long)by_default,
						    INT32_MAX);
	c->on_poweroff = action(r, "on_poweroff", ACTION_DESTROY);
	c->on_reboot = action(r, "on_reboot", ACTION_RESTART);
	c->on_watchdog = action(r, "on_watchdog", ACTION_DESTROY);
	c->on_crash = action(r, "on_crash", ACTION_DESTROY);
	config_read_disks(r, c);
	config_read_vifs(r, c);
	read_cpuid(r, c);
	read_tsc_mode(r, c);
	c->cpu_weight = (uint32_t)reader_number(r, "cpu_weight", 0, 65535);
	read_cpus(r, c);
}

int config_read(struct domain_config *c, const char *source, const char *t)
{
	struct cfg cfg;
	struct reader r = { .cfg = &cfg, .source = source };
	int err;

	memset(c, 0, sizeof(*c));
	c->text = strdup(t);
	if (!c->text)
		return -ENOMEM;
	err = cfg_parse(&cfg, source, t, strlen(t));
	if (err == -EINVAL)
		report_error("%s", cfg.error);
	if (!err) {
		read_all(&r, c);
		err = r.failed ? -EINVAL : 0;
	}
	cfg_free(&cfg);
	return err;
}

void config_free(struct domain_config *c)
{
	for (size_t i = 0; i < c->disk_count; i++)
		disk_spec_free(&c->disks[i]);
	for (size_t i = 0; i < c->vif_count; i++)
		vif_spec_free(&c->vifs[i]);
	free(c->disks);
	free(c->vifs);
	cpuid_spec_free(&c->cpuid);
	free(c->cpus);
	free(c->name);
	free(c->kernel);
	free(c->ramdisk);
	free(c->cmdline);
	free(c->text);
	memset(c, 0, sizeof(*c));
}
