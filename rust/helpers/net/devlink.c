// SPDX-License-Identifier: GPL-2.0

#include <linux/etherdevice.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>
#include <net/devlink.h>
#include <rdma/ib_verbs.h>

#ifdef CONFIG_NET_DEVLINK

__rust_helper void rust_helper_devlink_port_type_lock_init(struct devlink_port *port)
{
	spin_lock_init(&port->type_lock);
}

/* The type's fields must be consistent for those who read them in softirq. */
__rust_helper void
rust_helper_devlink_port_mirror_type(struct devlink_port *port,
				     enum devlink_port_type type,
				     struct net_device *netdev,
				     struct ib_device *ibdev)
{
	spin_lock_bh(&port->type_lock);
	port->type = type;
	switch (type) {
	case DEVLINK_PORT_TYPE_ETH:
		port->type_eth.netdev = netdev;
		if (netdev) {
			ASSERT_RTNL();
			port->type_eth.ifindex = netdev->ifindex;
			strscpy(port->type_eth.ifname, netdev->name);
		}
		break;
	case DEVLINK_PORT_TYPE_IB:
		port->type_ib.ibdev = ibdev;
		break;
	default:
		break;
	}
	spin_unlock_bh(&port->type_lock);
}

__rust_helper void
rust_helper_devlink_port_init_type_warn(struct devlink_port *port,
					work_func_t func)
{
	INIT_DELAYED_WORK(&port->type_warn_dw, func);
}

__rust_helper void
rust_helper_devlink_port_schedule_type_warn(struct devlink_port *port,
					    unsigned long seconds)
{
	schedule_delayed_work(&port->type_warn_dw, secs_to_jiffies(seconds));
}

__rust_helper void
rust_helper_devlink_port_cancel_type_warn(struct devlink_port *port)
{
	cancel_delayed_work_sync(&port->type_warn_dw);
}

__rust_helper struct devlink_port *
rust_helper_devlink_port_of_type_warn(struct work_struct *work)
{
	return container_of(to_delayed_work(work), struct devlink_port,
			    type_warn_dw);
}

/* Whoever has a devlink port leaves naming it, and its switch, to devlink. */
__rust_helper void
rust_helper_devlink_port_check_netdev_ops(struct net_device *netdev)
{
	const struct net_device_ops *ops = netdev->netdev_ops;
	struct netdev_phys_item_id ppid;
	char name[IFNAMSIZ];

	if (ops->ndo_get_phys_port_name)
		WARN_ON(ops->ndo_get_phys_port_name(netdev, name, sizeof(name)) !=
			-EOPNOTSUPP);
	if (ops->ndo_get_port_parent_id)
		WARN_ON(ops->ndo_get_port_parent_id(netdev, &ppid) !=
			-EOPNOTSUPP);
}

__rust_helper bool rust_helper_devlink_ib_device_name(struct ib_device *ibdev,
						      u8 *name)
{
	BUILD_BUG_ON(sizeof(ibdev->name) > 64);
	if (!ibdev)
		return false;
	strscpy(name, ibdev->name, 64);
	return true;
}

__rust_helper struct net_device *
rust_helper_netdev_notifier_info_to_dev(const struct netdev_notifier_info *info)
{
	return netdev_notifier_info_to_dev(info);
}

__rust_helper struct net *rust_helper_dev_net(const struct net_device *dev)
{
	return dev_net(dev);
}

__rust_helper void rust_helper_assert_rtnl(void)
{
	ASSERT_RTNL();
}

#endif
