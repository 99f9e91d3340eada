// SPDX-License-Identifier: GPL-2.0

#include <linux/device.h>
#include <linux/mutex.h>

__rust_helper void rust_helper_device_lock(struct device *dev)
{
	device_lock(dev);
}

__rust_helper int rust_helper_device_lock_killable(struct device *dev)
{
	return mutex_lock_killable(&dev->mutex);
}

__rust_helper void rust_helper_device_unlock(struct device *dev)
{
	device_unlock(dev);
}
