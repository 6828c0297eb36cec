/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/sight.h"

#include <net/if.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "daemon/accepted.h"
#include "platform/about.h"
#include "platform/linux/cloud/mesh.h"
#include "platform/linux/cloud/radio.h"
#include "platform/linux/service/babel_monitor.h"
#include "platform/machine.h"
#include "platform/read.h"

/* More than that of each kind is left out. */
#define LINKS_MAX 64

struct reading {
	const struct facts *facts;
	struct arena *arena;
	struct seen_mesh *mesh;
	struct seen_station *stations;
	const struct radio_interface *interface; /* whose stations are read */
	struct radio_interface *interfaces;
	size_t n_mesh, n_stations, n_interfaces;
};

static uint32_t uptime(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint32_t)now.tv_sec;
}

static const char *name_of_index(int index, struct arena *arena)
{
	char name[IFNAME_SIZE] = "";

	return if_indextoname((unsigned)index, name) ? arena_strdup(arena, name) : NULL;
}

/* --- devices --- */

/* All but the anycast ones, whose address is everybody's. */
static void read_devices(const struct facts *facts, const struct mac *anycast, struct arena *arena,
                         struct seen *seen)
{
	struct seen_device *devices = arena_array_of(arena, struct seen_device, facts->n_links + 1);

	for (size_t i = 0; i < facts->n_links; i++) {
		const struct fact_link *link = &facts->links[i];

		if (!mac_is_zero(&link->mac) && !mac_equal(&link->mac, anycast))
			devices[seen->n_devices++] = (struct seen_device){ link->name, link->mac,
				                                           link->wireless };
	}
	seen->devices = devices;
}

/* --- batman-adv --- */

static const char *mesh_ifname(const struct plan *plan)
{
	const struct plan_item *i = NULL;

	while ((i = plan_next(plan, PLAN_LINK, i))) {
		const struct plan_link *link = i->value;

		if (link->kind == PLAN_LINK_BATADV)
			return link->name;
	}
	return NULL;
}

static struct seen_mesh *find_mesh(const struct reading *reading, const char *port,
                                   const struct mac *other)
{
	for (size_t i = 0; i < reading->n_mesh; i++) {
		struct seen_mesh *mesh = &reading->mesh[i];

		if (!strcmp(mesh->port, port) && mac_equal(&mesh->other, other))
			return mesh;
	}
	return NULL;
}

static void add_neighbour(const struct mesh_row *row, void *data)
{
	struct reading *reading = data;
	const char *port = name_of_index(row->port, reading->arena);
	const struct fact_link *link = port ? facts_link(reading->facts, port) : NULL;

	if (!link || reading->n_mesh == LINKS_MAX || find_mesh(reading, port, &row->neighbour))
		return;
	reading->mesh[reading->n_mesh++] = (struct seen_mesh){ .port = port,
		                                               .own = link->mac,
		                                               .other = row->neighbour,
		                                               .kbps = row->kbps,
		                                               .seen_ms = row->seen_ms };
}

/* The best that comes through a neighbour is what comes from itself. */
static void add_quality(const struct mesh_row *row, void *data)
{
	const struct reading *reading = data;
	char port[IFNAME_SIZE] = "";
	struct seen_mesh *mesh;

	if (!if_indextoname((unsigned)row->port, port))
		return;
	mesh = find_mesh(reading, port, &row->neighbour);
	if (mesh && row->tq > mesh->tq)
		mesh->tq = row->tq;
}

static void read_mesh(const struct plan *plan, struct reading *reading)
{
	const char *ifname = plan ? mesh_ifname(plan) : NULL;
	int index = ifname ? (int)if_nametoindex(ifname) : 0;
	struct mesh mesh = { 0 };

	reading->mesh = arena_array_of(reading->arena, struct seen_mesh, LINKS_MAX);
	if (!index || mesh_open(&mesh) < 0)
		return;
	(void)mesh_read(&mesh, index, MESH_NEIGHBOURS, add_neighbour, reading);
	(void)mesh_read(&mesh, index, MESH_ORIGINATORS, add_quality, reading);
	mesh_close(&mesh);
}

/* --- radios --- */

static void add_interface(const struct radio_interface *interface, void *data)
{
	struct reading *reading = data;

	if (interface->mesh && reading->n_interfaces < LINKS_MAX)
		reading->interfaces[reading->n_interfaces++] = *interface;
}

static void add_station(const struct radio_station *station, void *data)
{
	struct reading *reading = data;
	const char *port = name_of_index(reading->interface->index, reading->arena);
	struct seen_station *seen;

	if (!port || reading->n_stations == LINKS_MAX)
		return;
	seen = &reading->stations[reading->n_stations++];
	*seen = (struct seen_station){ .port = port,
		                       .own = reading->interface->mac,
		                       .other = station->mac,
		                       .signal = station->signal,
		                       .rx_kbps = station->rx_kbps,
		                       .tx_kbps = station->tx_kbps,
		                       .mhz = reading->interface->mhz };
	for (size_t i = 0; i < station->n_chains && i < SEEN_CHAINS_MAX; i++)
		seen->chains[seen->n_chains++] = station->chains[i];
}

static void read_stations(struct reading *reading)
{
	struct radio radio = { 0 };

	reading->stations = arena_array_of(reading->arena, struct seen_station, LINKS_MAX);
	reading->interfaces = arena_array_of(reading->arena, struct radio_interface, LINKS_MAX);
	if (radio_open(&radio) < 0)
		return;
	if (radio_interfaces(&radio, add_interface, reading) < 0)
		reading->n_interfaces = 0;
	for (size_t i = 0; i < reading->n_interfaces; i++) {
		reading->interface = &reading->interfaces[i];
		(void)!radio_stations(&radio, reading->interface->index, add_station, reading);
	}
	radio_close(&radio);
}

/* --- Babel --- */

static struct ip own_address(const struct babel_state *babel, const char *ifname)
{
	for (size_t i = 0; i < babel->n_interfaces; i++) {
		if (!strcmp(babel->interfaces[i].name, ifname))
			return babel->interfaces[i].ipv6;
	}
	return (struct ip){ 0 };
}

static void read_babel(const struct babel_state *babel, struct arena *arena, struct seen *seen)
{
	struct seen_babel *links = arena_array_of(arena, struct seen_babel, LINKS_MAX);

	for (size_t i = 0; i < babel->n_neighbours && seen->n_babel < LINKS_MAX; i++) {
		const struct babel_neighbour *neighbour = &babel->neighbours[i];
		struct ip own = own_address(babel, neighbour->ifname);

		if (own.family != IP_NONE)
			links[seen->n_babel++] = (struct seen_babel){ .port = neighbour->ifname,
				                                      .own = own,
				                                      .other = neighbour->address,
				                                      .cost = neighbour->cost,
				                                      .rxcost = neighbour->rxcost,
				                                      .txcost = neighbour->txcost };
	}
	seen->babel = links;
	seen->router = *babel->router ? babel->router : NULL;
}

void sight_read(const struct sight_options *options, struct arena *arena, struct seen *seen)
{
	const struct node *node = options->accepted->node;
	const struct identity *identity = &node->identity;
	const uint8_t *id = identity->ids.network;
	struct about_place place = about_place(options->root, arena);
	struct facts facts = { 0 };
	struct reading reading = { .facts = &facts, .arena = arena };

	*seen = (struct seen){ .hostname = identity->hostname,
		               .domain = identity->domain,
		               .cloud = arena_printf(arena, "%02x%02x%02x", id[0], id[1], id[2]),
		               .firmware = about_firmware(options->root, arena),
		               .ipv4 = identity->ipv4.ip,
		               .ipv6 = identity->ipv6.ip,
		               .anycast6 = identity->anygw6.ip,
		               .latitude = place.latitude,
		               .longitude = place.longitude,
		               .uptime_s = uptime() };
	seen->board = about_board(options->root, options->accepted->machine->facts.board_name,
	                          arena);
	read_links(options->root, arena, &facts);
	read_devices(&facts, &identity->anygw_mac, arena, seen);
	read_mesh(node->plan, &reading);
	read_stations(&reading);
	seen->mesh = reading.mesh;
	seen->n_mesh = reading.n_mesh;
	seen->stations = reading.stations;
	seen->n_stations = reading.n_stations;
	if (options->babel)
		read_babel(options->babel, arena, seen);
}
