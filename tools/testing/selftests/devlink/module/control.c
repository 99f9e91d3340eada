// SPDX-License-Identifier: GPL-2.0
/*
 * What a device can be told, in /sys/kernel/debug/devlink_test/devlink_testID/:
 *
 *   fail    "CALLBACK ERRNO [WORD]": from now on the callback fails with -ERRNO, about all
 *           objects or those in whose line in calls the word is; 0 ends that
 *   slow    "CALLBACK MS": from now on the callback sleeps first; 0 ends that
 *   hang    "CALLBACK 1": from now on the callback does not go on until told "CALLBACK 0";
 *           "CALLBACK 2": nor then, but a signal ends that with -ERESTARTSYS
 *   within  "CALLBACK WHAT": the next call of the callback also does WHAT, which it may not: see
 *           misuse.c
 *   event   "NAME [ARGUMENT ...]": see below
 *   calls   reading gives a line for each call of the driver since the last reading, unless the
 *           device is quiet
 *
 * A callback's name is its name in the header; those of parameters, resources, regions, health
 * reporters, tables and line cards are preceded by what they belong to (dt_callbacks). Bad input
 * is -EINVAL, an object that is not there -ENOENT, a device that is not bound or not registered
 * -ENODEV, one that is down after a failed reload -EBUSY.
 *
 * Events:
 *
 *   port_type PORT eth|ib|none          the driver finds another type on a port
 *   port_type_twice PORT                two tasks say at once that an InfiniBand port is one, and
 *                                       that it has no type
 *   port_type_is PORT eth|ib|none       EPROTO if the port has another type for the driver
 *   ib_rename PORT NAME                 the InfiniBand device on a port gets another name
 *   port_add PORT, port_del PORT        a physical port without a netdevice, by the driver
 *   param_changed NAME                  the driver says that a parameter's value changed
 *   param_add NAME, param_del NAME      a runtime parameter (u32)
 *   resource_add NAME ID PARENT SIZE    PARENT is 0 for none
 *   region_add NAME [PORT], region_del NAME [PORT], snapshot NAME [PORT]
 *   reporter_add NAME [PORT], reporter_del NAME [PORT]
 *   health_report NAME MESSAGE [PORT]   the driver reports an error
 *   health_state NAME healthy|error [PORT]
 *   health_recovered NAME [PORT]        it recovered by itself
 *   trap NAME PORT LENGTH               a packet of that length hits a trap
 *   trap_flood 0|1                      in each jiffy a packet hits each trap that is not switched
 *                                       off, in softirq, whatever the driver is doing
 *   trap_add NAME, trap_del NAME        a driver's own trap
 *   group_add NAME, group_del NAME      a driver's own group of traps
 *   rate_add NODE [PARENT]              a node, by the driver
 *   rate_clear                          the driver destroys all nodes
 *   leaf_add PORT [PARENT], leaf_del PORT
 *   linecard INDEX provision TYPE|clear|fail|activate|deactivate
 *   linecard_add INDEX, linecard_del INDEX
 *   sb_add INDEX, sb_del INDEX
 *   table_add NAME, table_del NAME      of dpipe
 *   remote_reload reinit|activate none|no_reset
 *   unregister, register                the instance
 *   nest ID [port PORT|linecard INDEX]  into another device with a lower ID; rebuilds this one
 *   share NAME                          into the shared instance of that name; rebuilds
 *   share_first NAME                    likewise; EPROTO if the instance is not new, or another
 *                                       shared instance is being asked still what it is
 *   share_slow MS                       how long shared instances take to say what they are
 *   unnest                              out of what it is nested in; rebuilds
 *   leave KIND                          something that the driver forgets, see leave.c
 *   misuse_WHAT                         what no driver may do, see misuse.c
 */

#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include "devlink_test.h"

#define DT_LINE 256
#define DT_CALLS 16384
#define DT_MAX_ARGS 6
#define DT_MAX_SLEEP 60000
#define DT_HANG 1
#define DT_HANG_INTERRUPTIBLE 2

static const char * const dt_callbacks[] = {
	"reload_down", "reload_up",
	"eswitch_mode_get", "eswitch_mode_set", "eswitch_inline_mode_get",
	"eswitch_inline_mode_set", "eswitch_encap_mode_get", "eswitch_encap_mode_set",
	"info_get", "flash_update", "selftest_check", "selftest_run",
	"port_new", "port_del", "port_split", "port_unsplit", "port_type_set",
	"port_fn_hw_addr_get", "port_fn_hw_addr_set", "port_fn_roce_get", "port_fn_roce_set",
	"port_fn_migratable_get", "port_fn_migratable_set", "port_fn_state_get",
	"port_fn_state_set", "port_fn_ipsec_crypto_get", "port_fn_ipsec_crypto_set",
	"port_fn_ipsec_packet_get", "port_fn_ipsec_packet_set", "port_fn_max_io_eqs_get",
	"port_fn_max_io_eqs_set",
	"param_get", "param_set", "param_validate", "param_get_default", "param_reset_default",
	"resource_occ_get",
	"region_snapshot", "region_read",
	"health_recover", "health_dump", "health_diagnose", "health_test",
	"trap_init", "trap_fini", "trap_action_set", "trap_group_init", "trap_group_set",
	"trap_group_action_set", "trap_drop_counter_get", "trap_policer_init",
	"trap_policer_fini", "trap_policer_set", "trap_policer_counter_get",
	"rate_leaf_tx_share_set", "rate_leaf_tx_max_set", "rate_leaf_tx_priority_set",
	"rate_leaf_tx_weight_set", "rate_leaf_tc_bw_set", "rate_leaf_parent_set",
	"rate_node_tx_share_set", "rate_node_tx_max_set", "rate_node_tx_priority_set",
	"rate_node_tx_weight_set", "rate_node_tc_bw_set", "rate_node_parent_set",
	"rate_node_new", "rate_node_del",
	"sb_pool_get", "sb_pool_set", "sb_port_pool_get", "sb_port_pool_set",
	"sb_tc_pool_bind_get", "sb_tc_pool_bind_set", "sb_occ_snapshot", "sb_occ_max_clear",
	"sb_occ_port_pool_get", "sb_occ_tc_port_bind_get",
	"table_actions_dump", "table_matches_dump", "table_entries_dump",
	"table_counters_set_update", "table_size_get",
	"linecard_provision", "linecard_unprovision", "linecard_same_provision",
};

struct dt_control {
	struct mutex lock;	/* all of it; a leaf */
	wait_queue_head_t told;	/* that one that hangs may go on */
	bool ordered;		/* one of the four that follow was ever set */
	u8 hang[ARRAY_SIZE(dt_callbacks)];
	unsigned int sleep_ms[ARRAY_SIZE(dt_callbacks)];
	int fail[ARRAY_SIZE(dt_callbacks)];
	char fail_word[ARRAY_SIZE(dt_callbacks)][DT_NAME_MAX];	/* empty: about all objects */
	const struct dt_within *within[ARRAY_SIZE(dt_callbacks)];
	unsigned int length;	/* of the text in calls */
	unsigned int dropped;	/* calls for which there was no room */
	char calls[DT_CALLS];
};

static const struct dt_event * const dt_events[] = {
	dt_port_events, dt_port_type_events, dt_param_events, dt_resource_events, dt_region_events,
	dt_health_events, dt_trap_events, dt_rate_events, dt_linecard_events, dt_sb_events,
	dt_dpipe_events, dt_device_events, dt_nested_events, dt_misuse_events, dt_leave_events,
};

static struct dentry *dt_root;

static void dt_record(struct dt_control *control, const char *name, const char *format,
		      va_list arguments)
{
	unsigned int room = DT_CALLS - control->length;
	char *line = control->calls + control->length;
	int length;

	if (room < DT_LINE) {
		control->dropped++;
		return;
	}
	length = scnprintf(line, DT_LINE - 1, "%s%s", name, *format ? " " : "");
	length += vscnprintf(line + length, DT_LINE - 1 - length, format, arguments);
	line[length] = '\n';
	control->length += length + 1;
}

/* Whether a word is in the line about a call. */
static bool dt_has_word(const char *word, const char *format, va_list arguments)
{
	size_t length = strlen(word);
	char line[DT_LINE];
	const char *at;

	vscnprintf(line, sizeof(line), format, arguments);
	for (at = line; (at = strstr(at, word)); at++)
		if ((at == line || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

static int dt_vcall(struct dt_dev *dt, const char *name, struct netlink_ext_ack *extack,
		    const char *format, va_list arguments)
{
	struct dt_control *control = dt->control;
	const struct dt_within *within;
	unsigned int ms;
	va_list again;
	int err, i;

	if (dt->config.quiet && !READ_ONCE(control->ordered))
		return 0;
	i = match_string(dt_callbacks, ARRAY_SIZE(dt_callbacks), name);
	if (WARN_ONCE(i < 0, DT_NAME ": %s is not listed\n", name))
		return 0;
	va_copy(again, arguments);
	scoped_guard(mutex, &control->lock) {
		if (!dt->config.quiet)
			dt_record(control, name, format, arguments);
		ms = control->sleep_ms[i];
		err = control->fail[i];
		if (err && *control->fail_word[i] &&
		    !dt_has_word(control->fail_word[i], format, again))
			err = 0;
		within = control->within[i];
		control->within[i] = NULL;
	}
	va_end(again);
	wait_event(control->told, READ_ONCE(control->hang[i]) != DT_HANG);
	if (wait_event_interruptible(control->told, !READ_ONCE(control->hang[i])))
		err = ERESTARTSYS;
	if (ms)
		msleep(ms);
	if (within)
		within->run(dt);
	if (err)
		NL_SET_ERR_MSG_FMT(extack, DT_NAME ": %s fails", name);
	return -err;
}

/*
 * Each callback of the driver begins with this, which writes down that it was called and with what,
 * hangs or sleeps if it was told to, and says with which error the callback shall fail, or 0.
 */
int dt_call(struct dt_dev *dt, const char *name, struct netlink_ext_ack *extack,
	    const char *format, ...)
{
	va_list arguments;
	int err;

	if (!dt->config.parallel)
		devl_assert_locked(dt->devlink);
	va_start(arguments, format);
	err = dt_vcall(dt, name, extack, format, arguments);
	va_end(arguments);
	return err;
}

/* For callbacks that may come without the lock. */
int dt_call_unlocked(struct dt_dev *dt, const char *name, struct netlink_ext_ack *extack,
		     const char *format, ...)
{
	va_list arguments;
	int err;

	va_start(arguments, format);
	err = dt_vcall(dt, name, extack, format, arguments);
	va_end(arguments);
	return err;
}

/* Splits a line of user space into words; returns how many, or an error. */
static int dt_read_words(const char __user *from, size_t count, char *line, char **words)
{
	int n = 0;
	char *word;

	if (!count || count >= DT_LINE)
		return -EINVAL;
	if (copy_from_user(line, from, count))
		return -EFAULT;
	line[count] = '\0';
	line = strim(line);
	while ((word = strsep(&line, " "))) {
		if (!*word)
			continue;
		if (n == DT_MAX_ARGS)
			return -EINVAL;
		words[n++] = word;
	}
	return n;
}

/* "CALLBACK NUMBER", for fail, slow and hang; a word may follow if @word is not NULL. */
static int dt_read_callback(const char __user *from, size_t count, int max, int *number,
			    char word[DT_NAME_MAX])
{
	char line[DT_LINE], *words[DT_MAX_ARGS];
	int n = dt_read_words(from, count, line, words);

	if (n < 0)
		return n;
	if (word && n == 3) {
		if (strscpy(word, words[2], DT_NAME_MAX) < 0)
			return -EINVAL;
		n = 2;
	}
	if (n != 2 || kstrtoint(words[1], 10, number) || *number < 0 || *number > max)
		return -EINVAL;
	return match_string(dt_callbacks, ARRAY_SIZE(dt_callbacks), words[0]);
}

static ssize_t dt_fail_write(struct file *file, const char __user *from, size_t count,
			     loff_t *pos)
{
	struct dt_control *control = file->private_data;
	char word[DT_NAME_MAX] = "";
	int number, i = dt_read_callback(from, count, MAX_ERRNO, &number, word);

	if (i < 0)
		return i;
	guard(mutex)(&control->lock);
	WRITE_ONCE(control->ordered, true);
	control->fail[i] = number;
	strscpy(control->fail_word[i], word);
	return count;
}

static ssize_t dt_slow_write(struct file *file, const char __user *from, size_t count,
			     loff_t *pos)
{
	struct dt_control *control = file->private_data;
	int number, i = dt_read_callback(from, count, DT_MAX_SLEEP, &number, NULL);

	if (i < 0)
		return i;
	guard(mutex)(&control->lock);
	WRITE_ONCE(control->ordered, true);
	control->sleep_ms[i] = number;
	return count;
}

static ssize_t dt_hang_write(struct file *file, const char __user *from, size_t count,
			     loff_t *pos)
{
	struct dt_control *control = file->private_data;
	int number, i = dt_read_callback(from, count, DT_HANG_INTERRUPTIBLE, &number, NULL);

	if (i < 0)
		return i;
	WRITE_ONCE(control->ordered, true);
	WRITE_ONCE(control->hang[i], number);
	wake_up_all(&control->told);
	return count;
}

static ssize_t dt_within_write(struct file *file, const char __user *from, size_t count,
			       loff_t *pos)
{
	struct dt_control *control = file->private_data;
	char line[DT_LINE], *words[DT_MAX_ARGS];
	const struct dt_within *within;
	int i, n;

	n = dt_read_words(from, count, line, words);
	if (n < 0)
		return n;
	if (n != 2)
		return -EINVAL;
	i = match_string(dt_callbacks, ARRAY_SIZE(dt_callbacks), words[0]);
	if (i < 0)
		return i;
	for (within = dt_withins; within->name; within++)
		if (!strcmp(within->name, words[1]))
			break;
	if (!within->name)
		return -EINVAL;
	guard(mutex)(&control->lock);
	WRITE_ONCE(control->ordered, true);
	control->within[i] = within;
	return count;
}

static const struct dt_event *dt_event_find(const char *name)
{
	const struct dt_event *event;
	int i;

	for (i = 0; i < ARRAY_SIZE(dt_events); i++)
		for (event = dt_events[i]; event->name; event++)
			if (!strcmp(event->name, name))
				return event;
	return NULL;
}

static int dt_event_run(struct dt_dev *dt, const struct dt_event *event, int argc, char **argv)
{
	int err;

	if (event->unlocked)
		return event->run(dt, argc, argv);
	devl_lock(dt->devlink);
	err = dt->up ? event->run(dt, argc, argv) : -EBUSY;
	devl_unlock(dt->devlink);
	return err;
}

static ssize_t dt_event_write(struct file *file, const char __user *from, size_t count,
			      loff_t *pos)
{
	char line[DT_LINE], *words[DT_MAX_ARGS] = {};
	struct dt_dev *dt = file->private_data;
	const struct dt_event *event;
	int err, n;

	n = dt_read_words(from, count, line, words);
	if (n < 0)
		return n;
	event = n ? dt_event_find(words[0]) : NULL;
	if (!event || n - 1 < event->min_args || n - 1 > event->max_args)
		return -EINVAL;
	device_lock(&dt->dev);
	err = dt->devlink ? dt_event_run(dt, event, n - 1, words + 1) : -ENODEV;
	device_unlock(&dt->dev);
	return err ?: count;
}

/* Opening takes what there is; so what one reader sees is whole, and nobody else sees it. */
static int dt_calls_open(struct inode *inode, struct file *file)
{
	struct dt_control *control = inode->i_private;
	char *text = kvmalloc(DT_CALLS + DT_LINE, GFP_KERNEL);
	unsigned int length;

	if (!text)
		return -ENOMEM;
	guard(mutex)(&control->lock);
	length = control->length;
	memcpy(text, control->calls, length);
	if (control->dropped)
		length += scnprintf(text + length, DT_LINE, "and %u more\n", control->dropped);
	text[length] = '\0';
	control->length = 0;
	control->dropped = 0;
	file->private_data = text;
	return nonseekable_open(inode, file);
}

static ssize_t dt_calls_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	const char *text = file->private_data;

	return simple_read_from_buffer(to, count, pos, text, strlen(text));
}

static int dt_calls_release(struct inode *inode, struct file *file)
{
	kvfree(file->private_data);
	return 0;
}

static const struct file_operations dt_fail_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = dt_fail_write,
};

static const struct file_operations dt_slow_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = dt_slow_write,
};

static const struct file_operations dt_hang_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = dt_hang_write,
};

static const struct file_operations dt_within_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = dt_within_write,
};

static const struct file_operations dt_event_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = dt_event_write,
};

static const struct file_operations dt_calls_fops = {
	.owner = THIS_MODULE,
	.open = dt_calls_open,
	.read = dt_calls_read,
	.release = dt_calls_release,
};

int dt_control_init(struct dt_dev *dt)
{
	dt->control = kvzalloc_obj(*dt->control);
	if (!dt->control)
		return -ENOMEM;
	mutex_init(&dt->control->lock);
	init_waitqueue_head(&dt->control->told);
	return 0;
}

void dt_control_end_hangs(struct dt_dev *dt)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(dt_callbacks); i++)
		WRITE_ONCE(dt->control->hang[i], 0);
	wake_up_all(&dt->control->told);
}

void dt_control_free(struct dt_dev *dt)
{
	kvfree(dt->control);
}

void dt_control_add_files(struct dt_dev *dt)
{
	dt->debugfs = debugfs_create_dir(dev_name(&dt->dev), dt_root);
	debugfs_create_file("fail", 0200, dt->debugfs, dt->control, &dt_fail_fops);
	debugfs_create_file("slow", 0200, dt->debugfs, dt->control, &dt_slow_fops);
	debugfs_create_file("hang", 0200, dt->debugfs, dt->control, &dt_hang_fops);
	debugfs_create_file("within", 0200, dt->debugfs, dt->control, &dt_within_fops);
	debugfs_create_file("event", 0200, dt->debugfs, dt, &dt_event_fops);
	debugfs_create_file("calls", 0400, dt->debugfs, dt->control, &dt_calls_fops);
}

void dt_control_create(void)
{
	dt_root = debugfs_create_dir(DT_NAME, NULL);
	dt_bus_add_files(dt_root);
	dt_left_add_file(dt_root);
}

void dt_control_destroy(void)
{
	debugfs_remove(dt_root);
}
