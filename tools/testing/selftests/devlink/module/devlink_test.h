/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DEVLINK_TEST_H
#define DEVLINK_TEST_H

#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <net/devlink.h>

#define DT_NAME "devlink_test"

/* Room for the name of any object, made by the module or by an event. */
#define DT_NAME_MAX 32

/* What the user asked for. The numbers are of objects more than the basic set. */
struct dt_config {
	bool full;	/* every optional callback, or none */
	bool netdevs;
	bool parallel;	/* no devlink lock for callbacks about reporters and regions */
	bool parallel_reads;	/* nor only for those that change nothing */
	bool quiet;	/* callbacks write nothing down */
	bool notifiers;	/* of the kernel's, registered while the device is up */
	bool report;	/* errors, before the instance is registered */
	u32 ports;
	u32 params;
	u32 resources;
	u32 traps;
	u32 rates;
	u32 regions;
	u32 reporters;
	u32 linecards;
	u32 sbs;
	u32 tables;
	char share[DT_NAME_MAX];	/* the shared instance to begin in, or empty */
};

struct dt_control;
struct dt_params;
struct dt_resources;
struct dt_traps;
struct dt_dpipe;
struct dt_notifiers;
struct dt_left;

/*
 * A device on the bus devlink_test. Three locks: the device lock covers probe, remove, reload and
 * events; the devlink lock covers everything below "objects"; the bus's lock covers the list of
 * devices and who is nested in whom.
 */
struct dt_dev {
	struct device dev;
	unsigned int id;
	struct dt_config config;
	struct dt_control *control;
	struct dentry *debugfs;

	/* under the bus's lock */
	struct list_head list;
	struct dt_dev *nested_in;	/* holds a reference to its device */

	/* under the device lock */
	struct devlink *devlink;	/* NULL while no driver is bound */
	struct devlink *shared;		/* the shared instance that this one is nested in */
	bool registered;

	/* objects */
	bool up;
	struct list_head ports;
	struct list_head regions;
	struct list_head reporters;
	struct list_head rate_nodes;
	struct list_head linecards;
	struct list_head sbs;
	struct dt_params *params;
	struct dt_resources *resources;
	struct dt_traps *traps;
	struct dt_dpipe *dpipe;
	struct dt_notifiers *notifiers;
	bool trap_flood;
	u16 eswitch_mode;
	u8 inline_mode;
	u8 encap_mode;
	struct dt_left *left;	/* what the driver forgets; lives as long as the device */
};

#define DT_SB_POOLS 4
#define DT_SB_TCS 4

/* What a user can set about the function behind a port. */
struct dt_function {
	u8 hw_addr[ETH_ALEN];
	bool roce;
	bool migratable;
	bool ipsec_crypto;
	bool ipsec_packet;
	u8 state;
	u32 max_io_eqs;
};

struct dt_port {
	struct list_head list;
	struct dt_dev *dt;
	struct devlink_port port;
	unsigned int index;
	bool by_user;			/* made by port_new, so port_del may delete it */
	bool busy;			/* users must not take it away just now */
	int split_of;			/* index of the port this is a part of, or -1 */
	enum devlink_port_type type;
	struct net_device *netdev;
	struct ib_device *ibdev;	/* a name and nothing else */
	bool has_leaf;			/* of the tree of rates */
	struct dt_function function;
	u32 pool_threshold[DT_SB_POOLS];
	u16 tc_pool[2][DT_SB_TCS];
	u32 tc_threshold[2][DT_SB_TCS];
};

/* An event: NAME and arguments, written to a device's file `event`. */
struct dt_event {
	const char *name;
	int min_args;
	int max_args;
	/* Runs with the device lock only, for functions that take the devlink lock themselves. */
	bool unlocked;
	int (*run)(struct dt_dev *dt, int argc, char **argv);
};

/* What a callback does though it may not: "CALLBACK NAME", written to a device's file `within`. */
struct dt_within {
	const char *name;
	void (*run)(struct dt_dev *dt);
};

extern const struct dt_within dt_withins[];
extern const struct dt_event dt_port_events[];
extern const struct dt_event dt_port_type_events[];
extern const struct dt_event dt_param_events[];
extern const struct dt_event dt_resource_events[];
extern const struct dt_event dt_region_events[];
extern const struct dt_event dt_health_events[];
extern const struct dt_event dt_trap_events[];
extern const struct dt_event dt_rate_events[];
extern const struct dt_event dt_linecard_events[];
extern const struct dt_event dt_sb_events[];
extern const struct dt_event dt_dpipe_events[];
extern const struct dt_event dt_device_events[];
extern const struct dt_event dt_nested_events[];
extern const struct dt_event dt_misuse_events[];
extern const struct dt_event dt_leave_events[];

static inline struct dt_dev *dt_of(struct devlink *devlink)
{
	return *(struct dt_dev **)devlink_priv(devlink);
}

static inline struct dt_port *dt_port_of(struct devlink_port *port)
{
	return container_of(port, struct dt_port, port);
}

/* bus.c */
struct dt_dev *dt_find_get(unsigned int id);
struct dt_dev *dt_nested_first_get(struct dt_dev *dt);
void dt_nested_in_set(struct dt_dev *dt, struct dt_dev *parent);
void dt_bus_add_files(struct dentry *folder);

/* device.c */
int dt_probe(struct dt_dev *dt);
void dt_remove(struct dt_dev *dt);
int dt_objects_up(struct dt_dev *dt);
void dt_objects_down(struct dt_dev *dt);
int dt_is_down(struct netlink_ext_ack *extack);
int dt_reload_down(struct devlink *devlink, bool netns_change, enum devlink_reload_action action,
		   enum devlink_reload_limit limit, struct netlink_ext_ack *extack);
int dt_reload_up(struct devlink *devlink, enum devlink_reload_action action,
		 enum devlink_reload_limit limit, u32 *performed, struct netlink_ext_ack *extack);

/* ops.c */
extern const struct devlink_ops dt_ops_full;
extern const struct devlink_ops dt_ops_none;

/* control.c */
int dt_control_init(struct dt_dev *dt);
void dt_control_free(struct dt_dev *dt);
void dt_control_end_hangs(struct dt_dev *dt);
void dt_control_add_files(struct dt_dev *dt);
void dt_control_create(void);
void dt_control_destroy(void);
__printf(4, 5) int dt_call(struct dt_dev *dt, const char *name,
			   struct netlink_ext_ack *extack, const char *format, ...);
__printf(4, 5) int dt_call_unlocked(struct dt_dev *dt, const char *name,
				    struct netlink_ext_ack *extack, const char *format, ...);

/* nested.c */
int dt_nested_begin(struct dt_dev *dt);
void dt_nested_release(struct dt_dev *dt);
void dt_nested_evict(struct dt_dev *dt);

/* port.c */
int dt_ports_up(struct dt_dev *dt);
void dt_ports_down(struct dt_dev *dt);
struct dt_port *dt_port_find(struct dt_dev *dt, unsigned int index);
int dt_port_arg(struct dt_dev *dt, const char *arg, struct dt_port **port);
int dt_port_hold(struct dt_dev *dt, const char *arg, struct dt_port **port);
void dt_port_release(struct dt_port *port);
bool dt_port_has_function(struct dt_port *port);
struct dt_port *dt_port_add(struct dt_dev *dt, unsigned int index,
			    const struct devlink_port_attrs *attrs);
int dt_port_add_basic(struct dt_dev *dt, unsigned int index);
int dt_port_add_netdev(struct dt_port *port);
void dt_port_remove(struct dt_port *port);
int dt_port_new(struct devlink *devlink, const struct devlink_port_new_attrs *attrs,
		struct netlink_ext_ack *extack, struct devlink_port **devlink_port);
int dt_port_del(struct devlink *devlink, struct devlink_port *devlink_port,
		struct netlink_ext_ack *extack);

/* port_split.c */
int dt_port_split_into(struct dt_port *port, unsigned int count);
int dt_port_split(struct devlink *devlink, struct devlink_port *devlink_port, unsigned int count,
		  struct netlink_ext_ack *extack);
int dt_port_unsplit(struct devlink *devlink, struct devlink_port *devlink_port,
		    struct netlink_ext_ack *extack);

/* port_function.c */
extern const struct devlink_port_ops dt_port_ops;
void dt_function_init(struct dt_port *port);
int dt_port_change_type(struct dt_port *port, enum devlink_port_type type);

/* netdev.c */
int dt_netdev_create(struct dt_port *port);
void dt_netdev_destroy(struct dt_port *port);

/* notifiers.c */
int dt_notifiers_up(struct dt_dev *dt);
void dt_notifiers_down(struct dt_dev *dt);
void dt_notifiers_check(void);

/* param.c */
int dt_params_create(struct dt_dev *dt);
void dt_params_destroy(struct dt_dev *dt);
int dt_params_up(struct dt_dev *dt);

/* resource.c */
int dt_resources_create(struct dt_dev *dt);
void dt_resources_destroy(struct dt_dev *dt);
int dt_resources_up(struct dt_dev *dt);
int dt_port_resources_add(struct dt_port *port);

/* region.c */
int dt_regions_create(struct dt_dev *dt);
void dt_regions_destroy(struct dt_dev *dt);
int dt_port_regions_create(struct dt_dev *dt);
void dt_port_regions_destroy(struct dt_port *port);

/* health.c */
int dt_health_up(struct dt_dev *dt);
void dt_health_down(struct dt_dev *dt);
void dt_health_report_early(struct dt_dev *dt);
struct devlink_health_reporter *dt_reporter_first(struct dt_dev *dt);
void dt_port_reporters_destroy(struct dt_port *port);

/* fmsg.c */
void dt_fmsg_fill(struct devlink_fmsg *fmsg);
void dt_fmsg_fill_large(struct devlink_fmsg *fmsg);

/* trap.c */
int dt_traps_up(struct dt_dev *dt);
void dt_traps_down(struct dt_dev *dt);
int dt_trap_init(struct devlink *devlink, const struct devlink_trap *trap, void *ctx);
void dt_trap_fini(struct devlink *devlink, const struct devlink_trap *trap, void *ctx);
int dt_trap_action_set(struct devlink *devlink, const struct devlink_trap *trap,
		       enum devlink_trap_action action, struct netlink_ext_ack *extack);
int dt_trap_group_init(struct devlink *devlink, const struct devlink_trap_group *group);
int dt_trap_group_set(struct devlink *devlink, const struct devlink_trap_group *group,
		      const struct devlink_trap_policer *policer, struct netlink_ext_ack *extack);
int dt_trap_group_action_set(struct devlink *devlink, const struct devlink_trap_group *group,
			     enum devlink_trap_action action, struct netlink_ext_ack *extack);
int dt_trap_drop_counter_get(struct devlink *devlink, const struct devlink_trap *trap, u64 *drops);
int dt_trap_policer_init(struct devlink *devlink, const struct devlink_trap_policer *policer);
void dt_trap_policer_fini(struct devlink *devlink, const struct devlink_trap_policer *policer);
int dt_trap_policer_set(struct devlink *devlink, const struct devlink_trap_policer *policer,
			u64 rate, u64 burst, struct netlink_ext_ack *extack);
int dt_trap_policer_counter_get(struct devlink *devlink,
				const struct devlink_trap_policer *policer, u64 *drops);

/* rate.c */
int dt_port_leaf_create(struct dt_port *port, struct devlink_rate *parent);
void dt_port_leaf_destroy(struct dt_port *port);
int dt_rates_up(struct dt_dev *dt);
void dt_rate_nodes_down(struct dt_dev *dt);
int dt_rate_leaf_tx_share_set(struct devlink_rate *rate, void *priv, u64 value,
			      struct netlink_ext_ack *extack);
int dt_rate_leaf_tx_max_set(struct devlink_rate *rate, void *priv, u64 value,
			    struct netlink_ext_ack *extack);
int dt_rate_leaf_tx_priority_set(struct devlink_rate *rate, void *priv, u32 value,
				 struct netlink_ext_ack *extack);
int dt_rate_leaf_tx_weight_set(struct devlink_rate *rate, void *priv, u32 value,
			       struct netlink_ext_ack *extack);
int dt_rate_leaf_tc_bw_set(struct devlink_rate *rate, void *priv, u32 *tc_bw,
			   struct netlink_ext_ack *extack);
int dt_rate_leaf_parent_set(struct devlink_rate *child, struct devlink_rate *parent,
			    void *priv_child, void *priv_parent, struct netlink_ext_ack *extack);
int dt_rate_node_tx_share_set(struct devlink_rate *rate, void *priv, u64 value,
			      struct netlink_ext_ack *extack);
int dt_rate_node_tx_max_set(struct devlink_rate *rate, void *priv, u64 value,
			    struct netlink_ext_ack *extack);
int dt_rate_node_tx_priority_set(struct devlink_rate *rate, void *priv, u32 value,
				 struct netlink_ext_ack *extack);
int dt_rate_node_tx_weight_set(struct devlink_rate *rate, void *priv, u32 value,
			       struct netlink_ext_ack *extack);
int dt_rate_node_tc_bw_set(struct devlink_rate *rate, void *priv, u32 *tc_bw,
			   struct netlink_ext_ack *extack);
int dt_rate_node_parent_set(struct devlink_rate *child, struct devlink_rate *parent,
			    void *priv_child, void *priv_parent, struct netlink_ext_ack *extack);
int dt_rate_node_new(struct devlink_rate *rate, void **priv, struct netlink_ext_ack *extack);
int dt_rate_node_del(struct devlink_rate *rate, void *priv, struct netlink_ext_ack *extack);

/* sb.c */
int dt_sbs_up(struct dt_dev *dt);
void dt_sbs_down(struct dt_dev *dt);
int dt_sb_pool_get(struct devlink *devlink, unsigned int sb_index, u16 pool_index,
		   struct devlink_sb_pool_info *info);
int dt_sb_pool_set(struct devlink *devlink, unsigned int sb_index, u16 pool_index, u32 size,
		   enum devlink_sb_threshold_type type, struct netlink_ext_ack *extack);
int dt_sb_port_pool_get(struct devlink_port *port, unsigned int sb_index, u16 pool_index,
			u32 *threshold);
int dt_sb_port_pool_set(struct devlink_port *port, unsigned int sb_index, u16 pool_index,
			u32 threshold, struct netlink_ext_ack *extack);
int dt_sb_tc_pool_bind_get(struct devlink_port *port, unsigned int sb_index, u16 tc_index,
			   enum devlink_sb_pool_type type, u16 *pool_index, u32 *threshold);
int dt_sb_tc_pool_bind_set(struct devlink_port *port, unsigned int sb_index, u16 tc_index,
			   enum devlink_sb_pool_type type, u16 pool_index, u32 threshold,
			   struct netlink_ext_ack *extack);
int dt_sb_occ_snapshot(struct devlink *devlink, unsigned int sb_index);
int dt_sb_occ_max_clear(struct devlink *devlink, unsigned int sb_index);
int dt_sb_occ_port_pool_get(struct devlink_port *port, unsigned int sb_index, u16 pool_index,
			    u32 *cur, u32 *max);
int dt_sb_occ_tc_port_bind_get(struct devlink_port *port, unsigned int sb_index, u16 tc_index,
			       enum devlink_sb_pool_type type, u32 *cur, u32 *max);

/* dpipe.c */
int dt_dpipe_up(struct dt_dev *dt);
void dt_dpipe_down(struct dt_dev *dt);

/* linecard.c */
int dt_linecards_up(struct dt_dev *dt);
void dt_linecards_down(struct dt_dev *dt);
struct devlink_linecard *dt_linecard_find(struct dt_dev *dt, unsigned int index);

/* eswitch.c */
int dt_eswitch_mode_get(struct devlink *devlink, u16 *mode);
int dt_eswitch_mode_set(struct devlink *devlink, u16 mode, struct netlink_ext_ack *extack);
int dt_eswitch_inline_mode_get(struct devlink *devlink, u8 *mode);
int dt_eswitch_inline_mode_set(struct devlink *devlink, u8 mode, struct netlink_ext_ack *extack);
int dt_eswitch_encap_mode_get(struct devlink *devlink, enum devlink_eswitch_encap_mode *mode);
int dt_eswitch_encap_mode_set(struct devlink *devlink, enum devlink_eswitch_encap_mode mode,
			      struct netlink_ext_ack *extack);

/* leave.c */
bool dt_leaves_registered(struct dt_dev *dt);
bool dt_leaves_nodes(struct dt_dev *dt);
bool dt_leaves_leaves(struct dt_dev *dt);
void dt_left_before_free(struct dt_dev *dt);
void dt_left_after_free(struct dt_dev *dt, struct devlink *devlink);
void dt_left_release(struct dt_dev *dt);
void dt_left_add_file(struct dentry *folder);

/* info.c */
int dt_info_get(struct devlink *devlink, struct devlink_info_req *req,
		struct netlink_ext_ack *extack);
int dt_flash_update(struct devlink *devlink, struct devlink_flash_update_params *params,
		    struct netlink_ext_ack *extack);
bool dt_selftest_check(struct devlink *devlink, unsigned int id, struct netlink_ext_ack *extack);
enum devlink_selftest_status dt_selftest_run(struct devlink *devlink, unsigned int id,
					     struct netlink_ext_ack *extack);

#endif
