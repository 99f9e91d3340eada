// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for QEMU's pci-testdev, with an instance for each function: for what happens to PCI
 * devices only. Removal and rescan come from sysfs; the rest is set off in
 * /sys/kernel/debug/devlink_test_pci/:
 *
 *   error   "ADDRESS fatal|nonfatal|final": all functions in the slot of that address, as
 *           0000:00:10.0, whatever driver they have, have an error and are recovered from it, or
 *           after a final one are not
 *   report  "ADDRESS": the firmware of that function reports an error, at a time of its own, and
 *           is recovered
 *
 * What is done on errors and reports is what drivers do: after a fatal error the instance goes and
 * is registered again later, after another one it stays without its objects; firmware is restarted
 * by taking everything down and up again.
 */

#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <net/devlink.h>

#define DTP_NAME "devlink_test_pci"
#define DTP_BAR 0
#define DTP_REGION_SIZE 256
#define DTP_SNAPSHOTS 4
#define DTP_LINE 64
/* Between two steps of a recovery, as long as a link needs. */
#define DTP_RESET_MS 5

struct dtp_dev {
	struct pci_dev *pdev;
	struct devlink *devlink;
	struct devlink_health_reporter *firmware;
	struct work_struct report;
	struct list_head list;		/* under dtp_lock */
	bool registered;		/* under the device lock */

	/* under the devlink lock */
	void __iomem *bar;		/* NULL while the device is down */
	struct devlink_region *region;
	struct devlink_port port;
	bool in_error;			/* from an error's detection to its end */
};

static DEFINE_MUTEX(dtp_lock);
static LIST_HEAD(dtp_devs);		/* whose firmware may report */
static DEFINE_MUTEX(dtp_error_lock);	/* one recovery at a time, as below a port */
static struct dentry *dtp_debugfs;

/* What is in the device. If the driver is called when it must not be, this touches what is gone. */
static int dtp_read(struct dtp_dev *dtp, u64 offset, u32 size, u8 *data)
{
	if (!dtp->bar)
		return -EBUSY;
	if (offset + size > DTP_REGION_SIZE)
		return -EINVAL;
	memcpy_fromio(data, dtp->bar + offset, size);
	return 0;
}

static int dtp_region_read(struct devlink *devlink, const struct devlink_region_ops *ops,
			   struct netlink_ext_ack *extack, u64 offset, u32 size, u8 *data)
{
	devl_assert_locked(devlink);
	return dtp_read(devlink_priv(devlink), offset, size, data);
}

static int dtp_region_snapshot(struct devlink *devlink, const struct devlink_region_ops *ops,
			       struct netlink_ext_ack *extack, u8 **data)
{
	u8 *copy = kmalloc(DTP_REGION_SIZE, GFP_KERNEL);
	int err;

	devl_assert_locked(devlink);
	if (!copy)
		return -ENOMEM;
	err = dtp_read(devlink_priv(devlink), 0, DTP_REGION_SIZE, copy);
	if (err)
		kfree(copy);
	else
		*data = copy;
	return err;
}

static const struct devlink_region_ops dtp_region_ops = {
	.name = "bar",
	.destructor = kfree,
	.snapshot = dtp_region_snapshot,
	.read = dtp_region_read,
};

static void dtp_down(struct dtp_dev *dtp)
{
	devl_assert_locked(dtp->devlink);
	if (!dtp->bar)
		return;
	devl_region_destroy(dtp->region);
	devl_port_unregister(&dtp->port);
	pci_iounmap(dtp->pdev, dtp->bar);
	dtp->bar = NULL;
}

static int dtp_up(struct dtp_dev *dtp)
{
	struct devlink_port_attrs attrs = { .flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL };
	int err;

	devl_assert_locked(dtp->devlink);
	if (dtp->in_error)
		return -EIO;
	if (dtp->bar)
		return 0;
	dtp->bar = pci_iomap(dtp->pdev, DTP_BAR, DTP_REGION_SIZE);
	if (!dtp->bar)
		return -ENOMEM;
	memset(&dtp->port, 0, sizeof(dtp->port));
	devlink_port_attrs_set(&dtp->port, &attrs);
	err = devl_port_register(dtp->devlink, &dtp->port, 0);
	if (err)
		goto err_port;
	dtp->region = devl_region_create(dtp->devlink, &dtp_region_ops, DTP_SNAPSHOTS,
					 DTP_REGION_SIZE);
	if (IS_ERR(dtp->region)) {
		err = PTR_ERR(dtp->region);
		goto err_region;
	}
	return 0;

err_region:
	devl_port_unregister(&dtp->port);
err_port:
	pci_iounmap(dtp->pdev, dtp->bar);
	dtp->bar = NULL;
	return err;
}

static int dtp_reload_down(struct devlink *devlink, bool netns_change,
			   enum devlink_reload_action action, enum devlink_reload_limit limit,
			   struct netlink_ext_ack *extack)
{
	dtp_down(devlink_priv(devlink));
	return 0;
}

static int dtp_reload_up(struct devlink *devlink, enum devlink_reload_action action,
			 enum devlink_reload_limit limit, u32 *performed,
			 struct netlink_ext_ack *extack)
{
	*performed = BIT(action);
	return dtp_up(devlink_priv(devlink));
}

static int dtp_info_get(struct devlink *devlink, struct devlink_info_req *req,
			struct netlink_ext_ack *extack)
{
	char text[2 * sizeof(u32) + 1];
	u8 first[sizeof(u32)];
	int err;

	err = dtp_read(devlink_priv(devlink), 0, sizeof(first), first);
	if (err)
		return err;
	snprintf(text, sizeof(text), "%*phN", (int)sizeof(first), first);
	return devlink_info_version_running_put(req, DEVLINK_INFO_VERSION_GENERIC_FW, text);
}

static int dtp_flash_update(struct devlink *devlink, struct devlink_flash_update_params *params,
			    struct netlink_ext_ack *extack)
{
	u8 first;

	devlink_flash_update_status_notify(devlink, "Flashing", NULL, 0, 0);
	msleep(DTP_RESET_MS);
	return dtp_read(devlink_priv(devlink), 0, sizeof(first), &first);
}

static const struct devlink_ops dtp_ops = {
	.reload_actions = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT),
	.reload_down = dtp_reload_down,
	.reload_up = dtp_reload_up,
	.info_get = dtp_info_get,
	.flash_update = dtp_flash_update,
};

static int dtp_firmware_recover(struct devlink_health_reporter *reporter, void *context,
				struct netlink_ext_ack *extack)
{
	struct dtp_dev *dtp = devlink_health_reporter_priv(reporter);

	devl_assert_locked(dtp->devlink);
	dtp_down(dtp);
	return dtp_up(dtp);
}

static int dtp_firmware_dump(struct devlink_health_reporter *reporter, struct devlink_fmsg *fmsg,
			     void *context, struct netlink_ext_ack *extack)
{
	struct dtp_dev *dtp = devlink_health_reporter_priv(reporter);
	u8 data[DTP_REGION_SIZE];
	int err;

	devl_assert_locked(dtp->devlink);
	err = dtp_read(dtp, 0, sizeof(data), data);
	if (!err)
		devlink_fmsg_binary_pair_put(fmsg, "bar", data, sizeof(data));
	return err;
}

static const struct devlink_health_reporter_ops dtp_firmware_ops = {
	.name = "firmware",
	.recover = dtp_firmware_recover,
	.dump = dtp_firmware_dump,
};

/* Not under the device lock, so that it meets a reload. */
static void dtp_report(struct work_struct *work)
{
	struct dtp_dev *dtp = container_of(work, struct dtp_dev, report);

	devlink_health_report(dtp->firmware, "the firmware has stopped", NULL);
}

/* The last step of coming up: users may come, and firmware may report. */
static void dtp_enter(struct dtp_dev *dtp)
{
	devlink_register(dtp->devlink);
	dtp->registered = true;
	enable_work(&dtp->report);
}

/* The first step of going, with the device lock: a report needs a registered instance. */
static void dtp_leave(struct dtp_dev *dtp)
{
	if (!dtp->registered)
		return;
	disable_work_sync(&dtp->report);
	devlink_unregister(dtp->devlink);
	dtp->registered = false;
}

static int dtp_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct devlink *devlink;
	struct dtp_dev *dtp;
	int err;

	devlink = devlink_alloc(&dtp_ops, sizeof(*dtp), &pdev->dev);
	if (!devlink)
		return -ENOMEM;
	dtp = devlink_priv(devlink);
	dtp->devlink = devlink;
	dtp->pdev = pdev;
	INIT_WORK(&dtp->report, dtp_report);
	disable_work(&dtp->report);
	dtp->firmware = devlink_health_reporter_create(devlink, &dtp_firmware_ops, dtp);
	if (IS_ERR(dtp->firmware)) {
		err = PTR_ERR(dtp->firmware);
		goto err_reporter;
	}
	err = pci_enable_device(pdev);
	if (err)
		goto err_enable;
	scoped_guard(devl, devlink)
		err = dtp_up(dtp);
	if (err)
		goto err_up;
	pci_set_drvdata(pdev, dtp);
	dtp_enter(dtp);
	scoped_guard(mutex, &dtp_lock)
		list_add(&dtp->list, &dtp_devs);
	return 0;

err_up:
	pci_disable_device(pdev);
err_enable:
	devlink_health_reporter_destroy(dtp->firmware);
err_reporter:
	devlink_free(devlink);
	return err;
}

static void dtp_remove(struct pci_dev *pdev)
{
	struct dtp_dev *dtp = pci_get_drvdata(pdev);

	scoped_guard(mutex, &dtp_lock)
		list_del(&dtp->list);
	dtp_leave(dtp);
	scoped_guard(devl, dtp->devlink)
		dtp_down(dtp);
	pci_disable_device(pdev);
	devlink_health_reporter_destroy(dtp->firmware);
	devlink_free(dtp->devlink);
}

static pci_ers_result_t dtp_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct dtp_dev *dtp = pci_get_drvdata(pdev);

	if (state != pci_channel_io_normal)
		dtp_leave(dtp);
	guard(devl)(dtp->devlink);
	dtp->in_error = true;
	dtp_down(dtp);
	return state == pci_channel_io_normal ? PCI_ERS_RESULT_CAN_RECOVER :
						PCI_ERS_RESULT_NEED_RESET;
}

static pci_ers_result_t dtp_recovered(struct pci_dev *pdev)
{
	struct dtp_dev *dtp = pci_get_drvdata(pdev);

	guard(devl)(dtp->devlink);
	dtp->in_error = false;
	return dtp_up(dtp) ? PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_RECOVERED;
}

static void dtp_resume(struct pci_dev *pdev)
{
	struct dtp_dev *dtp = pci_get_drvdata(pdev);

	if (!dtp->registered)
		dtp_enter(dtp);
	devlink_health_reporter_state_update(dtp->firmware,
					     DEVLINK_HEALTH_REPORTER_STATE_HEALTHY);
}

static const struct pci_error_handlers dtp_error_handlers = {
	.error_detected = dtp_error_detected,
	.mmio_enabled = dtp_recovered,
	.slot_reset = dtp_recovered,
	.resume = dtp_resume,
};

static const struct pci_device_id dtp_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_REDHAT, 0x0005) },
	{}
};
MODULE_DEVICE_TABLE(pci, dtp_ids);

static struct pci_driver dtp_driver = {
	.name = DTP_NAME,
	.id_table = dtp_ids,
	.probe = dtp_probe,
	.remove = dtp_remove,
	.err_handler = &dtp_error_handlers,
};

enum dtp_step { DTP_DETECTED, DTP_MMIO_ENABLED, DTP_SLOT_RESET, DTP_RESUME };

struct dtp_error {
	unsigned int slot;
	pci_channel_state_t state;
	enum dtp_step step;
	unsigned int functions;		/* that took part */
	bool need_reset;		/* one of them wants it */
};

static void dtp_detected(const struct pci_error_handlers *handlers, struct pci_dev *pdev,
			 struct dtp_error *error)
{
	pci_ers_result_t verdict = handlers->error_detected(pdev, error->state);

	error->need_reset |= verdict == PCI_ERS_RESULT_NEED_RESET;
}

static int dtp_report_step(struct pci_dev *pdev, void *data)
{
	const struct pci_error_handlers *handlers;
	struct dtp_error *error = data;

	if (PCI_SLOT(pdev->devfn) != error->slot)
		return 0;
	guard(device)(&pdev->dev);
	handlers = pdev->driver ? pdev->driver->err_handler : NULL;
	if (!handlers || !handlers->error_detected)
		return 0;
	error->functions++;
	switch (error->step) {
	case DTP_DETECTED:
		dtp_detected(handlers, pdev, error);
		break;
	case DTP_MMIO_ENABLED:
		if (handlers->mmio_enabled)
			handlers->mmio_enabled(pdev);
		break;
	case DTP_SLOT_RESET:
		if (handlers->slot_reset)
			handlers->slot_reset(pdev);
		break;
	case DTP_RESUME:
		if (handlers->resume)
			handlers->resume(pdev);
		break;
	}
	return 0;
}

/*
 * The sequence and the locks of pcie_do_recovery(), which needs a port that reports errors. No lock
 * is held from one step to the next: a reload, a removal or another driver may come between.
 */
static int dtp_recover(struct pci_bus *bus, struct dtp_error *error)
{
	guard(mutex)(&dtp_error_lock);
	error->step = DTP_DETECTED;
	pci_walk_bus(bus, dtp_report_step, error);
	if (!error->functions)
		return -ENODEV;
	if (error->state == pci_channel_io_perm_failure)
		return 0;
	msleep(DTP_RESET_MS);
	if (error->state == pci_channel_io_frozen || error->need_reset)
		error->step = DTP_SLOT_RESET;
	else
		error->step = DTP_MMIO_ENABLED;
	pci_walk_bus(bus, dtp_report_step, error);
	msleep(DTP_RESET_MS);
	error->step = DTP_RESUME;
	pci_walk_bus(bus, dtp_report_step, error);
	return 0;
}

/* "ADDRESS [WORD]": the bus, slot and function of the address, and the word or "". */
static int dtp_parse(const char __user *from, size_t count, struct pci_bus **bus,
		     unsigned int *devfn, char *word)
{
	unsigned int domain, number, slot, function;
	char line[DTP_LINE];
	int n;

	if (count >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, count))
		return -EFAULT;
	line[count] = '\0';
	*word = '\0';
	n = sscanf(line, "%x:%x:%x.%x %15s", &domain, &number, &slot, &function, word);
	if (n < 4 || slot > 31 || function > 7)
		return -EINVAL;
	*devfn = PCI_DEVFN(slot, function);
	*bus = pci_find_bus(domain, number);
	return *bus ? 0 : -ENODEV;
}

static ssize_t dtp_error_write(struct file *file, const char __user *from, size_t count,
			       loff_t *pos)
{
	struct dtp_error error = {};
	struct pci_bus *bus;
	unsigned int devfn;
	char word[16];
	int err;

	err = dtp_parse(from, count, &bus, &devfn, word);
	if (err)
		return err;
	if (!strcmp(word, "fatal"))
		error.state = pci_channel_io_frozen;
	else if (!strcmp(word, "nonfatal"))
		error.state = pci_channel_io_normal;
	else if (!strcmp(word, "final"))
		error.state = pci_channel_io_perm_failure;
	else
		return -EINVAL;
	error.slot = PCI_SLOT(devfn);
	return dtp_recover(bus, &error) ?: count;
}

static int dtp_report_later(struct pci_bus *bus, unsigned int devfn)
{
	struct dtp_dev *dtp;

	guard(mutex)(&dtp_lock);
	list_for_each_entry(dtp, &dtp_devs, list)
		if (dtp->pdev->bus == bus && dtp->pdev->devfn == devfn)
			return queue_work(system_dfl_wq, &dtp->report) ? 0 : -EBUSY;
	return -ENODEV;
}

static ssize_t dtp_report_write(struct file *file, const char __user *from, size_t count,
				loff_t *pos)
{
	struct pci_bus *bus;
	unsigned int devfn;
	char word[16];
	int err;

	err = dtp_parse(from, count, &bus, &devfn, word);
	if (!err)
		err = dtp_report_later(bus, devfn);
	return err ?: count;
}

static const struct file_operations dtp_error_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = dtp_error_write,
};

static const struct file_operations dtp_report_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = dtp_report_write,
};

static int __init dtp_init(void)
{
	int err;

	dtp_debugfs = debugfs_create_dir(DTP_NAME, NULL);
	debugfs_create_file("error", 0200, dtp_debugfs, NULL, &dtp_error_fops);
	debugfs_create_file("report", 0200, dtp_debugfs, NULL, &dtp_report_fops);
	err = pci_register_driver(&dtp_driver);
	if (err)
		debugfs_remove(dtp_debugfs);
	return err;
}

static void __exit dtp_exit(void)
{
	pci_unregister_driver(&dtp_driver);
	debugfs_remove(dtp_debugfs);
}

module_init(dtp_init);
module_exit(dtp_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("An instance for each function of QEMU's pci-testdev, for tests");
