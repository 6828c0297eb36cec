/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who holds which address in the cloud, as the store tells it, and what this node's DHCP server has
 * to know of that.  Pure.
 *
 * A lease is a row of its own node, with the client's MAC for a key.  A client that walked has rows
 * of several nodes: the youngest words count.  Of two clients with one address the one keeps it
 * that has had it longer; both nodes find the same, so that one client alone is moved.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/ip.h"
#include "net/mac.h"

struct arena;
struct buf;
struct store;

/* Which addresses may be given at all; what others claim outside of that is passed over. */
struct lease_scope {
	struct prefix network; /* IPv4, of the cloud */
	struct ip anycast;     /* never a client's, never what a name stands for; not set: none */
};

/* What the DHCP server says of one of its clients. */
struct lease_event {
	struct mac mac;
	struct ip ip;
	const char *hostname;  /* NULL or what is no name: none */
	const char *client_id; /* NULL: none */
};

/*
 * Writes the row.  A client that held this address at any node keeps its seniority.  A renewal of
 * what is known changes nothing and costs nothing.  Errors of store_put(); -EINVAL also outside of
 * the scope.
 */
int lease_bound(struct store *store, const struct lease_scope *scope,
                const struct lease_event *event, uint64_t now) MUST_CHECK;
/* It ended or was given back.  -ENOENT if there was none. */
int lease_ended(struct store *store, const struct mac *mac, uint64_t now);
/*
 * All that the server holds now, when it has told everything anew.  With `keep`, what this node
 * said before its restart stands on, for clients that have not yet come back: until one lease time
 * after. Gives the number of rows that could not be written.
 */
size_t lease_resync(struct store *store, const struct lease_scope *scope,
                    const struct lease_event *events, size_t n, bool keep, uint64_t now);

struct lease_claim {
	struct mac mac;
	struct ip ip;
	const char *name; /* NULL: none, or somebody else goes by it; in the arena */
	uint64_t held_ms;
	bool own;   /* this node's server holds it */
	bool loses; /* another has its address, and for longer */
	bool is_signed;
};

struct lease_view {
	struct lease_claim *claims; /* in the arena, one a client, by address; a winner first */
	size_t count;
	size_t n_conflicts; /* claims that lose */
	size_t n_refused;   /* rows outside of the scope */
};

struct lease_view lease_view(const struct store *store, const struct lease_scope *scope,
                             uint64_t now, struct arena *arena);

/*
 * Lines of dnsmasq's dhcp-hostsdir: `MAC,ADDRESS[,NAME]` for clients of others, so that nobody else
 * gets their address here and they get it again.  A client of this node that loses is refused by
 * its server because of the winner's line, at its next renewal.
 */
void lease_print_reservations(const struct lease_view *view, struct buf *out);
/* Lines of a hosts file: `ADDRESS NAME` for clients of others. */
void lease_print_names(const struct lease_view *view, struct buf *out);

/*
 * `ADDRESS NAME`, or `ADDRESS NAME.DOMAIN NAME`, of nodes, of what they named, and of clients of
 * other clouds.  A name of this cloud goes before one of another; of two nodes with one name the
 * one with the lower address has it, at every node, and the other is called NAME-XXXX after its
 * key. `clients` are those of this cloud.
 */
void lease_print_node_names(const struct store *store, const struct lease_scope *scope,
                            const struct lease_view *clients, uint64_t now, struct buf *out);
/* Lines `NAME HOLDER OTHER ALIAS`: the node at address OTHER is called as the one at HOLDER, and
 * goes by ALIAS. */
void lease_print_collisions(const struct store *store, const struct lease_scope *scope,
                            uint64_t now, struct buf *out);

/* Of this node's cloud, as it says itself; "" while it says nothing.  In the arena. */
const char *lease_own_domain(const struct store *store, struct arena *arena);
/*
 * Whether names of a domain may be asked of whoever says that it answers: one that is a sibling of
 * the own domain, or that nobody has on the Internet.  Else a single node could take a name of the
 * Internet from all others.
 */
bool lease_may_delegate(const char *domain, const char *own_domain);
/* Lines `server=/DOMAIN/ADDRESS` for the domains of other clouds. */
void lease_print_servers(const struct store *store, const char *own_domain, uint64_t now,
                         struct buf *out);
