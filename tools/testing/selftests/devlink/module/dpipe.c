// SPDX-License-Identifier: GPL-2.0
/*
 * The pipeline: headers, and tables with entries. dt_host has few entries, and uses the resource
 * "routes"; dt_large has more than fit one message; dt_extern has counters that others control.
 */

#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

enum {
	DT_FIELD_PORT,
	DT_FIELD_DROP,
};

static struct devlink_dpipe_field dt_fields[] = {
	[DT_FIELD_PORT] = {
		.name = "dt_port",
		.id = DT_FIELD_PORT,
		.bitwidth = 32,
		.mapping_type = DEVLINK_DPIPE_FIELD_MAPPING_TYPE_IFINDEX,
	},
	[DT_FIELD_DROP] = {
		.name = "dt_drop",
		.id = DT_FIELD_DROP,
		.bitwidth = 1,
	},
};

static struct devlink_dpipe_header dt_header = {
	.name = "dt_header",
	.id = 0,
	.fields = dt_fields,
	.fields_count = ARRAY_SIZE(dt_fields),
};

static struct devlink_dpipe_header *dt_headers[] = {
	&dt_header,
	&devlink_dpipe_header_ethernet,
	&devlink_dpipe_header_ipv4,
	&devlink_dpipe_header_ipv6,
};

static struct devlink_dpipe_headers dt_dpipe_headers = {
	.headers = dt_headers,
	.headers_count = ARRAY_SIZE(dt_headers),
};

static struct devlink_dpipe_match dt_matches[] = {
	{
		.type = DEVLINK_DPIPE_MATCH_TYPE_FIELD_EXACT,
		.header = &dt_header,
		.field_id = DT_FIELD_PORT,
	}, {
		.type = DEVLINK_DPIPE_MATCH_TYPE_FIELD_EXACT,
		.header_index = 1,
		.header = &devlink_dpipe_header_ipv4,
		.field_id = DEVLINK_DPIPE_FIELD_IPV4_DST_IP,
	},
};

static struct devlink_dpipe_action dt_action = {
	.type = DEVLINK_DPIPE_ACTION_TYPE_FIELD_MODIFY,
	.header = &devlink_dpipe_header_ethernet,
	.field_id = DEVLINK_DPIPE_FIELD_ETHERNET_DST_MAC,
};

struct dt_table {
	struct list_head list;
	struct dt_dev *dt;
	unsigned int entries;
	char name[DT_NAME_MAX];
};

struct dt_dpipe {
	struct list_head tables;
};

static int dt_table_matches_dump(void *priv, struct sk_buff *skb)
{
	struct dt_table *table = priv;
	int i, err;

	err = dt_call(table->dt, "table_matches_dump", NULL, "%s", table->name);
	for (i = 0; !err && i < ARRAY_SIZE(dt_matches); i++)
		err = devlink_dpipe_match_put(skb, &dt_matches[i]);
	return err;
}

static int dt_table_actions_dump(void *priv, struct sk_buff *skb)
{
	struct dt_table *table = priv;
	int err = dt_call(table->dt, "table_actions_dump", NULL, "%s", table->name);

	return err ?: devlink_dpipe_action_put(skb, &dt_action);
}

/* An entry with its values, which have no more than four bytes here. */
struct dt_entry {
	struct devlink_dpipe_entry entry;
	struct devlink_dpipe_value match[ARRAY_SIZE(dt_matches)];
	struct devlink_dpipe_value action;
};

static int dt_value_set(struct devlink_dpipe_value *value, u32 number)
{
	value->value_size = sizeof(number);
	value->value = kmemdup(&number, sizeof(number), GFP_KERNEL);
	return value->value ? 0 : -ENOMEM;
}

static int dt_entry_fill(struct dt_entry *e, unsigned int index, bool counters)
{
	u32 mask = 0xffffff00;
	int err;

	memset(e, 0, sizeof(*e));
	e->entry = (struct devlink_dpipe_entry) {
		.index = index,
		.match_values = e->match,
		.match_values_count = ARRAY_SIZE(e->match),
		.action_values = &e->action,
		.action_values_count = 1,
		.counter = 10 * index,
		.counter_valid = counters,
	};
	e->match[0].match = &dt_matches[0];
	e->match[0].mapping_valid = true;
	e->match[0].mapping_value = 1;
	e->match[1].match = &dt_matches[1];
	e->action.action = &dt_action;
	err = dt_value_set(&e->match[0], index) ?:
	      dt_value_set(&e->match[1], 0x0a000000 + index) ?:
	      dt_value_set(&e->action, index << 8);
	if (err)
		return err;
	e->match[1].mask = kmemdup(&mask, sizeof(mask), GFP_KERNEL);
	return e->match[1].mask ? 0 : -ENOMEM;
}

/* Appends entries from *@index on, as many as fit. */
static int dt_entries_append(struct dt_table *table, unsigned int *index, bool counters,
			     struct devlink_dpipe_dump_ctx *ctx)
{
	unsigned int first = *index;
	struct dt_entry e;
	int err = 0;

	for (; !err && *index < table->entries; ++*index) {
		err = dt_entry_fill(&e, *index, counters);
		if (!err)
			err = devlink_dpipe_entry_ctx_append(ctx, &e.entry);
		devlink_dpipe_entry_clear(&e.entry);
		if (err)
			break;
	}
	/* It is full, which is no error if there was room for one at least. */
	return err == -EMSGSIZE && *index > first ? 0 : err;
}

static int dt_table_entries_dump(void *priv, bool counters, struct devlink_dpipe_dump_ctx *ctx)
{
	struct dt_table *table = priv;
	unsigned int index = 0;
	int err;

	err = dt_call(table->dt, "table_entries_dump", NULL, "%s counters=%d", table->name,
		      counters);
	if (err)
		return err;
	do {
		err = devlink_dpipe_entry_ctx_prepare(ctx);
		if (!err)
			err = dt_entries_append(table, &index, counters, ctx);
		if (!err)
			err = devlink_dpipe_entry_ctx_close(ctx);
	} while (!err && index < table->entries);
	return err;
}

static int dt_table_counters_set_update(void *priv, bool enable)
{
	struct dt_table *table = priv;

	/* What the core says is still the old state. */
	return dt_call(table->dt, "table_counters_set_update", NULL, "%s from=%d to=%d",
		       table->name,
		       devlink_dpipe_table_counter_enabled(table->dt->devlink, table->name),
		       enable);
}

static u64 dt_table_size_get(void *priv)
{
	struct dt_table *table = priv;

	dt_call(table->dt, "table_size_get", NULL, "%s", table->name);
	return table->entries;
}

static const struct devlink_dpipe_table_ops dt_table_ops_full = {
	.actions_dump = dt_table_actions_dump,
	.matches_dump = dt_table_matches_dump,
	.entries_dump = dt_table_entries_dump,
	.counters_set_update = dt_table_counters_set_update,
	.size_get = dt_table_size_get,
};

/* Those that the core calls without looking for them. */
static const struct devlink_dpipe_table_ops dt_table_ops_none = {
	.actions_dump = dt_table_actions_dump,
	.matches_dump = dt_table_matches_dump,
	.size_get = dt_table_size_get,
};

static int dt_table_add(struct dt_dev *dt, const char *name, unsigned int entries, bool external)
{
	struct dt_table *table = kzalloc_obj(*table);
	int err;

	if (!table)
		return -ENOMEM;
	table->dt = dt;
	table->entries = entries;
	if (strscpy(table->name, name) < 0)
		err = -EINVAL;
	else
		err = devl_dpipe_table_register(dt->devlink, table->name,
						dt->config.full ? &dt_table_ops_full :
								  &dt_table_ops_none,
						table, external);
	if (err)
		kfree_rcu_mightsleep(table);
	else
		list_add_tail(&table->list, &dt->dpipe->tables);
	return err;
}

static void dt_table_del(struct dt_table *table)
{
	devl_dpipe_table_unregister(table->dt->devlink, table->name);
	list_del(&table->list);
	/* The name is read under RCU. */
	kfree_rcu_mightsleep(table);
}

int dt_dpipe_up(struct dt_dev *dt)
{
	char name[DT_NAME_MAX];
	unsigned int i;
	int err;

	dt->dpipe = kzalloc_obj(*dt->dpipe);
	if (!dt->dpipe)
		return -ENOMEM;
	INIT_LIST_HEAD(&dt->dpipe->tables);
	devl_dpipe_headers_register(dt->devlink, &dt_dpipe_headers);
	err = dt_table_add(dt, "dt_host", 3, false) ?:
	      devl_dpipe_table_resource_set(dt->devlink, "dt_host", 3, 2) ?:
	      dt_table_add(dt, "dt_large", 200, false) ?:
	      dt_table_add(dt, "dt_extern", 0, true);
	for (i = 0; !err && i < dt->config.tables; i++) {
		snprintf(name, sizeof(name), "extra_table%u", i);
		err = dt_table_add(dt, name, 8, false);
	}
	return err;
}

void dt_dpipe_down(struct dt_dev *dt)
{
	struct dt_table *table, *next;

	if (!dt->dpipe)
		return;
	list_for_each_entry_safe(table, next, &dt->dpipe->tables, list)
		dt_table_del(table);
	devl_dpipe_headers_unregister(dt->devlink);
	kfree(dt->dpipe);
	dt->dpipe = NULL;
}

static int dt_event_table_add(struct dt_dev *dt, int argc, char **argv)
{
	return dt_table_add(dt, argv[0], 1, false);
}

static int dt_event_table_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_table *table;

	list_for_each_entry(table, &dt->dpipe->tables, list) {
		if (!strcmp(table->name, argv[0])) {
			dt_table_del(table);
			return 0;
		}
	}
	return -ENOENT;
}

const struct dt_event dt_dpipe_events[] = {
	{ "table_add", 1, 1, false, dt_event_table_add },
	{ "table_del", 1, 1, false, dt_event_table_del },
	{}
};
