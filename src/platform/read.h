/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The parts of machine_read(); used by nobody else.  Everything goes into the arena. */
#include <stddef.h>

struct arena;
struct diag;
struct facts;
struct uci_document;

/* Roles, switch ports and name of DIR/etc/board.json. */
void read_board(const char *root, struct arena *arena, struct facts *facts, struct diag *diag);

/* The links of DIR/sys/class/net but the loopback, by name (eth2 before eth10). */
void read_links(const char *root, struct arena *arena, struct facts *facts);

/*
 * Radios: the wifi-device sections of `wireless` (may be NULL) in their order, then those of
 * DIR/sys/class/ieee80211 that none of them is about (a stick that was plugged in).
 */
void read_radios(const char *root, const struct uci_document *wireless, struct arena *arena,
                 struct facts *facts);

/* LibreMesh's packages, by DIR/usr/lib/opkg/status and DIR/lib/apk/db/installed. */
void read_packages(const char *root, struct arena *arena, struct facts *facts);
