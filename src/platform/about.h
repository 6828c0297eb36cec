/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a machine says of itself to people: what it is, what it runs, where it stands.  Read from a
 * root folder, as everything of src/platform.
 */
struct arena;

/* The board's name, else the device tree's model, else the firmware's; NULL: not known. */
const char *about_board(const char *root, const char *board_name, struct arena *arena);
/* "weft 0.1 on OpenWrt 23.05.3" */
const char *about_firmware(const char *root, struct arena *arena);

/* Where LibreMesh's tools write it: DIR/etc/config/location, the node's own or its community's. */
#define ABOUT_LOCATION "location"
struct about_place {
	const char *latitude, *longitude; /* degrees; NULL: nobody said */
};
struct about_place about_place(const char *root, struct arena *arena);
