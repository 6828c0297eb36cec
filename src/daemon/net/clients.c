/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/clients.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "lease/lease.h"
#include "state/store.h"
#include "state/tables/tables.h"

#define LISTED_MAX 1024 /* of this node's own */
/* News come in groups: of a newcomer everything at once. */
#define GATHER_MS 100

struct clients {
	struct store *store;
	void (*say)(void *data, const struct net_message *message);
	void *data;
	struct lease_scope scope;
	bool has_scope, dirty;
	uint64_t told; /* when root was last told */
	struct net_lease *listed;
	size_t n_listed;
};

static void on_change(void *context, const struct row *row)
{
	struct clients *clients = context;

	if (row->table == &state_table_leases || row->table == &state_table_names ||
	    row->table == &state_table_node_info || row->table == &state_table_dns_servers)
		clients->dirty = true;
}

struct clients *clients_new(struct store *store,
                            void (*say)(void *data, const struct net_message *message), void *data)
{
	struct clients *clients = calloc(1, sizeof(*clients));

	assert(clients);
	clients->store = store;
	clients->say = say;
	clients->data = data;
	store_watch(store, on_change, clients);
	return clients;
}

void clients_free(struct clients *clients)
{
	if (!clients)
		return;
	free(clients->listed);
	free(clients);
}

void clients_set_scope(struct clients *clients, const struct net_scope *scope)
{
	clients->scope = (struct lease_scope){ scope->network, scope->anycast };
	clients->has_scope = true;
	clients->dirty = true;
}

void clients_add(struct clients *clients, const struct net_lease *lease)
{
	if (!clients->listed) {
		clients->listed = calloc(LISTED_MAX, sizeof(*clients->listed));
		assert(clients->listed);
	}
	if (clients->n_listed < LISTED_MAX)
		clients->listed[clients->n_listed++] = *lease;
}

void clients_end(struct clients *clients, bool keep, uint64_t now)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct lease_event *events = arena_array_of(arena, struct lease_event,
	                                            clients->n_listed + 1);
	size_t n = clients->n_listed;

	for (size_t i = 0; i < n; i++) {
		const struct net_lease *lease = &clients->listed[i];

		events[i] = (struct lease_event){ .mac = lease->mac,
			                          .ip = lease->ip,
			                          .hostname = *lease->hostname ? lease->hostname
			                                                       : NULL };
	}
	if (clients->has_scope)
		(void)lease_resync(clients->store, &clients->scope, events, n, keep, now);
	free(clients->listed);
	clients->listed = NULL;
	clients->n_listed = 0;
}

static void send_file(const struct clients *clients, enum net_file_kind file,
                      const struct buf *text)
{
	size_t room = NET_BODY_MAX - sizeof(struct net_file), at = 0;

	do {
		_Alignas(struct net_file) char body[NET_BODY_MAX];
		struct net_file *part = (struct net_file *)(void *)body;
		size_t n = text->length - at < room ? text->length - at : room;

		*part = (struct net_file){ .file = file, .last = at + n == text->length };
		if (n)
			memcpy(part->text, text->text + at, n);
		clients->say(clients->data, &(struct net_message){ .kind = NET_FILE,
		                                                   .body = body,
		                                                   .size = sizeof(*part) + n });
		at += n;
	} while (at < text->length);
}

void clients_tick(struct clients *clients, uint64_t now)
{
	AUTO(arena_free) struct arena *arena = NULL;
	BUF_AUTO reservations = { 0 };
	BUF_AUTO names = { 0 };
	BUF_AUTO servers = { 0 };
	BUF_AUTO collisions = { 0 };
	struct lease_view view;

	if (!clients->dirty || !clients->has_scope || now - clients->told < GATHER_MS)
		return;
	arena = arena_new();
	clients->dirty = false;
	clients->told = now;
	view = lease_view(clients->store, &clients->scope, now, arena);
	lease_print_reservations(&view, &reservations);
	lease_print_names(&view, &names);
	lease_print_node_names(clients->store, &clients->scope, &view, now, &names);
	lease_print_servers(clients->store, lease_own_domain(clients->store, arena), now, &servers);
	lease_print_collisions(clients->store, &clients->scope, now, &collisions);
	send_file(clients, NET_FILE_RESERVATIONS, &reservations);
	send_file(clients, NET_FILE_NAMES, &names);
	send_file(clients, NET_FILE_SERVERS, &servers);
	send_file(clients, NET_FILE_COLLISIONS, &collisions);
}
