// SPDX-License-Identifier: GPL-2.0

#include <net/genetlink.h>
#include <net/netlink.h>
#include <linux/skbuff.h>

#ifdef CONFIG_NET

__rust_helper struct nlattr *
rust_helper_nla_nest_start_noflag(struct sk_buff *skb, int attrtype)
{
	return nla_nest_start_noflag(skb, attrtype);
}

__rust_helper int rust_helper_nla_nest_end(struct sk_buff *skb,
					   struct nlattr *start)
{
	return nla_nest_end(skb, start);
}

__rust_helper int
rust_helper_nla_parse_nested(struct nlattr **tb, int maxtype,
			     const struct nlattr *nla,
			     const struct nla_policy *policy,
			     struct netlink_ext_ack *extack)
{
	return nla_parse_nested(tb, maxtype, nla, policy, extack);
}

__rust_helper struct nlmsghdr *rust_helper_nlmsg_put(struct sk_buff *skb,
						     u32 portid, u32 seq,
						     int type, int payload,
						     int flags)
{
	return nlmsg_put(skb, portid, seq, type, payload, flags);
}

__rust_helper struct sock *rust_helper_netlink_skb_sk(struct sk_buff *skb)
{
	return NETLINK_CB(skb).sk;
}

__rust_helper u32 rust_helper_netlink_skb_portid(struct sk_buff *skb)
{
	return NETLINK_CB(skb).portid;
}

__rust_helper struct net *
rust_helper_genl_info_net(const struct genl_info *info)
{
	return genl_info_net(info);
}

__rust_helper int rust_helper_genlmsg_reply(struct sk_buff *skb,
					    struct genl_info *info)
{
	return genlmsg_reply(skb, info);
}

__rust_helper int
rust_helper_genlmsg_multicast_netns_filtered(const struct genl_family *family,
					     struct net *net,
					     struct sk_buff *skb, u32 portid,
					     unsigned int group, gfp_t flags,
					     netlink_filter_fn filter,
					     void *filter_data)
{
	return genlmsg_multicast_netns_filtered(family, net, skb, portid, group,
						flags, filter, filter_data);
}

#endif
