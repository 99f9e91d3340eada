// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that has every kind of devlink object, for tests. This file is its bus:
 *
 *   echo "ID [KEY=VALUE ...]" >/sys/bus/devlink_test/new_device
 *   echo ID >/sys/bus/devlink_test/del_device
 *
 * Keys: ops=full|none (every optional callback, or none), netdevs=0|1 (of physical ports),
 * parallel=0|1 (callbacks about reporters and regions without the lock: Rust core only),
 * parallel_reads=0|1 (likewise, but of reporters' only dump and diagnose), quiet=0|1 (callbacks
 * write nothing down, and so take next to no time), notifiers=0|1 (see notifiers.c), report=0|1
 * (errors are reported during probe), share=NAME (it begins in the shared instance of that name),
 * and ports, params, resources, traps, rates, regions, reporters, linecards, sbs, tables: that many
 * objects more than the basic set.
 * What a device can be told in debugfs is described in control.c.
 */

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

/* More would only be slow. */
#define DT_MAX_OBJECTS 16384
/* The number is part of netdevices' names, which are short. */
#define DT_MAX_ID 9999

static DEFINE_MUTEX(dt_change_lock);	/* one device comes or goes at a time */
static bool dt_closing;			/* under dt_change_lock */

static DEFINE_MUTEX(dt_devices_lock);	/* dt_devices, who is nested in whom */
static LIST_HEAD(dt_devices);

/* The core puts an instance's device some time after it was freed: unloading waits for that. */
static refcount_t dt_alive = REFCOUNT_INIT(1);
static DECLARE_COMPLETION(dt_all_released);

static const struct bus_type dt_bus;

static struct dt_dev *dt_from_device(struct device *dev)
{
	return container_of(dev, struct dt_dev, dev);
}

/* With one of the two locks. */
static struct dt_dev *dt_find(unsigned int id)
{
	struct dt_dev *dt;

	list_for_each_entry(dt, &dt_devices, list)
		if (dt->id == id)
			return dt;
	return NULL;
}

/* The device of that number, with a reference that the caller puts, or NULL. */
struct dt_dev *dt_find_get(unsigned int id)
{
	struct dt_dev *dt;

	guard(mutex)(&dt_devices_lock);
	dt = dt_find(id);
	if (dt)
		get_device(&dt->dev);
	return dt;
}

/* Some device that is nested in @dt, with a reference, or NULL. */
struct dt_dev *dt_nested_first_get(struct dt_dev *dt)
{
	struct dt_dev *child;

	guard(mutex)(&dt_devices_lock);
	list_for_each_entry(child, &dt_devices, list) {
		if (child->nested_in == dt) {
			get_device(&child->dev);
			return child;
		}
	}
	return NULL;
}

void dt_nested_in_set(struct dt_dev *dt, struct dt_dev *parent)
{
	guard(mutex)(&dt_devices_lock);
	if (dt->nested_in)
		put_device(&dt->nested_in->dev);
	if (parent)
		get_device(&parent->dev);
	dt->nested_in = parent;
}

static int dt_parse_number(struct dt_config *config, const char *key, const char *value)
{
	const struct {
		const char *key;
		u32 *number;
	} numbers[] = {
		{ "ports", &config->ports },
		{ "params", &config->params },
		{ "resources", &config->resources },
		{ "traps", &config->traps },
		{ "rates", &config->rates },
		{ "regions", &config->regions },
		{ "reporters", &config->reporters },
		{ "linecards", &config->linecards },
		{ "sbs", &config->sbs },
		{ "tables", &config->tables },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (strcmp(key, numbers[i].key))
			continue;
		if (kstrtou32(value, 10, numbers[i].number))
			return -EINVAL;
		return *numbers[i].number <= DT_MAX_OBJECTS ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static int dt_parse_option(struct dt_config *config, char *option)
{
	char *value = strchr(option, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(option, "ops")) {
		config->full = !strcmp(value, "full");
		return config->full || !strcmp(value, "none") ? 0 : -EINVAL;
	}
	if (!strcmp(option, "netdevs"))
		return kstrtobool(value, &config->netdevs) ? -EINVAL : 0;
	if (!strcmp(option, "parallel"))
		return kstrtobool(value, &config->parallel) ? -EINVAL : 0;
	if (!strcmp(option, "parallel_reads"))
		return kstrtobool(value, &config->parallel_reads) ? -EINVAL : 0;
	if (!strcmp(option, "quiet"))
		return kstrtobool(value, &config->quiet) ? -EINVAL : 0;
	if (!strcmp(option, "notifiers"))
		return kstrtobool(value, &config->notifiers) ? -EINVAL : 0;
	if (!strcmp(option, "report"))
		return kstrtobool(value, &config->report) ? -EINVAL : 0;
	if (!strcmp(option, "share"))
		return strscpy(config->share, value) < 0 ? -EINVAL : 0;
	return dt_parse_number(config, option, value);
}

static int dt_parse_id(const char *text, unsigned int *id)
{
	return kstrtouint(text, 10, id) || *id > DT_MAX_ID ? -EINVAL : 0;
}

static int dt_parse(char *text, unsigned int *id, struct dt_config *config)
{
	char *word;
	int err;

	*config = (struct dt_config) { .full = true, .netdevs = true };
	text = strim(text);
	word = strsep(&text, " ");
	err = dt_parse_id(word, id);
	while (!err && (word = strsep(&text, " ")))
		if (*word)
			err = dt_parse_option(config, word);
	/* The core calls these objects' callbacks without asking whether they are there. */
	if (!err && !config->full && (config->rates || config->traps))
		err = -EINVAL;
	return err;
}

static void dt_device_release(struct device *dev)
{
	struct dt_dev *dt = dt_from_device(dev);

	dt_control_free(dt);
	dt_left_release(dt);
	kfree(dt);
	if (refcount_dec_and_test(&dt_alive))
		complete(&dt_all_released);
}

static int dt_device_new(unsigned int id, const struct dt_config *config)
{
	struct dt_dev *dt;
	int err;

	dt = kzalloc_obj(*dt);
	if (!dt)
		return -ENOMEM;
	dt->id = id;
	dt->config = *config;
	INIT_LIST_HEAD(&dt->ports);
	INIT_LIST_HEAD(&dt->regions);
	INIT_LIST_HEAD(&dt->reporters);
	INIT_LIST_HEAD(&dt->rate_nodes);
	INIT_LIST_HEAD(&dt->linecards);
	INIT_LIST_HEAD(&dt->sbs);
	refcount_inc(&dt_alive);
	device_initialize(&dt->dev);
	dt->dev.bus = &dt_bus;
	dt->dev.release = dt_device_release;
	err = dt_control_init(dt);
	if (!err)
		err = dev_set_name(&dt->dev, DT_NAME "%u", id);
	if (!err)
		err = device_add(&dt->dev);
	if (err) {
		put_device(&dt->dev);
		return err;
	}
	/* A failed probe is no error for device_add(), but here there is nothing to go on with. */
	if (!device_is_bound(&dt->dev)) {
		device_unregister(&dt->dev);
		return -EIO;
	}
	dt_control_add_files(dt);
	guard(mutex)(&dt_devices_lock);
	list_add(&dt->list, &dt_devices);
	return 0;
}

static void dt_device_del(struct dt_dev *dt)
{
	scoped_guard(mutex, &dt_devices_lock)
		list_del_init(&dt->list);
	/* Waits for events, which take locks; so this thread has none of them. */
	debugfs_remove(dt->debugfs);
	/* From now on nobody could. */
	dt_control_end_hangs(dt);
	device_unregister(&dt->dev);
}

static ssize_t new_device_store(const struct bus_type *bus, const char *buf, size_t count)
{
	struct dt_config config;
	unsigned int id;
	char *text;
	int err;

	text = kstrndup(buf, count, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	err = dt_parse(text, &id, &config);
	kfree(text);
	if (err)
		return err;
	guard(mutex)(&dt_change_lock);
	if (dt_closing)
		return -EBUSY;
	if (dt_find(id))
		return -EEXIST;
	return dt_device_new(id, &config) ?: count;
}
static BUS_ATTR_WO(new_device);

static ssize_t del_device_store(const struct bus_type *bus, const char *buf, size_t count)
{
	struct dt_dev *dt;
	unsigned int id;

	/* kstrtouint() takes the newline at the end. */
	if (dt_parse_id(buf, &id))
		return -EINVAL;
	guard(mutex)(&dt_change_lock);
	dt = dt_find(id);
	if (!dt)
		return -ENOENT;
	dt_device_del(dt);
	return count;
}
static BUS_ATTR_WO(del_device);

static int dt_alive_get(void *data, u64 *value)
{
	*value = refcount_read(&dt_alive) - 1;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(dt_alive_fops, dt_alive_get, NULL, "%llu\n");

/* How many devices there are of which somebody has a reference. */
void dt_bus_add_files(struct dentry *folder)
{
	debugfs_create_file("alive", 0400, folder, NULL, &dt_alive_fops);
}

static struct attribute *dt_bus_attrs[] = {
	&bus_attr_new_device.attr,
	&bus_attr_del_device.attr,
	NULL
};
ATTRIBUTE_GROUPS(dt_bus);

static int dt_bus_probe(struct device *dev)
{
	return dt_probe(dt_from_device(dev));
}

static void dt_bus_remove(struct device *dev)
{
	dt_remove(dt_from_device(dev));
}

static const struct bus_type dt_bus = {
	.name = DT_NAME,
	.bus_groups = dt_bus_groups,
	.probe = dt_bus_probe,
	.remove = dt_bus_remove,
};

static struct device_driver dt_driver = {
	.name = DT_NAME,
	.bus = &dt_bus,
	.owner = THIS_MODULE,
};

static int __init dt_init(void)
{
	int err;

	dt_control_create();
	err = bus_register(&dt_bus);
	if (err)
		goto err_bus;
	err = driver_register(&dt_driver);
	if (err)
		goto err_driver;
	return 0;

err_driver:
	bus_unregister(&dt_bus);
err_bus:
	dt_control_destroy();
	return err;
}

static void __exit dt_exit(void)
{
	struct dt_dev *dt, *next;

	scoped_guard(mutex, &dt_change_lock) {
		dt_closing = true;
		/* The youngest first: what is nested goes before what it is nested in. */
		list_for_each_entry_safe(dt, next, &dt_devices, list)
			dt_device_del(dt);
	}
	if (!refcount_dec_and_test(&dt_alive))
		wait_for_completion(&dt_all_released);
	driver_unregister(&dt_driver);
	bus_unregister(&dt_bus);
	dt_control_destroy();
	dt_notifiers_check();
}

module_init(dt_init);
module_exit(dt_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Every kind of devlink object, for tests");
