// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters of every type and mode. Values are kept for each mode; a reload keeps them too. A
 * device without callbacks cannot be reinitialised, so its parameters have no mode driverinit.
 */

#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>
#include "devlink_test.h"

#define DT_MODES (DEVLINK_PARAM_CMODE_MAX + 1)
#define DT_RUNTIME BIT(DEVLINK_PARAM_CMODE_RUNTIME)
#define DT_DRIVERINIT BIT(DEVLINK_PARAM_CMODE_DRIVERINIT)
#define DT_PERMANENT BIT(DEVLINK_PARAM_CMODE_PERMANENT)

enum {
	DT_PARAM_U8 = DEVLINK_PARAM_GENERIC_ID_MAX + 1,
	DT_PARAM_U16,
	DT_PARAM_U32,
	DT_PARAM_U64,
	DT_PARAM_STRING,
	DT_PARAM_BOOL,
	DT_PARAM_U64_ARRAY,
	DT_PARAM_INIT_STRING,
	DT_PARAM_INIT_BOOL,
	DT_PARAM_FIRST_EXTRA = 1000,
	DT_PARAM_FIRST_ADDED = 100000,
};

struct dt_param {
	const struct devlink_param *param;
	union devlink_param_value value[DT_MODES];
};

/* One that an event added. */
struct dt_added_param {
	struct list_head list;
	struct devlink_param param;
	char name[DT_NAME_MAX];
};

struct dt_params {
	struct devlink_param *array;	/* the basic set and extra ones */
	char (*names)[DT_NAME_MAX];	/* of the extra ones */
	unsigned int count;
	struct xarray by_id;		/* struct dt_param */
	struct list_head added;
	u32 next_id;
};

static int dt_param_get(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx,
			struct netlink_ext_ack *extack);
static int dt_param_set(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx,
			struct netlink_ext_ack *extack);
static int dt_param_validate(struct devlink *devlink, u32 id, union devlink_param_value *value,
			     struct netlink_ext_ack *extack);
static int dt_param_get_default(struct devlink *devlink, u32 id,
				struct devlink_param_gset_ctx *ctx,
				struct netlink_ext_ack *extack);
static int dt_param_reset_default(struct devlink *devlink, u32 id, enum devlink_param_cmode mode,
				  struct netlink_ext_ack *extack);

static const struct devlink_param dt_basic_params[] = {
	DEVLINK_PARAM_GENERIC(MAX_MACS, DT_DRIVERINIT, NULL, NULL, dt_param_validate),
	DEVLINK_PARAM_GENERIC(INT_ERR_RESET, DT_RUNTIME | DT_DRIVERINIT, dt_param_get,
			      dt_param_set, NULL),
	DEVLINK_PARAM_GENERIC_WITH_DEFAULTS(ENABLE_SRIOV, DT_PERMANENT, dt_param_get, dt_param_set,
					    dt_param_validate, dt_param_get_default,
					    dt_param_reset_default),
	DEVLINK_PARAM_GENERIC(CLOCK_ID, DT_PERMANENT, dt_param_get, dt_param_set, NULL),
	DEVLINK_PARAM_GENERIC(FW_LOAD_POLICY, DT_RUNTIME | DT_PERMANENT, dt_param_get,
			      dt_param_set, dt_param_validate),
	DEVLINK_PARAM_DRIVER(DT_PARAM_U8, "dt_u8", DEVLINK_PARAM_TYPE_U8,
			     DT_RUNTIME | DT_DRIVERINIT | DT_PERMANENT, dt_param_get,
			     dt_param_set, dt_param_validate),
	DEVLINK_PARAM_DRIVER(DT_PARAM_U16, "dt_u16", DEVLINK_PARAM_TYPE_U16, DT_RUNTIME,
			     dt_param_get, dt_param_set, dt_param_validate),
	DEVLINK_PARAM_DRIVER_WITH_DEFAULTS(DT_PARAM_U32, "dt_u32", DEVLINK_PARAM_TYPE_U32,
					   DT_RUNTIME | DT_PERMANENT, dt_param_get, dt_param_set,
					   dt_param_validate, dt_param_get_default,
					   dt_param_reset_default),
	DEVLINK_PARAM_DRIVER_WITH_DEFAULTS(DT_PARAM_U64, "dt_u64", DEVLINK_PARAM_TYPE_U64,
					   DT_PERMANENT, dt_param_get, dt_param_set, NULL,
					   dt_param_get_default, NULL),
	DEVLINK_PARAM_DRIVER_WITH_DEFAULTS(DT_PARAM_STRING, "dt_string", DEVLINK_PARAM_TYPE_STRING,
					   DT_RUNTIME | DT_DRIVERINIT, dt_param_get, dt_param_set,
					   dt_param_validate, dt_param_get_default,
					   dt_param_reset_default),
	DEVLINK_PARAM_DRIVER_WITH_DEFAULTS(DT_PARAM_BOOL, "dt_bool", DEVLINK_PARAM_TYPE_BOOL,
					   DT_RUNTIME, dt_param_get, dt_param_set, NULL,
					   dt_param_get_default, dt_param_reset_default),
	DEVLINK_PARAM_DRIVER_WITH_DEFAULTS(DT_PARAM_U64_ARRAY, "dt_u64_array",
					   DEVLINK_PARAM_TYPE_U64_ARRAY,
					   DT_RUNTIME | DT_PERMANENT, dt_param_get, dt_param_set,
					   dt_param_validate, dt_param_get_default,
					   dt_param_reset_default),
	DEVLINK_PARAM_DRIVER(DT_PARAM_INIT_STRING, "dt_init_string", DEVLINK_PARAM_TYPE_STRING,
			     DT_DRIVERINIT, NULL, NULL, NULL),
	DEVLINK_PARAM_DRIVER(DT_PARAM_INIT_BOOL, "dt_init_bool", DEVLINK_PARAM_TYPE_BOOL,
			     DT_DRIVERINIT, NULL, NULL, NULL),
};

static void dt_param_default(const struct devlink_param *param, union devlink_param_value *value)
{
	memset(value, 0, sizeof(*value));
	switch (param->type) {
	case DEVLINK_PARAM_TYPE_U8:
		value->vu8 = 8;
		break;
	case DEVLINK_PARAM_TYPE_U16:
		value->vu16 = 1616;
		break;
	case DEVLINK_PARAM_TYPE_U32:
		value->vu32 = 32;
		break;
	case DEVLINK_PARAM_TYPE_U64:
		value->vu64 = 0x6400000064;
		break;
	case DEVLINK_PARAM_TYPE_STRING:
		strscpy(value->vstr, "default", sizeof(value->vstr));
		break;
	case DEVLINK_PARAM_TYPE_BOOL:
		value->vbool = true;
		break;
	case DEVLINK_PARAM_TYPE_U64_ARRAY:
		value->u64arr.size = 3;
		value->u64arr.val[1] = 1;
		value->u64arr.val[2] = U64_MAX;
		break;
	}
}

static int dt_param_get(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx,
			struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	struct dt_param *param = xa_load(&dt->params->by_id, id);
	int err;

	err = dt_call(dt, "param_get", extack, "%s mode=%d", param->param->name, ctx->cmode);
	if (!err)
		ctx->val = param->value[ctx->cmode];
	return err;
}

static int dt_param_set(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx,
			struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	struct dt_param *param = xa_load(&dt->params->by_id, id);
	int err;

	err = dt_call(dt, "param_set", extack, "%s mode=%d", param->param->name, ctx->cmode);
	if (!err)
		param->value[ctx->cmode] = ctx->val;
	return err;
}

static bool dt_param_is_valid(const struct devlink_param *param,
			      const union devlink_param_value *value)
{
	switch (param->type) {
	case DEVLINK_PARAM_TYPE_U8:
		return value->vu8 <= 200;
	case DEVLINK_PARAM_TYPE_U16:
		return value->vu16 <= 60000;
	case DEVLINK_PARAM_TYPE_U32:
		return value->vu32 <= 1000000;
	case DEVLINK_PARAM_TYPE_STRING:
		return strcmp(value->vstr, "bad");
	case DEVLINK_PARAM_TYPE_U64_ARRAY:
		return value->u64arr.size <= 8;
	default:
		return true;
	}
}

static int dt_param_validate(struct devlink *devlink, u32 id, union devlink_param_value *value,
			     struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	struct dt_param *param = xa_load(&dt->params->by_id, id);
	int err;

	err = dt_call(dt, "param_validate", extack, "%s", param->param->name);
	if (err)
		return err;
	if (!dt_param_is_valid(param->param, value)) {
		NL_SET_ERR_MSG(extack, "devlink_test: the value is out of range");
		return -ERANGE;
	}
	return 0;
}

static int dt_param_get_default(struct devlink *devlink, u32 id,
				struct devlink_param_gset_ctx *ctx,
				struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	struct dt_param *param = xa_load(&dt->params->by_id, id);
	int err;

	err = dt_call(dt, "param_get_default", extack, "%s mode=%d", param->param->name,
		      ctx->cmode);
	if (!err)
		dt_param_default(param->param, &ctx->val);
	return err;
}

static int dt_param_reset_default(struct devlink *devlink, u32 id, enum devlink_param_cmode mode,
				  struct netlink_ext_ack *extack)
{
	struct dt_dev *dt = dt_of(devlink);
	struct dt_param *param = xa_load(&dt->params->by_id, id);
	int err;

	err = dt_call(dt, "param_reset_default", extack, "%s mode=%d", param->param->name, mode);
	if (!err)
		dt_param_default(param->param, &param->value[mode]);
	return err;
}

/* Makes room for @desc's values, before the core can ask for them. */
static int dt_param_add_values(struct dt_params *params, const struct devlink_param *desc)
{
	struct dt_param *param = kzalloc_obj(*param);
	int i, err;

	if (!param)
		return -ENOMEM;
	param->param = desc;
	for (i = 0; i < DT_MODES; i++)
		dt_param_default(desc, &param->value[i]);
	err = xa_insert(&params->by_id, desc->id, param, GFP_KERNEL);
	if (err)
		kfree(param);
	return err;
}

/* What only the core keeps needs a first value. */
static void dt_param_init_value(struct dt_dev *dt, const struct devlink_param *desc)
{
	union devlink_param_value value;

	if (!(desc->supported_cmodes & DT_DRIVERINIT))
		return;
	dt_param_default(desc, &value);
	devl_param_driverinit_value_set(dt->devlink, desc->id, &value);
}

/* One of the basic set; false if a device without callbacks has none of it. */
static bool dt_param_describe_basic(struct dt_dev *dt, struct devlink_param *param,
				    const struct devlink_param *basic)
{
	*param = *basic;
	if (dt->config.full)
		return true;
	param->validate = NULL;
	param->get_default = NULL;
	param->reset_default = NULL;
	param->supported_cmodes &= ~DT_DRIVERINIT;
	return param->supported_cmodes;
}

static void dt_params_describe(struct dt_dev *dt, struct dt_params *params)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dt_basic_params); i++)
		if (dt_param_describe_basic(dt, &params->array[params->count],
					    &dt_basic_params[i]))
			params->count++;
	for (i = 0; i < dt->config.params; i++) {
		char *name = params->names[i];

		snprintf(name, DT_NAME_MAX, "extra_param%u", i);
		params->array[params->count++] = (struct devlink_param)
			DEVLINK_PARAM_DRIVER(DT_PARAM_FIRST_EXTRA + i, name,
					     DEVLINK_PARAM_TYPE_U32, DT_RUNTIME, dt_param_get,
					     dt_param_set, NULL);
	}
}

static void dt_params_free(struct dt_dev *dt)
{
	struct dt_params *params = dt->params;
	struct dt_param *param;
	unsigned long id;

	xa_for_each(&params->by_id, id, param)
		kfree(param);
	xa_destroy(&params->by_id);
	kvfree(params->array);
	kvfree(params->names);
	kfree(params);
	dt->params = NULL;
}

static int dt_params_alloc(struct dt_dev *dt)
{
	unsigned int extra = dt->config.params;
	struct dt_params *params;
	unsigned int i;
	int err = -ENOMEM;

	params = kzalloc_obj(*params);
	if (!params)
		return -ENOMEM;
	dt->params = params;
	xa_init(&params->by_id);
	INIT_LIST_HEAD(&params->added);
	params->next_id = DT_PARAM_FIRST_ADDED;
	params->array = kvzalloc_objs(*params->array, ARRAY_SIZE(dt_basic_params) + extra);
	params->names = kvzalloc_objs(*params->names, extra + 1);
	if (!params->array || !params->names)
		goto err;
	dt_params_describe(dt, params);
	for (i = 0; i < params->count; i++) {
		err = dt_param_add_values(params, &params->array[i]);
		if (err)
			goto err;
	}
	return 0;

err:
	dt_params_free(dt);
	return err;
}

int dt_params_create(struct dt_dev *dt)
{
	unsigned int i;
	int err;

	err = dt_params_alloc(dt);
	if (err)
		return err;
	err = devlink_params_register(dt->devlink, dt->params->array, dt->params->count);
	if (err) {
		dt_params_free(dt);
		return err;
	}
	guard(devl)(dt->devlink);
	for (i = 0; i < dt->params->count; i++)
		dt_param_init_value(dt, &dt->params->array[i]);
	return 0;
}

static void dt_added_param_free(struct dt_dev *dt, struct dt_added_param *added)
{
	kfree(xa_erase(&dt->params->by_id, added->param.id));
	list_del(&added->list);
	kfree(added);
}

void dt_params_destroy(struct dt_dev *dt)
{
	struct dt_added_param *added, *next;

	devlink_params_unregister(dt->devlink, dt->params->array, dt->params->count);
	list_for_each_entry_safe(added, next, &dt->params->added, list) {
		devlink_params_unregister(dt->devlink, &added->param, 1);
		dt_added_param_free(dt, added);
	}
	dt_params_free(dt);
}

/* A driver that starts reads what users want it to start with. */
int dt_params_up(struct dt_dev *dt)
{
	union devlink_param_value value;
	unsigned int i;
	int err;

	if (!dt->config.full)
		return 0;
	for (i = 0; i < ARRAY_SIZE(dt_basic_params); i++) {
		const struct devlink_param *param = &dt->params->array[i];

		if (!(param->supported_cmodes & DT_DRIVERINIT))
			continue;
		err = devl_param_driverinit_value_get(dt->devlink, param->id, &value);
		if (err)
			return err;
	}
	return 0;
}

static const struct devlink_param *dt_param_find(struct dt_dev *dt, const char *name)
{
	struct dt_param *param;
	unsigned long id;

	xa_for_each(&dt->params->by_id, id, param)
		if (!strcmp(param->param->name, name))
			return param->param;
	return NULL;
}

static int dt_event_param_changed(struct dt_dev *dt, int argc, char **argv)
{
	const struct devlink_param *param = dt_param_find(dt, argv[0]);

	if (!param)
		return -ENOENT;
	devl_param_value_changed(dt->devlink, param->id);
	return 0;
}

static int dt_event_param_add(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_added_param *added;
	int err;

	/* The core takes a second one for a mistake of the driver. */
	if (dt_param_find(dt, argv[0]))
		return -EEXIST;
	added = kzalloc_obj(*added);
	if (!added)
		return -ENOMEM;
	err = strscpy(added->name, argv[0]);
	if (err < 0)
		goto err_free;
	added->param = (struct devlink_param)
		DEVLINK_PARAM_DRIVER(dt->params->next_id++, added->name, DEVLINK_PARAM_TYPE_U32,
				     DT_RUNTIME, dt_param_get, dt_param_set, NULL);
	err = dt_param_add_values(dt->params, &added->param);
	if (err)
		goto err_free;
	list_add_tail(&added->list, &dt->params->added);
	err = devl_params_register(dt->devlink, &added->param, 1);
	if (err)
		dt_added_param_free(dt, added);
	return err;

err_free:
	kfree(added);
	return err == -E2BIG ? -EINVAL : err;
}

static int dt_event_param_del(struct dt_dev *dt, int argc, char **argv)
{
	struct dt_added_param *added;

	list_for_each_entry(added, &dt->params->added, list) {
		if (strcmp(added->name, argv[0]))
			continue;
		devl_params_unregister(dt->devlink, &added->param, 1);
		dt_added_param_free(dt, added);
		return 0;
	}
	return -ENOENT;
}

const struct dt_event dt_param_events[] = {
	{ "param_changed", 1, 1, false, dt_event_param_changed },
	{ "param_add", 1, 1, false, dt_event_param_add },
	{ "param_del", 1, 1, false, dt_event_param_del },
	{}
};
