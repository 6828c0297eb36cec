/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * From a plan to OpenWrt's files.
 *
 * On OpenWrt it is netifd, hostapd, dnsmasq, firewall4 and babeld's own script that make a
 * configuration true; weft writes what they read.  Sections and options have the names that
 * LibreMesh gives them, because people's own files and scripts speak of them.  What people wrote
 * into these files themselves stays.
 *
 * A renderer knows one file: it is a function from the plan and what the file says now to what
 * it shall say.  Rendering its own result again changes nothing.
 *
 * To add one: src/platform/openwrt/NAME.c with `const struct renderer renderer_NAME`, and NAME
 * in the list of render.c and in src/platform/openwrt/meson.build.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct config;
struct diag;
struct facts;
struct files;
struct identity;
struct plan;
struct uci_document;

/* What every renderer may look at. */
struct render {
	const struct plan *plan;
	const struct config *config; /* the merged layers, with what the board itself says */
	const struct facts *facts;
	const struct identity *id;
	struct files *files; /* for what is not the renderer's own file */
	struct arena *arena;
	struct diag *diag;
	unsigned today; /* days since 1970 */
	/* A crypt(3) of a password that nobody knows; NULL if none can be made.  In the arena. */
	const char *(*make_secret)(struct arena *arena);
};

struct renderer {
	const char *package; /* "network" is /etc/config/network; NULL: no file of UCI */
	/* Whether the file is made where there is none; NULL: never. */
	bool (*makes_file)(const struct render *render);
	bool needs_file; /* a box without it is none of OpenWrt's */
	/* `document` is NULL for a renderer without a package. */
	void (*render)(const struct render *render, struct uci_document *document);
};

/* In the order in which they run: the later ones see what the earlier ones did. */
extern const struct renderer *const renderers[]; /* ends with NULL */

/* Runs them all; what they changed is in the files.  Mistakes in these files are in the diag. */
void render_all(const struct render *render);
