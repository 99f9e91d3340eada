// SPDX-License-Identifier: GPL-2.0

#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <net/devlink.h>
#include <net/sock.h>

__rust_helper unsigned int rust_helper_jiffies_to_msecs(unsigned long time)
{
	return jiffies_to_msecs(time);
}

#ifdef CONFIG_NET_DEVLINK

/*
 * What drivers dump about a socket buffer, whose layout is full of bit fields.
 * The order of the numbers is that of the names in devlink/capi/fmsg.rs.
 */

__rust_helper void rust_helper_devlink_skb_numbers(const struct sk_buff *skb,
						   u32 *out)
{
	bool has_mac = skb_mac_header_was_set(skb);
	bool has_trans = skb_transport_header_was_set(skb);

	*out++ = skb->len;
	*out++ = skb_headlen(skb);
	*out++ = skb->data_len;
	*out++ = skb_tailroom(skb);
	*out++ = has_mac ? skb->mac_header : -1;
	*out++ = has_mac ? skb_mac_header_len(skb) : -1;
	*out++ = skb->network_header;
	*out++ = has_trans ? skb_network_header_len(skb) : -1;
	*out++ = has_trans ? skb->transport_header : -1;
	*out++ = (__force u32)skb->csum;
	*out++ = skb->ip_summed;
	*out++ = skb->csum_complete_sw;
	*out++ = skb->csum_valid;
	*out++ = skb->csum_level;
	*out++ = skb->sw_hash;
	*out++ = skb->l4_hash;
	*out++ = ntohs(skb->protocol);
	*out++ = skb->pkt_type;
	*out++ = skb->skb_iif;
}

/* Whether there is a socket. */
__rust_helper bool
rust_helper_devlink_skb_sock_numbers(const struct sk_buff *skb, u32 *out)
{
	const struct sock *sk = skb->sk;

	if (!sk)
		return false;
	*out++ = sk->sk_family;
	*out++ = sk->sk_type;
	*out++ = sk->sk_protocol;
	return true;
}

__rust_helper void
rust_helper_devlink_skb_shared_numbers(const struct sk_buff *skb, u32 *out)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);

	*out++ = shared->tx_flags;
	*out++ = shared->nr_frags;
	*out++ = shared->gso_size;
	*out++ = shared->gso_type;
	*out++ = shared->gso_segs;
}

#endif
