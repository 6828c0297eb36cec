/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Every number and name that could clash with somebody else's on the same node or
 * cable.  docs/numbers.md tells who uses the neighbouring ones; change both together
 * (tests/unit/plan/numbers.c compares them).
 */

/* Routing protocols (rtm_protocol).  Babel announces a default route that has one of the first
 * three; the number is the class of the way out.  7 is the one LibreMesh's filters ask for. */
#define PROTOCOL_GATEWAY_GOOD 7
#define PROTOCOL_GATEWAY_FAIR 77
#define PROTOCOL_GATEWAY_POOR 78
/* Weft's own routes (rtm_protocol), addresses (IFA_PROTO) and rules (FRA_PROTOCOL): who meets one
 * with this mark and does not know it may remove it. */
#define PROTOCOL_WEFT 79
/* Routes and rules that follow what people choose, and no plan: looked after by the part that
 * steers clients alone. */
#define PROTOCOL_STEER 80
/* babeld's, which nobody can choose. */
#define PROTOCOL_BABELD 42

/* Routing tables. */
#define TABLE_ANYGW  170 /* as LibreMesh: answers from the shared address leave by its device */
#define TABLE_UPLINK 171 /* the default routes of this node's first own uplink, and so on */
#define TABLE_MAIN   254
#define TABLE_STEER  1720 /* the way to the first gateway that somebody chose, and so on to 1783 */

/* Priorities of policy rules; a rule with a lower one is asked earlier. */
#define RULE_PRIORITY_ANYGW  1700
#define RULE_PRIORITY_UPLINK 1710
#define RULE_PRIORITY_NEAR   1720 /* steered clients: all but default routes as everybody */
#define RULE_PRIORITY_STEER  1721
#define RULE_PRIORITY_GUEST  1722 /* what came out of the tunnel */

/* Metrics of default routes in the main table, where an uplink's has to be there (OpenWrt). */
#define METRIC_GATEWAY        10
#define METRIC_GATEWAY_PARKED 84831

/* Metrics of babeld's routes: worse than any uplink's; and of those that one which died has left
 * behind, until the next one knows better. */
#define METRIC_BABEL        2000
#define METRIC_BABEL_PARKED 2001

/* The bits of a packet's mark that are weft's.  The others are never changed, and 0 to 15 in these
 * bits are nobody's: pirania's mark has 9 there. */
#define MARK_MASK  0xff000000U
#define MARK_FIRST 0x10000000U
#define MARK_LAST  0xff000000U

/* Bits of a connection's mark (conntrack): it goes through the tunnel, or is a stranger's. */
#define CONNECTION_MARK_STEERED 0x10000000U
#define CONNECTION_MARK_GUEST   0x20000000U

/* What a default route of the lower classes costs more in Babel, so that good ones win.  babeld's
 * language has no cost of 0. */
#define BABEL_METRIC_FAIR 512
#define BABEL_METRIC_POOR 4096

/* Ports. */
#define PORT_BABELD       30003 /* TCP on ::1, babeld's local interface, as LibreMesh has it */
#define PORT_BABEL        6696  /* UDP (RFC 8966) */
#define PORT_SHARED_STATE 3490  /* TCP, shared-state-async */
#define PORT_STATE        3491  /* UDP, weft's own conversation about the shared state */
#define PORT_HTTP         80
#define PORT_HTTP_SECOND  8080 /* where 80 is another web server's */
#define PORT_HTTPS        443
#define PORT_HTTPS_SECOND 8443 /* the same */

/* The group of link-local multicast in which nodes find each other ("weft" in hex). */
#define GROUP_STATE "ff02::7765:6674"

/* The hello by which nodes on one cable find each other (IEEE 802 local experimental 1). */
#define ETHERTYPE_HELLO 0x88b5

/* Table of nftables, in the families bridge and inet. */
#define NFT_TABLE "weft"
/* The same for what follows the cables and not the configuration (bridge only). */
#define NFT_TABLE_SEGMENT "weft_segment"
/* The same for what follows the choice of a gateway (inet only). */
#define NFT_TABLE_STEER "weft_steer"

/* The tunnel by which the packets of steered clients go to the gateway. */
#define LINK_STEER "weft-way"

/* What stands in the alias (IFLA_IFALIAS) of every network device that weft made. */
#define LINK_ALIAS "weft"
/* Its group (IFLA_GROUP) for the moment between being made and getting the alias: a weft that is
 * killed there finds it again. */
#define LINK_GROUP_NEW 79
