// SPDX-License-Identifier: GPL-2.0

#include <linux/skbuff.h>

#ifdef CONFIG_NET

__rust_helper int rust_helper_skb_cloned(const struct sk_buff *skb)
{
	return skb_cloned(skb);
}

__rust_helper int rust_helper_skb_tailroom(const struct sk_buff *skb)
{
	return skb_tailroom(skb);
}

__rust_helper void rust_helper_skb_reset_mac_header(struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
}

__rust_helper void rust_helper_skb_set_network_header(struct sk_buff *skb,
						      int offset)
{
	skb_set_network_header(skb, offset);
}

__rust_helper void rust_helper_skb_set_transport_header(struct sk_buff *skb,
							int offset)
{
	skb_set_transport_header(skb, offset);
}

__rust_helper void rust_helper_skb_set_protocol(struct sk_buff *skb,
						__be16 protocol)
{
	skb->protocol = protocol;
}

__rust_helper void rust_helper_skb_set_dev(struct sk_buff *skb,
					   struct net_device *dev)
{
	skb->dev = dev;
}

#endif
