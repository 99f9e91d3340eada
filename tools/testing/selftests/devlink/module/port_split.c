// SPDX-License-Identifier: GPL-2.0
/* Splitting a port into several, and back. */

#include "devlink_test.h"

#define DT_FIRST_SPLIT 40
#define DT_MAX_LANES 8

/* @port goes, and @count others come. */
int dt_port_split_into(struct dt_port *port, unsigned int count)
{
	struct devlink_port_attrs attrs = {
		.flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL,
		.split = 1,
		.lanes = port->port.attrs.lanes / count,
		.phys.port_number = port->port.attrs.phys.port_number,
	};
	struct dt_dev *dt = port->dt;
	unsigned int i, index = port->index;
	int err;

	dt_port_remove(port);
	for (i = 0; i < count; i++) {
		attrs.phys.split_subport_number = i;
		port = dt_port_add(dt, DT_FIRST_SPLIT + DT_MAX_LANES * index + i, &attrs);
		if (IS_ERR(port))
			return PTR_ERR(port);
		port->split_of = index;
		err = dt_port_add_netdev(port);
		if (err)
			return err;
	}
	return 0;
}

int dt_port_split(struct devlink *devlink, struct devlink_port *devlink_port, unsigned int count,
		  struct netlink_ext_ack *extack)
{
	struct dt_port *port = dt_port_of(devlink_port);
	int err;

	err = dt_call(port->dt, "port_split", extack, "%u count=%u", port->index, count);
	if (err)
		return err;
	return port->busy ? -EBUSY : dt_port_split_into(port, count);
}

int dt_port_unsplit(struct devlink *devlink, struct devlink_port *devlink_port,
		    struct netlink_ext_ack *extack)
{
	struct dt_port *next, *port = dt_port_of(devlink_port);
	int split_of = port->split_of;
	struct dt_dev *dt = port->dt;
	int err;

	err = dt_call(dt, "port_unsplit", extack, "%u", port->index);
	if (err)
		return err;
	if (split_of < 0) {
		NL_SET_ERR_MSG(extack, "devlink_test: the port was not split");
		return -EINVAL;
	}
	list_for_each_entry(port, &dt->ports, list)
		if (port->split_of == split_of && port->busy)
			return -EBUSY;
	list_for_each_entry_safe(port, next, &dt->ports, list)
		if (port->split_of == split_of)
			dt_port_remove(port);
	return dt_port_add_basic(dt, split_of);
}
