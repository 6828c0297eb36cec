/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What this node sees, for diagnosis/diagnosis.h: read out of the status, which is the one place
 * where all of it comes together.
 */
#include "diagnosis/diagnosis.h"

#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/json.h"
#include "cli/read.h"
#include "daemon/collect.h"
#include "daemon/help.h"
#include "daemon/self.h"
#include "daemon/settings.h"
#include "plan/plan.h"
#include "platform/machine.h"
#include "state/history.h"
#include "uci/uci.h"

/* Before 2020 the clock of a router without a battery has not been set yet. */
#define CLOCK_IS_SET 1577836800

struct json_object *daemon_status_object(struct daemon *daemon)
{
	BUF_AUTO text = { 0 };

	daemon_status(daemon, &text);
	return read_parse(buf_text(&text));
}

/* NULL instead of "". */
static const char *some(const char *text)
{
	return *text ? text : NULL;
}

static void see_programs(struct json_object *status, struct diagnosis_facts *facts)
{
	for (size_t i = 0; i < read_count(status, "programs") && i < DIAGNOSIS_MAX; i++) {
		struct json_object *program = read_element(status, "programs", i);

		facts->programs[facts->n_programs++] = (struct diagnosis_program){
			.name = read_text(program, "name"),
			.state = read_text(program, "state"),
			.restarts = (unsigned)read_number(program, "restarts"),
		};
	}
}

static struct diagnosis_health see_health(struct json_object *uplink, const char *family)
{
	struct json_object *health = read_member(read_member(uplink, "health"), family);

	return (struct diagnosis_health){
		.health = some(read_text(health, "class")),
		.why = some(read_text(health, "reason")),
		.loss_percent = (unsigned)read_number(health, "loss_percent"),
		.delay_ms = (unsigned)(read_number(health, "delay_us") / 1000),
	};
}

static void see_uplinks(struct json_object *status, struct diagnosis_facts *facts)
{
	for (size_t i = 0; i < read_count(status, "uplinks") && i < DIAGNOSIS_MAX; i++) {
		struct json_object *uplink = read_element(status, "uplinks", i);

		facts->uplinks[facts->n_uplinks++] = (struct diagnosis_uplink){
			.port = read_text(uplink, "interface"),
			.carrier = read_bool(uplink, "carrier"),
			.up = read_bool(uplink, "up"),
			.health = { see_health(uplink, "ipv4"), see_health(uplink, "ipv6") },
		};
	}
}

static void see_ways(struct json_object *status, struct diagnosis_facts *facts)
{
	for (size_t i = 0; i < read_count(status, "internet"); i++) {
		struct json_object *way = read_element(status, "internet", i);
		const char *by = read_text(way, "by");

		facts->ways[read_number(way, "family") == 6] = (struct diagnosis_way){
			.known = true,
			.is_there = strcmp(by, "none") != 0,
			.by = some(read_text(way, "name")),
		};
	}
}

static void see_node_of_cloud(struct json_object *node, struct diagnosis_facts *facts)
{
	struct json_object *quality = read_member(node, "quality_percent");

	if (*read_text(node, "name") && facts->name &&
	    !strcmp(read_text(node, "name"), facts->name))
		facts->same_name = some(read_text(node, "ipv4"));
	if (!read_bool(node, "neighbour") || facts->n_links == DIAGNOSIS_MAX)
		return;
	facts->links[facts->n_links++] = (struct diagnosis_link){
		.node = some(read_text(node, "name")),
		.port = read_text(node, "port"),
		.quality_percent = quality ? (int)read_number(node, "quality_percent") : -1,
		.reference_percent = -1,
	};
}

static void see_mesh(struct json_object *status, struct diagnosis_facts *facts)
{
	struct json_object *babel = read_member(status, "babel");

	facts->meshes = babel || read_count(status, "clouds");
	facts->n_neighbours = read_count(babel, "neighbours");
	for (size_t i = 0; i < read_count(status, "clouds"); i++) {
		struct json_object *cloud = read_element(status, "clouds", i);

		facts->pool_used += (unsigned)read_number(cloud, "clients");
		facts->n_neighbours += read_count(cloud, "nodes");
		for (size_t j = 0; j < read_count(cloud, "nodes"); j++)
			see_node_of_cloud(read_element(cloud, "nodes", j), facts);
	}
}

static struct diagnosis_link *find_link(struct diagnosis_facts *facts, const char *node)
{
	for (size_t i = 0; i < facts->n_links; i++) {
		if (facts->links[i].node && !strcmp(facts->links[i].node, node))
			return &facts->links[i];
	}
	return NULL;
}

static size_t read_points(struct json_object *link, int points[HISTORY_POINTS])
{
	size_t n = read_count(link, "points");

	n = n < HISTORY_POINTS ? n : HISTORY_POINTS;
	for (size_t i = 0; i < n; i++)
		points[i] = (int)read_number_at(link, "points", i, -1);
	return n;
}

/* How the links of the cloud were in the last hours; those that are gone are in no status. */
static void see_history(struct json_object *history, struct diagnosis_facts *facts)
{
	for (size_t i = 0; i < read_count(history, "links"); i++) {
		struct json_object *said = read_element(history, "links", i);
		const char *node = read_text(said, "name");
		struct diagnosis_link *link = find_link(facts, node);
		int points[HISTORY_POINTS];
		bool gone;
		int usual;

		if (strcmp(read_text(said, "kind"), "batman") != 0 || !*node)
			continue;
		usual = diagnosis_usual(points, read_points(said, points), &gone);
		if (link)
			link->reference_percent = usual;
		else if (gone && facts->n_links < DIAGNOSIS_MAX)
			facts->links[facts->n_links++] = (struct diagnosis_link){
				.node = node,
				.port = read_text(said, "port"),
				.quality_percent = -1,
				.reference_percent = usual,
				.down = true,
			};
	}
}

static unsigned number_of(const struct ip *ip)
{
	return (unsigned)ip->byte[0] << 24 | (unsigned)ip->byte[1] << 16 |
	       (unsigned)ip->byte[2] << 8 | ip->byte[3];
}

static void see_pool(const struct plan *plan, struct diagnosis_facts *facts)
{
	const struct plan_item *item = plan ? plan_next(plan, PLAN_DHCP, NULL) : NULL;
	const struct plan_dhcp *dhcp = item ? item->value : NULL;

	if (dhcp)
		facts->pool_size = number_of(&dhcp->last) - number_of(&dhcp->first) + 1;
}

static void see_configuration(const struct daemon *daemon, struct json_object *status,
                              struct diagnosis_facts *facts)
{
	struct json_object *said = read_member(status, "configuration");

	facts->refused = some(read_line(said, "refused", 0));
	facts->failure = some(read_line(said, "failure", 0));
	if (!facts->refused)
		facts->refused = some(read_line(said, "mistakes", 0));
	facts->last_good = daemon->accepted.source == ACCEPTED_LAST_GOOD;
	facts->nothing_applied = !daemon->plan && !daemon->down;
	if (!facts->last_good && !facts->nothing_applied && !read_count(said, "refused"))
		facts->refused = NULL;
}

static void see_settings(const struct daemon *daemon, struct diagnosis_facts *facts)
{
	facts->pending_id = settings_pending(daemon->settings);
	facts->pending_s = settings_pending_s(daemon->settings);
}

void daemon_diagnosis(struct daemon *daemon, struct json *json)
{
	struct json_object *status = daemon_status_object(daemon), *history;
	BUF_AUTO text = { 0 };
	struct diagnosis_facts facts = {
		.name = daemon->accepted.node ? daemon->accepted.node->identity.hostname : NULL,
		.first_start = daemon_is_new(daemon),
		.clock_is_wrong = time(NULL) < CLOCK_IS_SET,
	};

	see_configuration(daemon, status, &facts);
	see_settings(daemon, &facts);
	see_programs(status, &facts);
	see_uplinks(status, &facts);
	see_ways(status, &facts);
	see_mesh(status, &facts);
	collect_print_history(daemon->collect, NULL, &text);
	history = read_parse(buf_text(&text));
	see_history(history, &facts);
	see_pool(daemon->plan, &facts);
	diagnosis_print(&facts, json);
	read_free(history);
	read_free(status);
}
