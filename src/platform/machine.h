/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A machine, read from a root folder: "/" for this one, or a copy of another's files.
 *
 * Read are DIR/etc/config/lime-*, DIR/etc/board.json, DIR/etc/config/wireless (which radios
 * there are, on OpenWrt), DIR/sys/class/net and DIR/sys/class/ieee80211.  What is missing is no
 * mistake.  Nothing is written.
 */
#include <stddef.h>

#include "base/compiler.h"
#include "net/facts.h"
#include "net/mac.h"

struct diag;
struct uci_document;

/* From low to high, as config_merge() wants them. */
enum machine_layer {
	MACHINE_DEFAULTS, /* never NULL: without a file, what weft was built with */
	MACHINE_COMMUNITY,
	MACHINE_MAC, /* lime-<mac> */
	MACHINE_NODE,
	MACHINE_N_LAYERS,
};

struct machine {
	struct arena *arena;
	struct facts facts;
	/*
	 * The interface whose MAC names the file lime-<mac>; chosen before the layers are read: the
	 * primary_interface of the last accepted configuration, else eth0, else by the board's
	 * roles and by what the hardware is (facts_primary).  NULL and zero if there is none.
	 */
	const char *primary;
	struct mac mac;
	struct uci_document *layers[MACHINE_N_LAYERS]; /* NULL: no such file */
	struct uci_document
		*autogen; /* lime-autogen, the last accepted; NULL: none that is whole */
};

/* The text of packaging/files/etc/config/lime-defaults, which stands in for a missing one. */
extern const char lime_defaults[];

/* Always gives a machine; what could not be read or understood is in `diag`. */
struct machine *machine_read(const char *root, struct diag *diag) MUST_CHECK;
void machine_free(struct machine *machine);
AUTO_DEFINE(machine_free, struct machine);
