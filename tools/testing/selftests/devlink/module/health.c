// SPDX-License-Identifier: GPL-2.0
/*
 * Health reporters, of the device and of port 0:
 *
 *   dt_full      every callback, no grace period
 *   dt_graceful  of two errors within an hour the second is not recovered from
 *   dt_burst     within an hour every error is recovered from
 *   dt_large     its dump has many KB
 *   dt_bare      no callback
 *   dt_port      of the port, every callback
 */

#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

#define DT_HOUR 3600000	/* ms */

struct dt_reporter {
	struct list_head list;
	struct dt_dev *dt;
	struct dt_port *port;
	struct devlink_health_reporter *reporter;
	struct devlink_health_reporter_ops ops;
	bool large;
	char name[DT_NAME_MAX];
};

/* A report's context is its message. */
static const char *dt_context(void *context)
{
	return context ?: "none";
}

static int dt_health_recover(struct devlink_health_reporter *reporter, void *context,
			     struct netlink_ext_ack *extack)
{
	struct dt_reporter *r = devlink_health_reporter_priv(reporter);

	return dt_call(r->dt, "health_recover", extack, "%s context=%s", r->name,
		       dt_context(context));
}

static int dt_health_dump(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			  void *context, struct netlink_ext_ack *extack)
{
	struct dt_reporter *r = devlink_health_reporter_priv(reporter);
	int err;

	err = dt_call(r->dt, "health_dump", extack, "%s context=%s", r->name, dt_context(context));
	if (err)
		return err;
	devlink_fmsg_string_pair_put(fmsg, "context", dt_context(context));
	dt_fmsg_fill(fmsg);
	if (r->large)
		dt_fmsg_fill_large(fmsg);
	return 0;
}

static int dt_health_diagnose(struct devlink_health_reporter *reporter,
			      struct devlink_fmsg *fmsg, struct netlink_ext_ack *extack)
{
	struct dt_reporter *r = devlink_health_reporter_priv(reporter);
	int err;

	err = dt_call(r->dt, "health_diagnose", extack, "%s", r->name);
	if (!err)
		dt_fmsg_fill(fmsg);
	return err;
}

static int dt_health_test(struct devlink_health_reporter *reporter,
			  struct netlink_ext_ack *extack)
{
	struct dt_reporter *r = devlink_health_reporter_priv(reporter);

	return dt_call(r->dt, "health_test", extack, "%s", r->name);
}

static const struct devlink_health_reporter_ops dt_reporter_ops_full = {
	.recover = dt_health_recover,
	.dump = dt_health_dump,
	.diagnose = dt_health_diagnose,
	.test = dt_health_test,
};

static struct dt_reporter *dt_reporter_alloc(struct dt_dev *dt, struct dt_port *port,
					     const char *name)
{
	struct dt_reporter *r = kzalloc_obj(*r);

	if (!r)
		return ERR_PTR(-ENOMEM);
	if (strscpy(r->name, name) < 0) {
		kfree(r);
		return ERR_PTR(-EINVAL);
	}
	if (dt->config.full)
		r->ops = dt_reporter_ops_full;
	r->ops.name = r->name;
	r->dt = dt;
	r->port = port;
	return r;
}

static int dt_reporter_add(struct dt_dev *dt, struct dt_reporter *r)
{
	if (r->port)
		r->reporter = devl_port_health_reporter_create(&r->port->port, &r->ops, r);
	else
		r->reporter = devl_health_reporter_create(dt->devlink, &r->ops, r);
	if (IS_ERR(r->reporter)) {
		int err = PTR_ERR(r->reporter);

		kfree(r);
		return err;
	}
	list_add_tail(&r->list, &dt->reporters);
	return 0;
}

static int dt_reporter_add_named(struct dt_dev *dt, struct dt_port *port, const char *name)
{
	struct dt_reporter *r = dt_reporter_alloc(dt, port, name);

	return IS_ERR(r) ? PTR_ERR(r) : dt_reporter_add(dt, r);
}

/* dt_full, as long as nobody deletes it. */
struct devlink_health_reporter *dt_reporter_first(struct dt_dev *dt)
{
	return list_first_entry(&dt->reporters, struct dt_reporter, list)->reporter;
}

static int dt_reporters_add_special(struct dt_dev *dt)
{
	static const char * const names[] = { "dt_graceful", "dt_burst", "dt_large", "dt_bare" };
	struct dt_reporter *r;
	int i, err;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		r = dt_reporter_alloc(dt, NULL, names[i]);
		if (IS_ERR(r))
			return PTR_ERR(r);
		if (r->ops.recover && i < 2)
			r->ops.default_graceful_period = DT_HOUR;
		if (r->ops.recover && i == 1)
			r->ops.default_burst_period = DT_HOUR;
		r->large = i == 2;
		if (i == 3)
			r->ops = (struct devlink_health_reporter_ops) { .name = r->name };
		err = dt_reporter_add(dt, r);
		if (err)
			return err;
	}
	return 0;
}

int dt_health_up(struct dt_dev *dt)
{
	char name[DT_NAME_MAX];
	unsigned int i;
	int err;

	err = dt_reporter_add_named(dt, NULL, "dt_full") ?:
	      dt_reporters_add_special(dt) ?:
	      dt_reporter_add_named(dt, dt_port_find(dt, 0), "dt_port");
	for (i = 0; !err && i < dt->config.reporters; i++) {
		snprintf(name, sizeof(name), "extra_reporter%u", i);
		err = dt_reporter_add_named(dt, NULL, name);
	}
	return err;
}

static void dt_reporter_del(struct dt_reporter *r)
{
	list_del(&r->list);
	devl_health_reporter_destroy(r->reporter);
	kfree(r);
}

void dt_health_down(struct dt_dev *dt)
{
	struct dt_reporter *r, *next;

	list_for_each_entry_safe(r, next, &dt->reporters, list)
		dt_reporter_del(r);
}

void dt_port_reporters_destroy(struct dt_port *port)
{
	struct dt_reporter *r, *next;

	list_for_each_entry_safe(r, next, &port->dt->reporters, list)
		if (r->port == port)
			dt_reporter_del(r);
}

/* Every reporter reports, and the device is not registered yet. */
void dt_health_report_early(struct dt_dev *dt)
{
	struct dt_reporter *r;

	list_for_each_entry(r, &dt->reporters, list)
		devlink_health_report(r->reporter, "early", "early");
}

/* The reporter that an event names: it stays until its port is released. */
static struct dt_reporter *dt_reporter_hold(struct dt_dev *dt, const char *name,
					    const char *port_arg, struct dt_port **port)
{
	struct dt_reporter *r;
	int err;

	err = dt_port_hold(dt, port_arg, port);
	if (err)
		return ERR_PTR(err);
	scoped_guard(devl, dt->devlink)
		list_for_each_entry(r, &dt->reporters, list)
			if (r->port == *port && !strcmp(r->name, name))
				return r;
	dt_port_release(*port);
	return ERR_PTR(-ENOENT);
}

/* With the functions that take the lock. */
static int dt_event_reporter_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	struct dt_reporter *r;
	int err;

	err = dt_port_hold(dt, argv[1], &port);
	if (err)
		return err;
	r = dt_reporter_alloc(dt, port, argv[0]);
	if (IS_ERR(r)) {
		dt_port_release(port);
		return PTR_ERR(r);
	}
	if (port)
		r->reporter = devlink_port_health_reporter_create(&port->port, &r->ops, r);
	else
		r->reporter = devlink_health_reporter_create(dt->devlink, &r->ops, r);
	err = PTR_ERR_OR_ZERO(r->reporter);
	if (err) {
		kfree(r);
	} else {
		scoped_guard(devl, dt->devlink)
			list_add_tail(&r->list, &dt->reporters);
	}
	dt_port_release(port);
	return err;
}

static int dt_event_reporter_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	struct dt_reporter *r = dt_reporter_hold(dt, argv[0], argv[1], &port);

	if (IS_ERR(r))
		return PTR_ERR(r);
	scoped_guard(devl, dt->devlink)
		list_del(&r->list);
	devlink_health_reporter_destroy(r->reporter);
	kfree(r);
	dt_port_release(port);
	return 0;
}

static int dt_event_health_report(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	struct dt_reporter *r;
	int err;

	/* A report notifies, which an unregistered instance must not. */
	if (!dt->registered)
		return -ENODEV;
	r = dt_reporter_hold(dt, argv[0], argv[2], &port);
	if (IS_ERR(r))
		return PTR_ERR(r);
	err = devlink_health_report(r->reporter, argv[1], argv[1]);
	dt_port_release(port);
	return err;
}

static int dt_event_health_state(struct dt_dev *dt, int argc, char **argv)
{
	enum devlink_health_reporter_state state;
	struct dt_port *port;
	struct dt_reporter *r;

	if (!strcmp(argv[1], "healthy"))
		state = DEVLINK_HEALTH_REPORTER_STATE_HEALTHY;
	else if (!strcmp(argv[1], "error"))
		state = DEVLINK_HEALTH_REPORTER_STATE_ERROR;
	else
		return -EINVAL;
	if (!dt->registered)
		return -ENODEV;
	r = dt_reporter_hold(dt, argv[0], argv[2], &port);
	if (IS_ERR(r))
		return PTR_ERR(r);
	devlink_health_reporter_state_update(r->reporter, state);
	dt_port_release(port);
	return 0;
}

static int dt_event_health_recovered(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	struct dt_reporter *r;

	r = dt_reporter_hold(dt, argv[0], argv[1], &port);
	if (IS_ERR(r))
		return PTR_ERR(r);
	devlink_health_reporter_recovery_done(r->reporter);
	dt_port_release(port);
	return 0;
}

const struct dt_event dt_health_events[] = {
	{ "reporter_add", 1, 2, true, dt_event_reporter_add },
	{ "reporter_del", 1, 2, true, dt_event_reporter_del },
	{ "health_report", 2, 3, true, dt_event_health_report },
	{ "health_state", 2, 3, true, dt_event_health_state },
	{ "health_recovered", 1, 2, true, dt_event_health_recovered },
	{}
};
