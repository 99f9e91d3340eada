// SPDX-License-Identifier: GPL-2.0
/* The device's life: probe, reload, remove. */

#include <linux/netlink.h>
#include <linux/string.h>
#include <net/devlink_core.h>
#include "devlink_test.h"

/*
 * What a reload takes down and builds anew, in the order of building. Taking down copes with what
 * was built halfway or not at all.
 */
static const struct {
	int (*up)(struct dt_dev *dt);
	void (*down)(struct dt_dev *dt);
} dt_objects[] = {
	{ dt_notifiers_up, dt_notifiers_down },
	{ dt_params_up, NULL },
	{ dt_resources_up, NULL },
	{ dt_traps_up, dt_traps_down },
	{ dt_linecards_up, dt_linecards_down },
	/* Leaves go with their ports, and the nodes after them. */
	{ NULL, dt_rate_nodes_down },
	{ dt_ports_up, dt_ports_down },
	{ dt_rates_up, NULL },
	{ dt_sbs_up, dt_sbs_down },
	{ dt_dpipe_up, dt_dpipe_down },
	{ dt_health_up, dt_health_down },
};

void dt_objects_down(struct dt_dev *dt)
{
	int i;

	devl_assert_locked(dt->devlink);
	dt->up = false;
	for (i = ARRAY_SIZE(dt_objects) - 1; i >= 0; i--)
		if (dt_objects[i].down)
			dt_objects[i].down(dt);
}

int dt_objects_up(struct dt_dev *dt)
{
	int i, err;

	devl_assert_locked(dt->devlink);
	dt->eswitch_mode = DEVLINK_ESWITCH_MODE_LEGACY;
	dt->inline_mode = DEVLINK_ESWITCH_INLINE_MODE_NONE;
	dt->encap_mode = DEVLINK_ESWITCH_ENCAP_MODE_NONE;
	for (i = 0; i < ARRAY_SIZE(dt_objects); i++) {
		err = dt_objects[i].up ? dt_objects[i].up(dt) : 0;
		if (err) {
			dt_objects_down(dt);
			return err;
		}
	}
	dt->up = true;
	return 0;
}

/* The answer to a user who wants what only a device that is up has. */
int dt_is_down(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "The device is down");
	return -ENODEV;
}

int dt_reload_down(struct devlink *devlink, bool netns_change, enum devlink_reload_action action,
		   enum devlink_reload_limit limit, struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	bool live = limit == DEVLINK_RELOAD_LIMIT_NO_RESET;
	int err;

	/* After a reload that failed there is nothing to take down. */
	if (!dt->up)
		return live ? dt_is_down(extack) : 0;
	err = dt_call(dt, "reload_down", extack, "netns_change=%d action=%d limit=%d failed=%d",
		      netns_change, action, limit, devlink_is_reload_failed(devlink));
	if (err)
		return err;
	if (!live)
		dt_objects_down(dt);
	return 0;
}

int dt_reload_up(struct devlink *devlink, enum devlink_reload_action action,
		 enum devlink_reload_limit limit, u32 *performed, struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	int err;

	err = dt_call(dt, "reload_up", extack, "action=%d limit=%d", action, limit);
	if (err)
		return err;
	*performed = BIT(action);
	if (limit == DEVLINK_RELOAD_LIMIT_NO_RESET)
		return 0;
	/* Activating firmware means a reset, which means a new start of the driver. */
	*performed |= BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT);
	return dt_objects_up(dt);
}

/* What stays while the driver is bound, and is made with functions that take the lock. */
static int dt_create(struct dt_dev *dt)
{
	int err;

	err = dt_params_create(dt);
	if (err)
		return err;
	err = dt_resources_create(dt);
	if (err)
		goto err_resources;
	err = dt_regions_create(dt);
	if (err)
		goto err_regions;
	return 0;

err_regions:
	dt_regions_destroy(dt);
	dt_resources_destroy(dt);
err_resources:
	dt_params_destroy(dt);
	return err;
}

static void dt_destroy(struct dt_dev *dt)
{
	dt_regions_destroy(dt);
	dt_resources_destroy(dt);
	dt_params_destroy(dt);
}

static int dt_parallel_set(struct dt_dev *dt)
{
	u32 kinds = 0;

	if (dt->config.parallel)
		kinds |= DEVLINK_PARALLEL_HEALTH | DEVLINK_PARALLEL_REGIONS;
	if (dt->config.parallel_reads)
		kinds |= DEVLINK_PARALLEL_HEALTH_READS | DEVLINK_PARALLEL_REGIONS;
	return kinds ? devl_parallel_set(dt->devlink, kinds) : 0;
}

int dt_probe(struct dt_dev *dt)
{
	const struct devlink_ops *ops = dt->config.full ? &dt_ops_full : &dt_ops_none;
	int err;

	dt->devlink = devlink_alloc(ops, sizeof(dt), &dt->dev);
	if (!dt->devlink)
		return -ENOMEM;
	*(struct dt_dev **)devlink_priv(dt->devlink) = dt;
	err = dt_nested_begin(dt) ?: dt_create(dt);
	if (err)
		goto err_create;
	scoped_guard(devl, dt->devlink)
		err = dt_parallel_set(dt) ?: dt_objects_up(dt);
	if (err)
		goto err_up;
	err = dt_port_regions_create(dt);
	if (err)
		goto err_port_regions;
	if (dt->config.report)
		dt_health_report_early(dt);
	devlink_register(dt->devlink);
	dt->registered = true;
	return 0;

err_port_regions:
	scoped_guard(devl, dt->devlink)
		dt_objects_down(dt);
err_up:
	dt_destroy(dt);
err_create:
	dt_nested_release(dt);
	devlink_free(dt->devlink);
	dt->devlink = NULL;
	return err;
}

void dt_remove(struct dt_dev *dt)
{
	struct devlink *devlink = dt->devlink;

	dt_nested_evict(dt);
	devl_lock(devlink);
	/*
	 * Rates may be shared with an outer instance, which is found only while this one is
	 * registered. But of a leaf that is forgotten the core must not look at the port then.
	 */
	if (dt->config.full && !dt->left)
		dt_objects_down(dt);
	if (dt->registered && !dt_leaves_registered(dt))
		devl_unregister(devlink);
	/* Nodes that go tell their leaves, also those that are forgotten: with ports, which go next. */
	if (dt->left && !dt_leaves_nodes(dt))
		dt_rate_nodes_down(dt);
	dt_objects_down(dt);
	devl_unlock(devlink);
	dt->registered = false;
	dt_nested_release(dt);
	dt_destroy(dt);
	dt_left_before_free(dt);
	devlink_free(devlink);
	dt->devlink = NULL;
	dt_left_after_free(dt, devlink);
}

static int dt_event_unregister(struct dt_dev *dt, int argc, char **argv)
{
	if (!dt->registered)
		return -EALREADY;
	if (dt->nested_in || dt->shared)
		return -EBUSY;
	dt_nested_evict(dt);
	devlink_unregister(dt->devlink);
	dt->registered = false;
	return 0;
}

static int dt_event_register(struct dt_dev *dt, int argc, char **argv)
{
	if (dt->registered)
		return -EALREADY;
	devlink_register(dt->devlink);
	dt->registered = true;
	return 0;
}

static int dt_event_remote_reload(struct dt_dev *dt, int argc, char **argv)
{
	static const char * const actions[] = { "reinit", "activate" };
	static const char * const limits[] = { "none", "no_reset" };
	int action = match_string(actions, ARRAY_SIZE(actions), argv[0]);
	int limit = match_string(limits, ARRAY_SIZE(limits), argv[1]);

	if (action < 0 || limit < 0)
		return -EINVAL;
	/* It notifies, which an unregistered instance must not. */
	if (!dt->registered)
		return -ENODEV;
	devlink_remote_reload_actions_performed(dt->devlink, limit,
						BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT + action));
	return 0;
}

const struct dt_event dt_device_events[] = {
	{ "register", 0, 0, true, dt_event_register },
	{ "unregister", 0, 0, true, dt_event_unregister },
	{ "remote_reload", 2, 2, false, dt_event_remote_reload },
	{}
};
