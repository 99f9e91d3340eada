// SPDX-License-Identifier: GPL-2.0

#define CREATE_TRACE_POINTS
#include <trace/events/devlink.h>

EXPORT_TRACEPOINT_SYMBOL_GPL(devlink_hwmsg);
EXPORT_TRACEPOINT_SYMBOL_GPL(devlink_hwerr);
EXPORT_TRACEPOINT_SYMBOL_GPL(devlink_trap_report);
