/* SPDX-License-Identifier: GPL-2.0-only */
/* xl's verbs. Each gets its own argv, argv[0] being the verb, and answers an
 * exit status. */
#ifndef DOM0_TOOLS_XL_VERBS_H
#define DOM0_TOOLS_XL_VERBS_H

#include <getopt.h>
#include <stddef.h>

#include "dom0-tools/xl/xl.h"

struct verb {
	const char *name;
	int (*run)(struct xl *x, int argc, char **argv);
	const char *usage;	/* what follows "xl NAME " */
	const char *summary;
};

const struct verb *verb_find(const char *name);
/* An unknown word: the verb it may have meant, or NULL. */
const char *verb_suggestion(const char *name);
/* XL_USAGE after saying how it is used. */
int verb_usage(const char *name);
int verb_unsupported(const char *name);

int verb_create(struct xl *x, int argc, char **argv);
int verb_list(struct xl *x, int argc, char **argv);
int verb_console(struct xl *x, int argc, char **argv);
int verb_pause(struct xl *x, int argc, char **argv);
int verb_unpause(struct xl *x, int argc, char **argv);
int verb_shutdown(struct xl *x, int argc, char **argv);
int verb_reboot(struct xl *x, int argc, char **argv);
int verb_destroy(struct xl *x, int argc, char **argv);
int verb_info(struct xl *x, int argc, char **argv);
int verb_dmesg(struct xl *x, int argc, char **argv);
int verb_domid(struct xl *x, int argc, char **argv);
int verb_domname(struct xl *x, int argc, char **argv);
int verb_help(struct xl *x, int argc, char **argv);
int verb_vcpu_list(struct xl *x, int argc, char **argv);
int verb_vcpu_pin(struct xl *x, int argc, char **argv);
int verb_vcpu_set(struct xl *x, int argc, char **argv);
int verb_vm_list(struct xl *x, int argc, char **argv);
int verb_claims(struct xl *x, int argc, char **argv);
int verb_uptime(struct xl *x, int argc, char **argv);
int verb_cpupool_list(struct xl *x, int argc, char **argv);
int verb_block_list(struct xl *x, int argc, char **argv);
int verb_network_list(struct xl *x, int argc, char **argv);
int verb_block_attach(struct xl *x, int argc, char **argv);
int verb_block_detach(struct xl *x, int argc, char **argv);
int verb_network_attach(struct xl *x, int argc, char **argv);
int verb_network_detach(struct xl *x, int argc, char **argv);
int verb_top(struct xl *x, int argc, char **argv);
int verb_mem_set(struct xl *x, int argc, char **argv);
int verb_mem_max(struct xl *x, int argc, char **argv);
int verb_sched_credit2(struct xl *x, int argc, char **argv);
int verb_rename(struct xl *x, int argc, char **argv);
int verb_sysrq(struct xl *x, int argc, char **argv);
int verb_trigger(struct xl *x, int argc, char **argv);
int verb_debug_keys(struct xl *x, int argc, char **argv);

/* SECONDS of "--wait=SECONDS"; false if it is no number. */
bool option_seconds(const char *text, unsigned int *seconds);

/* console.c: waits for the domain's tty, then joins it to ours. */
int console_open(struct xl *x, uint16_t domid);
int console_join(int tty);

/* supervisor.c: starts the supervisor if none is running. */
void supervisor_ensure(void);

/* info.c: "credit2", or what the hypervisor has. */
const char *scheduler_name(struct xl *x);

/* vcpus.c, show.c, tune.c: for tests too. */
struct vcpu_place {
	const char *name;	/* NULL: it has none */
	uint16_t domid;
	uint32_t vcpu;
	const char *hard, *soft;
};
int vcpu_row_text(char *text, size_t bytes, const struct vcpu_place *at,
		  const struct xy_domctl_getvcpuinfo *info);
void uptime_text(char *text, size_t bytes, unsigned long seconds, bool brief);
bool memory_parse(const char *text, uint64_t *kib);

/* top.c, for tests too: a domain's use of the machine, and its row. */
struct top_use {
	const domain_info *info;
	const char *name;	/* NULL: it has none */
	double cpu_percent;
	uint64_t total_kib;	/* of the machine */
	unsigned int nics, disks;
	uint64_t sent, received;	/* bytes, by its NICs */
};
int top_row(char *row, size_t bytes, const struct top_use *u);

/* list.c, for tests too: the six letters and one row. */
#define LIST_HEADER "Name                                        ID   " \
	"Mem VCPUs\tState\tTime(s)"
void list_letters(const domain_info *info, char letters[7]);
int list_row(char *row, size_t bytes, const char *name,
	     const domain_info *info);

#endif
