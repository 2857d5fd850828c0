// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of a domain's file.
 *
 *	creating                 phase, always so wide, written in place
 *	name web
 *	mac 00:16:3e:11:22:33    one per NIC, in order
 *	disk w 2049 131 /srv/web.img
 *	config                   the rest is the configuration as it was given
 *
 * Rules: 1. what is written here is read here, by any later version too: lines
 * of an unknown kind are passed over; 2. what cannot be parsed is no record.
 * No lock. Never: opens a file. Next: state.c.
 */
#include "dom0-tools/xl/state_record.h"

#include <stdlib.h>
#include <string.h>

static const char *const phase_names[] = {
	[STATE_CREATING] = "creating\n",
	[STATE_RUNNING] = "running \n",
	[STATE_PRESERVED] = "preserve\n",
	[STATE_RESTART] = "restart \n",
};

const char *record_phase(enum state_phase phase)
{
	return phase_names[phase];
}

static void write_mac(FILE *f, const uint8_t m[6])
{
	fprintf(f, "mac %02x:%02x:%02x:%02x:%02x:%02x\n", m[0], m[1], m[2],
		m[3], m[4], m[5]);
}

static void write_disk(FILE *f, const struct state_disk *d)
{
	fprintf(f, "disk %c %llu %llu %s\n", d->writable ? 'w' : 'r',
		(unsigned long long)d->device, (unsigned long long)d->inode,
		d->path);
}

void record_write(FILE *f, const struct domain_config *c,
		  enum state_phase phase)
{
	fprintf(f, "%sname %s\n", phase_names[phase], c->name);
	for (size_t i = 0; i < c->vif_count; i++)
		write_mac(f, c->vifs[i].mac);
	for (size_t i = 0; i < c->disk_count; i++) {
		const struct disk_spec *d = &c->disks[i];
		struct state_disk id = { .writable = d->writable,
					 .path = d->target };

		if (d->target && state_identify(d->target, &id))
			write_disk(f, &id);
	}
	fprintf(f, "config\n%s", c->text);
}

void record_write_renamed(FILE *f, const struct state *s, const char *name)
{
	fprintf(f, "%sname %s\n", phase_names[s->phase], name);
	for (size_t i = 0; i < s->mac_count; i++)
		write_mac(f, s->macs[i]);
	for (size_t i = 0; i < s->disk_count; i++)
		write_disk(f, &s->disks[i]);
	/* The last assignment wins. */
	fprintf(f, "config\n%s\nname = \"%s\"\n", s->config, name);
}

static bool add_disk(struct state *s, char *line)
{
	unsigned long long device, inode;
	struct state_disk *more;
	char access;
	int at = 0;

	if (sscanf(line, "%c %llu %llu %n", &access, &device, &inode, &at) < 3)
		return false;
	more = realloc(s->disks, (s->disk_count + 1) * sizeof(*more));
	if (!more)
		return false;
	s->disks = more;
	more[s->disk_count++] =
		(struct state_disk){ access == 'w', device, inode, line + at };
	return true;
}

static bool add_mac(struct state *s, const char *text)
{
	uint8_t(*more)[6] = realloc(s->macs, (s->mac_count + 1) * 6);

	if (!more)
		return false;
	s->macs = more;
	return mac_parse(text, s->macs[s->mac_count++]);
}

static bool parse_line(struct state *s, char *line)
{
	if (strncmp(line, "name ", 5) == 0)
		s->name = line + 5;
	else if (strncmp(line, "mac ", 4) == 0)
		return add_mac(s, line + 4);
	else if (strncmp(line, "disk ", 5) == 0)
		return add_disk(s, line + 5);
	return true;
}

bool record_parse(struct state *s)
{
	char *p = s->text;
	unsigned int i;

	for (i = 0; i <= STATE_RESTART; i++)
		if (strncmp(p, phase_names[i], RECORD_PHASE_BYTES) == 0)
			break;
	if (i > STATE_RESTART)
		return false;
	s->phase = (enum state_phase)i;
	p += RECORD_PHASE_BYTES;
	while (*p) {
		char *end = strchr(p, '\n');

		if (!end)
			return false;
		*end = 0;
		if (strcmp(p, "config") == 0) {
			s->config = end + 1;
			return s->name != NULL;
		}
		if (!parse_line(s, p))
			return false;
		p = end + 1;
	}
	return false;
}
