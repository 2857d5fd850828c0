/* SPDX-License-Identifier: GPL-2.0-only */
/* The store as a plain list of paths: the reference of the model test. */
#ifndef TESTS_XENSTORE_MAP_H
#define TESTS_XENSTORE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#define MAP_NODES 400
#define MAP_PATH 40
#define MAP_VALUE 8

struct map_node {
	char path[MAP_PATH];
	char value[MAP_VALUE];
	uint16_t owner;
	char others; /* n r w b */
};

struct map {
	unsigned int count;
	struct map_node node[MAP_NODES]; /* in the order of their paths */
};

/* A request, and what came of it. */
struct map_request {
	uint32_t type; /* XY_XS_ */
	uint16_t domid;
	char path[MAP_PATH];
	char value[MAP_VALUE]; /* WRITE: the value; SET_PERMS: "r5" */
};

struct map_answer {
	int err;
	char text[4096]; /* NULs as '|' */
};

void map_init(struct map *m);
struct map_node *map_find(struct map *m, const char *path);
void map_run(struct map *m, const struct map_request *q, struct map_answer *a);
/* Whether child is parent or beneath it. */
bool map_beneath(const char *parent, const char *child);

#endif
