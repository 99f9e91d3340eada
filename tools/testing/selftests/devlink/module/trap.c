// SPDX-License-Identifier: GPL-2.0
/* Packet traps, their groups and policers. */

#include <linux/etherdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/xarray.h>
#include "devlink_test.h"

#define DT_GROUP_ID (DEVLINK_TRAP_GROUP_GENERIC_ID_MAX + 1)
#define DT_FIRST_ADDED_GROUP (DEVLINK_TRAP_GROUP_GENERIC_ID_MAX + 100)
#define DT_FIRST_EXTRA (DEVLINK_TRAP_GENERIC_ID_MAX + 100)
#define DT_FIRST_ADDED 40000
#define DT_LONGEST 1500
#define DT_FLOOD_LENGTH 64
/* Of a context: the trap's packets come to the driver. */
#define DT_TRAP_ON XA_MARK_0

static const struct devlink_trap_policer dt_policers[] = {
	DEVLINK_TRAP_POLICER(1, 1000, 128, 100000, 1, 4096, 16),
	DEVLINK_TRAP_POLICER(2, 2000, 256, 100000, 100, 4096, 16),
	DEVLINK_TRAP_POLICER(3, 3000, 512, 3000, 3000, 512, 512),
};

static const struct devlink_trap_group dt_groups[] = {
	DEVLINK_TRAP_GROUP_GENERIC(L2_DROPS, 1),
	DEVLINK_TRAP_GROUP_GENERIC(ACL_DROPS, 0),
	DEVLINK_TRAP_GROUP_GENERIC(L3_EXCEPTIONS, 2),
	DEVLINK_TRAP_GROUP_GENERIC(LLDP, 3),
	{ .name = "dt_group", .id = DT_GROUP_ID, .init_policer_id = 0 },
};

enum {
	DT_TRAP_DROP = DEVLINK_TRAP_GENERIC_ID_MAX + 1,
	DT_TRAP_EXCEPTION,
	DT_TRAP_CONTROL,
};

static const struct devlink_trap dt_basic_traps[] = {
	DEVLINK_TRAP_GENERIC(DROP, DROP, SMAC_MC, DEVLINK_TRAP_GROUP_GENERIC_ID_L2_DROPS,
			     DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT),
	DEVLINK_TRAP_GENERIC(DROP, TRAP, VLAN_TAG_MISMATCH,
			     DEVLINK_TRAP_GROUP_GENERIC_ID_L2_DROPS, 0),
	DEVLINK_TRAP_GENERIC(DROP, DROP, INGRESS_FLOW_ACTION_DROP,
			     DEVLINK_TRAP_GROUP_GENERIC_ID_ACL_DROPS,
			     DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT |
			     DEVLINK_TRAP_METADATA_TYPE_F_FA_COOKIE),
	DEVLINK_TRAP_GENERIC(EXCEPTION, TRAP, TTL_ERROR,
			     DEVLINK_TRAP_GROUP_GENERIC_ID_L3_EXCEPTIONS,
			     DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT),
	DEVLINK_TRAP_GENERIC(CONTROL, TRAP, LLDP, DEVLINK_TRAP_GROUP_GENERIC_ID_LLDP,
			     DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT),
	DEVLINK_TRAP_DRIVER(DROP, DROP, DT_TRAP_DROP, "dt_drop", DT_GROUP_ID,
			    DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT),
	DEVLINK_TRAP_DRIVER(EXCEPTION, TRAP, DT_TRAP_EXCEPTION, "dt_exception", DT_GROUP_ID, 0),
	DEVLINK_TRAP_DRIVER(CONTROL, MIRROR, DT_TRAP_CONTROL, "dt_control", DT_GROUP_ID, 0),
};

/* A trap or group that an event added. */
struct dt_added_trap {
	struct list_head list;
	struct devlink_trap trap;
	struct devlink_trap_group group;
	char name[DT_NAME_MAX];
};

struct dt_traps {
	bool has_policers;
	bool has_groups;
	bool has_basic;
	bool has_extra;
	struct devlink_trap *extra;
	char (*names)[DT_NAME_MAX];
	struct list_head added_traps;
	struct list_head added_groups;
	u16 next_group;
	/* What the core wants back in a report, by the trap's ID. */
	struct xarray contexts;
	struct timer_list flood;
	/* Where the flood comes from: never registered, because ports go before traps do. */
	struct devlink_port flood_port;
	struct devlink *devlink;
};

static void dt_trap_switch(struct dt_traps *traps, const struct devlink_trap *trap,
			   enum devlink_trap_action action)
{
	if (action == DEVLINK_TRAP_ACTION_DROP)
		xa_clear_mark(&traps->contexts, trap->id, DT_TRAP_ON);
	else
		xa_set_mark(&traps->contexts, trap->id, DT_TRAP_ON);
}

int dt_trap_init(struct devlink *devlink, const struct devlink_trap *trap, void *context)
{
	struct dt_dev *dt = dt_of(devlink);
	int err;

	err = dt_call(dt, "trap_init", NULL, "%s", trap->name);
	if (err)
		return err;
	err = xa_err(xa_store(&dt->traps->contexts, trap->id, context, GFP_KERNEL));
	if (!err)
		dt_trap_switch(dt->traps, trap, trap->init_action);
	return err;
}

void dt_trap_fini(struct devlink *devlink, const struct devlink_trap *trap, void *context)
{
	struct dt_dev *dt = dt_of(devlink);

	dt_call(dt, "trap_fini", NULL, "%s", trap->name);
	WARN_ON(xa_erase(&dt->traps->contexts, trap->id) != context);
}

int dt_trap_action_set(struct devlink *devlink, const struct devlink_trap *trap,
		       enum devlink_trap_action action, struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	int err;

	err = dt_call(dt, "trap_action_set", extack, "%s action=%d", trap->name, action);
	/* Before it unregisters a trap, the core switches it off and does not ask whether it is. */
	if (!err || action == DEVLINK_TRAP_ACTION_DROP)
		dt_trap_switch(dt->traps, trap, action);
	return err;
}

int dt_trap_group_init(struct devlink *devlink, const struct devlink_trap_group *group)
{
	return dt_call(dt_of(devlink), "trap_group_init", NULL, "%s", group->name);
}

int dt_trap_group_set(struct devlink *devlink, const struct devlink_trap_group *group,
		      const struct devlink_trap_policer *policer, struct netlink_ext_ack *extack)
{
	return dt_call(dt_of(devlink), "trap_group_set", extack, "%s policer=%u", group->name,
		       policer ? policer->id : 0);
}

int dt_trap_group_action_set(struct devlink *devlink, const struct devlink_trap_group *group,
			     enum devlink_trap_action action, struct netlink_ext_ack *extack)
{
	return dt_call(dt_of(devlink), "trap_group_action_set", extack, "%s action=%d",
		       group->name, action);
}

int dt_trap_drop_counter_get(struct devlink *devlink, const struct devlink_trap *trap, u64 *drops)
{
	*drops = 5;
	return dt_call(dt_of(devlink), "trap_drop_counter_get", NULL, "%s", trap->name);
}

int dt_trap_policer_init(struct devlink *devlink, const struct devlink_trap_policer *policer)
{
	return dt_call(dt_of(devlink), "trap_policer_init", NULL, "%u", policer->id);
}

void dt_trap_policer_fini(struct devlink *devlink, const struct devlink_trap_policer *policer)
{
	dt_call(dt_of(devlink), "trap_policer_fini", NULL, "%u", policer->id);
}

int dt_trap_policer_set(struct devlink *devlink, const struct devlink_trap_policer *policer,
			u64 rate, u64 burst, struct netlink_ext_ack *extack)
{
	return dt_call(dt_of(devlink), "trap_policer_set", extack, "%u rate=%llu burst=%llu",
		       policer->id, rate, burst);
}

int dt_trap_policer_counter_get(struct devlink *devlink,
				const struct devlink_trap_policer *policer, u64 *drops)
{
	*drops = 9;
	return dt_call(dt_of(devlink), "trap_policer_counter_get", NULL, "%u", policer->id);
}

static int dt_extra_traps_up(struct dt_dev *dt)
{
	unsigned int i, count = dt->config.traps;
	struct dt_traps *traps = dt->traps;
	int err;

	if (!count)
		return 0;
	traps->extra = kvzalloc_objs(*traps->extra, count);
	traps->names = kvzalloc_objs(*traps->names, count);
	if (!traps->extra || !traps->names)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		snprintf(traps->names[i], DT_NAME_MAX, "extra_trap%u", i);
		traps->extra[i] = (struct devlink_trap)
			DEVLINK_TRAP_DRIVER(DROP, DROP, DT_FIRST_EXTRA + i, traps->names[i],
					    DT_GROUP_ID, 0);
	}
	err = devl_traps_register(dt->devlink, traps->extra, count, dt);
	traps->has_extra = !err;
	return err;
}

/*
 * What hardware does: packets come without any of the driver's locks. That they stop before a trap
 * goes is for the core to see to: it switches the trap off, and waits for those like this one.
 */
static void dt_trap_flood(struct timer_list *timer)
{
	struct dt_traps *traps = timer_container_of(traps, timer, flood);
	struct sk_buff *skb = alloc_skb(DT_FLOOD_LENGTH, GFP_ATOMIC);
	unsigned long id;
	void *context;

	if (skb) {
		skb_put_zero(skb, DT_FLOOD_LENGTH);
		skb_reset_mac_header(skb);
		skb->protocol = htons(ETH_P_IP);
		scoped_guard(rcu)
			xa_for_each_marked(&traps->contexts, id, context, DT_TRAP_ON)
				devlink_trap_report(traps->devlink, skb, context,
						    &traps->flood_port, NULL);
		consume_skb(skb);
	}
	mod_timer(timer, jiffies + 1);
}

int dt_traps_up(struct dt_dev *dt)
{
	struct dt_traps *traps = kzalloc_obj(*traps);
	int err;

	if (!traps)
		return -ENOMEM;
	dt->traps = traps;
	traps->devlink = dt->devlink;
	xa_init(&traps->contexts);
	spin_lock_init(&traps->flood_port.type_lock);
	timer_setup(&traps->flood, dt_trap_flood, 0);
	if (dt->trap_flood)
		mod_timer(&traps->flood, jiffies);
	INIT_LIST_HEAD(&traps->added_traps);
	INIT_LIST_HEAD(&traps->added_groups);
	traps->next_group = DT_FIRST_ADDED_GROUP;
	err = devl_trap_policers_register(dt->devlink, dt_policers, ARRAY_SIZE(dt_policers));
	if (err)
		return err;
	traps->has_policers = true;
	err = devl_trap_groups_register(dt->devlink, dt_groups, ARRAY_SIZE(dt_groups));
	if (err)
		return err;
	traps->has_groups = true;
	/* The core wants some callbacks for them. */
	if (!dt->config.full)
		return 0;
	err = devl_traps_register(dt->devlink, dt_basic_traps, ARRAY_SIZE(dt_basic_traps), dt);
	if (err)
		return err;
	traps->has_basic = true;
	return dt_extra_traps_up(dt);
}

void dt_traps_down(struct dt_dev *dt)
{
	struct dt_added_trap *added, *next;
	struct dt_traps *traps = dt->traps;

	if (!traps)
		return;
	list_for_each_entry_safe(added, next, &traps->added_traps, list) {
		devl_traps_unregister(dt->devlink, &added->trap, 1);
		kfree(added);
	}
	if (traps->has_extra)
		devl_traps_unregister(dt->devlink, traps->extra, dt->config.traps);
	if (traps->has_basic)
		devl_traps_unregister(dt->devlink, dt_basic_traps, ARRAY_SIZE(dt_basic_traps));
	list_for_each_entry_safe(added, next, &traps->added_groups, list) {
		devl_trap_groups_unregister(dt->devlink, &added->group, 1);
		kfree(added);
	}
	if (traps->has_groups)
		devl_trap_groups_unregister(dt->devlink, dt_groups, ARRAY_SIZE(dt_groups));
	if (traps->has_policers)
		devl_trap_policers_unregister(dt->devlink, dt_policers, ARRAY_SIZE(dt_policers));
	timer_shutdown_sync(&traps->flood);
	if (dt->left)
		xa_destroy(&traps->contexts);
	WARN_ON(!xa_empty(&traps->contexts));
	kvfree(traps->extra);
	kvfree(traps->names);
	kfree(traps);
	dt->traps = NULL;
}

static const struct devlink_trap *dt_trap_find(struct dt_dev *dt, const char *name)
{
	struct dt_traps *traps = dt->traps;
	struct dt_added_trap *added;
	unsigned int i;

	if (!traps->has_basic)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(dt_basic_traps); i++)
		if (!strcmp(dt_basic_traps[i].name, name))
			return &dt_basic_traps[i];
	for (i = 0; i < dt->config.traps; i++)
		if (!strcmp(traps->extra[i].name, name))
			return &traps->extra[i];
	list_for_each_entry(added, &traps->added_traps, list)
		if (!strcmp(added->name, name))
			return &added->trap;
	return NULL;
}

static int dt_trap_packet(struct dt_port *port, const struct devlink_trap *trap,
			  unsigned int length)
{
	static const u8 cookie_data[] = { 0xc0, 0x0c, 0x1e };
	void *context = xa_load(&port->dt->traps->contexts, trap->id);
	struct flow_action_cookie *cookie = NULL;
	struct sk_buff *skb;

	if (WARN_ON(!context || devlink_trap_ctx_priv(context) != port->dt))
		return -EIO;
	skb = alloc_skb(length, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	skb_put_zero(skb, length);
	skb_reset_mac_header(skb);
	skb->protocol = htons(ETH_P_IP);
	skb->dev = port->netdev;
	if (trap->metadata_cap & DEVLINK_TRAP_METADATA_TYPE_F_FA_COOKIE)
		cookie = flow_action_cookie_create((void *)cookie_data, sizeof(cookie_data),
						   GFP_KERNEL);
	/* As drivers do it, where packets come in. */
	local_bh_disable();
	devlink_trap_report(port->dt->devlink, skb, context, &port->port, cookie);
	local_bh_enable();
	flow_action_cookie_destroy(cookie);
	consume_skb(skb);
	return 0;
}

static int dt_event_trap(struct dt_dev *dt, int argc, char **argv)
{
	const struct devlink_trap *trap = dt_trap_find(dt, argv[0]);
	struct dt_port *port;
	unsigned int length;
	int err;

	if (kstrtouint(argv[2], 10, &length) || length < ETH_HLEN || length > DT_LONGEST)
		return -EINVAL;
	if (!trap)
		return -ENOENT;
	err = dt_port_arg(dt, argv[1], &port);
	return err ?: dt_trap_packet(port, trap, length);
}

static int dt_event_trap_flood(struct dt_dev *dt, int argc, char **argv)
{
	if (kstrtobool(argv[0], &dt->trap_flood))
		return -EINVAL;
	if (dt->trap_flood)
		mod_timer(&dt->traps->flood, jiffies);
	else
		timer_delete_sync(&dt->traps->flood);
	return 0;
}

static struct dt_added_trap *dt_added_alloc(const char *name)
{
	struct dt_added_trap *added = kzalloc_obj(*added);

	if (!added)
		return ERR_PTR(-ENOMEM);
	if (strscpy(added->name, name) < 0) {
		kfree(added);
		return ERR_PTR(-EINVAL);
	}
	return added;
}

static struct dt_added_trap *dt_added_find(struct list_head *list, const char *name)
{
	struct dt_added_trap *added;

	list_for_each_entry(added, list, list)
		if (!strcmp(added->name, name))
			return added;
	return NULL;
}

/* The lowest that is above all in use: events may add and remove one as often as they like. */
static u16 dt_next_trap(struct dt_traps *traps)
{
	if (list_empty(&traps->added_traps))
		return DT_FIRST_ADDED;
	return list_last_entry(&traps->added_traps, struct dt_added_trap, list)->trap.id + 1;
}

/* With the functions that take the lock. Only events change these lists, one at a time. */
static int dt_event_trap_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_added_trap *added;
	int err;

	if (!dt->up)
		return -EBUSY;
	added = dt_added_alloc(argv[0]);
	if (IS_ERR(added))
		return PTR_ERR(added);
	added->trap = (struct devlink_trap)
		DEVLINK_TRAP_DRIVER(DROP, DROP, dt_next_trap(dt->traps), added->name, DT_GROUP_ID,
				    DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT);
	err = devlink_traps_register(dt->devlink, &added->trap, 1, dt);
	if (err)
		kfree(added);
	else
		list_add_tail(&added->list, &dt->traps->added_traps);
	return err;
}

static int dt_event_trap_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_added_trap *added;

	if (!dt->up)
		return -EBUSY;
	added = dt_added_find(&dt->traps->added_traps, argv[0]);
	if (!added)
		return -ENOENT;
	devlink_traps_unregister(dt->devlink, &added->trap, 1);
	list_del(&added->list);
	kfree(added);
	return 0;
}

static int dt_event_group_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_added_trap *added;
	int err;

	if (!dt->up)
		return -EBUSY;
	added = dt_added_alloc(argv[0]);
	if (IS_ERR(added))
		return PTR_ERR(added);
	added->group = (struct devlink_trap_group) {
		.name = added->name,
		.id = dt->traps->next_group++,
	};
	err = devlink_trap_groups_register(dt->devlink, &added->group, 1);
	if (err)
		kfree(added);
	else
		list_add_tail(&added->list, &dt->traps->added_groups);
	return err;
}

static int dt_event_group_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_added_trap *added;

	if (!dt->up)
		return -EBUSY;
	added = dt_added_find(&dt->traps->added_groups, argv[0]);
	if (!added)
		return -ENOENT;
	devlink_trap_groups_unregister(dt->devlink, &added->group, 1);
	list_del(&added->list);
	kfree(added);
	return 0;
}

const struct dt_event dt_trap_events[] = {
	{ "trap", 3, 3, false, dt_event_trap },
	{ "trap_flood", 1, 1, false, dt_event_trap_flood },
	{ "trap_add", 1, 1, true, dt_event_trap_add },
	{ "trap_del", 1, 1, true, dt_event_trap_del },
	{ "group_add", 1, 1, true, dt_event_group_add },
	{ "group_del", 1, 1, true, dt_event_group_del },
	{}
};
