/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The small languages inside xl.cfg: one disk, one NIC, names of disks.
 *
 * Pure functions. What they allocate is freed by the _free functions, which
 * are due after failure too. On -EINVAL *why is one line for the user, valid
 * until the next call.
 */
#ifndef DOM0_TOOLS_XL_SPEC_H
#define DOM0_TOOLS_XL_SPEC_H

#include <stdbool.h>
#include <stdint.h>

struct disk_spec {
	char *target;		/* path; NULL for an empty cdrom drive */
	char *vdev;
	char *format;		/* "raw", or what was asked for */
	char *script;		/* NULL: none */
	char *backend;		/* NULL: domain 0 */
	uint32_t devid;
	bool writable;
	bool shared;		/* w!: although others use it */
	bool cdrom;
	bool discard;
	bool direct_io_safe;
	bool old_prefix;	/* "phy:" and the like: no format follows */
};

struct vif_spec {
	uint8_t mac[6];
	bool has_mac;
	char *bridge;		/* NULL: the default */
	char *vifname;
	char *ip;
	char *script;
	char *model;
	char *rate;
	char *backend;
	uint32_t mtu;		/* 0: not given */
	int devid;		/* -1: not given */
	bool trusted;
};

/* Fills *why with a complaint about a word: -EINVAL. */
int spec_wrong(const char **why, const char *what, const char *word)
	__attribute__((format(printf, 2, 0)));
/* Replaces a string by a copy of value: 0 or -ENOMEM. */
int spec_set(char **field, const char *value);

int disk_spec_parse(struct disk_spec *d, const char *text, const char **why);
void disk_spec_free(struct disk_spec *d);
/* The same as text that disk_spec_parse() takes; to be freed, NULL: memory. */
char *disk_spec_format(const struct disk_spec *d);
int vif_spec_parse(struct vif_spec *v, const char *text, const char **why);
void vif_spec_free(struct vif_spec *v);
char *vif_spec_format(const struct vif_spec *v);

/* xvda -> 51712, hdb1 -> 833, d2p3, or a number. False if it is no name. */
bool vdev_to_devid(const char *vdev, uint32_t *devid);

/* "00:16:3e:..." */
bool mac_parse(const char *text, uint8_t mac[6]);

#endif
