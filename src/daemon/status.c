/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The state of the node as JSON (docs/status.md).
 */
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/cloud.h"
#include "daemon/names.h"
#include "daemon/net/cloud_files.h"
#include "daemon/net/root.h"
#include "daemon/programs.h"
#include "daemon/self.h"
#include "daemon/status_parts.h"
#include "plan/plan.h"
#include "platform/linux/service/babel_monitor.h"

void status_add_prefix(struct json *json, const char *name, const struct prefix *prefix)
{
	char text[PREFIX_TEXT_SIZE];

	if (prefix->ip.family != IP_NONE)
		json_text(json, name, prefix_format(prefix, text));
}

void status_add_ip(struct json *json, const char *name, const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	if (ip->family != IP_NONE)
		json_text(json, name, ip_format(ip, text));
}

void status_add_mac(struct json *json, const char *name, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	json_text(json, name, mac_format(mac, text));
}

void status_add_name(const struct daemon *daemon, struct json *json, const struct ip *ip,
                     const char *port)
{
	json_text(json, "name", names_of(daemon->names, ip, if_nametoindex(port)));
}

/* The lines of a text, as an array. */
void status_add_lines(struct json *json, const char *name, const struct buf *lines)
{
	const char *rest = buf_text(lines);

	json_open(json, name, '[');
	while (*rest) {
		const char *end = strchrnul(rest, '\n');
		BUF_AUTO line = { 0 };

		buf_add_bytes(&line, rest, (size_t)(end - rest));
		json_text(json, NULL, buf_text(&line));
		rest = *end ? end + 1 : end;
	}
	json_close(json, ']');
}

static void add_node(const struct daemon *daemon, struct json *json)
{
	const struct node *node = daemon->accepted.node;

	json_open(json, "node", '{');
	json_text(json, "version", WEFT_VERSION);
	json_number(json, "pid", getpid());
	json_number(json, "uptime_s", (clock_ms() - daemon->since_ms) / 1000);
	if (node) {
		json_text(json, "name", node->identity.hostname);
		json_text(json, "domain", node->identity.domain);
		status_add_mac(json, "mac", &node->identity.ids.mac);
		status_add_prefix(json, "ipv4", &node->identity.ipv4);
		status_add_prefix(json, "ipv6", &node->identity.ipv6);
	}
	json_close(json, '}');
}

static void add_configuration(const struct daemon *daemon, struct json *json)
{
	static const char *const words[] = {
		[ACCEPTED_NOTHING] = "none",
		[ACCEPTED_FILES] = "current",
		[ACCEPTED_LAST_GOOD] = "last good",
	};

	json_open(json, "configuration", '{');
	json_text(json, "state", words[daemon->accepted.source]);
	json_bool(json, "applied", daemon->plan && !daemon->failure.length);
	status_add_lines(json, "mistakes", &daemon->accepted.mistakes);
	status_add_lines(json, "refused", &daemon->refused);
	status_add_lines(json, "failure", &daemon->failure);
	json_close(json, '}');
}

/* --- what is wrong, the worst first --- */

/* A cloud of one node is a cloud like any other, as long as Babel has neighbours. */
static bool is_alone(const struct daemon *daemon, const struct cloud *cloud)
{
	const struct babel_state *babel = babel_state(daemon->babel);

	return daemon->plan && (*cloud->ifname || babel_is_wanted(daemon->babel)) &&
	       !cloud->n_nodes && (!babel || !babel->n_neighbours);
}

/* Each of the two is found, but only one by the name. */
static void add_collisions(const struct daemon *daemon, struct json *json)
{
	const char *domain = daemon->plan ? daemon->accepted.node->identity.domain : "";
	struct cloud_collision collision;
	BUF_AUTO lines = { 0 };
	const char *at;

	if (cloud_files_read(daemon->folder, NET_FILE_COLLISIONS, &lines) < 0)
		return;
	for (at = buf_text(&lines); cloud_collision_of(at, NULL, &collision);
	     at = strchrnul(at, '\n')) {
		char holder[IP_TEXT_SIZE], other[IP_TEXT_SIZE];
		BUF_AUTO text = { 0 };

		buf_printf(
			&text,
			"two nodes are called %s: the name leads to %s, the one at %s is found as "
			"%s.%s; give one of them another hostname",
			collision.name, ip_format(&collision.holder, holder),
			ip_format(&collision.other, other), collision.alias, domain);
		json_text(json, NULL, buf_text(&text));
	}
}

static void add_problems(const struct daemon *daemon, const struct cloud *cloud, struct json *json)
{
	json_open(json, "problems", '[');
	if (daemon->down && daemon->failure.length)
		json_text(json, NULL, "not all could be taken down; `weft down` tries again");
	else if (daemon->down)
		json_text(json, NULL, "taken down; `weft reload` brings the node up again");
	else if (daemon->failure.length)
		json_text(json, NULL, "what the configuration asks for could not be made true");
	if (daemon->accepted.source == ACCEPTED_NOTHING)
		json_text(json, NULL,
		          "the configuration cannot be used, and there is no earlier one");
	if (daemon->accepted.source == ACCEPTED_LAST_GOOD && daemon->accepted.mistakes.length)
		json_text(json, NULL,
		          "the configuration cannot be used; the last good one is in force");
	programs_print_problems(daemon->programs, json);
	add_collisions(daemon, json);
	if (is_alone(daemon, cloud))
		json_text(json, NULL, "no other node is heard");
	json_close(json, ']');
}

void daemon_refresh_names(struct daemon *daemon)
{
	const struct babel_state *babel = babel_state(daemon->babel);
	CLOUD_AUTO cloud = { 0 };

	if (daemon->plan)
		cloud_read(daemon->accepted.node, &cloud);
	for (size_t i = 0; i < cloud.n_nodes; i++)
		(void)names_of(daemon->names, &cloud.nodes[i].ip, 0);
	for (size_t i = 0; babel && i < babel->n_neighbours; i++)
		(void)names_of(daemon->names, &babel->neighbours[i].address,
		               if_nametoindex(babel->neighbours[i].ifname));
}

static void add_net(const struct daemon *daemon, struct json *json)
{
	json_open(json, "net", '{');
	json_number(json, "pid", net_root_pid(daemon->net));
	json_number(json, "restarts", (int64_t)net_root_restarts(daemon->net));
	json_number(json, "links", (int64_t)net_root_n_links(daemon->net));
	json_close(json, '}');
}

void daemon_status(struct daemon *daemon, struct buf *out)
{
	const struct node *node = daemon->plan ? daemon->accepted.node : NULL;
	struct json json = { .out = out };
	CLOUD_AUTO cloud = { 0 };

	if (node)
		cloud_read(node, &cloud);
	json_open(&json, NULL, '{');
	add_problems(daemon, &cloud, &json);
	add_node(daemon, &json);
	add_configuration(daemon, &json);
	programs_print_json(daemon->programs, &json);
	add_net(daemon, &json);
	if (node) {
		status_add_mesh(daemon, &cloud, &json);
		status_add_ways(daemon, &json);
		status_add_clients(daemon, &cloud, &json);
	}
	json_close(&json, '}');
}
