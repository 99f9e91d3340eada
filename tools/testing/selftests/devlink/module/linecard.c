// SPDX-License-Identifier: GPL-2.0
/*
 * Line cards. Number 0 is provisioned and active, and port 2 is on it. Cards with even numbers
 * do what they are told at once; those with odd ones begin, and an event ends it.
 */

#include <linux/slab.h>
#include <linux/string.h>
#include "devlink_test.h"

static const char * const dt_types[] = { "dt-16x100G", "dt-8x200G", "dt-4x400G" };

struct dt_linecard {
	struct list_head list;
	struct dt_dev *dt;
	unsigned int index;
	struct devlink_linecard *linecard;
	/* As the core sees it, but for a failure that a user has set aside. */
	enum devlink_linecard_state state;
	const char *type;
};

static bool dt_linecard_is_slow(struct dt_linecard *card)
{
	return card->index & 1;
}

static void dt_linecard_provisioned(struct dt_linecard *card, const char *type)
{
	card->state = DEVLINK_LINECARD_STATE_PROVISIONED;
	card->type = type;
	devlink_linecard_provision_set(card->linecard, type);
}

static void dt_linecard_cleared(struct dt_linecard *card)
{
	card->state = DEVLINK_LINECARD_STATE_UNPROVISIONED;
	card->type = NULL;
	devlink_linecard_provision_clear(card->linecard);
}

static int dt_linecard_provision(struct devlink_linecard *linecard, void *priv, const char *type,
				 const void *type_priv, struct netlink_ext_ack *extack)
{
	struct dt_linecard *card = priv;
	int err;

	err = dt_call(card->dt, "linecard_provision", extack, "%u type=%s", card->index, type);
	if (err) {
		card->state = DEVLINK_LINECARD_STATE_UNPROVISIONED;
		card->type = NULL;
		return err;
	}
	card->state = DEVLINK_LINECARD_STATE_PROVISIONING;
	card->type = type;
	if (!dt_linecard_is_slow(card))
		dt_linecard_provisioned(card, type);
	return 0;
}

static int dt_linecard_unprovision(struct devlink_linecard *linecard, void *priv,
				   struct netlink_ext_ack *extack)
{
	struct dt_linecard *card = priv;
	int err;

	err = dt_call(card->dt, "linecard_unprovision", extack, "%u", card->index);
	if (err) {
		/* The core gives it up for unprovisioned. */
		card->state = DEVLINK_LINECARD_STATE_UNPROVISIONED;
		card->type = NULL;
		return err;
	}
	card->state = DEVLINK_LINECARD_STATE_UNPROVISIONING;
	if (!dt_linecard_is_slow(card))
		dt_linecard_cleared(card);
	return 0;
}

static bool dt_linecard_same_provision(struct devlink_linecard *linecard, void *priv,
				       const char *type, const void *type_priv)
{
	struct dt_linecard *card = priv;

	if (dt_call(card->dt, "linecard_same_provision", NULL, "%u type=%s", card->index, type))
		return false;
	return card->type && !strcmp(card->type, type);
}

static unsigned int dt_linecard_types_count(struct devlink_linecard *linecard, void *priv)
{
	return ARRAY_SIZE(dt_types);
}

static void dt_linecard_types_get(struct devlink_linecard *linecard, void *priv,
				  unsigned int index, const char **type, const void **type_priv)
{
	*type = dt_types[index];
	*type_priv = NULL;
}

static const struct devlink_linecard_ops dt_linecard_ops_full = {
	.provision = dt_linecard_provision,
	.unprovision = dt_linecard_unprovision,
	.same_provision = dt_linecard_same_provision,
	.types_count = dt_linecard_types_count,
	.types_get = dt_linecard_types_get,
};

/* The others are a must. */
static const struct devlink_linecard_ops dt_linecard_ops_none = {
	.provision = dt_linecard_provision,
	.unprovision = dt_linecard_unprovision,
	.types_count = dt_linecard_types_count,
	.types_get = dt_linecard_types_get,
};

/* The list is in the order of the indexes. */
static void dt_linecard_list(struct dt_linecard *card)
{
	struct dt_linecard *other;

	list_for_each_entry_reverse(other, &card->dt->linecards, list)
		if (other->index < card->index)
			break;
	list_add(&card->list, &other->list);
}

static int dt_linecard_add(struct dt_dev *dt, unsigned int index)
{
	struct dt_linecard *card = kzalloc_obj(*card);
	int err;

	if (!card)
		return -ENOMEM;
	card->dt = dt;
	card->index = index;
	card->state = DEVLINK_LINECARD_STATE_UNPROVISIONED;
	card->linecard = devl_linecard_create(dt->devlink, index,
					      dt->config.full ? &dt_linecard_ops_full :
								&dt_linecard_ops_none, card);
	err = PTR_ERR_OR_ZERO(card->linecard);
	if (err)
		kfree(card);
	else
		dt_linecard_list(card);
	return err;
}

static void dt_linecard_del(struct dt_linecard *card)
{
	devl_linecard_destroy(card->linecard);
	list_del(&card->list);
	kfree(card);
}

static struct dt_linecard *dt_card_find(struct dt_dev *dt, unsigned int index)
{
	struct dt_linecard *card;

	list_for_each_entry(card, &dt->linecards, list)
		if (card->index == index)
			return card;
	return NULL;
}

struct devlink_linecard *dt_linecard_find(struct dt_dev *dt, unsigned int index)
{
	struct dt_linecard *card = dt_card_find(dt, index);

	return card ? card->linecard : NULL;
}

static void dt_linecard_activate(struct dt_linecard *card)
{
	card->state = DEVLINK_LINECARD_STATE_ACTIVE;
	devlink_linecard_activate(card->linecard);
}

int dt_linecards_up(struct dt_dev *dt)
{
	struct dt_linecard *card;
	unsigned int i;
	int err;

	for (i = 0; i < 2 + dt->config.linecards; i++) {
		err = dt_linecard_add(dt, i);
		if (err)
			return err;
	}
	card = dt_card_find(dt, 0);
	dt_linecard_provisioned(card, dt_types[0]);
	dt_linecard_activate(card);
	return 0;
}

void dt_linecards_down(struct dt_dev *dt)
{
	struct dt_linecard *card, *next;

	list_for_each_entry_safe(card, next, &dt->linecards, list)
		dt_linecard_del(card);
}

/* The core takes for a mistake of the driver what does not fit the state, so it is refused here. */
static int dt_linecard_order(struct dt_linecard *card, const char *order, const char *type)
{
	int i;

	if (!strcmp(order, "provision")) {
		i = type ? match_string(dt_types, ARRAY_SIZE(dt_types), type) : -EINVAL;
		if (i < 0 || (card->type && card->type != dt_types[i]))
			return -EINVAL;
		dt_linecard_provisioned(card, dt_types[i]);
		return 0;
	}
	if (type)
		return -EINVAL;
	if (!strcmp(order, "clear")) {
		dt_linecard_cleared(card);
		return 0;
	}
	if (!strcmp(order, "fail")) {
		card->state = DEVLINK_LINECARD_STATE_PROVISIONING_FAILED;
		devlink_linecard_provision_fail(card->linecard);
		return 0;
	}
	if (!strcmp(order, "activate") && card->state == DEVLINK_LINECARD_STATE_PROVISIONED) {
		dt_linecard_activate(card);
		return 0;
	}
	if (!strcmp(order, "deactivate") && card->state == DEVLINK_LINECARD_STATE_ACTIVE) {
		card->state = DEVLINK_LINECARD_STATE_PROVISIONED;
		devlink_linecard_deactivate(card->linecard);
		return 0;
	}
	if (!strcmp(order, "deactivate") && card->state == DEVLINK_LINECARD_STATE_UNPROVISIONING) {
		devlink_linecard_deactivate(card->linecard);
		return 0;
	}
	return -EINVAL;
}

static int dt_linecard_arg(struct dt_dev *dt, const char *arg, struct dt_linecard **card)
{
	unsigned int index;

	if (kstrtouint(arg, 10, &index))
		return -EINVAL;
	*card = dt_card_find(dt, index);
	return *card ? 0 : -ENOENT;
}

static int dt_event_linecard(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_linecard *card;
	int err;

	err = dt_linecard_arg(dt, argv[0], &card);
	return err ?: dt_linecard_order(card, argv[1], argv[2]);
}

static int dt_event_linecard_add(struct dt_dev *dt, int argc, char **argv)
{
	unsigned int index;

	return kstrtouint(argv[0], 10, &index) ? -EINVAL : dt_linecard_add(dt, index);
}

static int dt_event_linecard_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_linecard *card;
	int err;

	err = dt_linecard_arg(dt, argv[0], &card);
	if (err)
		return err;
	/* Port 2 is on it. */
	if (!card->index)
		return -EBUSY;
	dt_linecard_del(card);
	return 0;
}

const struct dt_event dt_linecard_events[] = {
	{ "linecard", 2, 3, false, dt_event_linecard },
	{ "linecard_add", 1, 1, false, dt_event_linecard_add },
	{ "linecard_del", 1, 1, false, dt_event_linecard_del },
	{}
};
