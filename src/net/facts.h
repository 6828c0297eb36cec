/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What a node can see of itself: the machine, not what anybody wants of it.
 * The platform fills it in (from DIR/etc/board.json and DIR/sys); everything
 * pure reads it.  Lists keep the order of their source, sorted where that has
 * none, so that the same machine always gives the same facts.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/mac.h"
#include "net/names.h"

struct fact_link {
	char name[IFNAME_SIZE];
	struct mac mac;
	bool dsa_port;     /* DEVTYPE=dsa: a port of a switch chip */
	bool dsa_conduit;  /* the Ethernet behind a switch chip; carries nothing itself */
	bool wireless;     /* has phy80211 */
	bool physical;     /* has a device below it: on a bus, not made by a program */
	bool made_by_weft; /* carries our mark; never a port */
	uint32_t mtu_max;  /* bytes; 0 is unknown */
};

struct fact_radio {
	char name[IFNAME_SIZE]; /* "radio0", as in UCI */
	char phy[IFNAME_SIZE];  /* "phy0" */
	struct mac mac;
	unsigned bands;   /* bit mask of enum band */
	const char *path; /* below /sys/devices, as OpenWrt names its place; NULL: not known */
	bool found;       /* only the kernel knows of it, no wifi-device section does */
	bool measures_distance; /* can find the ACK timeout by itself ("dynack") */
};

enum band {
	BAND_2GHZ = 1,
	BAND_5GHZ = 2,
	BAND_6GHZ = 4
};

/* A role of board.json: network.ROLE. */
struct fact_role {
	const char *name; /* "lan", "wan" */
	const char *protocol;
	const char **devices; /* `ports` if there are any, else `device` */
	size_t n_devices;
	bool from_ports;
};

struct facts {
	const struct fact_link *links;
	size_t n_links;
	const struct fact_radio *radios;
	size_t n_radios;
	const struct fact_role *roles;
	size_t n_roles;
	const char **switch_cpu_ports; /* board.json switch.*.ports[].device */
	size_t n_switch_cpu_ports;
	const char *board_name; /* NULL if there is no board.json */
	/* LibreMesh's packages that are installed, or that others stand in for; none: not known. */
	const char **packages;
	size_t n_packages;
};

/* "2ghz", "5ghz" or "6ghz", as sections of configuration are called; the first if nothing is
 * known. */
const char *facts_band(const struct fact_radio *radio);

/* NULL if there is none of that name. */
const struct fact_link *facts_link(const struct facts *facts, const char *name);
const struct fact_role *facts_role(const struct facts *facts, const char *name);

/* Whether a package is installed; `unknown` where that cannot be told (`facts` may be NULL). */
bool facts_has_package(const struct facts *facts, const char *name, bool unknown);

/*
 * The link that a node takes its name and addresses from: the one called `wanted` ("auto" is
 * none), else that of the board's role lan, else of another role, else the first of: wired and
 * physical, physical, wired, any.  "eth0.1" stands for eth0 where there is no such link.  NULL if
 * there is nothing.
 */
const struct fact_link *facts_primary(const struct facts *facts, const char *wanted);
