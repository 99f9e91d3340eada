// SPDX-License-Identifier: GPL-2.0

#include <linux/pci.h>

__rust_helper int rust_helper_pci_channel_offline(struct pci_dev *pdev)
{
	return pci_channel_offline(pdev);
}
