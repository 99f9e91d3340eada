// SPDX-License-Identifier: GPL-2.0
/*
 * Shared buffers: number 0 with two pools and four traffic classes each way, others with one.
 * Physical ports of the basic set have thresholds in number 0.
 */

#include <linux/sizes.h>
#include <linux/slab.h>
#include "devlink_test.h"

#define DT_SB_SIZE SZ_1M
#define DT_SB_CELL 64

struct dt_sb {
	struct list_head list;
	unsigned int index;
	unsigned int pools;	/* each way: ingress ones come first */
	bool cleared;
	struct devlink_sb_pool_info pool[DT_SB_POOLS];
};

static struct dt_sb *dt_sb_find(struct dt_dev *dt, unsigned int index)
{
	struct dt_sb *sb;

	list_for_each_entry(sb, &dt->sbs, list)
		if (sb->index == index)
			return sb;
	return NULL;
}

int dt_sb_pool_get(struct devlink *devlink, unsigned int sb_index, u16 pool_index,
		   struct devlink_sb_pool_info *info)
{
	struct dt_dev *dt = dt_of(devlink);
	int err;

	err = dt_call(dt, "sb_pool_get", NULL, "%u pool=%u", sb_index, pool_index);
	if (!err)
		*info = dt_sb_find(dt, sb_index)->pool[pool_index];
	return err;
}

int dt_sb_pool_set(struct devlink *devlink, unsigned int sb_index, u16 pool_index, u32 size,
		   enum devlink_sb_threshold_type type, struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	struct devlink_sb_pool_info *info;
	int err;

	err = dt_call(dt, "sb_pool_set", extack, "%u pool=%u size=%u type=%d", sb_index,
		      pool_index, size, type);
	if (err)
		return err;
	if (size > DT_SB_SIZE) {
		NL_SET_ERR_MSG(extack, "devlink_test: larger than the buffer");
		return -EINVAL;
	}
	info = &dt_sb_find(dt, sb_index)->pool[pool_index];
	info->size = size;
	info->threshold_type = type;
	return 0;
}

/* How each of the callbacks about a port's part of a buffer begins. */
static int dt_sb_port_call(struct devlink_port *devlink_port, const char *name,
			   unsigned int sb_index, unsigned int index, unsigned int type,
			   struct netlink_ext_ack *extack)
{
	struct dt_port *port = dt_port_of(devlink_port);
	int err;

	err = dt_call(port->dt, name, extack, "%u port=%u index=%u type=%u", sb_index,
		      port->index, index, type);
	if (err)
		return err;
	if (sb_index || port->index >= 100 ||
	    port->port.attrs.flavour != DEVLINK_PORT_FLAVOUR_PHYSICAL)
		return -EOPNOTSUPP;
	return 0;
}

int dt_sb_port_pool_get(struct devlink_port *port, unsigned int sb_index, u16 pool_index,
			u32 *threshold)
{
	int err = dt_sb_port_call(port, "sb_port_pool_get", sb_index, pool_index, 0, NULL);

	if (!err)
		*threshold = dt_port_of(port)->pool_threshold[pool_index];
	return err;
}

int dt_sb_port_pool_set(struct devlink_port *port, unsigned int sb_index, u16 pool_index,
			u32 threshold, struct netlink_ext_ack *extack)
{
	int err = dt_sb_port_call(port, "sb_port_pool_set", sb_index, pool_index, 0, extack);

	if (!err)
		dt_port_of(port)->pool_threshold[pool_index] = threshold;
	return err;
}

int dt_sb_tc_pool_bind_get(struct devlink_port *port, unsigned int sb_index, u16 tc_index,
			   enum devlink_sb_pool_type type, u16 *pool_index, u32 *threshold)
{
	int err = dt_sb_port_call(port, "sb_tc_pool_bind_get", sb_index, tc_index, type, NULL);

	if (err)
		return err;
	*pool_index = dt_port_of(port)->tc_pool[type][tc_index];
	*threshold = dt_port_of(port)->tc_threshold[type][tc_index];
	return 0;
}

int dt_sb_tc_pool_bind_set(struct devlink_port *port, unsigned int sb_index, u16 tc_index,
			   enum devlink_sb_pool_type type, u16 pool_index, u32 threshold,
			   struct netlink_ext_ack *extack)
{
	int err = dt_sb_port_call(port, "sb_tc_pool_bind_set", sb_index, tc_index, type, extack);
	struct dt_dev *dt = dt_port_of(port)->dt;

	if (err)
		return err;
	if (dt_sb_find(dt, sb_index)->pool[pool_index].pool_type != type) {
		NL_SET_ERR_MSG(extack, "devlink_test: a pool of the other direction");
		return -EINVAL;
	}
	dt_port_of(port)->tc_pool[type][tc_index] = pool_index;
	dt_port_of(port)->tc_threshold[type][tc_index] = threshold;
	return 0;
}

int dt_sb_occ_snapshot(struct devlink *devlink, unsigned int sb_index)
{
	return dt_call(dt_of(devlink), "sb_occ_snapshot", NULL, "%u", sb_index);
}

int dt_sb_occ_max_clear(struct devlink *devlink, unsigned int sb_index)
{
	struct dt_dev *dt = dt_of(devlink);
	int err = dt_call(dt, "sb_occ_max_clear", NULL, "%u", sb_index);

	if (!err)
		dt_sb_find(dt, sb_index)->cleared = true;
	return err;
}

static void dt_sb_occ(struct devlink_port *port, unsigned int sb_index, unsigned int index,
		      u32 *cur, u32 *max)
{
	struct dt_sb *sb = dt_sb_find(dt_port_of(port)->dt, sb_index);

	*cur = 1000 + 100 * dt_port_of(port)->index + index;
	*max = sb->cleared ? *cur : 2 * *cur;
}

int dt_sb_occ_port_pool_get(struct devlink_port *port, unsigned int sb_index, u16 pool_index,
			    u32 *cur, u32 *max)
{
	int err = dt_sb_port_call(port, "sb_occ_port_pool_get", sb_index, pool_index, 0, NULL);

	if (!err)
		dt_sb_occ(port, sb_index, pool_index, cur, max);
	return err;
}

int dt_sb_occ_tc_port_bind_get(struct devlink_port *port, unsigned int sb_index, u16 tc_index,
			       enum devlink_sb_pool_type type, u32 *cur, u32 *max)
{
	int err = dt_sb_port_call(port, "sb_occ_tc_port_bind_get", sb_index, tc_index, type, NULL);

	if (!err)
		dt_sb_occ(port, sb_index, 10 * (type + 1) + tc_index, cur, max);
	return err;
}

static struct dt_sb *dt_sb_alloc(unsigned int index)
{
	struct dt_sb *sb = kzalloc_obj(*sb);
	unsigned int i;

	if (!sb)
		return NULL;
	sb->index = index;
	sb->pools = index ? 1 : DT_SB_POOLS / 2;
	for (i = 0; i < 2 * sb->pools; i++) {
		sb->pool[i].pool_type = i < sb->pools ? DEVLINK_SB_POOL_TYPE_INGRESS :
							DEVLINK_SB_POOL_TYPE_EGRESS;
		sb->pool[i].size = DT_SB_SIZE / DT_SB_POOLS;
		sb->pool[i].threshold_type = DEVLINK_SB_THRESHOLD_TYPE_DYNAMIC;
		sb->pool[i].cell_size = DT_SB_CELL;
	}
	return sb;
}

static int dt_sb_add(struct dt_dev *dt, unsigned int index)
{
	unsigned int tcs = index ? 1 : DT_SB_TCS;
	struct dt_sb *sb = dt_sb_alloc(index);
	int err;

	if (!sb)
		return -ENOMEM;
	err = devl_sb_register(dt->devlink, index, DT_SB_SIZE, sb->pools, sb->pools, tcs, tcs);
	if (err)
		kfree(sb);
	else
		list_add_tail(&sb->list, &dt->sbs);
	return err;
}

int dt_sbs_up(struct dt_dev *dt)
{
	struct dt_port *port;
	unsigned int i;
	int err;

	/* Egress traffic classes belong to egress pools. */
	list_for_each_entry(port, &dt->ports, list)
		for (i = 0; i < DT_SB_TCS; i++)
			port->tc_pool[DEVLINK_SB_POOL_TYPE_EGRESS][i] = DT_SB_POOLS / 2;
	for (i = 0; i <= dt->config.sbs; i++) {
		err = dt_sb_add(dt, i);
		if (err)
			return err;
	}
	return 0;
}

void dt_sbs_down(struct dt_dev *dt)
{
	struct dt_sb *sb, *next;

	list_for_each_entry_safe(sb, next, &dt->sbs, list) {
		devl_sb_unregister(dt->devlink, sb->index);
		list_del(&sb->list);
		kfree(sb);
	}
}

/* With the functions that take the lock, so what users can see is on the list before. */
static int dt_event_sb_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_sb *sb;
	unsigned int index;
	int err;

	/* Number 0 is another kind. */
	if (kstrtouint(argv[0], 10, &index) || !index)
		return -EINVAL;
	if (!dt->up)
		return -EBUSY;
	sb = dt_sb_alloc(index);
	if (!sb)
		return -ENOMEM;
	scoped_guard(devl, dt->devlink)
		list_add_tail(&sb->list, &dt->sbs);
	err = devlink_sb_register(dt->devlink, index, DT_SB_SIZE, sb->pools, sb->pools, 1, 1);
	if (!err)
		return 0;
	scoped_guard(devl, dt->devlink)
		list_del(&sb->list);
	kfree(sb);
	return err;
}

static int dt_event_sb_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_sb *sb = NULL;
	unsigned int index;

	if (kstrtouint(argv[0], 10, &index))
		return -EINVAL;
	if (!dt->up)
		return -EBUSY;
	scoped_guard(devl, dt->devlink)
		sb = dt_sb_find(dt, index);
	if (!sb)
		return -ENOENT;
	devlink_sb_unregister(dt->devlink, index);
	scoped_guard(devl, dt->devlink)
		list_del(&sb->list);
	kfree(sb);
	return 0;
}

const struct dt_event dt_sb_events[] = {
	{ "sb_add", 1, 1, true, dt_event_sb_add },
	{ "sb_del", 1, 1, true, dt_event_sb_del },
	{}
};
