/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The file that all nodes of a network have in common, lime-community, as it goes from node to
 * node: anybody may have it, so no secret is in what is given away.  Who joins says the secret,
 * and it is written into the new node's own file wherever the community's file asks for one: an
 * option PREFIX_encryption without its PREFIX_key.  community_check, in its section `system`, is
 * what the secret is tried against, before anything is changed.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct buf;
struct uci_document;

#define COMMUNITY_NAME_MAX 32 /* bytes of a network's name: what an SSID may have */

/* Takes out what is secret. */
void community_make_public(struct uci_document *community);

/* Whether who joins has to know something. */
bool community_needs_secret(const struct uci_document *community);
/* What the secret is tried against (libsodium's crypto_pwhash_str()); NULL: it cannot be tried. */
const char *community_check(const struct uci_document *community);
/* Writes the secret into `own` wherever the community's file asks for one. */
void community_add_secret(const struct uci_document *community, const char *secret,
                          struct uci_document *own);

/* The name of the network; NULL: it is no community's file. */
const char *community_name(const struct uci_document *community);

/* A network that begins. */
struct community_start {
	const char *network_name, *country; /* country: NULL or two letters */
	const char *wifi_password, *check;  /* NULL: an open network */
};
void community_begin(const struct community_start *start, struct uci_document *community);

/* NULL, or what is wrong with it, to follow the quoted text. */
const char *community_check_name(const char *name);
const char *community_check_password(const char *password);
const char *community_check_country(const char *country);

/* What a person shows to who wants to join: a text for a QR code. */
void invite_print(const char *network_name, bool needs_secret, struct buf *out);
/* The network's name in it; false if it is none. */
bool invite_parse(const char *text, char name[COMMUNITY_NAME_MAX + 1]);
