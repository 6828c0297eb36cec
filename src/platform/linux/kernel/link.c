/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/batman_adv.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/kernel/batadv.h"
#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/steps.h"

static const char *const kind_words[] = {
	[PLAN_LINK_PORT] = "",           [PLAN_LINK_BRIDGE] = "bridge", [PLAN_LINK_VLAN] = "vlan",
	[PLAN_LINK_MACVLAN] = "macvlan", [PLAN_LINK_BATADV] = "batadv",
};

/* --- messages --- */

static struct ifinfomsg *begin(struct nl_message *m, uint16_t type, uint16_t flags, int index)
{
	struct ifinfomsg *body;

	nl_message_init(m, type, flags);
	body = nl_body_of(m, struct ifinfomsg);
	body->ifi_index = index;
	return body;
}

/*
 * No spanning tree, so ports forward at once.  Multicast is flooded: snooping drops what no
 * querier has asked for, and on a bridge that is one of many in a cloud, IPv6's neighbour
 * discovery would be what is dropped.
 */
static void put_bridge(struct nl_message *m)
{
	nl_put_u32(m, IFLA_BR_STP_STATE, 0);
	nl_put_u32(m, IFLA_BR_FORWARD_DELAY, 0);
	nl_put_u8(m, IFLA_BR_MCAST_SNOOPING, 0);
}

static void put_vlan(struct nl_message *m, const struct plan_link *link)
{
	uint16_t protocol = link->vlan_protocol == PLAN_VLAN_8021Q ? ETH_P_8021Q : ETH_P_8021AD;

	nl_put_u16(m, IFLA_VLAN_ID, (uint16_t)link->vlan_id);
	nl_put_u16(m, IFLA_VLAN_PROTOCOL, htons(protocol));
}

static void put_kind(struct nl_message *m, const struct plan_link *link)
{
	switch ((enum plan_link_kind)link->kind) {
	case PLAN_LINK_PORT:
		break;
	case PLAN_LINK_BRIDGE:
		put_bridge(m);
		break;
	case PLAN_LINK_VLAN:
		put_vlan(m, link);
		break;
	case PLAN_LINK_MACVLAN:
		nl_put_u32(m, IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
		break;
	case PLAN_LINK_BATADV:
		nl_put_text(m, IFLA_BATADV_ALGO_NAME,
		            link->routing_algo == PLAN_BATADV_V ? "BATMAN_V" : "BATMAN_IV");
		break;
	}
}

static void put_info(struct nl_message *m, const struct plan_link *link)
{
	struct nlattr *info = nl_nest(m, IFLA_LINKINFO), *data;

	nl_put_text(m, IFLA_INFO_KIND, kind_words[link->kind]);
	data = nl_nest(m, IFLA_INFO_DATA);
	put_kind(m, link);
	nl_nest_end(m, data);
	nl_nest_end(m, info);
}

void link_build_make(struct nl_message *m, const struct plan_link *link, int parent)
{
	begin(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	nl_put_text(m, IFLA_IFNAME, link->name);
	nl_put_u32(m, IFLA_GROUP, LINK_GROUP_NEW);
	if (parent)
		nl_put_u32(m, IFLA_LINK, (uint32_t)parent);
	if (link->mtu)
		nl_put_u32(m, IFLA_MTU, link->mtu);
	if (!mac_is_zero(&link->mac))
		nl_put_mac(m, IFLA_ADDRESS, &link->mac);
	put_info(m, link);
}

void link_build_mark(struct nl_message *m, int index)
{
	begin(m, RTM_SETLINK, 0, index);
	nl_put(m, IFLA_IFALIAS, LINK_ALIAS, strlen(LINK_ALIAS));
	nl_put_u32(m, IFLA_GROUP, 0);
}

void link_build_plain(struct nl_message *m, int index)
{
	static const struct plan_link bridge = { .kind = PLAN_LINK_BRIDGE };

	begin(m, RTM_NEWLINK, 0, index);
	put_info(m, &bridge);
}

/* --- doing --- */

/* Index of a link that has to be there. */
static int find(struct kernel *kernel, const char *name)
{
	unsigned index = if_nametoindex(name);

	if (index)
		return (int)index;
	return kernel_asked(kernel, &kernel->route, -errno);
}

static int set_up(struct kernel *kernel, int index, bool up)
{
	struct nl_message m;
	struct ifinfomsg *body = begin(&m, RTM_SETLINK, 0, index);

	body->ifi_change = IFF_UP;
	body->ifi_flags = up ? IFF_UP : 0;
	return kernel_request(kernel, &m);
}

static int set_number(struct kernel *kernel, int index, uint16_t type, uint32_t number)
{
	struct nl_message m;

	begin(&m, RTM_SETLINK, 0, index);
	nl_put_u32(&m, type, number);
	return kernel_request(kernel, &m);
}

static int set_master(struct kernel *kernel, int index, const char *name)
{
	int master = name ? find(kernel, name) : 0;

	return master < 0 ? master : set_number(kernel, index, IFLA_MASTER, (uint32_t)master);
}

static int set_mac(struct kernel *kernel, int index, const struct mac *mac)
{
	struct nl_message m;

	begin(&m, RTM_SETLINK, 0, index);
	nl_put_mac(&m, IFLA_ADDRESS, mac);
	return kernel_request(kernel, &m);
}

/* Some hardware takes a new address only while it is down. */
static int change_mac(struct kernel *kernel, int index, const struct kernel_link *link)
{
	int rc = set_mac(kernel, index, &link->is.mac);

	if (rc != -EBUSY || !link->up)
		return rc;
	rc = set_up(kernel, index, false);
	if (rc == 0)
		rc = set_mac(kernel, index, &link->is.mac);
	if (rc == 0)
		return set_up(kernel, index, true);
	(void)set_up(kernel, index, true);
	return rc;
}

static int remove_link(struct kernel *kernel, int index)
{
	struct nl_message m;

	begin(&m, RTM_DELLINK, 0, index);
	return kernel_request(kernel, &m);
}

static int mark(struct kernel *kernel, int index)
{
	struct nl_message m;

	link_build_mark(&m, index);
	return kernel_request(kernel, &m);
}

/* All that the message that makes a link cannot say. */
static int complete(struct kernel *kernel, int index, const struct kernel_link *link)
{
	int rc = mark(kernel, index);

	if (rc == 0 && link->is.kind == PLAN_LINK_BATADV)
		rc = batadv_write(kernel, index, &link->is);
	if (rc == 0 && link->is.master)
		rc = set_master(kernel, index, link->is.master);
	if (rc == 0 && link->up)
		rc = set_up(kernel, index, true);
	return rc;
}

static int make_link(struct kernel *kernel, const struct kernel_link *link)
{
	int parent = link->is.parent ? find(kernel, link->is.parent) : 0;
	struct nl_message m;
	int rc, index;

	if (parent < 0)
		return parent;
	link_build_make(&m, &link->is, parent);
	rc = kernel_request(kernel, &m);
	if (rc < 0)
		return rc;
	index = find(kernel, link->is.name);
	if (index < 0)
		return index;
	rc = complete(kernel, index, link);
	if (rc < 0) {
		char words[sizeof(kernel->words)];

		/* What is told is why it failed, not how well it was cleaned up. */
		memcpy(words, kernel->words, sizeof(words));
		(void)remove_link(kernel, index);
		memcpy(kernel->words, words, sizeof(words));
	}
	return rc;
}

static int make_plain(struct kernel *kernel, int index)
{
	struct nl_message m;

	link_build_plain(&m, index);
	return kernel_request(kernel, &m);
}

int link_step(struct kernel *kernel, const struct step *step)
{
	const struct kernel_link *after = step->after;
	int index;

	if (!step->before)
		return make_link(kernel, after);
	index = find(kernel, ((const struct kernel_link *)step->before)->is.name);
	if (index < 0)
		return index;
	if (!after)
		return remove_link(kernel, index);
	if (step->kind == STEP_MTU)
		return set_number(kernel, index, IFLA_MTU, after->is.mtu);
	if (step->kind == STEP_MAC)
		return change_mac(kernel, index, after);
	if (step->kind == STEP_MASTER)
		return set_master(kernel, index, after->is.master);
	if (step->kind == STEP_UP)
		return set_up(kernel, index, after->up);
	return make_plain(kernel, index);
}
