/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NSIM_SEAM_H
#define _NSIM_SEAM_H

#include <linux/netdevice.h>
#include <net/devlink.h>

/* The port that devlink knows is not in struct nsim_dev_port, but an object of the
 * driver in Rust: returns that for the one in there.
 */
struct devlink_port *nsim_seam_devlink_port(struct devlink_port *devlink_port);

#undef SET_NETDEV_DEVLINK_PORT
#define SET_NETDEV_DEVLINK_PORT(dev, port) ((dev)->devlink_port = nsim_seam_devlink_port(port))

#endif /* _NSIM_SEAM_H */
