/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Of the status, who is connected here.
 */
#include <net/if.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/cloud.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "daemon/status_parts.h"
#include "plan/plan.h"
#include "platform/linux/cloud/fdb.h"
#include "platform/linux/cloud/mesh.h"
#include "platform/linux/kernel/neighbours.h"
#include "platform/linux/service/dnsmasq.h"
#include "platform/linux/service/leases.h"

/* All that is known of clients here; each table may be empty. */
struct clients {
	int bridge, anycast; /* devices on which clients are met */
	struct fdb fdb;
	struct neighbours neighbours;
	struct leases leases, reservations; /* of this node, and of others of the cloud */
	struct mesh mesh;                   /* of the cloud */
	int cloud;                          /* 0: none that answers */
};

static struct leases read_leases(const char *path,
                                 struct leases (*parse)(const char *text, size_t length,
                                                        struct arena *arena),
                                 struct arena *arena)
{
	BUF_AUTO text = { 0 };

	if (file_read(path, LEASES_LIMIT, &text) < 0)
		return (struct leases){ 0 };
	return parse(buf_text(&text), text.length, arena);
}

static void read_clients(const struct daemon *daemon, struct arena *arena, struct clients *clients)
{
	const struct plan_item *item = plan_next(daemon->plan, PLAN_ANYCAST, NULL);
	BUF_AUTO reservations = { 0 };
	const struct plan_anycast *anycast = item ? item->value : NULL;
	struct nl nl;

	*clients = (struct clients){ 0 };
	if (!anycast)
		return;
	clients->bridge = (int)if_nametoindex(anycast->bridge);
	clients->anycast = (int)if_nametoindex(anycast->ifname);
	clients->leases = read_leases(daemon->owner.leases, leases_parse, arena);
	buf_printf(&reservations, "%s/" DNSMASQ_RESERVATIONS "/cloud", daemon->folder);
	clients->reservations = read_leases(reservations.text, leases_parse_reservations, arena);
	if (*anycast->cloud && mesh_open(&clients->mesh) == 0)
		clients->cloud = (int)if_nametoindex(anycast->cloud);
	if (nl_open(&nl, NETLINK_ROUTE) < 0)
		return;
	(void)fdb_read(&nl, clients->bridge, &clients->fdb);
	(void)neighbours_read(&nl, &clients->neighbours);
	nl_close(&nl);
}

static void clients_done(struct clients *clients)
{
	fdb_done(&clients->fdb);
	neighbours_done(&clients->neighbours);
	mesh_close(&clients->mesh);
}

/* The last one: dnsmasq's file has each address once, and a client may have had several. */
static const struct lease *find_lease(const struct leases *leases, const struct mac *mac)
{
	const struct lease *lease = NULL;

	for (size_t i = 0; i < leases->count; i++) {
		if (leases->items[i].ip.family == IP_V4 && mac_equal(&leases->items[i].mac, mac))
			lease = &leases->items[i];
	}
	return lease;
}

static bool is_met(const struct clients *clients, const struct neighbour *neighbour,
                   const struct mac *mac)
{
	return (neighbour->device == clients->bridge || neighbour->device == clients->anycast) &&
	       mac_equal(&neighbour->mac, mac);
}

struct wanted {
	const struct mac *mac;
	struct ip ip;
};

static void take_address(const struct mesh_row *row, void *data)
{
	struct wanted *wanted = data;

	if (!row->tagged && mac_equal(&row->client, wanted->mac))
		wanted->ip = row->address;
}

/* What the client uses, where this node did not give it: what it has told this node, or others of
 * the cloud. */
static struct ip find_ipv4(struct clients *clients, const struct mac *mac)
{
	struct wanted wanted = { .mac = mac };

	for (size_t i = 0; i < clients->neighbours.count; i++) {
		const struct neighbour *neighbour = &clients->neighbours.entries[i];

		if (neighbour->ip.family == IP_V4 && is_met(clients, neighbour, mac))
			return neighbour->ip;
	}
	if (clients->cloud)
		(void)mesh_read(&clients->mesh, clients->cloud, MESH_ADDRESSES, take_address,
		                &wanted);
	return wanted.ip;
}

static bool is_first(const struct clients *clients, size_t index)
{
	const struct neighbour *entries = clients->neighbours.entries;

	for (size_t i = 0; i < index; i++) {
		if (ip_equal(&entries[i].ip, &entries[index].ip) &&
		    is_met(clients, &entries[i], &entries[index].mac))
			return false;
	}
	return true;
}

/* A client makes these itself, several of them. */
static void add_ipv6(const struct clients *clients, const struct mac *mac, struct json *json)
{
	json_open(json, "ipv6", '[');
	for (size_t i = 0; i < clients->neighbours.count; i++) {
		const struct neighbour *neighbour = &clients->neighbours.entries[i];
		char text[IP_TEXT_SIZE];

		if (neighbour->ip.family == IP_V6 && !ip_is_link_local(&neighbour->ip) &&
		    is_met(clients, neighbour, mac) && is_first(clients, i))
			json_text(json, NULL, ip_format(&neighbour->ip, text));
	}
	json_close(json, ']');
}

static void add_client(const struct daemon *daemon, struct clients *clients,
                       const struct fdb_entry *entry, struct json *json)
{
	int64_t now = clock_ms(), since = runtime_since(daemon->runtime, &entry->mac, entry->port);
	const struct lease *own = find_lease(&clients->leases, &entry->mac);
	const struct lease *lease = own ? own : find_lease(&clients->reservations, &entry->mac);
	struct ip ipv4 = lease ? lease->ip : find_ipv4(clients, &entry->mac);
	char port[IF_NAMESIZE] = "";

	json_open(json, NULL, '{');
	if (lease && *lease->name)
		json_text(json, "name", lease->name);
	status_add_mac(json, "mac", &entry->mac);
	status_add_ip(json, "ipv4", &ipv4);
	add_ipv6(clients, &entry->mac, json);
	if (if_indextoname((unsigned)entry->port, port))
		json_text(json, "port", port);
	if (since >= 0)
		json_number(json, "here_s", (now - since) / 1000);
	json_number(json, "idle_s", entry->idle_ms / 1000);
	json_close(json, '}');
}

void status_add_clients(const struct daemon *daemon, const struct cloud *cloud, struct json *json)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct clients clients;

	read_clients(daemon, arena, &clients);
	json_open(json, "clients", '[');
	for (size_t i = 0; i < clients.fdb.count; i++) {
		const struct fdb_entry *entry = &clients.fdb.entries[i];

		if (!entry->fixed && entry->port != cloud->index && !cloud_find(cloud, &entry->mac))
			add_client(daemon, &clients, entry, json);
	}
	json_close(json, ']');
	clients_done(&clients);
}
