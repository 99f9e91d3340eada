// SPDX-License-Identifier: GPL-2.0

#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <net/net_namespace.h>

#ifdef CONFIG_NET

__rust_helper struct net *rust_helper_current_get_net(void)
{
	return current->nsproxy ? get_net(current->nsproxy->net_ns) : NULL;
}

__rust_helper struct net *rust_helper_get_net(struct net *net)
{
	return get_net(net);
}

__rust_helper struct net *rust_helper_maybe_get_net(struct net *net)
{
	return maybe_get_net(net);
}

__rust_helper void rust_helper_put_net(struct net *net)
{
	put_net(net);
}

__rust_helper void rust_helper_net_passive_inc(struct net *net)
{
	net_passive_inc(net);
}

/* Inline functions, on kernels without network namespaces. */
#ifndef CONFIG_NET_NS

__rust_helper void rust_helper_net_passive_dec(struct net *net)
{
	net_passive_dec(net);
}

__rust_helper struct net *rust_helper_get_net_ns_by_fd(int fd)
{
	return get_net_ns_by_fd(fd);
}

#endif

#endif
