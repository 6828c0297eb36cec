/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * /etc/config/dhcp and dnsmasq's own files: names, resolvers, and with anygw the pool of addresses
 * that every node of a cloud gives from.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/network.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

#define FOLDER  "etc/dnsmasq.d"
#define RA_FILE FOLDER "/lime-proto-anygw-20-ipv6.conf"

/* Sections. */
#define POOL         NETWORK_ANYGW "_dhcp"
#define TAG          NETWORK_ANYGW
#define NODE_NAMES   "node_name_dns"
#define SHARED_NAMES "anygw_dns"
#define SHARED_NAME  "anygw"

static const void *first_of(const struct plan *plan, enum plan_kind kind)
{
	const struct plan_item *item = plan_next(plan, kind, NULL);

	return item ? item->value : NULL;
}

static const struct plan_network *anygw_of(const struct render *render)
{
	const struct plan_item *item = plan_find(render->plan, PLAN_NETWORK, NETWORK_ANYGW);

	return item ? item->value : NULL;
}

/* What of dnsmasq's own section is the same on every node. */
static const struct {
	const char *option, *value;
} settings[] = {
	{ "expandhosts", "1" },
	{ "domainneeded", "1" },
	{ "localservice", "0" },
	{ "confdir", "/" FOLDER },
};

/* With names of its own a node must not answer for them by its other addresses too. */
static const char *const local_names[] = { "add_local_fqdn", "add_local_hostname" };

static void render_dnsmasq(const struct render *render, struct uci_document *document,
                           struct uci_section *section)
{
	const struct plan_dns *dns = first_of(render->plan, PLAN_DNS);

	uci_set(document, section, "domain", dns->domain);
	uci_set(document, section, "local", arena_printf(render->arena, "/%s/", dns->domain));
	for (size_t i = 0; i < ARRAY_LENGTH(settings); i++)
		uci_set(document, section, settings[i].option, settings[i].value);
	uci_set_list(document, section, "server", dns->servers.items, dns->servers.count);
	for (size_t i = 0; anygw_of(render) && i < ARRAY_LENGTH(local_names); i++)
		uci_set(document, section, local_names[i], "0");
}

static const char *lease_text(struct arena *arena, uint32_t seconds)
{
	if (seconds % 3600 == 0)
		return arena_printf(arena, "%uh", seconds / 3600);
	return seconds % 60 ? arena_printf(arena, "%us", seconds)
	                    : arena_printf(arena, "%um", seconds / 60);
}

static uint32_t ip_number(const struct ip *ip)
{
	return (uint32_t)ip->byte[0] << 24 | (uint32_t)ip->byte[1] << 16 |
	       (uint32_t)ip->byte[2] << 8 | ip->byte[3];
}

static void render_pool(const struct render *render, struct uci_document *document,
                        const struct plan_network *anygw, const struct plan_dhcp *dhcp)
{
	struct prefix network = prefix_network(&anygw->ipv4);
	uint32_t first = ip_number(&dhcp->first), last = ip_number(&dhcp->last);
	EDIT_AUTO edit = edit_begin(document, "dhcp", POOL);

	edit_set(&edit, "interface", NETWORK_ANYGW);
	edit_set_number(&edit, "start", first - ip_number(&network.ip));
	edit_set_number(&edit, "limit", last - first + 1);
	edit_set(&edit, "leasetime", lease_text(render->arena, dhcp->lease));
	edit_set(&edit, "force", "1");
}

static void render_tag(const struct render *render, struct uci_document *document,
                       const struct plan_ra *ra)
{
	const char *option = arena_printf(render->arena, "option:mtu,%u", ra->mtu);
	EDIT_AUTO edit = edit_begin(document, "tag", TAG);

	edit_set_list(&edit, "dhcp_option", &option, 1);
	edit_set(&edit, "force", "1");
}

static void render_names(const struct render *render, struct uci_document *document)
{
	const struct plan_item *item = NULL;
	char ipv4[IP_TEXT_SIZE], ipv6[IP_TEXT_SIZE];

	while ((item = plan_next(render->plan, PLAN_NAME, item))) {
		const struct plan_name *name = item->value;
		bool shared = strcmp(name->names.items[0], SHARED_NAME) == 0;
		EDIT_AUTO edit = edit_begin(document, "hostrecord",
		                            shared ? SHARED_NAMES : NODE_NAMES);

		edit_set_list(&edit, "name", name->names.items, name->names.count);
		edit_set(&edit, "ip",
		         arena_printf(render->arena, "%s,%s", ip_format(&name->ipv4, ipv4),
		                      ip_format(&name->ipv6, ipv6)));
	}
}

static void render_ra(const struct render *render, const struct plan_ra *ra)
{
	char prefix[IP_TEXT_SIZE];
	BUF_AUTO out = { 0 };

	buf_add(&out, "enable-ra\n");
	buf_printf(&out, "ra-param=%s,mtu:%u,%u\n", ra->ifname, ra->mtu, ra->interval);
	buf_printf(&out, "dhcp-range=tag:%s,%s,ra-names,%s\n", ra->ifname,
	           ip_format(&ra->prefix.ip, prefix), lease_text(render->arena, ra->lease));
	buf_printf(&out, "dhcp-option=tag:%s,option6:domain-search,%s\n", ra->ifname, ra->domain);
	files_set_text(render->files, RA_FILE, out.text, 0644);
}

static void delete_named(struct uci_document *document, const char *name)
{
	struct uci_section *section = uci_section(document, name);

	if (section)
		uci_delete_section(document, section);
}

static void render_anygw(const struct render *render, struct uci_document *document,
                         const struct plan_network *anygw)
{
	const struct plan_dhcp *dhcp = first_of(render->plan, PLAN_DHCP);
	const struct plan_ra *ra = first_of(render->plan, PLAN_RA);
	struct uci_section *lan = uci_section(document, NETWORK_LAN);

	if (lan)
		uci_set(document, lan, "ignore", "1");
	if (dhcp)
		render_pool(render, document, anygw, dhcp);
	else
		delete_named(document, POOL);
	render_tag(render, document, ra);
	render_names(render, document);
}

/* Where anygw was and is no more, OpenWrt's own server has to serve the clients again. */
static void clean_anygw(struct uci_document *document)
{
	struct uci_section *lan = uci_section(document, NETWORK_LAN);

	if (!uci_section(document, TAG))
		return;
	if (lan)
		uci_delete_option(document, lan, "ignore");
	for (struct uci_section *s = document->sections; s; s = s->next) {
		for (size_t i = 0; i < ARRAY_LENGTH(local_names); i++) {
			if (strcmp(s->type, "dnsmasq") == 0)
				uci_delete_option(document, s, local_names[i]);
		}
	}
	delete_named(document, POOL);
	delete_named(document, TAG);
	delete_named(document, NODE_NAMES);
	delete_named(document, SHARED_NAMES);
}

static void render_file(const struct render *render, struct uci_document *document)
{
	const struct plan_network *anygw = anygw_of(render);

	if (anygw)
		render_anygw(render, document, anygw);
	else
		clean_anygw(document);
	for (struct uci_section *s = document->sections; s; s = s->next) {
		if (strcmp(s->type, "dnsmasq") == 0)
			render_dnsmasq(render, document, s);
	}
}

extern const struct renderer renderer_dhcp;
const struct renderer renderer_dhcp = {
	.package = "dhcp",
	.render = render_file,
};

/* dnsmasq does not start where the folder is missing that it is told of. */
static void render_folder(const struct render *render, struct uci_document *document)
{
	const struct plan_ra *ra = first_of(render->plan, PLAN_RA);

	(void)document;
	if (ra) {
		render_ra(render, ra);
		return;
	}
	files_remove(render->files, RA_FILE);
	files_set_text(render->files, FOLDER "/.keep", "", 0644);
}

extern const struct renderer renderer_dnsmasq;
const struct renderer renderer_dnsmasq = {
	.render = render_folder,
};
