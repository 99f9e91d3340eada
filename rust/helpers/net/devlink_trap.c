// SPDX-License-Identifier: GPL-2.0

#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include <net/devlink.h>
#include <trace/events/devlink.h>

#ifdef CONFIG_NET_DEVLINK

__rust_helper struct pcpu_lstats __percpu *
rust_helper_devlink_trap_stats_alloc(void)
{
	return netdev_alloc_pcpu_stats(struct pcpu_lstats);
}

__rust_helper void
rust_helper_devlink_trap_stats_add(struct pcpu_lstats __percpu *stats, u32 len)
{
	struct pcpu_lstats *mine = this_cpu_ptr(stats);

	u64_stats_update_begin(&mine->syncp);
	u64_stats_add(&mine->bytes, len);
	u64_stats_inc(&mine->packets);
	u64_stats_update_end(&mine->syncp);
}

__rust_helper void
rust_helper_devlink_trap_stats_read(struct pcpu_lstats __percpu *stats,
				    u64 *packets, u64 *bytes)
{
	int cpu;

	*packets = 0;
	*bytes = 0;
	for_each_possible_cpu(cpu) {
		const struct pcpu_lstats *one = per_cpu_ptr(stats, cpu);
		u64 cpu_packets, cpu_bytes;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&one->syncp);
			cpu_packets = u64_stats_read(&one->packets);
			cpu_bytes = u64_stats_read(&one->bytes);
		} while (u64_stats_fetch_retry(&one->syncp, start));
		*packets += cpu_packets;
		*bytes += cpu_bytes;
	}
}

__rust_helper bool rust_helper_devlink_trap_report_enabled(void)
{
	return tracepoint_enabled(devlink_trap_report);
}

/* A core expects reports in softirq. */
__rust_helper void
rust_helper_devlink_trap_report_bh(struct devlink *devlink, struct sk_buff *skb,
				   void *trap_ctx,
				   struct devlink_port *in_devlink_port,
				   const struct flow_action_cookie *fa_cookie)
{
	local_bh_disable();
	devlink_trap_report(devlink, skb, trap_ctx, in_devlink_port, fa_cookie);
	local_bh_enable();
}

/* Reports come in softirq, and whoever changes the type has softirqs off. */
__rust_helper struct net_device *
rust_helper_devlink_port_eth_netdev(struct devlink_port *port)
{
	struct net_device *netdev = NULL;

	spin_lock(&port->type_lock);
	if (port->type == DEVLINK_PORT_TYPE_ETH)
		netdev = port->type_eth.netdev;
	spin_unlock(&port->type_lock);
	return netdev;
}

#endif
