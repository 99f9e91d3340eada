// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that forgets something. `leave KIND` makes an object of the kind that is not taken away
 * when the device goes; `leave nodes` and `leave leaves` say that the rates of that kind are not,
 * `leave registered` that the instance is not unregistered.
 * With `leave late` the driver goes on using what it has forgotten after it has freed the instance;
 * with `leave net` it then says in which network namespace the instance is, for which somebody must
 * have a reference to it still, and how many snapshots nobody has freed.
 *
 * What the core may still look at then is either constant or lives as long as the device.
 */

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

#define DT_LEFT_PORT 30000
#define DT_LEFT_NUMBER 7000
#define DT_LEFT_SIZE 4096

struct dt_left {
	bool nodes;
	bool leaves;
	bool resource;
	bool registered;
	bool late;
	bool net;
	struct devlink_port port;	/* of no use, and so of no type */
	struct devlink_port early;	/* not registered */
	struct devlink_region *region;
	struct devlink_region *port_region;
	struct devlink_region *early_region;
	struct devlink_health_reporter *reporter;
	struct devlink_health_reporter *port_reporter;
	struct devlink_linecard *linecard;
};

/* How many snapshots there are that nobody has freed. */
static atomic_t dt_left_snapshots;

static void dt_left_free(const void *data)
{
	atomic_dec(&dt_left_snapshots);
	kfree(data);
}

static const struct devlink_region_ops dt_left_region_ops = {
	.name = "left",
	.destructor = dt_left_free,
};

static const struct devlink_port_region_ops dt_left_port_region_ops = {
	.name = "left",
	.destructor = dt_left_free,
};

static int dt_left_diagnose(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			    struct netlink_ext_ack *extack)
{
	return 0;
}

static const struct devlink_health_reporter_ops dt_left_reporter_ops = {
	.name = "left",
	.diagnose = dt_left_diagnose,
};

static const struct devlink_trap_policer dt_left_policer =
	DEVLINK_TRAP_POLICER(DT_LEFT_NUMBER, 1000, 128, 8000, 1, 8000, 1);

static const struct devlink_trap_group dt_left_group = {
	.name = "left",
	.id = DT_LEFT_NUMBER,
};

static const struct devlink_trap dt_left_trap =
	DEVLINK_TRAP_DRIVER(DROP, DROP, DT_LEFT_NUMBER, "left", DT_LEFT_NUMBER, 0);

static int dt_left_param_get(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx,
			     struct netlink_ext_ack *extack)
{
	ctx->val.vu8 = 1;
	return 0;
}

static int dt_left_param_set(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx,
			     struct netlink_ext_ack *extack)
{
	return 0;
}

static const struct devlink_param dt_left_param =
	DEVLINK_PARAM_DRIVER(DEVLINK_PARAM_GENERIC_ID_MAX + DT_LEFT_NUMBER, "left",
			     DEVLINK_PARAM_TYPE_U8, BIT(DEVLINK_PARAM_CMODE_RUNTIME),
			     dt_left_param_get, dt_left_param_set, NULL);

static int dt_left_provision(struct devlink_linecard *linecard, void *priv, const char *type,
			     const void *type_priv, struct netlink_ext_ack *extack)
{
	return -EOPNOTSUPP;
}

static int dt_left_unprovision(struct devlink_linecard *linecard, void *priv,
			       struct netlink_ext_ack *extack)
{
	return -EOPNOTSUPP;
}

static unsigned int dt_left_types_count(struct devlink_linecard *linecard, void *priv)
{
	return 1;
}

static void dt_left_types_get(struct devlink_linecard *linecard, void *priv, unsigned int index,
			      const char **type, const void **type_priv)
{
	*type = "left";
	*type_priv = NULL;
}

static const struct devlink_linecard_ops dt_left_linecard_ops = {
	.provision = dt_left_provision,
	.unprovision = dt_left_unprovision,
	.types_count = dt_left_types_count,
	.types_get = dt_left_types_get,
};

static int dt_left_dump(void *priv, struct sk_buff *skb)
{
	return 0;
}

static u64 dt_left_size(void *priv)
{
	return 1;
}

static const struct devlink_dpipe_table_ops dt_left_table_ops = {
	.actions_dump = dt_left_dump,
	.matches_dump = dt_left_dump,
	.size_get = dt_left_size,
};

static u64 dt_left_occupancy(void *priv)
{
	return 1;
}

static struct devlink_resource_size_params dt_left_sizes = {
	.size_min = 1,
	.size_max = 100,
	.size_granularity = 1,
	.unit = DEVLINK_RESOURCE_UNIT_ENTRY,
};

bool dt_leaves_registered(struct dt_dev *dt)
{
	return dt->left && dt->left->registered;
}

bool dt_leaves_nodes(struct dt_dev *dt)
{
	return dt->left && dt->left->nodes;
}

bool dt_leaves_leaves(struct dt_dev *dt)
{
	return dt->left && dt->left->leaves;
}

static int dt_leave_registered(struct dt_dev *dt, struct dt_left *left)
{
	left->registered = true;
	return 0;
}

static int dt_leave_nodes(struct dt_dev *dt, struct dt_left *left)
{
	left->nodes = true;
	return 0;
}

static int dt_leave_leaves(struct dt_dev *dt, struct dt_left *left)
{
	left->leaves = true;
	return 0;
}

/* The basic set's go all at once, so this one comes after they have gone. */
static int dt_leave_resource(struct dt_dev *dt, struct dt_left *left)
{
	left->resource = true;
	return 0;
}

static int dt_leave_late(struct dt_dev *dt, struct dt_left *left)
{
	left->late = true;
	return 0;
}

static int dt_leave_net(struct dt_dev *dt, struct dt_left *left)
{
	left->net = true;
	return 0;
}

static int dt_leave_port(struct dt_dev *dt, struct dt_left *left)
{
	const struct devlink_port_attrs attrs = { .flavour = DEVLINK_PORT_FLAVOUR_UNUSED };

	if (left->port.devlink)
		return 0;
	devlink_port_attrs_set(&left->port, &attrs);
	return devl_port_register(dt->devlink, &left->port, DT_LEFT_PORT);
}

/* Two snapshots of what was just created. */
static int dt_left_snapshot(struct dt_dev *dt, struct devlink_region *region)
{
	int i, err = PTR_ERR_OR_ZERO(region);
	void *data;
	u32 id;

	for (i = 0; !err && i < 2; i++) {
		data = kzalloc(DT_LEFT_SIZE, GFP_KERNEL);
		if (!data)
			return -ENOMEM;
		err = devlink_region_snapshot_id_get(dt->devlink, &id);
		if (!err) {
			atomic_inc(&dt_left_snapshots);
			err = devlink_region_snapshot_create(region, data, id);
			if (err)
				atomic_dec(&dt_left_snapshots);
			devlink_region_snapshot_id_put(dt->devlink, id);
		}
		if (err)
			kfree(data);
	}
	return err;
}

static int dt_leave_region(struct dt_dev *dt, struct dt_left *left)
{
	left->region = devl_region_create(dt->devlink, &dt_left_region_ops, 4, DT_LEFT_SIZE);
	return dt_left_snapshot(dt, left->region);
}

/* The function takes the lock itself. */
static struct devlink_region *dt_left_port_region(struct dt_dev *dt, struct devlink_port *port)
{
	struct devlink_region *region;

	devl_unlock(dt->devlink);
	region = devlink_port_region_create(port, &dt_left_port_region_ops, 4, DT_LEFT_SIZE);
	devl_lock(dt->devlink);
	return region;
}

static int dt_leave_port_region(struct dt_dev *dt, struct dt_left *left)
{
	int err = dt_leave_port(dt, left);

	if (err)
		return err;
	left->port_region = dt_left_port_region(dt, &left->port);
	return dt_left_snapshot(dt, left->port_region);
}

static int dt_leave_early_region(struct dt_dev *dt, struct dt_left *left)
{
	devlink_port_init(dt->devlink, &left->early);
	left->early_region = dt_left_port_region(dt, &left->early);
	return dt_left_snapshot(dt, left->early_region);
}

static int dt_leave_reporter(struct dt_dev *dt, struct dt_left *left)
{
	left->reporter = devl_health_reporter_create(dt->devlink, &dt_left_reporter_ops, dt);
	return PTR_ERR_OR_ZERO(left->reporter);
}

static int dt_leave_port_reporter(struct dt_dev *dt, struct dt_left *left)
{
	int err = dt_leave_port(dt, left);

	if (err)
		return err;
	left->port_reporter =
		devl_port_health_reporter_create(&left->port, &dt_left_reporter_ops, dt);
	return PTR_ERR_OR_ZERO(left->port_reporter);
}

static int dt_leave_port_resource(struct dt_dev *dt, struct dt_left *left)
{
	return dt_leave_port(dt, left) ?:
	       devl_port_resource_register(&left->port, "left", 10, DT_LEFT_NUMBER,
					   DEVLINK_RESOURCE_ID_PARENT_TOP, &dt_left_sizes);
}

static int dt_leave_policer(struct dt_dev *dt, struct dt_left *left)
{
	return devl_trap_policers_register(dt->devlink, &dt_left_policer, 1);
}

static int dt_leave_group(struct dt_dev *dt, struct dt_left *left)
{
	return devl_trap_groups_register(dt->devlink, &dt_left_group, 1);
}

static int dt_leave_trap(struct dt_dev *dt, struct dt_left *left)
{
	return dt_leave_group(dt, left) ?:
	       devl_traps_register(dt->devlink, &dt_left_trap, 1, dt);
}

static int dt_leave_param(struct dt_dev *dt, struct dt_left *left)
{
	return devl_params_register(dt->devlink, &dt_left_param, 1);
}

static int dt_leave_linecard(struct dt_dev *dt, struct dt_left *left)
{
	left->linecard = devl_linecard_create(dt->devlink, DT_LEFT_NUMBER, &dt_left_linecard_ops,
					      dt);
	return PTR_ERR_OR_ZERO(left->linecard);
}

static int dt_leave_sb(struct dt_dev *dt, struct dt_left *left)
{
	return devl_sb_register(dt->devlink, DT_LEFT_NUMBER, 1000, 1, 1, 1, 1);
}

static int dt_leave_table(struct dt_dev *dt, struct dt_left *left)
{
	return devl_dpipe_table_register(dt->devlink, "left", &dt_left_table_ops, dt, false);
}

static const struct {
	const char *name;
	int (*leave)(struct dt_dev *dt, struct dt_left *left);
} dt_kinds[] = {
	{ "registered", dt_leave_registered },
	{ "nodes", dt_leave_nodes },
	{ "leaves", dt_leave_leaves },
	{ "port", dt_leave_port },
	{ "region", dt_leave_region },
	{ "port_region", dt_leave_port_region },
	{ "early_region", dt_leave_early_region },
	{ "reporter", dt_leave_reporter },
	{ "port_reporter", dt_leave_port_reporter },
	{ "resource", dt_leave_resource },
	{ "port_resource", dt_leave_port_resource },
	{ "policer", dt_leave_policer },
	{ "group", dt_leave_group },
	{ "trap", dt_leave_trap },
	{ "param", dt_leave_param },
	{ "linecard", dt_leave_linecard },
	{ "sb", dt_leave_sb },
	{ "table", dt_leave_table },
	{ "late", dt_leave_late },
	{ "net", dt_leave_net },
};

static int dt_event_leave(struct dt_dev *dt, int argc, char **argv)
{
	int i;

	if (!dt->left)
		dt->left = kzalloc_obj(*dt->left);
	if (!dt->left)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(dt_kinds); i++)
		if (!strcmp(dt_kinds[i].name, argv[0]))
			return dt_kinds[i].leave(dt, dt->left);
	return -EINVAL;
}

/* The driver has taken away what it remembers. */
void dt_left_before_free(struct dt_dev *dt)
{
	if (!dt->left || !dt->left->resource)
		return;
	guard(devl)(dt->devlink);
	devl_resource_register(dt->devlink, "left", 10, DT_LEFT_NUMBER,
			       DEVLINK_RESOURCE_ID_PARENT_TOP, &dt_left_sizes);
	devl_resource_occ_get_register(dt->devlink, DT_LEFT_NUMBER, dt_left_occupancy, dt);
}

static void dt_left_use_region(struct devlink_region *region)
{
	void *data;

	if (!region)
		return;
	data = kzalloc(DT_LEFT_SIZE, GFP_KERNEL);
	if (data && WARN_ON(!devlink_region_snapshot_create(region, data, 0)))
		data = NULL;
	kfree(data);
	devlink_region_destroy(region);
}

static void dt_left_use_reporter(struct devlink_health_reporter *reporter)
{
	if (!reporter)
		return;
	WARN_ON(devlink_health_report(reporter, "late", NULL) != -ENODEV);
	devlink_health_reporter_state_update(reporter, DEVLINK_HEALTH_REPORTER_STATE_ERROR);
	devlink_health_reporter_recovery_done(reporter);
	devlink_health_reporter_destroy(reporter);
}

/* The instance has been freed; its memory only if nobody else has a reference. */
void dt_left_after_free(struct dt_dev *dt, struct devlink *devlink)
{
	struct dt_left *left = dt->left;

	if (left && left->net)
		dev_info(&dt->dev, "the freed instance is in %s namespace, %d snapshots are left\n",
			 devlink_net(devlink) ? "a" : "no", atomic_read(&dt_left_snapshots));
	if (!left || !left->late)
		return;
	dt_left_use_region(left->region);
	dt_left_use_region(left->port_region);
	dt_left_use_region(left->early_region);
	dt_left_use_reporter(left->reporter);
	dt_left_use_reporter(left->port_reporter);
	if (left->linecard) {
		devlink_linecard_provision_set(left->linecard, "left");
		devlink_linecard_provision_clear(left->linecard);
		devl_linecard_destroy(left->linecard);
	}
}

/* Nobody refers to the device any more. */
void dt_left_release(struct dt_dev *dt)
{
	kfree(dt->left);
}

static int dt_left_get_snapshots(void *data, u64 *value)
{
	*value = atomic_read(&dt_left_snapshots);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(dt_left_fops, dt_left_get_snapshots, NULL, "%llu\n");

void dt_left_add_file(struct dentry *folder)
{
	debugfs_create_file("left_snapshots", 0400, folder, NULL, &dt_left_fops);
}

const struct dt_event dt_leave_events[] = {
	{ "leave", 1, 1, false, dt_event_leave },
	{}
};
