/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Which ports there are and which protocols run on each.
 *
 * Ports are, in this order: what the board's roles name, the interfaces of the radios, links that
 * access points have made to each other, and Ethernet devices that are there (and others that a
 * section names).  The order decides nothing but the order of the plan.
 */
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "net/names.h"
#include "node/parts.h"

static const void **read_proto_options(struct node_work *work, const struct config_section *network)
{
	struct arena *arena = work->node->arena;
	const void **options = arena_array_of(arena, const void *, PROTOS_MAX);

	for (size_t i = 0; protos[i]; i++) {
		void *object;

		if (!protos[i]->options)
			continue;
		object = arena_alloc(arena, protos[i]->options->size);
		config_read(network, protos[i]->prefix, protos[i]->options, arena, object, NULL);
		options[i] = object;
	}
	return options;
}

static size_t count_sections(const struct config *config)
{
	size_t n = 0;

	for (const struct config_section *s = config->sections; s; s = s->next)
		n++;
	return n;
}

/* Mistakes in them were found by config_check(). */
static const struct proto_peer *read_peers(const struct node_work *work, size_t *n_peers)
{
	const struct config *config = work->node->config;
	struct proto_peer *peers = arena_array_of(work->node->arena, struct proto_peer,
	                                          count_sections(config));

	*n_peers = 0;
	for (const struct config_section *s = config->sections; s; s = s->next) {
		const struct config_option *ip = config_option(s, "remoteIP");
		const struct config_option *as = config_option(s, "remoteAS");
		struct proto_peer *peer = &peers[*n_peers];

		if (strcmp(s->type, "bgp_peer") == 0 && ip && as &&
		    ip_parse(ip->values[0].text, &peer->ip) &&
		    number_parse(as->values[0].text, 1, UINT32_MAX, &peer->as))
			++*n_peers;
	}
	return peers;
}

void node_plan_protocols(struct node_work *work)
{
	const struct config_section *network = config_section(work->node->config, "network");

	work->proto = (struct proto_node){
		.id = &work->node->identity,
		.facts = work->facts,
		.uses = work->uses,
		.n_uses = work->n_uses,
		.options = read_proto_options(work, network),
		.origins = node_origins(work->node->arena, network),
		.plan = work->node->plan,
		.diag = work->diag,
		.gateway_pd = work->network.gateway_pd,
		.uplink_open = work->network.uplink_open,
	};
	work->proto.peers = read_peers(work, &work->proto.n_peers);
	for (size_t i = 0; i < work->n_uses; i++) {
		const struct proto_use *use = &work->uses[i];

		plan_because(work->node->plan, &use->origin, NULL);
		proto_check_arguments(&work->proto, use);
		if (use->proto->plan_node)
			use->proto->plan_node(&work->proto, use);
	}
}

/* The section that is about a device: the last one wins. */
static const struct config_section *section_of(const struct config *config, const char *ifname)
{
	const struct config_section *found = NULL;

	for (const struct config_section *s = config->sections; s; s = s->next) {
		const struct config_option *name = config_option(s, "linux_name");

		if (strcmp(s->type, "net") == 0 && name &&
		    strcmp(name->values[0].text, ifname) == 0)
			found = s;
	}
	return found;
}

static bool is_done(const struct proto_port *ports, size_t n_ports, const char *ifname)
{
	for (size_t i = 0; i < n_ports; i++) {
		if (strcmp(ports[i].ifname, ifname) == 0)
			return true;
	}
	return false;
}

/* The ports while they are collected. */
struct ports {
	struct proto_port *list;
	size_t count;
	struct node_work *work;
};

static void add_port(struct ports *ports, const char *ifname, const struct origin *origin)
{
	struct node_work *work = ports->work;
	const struct config_section *section = section_of(work->node->config, ifname);
	struct proto_port *port = &ports->list[ports->count];
	const char *fault;

	if (is_done(ports->list, ports->count, ifname))
		return;
	*port = (struct proto_port){
		.ifname = arena_strdup(work->node->arena, ifname),
		.link = facts_link(work->facts, ifname),
		.specific = section,
		.written = section && !node_is_made(section),
		.origin = section ? section->origin : *origin,
		.origins = node_origins(work->node->arena, section),
	};
	port->wireless = name_is_radio_ifname(ifname) || (port->link && port->link->wireless);
	fault = name_device_fault(ifname);
	if (!fault)
		ports->count++;
	else
		diag_add(work->diag, DIAG_ERROR, &port->origin,
		         "the name '%s' of a network device %s", ifname, fault);
}

static void add_roles(struct ports *ports)
{
	const struct facts *facts = ports->work->facts;

	for (size_t i = 0; i < facts->n_roles; i++) {
		const struct fact_role *role = &facts->roles[i];
		struct origin origin = {
			.file = "board.json",
			.where = arena_printf(ports->work->node->arena, "network.%s", role->name),
		};

		if (strcmp(role->protocol, "dhcp") != 0 && strcmp(role->protocol, "static") != 0)
			continue;
		for (size_t j = 0; j < role->n_devices; j++)
			add_port(ports, role->devices[j], &origin);
	}
}

static void add_radios(struct ports *ports)
{
	const struct plan *plan = ports->work->node->plan;
	const struct plan_item *item = NULL;

	while ((item = plan_next(plan, PLAN_WIFI, item)))
		add_port(ports, item->name, &item->because);
}

/* How the names of an access point's links to other nodes begin; NULL: it makes none. */
static const char *peer_prefix(const struct plan_wifi *wifi)
{
	static const char option[] = "apup_peer_ifname_prefix=";
	const char *prefix = NULL;

	for (size_t i = 0; i < wifi->options.count; i++) {
		if (strncmp(wifi->options.items[i], option, strlen(option)) == 0)
			prefix = wifi->options.items[i] + strlen(option);
	}
	return prefix && *prefix ? prefix : NULL;
}

static bool is_peer(const char *ifname, const char *prefix)
{
	const char *rest = ifname + strlen(prefix);

	return strncmp(ifname, prefix, strlen(prefix)) == 0 && *rest &&
	       rest[strspn(rest, "0123456789")] == '\0';
}

/* Links that hostapd has made to other nodes in mode apup: "wlan0-peer1". */
static void add_apup_links(struct ports *ports)
{
	const struct facts *facts = ports->work->facts;
	const struct plan_item *item = NULL;

	while (!ports->work->lasting_only &&
	       (item = plan_next(ports->work->node->plan, PLAN_WIFI, item))) {
		const char *prefix = peer_prefix(item->value);

		for (size_t i = 0; prefix && i < facts->n_links; i++) {
			size_t n_before = ports->count;

			if (is_peer(facts->links[i].name, prefix))
				add_port(ports, facts->links[i].name, &item->because);
			if (ports->count > n_before)
				ports->list[n_before].passing = true;
		}
	}
}

static bool is_ethernet(const char *ifname)
{
	return strncmp(ifname, "eth", 3) == 0 && ifname[3] &&
	       ifname[3 + strspn(ifname + 3, "0123456789")] == '\0';
}

static bool is_behind_switch(const struct facts *facts, const struct fact_link *link)
{
	for (size_t i = 0; i < facts->n_switch_cpu_ports; i++) {
		if (strcmp(facts->switch_cpu_ports[i], link->name) == 0)
			return true;
	}
	return link->dsa_conduit;
}

static void add_links(struct ports *ports)
{
	const struct facts *facts = ports->work->facts;
	const struct origin origin = { .where = "sys/class/net" };

	for (size_t i = 0; i < facts->n_links; i++) {
		const struct fact_link *link = &facts->links[i];
		bool named = section_of(ports->work->node->config, link->name);

		if ((is_ethernet(link->name) || named) && !is_behind_switch(facts, link) &&
		    !link->made_by_weft)
			add_port(ports, link->name, &origin);
	}
}

static void add_ground(struct ports *ports)
{
	struct node_work *work = ports->work;
	AUTO(diag_free) struct diag *said = diag_new();
	struct node_work quiet = *work;

	/* What is wrong with them was said when they were planned. */
	quiet.diag = said;
	for (const struct config_section *s = work->node->config->sections; s; s = s->next) {
		struct node_ground ground;
		size_t n_before = ports->count;

		if (node_ground_of(&quiet, s, &ground))
			add_port(ports, ground.ifname, &s->origin);
		if (ports->count > n_before)
			ports->list[n_before].between_nodes = true;
	}
}

/* Sections may be about what the plan itself makes, and about what is not there. */
static void add_sections(struct ports *ports)
{
	struct node_work *work = ports->work;

	for (const struct config_section *s = work->node->config->sections; s; s = s->next) {
		const struct config_option *name = config_option(s, "linux_name");
		const char *ifname = name ? name->values[0].text : NULL;

		if (strcmp(s->type, "net") != 0)
			continue;
		if (!ifname)
			diag_add(work->diag, DIAG_UNKNOWN, &s->origin,
			         "the section names no device: it has no linux_name");
		else if (section_of(work->node->config, ifname) != s)
			diag_add(work->diag, DIAG_UNKNOWN, &s->origin,
			         "another section about %s comes later, this one is not used",
			         ifname);
		else if (plan_link(work->node->plan, ifname))
			add_port(ports, ifname, &s->origin);
		else if (!is_done(ports->list, ports->count, ifname))
			diag_add(work->diag, DIAG_WARNING, &name->values[0].origin,
			         "there is no device %s to be used on this machine", ifname);
	}
}

static size_t most_ports(const struct node_work *work)
{
	const struct plan_item *item = NULL;
	size_t n = work->facts->n_links + count_sections(work->node->config);

	for (size_t i = 0; i < work->facts->n_roles; i++)
		n += work->facts->roles[i].n_devices;
	while ((item = plan_next(work->node->plan, PLAN_WIFI, item)))
		n++;
	return n;
}

static void read_port_options(struct node_work *work, const struct proto *proto,
                              const struct config_section *section, struct proto_port *port)
{
	struct arena *arena = work->node->arena;
	void *object;

	port->options = NULL;
	if (!section || !proto->port_options)
		return;
	object = arena_alloc(arena, proto->port_options->size);
	config_read(section, proto->port_prefix, proto->port_options, arena, object, NULL);
	port->options = object;
}

static void plan_use(struct node_work *work, const struct proto_use *use,
                     const struct config_section *section, struct proto_port *port)
{
	struct plan *plan = work->node->plan;

	if (!use->proto->plan_port || !proto_fits_port(use->proto, port))
		return;
	if (use->proto->plan_node && !proto_is_used(&work->proto, use->proto->name)) {
		diag_add(work->diag, DIAG_ERROR, &use->origin,
		         "%s cannot use %s while the list network.protocols has no %s",
		         port->ifname, use->proto->name, use->proto->name);
		return;
	}
	read_port_options(work, use->proto, section, port);
	plan_because(plan, &use->origin,
	             arena_printf(plan->arena, "%s on %s", use->proto->name, port->ifname));
	use->proto->plan_port(&work->proto, use, port);
}

static void plan_port(struct node_work *work, struct proto_port *port)
{
	const struct config_section *section = section_of(work->node->config, port->ifname);
	const struct proto_use *uses = work->uses;
	size_t n_uses = work->n_uses;

	/* Without a list of its own a device with a section is left alone. */
	if (section)
		uses = node_uses(work, config_option(section, "protocols"), NULL, &n_uses);
	for (size_t i = 0; i < n_uses && !uses[i].proto->ends_list; i++) {
		proto_check_arguments(&work->proto, &uses[i]);
		plan_use(work, &uses[i], section, port);
	}
}

/* A neighbour that comes along must not be what makes the configuration a wrong one. */
static void plan_passing(struct node_work *work, struct proto_port *port)
{
	AUTO(diag_free) struct diag *found = diag_new();
	struct diag *diag = work->diag;

	work->diag = work->proto.diag = found;
	plan_port(work, port);
	work->diag = work->proto.diag = diag;
	diag_add_unneeded(diag, found);
}

/* A section about a device that is not here: the file may be one that all nodes share. */
static void check_unused(const struct node_work *work, const struct config_section *section)
{
	AUTO(diag_free) struct diag *found = diag_new();
	struct node_work elsewhere = *work;
	const struct proto_use *uses;
	size_t n_uses;

	elsewhere.diag = elsewhere.proto.diag = found;
	uses = node_uses(&elsewhere, config_option(section, "protocols"), NULL, &n_uses);
	for (size_t i = 0; i < n_uses; i++)
		proto_check_arguments(&elsewhere.proto, &uses[i]);
	diag_add_unneeded(work->diag, found);
}

static void check_sections(const struct ports *ports)
{
	const struct config *config = ports->work->node->config;

	for (const struct config_section *s = config->sections; s; s = s->next) {
		const struct config_option *name = config_option(s, "linux_name");

		if (strcmp(s->type, "net") != 0)
			continue;
		if (!name || !is_done(ports->list, ports->count, name->values[0].text) ||
		    section_of(config, name->values[0].text) != s)
			check_unused(ports->work, s);
	}
}

void node_plan_ports(struct node_work *work)
{
	struct ports ports = { .work = work };

	ports.list = arena_array_of(work->node->arena, struct proto_port, most_ports(work) + 1);
	add_roles(&ports);
	add_radios(&ports);
	add_apup_links(&ports);
	add_links(&ports);
	add_ground(&ports);
	add_sections(&ports);
	for (size_t i = 0; i < ports.count; i++)
		(ports.list[i].passing ? plan_passing : plan_port)(work, &ports.list[i]);
	check_sections(&ports);
}
