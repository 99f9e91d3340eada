// SPDX-License-Identifier: GPL-2.0
/* What a port can be asked and told: its type, and the function behind it. */

#include <linux/etherdevice.h>
#include <linux/slab.h>
#include <rdma/ib_verbs.h>
#include "devlink_test.h"

void dt_function_init(struct dt_port *port)
{
	port->function = (struct dt_function) {
		.hw_addr = { 0x02, 0xff, 0, 0, port->index >> 8, port->index },
		.roce = true,
		.state = DEVLINK_PORT_FN_STATE_INACTIVE,
		.max_io_eqs = 24,
	};
}

/* The one way to a type: with the netdevice that belongs to it, if there is one. */
int dt_port_change_type(struct dt_port *port, enum devlink_port_type type)
{
	if (port->type == type)
		return 0;
	if (port->netdev)
		dt_netdev_destroy(port);
	else if (port->type != DEVLINK_PORT_TYPE_NOTSET)
		devlink_port_type_clear(&port->port);
	kfree(port->ibdev);
	port->ibdev = NULL;
	port->type = DEVLINK_PORT_TYPE_NOTSET;
	if (type == DEVLINK_PORT_TYPE_ETH) {
		int err = dt_port_add_netdev(port);

		if (err)
			return err;
		if (!port->netdev)
			devlink_port_type_eth_set(&port->port);
	} else if (type == DEVLINK_PORT_TYPE_IB) {
		port->ibdev = kzalloc_obj(*port->ibdev);
		if (!port->ibdev)
			return -ENOMEM;
		snprintf(port->ibdev->name, sizeof(port->ibdev->name), "dtib%u", port->index);
		devlink_port_type_ib_set(&port->port, port->ibdev);
	}
	port->type = type;
	return 0;
}

static int dt_port_type_set(struct devlink_port *devlink_port, enum devlink_port_type type)
{
	struct dt_port *port = dt_port_of(devlink_port);
	int err;

	err = dt_call(port->dt, "port_type_set", NULL, "%u type=%d", port->index, type);
	if (err)
		return err;
	if (port->busy)
		return -EBUSY;
	/* What there is, is as good as anything. */
	if (type == DEVLINK_PORT_TYPE_AUTO)
		return 0;
	return dt_port_change_type(port, type);
}

/*
 * How the callbacks about functions begin. What a port has is also asked when its netdevice gets
 * another name, with only the RTNL.
 */
static int dt_function_get(struct devlink_port *devlink_port, const char *name,
			   struct netlink_ext_ack *extack)
{
	struct dt_port *port = dt_port_of(devlink_port);
	int err;

	err = dt_call_unlocked(port->dt, name, extack, "%u", port->index);
	if (err)
		return err;
	return dt_port_has_function(port) ? 0 : -EOPNOTSUPP;
}

static int dt_function_set(struct devlink_port *devlink_port, const char *name, u64 value,
			   struct netlink_ext_ack *extack)
{
	struct dt_port *port = dt_port_of(devlink_port);
	int err;

	err = dt_call(port->dt, name, extack, "%u value=%llu", port->index, value);
	if (err)
		return err;
	return dt_port_has_function(port) ? 0 : -EOPNOTSUPP;
}

static int dt_port_fn_hw_addr_get(struct devlink_port *port, u8 *addr, int *length,
				  struct netlink_ext_ack *extack)
{
	int err = dt_function_get(port, "port_fn_hw_addr_get", extack);

	if (err)
		return err;
	ether_addr_copy(addr, dt_port_of(port)->function.hw_addr);
	*length = ETH_ALEN;
	return 0;
}

static int dt_port_fn_hw_addr_set(struct devlink_port *port, const u8 *addr, int length,
				  struct netlink_ext_ack *extack)
{
	int err = dt_function_set(port, "port_fn_hw_addr_set", length, extack);

	if (err)
		return err;
	if (length != ETH_ALEN) {
		NL_SET_ERR_MSG(extack, "devlink_test: an address has six bytes");
		return -EINVAL;
	}
	ether_addr_copy(dt_port_of(port)->function.hw_addr, addr);
	return 0;
}

static int dt_port_fn_roce_get(struct devlink_port *port, bool *enable,
			       struct netlink_ext_ack *extack)
{
	*enable = dt_port_of(port)->function.roce;
	return dt_function_get(port, "port_fn_roce_get", extack);
}

static int dt_port_fn_roce_set(struct devlink_port *port, bool enable,
			       struct netlink_ext_ack *extack)
{
	int err = dt_function_set(port, "port_fn_roce_set", enable, extack);

	if (!err)
		dt_port_of(port)->function.roce = enable;
	return err;
}

static int dt_port_fn_migratable_get(struct devlink_port *port, bool *enable,
				     struct netlink_ext_ack *extack)
{
	*enable = dt_port_of(port)->function.migratable;
	return dt_function_get(port, "port_fn_migratable_get", extack);
}

static int dt_port_fn_migratable_set(struct devlink_port *port, bool enable,
				     struct netlink_ext_ack *extack)
{
	int err = dt_function_set(port, "port_fn_migratable_set", enable, extack);

	if (!err)
		dt_port_of(port)->function.migratable = enable;
	return err;
}

static int dt_port_fn_state_get(struct devlink_port *port, enum devlink_port_fn_state *state,
				enum devlink_port_fn_opstate *opstate,
				struct netlink_ext_ack *extack)
{
	*state = dt_port_of(port)->function.state;
	*opstate = *state == DEVLINK_PORT_FN_STATE_ACTIVE ? DEVLINK_PORT_FN_OPSTATE_ATTACHED :
							    DEVLINK_PORT_FN_OPSTATE_DETACHED;
	return dt_function_get(port, "port_fn_state_get", extack);
}

static int dt_port_fn_state_set(struct devlink_port *port, enum devlink_port_fn_state state,
				struct netlink_ext_ack *extack)
{
	int err = dt_function_set(port, "port_fn_state_set", state, extack);

	if (!err)
		dt_port_of(port)->function.state = state;
	return err;
}

static int dt_port_fn_ipsec_crypto_get(struct devlink_port *port, bool *enable,
				       struct netlink_ext_ack *extack)
{
	*enable = dt_port_of(port)->function.ipsec_crypto;
	return dt_function_get(port, "port_fn_ipsec_crypto_get", extack);
}

static int dt_port_fn_ipsec_crypto_set(struct devlink_port *port, bool enable,
				       struct netlink_ext_ack *extack)
{
	int err = dt_function_set(port, "port_fn_ipsec_crypto_set", enable, extack);

	if (!err)
		dt_port_of(port)->function.ipsec_crypto = enable;
	return err;
}

static int dt_port_fn_ipsec_packet_get(struct devlink_port *port, bool *enable,
				       struct netlink_ext_ack *extack)
{
	*enable = dt_port_of(port)->function.ipsec_packet;
	return dt_function_get(port, "port_fn_ipsec_packet_get", extack);
}

static int dt_port_fn_ipsec_packet_set(struct devlink_port *port, bool enable,
				       struct netlink_ext_ack *extack)
{
	int err = dt_function_set(port, "port_fn_ipsec_packet_set", enable, extack);

	if (!err)
		dt_port_of(port)->function.ipsec_packet = enable;
	return err;
}

static int dt_port_fn_max_io_eqs_get(struct devlink_port *port, u32 *max_eqs,
				     struct netlink_ext_ack *extack)
{
	*max_eqs = dt_port_of(port)->function.max_io_eqs;
	return dt_function_get(port, "port_fn_max_io_eqs_get", extack);
}

static int dt_port_fn_max_io_eqs_set(struct devlink_port *port, u32 max_eqs,
				     struct netlink_ext_ack *extack)
{
	int err = dt_function_set(port, "port_fn_max_io_eqs_set", max_eqs, extack);

	if (!err)
		dt_port_of(port)->function.max_io_eqs = max_eqs;
	return err;
}

const struct devlink_port_ops dt_port_ops = {
	.port_split = dt_port_split,
	.port_unsplit = dt_port_unsplit,
	.port_type_set = dt_port_type_set,
	.port_del = dt_port_del,
	.port_fn_hw_addr_get = dt_port_fn_hw_addr_get,
	.port_fn_hw_addr_set = dt_port_fn_hw_addr_set,
	.port_fn_roce_get = dt_port_fn_roce_get,
	.port_fn_roce_set = dt_port_fn_roce_set,
	.port_fn_migratable_get = dt_port_fn_migratable_get,
	.port_fn_migratable_set = dt_port_fn_migratable_set,
	.port_fn_state_get = dt_port_fn_state_get,
	.port_fn_state_set = dt_port_fn_state_set,
	.port_fn_ipsec_crypto_get = dt_port_fn_ipsec_crypto_get,
	.port_fn_ipsec_crypto_set = dt_port_fn_ipsec_crypto_set,
	.port_fn_ipsec_packet_get = dt_port_fn_ipsec_packet_get,
	.port_fn_ipsec_packet_set = dt_port_fn_ipsec_packet_set,
	.port_fn_max_io_eqs_get = dt_port_fn_max_io_eqs_get,
	.port_fn_max_io_eqs_set = dt_port_fn_max_io_eqs_set,
};
