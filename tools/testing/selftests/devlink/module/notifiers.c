// SPDX-License-Identifier: GPL-2.0
/*
 * With notifiers=1: when the device comes up it registers a notifier for the netdevices of every
 * namespace and operations on namespaces, and takes both back when it goes down. Drivers do so, and
 * each of these functions takes pernet_ops_rwsem for write. So whoever reloads the device must not
 * hold that.
 */

#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include "devlink_test.h"

struct dt_notifiers {
	struct notifier_block netdevs;
	struct pernet_operations namespaces;
	bool has_netdevs;
	bool has_namespaces;
};

/* How many namespaces the devices look at, each counting for itself. */
static atomic_t dt_namespaces = ATOMIC_INIT(0);

static int dt_netdev_event(struct notifier_block *block, unsigned long event, void *info)
{
	return NOTIFY_DONE;
}

static int dt_namespace_init(struct net *net)
{
	atomic_inc(&dt_namespaces);
	return 0;
}

static void dt_namespace_exit(struct net *net)
{
	atomic_dec(&dt_namespaces);
}

int dt_notifiers_up(struct dt_dev *dt)
{
	struct dt_notifiers *notifiers;
	int err;

	if (!dt->config.notifiers)
		return 0;
	notifiers = kzalloc_obj(*notifiers);
	if (!notifiers)
		return -ENOMEM;
	dt->notifiers = notifiers;
	notifiers->netdevs.notifier_call = dt_netdev_event;
	err = register_netdevice_notifier(&notifiers->netdevs);
	if (err)
		return err;
	notifiers->has_netdevs = true;
	notifiers->namespaces.init = dt_namespace_init;
	notifiers->namespaces.exit = dt_namespace_exit;
	err = register_pernet_subsys(&notifiers->namespaces);
	notifiers->has_namespaces = !err;
	return err;
}

void dt_notifiers_down(struct dt_dev *dt)
{
	struct dt_notifiers *notifiers = dt->notifiers;

	if (!notifiers)
		return;
	if (notifiers->has_namespaces)
		unregister_pernet_subsys(&notifiers->namespaces);
	if (notifiers->has_netdevs)
		unregister_netdevice_notifier(&notifiers->netdevs);
	kfree(notifiers);
	dt->notifiers = NULL;
}

/* When the module goes: each namespace that came has gone. */
void dt_notifiers_check(void)
{
	WARN_ON(atomic_read(&dt_namespaces));
}
