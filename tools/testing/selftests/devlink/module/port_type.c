// SPDX-License-Identifier: GPL-2.0
/* The types of ports, as the driver finds them. */

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <rdma/ib_verbs.h>
#include "devlink_test.h"

/* Two who speak at once begin within so many microseconds. */
#define DT_AT_ONCE 40

/* A type of a port that a task says when it may. */
struct dt_said {
	struct work_struct work;
	struct dt_port *port;
	struct ib_device *ibdev;	/* NULL for no type */
	struct completion *go;
};

static int dt_type_arg(const char *arg, enum devlink_port_type *type)
{
	if (!strcmp(arg, "eth"))
		*type = DEVLINK_PORT_TYPE_ETH;
	else if (!strcmp(arg, "ib"))
		*type = DEVLINK_PORT_TYPE_IB;
	else if (!strcmp(arg, "none"))
		*type = DEVLINK_PORT_TYPE_NOTSET;
	else
		return -EINVAL;
	return 0;
}

static int dt_event_port_type(struct dt_dev *dt, int argc, char **argv)
{
	enum devlink_port_type type;
	struct dt_port *port;

	return dt_port_arg(dt, argv[0], &port) ?: dt_type_arg(argv[1], &type) ?:
	       dt_port_change_type(port, type);
}

/* InfiniBand devices get other names, and nobody is told. */
static int dt_event_ib_rename(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	int err;

	err = dt_port_arg(dt, argv[0], &port);
	if (err)
		return err;
	if (!port->ibdev)
		return -EINVAL;
	return strscpy(port->ibdev->name, argv[1]) < 0 ? -EINVAL : 0;
}

static void dt_say(struct work_struct *work)
{
	struct dt_said *said = container_of(work, struct dt_said, work);

	wait_for_completion(said->go);
	udelay(get_random_u32_below(DT_AT_ONCE));
	if (said->ibdev)
		devlink_port_type_ib_set(&said->port->port, said->ibdev);
	else
		devlink_port_type_clear(&said->port->port);
}

/*
 * Says of an InfiniBand port at once that it is one and that it has no type, so that afterwards it
 * is either. Drivers say such things from events of their own, which no lock of devlink orders.
 */
static int dt_event_port_type_twice(struct dt_dev *dt, int argc, char **argv)
{
	DECLARE_COMPLETION_ONSTACK(go);
	struct dt_said said[2] = {};
	struct dt_port *port;
	int err, i;

	err = dt_port_arg(dt, argv[0], &port);
	if (err)
		return err;
	if (!port->ibdev)
		return -EINVAL;
	said[0].ibdev = port->ibdev;
	for (i = 0; i < ARRAY_SIZE(said); i++) {
		said[i].port = port;
		said[i].go = &go;
		INIT_WORK_ONSTACK(&said[i].work, dt_say);
		queue_work(system_dfl_wq, &said[i].work);
	}
	complete_all(&go);
	for (i = 0; i < ARRAY_SIZE(said); i++) {
		flush_work(&said[i].work);
		destroy_work_on_stack(&said[i].work);
	}
	return 0;
}

/* -EPROTO if the driver's structure has another type than that. */
static int dt_event_port_type_is(struct dt_dev *dt, int argc, char **argv)
{
	enum devlink_port_type type;
	struct dt_port *port;
	int err;

	err = dt_port_arg(dt, argv[0], &port) ?: dt_type_arg(argv[1], &type);
	if (err)
		return err;
	return port->port.type == type ? 0 : -EPROTO;
}

const struct dt_event dt_port_type_events[] = {
	{ "port_type", 2, 2, false, dt_event_port_type },
	{ "port_type_twice", 1, 1, false, dt_event_port_type_twice },
	{ "port_type_is", 2, 2, false, dt_event_port_type_is },
	{ "ib_rename", 2, 2, false, dt_event_ib_rename },
	{}
};
