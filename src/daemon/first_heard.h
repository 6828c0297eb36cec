/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The networks that a node hears, each with the file that its nodes have in common, for first.c
 * alone.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/ip.h"
#include "net/names.h"

struct daemon;
struct heard_all;
struct json;
struct uci_document;

enum heard_state {
	HEARD_ASKING,
	HEARD_READY,
	HEARD_SILENT,
	HEARD_NEW, /* it belongs to no network itself */
};

/* A node that is heard. */
struct heard {
	struct ip ip;
	char port[IFNAME_SIZE];
	unsigned device;
	enum heard_state state;
	int64_t asked_ms;
	struct uci_document *community; /* of HEARD_READY */
	struct fetch *fetch;
	struct heard_all *all;
};

struct heard_all *heard_new(struct daemon *daemon);
void heard_free(struct heard_all *all);

/* It is asked for its file, unless that was done just now. */
void heard_add(struct heard_all *all, const struct ip *ip, const char *port);
/* Those that Babel hears. */
void heard_look(struct heard_all *all);
/* By the name of the network, or an id of heard_print(): one that is ready if there is one. */
const struct heard *heard_find(const struct heard_all *all, const char *network);
bool heard_is_searching(const struct heard_all *all);
/* Elements of an array. */
void heard_print(const struct heard_all *all, struct json *json);
