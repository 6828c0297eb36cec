/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/dnsmasq.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "plan/plan.h"
#include "platform/linux/conf.h"
#include "platform/linux/uplink.h"

static void add_dhcp(const struct plan_item *item, struct buf *out, struct diag *diag)
{
	const struct plan_dhcp *dhcp = item->value;
	char first[IP_TEXT_SIZE], last[IP_TEXT_SIZE], mask[IP_TEXT_SIZE], ip[IP_TEXT_SIZE];

	if (!conf_word(dhcp->ifname, item, diag))
		return;
	buf_printf(out, "interface=%s\n", dhcp->ifname);
	buf_printf(out, "dhcp-range=%s,%s,%s,%u\n", ip_format(&dhcp->first, first),
	           ip_format(&dhcp->last, last), ip_format(&dhcp->netmask, mask), dhcp->lease);
	if (dhcp->router.family != IP_NONE)
		buf_printf(out, "dhcp-option=option:router,%s\n", ip_format(&dhcp->router, ip));
	if (dhcp->dns.family != IP_NONE)
		buf_printf(out, "dhcp-option=option:dns-server,%s\n", ip_format(&dhcp->dns, ip));
	if (dhcp->mtu)
		buf_printf(out, "dhcp-option=option:mtu,%u\n", dhcp->mtu);
}

static void add_ra(const struct plan_item *item, struct buf *out, struct diag *diag)
{
	const struct plan_ra *ra = item->value;
	char ip[IP_TEXT_SIZE];

	if (!conf_word(ra->ifname, item, diag))
		return;
	buf_add(out, "enable-ra\n");
	buf_printf(out, "ra-param=%s,mtu:%u,%u\n", ra->ifname, ra->mtu, ra->interval);
	buf_printf(out, "dhcp-range=%s,ra-stateless,ra-names,%u,%u\n",
	           ip_format(&ra->prefix.ip, ip), ra->prefix.length, ra->lease);
	if (ra->dns.family != IP_NONE)
		buf_printf(out, "dhcp-option=option6:dns-server,[%s]\n", ip_format(&ra->dns, ip));
	if (ra->domain && *ra->domain && conf_word(ra->domain, item, diag))
		buf_printf(out, "dhcp-option=option6:domain-search,%s\n", ra->domain);
}

static void add_name(const struct plan_item *item, struct buf *out, struct diag *diag)
{
	const struct plan_name *name = item->value;
	char ip[IP_TEXT_SIZE];

	buf_add(out, "host-record=");
	for (size_t i = 0; i < name->names.count; i++) {
		if (conf_word(name->names.items[i], item, diag))
			buf_printf(out, "%s,", name->names.items[i]);
	}
	if (name->ipv4.family != IP_NONE)
		buf_printf(out, "%s", ip_format(&name->ipv4, ip));
	if (name->ipv6.family != IP_NONE)
		buf_printf(out, "%s%s", name->ipv4.family != IP_NONE ? "," : "",
		           ip_format(&name->ipv6, ip));
	buf_add_char(out, '\n');
}

static void add_dns(const struct plan_item *item, struct buf *out, struct diag *diag)
{
	const struct plan_dns *dns = item->value;

	if (dns->domain && *dns->domain && conf_word(dns->domain, item, diag))
		buf_printf(out, "domain=%s\nlocal=/%s/\nexpand-hosts\n", dns->domain, dns->domain);
}

/* Clients ask the shared address; whoever is on the node's own bridge may ask that one. */
static void add_listeners(const struct plan *plan, struct buf *out, struct diag *diag)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_LINK, NULL); i;
	     i = plan_next(plan, PLAN_LINK, i)) {
		const struct plan_link *link = i->value;

		if (link->kind == PLAN_LINK_BRIDGE && conf_word(link->name, i, diag))
			buf_printf(out, "interface=%s\nno-dhcp-interface=%s\n", link->name,
			           link->name);
	}
}

static void add_general(const char *folder, struct buf *out)
{
	buf_add(out, "# Written by weft.\nport=53\nbind-dynamic\nno-hosts\nno-resolv\n");
	buf_add(out, "domain-needed\nbogus-priv\ndhcp-authoritative\nlocal-ttl=30\n");
	buf_printf(out, "dhcp-leasefile=%s/leases\n", folder);
	buf_printf(out, "servers-file=%s/dnsmasq.servers\n", folder);
	buf_printf(out, "hostsdir=%s/hosts.d\n", folder);
	buf_add(out, "pid-file=\nlog-facility=-\n");
}

static void add_each(const struct plan *plan, enum plan_kind kind, struct buf *out,
                     struct diag *diag,
                     void (*add)(const struct plan_item *, struct buf *, struct diag *))
{
	for (const struct plan_item *i = plan_next(plan, kind, NULL); i;
	     i = plan_next(plan, kind, i))
		add(i, out, diag);
}

int dnsmasq_render(const struct plan *plan, const char *folder, struct buf *out, struct diag *diag)
{
	size_t errors = diag_count(diag, DIAG_ERROR);

	if (!plan_next(plan, PLAN_DHCP, NULL) && !plan_next(plan, PLAN_RA, NULL) &&
	    !plan_next(plan, PLAN_NAME, NULL))
		return -ENOENT;
	add_general(folder, out);
	add_listeners(plan, out, diag);
	add_each(plan, PLAN_DNS, out, diag, add_dns);
	add_each(plan, PLAN_DHCP, out, diag, add_dhcp);
	add_each(plan, PLAN_RA, out, diag, add_ra);
	add_each(plan, PLAN_NAME, out, diag, add_name);
	return diag_count(diag, DIAG_ERROR) > errors ? -EINVAL : 0;
}

static void add_uplink_servers(const struct uplink_family *family, struct buf *out)
{
	char ip[IP_TEXT_SIZE];

	for (size_t i = 0; i < family->n_dns; i++)
		buf_printf(out, "server=%s\n", ip_format(&family->dns[i], ip));
}

void dnsmasq_render_servers(const struct plan *plan, const struct uplink *uplinks, size_t n_uplinks,
                            struct buf *out)
{
	const struct plan_item *item = plan_next(plan, PLAN_DNS, NULL);
	const struct plan_dns *dns = item ? item->value : NULL;
	char text[IP_TEXT_SIZE];
	struct ip ip;

	for (size_t i = 0; i < n_uplinks; i++) {
		add_uplink_servers(&uplinks[i].ipv4, out);
		add_uplink_servers(&uplinks[i].ipv6, out);
	}
	for (size_t i = 0; dns && i < dns->servers.count; i++) {
		if (ip_parse(dns->servers.items[i], &ip))
			buf_printf(out, "server=%s\n", ip_format(&ip, text));
	}
}
