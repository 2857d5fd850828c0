/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the tests of grants, grant.c and grant_map.c: domain 2 grants its
 * first page to domain 1 as entry REF; and the steps their scenes are made of.
 */
#ifndef TESTS_UNIT_HYPERVISOR_CORE_GRANT_SCENE_H
#define TESTS_UNIT_HYPERVISOR_CORE_GRANT_SCENE_H

#include "fakes/grants.h"

#define BY	1u
#define FROM	2u
#define REF	9u
#define PERMIT	XY_GTF_permit_access
#define HOST	XY_GNTMAP_host_map
#define DEV	XY_GNTMAP_device_map
#define RO	XY_GNTMAP_readonly
#define PTE	XY_GNTMAP_contains_pte

extern struct domain *const by, *const from;
extern mfn_t page;

int scene_make(void **state);
int scene_end(void **state);

/* Address of page n behind WORLD_VA. */
uint64_t va(unsigned int n);
/* by's vCPU 0 maps an entry of from's; the answer is in what comes back. */
struct xy_gnttab_map_grant_ref map(uint32_t ref, uint64_t addr, uint32_t flags);
/* The same where it must work, and be `page`: the handle. */
uint32_t map_ok(uint32_t ref, uint64_t addr, uint32_t flags);
/* A batch of one: its status. */
int unmap(uint32_t handle, uint64_t addr, uint64_t dev);
/* What from's entry says. */
unsigned int flags_of(uint32_t ref);
/* Nobody uses the page or the entry any more. */
void nothing_is_held(void);

#define T(f)	cmocka_unit_test_setup_teardown(f, scene_make, scene_end)

#endif
