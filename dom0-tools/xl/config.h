/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain as its xl.cfg describes it, every value checked and defaulted.
 */
#ifndef DOM0_TOOLS_XL_CONFIG_H
#define DOM0_TOOLS_XL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/xl/cpuidspec.h"
#include "dom0-tools/xl/spec.h"

#define CONFIG_UUID_TEXT 37

enum action {
	ACTION_DESTROY,
	ACTION_RESTART,
	ACTION_RENAME_RESTART,
	ACTION_PRESERVE,
	ACTION_COREDUMP_DESTROY,
	ACTION_COREDUMP_RESTART,
	ACTION_SOFT_RESET,
};

struct domain_config {
	char *name;
	char *kernel;
	char *ramdisk;		/* NULL: none */
	char *cmdline;		/* never NULL */
	uint8_t uuid[16];
	uint64_t memory_kib;
	uint64_t max_memory_kib;
	uint32_t vcpus;		/* online at the start */
	uint32_t max_vcpus;
	uint32_t event_channels;
	int32_t grant_frames;
	int32_t maptrack_frames;
	enum action on_poweroff;
	enum action on_reboot;
	enum action on_watchdog;
	enum action on_crash;
	struct disk_spec *disks;
	size_t disk_count;
	struct vif_spec *vifs;
	size_t vif_count;
	struct cpuid_spec cpuid;
	uint32_t tsc_mode;	/* as the hypervisor numbers them; 0: default */
	uint32_t cpu_weight;	/* 0: default */
	uint64_t *cpus;		/* where vCPU i may run: [i % cpus_count] */
	size_t cpus_count;	/* 0: anywhere */
	char *text;		/* what was parsed, to build it again */
};

/*
 * text: the whole configuration, further lines included; source names it in
 * messages. Warnings and errors are reported. 0 or a negative errno.
 */
int config_read(struct domain_config *c, const char *source, const char *text);
void config_free(struct domain_config *c);

/*
 * The file's text, a newline, then each further line. NULL after reporting.
 * "-" reads standard input.
 */
char *config_load(const char *path, char *const *lines, size_t count);

/* NULL: good for a domain; else what is wrong, as "is ..." or "must ...". */
const char *config_name_wrong(const char *name);

const char *action_name(enum action a);
bool action_parse(const char *name, enum action *a);
void uuid_format(const uint8_t uuid[16], char text[CONFIG_UUID_TEXT]);
bool uuid_parse(const char *text, uint8_t uuid[16]);

/* The domain as one JSON object; domid < 0: its configuration alone. */
void config_print_json(const struct domain_config *c, int domid);

#endif
