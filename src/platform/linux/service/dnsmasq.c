/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/dnsmasq.h"

#include <signal.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "config/schema/text.h"
#include "net/dns.h"
#include "platform/linux/service/service.h"
#include "platform/linux/service/uplink.h"

/* Of a pool of this many addresses or more, a node gives out those around its own first. */
#define SLICE_POOL_MIN 4096
#define SLICE_LENGTH   24

#define CACHE_SIZE 1000

/* A network that a provider may take back is remembered by clients for no longer than that. */
#define DELEGATED_LEASE_S 1800

static void add_ip(struct buf *out, const char *before, const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	buf_printf(out, "%s%s", before, ip_format(ip, text));
}

/* Answers questions about names there, and gives no addresses. */
static void add_names_only(struct service_work *work, const struct plan_item *item,
                           const char *ifname, struct buf *out)
{
	const char *name = service_ifname(work, item, ifname);

	buf_printf(out, "interface=%s\nno-dhcp-interface=%s\n", name, name);
}

/*
 * Nothing listens on an uplink, where the whole Internet may ask.  What other nodes ask, of this
 * cloud and of others, comes over the links on which Babel routes, or over the bridge.  DHCP is for
 * those alone that the plan has a server on; a bridge below hears the same requests.
 */
static void add_interfaces(struct service_work *work, struct buf *out)
{
	const struct plan *plan = work->plan;
	const struct plan_item *i;

	for (i = plan_next(plan, PLAN_DHCP, NULL); i; i = plan_next(plan, PLAN_DHCP, i)) {
		const struct plan_dhcp *dhcp = i->value;

		buf_printf(out, "interface=%s\n", service_ifname(work, i, dhcp->ifname));
	}
	for (i = plan_next(plan, PLAN_RA, NULL); i; i = plan_next(plan, PLAN_RA, i)) {
		const struct plan_ra *ra = i->value;

		buf_printf(out, "interface=%s\n", service_ifname(work, i, ra->ifname));
	}
	for (i = plan_next(plan, PLAN_LINK, NULL); i; i = plan_next(plan, PLAN_LINK, i)) {
		const struct plan_link *link = i->value;

		if (link->kind == PLAN_LINK_BRIDGE)
			add_names_only(work, i, link->name, out);
	}
	for (i = plan_next(plan, PLAN_BABEL_INTERFACE, NULL); i;
	     i = plan_next(plan, PLAN_BABEL_INTERFACE, i)) {
		const struct plan_babel_interface *interface = i->value;

		add_names_only(work, i, interface->ifname, out);
	}
}

static void add_dns(struct service_work *work, struct buf *out)
{
	const struct plan_item *item = plan_next(work->plan, PLAN_DNS, NULL);
	const struct plan_dns *dns = item ? item->value : NULL;

	buf_add(out, "domain-needed\nbogus-priv\nexpand-hosts\n");
	buf_printf(out, "cache-size=%d\n", CACHE_SIZE);
	if (dns && dns->domain && *dns->domain) {
		const char *domain = service_domain(work, item, dns->domain);

		buf_printf(out, "domain=%s\nlocal=/%s/\n", domain, domain);
	}
	buf_printf(out, "servers-file=%s\n", service_path(work, "dnsmasq.servers"));
	buf_printf(out, "hostsdir=%s\n", service_path(work, DNSMASQ_HOSTS));
}

/* A name that another node has is not answered here either, or it would depend on who is asked. */
static const char *kept_name(const struct service_work *work, const char *name)
{
	const struct services_context *context = work->context;
	size_t length = context->lost_name ? strlen(context->lost_name) : 0;

	if (!length || strncasecmp(name, context->lost_name, length) != 0 ||
	    (name[length] && name[length] != '.'))
		return name;
	return arena_printf(work->arena, "%s%s", context->alias, name + length);
}

static void add_name(struct service_work *work, const struct plan_item *item, struct buf *out)
{
	const struct plan_name *name = item->value;

	if (name->names.count == 0)
		return;
	buf_add(out, "host-record=");
	for (size_t i = 0; i < name->names.count; i++)
		buf_printf(out, "%s%s", i ? "," : "",
		           service_domain(work, item, kept_name(work, name->names.items[i])));
	if (name->ipv4.family != IP_NONE)
		add_ip(out, ",", &name->ipv4);
	if (name->ipv6.family != IP_NONE)
		add_ip(out, ",", &name->ipv6);
	buf_add_char(out, '\n');
}

/* What a neighbour on a cable of the mesh, who knows no more of this node than that, asks. */
static void add_self(struct service_work *work, struct buf *out)
{
	const struct plan_item *item = plan_next(work->plan, PLAN_HOSTNAME, NULL);
	const struct plan_hostname *name = item ? item->value : NULL;

	if (name)
		buf_printf(out, "ptr-record=" DNS_SELF ",%s\n",
		           service_domain(work, item, name->hostname));
}

static bool in_range(const struct plan_dhcp *dhcp, const struct ip *ip)
{
	return ip->family == IP_V4 && memcmp(ip->byte, dhcp->first.byte, 4) >= 0 &&
	       memcmp(ip->byte, dhcp->last.byte, 4) <= 0;
}

/* An address of the node itself that lies in the pool it serves; NULL if there is none. */
static const struct ip *own_address(const struct plan *plan, const struct plan_dhcp *dhcp)
{
	const struct plan_item *i;

	for (i = plan_next(plan, PLAN_ADDRESS, NULL); i; i = plan_next(plan, PLAN_ADDRESS, i)) {
		const struct plan_address *address = i->value;

		if (in_range(dhcp, &address->address.ip))
			return &address->address.ip;
	}
	return NULL;
}

static uint32_t ipv4_number(const struct ip *ip)
{
	return (uint32_t)ip->byte[0] << 24 | (uint32_t)ip->byte[1] << 16 |
	       (uint32_t)ip->byte[2] << 8 | ip->byte[3];
}

static void add_range(const struct plan_dhcp *dhcp, const struct ip *first, const struct ip *last,
                      struct buf *out)
{
	add_ip(out, "dhcp-range=", first);
	add_ip(out, ",", last);
	add_ip(out, ",", &dhcp->netmask);
	buf_printf(out, ",%u\n", dhcp->lease);
}

/*
 * All nodes serve one pool and cannot ask each other before they answer; so that they do not meet
 * by accident, each begins with the slice around its own address.  (dnsmasq takes the first range
 * that has an address left.)
 */
static void add_slice(const struct plan_dhcp *dhcp, const struct ip *own, struct buf *out)
{
	struct prefix slice = { *own, SLICE_LENGTH };
	struct ip first = prefix_network(&slice).ip, last = prefix_last(&slice);

	if (ipv4_number(&dhcp->last) - ipv4_number(&dhcp->first) < SLICE_POOL_MIN)
		return;
	add_range(dhcp, in_range(dhcp, &first) ? &first : &dhcp->first,
	          in_range(dhcp, &last) ? &last : &dhcp->last, out);
}

static void add_pool(const struct plan *plan, const struct plan_dhcp *dhcp, struct buf *out)
{
	const struct ip *own = own_address(plan, dhcp);

	if (own) {
		add_ip(out, "dhcp-host=id:weft-node,", own);
		buf_add_char(out, '\n');
		add_slice(dhcp, own, out);
	}
	add_range(dhcp, &dhcp->first, &dhcp->last, out);
}

/* Where systems look whether there is the Internet.  What they ask for over HTTP our own server
 * leads to the page, and the phone opens it. */
static const char *const probes[] = {
	"connectivitycheck.gstatic.com",
	"connectivitycheck.android.com",
	"clients3.google.com",
	"captive.apple.com",
	"www.msftconnecttest.com",
	"ipv6.msftconnecttest.com",
	"detectportal.firefox.com",
	"connectivity-check.ubuntu.com",
	"nmcheck.gnome.org",
	"network-test.debian.org",
	"connectivitycheck.platform.hicloud.com",
	"connect.rom.miui.com",
};

/* Also RFC 8910, for who takes an address without TLS, which RFC 8908 asks for. */
static void add_portal(const struct plan_dhcp *dhcp, const char *ifname, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LENGTH(probes); i++) {
		buf_printf(out, "address=/%s/", probes[i]);
		add_ip(out, "", &dhcp->router);
		buf_add_char(out, '\n');
	}
	buf_printf(out, "dhcp-option=tag:%s,114,http://thisnode.info/captive-portal\n", ifname);
}

static void add_dhcp(struct service_work *work, const struct plan_item *item, struct buf *out)
{
	const struct plan_dhcp *dhcp = item->value;
	const char *ifname = service_ifname(work, item, dhcp->ifname);

	add_pool(work->plan, dhcp, out);
	buf_printf(out, "dhcp-option=tag:%s,option:router,", ifname);
	add_ip(out, "", &dhcp->router);
	buf_printf(out, "\ndhcp-option=tag:%s,option:dns-server,", ifname);
	add_ip(out, "", &dhcp->dns);
	buf_add_char(out, '\n');
	/* Also to clients that do not ask for it. */
	if (dhcp->mtu)
		buf_printf(out, "dhcp-option-force=tag:%s,option:mtu,%u\n", ifname, dhcp->mtu);
	if (dhcp->domain && *dhcp->domain)
		buf_printf(out, "dhcp-option=tag:%s,option:domain-name,%s\n", ifname,
		           service_domain(work, item, dhcp->domain));
	if (work->context->is_new)
		add_portal(dhcp, ifname, out);
}

/*
 * Clients make their addresses themselves (SLAAC): such an address goes with a client from node
 * to node, and no node has to remember it.  DHCPv6 answers questions and gives no addresses.
 */
static void add_ra(struct service_work *work, const struct plan_item *item, struct buf *out)
{
	const struct plan_ra *ra = item->value;
	const char *ifname = service_ifname(work, item, ra->ifname);

	add_ip(out, "dhcp-range=", &ra->prefix.ip);
	buf_printf(out, ",slaac,ra-stateless,ra-names,%u,%u\n", ra->prefix.length, ra->lease);
	/* It sees addresses come and go by itself, and takes back what it has advertised. */
	if (ra->delegated)
		buf_printf(out, "dhcp-range=::,constructor:%s,slaac,ra-stateless,64,%d\n", ifname,
		           DELEGATED_LEASE_S);
	buf_printf(out, "ra-param=%s", ifname);
	if (ra->mtu)
		buf_printf(out, ",mtu:%u", ra->mtu);
	buf_printf(out, ",%u\n", ra->interval);
	if (ra->dns.family == IP_V6) {
		buf_printf(out, "dhcp-option=tag:%s,option6:dns-server,[", ifname);
		add_ip(out, "", &ra->dns);
		buf_add(out, "]\n");
	}
	if (ra->domain && *ra->domain)
		buf_printf(out, "dhcp-option=tag:%s,option6:domain-search,%s\n", ifname,
		           service_domain(work, item, ra->domain));
}

static void add_servers_of(const struct uplink *uplink, struct buf *out)
{
	for (size_t source = 0; source < UPLINK_N_SOURCES; source++) {
		const struct uplink_lease *lease = &uplink->leases[source];

		for (size_t i = 0; i < lease->n_dns; i++) {
			add_ip(out, "server=", &lease->dns[i]);
			buf_add_char(out, '\n');
		}
	}
}

static void add_servers(struct service_work *work, struct buf *out)
{
	const struct plan_item *item = plan_next(work->plan, PLAN_DNS, NULL);
	const struct plan_dns *dns = item ? item->value : NULL;
	size_t count = dns ? dns->servers.count : 0;

	for (size_t i = 0; i < count; i++) {
		const char *server = dns->servers.items[i];

		if (!text_check_server(server)) {
			buf_printf(out, "server=%s\n", server);
		} else {
			diag_add(work->diag, DIAG_ERROR, &item->because, "resolver '%s' %s", server,
			         text_check_server(server));
		}
	}
	for (size_t i = 0; count == 0 && i < work->context->n_uplinks; i++)
		add_servers_of(&work->context->uplinks[i], out);
	if (work->context->servers)
		buf_add(out, work->context->servers);
}

static void add_config(struct service_work *work, struct buf *out)
{
	const struct plan *plan = work->plan;
	const struct plan_item *i;

	/* On stderr, which is its log. */
	buf_add(out, "log-facility=-\nno-resolv\nno-hosts\nbind-dynamic\npid-file=\n");
	add_interfaces(work, out);
	add_dns(work, out);
	for (i = plan_next(plan, PLAN_NAME, NULL); i; i = plan_next(plan, PLAN_NAME, i))
		add_name(work, i, out);
	add_self(work, out);
	if (plan_next(plan, PLAN_DHCP, NULL) || plan_next(plan, PLAN_RA, NULL)) {
		/* Authoritative: a client of another node's is told yes, or to ask anew; at once.
		 */
		buf_add(out, "dhcp-authoritative\n");
		buf_printf(out, "dhcp-leasefile=%s\n", service_path(work, DNSMASQ_LEASES));
		buf_printf(out, "dhcp-hostsdir=%s\n", service_path(work, DNSMASQ_RESERVATIONS));
	}
	for (i = plan_next(plan, PLAN_DHCP, NULL); i; i = plan_next(plan, PLAN_DHCP, i))
		add_dhcp(work, i, out);
	if (plan_next(plan, PLAN_RA, NULL))
		buf_add(out, "enable-ra\n");
	for (i = plan_next(plan, PLAN_RA, NULL); i; i = plan_next(plan, PLAN_RA, i))
		add_ra(work, i, out);
}

/* Names are for clients, and clients are on a bridge or have a DHCP server. */
static bool is_wanted(const struct plan *plan)
{
	const struct plan_item *i;

	if (plan_next(plan, PLAN_DHCP, NULL) || plan_next(plan, PLAN_RA, NULL))
		return true;
	for (i = plan_next(plan, PLAN_LINK, NULL); i; i = plan_next(plan, PLAN_LINK, i)) {
		if (((const struct plan_link *)i->value)->kind == PLAN_LINK_BRIDGE)
			return plan_next(plan, PLAN_DNS, NULL) != NULL;
	}
	return false;
}

void dnsmasq_add(struct service_work *work)
{
	BUF_AUTO config = { 0 };
	BUF_AUTO servers = { 0 };
	struct child_spec *spec;

	if (!is_wanted(work->plan))
		return;
	add_config(work, &config);
	add_servers(work, &servers);
	spec = service_spec(work, "dnsmasq", "dnsmasq-base");
	if (!spec)
		return;
	spec->argv = service_argv(work, "dnsmasq", "--keep-in-foreground", "-C",
	                          service_path(work, "dnsmasq.conf"), NULL);
	spec->folders[0] = DNSMASQ_HOSTS;
	spec->folders[1] = DNSMASQ_RESERVATIONS;
	service_file(work, spec, "dnsmasq.conf", CHILD_CHANGE_RESTART, &config);
	service_file(work, spec, "dnsmasq.servers", CHILD_CHANGE_SIGNAL, &servers)->signal = SIGHUP;
}
