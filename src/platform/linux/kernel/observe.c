/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/observe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "plan/numbers.h"
#include "platform/linux/kernel/batadv.h"
#include "platform/linux/kernel/filter.h"
#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/saved.h"

/* A list that changes while it is read is asked for again, so many times. */
#define TRIES_MAX 10

/* No setting below /proc/sys is longer. */
#define SYSCTL_SIZE 4096

static const struct {
	const char *word;
	enum plan_link_kind kind;
} link_kinds[] = {
	{ "bridge", PLAN_LINK_BRIDGE },
	{ "vlan", PLAN_LINK_VLAN },
	{ "macvlan", PLAN_LINK_MACVLAN },
	{ "batadv", PLAN_LINK_BATADV },
};

static enum plan_link_kind kind_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_LENGTH(link_kinds); i++) {
		if (!strcmp(link_kinds[i].word, word))
			return link_kinds[i].kind;
	}
	return PLAN_LINK_PORT;
}

static void read_vlan(struct kernel_link *link, const struct nlattr *data)
{
	const struct nlattr *a[IFLA_VLAN_MAX + 1];

	nl_nested(data, a, ARRAY_LENGTH(a));
	link->is.vlan_id = nl_u16(a[IFLA_VLAN_ID], 0);
	link->is.vlan_protocol = nl_u16(a[IFLA_VLAN_PROTOCOL], 0) == htons(ETH_P_8021AD)
	                                 ? PLAN_VLAN_8021AD
	                                 : PLAN_VLAN_8021Q;
}

static void read_bridge(struct kernel_link *link, const struct nlattr *data)
{
	const struct nlattr *a[IFLA_BR_MAX + 1];

	nl_nested(data, a, ARRAY_LENGTH(a));
	link->plain = nl_u32(a[IFLA_BR_STP_STATE], 0) == 0 &&
	              nl_u32(a[IFLA_BR_FORWARD_DELAY], 0) == 0 &&
	              nl_u8(a[IFLA_BR_MCAST_SNOOPING], 0) == 0;
}

static void read_kind(struct arena *arena, struct kernel_link *link, const struct nlattr *info)
{
	const struct nlattr *a[IFLA_INFO_MAX + 1];
	const char *word;

	nl_nested(info, a, ARRAY_LENGTH(a));
	word = nl_text(a[IFLA_INFO_KIND]);
	link->kind = word ? arena_strdup(arena, word) : "";
	link->is.kind = kind_of(link->kind);
	if (link->is.kind == PLAN_LINK_VLAN)
		read_vlan(link, a[IFLA_INFO_DATA]);
	if (link->is.kind == PLAN_LINK_BRIDGE)
		read_bridge(link, a[IFLA_INFO_DATA]);
}

/* A link is made and then gets its alias; one that was left between the two has the mark as its
 * group still (see link.c). */
static bool link_is_ours(const struct nlattr *const a[])
{
	const char *alias = nl_text(a[IFLA_IFALIAS]);

	return alias ? !strcmp(alias, LINK_ALIAS) : nl_u32(a[IFLA_GROUP], 0) == LINK_GROUP_NEW;
}

int observe_link(const struct nlmsghdr *reply, void *data)
{
	const struct ifinfomsg *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *a[IFLA_MAX + 1];
	struct observed *observed = data;
	struct kernel_link link = { 0 };
	const char *name;

	if (!body || reply->nlmsg_type != RTM_NEWLINK)
		return 0;
	nl_attributes(reply, sizeof(*body), a, ARRAY_LENGTH(a));
	name = nl_text(a[IFLA_IFNAME]);
	if (!name)
		return -EBADMSG;
	link.is.name = arena_strdup(observed->arena, name);
	link.is.mtu = nl_u32(a[IFLA_MTU], 0);
	link.mtu_max = nl_u32(a[IFLA_MAX_MTU], 0);
	(void)nl_mac(a[IFLA_ADDRESS], &link.is.mac);
	link.index = body->ifi_index;
	/* An index in another namespace says nothing here. */
	link.parent_index = a[IFLA_LINK_NETNSID] ? 0 : (int)nl_u32(a[IFLA_LINK], 0);
	link.master_index = (int)nl_u32(a[IFLA_MASTER], 0);
	link.up = body->ifi_flags & IFF_UP;
	link.ours = link_is_ours(a);
	read_kind(observed->arena, &link, a[IFLA_LINKINFO]);
	observed_add_link(observed, &link);
	return 0;
}

void observe_names(struct observed *observed)
{
	for (struct kernel_link *l = observed->links; l; l = l->next) {
		const struct kernel_link *parent = observed_link_at(observed, l->parent_index);
		const struct kernel_link *master = observed_link_at(observed, l->master_index);

		/* Of other kinds it may be the other end of a cable: a veth's is no parent. */
		if (parent && parent != l &&
		    (l->is.kind == PLAN_LINK_VLAN || l->is.kind == PLAN_LINK_MACVLAN))
			l->is.parent = parent->is.name;
		if (master)
			l->is.master = master->is.name;
	}
}

int observe_address(const struct nlmsghdr *reply, void *data)
{
	const struct ifaddrmsg *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *a[IFA_MAX + 1];
	struct observed *observed = data;
	struct kernel_address address = { 0 };
	const struct kernel_link *link;
	uint32_t flags;

	if (!body || reply->nlmsg_type != RTM_NEWADDR)
		return 0;
	nl_attributes(reply, sizeof(*body), a, ARRAY_LENGTH(a));
	link = observed_link_at(observed, (int)body->ifa_index);
	/* With a peer, IFA_ADDRESS is the other end's and IFA_LOCAL ours. */
	if (!link || !nl_ip(a[IFA_LOCAL] ? a[IFA_LOCAL] : a[IFA_ADDRESS], &address.is.address.ip))
		return 0;
	flags = nl_u32(a[IFA_FLAGS], body->ifa_flags);
	address.is.ifname = link->is.name;
	address.is.address.length = body->ifa_prefixlen;
	address.is.no_prefix_route = flags & IFA_F_NOPREFIXROUTE;
	address.is.no_dad = address.is.address.ip.family == IP_V6 && (flags & IFA_F_NODAD);
	address.ours = nl_u8(a[IFA_PROTO], 0) == PROTOCOL_WEFT;
	observed_add_address(observed, &address);
	return 0;
}

static bool is_our_protocol(unsigned protocol)
{
	return protocol == PROTOCOL_WEFT || protocol == PROTOCOL_GATEWAY_GOOD ||
	       protocol == PROTOCOL_GATEWAY_FAIR || protocol == PROTOCOL_GATEWAY_POOR;
}

static enum ip_family family_of(unsigned char family)
{
	return family == AF_INET ? IP_V4 : family == AF_INET6 ? IP_V6 : IP_NONE;
}

static void read_via(const struct nlattr *via, struct ip *ip)
{
	const struct rtvia *value = via ? mnl_attr_get_payload(via) : NULL;
	size_t size = via ? mnl_attr_get_payload_len(via) : 0;

	if (size != sizeof(*value) + 16 || value->rtvia_family != AF_INET6)
		return;
	ip->family = IP_V6;
	memcpy(ip->byte, value->rtvia_addr, 16);
}

int observe_route(const struct nlmsghdr *reply, void *data)
{
	const struct rtmsg *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *a[RTA_MAX + 1];
	struct observed *observed = data;
	struct kernel_route route = { 0 };
	const struct kernel_link *link;

	if (!body || reply->nlmsg_type != RTM_NEWROUTE || !is_our_protocol(body->rtm_protocol) ||
	    body->rtm_type != RTN_UNICAST || (body->rtm_flags & RTM_F_CLONED) ||
	    family_of(body->rtm_family) == IP_NONE)
		return 0;
	nl_attributes(reply, sizeof(*body), a, ARRAY_LENGTH(a));
	route.is.destination.ip.family = family_of(body->rtm_family);
	route.is.destination.length = body->rtm_dst_len;
	(void)nl_ip(a[RTA_DST], &route.is.destination.ip);
	if (nl_ip(a[RTA_SRC], &route.is.from.ip))
		route.is.from.length = body->rtm_src_len;
	if (!nl_ip(a[RTA_GATEWAY], &route.is.via))
		read_via(a[RTA_VIA], &route.is.via);
	link = observed_link_at(observed, (int)nl_u32(a[RTA_OIF], 0));
	route.is.ifname = link ? link->is.name : NULL;
	route.is.table = nl_u32(a[RTA_TABLE], body->rtm_table);
	route.is.metric = nl_u32(a[RTA_PRIORITY], 0);
	route.is.protocol = body->rtm_protocol;
	observed_add_route(observed, &route);
	return 0;
}

int observe_rule(const struct nlmsghdr *reply, void *data)
{
	const struct fib_rule_hdr *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *a[FRA_MAX + 1];
	struct observed *observed = data;
	struct kernel_rule rule = { 0 };
	const char *oif;

	if (!body || reply->nlmsg_type != RTM_NEWRULE || family_of(body->family) == IP_NONE)
		return 0;
	nl_attributes(reply, sizeof(*body), a, ARRAY_LENGTH(a));
	if (nl_u8(a[FRA_PROTOCOL], 0) != PROTOCOL_WEFT)
		return 0;
	rule.is.from.ip.family = rule.is.to.ip.family = family_of(body->family);
	rule.is.from.length = body->src_len;
	rule.is.to.length = body->dst_len;
	(void)nl_ip(a[FRA_SRC], &rule.is.from.ip);
	(void)nl_ip(a[FRA_DST], &rule.is.to.ip);
	oif = nl_text(a[FRA_OIFNAME]);
	rule.is.oif = oif ? arena_strdup(observed->arena, oif) : NULL;
	rule.is.fwmark = nl_u32(a[FRA_FWMARK], 0);
	rule.is.fwmark_mask = rule.is.fwmark ? nl_u32(a[FRA_FWMASK], 0) : 0;
	rule.is.table = nl_u32(a[FRA_TABLE], body->table);
	rule.is.priority = nl_u32(a[FRA_PRIORITY], 0);
	observed_add_rule(observed, &rule);
	return 0;
}

/* --- asking --- */

static int dump_links(struct kernel *kernel, struct observed *observed)
{
	struct nl_message m;
	int rc;

	nl_message_init(&m, RTM_GETLINK, 0);
	nl_body_of(&m, struct ifinfomsg)->ifi_family = AF_UNSPEC;
	nl_put_u32(&m, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	rc = nl_dump(&kernel->route, &m, observe_link, observed);
	observe_names(observed);
	return rc;
}

static int dump_addresses(struct kernel *kernel, struct observed *observed)
{
	struct nl_message m;

	nl_message_init(&m, RTM_GETADDR, 0);
	nl_body_of(&m, struct ifaddrmsg)->ifa_family = AF_UNSPEC;
	return nl_dump(&kernel->route, &m, observe_address, observed);
}

static int dump_routes(struct kernel *kernel, unsigned char family, struct observed *observed)
{
	struct nl_message m;

	nl_message_init(&m, RTM_GETROUTE, 0);
	nl_body_of(&m, struct rtmsg)->rtm_family = family;
	return nl_dump(&kernel->route, &m, observe_route, observed);
}

static int dump_rules(struct kernel *kernel, unsigned char family, struct observed *observed)
{
	struct nl_message m;

	nl_message_init(&m, RTM_GETRULE, 0);
	nl_body_of(&m, struct fib_rule_hdr)->family = family;
	return nl_dump(&kernel->route, &m, observe_rule, observed);
}

static int read_meshes(struct kernel *kernel, struct observed *observed)
{
	int rc = 0;

	for (struct kernel_link *l = observed->links; l && rc == 0; l = l->next) {
		if (l->is.kind == PLAN_LINK_BATADV)
			rc = batadv_read(kernel, l->index, &l->is);
	}
	return rc;
}

static int dump_all(struct kernel *kernel, struct observed *observed)
{
	static const unsigned char families[] = { AF_INET, AF_INET6 };
	int rc = dump_links(kernel, observed);

	if (rc == 0)
		rc = read_meshes(kernel, observed);
	if (rc == 0)
		rc = dump_addresses(kernel, observed);
	for (size_t i = 0; i < ARRAY_LENGTH(families) && rc == 0; i++) {
		rc = dump_routes(kernel, families[i], observed);
		if (rc == 0)
			rc = dump_rules(kernel, families[i], observed);
	}
	return rc;
}

static int read_value(const char *path, struct buf *value)
{
	char file[PATH_MAX];

	snprintf(file, sizeof(file), "/proc/sys/%s", path);
	return file_read(file, SYSCTL_SIZE, value);
}

static void read_follower(struct observed *observed, struct kernel_sysctl *sysctl, const char *path)
{
	BUF_AUTO value = { 0 };

	if (read_value(path, &value) == 0)
		observed_add_follower(observed, sysctl, path, buf_text(&value));
}

static void read_each(struct observed *observed, struct kernel_sysctl *sysctl, const char *folder,
                      const char *name)
{
	BUF_AUTO path = { 0 };

	for (const struct kernel_link *l = observed->links; l; l = l->next) {
		path.length = 0;
		buf_printf(&path, "%s/%s/%s", folder, l->is.name, name);
		read_follower(observed, sysctl, path.text);
	}
}

/* When forwarding of the whole machine changes, the kernel forgets what each interface had. */
static void read_forwarding(struct observed *observed, struct kernel_sysctl *sysctl)
{
	if (!strcmp(sysctl->path, "net/ipv6/conf/all/forwarding")) {
		read_follower(observed, sysctl, "net/ipv6/conf/default/forwarding");
		read_each(observed, sysctl, "net/ipv6/conf", "forwarding");
	} else if (!strcmp(sysctl->path, "net/ipv4/conf/all/forwarding") ||
	           !strcmp(sysctl->path, "net/ipv4/ip_forward")) {
		read_follower(observed, sysctl, "net/ipv4/conf/all/accept_redirects");
		read_follower(observed, sysctl, "net/ipv4/conf/default/forwarding");
		read_each(observed, sysctl, "net/ipv4/conf", "forwarding");
	}
}

/* A default of IPv4 changes the interfaces that have no address yet, and no more once they have. */
static void read_defaulted(struct observed *observed, struct kernel_sysctl *sysctl)
{
	static const char defaults[] = "net/ipv4/conf/default/";

	if (!strncmp(sysctl->path, defaults, strlen(defaults)))
		read_each(observed, sysctl, "net/ipv4/conf", sysctl->path + strlen(defaults));
}

/* A missing file is a value, too: it is what a setting of an interface that comes later has. */
static void read_sysctl(struct observed *observed, const char *path)
{
	BUF_AUTO value = { 0 };
	struct kernel_sysctl *sysctl;

	if (observed_sysctl(observed, path))
		return;
	if (read_value(path, &value) < 0) {
		observed_add_sysctl(observed, &(struct kernel_sysctl){ .path = path });
		return;
	}
	observed_add_sysctl(observed,
	                    &(struct kernel_sysctl){ .path = path, .value = buf_text(&value) });
	sysctl = observed_sysctl(observed, path);
	read_forwarding(observed, sysctl);
	read_defaulted(observed, sysctl);
}

static void read_sysctls(struct observed *observed, const struct plan *plan,
                         const struct saved *saved)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_SYSCTL, NULL); i;
	     i = plan_next(plan, PLAN_SYSCTL, i))
		read_sysctl(observed, ((const struct plan_sysctl *)i->value)->path);
	for (const struct saved_sysctl *s = saved->sysctls; s; s = s->next)
		read_sysctl(observed, s->path);
}

static void read_hostname(struct observed *observed)
{
	char name[HOST_NAME_MAX + 1];

	if (gethostname(name, sizeof(name)) < 0)
		name[0] = '\0';
	name[sizeof(name) - 1] = '\0';
	observed->hostname = arena_strdup(observed->arena, name);
}

struct observed *observe(struct kernel *kernel, struct arena *arena, const struct plan *plan,
                         const struct saved *saved, struct diag *diag)
{
	struct observed *observed = NULL;
	int rc = -EINTR;

	for (int i = 0; i < TRIES_MAX && (rc == -EINTR || rc == -ENODEV); i++) {
		observed = observed_new(arena);
		rc = dump_all(kernel, observed);
	}
	if (rc < 0) {
		diag_add(diag, DIAG_ERROR, NULL, "cannot ask the kernel what it has: %s",
		         strerror(-rc));
		return NULL;
	}
	read_sysctls(observed, plan, saved);
	read_hostname(observed);
	if (filter_observe(kernel, observed) < 0) {
		diag_add(diag, DIAG_ERROR, NULL, "cannot ask nftables what it has: %s",
		         kernel->words);
		observed->filter.refused = true;
	}
	return observed;
}
