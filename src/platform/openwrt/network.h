/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What other renderers know of /etc/config/network. */
#include <stdbool.h>

struct uci_document;
struct uci_section;

/* Sections. */
#define NETWORK_LAN    "lan"
#define NETWORK_WAN    "wan"
#define NETWORK_WAN6   "wan6"
#define NETWORK_CLOUD  "bat0"
#define NETWORK_ANYGW  "lm_net_br_lan_anygw_if"
#define NETWORK_PREFIX "lm_net_" /* how weft's own begin */

/* A device. */
#define NETWORK_BRIDGE "br-lan"

/* The section of a device, by the device's name; NULL if there is none. */
struct uci_section *network_device(const struct uci_document *document, const char *name);
/* Whether an interface wan or wan6 is one that weft may change: no modem, no addresses that
 * somebody typed in. */
bool network_is_weft_wan(const struct uci_section *section);
