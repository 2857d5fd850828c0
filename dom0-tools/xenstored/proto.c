/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a request to its answer.
 *
 * Rules:
 * 1. Each request gets one answer with its own req_id: its type, or ERROR.
 * 2. The answer is queued before the events it causes, those of a commit
 *    apart: what the commit says is known only when they are out.
 * 3. Requests on the tree run in ops.c, in a transaction if they name one;
 *    the others, about clients and domains, are here.
 * 4. What is domain 0's alone says EACCES to others, whatever the arguments.
 *
 * No lock: one thread. Next on the tour: domain.c and conn.c, the shells.
 */
#include "dom0-tools/xenstored/proto.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/control.h"
#include "dom0-tools/xenstored/domains.h"
#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/ops.h"
#include "dom0-tools/xenstored/txn.h"
#include "dom0-tools/xenstored/wire.h"

/* A request that is not on the tree. */
struct request {
	struct client *c;
	const struct xy_xsd_sockmsg *head;
	const char *arg[4];
	int args;
	struct op *op; /* who, type, data; and room for the answer */
	/* To be told after the answer. */
	struct watch *first;
	const char *special;
	uint16_t special_domid;
};

typedef int handler(struct request *r);

static int do_watch(struct request *r)
{
	uint64_t depth = 0;

	if (r->args < 2)
		return -EINVAL;
	if (r->args == 3 && wire_number(r->arg[2], PATH_ABS_MAX, &depth))
		return -EINVAL;
	return watch_add(r->c, r->arg[0], r->arg[1],
			 r->args == 3 ? (int)depth : -1, &r->first);
}

static int do_unwatch(struct request *r)
{
	return watch_drop(r->c, r->arg[0], r->arg[1]);
}

static int do_reset_watches(struct request *r)
{
	watch_drop_all(r->c);
	txn_drop_all(r->c);
	return 0;
}

static int do_transaction_start(struct request *r)
{
	uint32_t id;
	int err;

	if (r->head->tx_id)
		return -EBUSY;
	err = txn_start(r->c, &id);
	if (err)
		return err;
	r->op->out_len =
		(uint32_t)snprintf(r->op->out, sizeof(r->op->out), "%u", id) +
		1;
	return 0;
}

static int number_domid(const char *s, uint16_t *out)
{
	uint64_t v;

	if (wire_number(s, XY_DOMID_FIRST_RESERVED - 1, &v))
		return -EINVAL;
	*out = (uint16_t)v;
	return 0;
}

static int do_introduce(struct request *r)
{
	uint64_t mfn, port;
	uint16_t domid;
	bool fresh;
	int err;

	if (number_domid(r->arg[0], &domid) || domid == 0 ||
	    wire_number(r->arg[1], UINT64_MAX, &mfn) ||
	    wire_number(r->arg[2], UINT32_MAX, &port))
		return -EINVAL;
	err = domains_introduce(r->c->x, domid, mfn, (uint32_t)port, &fresh);
	if (!err && fresh) {
		r->special = "@introduceDomain";
		r->special_domid = domid;
	}
	return err;
}

static int do_release(struct request *r)
{
	uint16_t domid;
	int err;

	if (number_domid(r->arg[0], &domid) || domid == 0)
		return -EINVAL;
	err = domains_release(r->c->x, domid);
	if (!err) {
		r->special = "@releaseDomain";
		r->special_domid = domid;
	}
	return err;
}

static int do_resume(struct request *r)
{
	uint16_t domid;
	int err = number_domid(r->arg[0], &domid);

	return err ? err : domains_resume(r->c->x, domid);
}

static int do_set_target(struct request *r)
{
	uint16_t domid, target;

	if (number_domid(r->arg[0], &domid) || domid == 0 ||
	    number_domid(r->arg[1], &target))
		return -EINVAL;
	return domains_set_target(r->c->x, domid, target);
}

static int do_is_introduced(struct request *r)
{
	uint16_t domid;
	int err = number_domid(r->arg[0], &domid);

	if (err)
		return err;
	memcpy(r->op->out, domains_known(r->c->x, domid) ? "T" : "F", 2);
	r->op->out_len = 2;
	return 0;
}

static int do_get_domain_path(struct request *r)
{
	char home[PATH_ROOM];
	uint16_t domid;
	size_t len;

	if (number_domid(r->arg[0], &domid))
		return -EINVAL;
	len = path_home(domid, home);
	home[len - 1] = '\0'; /* without the '/' at the end */
	memcpy(r->op->out, home, len);
	r->op->out_len = (uint32_t)len;
	return 0;
}

static int do_control(struct request *r)
{
	return control_command(r->c->x, r->arg, r->args, r->op);
}

static const struct {
	handler *run;
	int min_args, max_args;
	bool dom0; /* for domain 0 alone */
} table[XY_XS_TYPE_COUNT] = {
	[XY_XS_CONTROL] = { do_control, 1, 4, true },
	[XY_XS_WATCH] = { do_watch, 2, 3, false },
	[XY_XS_UNWATCH] = { do_unwatch, 2, 2, false },
	[XY_XS_TRANSACTION_START] = { do_transaction_start, 0, 1, false },
	[XY_XS_INTRODUCE] = { do_introduce, 3, 3, true },
	[XY_XS_RELEASE] = { do_release, 1, 1, true },
	[XY_XS_GET_DOMAIN_PATH] = { do_get_domain_path, 1, 1, false },
	[XY_XS_IS_DOMAIN_INTRODUCED] = { do_is_introduced, 1, 1, false },
	[XY_XS_RESUME] = { do_resume, 1, 1, true },
	[XY_XS_SET_TARGET] = { do_set_target, 2, 2, true },
	[XY_XS_RESET_WATCHES] = { do_reset_watches, 0, 1, false },
};

static void answer(struct client *c, const struct xy_xsd_sockmsg *head, int err,
		   const struct op *op)
{
	struct xy_xsd_sockmsg out = *head;
	const char *name;

	if (!err) {
		out.len = op->out_len;
		client_send(c, &out, op->out);
		return;
	}
	name = wire_error(-err);
	out.type = XY_XS_ERROR;
	out.len = (uint32_t)strlen(name) + 1;
	client_send(c, &out, name);
}

static void on_tree(struct client *c, const struct xy_xsd_sockmsg *head,
		    struct op *op)
{
	int err;

	op->change.kind = CHANGE_NONE;
	op->change.old = NULL;
	if (c->read_only && op_writes(head->type)) {
		answer(c, head, -EROFS, op);
		return;
	}
	if (head->tx_id) {
		answer(c, head, txn_run(c, head->tx_id, op), op);
		return;
	}
	op->view = &c->x->live;
	err = op_run(op);
	answer(c, head, err, op);
	change_fire(&op->change, &c->x->watches, &c->x->live);
	change_clear(&op->change);
}

static void end_transaction(struct client *c, const struct xy_xsd_sockmsg *head,
			    struct op *op)
{
	const char *arg[1];
	int err = -EINVAL;

	if (wire_strings(op->data, op->len, arg, 1) == 1) {
		if (!strcmp(arg[0], "T"))
			err = txn_commit(c, head->tx_id);
		else if (!strcmp(arg[0], "F"))
			err = txn_abort(c, head->tx_id);
	}
	op_ok(op);
	answer(c, head, err, op);
}

static int run(struct request *r)
{
	uint32_t type = r->head->type;
	int err;

	if (type >= XY_XS_TYPE_COUNT || !table[type].run)
		return -ENOSYS;
	if (table[type].dom0 && (r->c->who.domid || r->c->read_only))
		return -EACCES;
	r->args = wire_strings(r->op->data, r->op->len, r->arg,
			       table[type].max_args);
	if (r->args < 0 && r->op->len == 0)
		r->args = 0;
	if (r->args < table[type].min_args)
		return -EINVAL;
	err = table[type].run(r);
	if (!err && r->op->out_len == 0)
		op_ok(r->op);
	return err;
}

static void on_server(struct client *c, const struct xy_xsd_sockmsg *head,
		      struct op *op)
{
	struct request r = { .c = c, .head = head, .op = op };
	int err = run(&r);

	answer(c, head, err, op);
	if (err)
		return;
	if (r.first)
		watch_first(r.first);
	if (r.special)
		watch_fire_special(&c->x->watches, r.special, r.special_domid);
}

void proto_handle(struct client *c, const struct xy_xsd_sockmsg *head,
		  const char *data)
{
	struct op op;

	/* Not zeroed as a whole: it holds two big buffers. */
	op.who = c->who;
	op.type = head->type;
	op.data = data;
	op.len = head->len;
	op.out_len = op.out_skip = 0;
	if (op_known(head->type))
		on_tree(c, head, &op);
	else if (head->type == XY_XS_TRANSACTION_END)
		end_transaction(c, head, &op);
	else
		on_server(c, head, &op);
}

void proto_init(struct xenstore *x, uint64_t seed)
{
	memset(x, 0, sizeof(*x));
	store_init(&x->live, &x->quota);
	watch_init(&x->watches, seed);
}

void proto_clear(struct xenstore *x)
{
	store_clear(&x->live);
	watch_clear(&x->watches);
}

bool proto_audit(const struct xenstore *x)
{
	struct quota *counted = mem_zalloc(sizeof(*counted));
	struct node_walk walk;
	struct node *n;
	bool same;

	node_walk_start(&walk, x->live.root, "/");
	while ((n = node_walk_next(&walk)))
		counted->nodes[n->perms->entry[0].domid]++;
	same = !memcmp(counted, &x->quota, sizeof(*counted));
	free(counted);
	return same;
}
