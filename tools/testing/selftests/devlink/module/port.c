// SPDX-License-Identifier: GPL-2.0
/*
 * Ports. The basic set has one of every flavour:
 *
 *   0 physical, splittable    5 unused                  9 pcisf, of this host
 *   2 physical, on line card  6 pcipf                  10 pcisf, of another controller
 *   3 cpu                     7 pcivf, of this host    11 virtual
 *   4 dsa                     8 pcivf, of another controller
 *   48, 49                    what port 1 was split into
 *
 * Split ports have the numbers 40 + 8 * PORT on, those that users make 60 on, extra ones 100 on.
 */

#include <linux/etherdevice.h>
#include <linux/slab.h>
#include "devlink_test.h"

#define DT_FIRST_NEW 60
#define DT_LAST_NEW 99
#define DT_FIRST_EXTRA 100

static const struct {
	unsigned int index;
	bool on_linecard;
	struct devlink_port_attrs attrs;
} dt_basic_ports[] = {
	{ 0, false, { .flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL, .splittable = 1, .lanes = 4,
		      .phys.port_number = 0 } },
	{ 1, false, { .flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL, .splittable = 1, .lanes = 2,
		      .phys.port_number = 1 } },
	{ 2, true, { .flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL, .phys.port_number = 2 } },
	{ 3, false, { .flavour = DEVLINK_PORT_FLAVOUR_CPU, .phys.port_number = 3 } },
	{ 4, false, { .flavour = DEVLINK_PORT_FLAVOUR_DSA, .phys.port_number = 4 } },
	{ 5, false, { .flavour = DEVLINK_PORT_FLAVOUR_UNUSED } },
	{ 6, false, { .flavour = DEVLINK_PORT_FLAVOUR_PCI_PF, .pci_pf = { .pf = 0 } } },
	{ 7, false, { .flavour = DEVLINK_PORT_FLAVOUR_PCI_VF, .pci_vf = { .pf = 0, .vf = 0 } } },
	{ 8, false, { .flavour = DEVLINK_PORT_FLAVOUR_PCI_VF,
		      .pci_vf = { .controller = 1, .pf = 0, .vf = 1, .external = 1 } } },
	{ 9, false, { .flavour = DEVLINK_PORT_FLAVOUR_PCI_SF, .pci_sf = { .pf = 0, .sf = 1 } } },
	{ 10, false, { .flavour = DEVLINK_PORT_FLAVOUR_PCI_SF,
		       .pci_sf = { .controller = 2, .pf = 0, .sf = 2, .external = 1 } } },
	{ 11, false, { .flavour = DEVLINK_PORT_FLAVOUR_VIRTUAL } },
};

struct dt_port *dt_port_find(struct dt_dev *dt, unsigned int index)
{
	struct dt_port *port;

	list_for_each_entry(port, &dt->ports, list)
		if (port->index == index)
			return port;
	return NULL;
}

/* An event's argument that names a port. */
int dt_port_arg(struct dt_dev *dt, const char *arg, struct dt_port **port)
{
	unsigned int index;

	if (kstrtouint(arg, 10, &index))
		return -EINVAL;
	*port = dt_port_find(dt, index);
	return *port ? 0 : -ENOENT;
}

/*
 * The same for events that run without the lock: until dt_port_release() no user can take the port
 * away. NULL in @arg gives no port, without an error.
 */
int dt_port_hold(struct dt_dev *dt, const char *arg, struct dt_port **port)
{
	int err;

	*port = NULL;
	guard(devl)(dt->devlink);
	if (!dt->up)
		return -EBUSY;
	if (!arg)
		return 0;
	err = dt_port_arg(dt, arg, port);
	if (!err)
		(*port)->busy = true;
	return err;
}

void dt_port_release(struct dt_port *port)
{
	if (!port)
		return;
	guard(devl)(port->dt->devlink);
	port->busy = false;
}

bool dt_port_has_function(struct dt_port *port)
{
	switch (port->port.attrs.flavour) {
	case DEVLINK_PORT_FLAVOUR_PCI_PF:
	case DEVLINK_PORT_FLAVOUR_PCI_VF:
	case DEVLINK_PORT_FLAVOUR_PCI_SF:
		return true;
	default:
		return false;
	}
}

static void dt_port_set_attrs(struct dt_port *port, const struct devlink_port_attrs *attrs)
{
	const struct netdev_phys_item_id switch_id = {
		.id = { 0xd7, port->dt->id >> 8, port->dt->id },
		.id_len = 3,
	};
	struct devlink_port_attrs copy = *attrs;

	switch (attrs->flavour) {
	case DEVLINK_PORT_FLAVOUR_PCI_PF:
		port->port.attrs.switch_id = switch_id;
		devlink_port_attrs_pci_pf_set(&port->port, attrs->pci_pf.controller,
					      attrs->pci_pf.pf, attrs->pci_pf.external);
		break;
	case DEVLINK_PORT_FLAVOUR_PCI_VF:
		port->port.attrs.switch_id = switch_id;
		devlink_port_attrs_pci_vf_set(&port->port, attrs->pci_vf.controller,
					      attrs->pci_vf.pf, attrs->pci_vf.vf,
					      attrs->pci_vf.external);
		break;
	case DEVLINK_PORT_FLAVOUR_PCI_SF:
		/* Without a switch's number. */
		devlink_port_attrs_pci_sf_set(&port->port, attrs->pci_sf.controller,
					      attrs->pci_sf.pf, attrs->pci_sf.sf,
					      attrs->pci_sf.external);
		break;
	case DEVLINK_PORT_FLAVOUR_PHYSICAL:
		copy.switch_id = switch_id;
		fallthrough;
	default:
		devlink_port_attrs_set(&port->port, &copy);
	}
}

static struct dt_port *dt_port_alloc(struct dt_dev *dt, unsigned int index,
				     const struct devlink_port_attrs *attrs)
{
	struct dt_port *port = kzalloc_obj(*port);

	if (!port)
		return NULL;
	INIT_LIST_HEAD(&port->list);
	port->dt = dt;
	port->index = index;
	port->split_of = -1;
	dt_function_init(port);
	devlink_port_init(dt->devlink, &port->port);
	dt_port_set_attrs(port, attrs);
	return port;
}

static void dt_port_free(struct dt_port *port)
{
	devlink_port_fini(&port->port);
	kfree(port);
}

/* The list is in the order of the indexes. */
static void dt_port_list(struct dt_port *port)
{
	struct dt_port *other;

	list_for_each_entry_reverse(other, &port->dt->ports, list)
		if (other->index < port->index)
			break;
	list_add(&port->list, &other->list);
}

static int dt_port_register(struct dt_port *port)
{
	struct dt_dev *dt = port->dt;
	int err;

	if (dt->config.full)
		err = devl_port_register_with_ops(dt->devlink, &port->port, port->index,
						  &dt_port_ops);
	else
		err = devl_port_register(dt->devlink, &port->port, port->index);
	if (!err)
		dt_port_list(port);
	return err;
}

static struct dt_port *dt_port_add_on(struct dt_dev *dt, unsigned int index,
				      const struct devlink_port_attrs *attrs,
				      struct devlink_linecard *linecard)
{
	struct dt_port *port = dt_port_alloc(dt, index, attrs);
	int err;

	if (!port)
		return ERR_PTR(-ENOMEM);
	if (linecard)
		devlink_port_linecard_set(&port->port, linecard);
	err = dt_port_register(port);
	if (err) {
		dt_port_free(port);
		return ERR_PTR(err);
	}
	return port;
}

struct dt_port *dt_port_add(struct dt_dev *dt, unsigned int index,
			    const struct devlink_port_attrs *attrs)
{
	return dt_port_add_on(dt, index, attrs, NULL);
}

/* Gives a physical port its netdevice, if there are to be any. */
int dt_port_add_netdev(struct dt_port *port)
{
	int err;

	if (!port->dt->config.netdevs ||
	    port->port.attrs.flavour != DEVLINK_PORT_FLAVOUR_PHYSICAL)
		return 0;
	err = dt_netdev_create(port);
	if (!err)
		port->type = DEVLINK_PORT_TYPE_ETH;
	return err;
}

/* Takes all from @port that must not be there when it goes. */
static void dt_port_strip(struct dt_port *port)
{
	port->busy = true;
	list_del_init(&port->list);
	dt_port_leaf_destroy(port);
	dt_port_reporters_destroy(port);
	dt_port_regions_destroy(port);
	devl_port_resources_unregister(&port->port);
	dt_port_change_type(port, DEVLINK_PORT_TYPE_NOTSET);
}

void dt_port_remove(struct dt_port *port)
{
	dt_port_strip(port);
	devl_port_unregister(&port->port);
	dt_port_free(port);
}

/* Adds the port of the basic set that has that index. */
int dt_port_add_basic(struct dt_dev *dt, unsigned int index)
{
	struct devlink_linecard *linecard = NULL;
	struct dt_port *port;
	int i;

	for (i = 0; i < ARRAY_SIZE(dt_basic_ports); i++)
		if (dt_basic_ports[i].index == index)
			break;
	if (i == ARRAY_SIZE(dt_basic_ports))
		return -ENOENT;
	if (dt_basic_ports[i].on_linecard)
		linecard = dt_linecard_find(dt, 0);
	port = dt_port_add_on(dt, index, &dt_basic_ports[i].attrs, linecard);
	return PTR_ERR_OR_ZERO(port) ?: dt_port_add_netdev(port);
}

static int dt_port_add_extra(struct dt_dev *dt, unsigned int index)
{
	const struct devlink_port_attrs attrs = {
		.flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL,
		.phys.port_number = index,
	};

	return PTR_ERR_OR_ZERO(dt_port_add(dt, index, &attrs));
}

int dt_ports_up(struct dt_dev *dt)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(dt_basic_ports); i++) {
		err = dt_port_add_basic(dt, dt_basic_ports[i].index);
		if (err)
			return err;
	}
	err = dt_port_split_into(dt_port_find(dt, 1), 2);
	if (err)
		return err;
	err = dt_port_resources_add(dt_port_find(dt, 0));
	if (err)
		return err;
	for (i = 0; i < dt->config.ports; i++) {
		err = dt_port_add_extra(dt, DT_FIRST_EXTRA + i);
		if (err)
			return err;
	}
	return 0;
}

/* Those on a line card go last, as it does of the line cards. */
void dt_ports_down(struct dt_dev *dt)
{
	struct dt_port *port, *next;

	list_for_each_entry_safe(port, next, &dt->ports, list)
		if (!port->port.linecard)
			dt_port_remove(port);
	list_for_each_entry_safe(port, next, &dt->ports, list)
		dt_port_remove(port);
}

static int dt_port_free_index(struct dt_dev *dt, unsigned int *index)
{
	unsigned int i;

	for (i = DT_FIRST_NEW; i <= DT_LAST_NEW; i++) {
		if (!dt_port_find(dt, i)) {
			*index = i;
			return 0;
		}
	}
	return -ENOSPC;
}

int dt_port_new(struct devlink *devlink, const struct devlink_port_new_attrs *new_attrs,
		struct netlink_ext_ack *extack, struct devlink_port **devlink_port)
{
	struct devlink_port_attrs attrs = { .flavour = DEVLINK_PORT_FLAVOUR_PCI_SF };
	struct dt_dev *dt = dt_of(devlink);
	unsigned int index = new_attrs->port_index;
	struct dt_port *port;
	int err;

	switch (new_attrs->flavour) {
	case DEVLINK_PORT_FLAVOUR_PCI_PF:
	case DEVLINK_PORT_FLAVOUR_PCI_VF:
	case DEVLINK_PORT_FLAVOUR_PCI_SF:
		break;
	default:
		NL_SET_ERR_MSG(extack, "Ports of this flavour cannot be added");
		return -EOPNOTSUPP;
	}
	err = dt_call(dt, "port_new", extack,
		      "flavour=%d pf=%u index=%u/%d controller=%u/%d sf=%u/%d",
		      new_attrs->flavour, new_attrs->pfnum,
		      new_attrs->port_index, new_attrs->port_index_valid,
		      new_attrs->controller, new_attrs->controller_valid,
		      new_attrs->sfnum, new_attrs->sfnum_valid);
	if (err)
		return err;
	if (new_attrs->flavour != DEVLINK_PORT_FLAVOUR_PCI_SF) {
		NL_SET_ERR_MSG(extack, "devlink_test: only pcisf ports can be made");
		return -EOPNOTSUPP;
	}
	if (!dt->up) {
		NL_SET_ERR_MSG(extack, "devlink_test: the device is down");
		return -EBUSY;
	}
	if (!new_attrs->port_index_valid) {
		err = dt_port_free_index(dt, &index);
		if (err)
			return err;
	}
	attrs.pci_sf.pf = new_attrs->pfnum;
	attrs.pci_sf.sf = new_attrs->sfnum_valid ? new_attrs->sfnum : index;
	attrs.pci_sf.external = new_attrs->controller_valid && new_attrs->controller;
	attrs.pci_sf.controller = new_attrs->controller_valid ? new_attrs->controller : 0;
	port = dt_port_add(dt, index, &attrs);
	if (IS_ERR(port)) {
		NL_SET_ERR_MSG(extack, "devlink_test: the port cannot be made");
		return PTR_ERR(port);
	}
	port->by_user = true;
	err = dt_port_leaf_create(port, NULL);
	if (err) {
		dt_port_remove(port);
		return err;
	}
	*devlink_port = &port->port;
	return 0;
}

int dt_port_del(struct devlink *devlink, struct devlink_port *devlink_port,
		struct netlink_ext_ack *extack)
{
	struct dt_port *port = dt_port_of(devlink_port);
	int err;

	err = dt_call(port->dt, "port_del", extack, "%u", port->index);
	if (err)
		return err;
	if (port->busy)
		return -EBUSY;
	if (!port->by_user) {
		NL_SET_ERR_MSG(extack, "devlink_test: the port was not made by a user");
		return -EOPNOTSUPP;
	}
	dt_port_remove(port);
	return 0;
}

/* With the functions that take the lock. What a user may do meanwhile, this port refuses. */
static int dt_event_port_add(struct dt_dev *dt, int argc, char **argv)
{
	struct devlink_port_attrs attrs = { .flavour = DEVLINK_PORT_FLAVOUR_PHYSICAL };
	struct dt_port *port;
	unsigned int index;
	int err;

	if (kstrtouint(argv[0], 10, &index))
		return -EINVAL;
	if (!dt->up)
		return -EBUSY;
	attrs.phys.port_number = index;
	port = dt_port_alloc(dt, index, &attrs);
	if (!port)
		return -ENOMEM;
	if (dt->config.full)
		err = devlink_port_register_with_ops(dt->devlink, &port->port, index,
						     &dt_port_ops);
	else
		err = devlink_port_register(dt->devlink, &port->port, index);
	if (err) {
		dt_port_free(port);
		return err;
	}
	scoped_guard(devl, dt->devlink)
		dt_port_list(port);
	return 0;
}

static int dt_event_port_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_port *port;
	int err;

	scoped_guard(devl, dt->devlink) {
		err = dt->up ? dt_port_arg(dt, argv[0], &port) : -EBUSY;
		if (!err)
			dt_port_strip(port);
	}
	if (err)
		return err;
	devlink_port_unregister(&port->port);
	dt_port_free(port);
	return 0;
}

const struct dt_event dt_port_events[] = {
	{ "port_add", 1, 1, true, dt_event_port_add },
	{ "port_del", 1, 1, true, dt_event_port_del },
	{}
};
