/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/radio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEWS_SIZE 16384

int radio_open(struct radio *radio)
{
	int r = nl_open(&radio->nl, NETLINK_GENERIC);

	if (r < 0)
		return r;
	r = nl_family(&radio->nl, NL80211_GENL_NAME, &radio->family);
	if (r < 0)
		nl_close(&radio->nl);
	return r;
}

void radio_close(struct radio *radio)
{
	nl_close(&radio->nl);
}

static bool is_mesh(uint32_t type)
{
	return type == NL80211_IFTYPE_MESH_POINT || type == NL80211_IFTYPE_ADHOC ||
	       type == NL80211_IFTYPE_AP_VLAN;
}

bool radio_parse_interface(const struct nlmsghdr *reply, struct radio_interface *interface)
{
	const struct nlattr *at[NUM_NL80211_ATTR];

	if (!nl_body_get(reply, sizeof(struct genlmsghdr)))
		return false;
	nl_attributes(reply, sizeof(struct genlmsghdr), at, ARRAY_LENGTH(at));
	*interface = (struct radio_interface){
		.index = (int)nl_u32(at[NL80211_ATTR_IFINDEX], 0),
		.mesh = is_mesh(nl_u32(at[NL80211_ATTR_IFTYPE], NL80211_IFTYPE_UNSPECIFIED)),
		.mhz = nl_u32(at[NL80211_ATTR_WIPHY_FREQ], 0),
	};
	return interface->index > 0 && nl_mac(at[NL80211_ATTR_MAC], &interface->mac);
}

/* In tenths of a Mbit/s there. */
static uint32_t rate_of(const struct nlattr *rate)
{
	const struct nlattr *at[NL80211_RATE_INFO_BITRATE32 + 1];
	uint32_t tenths;

	nl_nested(rate, at, ARRAY_LENGTH(at));
	tenths = nl_u32(at[NL80211_RATE_INFO_BITRATE32], nl_u16(at[NL80211_RATE_INFO_BITRATE], 0));
	return tenths < UINT32_MAX / 100 ? tenths * 100 : 0;
}

/* A byte of the kernel's, which has a sign. */
static int dbm_of(const struct nlattr *attribute)
{
	int dbm = nl_u8(attribute, 0);

	return dbm < 128 ? dbm : dbm - 256;
}

bool radio_parse_station(const struct nlmsghdr *reply, struct radio_station *station)
{
	const struct nlattr *at[NUM_NL80211_ATTR], *info[NL80211_STA_INFO_MAX + 1];
	const struct nlattr *chains[RADIO_CHAINS_MAX];

	if (!nl_body_get(reply, sizeof(struct genlmsghdr)))
		return false;
	nl_attributes(reply, sizeof(struct genlmsghdr), at, ARRAY_LENGTH(at));
	*station = (struct radio_station){ 0 };
	if (!nl_mac(at[NL80211_ATTR_MAC], &station->mac))
		return false;
	nl_nested(at[NL80211_ATTR_STA_INFO], info, ARRAY_LENGTH(info));
	station->signal = dbm_of(info[NL80211_STA_INFO_SIGNAL_AVG]
	                                 ? info[NL80211_STA_INFO_SIGNAL_AVG]
	                                 : info[NL80211_STA_INFO_SIGNAL]);
	station->rx_kbps = rate_of(info[NL80211_STA_INFO_RX_BITRATE]);
	station->tx_kbps = rate_of(info[NL80211_STA_INFO_TX_BITRATE]);
	station->inactive_ms = nl_u32(info[NL80211_STA_INFO_INACTIVE_TIME], 0);
	station->rx_bytes = nl_u32(info[NL80211_STA_INFO_RX_BYTES], 0);
	station->tx_bytes = nl_u32(info[NL80211_STA_INFO_TX_BYTES], 0);
	nl_nested(info[NL80211_STA_INFO_CHAIN_SIGNAL], chains, ARRAY_LENGTH(chains));
	for (size_t i = 0; i < RADIO_CHAINS_MAX; i++) {
		if (chains[i])
			station->chains[station->n_chains++] = dbm_of(chains[i]);
	}
	return true;
}

struct reading {
	void (*interface)(const struct radio_interface *interface, void *data);
	void (*station)(const struct radio_station *station, void *data);
	void *data;
};

static int give_interface(const struct nlmsghdr *reply, void *data)
{
	const struct reading *reading = data;
	struct radio_interface interface;

	if (radio_parse_interface(reply, &interface))
		reading->interface(&interface, reading->data);
	return 0;
}

static int give_station(const struct nlmsghdr *reply, void *data)
{
	const struct reading *reading = data;
	struct radio_station station;

	if (radio_parse_station(reply, &station))
		reading->station(&station, reading->data);
	return 0;
}

static void question(const struct radio *radio, struct nl_message *message, uint8_t command)
{
	nl_message_init(message, radio->family, NLM_F_DUMP);
	*nl_body_of(message, struct genlmsghdr) = (struct genlmsghdr){ .cmd = command };
}

int radio_interfaces(struct radio *radio,
                     void (*found)(const struct radio_interface *interface, void *data), void *data)
{
	struct reading reading = { .interface = found, .data = data };
	struct nl_message message;
	int r;

	question(radio, &message, NL80211_CMD_GET_INTERFACE);
	r = nl_dump(&radio->nl, &message, give_interface, &reading);
	return r == -EINTR ? 0 : r;
}

int radio_stations(struct radio *radio, int index,
                   void (*found)(const struct radio_station *station, void *data), void *data)
{
	struct reading reading = { .station = found, .data = data };
	struct nl_message message;
	int r;

	question(radio, &message, NL80211_CMD_GET_STATION);
	nl_put_u32(&message, NL80211_ATTR_IFINDEX, (uint32_t)index);
	r = nl_dump(&radio->nl, &message, give_station, &reading);
	return r == -EINTR ? 0 : r;
}

/* --- news --- */

struct group {
	const char *name;
	uint32_t id;
};

static void match_group(const struct nlattr *entry, struct group *group)
{
	const struct nlattr *at[CTRL_ATTR_MCAST_GRP_MAX + 1];
	const char *name;

	nl_nested(entry, at, ARRAY_LENGTH(at));
	name = nl_text(at[CTRL_ATTR_MCAST_GRP_NAME]);
	if (name && !strcmp(name, group->name))
		group->id = nl_u32(at[CTRL_ATTR_MCAST_GRP_ID], 0);
}

#define GROUPS_MAX 32

static int find_group(const struct nlmsghdr *reply, void *data)
{
	const struct nlattr *at[CTRL_ATTR_MAX + 1], *groups[GROUPS_MAX];

	nl_attributes(reply, sizeof(struct genlmsghdr), at, ARRAY_LENGTH(at));
	nl_nested(at[CTRL_ATTR_MCAST_GROUPS], groups, ARRAY_LENGTH(groups));
	for (size_t i = 0; i < GROUPS_MAX; i++) {
		if (groups[i])
			match_group(groups[i], data);
	}
	return 0;
}

/* Stations that come and go are told in the group "mlme". */
static int join(struct nl *nl)
{
	struct group group = { .name = NL80211_MULTICAST_GROUP_MLME };
	struct nl_message message;
	int r;

	nl_message_init(&message, GENL_ID_CTRL, 0);
	*nl_body_of(&message, struct genlmsghdr) = (struct genlmsghdr){ .cmd = CTRL_CMD_GETFAMILY,
		                                                        .version = 1 };
	nl_put_text(&message, CTRL_ATTR_FAMILY_NAME, NL80211_GENL_NAME);
	r = nl_get(nl, &message, find_group, &group);
	if (r < 0 || !group.id)
		return r < 0 ? r : -ENOENT;
	return mnl_socket_setsockopt(nl->socket, NETLINK_ADD_MEMBERSHIP, &group.id,
	                             sizeof(group.id)) < 0
	               ? -errno
	               : 0;
}

int radio_watch(void)
{
	struct nl nl = { 0 };
	int fd = -1;

	if (nl_open(&nl, NETLINK_GENERIC) < 0)
		return -1;
	if (join(&nl) == 0)
		fd = fcntl(mnl_socket_get_fd(nl.socket), F_DUPFD_CLOEXEC, 0);
	nl_close(&nl);
	return fd;
}

bool radio_watch_read(int fd)
{
	_Alignas(struct nlmsghdr) char bytes[NEWS_SIZE];
	bool news = false;
	ssize_t n;

	/* Also when something was lost: then there was more news than the kernel could keep. */
	while ((n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0 ||
	       (n < 0 && errno == ENOBUFS))
		news = true;
	return news;
}
