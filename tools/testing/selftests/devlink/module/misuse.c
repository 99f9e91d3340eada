// SPDX-License-Identifier: GPL-2.0
/*
 * What no driver may do, so that a test can see the core warn and go on. Such an event succeeds if
 * the core answered as it should. At the end is what a callback may not do, for which see
 * control.c.
 */

#include <linux/completion.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "devlink_test.h"

static int dt_expect_invalid(const void *came)
{
	return came == ERR_PTR(-EINVAL) ? 0 : -EPROTO;
}

static struct dt_port *dt_first_port(struct dt_dev *dt)
{
	return list_first_entry_or_null(&dt->ports, struct dt_port, list);
}

static int dt_misuse_port_attrs(struct dt_dev *dt, int argc, char **argv)
{
	struct devlink_port *port = &dt_first_port(dt)->port;
	struct devlink_port_attrs attrs = port->attrs;

	devlink_port_attrs_set(port, &attrs);
	return 0;
}

static int dt_misuse_port_linecard(struct dt_dev *dt, int argc, char **argv)
{
	struct devlink_port *port = &dt_first_port(dt)->port;

	devlink_port_linecard_set(port, port->linecard);
	return 0;
}

static int dt_misuse_param(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_param param =
		DEVLINK_PARAM_DRIVER(DEVLINK_PARAM_GENERIC_ID_MAX + 77, "misused",
				     DEVLINK_PARAM_TYPE_U8, BIT(DEVLINK_PARAM_CMODE_RUNTIME),
				     NULL, NULL, NULL);
	int err;

	err = devl_params_register(dt->devlink, &param, 1);
	if (!err)
		devl_params_unregister(dt->devlink, &param, 1);
	return err;
}

static u64 dt_no_occupancy(void *priv)
{
	return 0;
}

static int dt_misuse_resource(struct dt_dev *dt, int argc, char **argv)
{
	devl_resource_occ_get_register(dt->devlink, 77777, dt_no_occupancy, NULL);
	return 0;
}

static int dt_misuse_region(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_region_ops ops = { .name = "misused" };

	return dt_expect_invalid(devl_region_create(dt->devlink, &ops, 1, 16));
}

static int dt_misuse_reporter(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_health_reporter_ops ops = {
		.name = "misused",
		.default_graceful_period = 1000,
	};

	return dt_expect_invalid(devl_health_reporter_create(dt->devlink, &ops, NULL));
}

static int dt_misuse_reporter_state(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_health_reporter_ops ops = { .name = "misused" };
	struct devlink_health_reporter *reporter;

	reporter = devl_health_reporter_create(dt->devlink, &ops, NULL);
	if (IS_ERR(reporter))
		return PTR_ERR(reporter);
	devlink_health_reporter_state_update(reporter, 77);
	devl_health_reporter_destroy(reporter);
	return 0;
}

/* A port that goes before its reporter. */
static int dt_misuse_port_reporter(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_health_reporter_ops ops = { .name = "misused" };
	const struct devlink_port_attrs attrs = { .flavour = DEVLINK_PORT_FLAVOUR_UNUSED };
	struct devlink_health_reporter *reporter;
	struct devlink_port *port;
	int err;

	port = kzalloc_obj(*port);
	if (!port)
		return -ENOMEM;
	devlink_port_attrs_set(port, &attrs);
	err = devl_port_register(dt->devlink, port, 7777);
	if (err)
		goto out;
	reporter = devl_port_health_reporter_create(port, &ops, NULL);
	devl_port_unregister(port);
	if (IS_ERR(reporter))
		err = PTR_ERR(reporter);
	else
		devl_health_reporter_destroy(reporter);
	devlink_port_fini(port);
out:
	kfree(port);
	return err;
}

static const struct devlink_trap dt_lost_trap = {
	.type = DEVLINK_TRAP_TYPE_DROP,
	.init_action = DEVLINK_TRAP_ACTION_DROP,
	.id = 7777,
	.name = "misused",
	.init_group_id = 7777,
};

static int dt_misuse_trap_group_id(struct dt_dev *dt, int argc, char **argv)
{
	int err = devl_traps_register(dt->devlink, &dt_lost_trap, 1, NULL);

	return dt_expect_invalid(ERR_PTR(err));
}

static int dt_misuse_trap_unregister(struct dt_dev *dt, int argc, char **argv)
{
	devl_traps_unregister(dt->devlink, &dt_lost_trap, 1);
	return 0;
}

static const struct devlink_trap_group dt_lost_group = {
	.name = "misused",
	.id = 7777,
	.init_policer_id = 7777,
};

static int dt_misuse_trap_policer_id(struct dt_dev *dt, int argc, char **argv)
{
	int err = devl_trap_groups_register(dt->devlink, &dt_lost_group, 1);

	return dt_expect_invalid(ERR_PTR(err));
}

static int dt_misuse_trap_group_unregister(struct dt_dev *dt, int argc, char **argv)
{
	devl_trap_groups_unregister(dt->devlink, &dt_lost_group, 1);
	return 0;
}

static int dt_misuse_trap_policer_unregister(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_trap_policer policer = { .id = 7777 };

	devl_trap_policers_unregister(dt->devlink, &policer, 1);
	return 0;
}

static int dt_misuse_dpipe(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_dpipe_table_ops ops = {};

	int err = devl_dpipe_table_register(dt->devlink, "misused", &ops, NULL, false);

	return dt_expect_invalid(ERR_PTR(err));
}

static int dt_misuse_linecard(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_linecard_ops ops = {};

	return dt_expect_invalid(devl_linecard_create(dt->devlink, 7777, &ops, NULL));
}

/* Of one name, but with other operations. */
static int dt_misuse_shared(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_ops ops = {}, others = {};
	struct devlink *devlink, *other;

	devlink = devlink_shd_get("misused", &ops, 0, dt->dev.driver);
	if (!devlink)
		return -ENOMEM;
	other = devlink_shd_get("misused", &others, 0, dt->dev.driver);
	devlink_shd_put(devlink);
	return other ? -EPROTO : 0;
}

/* Of a port that nobody registered. The C core follows a null pointer. */
static int dt_misuse_netdev(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	int err;

	port = kzalloc_obj(*port);
	if (!port)
		return -ENOMEM;
	port->dt = dt;
	port->index = 7777;
	err = dt_netdev_create(port);
	if (!err)
		dt_netdev_destroy(port);
	kfree(port);
	return err;
}

/*
 * In itself, and in what is nested in it. The C core accepts that, and waits for itself when it
 * looks for the outermost instance, whose rates these share.
 */
static int dt_misuse_nested(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_ops ops = { .supported_cross_device_rate_nodes = true };
	struct devlink *inner, *outer;
	int err = -ENOMEM;

	inner = devlink_alloc(&ops, 0, &dt->dev);
	outer = devlink_alloc(&ops, 0, &dt->dev);
	if (!inner || !outer)
		goto out;
	err = devl_nested_devlink_set(outer, inner);
	if (err)
		goto out;
	err = dt_expect_invalid(ERR_PTR(devl_nested_devlink_set(inner, inner))) ?:
	      dt_expect_invalid(ERR_PTR(devl_nested_devlink_set(inner, outer)));
	devlink_register(outer);
	devlink_register(inner);
	scoped_guard(devl, inner)
		devl_rate_nodes_destroy(inner);
	devlink_unregister(inner);
	devlink_unregister(outer);
out:
	if (inner)
		devlink_free(inner);
	if (outer)
		devlink_free(outer);
	return err;
}

/* Two who nest two instances in each other are begun at the same time so often. */
#define DT_TURNS 50

struct dt_nesting {
	struct work_struct work;
	struct devlink *inner;
	struct devlink *outer;
	struct completion *go;
	int err;
};

static void dt_nest_when_told(struct work_struct *work)
{
	struct dt_nesting *nesting = container_of(work, struct dt_nesting, work);

	wait_for_completion(nesting->go);
	nesting->err = devl_nested_devlink_set(nesting->outer, nesting->inner);
}

/* Of two instances that nobody knows of yet, one is the outer one in the end. */
static int dt_nest_in_each_other(struct devlink *first, struct devlink *second)
{
	struct dt_nesting nestings[] = {
		{ .inner = first, .outer = second },
		{ .inner = second, .outer = first },
	};
	DECLARE_COMPLETION_ONSTACK(go);
	int i;

	for (i = 0; i < ARRAY_SIZE(nestings); i++) {
		nestings[i].go = &go;
		INIT_WORK_ONSTACK(&nestings[i].work, dt_nest_when_told);
		queue_work(system_dfl_wq, &nestings[i].work);
	}
	complete_all(&go);
	for (i = 0; i < ARRAY_SIZE(nestings); i++) {
		flush_work(&nestings[i].work);
		destroy_work_on_stack(&nestings[i].work);
	}
	return min(nestings[0].err, nestings[1].err) == -EINVAL &&
	       max(nestings[0].err, nestings[1].err) == 0 ? 0 : -EPROTO;
}

static int dt_misuse_nested_twice(struct dt_dev *dt, int argc, char **argv)
{
	static const struct devlink_ops ops = {};
	struct devlink *first, *second;
	int err = 0, i;

	for (i = 0; i < DT_TURNS && !err; i++) {
		first = devlink_alloc(&ops, 0, &dt->dev);
		second = devlink_alloc(&ops, 0, &dt->dev);
		err = first && second ? dt_nest_in_each_other(first, second) : -ENOMEM;
		if (first)
			devlink_free(first);
		if (second)
			devlink_free(second);
	}
	return err;
}

/*
 * What follows is done within a callback. With the devlink lock held each of them waits for itself,
 * and the last two also if the driver is called without that lock, about dt_full.
 */
static void dt_within_lock(struct dt_dev *dt)
{
	devl_lock(dt->devlink);
	devl_unlock(dt->devlink);
}

static void dt_within_devl_unregister(struct dt_dev *dt)
{
	devl_unregister(dt->devlink);
}

static void dt_within_unregister(struct dt_dev *dt)
{
	devlink_unregister(dt->devlink);
}

static void dt_within_report(struct dt_dev *dt)
{
	devlink_health_report(dt_reporter_first(dt), "within", NULL);
}

static void dt_within_destroy(struct dt_dev *dt)
{
	devlink_health_reporter_destroy(dt_reporter_first(dt));
}

const struct dt_within dt_withins[] = {
	{ "lock", dt_within_lock },
	{ "devl_unregister", dt_within_devl_unregister },
	{ "unregister", dt_within_unregister },
	{ "report", dt_within_report },
	{ "destroy", dt_within_destroy },
	{}
};

const struct dt_event dt_misuse_events[] = {
	{ "misuse_port_attrs", 0, 0, false, dt_misuse_port_attrs },
	{ "misuse_port_linecard", 0, 0, false, dt_misuse_port_linecard },
	{ "misuse_param", 0, 0, false, dt_misuse_param },
	{ "misuse_resource", 0, 0, false, dt_misuse_resource },
	{ "misuse_region", 0, 0, false, dt_misuse_region },
	{ "misuse_reporter", 0, 0, false, dt_misuse_reporter },
	{ "misuse_reporter_state", 0, 0, false, dt_misuse_reporter_state },
	{ "misuse_port_reporter", 0, 0, false, dt_misuse_port_reporter },
	{ "misuse_trap_group_id", 0, 0, false, dt_misuse_trap_group_id },
	{ "misuse_trap_unregister", 0, 0, false, dt_misuse_trap_unregister },
	{ "misuse_trap_policer_id", 0, 0, false, dt_misuse_trap_policer_id },
	{ "misuse_trap_group_unregister", 0, 0, false, dt_misuse_trap_group_unregister },
	{ "misuse_trap_policer_unregister", 0, 0, false, dt_misuse_trap_policer_unregister },
	{ "misuse_dpipe", 0, 0, false, dt_misuse_dpipe },
	{ "misuse_linecard", 0, 0, false, dt_misuse_linecard },
	{ "misuse_shared", 0, 0, true, dt_misuse_shared },
	{ "misuse_netdev", 0, 0, true, dt_misuse_netdev },
	{ "misuse_nested", 0, 0, true, dt_misuse_nested },
	{ "misuse_nested_twice", 0, 0, true, dt_misuse_nested_twice },
	{}
};
