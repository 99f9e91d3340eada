// SPDX-License-Identifier: GPL-2.0
/*
 * The tree of transmit rates: leaves of ports that have a function, and nodes. Nodes of the driver
 * are dt_outer and, in it, dt_inner, which port 8's leaf is in. Devices that are nested in others
 * share their tree, so the callbacks may come with only the outer instance's lock.
 */

#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

/* A node, of the driver or of a user: what the core hands back as its private data. */
struct dt_rate_node {
	struct list_head list;
	struct devlink_rate *rate;
	char *name;
};

/* For the record: a node's name, or a leaf's port. */
static const char *dt_rate_name(struct devlink_rate *rate, char *name)
{
	if (!rate)
		return "none";
	if (rate->type == DEVLINK_RATE_TYPE_NODE)
		return rate->name;
	snprintf(name, DT_NAME_MAX, "%u", rate->devlink_port->index);
	return name;
}

static int dt_rate_call(struct devlink_rate *rate, const char *callback, u64 value,
			struct netlink_ext_ack *extack)
{
	char name[DT_NAME_MAX];

	return dt_call_unlocked(dt_of(rate->devlink), callback, extack, "%s value=%llu",
				dt_rate_name(rate, name), value);
}

static int dt_rate_call_tc_bw(struct devlink_rate *rate, const char *callback, u32 *tc_bw,
			      struct netlink_ext_ack *extack)
{
	char name[DT_NAME_MAX];

	return dt_call_unlocked(dt_of(rate->devlink), callback, extack, "%s bw=%*ph",
				dt_rate_name(rate, name),
				(int)(DEVLINK_RATE_TCS_MAX * sizeof(*tc_bw)), tc_bw);
}

static int dt_rate_call_parent(struct devlink_rate *child, struct devlink_rate *parent,
			       const char *callback, struct netlink_ext_ack *extack)
{
	char name[DT_NAME_MAX], parent_name[DT_NAME_MAX];

	return dt_call_unlocked(dt_of(child->devlink), callback, extack, "%s parent=%s",
				dt_rate_name(child, name), dt_rate_name(parent, parent_name));
}

int dt_rate_leaf_tx_share_set(struct devlink_rate *rate, void *priv, u64 value,
			      struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_leaf_tx_share_set", value, extack);
}

int dt_rate_leaf_tx_max_set(struct devlink_rate *rate, void *priv, u64 value,
			    struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_leaf_tx_max_set", value, extack);
}

int dt_rate_leaf_tx_priority_set(struct devlink_rate *rate, void *priv, u32 value,
				 struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_leaf_tx_priority_set", value, extack);
}

int dt_rate_leaf_tx_weight_set(struct devlink_rate *rate, void *priv, u32 value,
			       struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_leaf_tx_weight_set", value, extack);
}

int dt_rate_leaf_tc_bw_set(struct devlink_rate *rate, void *priv, u32 *tc_bw,
			   struct netlink_ext_ack *extack)
{
	return dt_rate_call_tc_bw(rate, "rate_leaf_tc_bw_set", tc_bw, extack);
}

int dt_rate_leaf_parent_set(struct devlink_rate *child, struct devlink_rate *parent,
			    void *priv_child, void *priv_parent, struct netlink_ext_ack *extack)
{
	return dt_rate_call_parent(child, parent, "rate_leaf_parent_set", extack);
}

int dt_rate_node_tx_share_set(struct devlink_rate *rate, void *priv, u64 value,
			      struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_node_tx_share_set", value, extack);
}

int dt_rate_node_tx_max_set(struct devlink_rate *rate, void *priv, u64 value,
			    struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_node_tx_max_set", value, extack);
}

int dt_rate_node_tx_priority_set(struct devlink_rate *rate, void *priv, u32 value,
				 struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_node_tx_priority_set", value, extack);
}

int dt_rate_node_tx_weight_set(struct devlink_rate *rate, void *priv, u32 value,
			       struct netlink_ext_ack *extack)
{
	return dt_rate_call(rate, "rate_node_tx_weight_set", value, extack);
}

int dt_rate_node_tc_bw_set(struct devlink_rate *rate, void *priv, u32 *tc_bw,
			   struct netlink_ext_ack *extack)
{
	return dt_rate_call_tc_bw(rate, "rate_node_tc_bw_set", tc_bw, extack);
}

int dt_rate_node_parent_set(struct devlink_rate *child, struct devlink_rate *parent,
			    void *priv_child, void *priv_parent, struct netlink_ext_ack *extack)
{
	return dt_rate_call_parent(child, parent, "rate_node_parent_set", extack);
}

static struct dt_rate_node *dt_rate_node_alloc(struct dt_dev *dt, const char *name)
{
	struct dt_rate_node *node = kzalloc_obj(*node);

	if (!node)
		return NULL;
	node->name = kstrdup(name, GFP_KERNEL);
	if (!node->name) {
		kfree(node);
		return NULL;
	}
	list_add_tail(&node->list, &dt->rate_nodes);
	return node;
}

static void dt_rate_node_free(struct dt_rate_node *node)
{
	list_del(&node->list);
	kfree(node->name);
	kfree(node);
}

int dt_rate_node_new(struct devlink_rate *rate, void **priv, struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(rate->devlink);
	struct dt_rate_node *node;
	int err;

	if (!dt->up)
		return dt_is_down(extack);
	err = dt_rate_call(rate, "rate_node_new", 0, extack);
	if (err)
		return err;
	node = dt_rate_node_alloc(dt, rate->name);
	if (!node)
		return -ENOMEM;
	node->rate = rate;
	*priv = node;
	return 0;
}

int dt_rate_node_del(struct devlink_rate *rate, void *priv, struct netlink_ext_ack *extack)
{
	int err = dt_rate_call(rate, "rate_node_del", 0, extack);

	/* The core forgets the node, whatever this returns. */
	dt_rate_node_free(priv);
	return err;
}

static struct dt_rate_node *dt_rate_node_find(struct dt_dev *dt, const char *name)
{
	struct dt_rate_node *node;

	list_for_each_entry(node, &dt->rate_nodes, list)
		if (!strcmp(node->name, name))
			return node;
	return NULL;
}

/* A node by the driver. */
static int dt_rate_node_add(struct dt_dev *dt, char *name, struct dt_rate_node *parent)
{
	struct dt_rate_node *node = dt_rate_node_alloc(dt, name);
	int err;

	if (!node)
		return -ENOMEM;
	node->rate = devl_rate_node_create(dt->devlink, node, name, parent ? parent->rate : NULL);
	err = PTR_ERR_OR_ZERO(node->rate);
	if (err)
		dt_rate_node_free(node);
	return err;
}

int dt_port_leaf_create(struct dt_port *port, struct devlink_rate *parent)
{
	int err = devl_rate_leaf_create(&port->port, port, parent);

	port->has_leaf = !err;
	return err;
}

void dt_port_leaf_destroy(struct dt_port *port)
{
	if (port->has_leaf && !dt_leaves_leaves(port->dt))
		devl_rate_leaf_destroy(&port->port);
	port->has_leaf = false;
}

static int dt_rate_nodes_up(struct dt_dev *dt)
{
	char outer[] = "dt_outer", inner[] = "dt_inner", name[DT_NAME_MAX];
	unsigned int i;
	int err;

	err = dt_rate_node_add(dt, outer, NULL);
	if (err)
		return err;
	err = dt_rate_node_add(dt, inner, dt_rate_node_find(dt, outer));
	for (i = 0; !err && i < dt->config.rates; i++) {
		snprintf(name, sizeof(name), "extra_node%u", i);
		err = dt_rate_node_add(dt, name, NULL);
	}
	return err;
}

int dt_rates_up(struct dt_dev *dt)
{
	struct devlink_rate *parent;
	struct dt_port *port;
	int err = 0;

	/* The core destroys nodes with callbacks that it does not look for first. */
	if (dt->config.full)
		err = dt_rate_nodes_up(dt);
	if (err)
		return err;
	list_for_each_entry(port, &dt->ports, list) {
		if (!dt_port_has_function(port))
			continue;
		parent = NULL;
		if (dt->config.full && port->index == 8)
			parent = dt_rate_node_find(dt, "dt_inner")->rate;
		err = dt_port_leaf_create(port, parent);
		if (err)
			return err;
	}
	return 0;
}

void dt_rate_nodes_down(struct dt_dev *dt)
{
	struct dt_rate_node *node, *next;

	if (dt_leaves_nodes(dt)) {
		list_for_each_entry_safe(node, next, &dt->rate_nodes, list)
			dt_rate_node_free(node);
		return;
	}
	if (dt->config.full)
		devl_rate_nodes_destroy(dt->devlink);
	WARN_ON(!list_empty(&dt->rate_nodes));
}

/* The node that an event names as a parent, or NULL for none. */
static int dt_rate_parent_arg(struct dt_dev *dt, const char *arg, struct dt_rate_node **parent)
{
	*parent = arg ? dt_rate_node_find(dt, arg) : NULL;
	return arg && !*parent ? -ENOENT : 0;
}

static int dt_event_rate_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_rate_node *parent;
	int err;

	if (!dt->config.full)
		return -EOPNOTSUPP;
	err = dt_rate_parent_arg(dt, argv[1], &parent);
	return err ?: dt_rate_node_add(dt, argv[0], parent);
}

static int dt_event_rate_clear(struct dt_dev *dt, int argc, char **argv)
{
	dt_rate_nodes_down(dt);
	return 0;
}

static int dt_event_leaf_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_rate_node *parent;
	struct dt_port *port;
	int err;

	err = dt_port_arg(dt, argv[0], &port) ?: dt_rate_parent_arg(dt, argv[1], &parent);
	if (err)
		return err;
	/* The core takes a second one for a mistake of the driver. */
	if (port->has_leaf)
		return -EEXIST;
	return dt_port_leaf_create(port, parent ? parent->rate : NULL);
}

static int dt_event_leaf_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	int err;

	err = dt_port_arg(dt, argv[0], &port);
	if (err)
		return err;
	if (!port->has_leaf)
		return -ENOENT;
	dt_port_leaf_destroy(port);
	return 0;
}

const struct dt_event dt_rate_events[] = {
	{ "rate_add", 1, 2, false, dt_event_rate_add },
	{ "rate_clear", 0, 0, false, dt_event_rate_clear },
	{ "leaf_add", 1, 2, false, dt_event_leaf_add },
	{ "leaf_del", 1, 1, false, dt_event_leaf_del },
	{}
};
