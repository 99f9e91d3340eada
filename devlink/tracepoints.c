// SPDX-License-Identifier: GPL-2.0

#include <net/devlink_core.h>

#define CREATE_TRACE_POINTS
#include <trace/events/devlink.h>

EXPORT_TRACEPOINT_SYMBOL_GPL(devlink_hwmsg);
EXPORT_TRACEPOINT_SYMBOL_GPL(devlink_hwerr);
EXPORT_TRACEPOINT_SYMBOL_GPL(devlink_trap_report);

/*
 * Not among the Rust helpers: those may be compiled into each module in Rust,
 * and a tracepoint's call then asks for symbols that no module gets.
 */

void devlink_trace_health_report(const struct devlink *devlink,
				 const char *reporter_name, const char *msg)
{
	trace_devlink_health_report(devlink, reporter_name, msg);
}

void devlink_trace_health_recover_aborted(const struct devlink *devlink,
					  const char *reporter_name,
					  bool health_state,
					  u64 time_since_last_recover)
{
	trace_devlink_health_recover_aborted(devlink, reporter_name,
					     health_state,
					     time_since_last_recover);
}

void devlink_trace_health_reporter_state_update(const struct devlink *devlink,
						const char *reporter_name,
						bool new_state)
{
	trace_devlink_health_reporter_state_update(devlink, reporter_name,
						   new_state);
}

void devlink_trace_trap_report(const struct devlink *devlink,
			       struct sk_buff *skb,
			       const struct devlink_trap_metadata *metadata)
{
	trace_devlink_trap_report(devlink, skb, metadata);
}
