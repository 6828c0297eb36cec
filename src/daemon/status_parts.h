/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The parts of the status (docs/status.md), for status.c alone.  Each adds members to the object
 * that is open.
 */
#include "net/facts.h"
#include "net/ip.h"
#include "net/mac.h"

struct buf;
struct cloud;
struct daemon;
struct json;

/* What is not set is left out. */
void status_add_ip(struct json *json, const char *name, const struct ip *ip);
void status_add_prefix(struct json *json, const char *name, const struct prefix *prefix);
void status_add_mac(struct json *json, const char *name, const struct mac *mac);
/* The lines of a text, as an array. */
void status_add_lines(struct json *json, const char *name, const struct buf *lines);
/* "name": that of the node with this address, if it is known; a link-local one is on `port`. */
void status_add_name(const struct daemon *daemon, struct json *json, const struct ip *ip,
                     const char *port);

/* "clouds", "cables", "babel". */
void status_add_mesh(const struct daemon *daemon, const struct cloud *cloud, struct json *json);
/* "internet", "gateways". */
void status_add_ways(const struct daemon *daemon, struct json *json);
/* "clients". */
void status_add_clients(const struct daemon *daemon, const struct cloud *cloud, struct json *json);
