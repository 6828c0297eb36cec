/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Names of interfaces, UCI sections and hosts, made as LibreMesh makes them. */
#include <stdbool.h>

struct arena;

#define IFNAME_SIZE 16 /* with its end: Linux' IFNAMSIZ */

/* A letter or digit of ASCII; the C library's own answer depends on a locale. */
bool name_is_alnum(char c);

/*
 * NULL, or why no network device can be called so, in words that follow the quoted name.  What the
 * kernel refuses, and what could not be told to every program: letters, digits, dots, dashes and
 * underscores are left, and neither a dot nor a dash comes first.
 */
const char *name_device_fault(const char *text);

/*
 * The VLAN of an interface: "eth0.1" and 29 make "eth0-1_29" (everything but letters, digits and
 * dashes becomes a dash); 0 is no VLAN and gives the interface itself.  false if it does not fit.
 */
bool name_vlan(const char *ifname, unsigned vid, char name[IFNAME_SIZE]);

/*
 * The interface of a mode on a radio: "radio0", "ap" and "name" make "wlan0-apname"; of the
 * radio's name only the number counts.  false if there is none or if it does not fit.
 */
bool name_radio_ifname(const char *radio, const char *mode, const char *suffix,
                       char name[IFNAME_SIZE]);

/* Whether it is an interface of a radio by its name: "wlan...". */
bool name_is_radio_ifname(const char *ifname);

/* The section of an interface: "eth0.1" and "_babeld_if" make "lm_net_eth0_1_babeld_if"; what may
 * not stand in a section's name becomes "_".  The result belongs to the arena. */
char *name_section(struct arena *arena, const char *ifname, const char *suffix);

/* How a UCI device names the interface below it: a radio's by its section, "@lm_net_wlan0_mesh"
 * (netifd's alias, because it comes later), all others as they are. */
const char *name_device_parent(struct arena *arena, const char *ifname);

/* Two to 63 letters, digits and dashes, no dash at either end. */
bool name_is_hostname(const char *text);
