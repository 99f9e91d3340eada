// SPDX-License-Identifier: GPL-2.0

#include <linux/dma-mapping.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

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

/* Negative, if the header is before the data; 0 also if nobody said where. */
__rust_helper int rust_helper_skb_mac_offset(const struct sk_buff *skb)
{
	return skb_mac_header_was_set(skb) ? skb_mac_offset(skb) : 0;
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

__rust_helper void rust_helper_skb_reserve(struct sk_buff *skb, int len)
{
	skb_reserve(skb, len);
}

__rust_helper unsigned int rust_helper_skb_rx_headroom(void)
{
	return NET_SKB_PAD + NET_IP_ALIGN;
}

/* The size of memory for a received frame of which build_skb() makes a packet. */
__rust_helper unsigned int rust_helper_skb_frag_size_for(unsigned int len)
{
	return SKB_DATA_ALIGN(NET_SKB_PAD + NET_IP_ALIGN + len) +
	       SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
}

__rust_helper void rust_helper_skb_orphan(struct sk_buff *skb)
{
	skb_orphan(skb);
}

__rust_helper void rust_helper_skb_record_rx_queue(struct sk_buff *skb,
						   u16 rx_queue)
{
	skb_record_rx_queue(skb, rx_queue);
}

__rust_helper u8 rust_helper_skb_ip_summed(const struct sk_buff *skb)
{
	return skb->ip_summed;
}

__rust_helper void rust_helper_skb_set_ip_summed(struct sk_buff *skb,
						 u8 ip_summed)
{
	skb->ip_summed = ip_summed;
}

__rust_helper void rust_helper_skb_set_csum(struct sk_buff *skb, __wsum csum)
{
	skb->ip_summed = CHECKSUM_COMPLETE;
	skb->csum = csum;
}

__rust_helper int rust_helper_skb_checksum_start_offset(const struct sk_buff *skb)
{
	return skb_checksum_start_offset(skb);
}

__rust_helper u16 rust_helper_skb_csum_offset(const struct sk_buff *skb)
{
	return skb->csum_offset;
}

__rust_helper void rust_helper_skb_set_hash(struct sk_buff *skb, __u32 hash,
					    enum pkt_hash_types type)
{
	skb_set_hash(skb, hash, type);
}

__rust_helper bool rust_helper_skb_is_gso_tcp(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_is_gso_tcp(skb);
}

__rust_helper unsigned int rust_helper_skb_gso_size(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_size;
}

__rust_helper unsigned int rust_helper_skb_gso_segs(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_segs;
}

/* How many bytes the headers up to TCP's have; 0 if they are not all linear. */
__rust_helper unsigned int rust_helper_skb_tcp_headers(const struct sk_buff *skb)
{
	int headers, start = skb_transport_offset(skb);

	if (start < 0 || start + sizeof(struct tcphdr) > skb_headlen(skb))
		return 0;
	headers = skb_tcp_all_headers(skb);
	return headers > skb_headlen(skb) ? 0 : headers;
}

/* Packets of TCP whose headers are longer than that are cut by the kernel. */
__rust_helper netdev_features_t
rust_helper_skb_tso_features(struct sk_buff *skb, netdev_features_t features,
			     unsigned int max_headers)
{
	unsigned int headers;

	features = vlan_features_check(skb, features);
	if (!rust_helper_skb_is_gso_tcp(skb) || skb->encapsulation)
		return features;
	headers = rust_helper_skb_tcp_headers(skb);
	/* A tag that the device does not put in is one of them later. */
	if (headers && skb_vlan_tag_present(skb) &&
	    !vlan_hw_offload_capable(features, skb->vlan_proto))
		headers += VLAN_HLEN;
	if (!headers || headers > max_headers)
		features &= ~NETIF_F_GSO_MASK;
	return features;
}

__rust_helper void rust_helper_skb_tx_timestamp(struct sk_buff *skb)
{
	skb_tx_timestamp(skb);
}

__rust_helper bool rust_helper_skb_vlan_tag_present(const struct sk_buff *skb)
{
	return skb_vlan_tag_present(skb);
}

__rust_helper u16 rust_helper_skb_vlan_tag_get(const struct sk_buff *skb)
{
	return skb_vlan_tag_get(skb);
}

__rust_helper void rust_helper___vlan_hwaccel_put_tag(struct sk_buff *skb,
						      __be16 vlan_proto,
						      u16 vlan_tci)
{
	__vlan_hwaccel_put_tag(skb, vlan_proto, vlan_tci);
}

__rust_helper int rust_helper_skb_linearize(struct sk_buff *skb)
{
	return skb_linearize(skb);
}

__rust_helper unsigned int rust_helper_skb_nr_frags(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->nr_frags;
}

__rust_helper bool rust_helper_skb_has_frag_list(const struct sk_buff *skb)
{
	return skb_has_frag_list(skb);
}

__rust_helper unsigned int rust_helper_skb_frag_size_at(const struct sk_buff *skb,
							unsigned int index)
{
	return skb_frag_size(&skb_shinfo(skb)->frags[index]);
}

__rust_helper dma_addr_t rust_helper_skb_dma_map_head(struct device *dev,
						      struct sk_buff *skb)
{
	return dma_map_single(dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
}

__rust_helper void rust_helper_skb_dma_unmap_head(struct device *dev,
						  dma_addr_t addr, size_t len)
{
	dma_unmap_single(dev, addr, len, DMA_TO_DEVICE);
}

__rust_helper dma_addr_t rust_helper_skb_dma_map_frag(struct device *dev,
						      struct sk_buff *skb,
						      unsigned int index)
{
	const skb_frag_t *frag = &skb_shinfo(skb)->frags[index];

	return skb_frag_dma_map(dev, frag, 0, skb_frag_size(frag),
				DMA_TO_DEVICE);
}

__rust_helper void rust_helper_skb_dma_unmap_frag(struct device *dev,
						  dma_addr_t addr, size_t len)
{
	dma_unmap_page(dev, addr, len, DMA_TO_DEVICE);
}

__rust_helper int rust_helper_skb_dma_mapping_error(struct device *dev,
						    dma_addr_t addr)
{
	return dma_mapping_error(dev, addr);
}

#endif
