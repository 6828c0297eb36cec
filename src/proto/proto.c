/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "proto/proto.h"

#include <string.h>

const struct proto *proto_find(const char *name)
{
	for (size_t i = 0; protos[i]; i++) {
		if (strcmp(protos[i]->name, name) == 0)
			return protos[i];
	}
	return NULL;
}

const void *proto_options(const struct proto_node *node, const struct proto *proto)
{
	for (size_t i = 0; protos[i]; i++) {
		if (protos[i] == proto)
			return node->options[i];
	}
	return NULL;
}

bool proto_is_used(const struct proto_node *node, const char *name)
{
	for (size_t i = 0; i < node->n_uses; i++) {
		if (strcmp(node->uses[i].proto->name, name) == 0)
			return true;
	}
	return false;
}

bool proto_list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (; *list; list += strcspn(list, ","), list += *list == ',') {
		if (strcspn(list, ",") == length && strncmp(list, word, length) == 0)
			return true;
	}
	return false;
}

/* What stands behind "wlan<digits>" in an interface's name; NULL if it is not such a name. */
static const char *radio_suffix(const char *ifname)
{
	size_t digits;

	if (strncmp(ifname, "wlan", 4) != 0)
		return NULL;
	digits = strspn(ifname + 4, "0123456789");
	return digits ? ifname + 4 + digits : NULL;
}

struct mac proto_port_mac(const struct proto_node *node, const struct proto_port *port)
{
	const char *suffix = radio_suffix(port->ifname);

	if (port->link && !mac_is_zero(&port->link->mac))
		return port->link->mac;
	for (size_t i = 0; suffix && i < node->facts->n_radios; i++) {
		const struct fact_radio *radio = &node->facts->radios[i];
		const char *digits = radio->name + strcspn(radio->name, "0123456789");
		size_t length = (size_t)(suffix - port->ifname) - strlen("wlan");

		if (strlen(digits) == length && !mac_is_zero(&radio->mac) &&
		    strncmp(digits, port->ifname + strlen("wlan"), length) == 0)
			return radio->mac;
	}
	return node->id->ids.mac;
}

bool proto_fits_port(const struct proto *proto, const struct proto_port *port)
{
	const char *suffix = radio_suffix(port->ifname);

	if (port->link && port->link->dsa_port && !port->specific && !proto->on_dsa_ports)
		return false;
	if (proto->not_on_ap && !port->specific && suffix && strncmp(suffix, "-ap", 3) == 0)
		return false;
	return !proto->suffix || (suffix && strcmp(suffix, proto->suffix) == 0);
}

struct origin proto_origin(const struct proto_origins *origins, const char *option)
{
	for (size_t i = 0; i < origins->count; i++) {
		const char *dot = strrchr(origins->list[i].where, '.');

		if (dot && strcmp(dot + 1, option) == 0)
			return origins->list[i];
	}
	return (struct origin){ .where = option };
}
