// SPDX-License-Identifier: GPL-2.0
/*
 * Instances in instances, ports and line cards of others, and in shared ones.
 *
 * An instance is put somewhere before it is registered, and what it shares with the outer
 * instance is found only while it is there. So each change rebuilds the inner device. Devices
 * are nested only in those with a lower ID: no circles, and one order of locks.
 */

#include <linux/delay.h>
#include <linux/string.h>
#include "devlink_test.h"

/* How long a shared instance takes to say what it is, and how many say it just now. */
static unsigned int dt_shared_slow;
static atomic_t dt_shared_busy;

static int dt_shared_info_get(struct devlink *devlink, struct devlink_info_req *req,
			      struct netlink_ext_ack *extack)
{
	atomic_inc(&dt_shared_busy);
	msleep(READ_ONCE(dt_shared_slow));
	atomic_dec(&dt_shared_busy);
	return 0;
}

static const struct devlink_ops dt_shared_ops = {
	.info_get = dt_shared_info_get,
};

struct dt_place {
	struct dt_dev *parent;
	struct devlink *shared;
	const char *object;	/* NULL, "port" or "linecard" */
	unsigned int index;
};

static int dt_nest_in_port(struct dt_dev *dt, const struct dt_place *place)
{
	struct dt_port *port = dt_port_find(place->parent, place->index);

	if (!port)
		return -ENOENT;
	/* The core takes others for a mistake of the driver. */
	if (port->port.attrs.flavour != DEVLINK_PORT_FLAVOUR_PCI_SF ||
	    port->port.attrs.pci_sf.external)
		return -EINVAL;
	return devl_port_fn_devlink_set(&port->port, dt->devlink);
}

static int dt_nest_in_linecard(struct dt_dev *dt, const struct dt_place *place)
{
	struct devlink_linecard *linecard = dt_linecard_find(place->parent, place->index);

	return linecard ? devlink_linecard_nested_dl_set(linecard, dt->devlink) : -ENOENT;
}

/* With @dt's lock, takes the outer one's. */
static int dt_nest(struct dt_dev *dt, const struct dt_place *place)
{
	if (place->shared) {
		guard(devl)(place->shared);
		return devl_nested_devlink_set(place->shared, dt->devlink);
	}
	if (!place->parent)
		return 0;
	guard(devl)(place->parent->devlink);
	if (!place->object)
		return devl_nested_devlink_set(place->parent->devlink, dt->devlink);
	if (!strcmp(place->object, "port"))
		return dt_nest_in_port(dt, place);
	return dt_nest_in_linecard(dt, place);
}

/* Takes @dt out of where it is and puts it to @place, whose reference to a shared one it takes. */
static int dt_move(struct dt_dev *dt, const struct dt_place *place)
{
	struct devlink *shared = place->shared;
	int err, up;

	dt_nested_evict(dt);
	devl_lock(dt->devlink);
	dt_objects_down(dt);
	if (dt->registered)
		devl_unregister(dt->devlink);
	dt_nested_in_set(dt, NULL);
	swap(dt->shared, shared);
	err = dt_nest(dt, place);
	if (!err && place->parent)
		dt_nested_in_set(dt, place->parent);
	up = dt_objects_up(dt);
	devl_register(dt->devlink);
	dt->registered = true;
	devl_unlock(dt->devlink);
	/* Putting the last reference takes the shared instance's lock. */
	if (shared)
		devlink_shd_put(shared);
	if (err && dt->shared) {
		devlink_shd_put(dt->shared);
		dt->shared = NULL;
	}
	return err ?: up;
}

/* Puts those that are nested in @dt out of it. */
void dt_nested_evict(struct dt_dev *dt)
{
	static const struct dt_place nowhere;
	struct dt_dev *child;

	while ((child = dt_nested_first_get(dt))) {
		device_lock(&child->dev);
		/* Meanwhile it may have gone by itself. */
		if (child->devlink && child->nested_in == dt)
			dt_move(child, &nowhere);
		device_unlock(&child->dev);
		put_device(&child->dev);
	}
}

void dt_nested_release(struct dt_dev *dt)
{
	dt_nested_in_set(dt, NULL);
	if (dt->shared)
		devlink_shd_put(dt->shared);
	dt->shared = NULL;
}

/* A reference to the shared instance of that name, or NULL; @came is how many have ever come. */
static struct devlink *dt_shared_get(struct dt_dev *dt, const char *name, int *came)
{
	struct devlink *shared;

	shared = devlink_shd_get(name, &dt_shared_ops, sizeof(atomic_t), dt->dev.driver);
	if (shared)
		*came = atomic_inc_return(devlink_shd_get_priv(shared));
	return shared;
}

/* Puts @dt, which is new, where it begins. */
int dt_nested_begin(struct dt_dev *dt)
{
	struct dt_place place = {};
	int came;

	if (!*dt->config.share)
		return 0;
	place.shared = dt_shared_get(dt, dt->config.share, &came);
	dt->shared = place.shared;
	if (!place.shared)
		return -ENOMEM;
	guard(devl)(dt->devlink);
	return dt_nest(dt, &place);
}

static int dt_nest_in(struct dt_dev *dt, struct dt_place *place)
{
	int err = -EBUSY;

	/* Device locks are taken from low IDs to high ones, so this one must not be waited for. */
	if (!device_trylock(&place->parent->dev))
		return err;
	if (place->parent->devlink && place->parent->registered)
		err = dt_move(dt, place);
	device_unlock(&place->parent->dev);
	return err;
}

static int dt_event_nest(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_place place = {};
	unsigned int id;
	int err;

	if (argc == 2 || kstrtouint(argv[0], 10, &id) || id >= dt->id)
		return -EINVAL;
	if (argc == 3) {
		place.object = argv[1];
		if (strcmp(place.object, "port") && strcmp(place.object, "linecard"))
			return -EINVAL;
		if (kstrtouint(argv[2], 10, &place.index))
			return -EINVAL;
	}
	place.parent = dt_find_get(id);
	if (!place.parent)
		return -ENOENT;
	err = dt_nest_in(dt, &place);
	put_device(&place.parent->dev);
	return err;
}

static int dt_share(struct dt_dev *dt, const char *name, bool first)
{
	struct dt_place place = {};
	int came;

	place.shared = dt_shared_get(dt, name, &came);
	if (!place.shared)
		return -ENOMEM;
	/* When the first one comes, nobody asks an instance of before. */
	if (first && (came != 1 || atomic_read(&dt_shared_busy))) {
		devlink_shd_put(place.shared);
		return -EPROTO;
	}
	return dt_move(dt, &place);
}

static int dt_event_share(struct dt_dev *dt, int argc, char **argv)
{
	return dt_share(dt, argv[0], false);
}

static int dt_event_share_first(struct dt_dev *dt, int argc, char **argv)
{
	return dt_share(dt, argv[0], true);
}

static int dt_event_share_slow(struct dt_dev *dt, int argc, char **argv)
{
	return kstrtouint(argv[0], 10, &dt_shared_slow);
}

static int dt_event_unnest(struct dt_dev *dt, int argc, char **argv)
{
	const struct dt_place nowhere = {};

	return dt->nested_in || dt->shared ? dt_move(dt, &nowhere) : -EALREADY;
}

const struct dt_event dt_nested_events[] = {
	{ "nest", 1, 3, true, dt_event_nest },
	{ "share", 1, 1, true, dt_event_share },
	{ "share_first", 1, 1, true, dt_event_share_first },
	{ "share_slow", 1, 1, true, dt_event_share_slow },
	{ "unnest", 0, 0, true, dt_event_unnest },
	{}
};
