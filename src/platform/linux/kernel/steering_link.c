/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/steering_link.h"

#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "plan/numbers.h"
#include "platform/linux/kernel/nl.h"
#include "platform/linux/kernel/steering.h"

/* IPv4 and IPv6 in IPv6; where to is the route's business. */
void steer_link_build(struct nl_message *m)
{
	struct nlattr *info, *data;

	nl_message_init(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	nl_body_of(m, struct ifinfomsg)->ifi_family = AF_UNSPEC;
	nl_put_text(m, IFLA_IFNAME, LINK_STEER);
	nl_put_u32(m, IFLA_MTU, STEER_MTU);
	info = nl_nest(m, IFLA_LINKINFO);
	nl_put_text(m, IFLA_INFO_KIND, "ip6tnl");
	data = nl_nest(m, IFLA_INFO_DATA);
	nl_put_u8(m, IFLA_IPTUN_PROTO, 0);
	nl_put(m, IFLA_IPTUN_COLLECT_METADATA, NULL, 0);
	nl_nest_end(m, data);
	nl_nest_end(m, info);
}
