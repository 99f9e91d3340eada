// SPDX-License-Identifier: GPL-2.0
/* The netdevices of physical ports: they swallow what is sent. */

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include "devlink_test.h"

static netdev_tx_t dt_netdev_start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops dt_netdev_ops = {
	.ndo_start_xmit = dt_netdev_start_xmit,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
};

int dt_netdev_create(struct dt_port *port)
{
	struct dt_dev *dt = port->dt;
	struct net_device *netdev;
	u8 addr[ETH_ALEN] = { 0x02, 0, dt->id >> 8, dt->id, port->index >> 8, port->index };
	int err;

	netdev = alloc_etherdev(0);
	if (!netdev)
		return -ENOMEM;
	snprintf(netdev->name, sizeof(netdev->name), "dt%up%u", dt->id, port->index);
	netdev->netdev_ops = &dt_netdev_ops;
	eth_hw_addr_set(netdev, addr);
	dev_net_set(netdev, devlink_net(dt->devlink));
	SET_NETDEV_DEV(netdev, &dt->dev);
	SET_NETDEV_DEVLINK_PORT(netdev, &port->port);
	err = register_netdev(netdev);
	if (err) {
		free_netdev(netdev);
		return err;
	}
	port->netdev = netdev;
	return 0;
}

void dt_netdev_destroy(struct dt_port *port)
{
	unregister_netdev(port->netdev);
	free_netdev(port->netdev);
	port->netdev = NULL;
}
