/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's nodes: the index of children against a plain list, sharing
 * between roots, walks, and (with the sanitizers) that nothing is left over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dom0-tools/xenstored/node.h"

static struct node *fresh(const char *name)
{
	return node_new(name, strlen(name), perm_owner(0, 0));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names that share long prefixes and are prefixes of each other. */
static void make_name(unsigned int i, char out[16])
{
	static const char *const stem[] = { "a", "aa", "ab", "b-", "z_", "@" };

	snprintf(out, 16, "%s%.*s%u", stem[i % 6], (int)(i % 4), "aaaa",
		 i / 24);
}

static void assert_same(const struct node *n, char **names, unsigned int count)
{
	struct node **list = node_list(n);
	unsigned int i;

	assert_int_equal(n->kids, count);
	qsort(names, count, sizeof(*names), by_name);
	for (i = 0; i < count; i++)
		assert_string_equal(list[i]->name, names[i]);
	free(list);
}

static void index_is_a_sorted_set(void **state)
{
	struct node *root = fresh("");
	char text[2000][16], *names[2000], name[16];
	unsigned int i, j, count = 0;

	(void)state;
	srand(1);
	for (i = 0; i < 6000; i++) {
		make_name((unsigned int)rand() % 2000, name);
		for (j = 0; j < count && strcmp(names[j], name); j++)
			;
		assert_int_equal(j < count,
				 node_child(root, name, strlen(name)) != NULL);
		if (j == count) {
			node_add(root, fresh(name));
			names[count] = strcpy(text[count], name);
			count++;
		} else {
			node_put(node_remove(root, name, strlen(name)));
			memmove(text[j], text[--count], sizeof(text[0]));
			names[j] = text[j];
			for (j = 0; j < count; j++)
				names[j] = text[j];
		}
		if (i % 500 == 0) {
			assert_same(root, names, count);
			for (j = 0; j < count; j++)
				names[j] = text[j];
		}
	}
	assert_true(count > 100);
	node_put(root);
}

static void old_pictures_stay(void **state)
{
	struct node *root = fresh(""), *old, *kid;
	char name[16];
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		node_add(root, fresh(name));
	}
	old = node_get(root);
	node_own(&root);
	assert_ptr_not_equal(root, old);
	kid = node_child_own(root, "n7", 2);
	node_set_value(kid, "new", 3);
	node_add(kid, fresh("below"));
	node_put(node_remove(root, "n8", 2));
	node_add(root, fresh("n100"));
	/* The new one has it all, the old one none of it. */
	assert_int_equal(root->kids, 100);
	assert_non_null(node_child(node_child(root, "n7", 2), "below", 5));
	assert_int_equal(old->kids, 100);
	assert_null(node_child(old, "n7", 2)->value);
	assert_non_null(node_child(old, "n8", 2));
	assert_null(node_child(old, "n100", 4));
	/* What did not change is the same node, not a copy. */
	assert_ptr_equal(node_child(old, "n50", 3), node_child(root, "n50", 3));
	node_put(old);
	assert_non_null(node_child(root, "n100", 4));
	node_put(root);
}

static void alone_means_no_copy(void **state)
{
	struct node *root = fresh(""), *kid = fresh("kid");

	(void)state;
	node_add(root, kid);
	assert_ptr_equal(node_own(&root), root);
	assert_ptr_equal(node_child_own(root, "kid", 3), kid);
	node_put(root);
}

static void generations_tell_changes(void **state)
{
	struct node *root = fresh("");
	uint64_t gen = root->gen;

	(void)state;
	node_add(root, fresh("a"));
	assert_true(root->gen > gen);
	gen = root->gen;
	node_set_value(root, "v", 1);
	assert_true(root->gen > gen);
	gen = root->gen;
	node_put(node_remove(root, "a", 1));
	assert_true(root->gen > gen);
	node_put(root);
}

static void walks_name_paths(void **state)
{
	struct node *root = fresh(""), *a = fresh("a"), *n;
	static const char *const want[] = { "/", "/a", "/a/b", "/a/c", "/d" };
	struct node_walk w;
	unsigned int i = 0;

	(void)state;
	node_add(a, fresh("c"));
	node_add(a, fresh("b"));
	node_add(root, fresh("d"));
	node_add(root, a);
	node_walk_start(&w, root, "/");
	while ((n = node_walk_next(&w)))
		assert_string_equal(w.path, want[i++]);
	assert_int_equal(i, 5);
	/* From the middle, with the path that leads there. */
	node_walk_start(&w, a, "/x/y/a");
	node_walk_next(&w);
	assert_string_equal(w.path, "/x/y/a");
	node_walk_next(&w);
	assert_string_equal(w.path, "/x/y/a/b");
	while (node_walk_next(&w))
		;
	node_put(root);
}

static void a_deep_tree_is_freed(void **state)
{
	struct node *top = fresh("x"), *n;
	int i;

	(void)state;
	for (i = 0; i < 300000; i++) {
		n = fresh("x");
		node_add(n, top);
		top = n;
	}
	node_put(top); /* recursion would end the stack here */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_is_a_sorted_set),
		cmocka_unit_test(old_pictures_stay),
		cmocka_unit_test(alone_means_no_copy),
		cmocka_unit_test(generations_tell_changes),
		cmocka_unit_test(walks_name_paths),
		cmocka_unit_test(a_deep_tree_is_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
