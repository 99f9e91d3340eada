// SPDX-License-Identifier: GPL-2.0

#include <linux/firmware.h>

/* Inline functions that fail, on kernels without a firmware loader. */

__rust_helper int rust_helper_request_firmware(const struct firmware **fw,
					       const char *name,
					       struct device *device)
{
	return request_firmware(fw, name, device);
}

__rust_helper void rust_helper_release_firmware(const struct firmware *fw)
{
	release_firmware(fw);
}
