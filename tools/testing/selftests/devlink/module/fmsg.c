// SPDX-License-Identifier: GPL-2.0
/* Formatted messages with everything that can be put into one. */

#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include "devlink_test.h"

#define DT_LARGE_BINARY 9000
#define DT_LARGE_ITEMS 500

static void dt_fmsg_fill_array(struct devlink_fmsg *fmsg)
{
	u32 i;

	devlink_fmsg_arr_pair_nest_start(fmsg, "numbers");
	for (i = 0; i < 4; i++)
		devlink_fmsg_u32_put(fmsg, i * 1000);
	devlink_fmsg_arr_pair_nest_end(fmsg);

	devlink_fmsg_arr_pair_nest_start(fmsg, "objects");
	for (i = 0; i < 2; i++) {
		devlink_fmsg_obj_nest_start(fmsg);
		devlink_fmsg_put(fmsg, "index", i);
		devlink_fmsg_put(fmsg, "even", (bool)!(i & 1));
		devlink_fmsg_obj_nest_end(fmsg);
	}
	devlink_fmsg_arr_pair_nest_end(fmsg);
}

static void dt_fmsg_fill_binary(struct devlink_fmsg *fmsg)
{
	static const u8 bytes[] = { 0xde, 0xad, 0xbe, 0xef, 0 };

	devlink_fmsg_binary_pair_put(fmsg, "bytes", bytes, sizeof(bytes));
	devlink_fmsg_binary_pair_nest_start(fmsg, "parts");
	devlink_fmsg_binary_put(fmsg, bytes, 2);
	devlink_fmsg_binary_put(fmsg, bytes + 2, 2);
	devlink_fmsg_binary_pair_nest_end(fmsg);
}

void dt_fmsg_fill(struct devlink_fmsg *fmsg)
{
	devlink_fmsg_bool_pair_put(fmsg, "bool", true);
	devlink_fmsg_u8_pair_put(fmsg, "u8", U8_MAX);
	devlink_fmsg_u32_pair_put(fmsg, "u32", U32_MAX);
	devlink_fmsg_u64_pair_put(fmsg, "u64", U64_MAX);
	devlink_fmsg_string_pair_put(fmsg, "string", "a string");
	devlink_fmsg_pair_nest_start(fmsg, "pair");
	devlink_fmsg_string_put(fmsg, "value");
	devlink_fmsg_pair_nest_end(fmsg);
	devlink_fmsg_pair_nest_start(fmsg, "object");
	devlink_fmsg_obj_nest_start(fmsg);
	devlink_fmsg_u32_pair_put(fmsg, "inside", 1);
	devlink_fmsg_obj_nest_end(fmsg);
	devlink_fmsg_pair_nest_end(fmsg);
	dt_fmsg_fill_array(fmsg);
	dt_fmsg_fill_binary(fmsg);
}

static void dt_fmsg_fill_skb(struct devlink_fmsg *fmsg)
{
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);

	if (!skb)
		return;
	skb_put_zero(skb, 60);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = htons(ETH_P_IP);
	devlink_fmsg_dump_skb(fmsg, skb);
	kfree_skb(skb);
}

/* More than fits one message, and a value larger than one attribute. */
void dt_fmsg_fill_large(struct devlink_fmsg *fmsg)
{
	u8 *binary = kmalloc(DT_LARGE_BINARY, GFP_KERNEL);
	unsigned int i;

	dt_fmsg_fill_skb(fmsg);
	if (!binary)
		return;
	for (i = 0; i < DT_LARGE_BINARY; i++)
		binary[i] = i * 3;
	devlink_fmsg_binary_pair_put(fmsg, "large", binary, DT_LARGE_BINARY);
	kfree(binary);
	devlink_fmsg_arr_pair_nest_start(fmsg, "many");
	for (i = 0; i < DT_LARGE_ITEMS; i++) {
		devlink_fmsg_obj_nest_start(fmsg);
		devlink_fmsg_u32_pair_put(fmsg, "item", i);
		devlink_fmsg_string_pair_put(fmsg, "text", "some text that takes room");
		devlink_fmsg_obj_nest_end(fmsg);
	}
	devlink_fmsg_arr_pair_nest_end(fmsg);
}
