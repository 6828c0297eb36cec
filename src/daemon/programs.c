/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/programs.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/delegated.h"
#include "daemon/log.h"
#include "daemon/net/cloud_files.h"
#include "daemon/uplink_health.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/kernel/conntrack.h"
#include "platform/linux/kernel/defaults.h"
#include "platform/linux/service/babel_routes.h"
#include "platform/linux/service/babeld.h"
#include "platform/linux/service/children.h"
#include "platform/linux/service/dnsmasq.h"
#include "platform/linux/service/services.h"
#include "platform/linux/service/uplink.h"
#include "platform/linux/service/uplink_address.h"
#include "platform/linux/service/uplink_found.h"
#include "shape/shape.h"

/* More is no node but an exchange. */
#define UPLINKS_MAX     16
#define STOP_TIMEOUT_MS 3000

struct programs {
	struct children *children;
	char *folder;
	bool guest;
	struct uplink uplinks[UPLINKS_MAX];
	size_t n_uplinks;
	struct uplink_health *health;
	bool elsewhere[2];          /* there is a better way than a poor one */
	struct delegated delegated; /* to other nodes of the cloud */
	bool announced[2];          /* a way out of one's own in IPv4, IPv6 */
};

static void on_news(void *context, const char *text)
{
	(void)context;
	log_line(LOG_PRIORITY_NOTICE, "%s", text);
}

/* dhcpcd runs its hook without arguments: the name says what it is for. */
static int make_hook(const char *folder)
{
	BUF_AUTO link = { 0 };
	char self[512];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return -errno;
	self[length] = '\0';
	buf_printf(&link, "%s/uplink-event", folder);
	(void)unlink(link.text);
	return symlink(self, link.text) < 0 ? -errno : 0;
}

struct programs *programs_new(struct event_base *base, const char *folder, bool guest,
                              void (*changed)(void *data), void *data)
{
	struct programs *programs = calloc(1, sizeof(*programs));
	BUF_AUTO hosts = { 0 };
	int r;

	if (!programs)
		abort();
	programs->folder = strdup(folder);
	programs->guest = guest;
	programs->health = uplink_health_new(base, folder, changed, data);
	buf_printf(&hosts, "%s/hosts.d", folder);
	r = file_make_folder(hosts.text, 0755);
	if (r == 0)
		r = make_hook(folder);
	if (r == 0)
		programs->children = children_new(base, folder, on_news, programs);
	if (programs->children)
		return programs;
	programs_free(programs);
	errno = r < 0 ? -r : errno;
	return NULL;
}

void programs_free(struct programs *programs)
{
	if (!programs)
		return;
	children_free(programs->children);
	uplink_health_free(programs->health);
	free(programs->folder);
	free(programs);
}

static struct uplink *find_uplink(struct programs *programs, const char *ifname)
{
	for (size_t i = 0; i < programs->n_uplinks; i++) {
		if (strcmp(programs->uplinks[i].ifname, ifname) == 0)
			return &programs->uplinks[i];
	}
	return NULL;
}

/* One part of what the hook has left while nobody listened, or before this daemon began. */
static void load_part(struct programs *programs, const char *ifname, const char *part)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	const char *lines[UPLINK_VARIABLES_MAX];
	struct string_list variables = { lines, 0 };
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };
	bool changed;

	uplink_path(programs->folder, ifname, part, &path);
	if (file_read(path.text, UPLINK_VARIABLES_MAX * UPLINK_VARIABLE_SIZE, &text) < 0)
		return;
	for (char *rest = text.text, *line; (line = strsep(&rest, "\n"));) {
		if (*line && variables.count < UPLINK_VARIABLES_MAX)
			lines[variables.count++] = line;
	}
	(void)programs_uplink_event(programs, &variables, diag, &changed);
}

static void load_uplink(struct programs *programs, const char *ifname)
{
	for (size_t i = 0; uplink_part(i); i++)
		load_part(programs, ifname, uplink_part(i));
}

/* False if there is no lease yet. */
static bool uplink_of(struct programs *programs, const struct plan_uplink *wanted,
                      struct uplink *uplink)
{
	const struct uplink *known;

	if (!programs->guest && strcmp(wanted->method, "static") == 0) {
		uplink_set_static(uplink, wanted);
		return true;
	}
	if (!programs->guest && !find_uplink(programs, wanted->ifname))
		load_uplink(programs, wanted->ifname);
	known = find_uplink(programs, wanted->ifname);
	if (known)
		*uplink = *known;
	return known != NULL;
}

/* The uplinks that shall be there are tried, and no others. */
static void update_health(struct programs *programs, const struct plan *plan)
{
	const struct plan_item *probes = plan_next(plan, PLAN_PROBES, NULL);
	const struct plan_probes none = { 0 }, *targets = probes ? probes->value : &none;
	struct uplink_health_link links[UPLINK_HEALTH_MAX];
	size_t n = 0;

	for (const struct plan_item *i = plan_next(plan, PLAN_UPLINK, NULL);
	     i && n < UPLINK_HEALTH_MAX; i = plan_next(plan, PLAN_UPLINK, i)) {
		const struct plan_uplink *wanted = i->value;
		struct uplink uplink;
		bool known = uplink_of(programs, wanted, &uplink);

		links[n++] = (struct uplink_health_link){
			.ifname = wanted->ifname,
			.up4 = known && uplink_is_up_in(&uplink, IP_V4),
			.up6 = known && uplink_is_up_in(&uplink, IP_V6),
		};
	}
	uplink_health_sync(programs->health, links, n, &targets->targets);
}

static uint32_t protocol_of(const struct programs *programs, const char *ifname,
                            enum ip_family family)
{
	static const uint32_t protocols[] = {
		[HEALTH_POOR] = PROTOCOL_GATEWAY_POOR,
		[HEALTH_FAIR] = PROTOCOL_GATEWAY_FAIR,
		[HEALTH_GOOD] = PROTOCOL_GATEWAY_GOOD,
	};

	enum health_class class = uplink_health_class(programs->health, ifname, family);

	if (class == HEALTH_POOR && programs->elsewhere[family == IP_V6])
		return 0;
	return protocols[class];
}

bool programs_know_elsewhere(struct programs *programs, const bool elsewhere[2])
{
	bool matters = false;

	for (unsigned side = 0; side < 2; side++) {
		if (programs->elsewhere[side] == elsewhere[side])
			continue;
		programs->elsewhere[side] = elsewhere[side];
		matters = matters ||
		          uplink_health_has(programs->health, side ? IP_V6 : IP_V4, HEALTH_POOR);
	}
	return matters;
}

bool programs_know_delegated(struct programs *programs, const struct delegated *heard)
{
	bool new = !delegated_equal(&programs->delegated, heard);

	programs->delegated = *heard;
	return new;
}

const char *programs_uplink_words(struct programs *programs, const struct plan_uplink *wanted,
                                  enum ip_family family, bool *works)
{
	enum health_class class = uplink_health_class(programs->health, wanted->ifname, family);
	struct uplink uplink;

	*works = false;
	if (!uplink_of(programs, wanted, &uplink))
		return "has not answered yet";
	if (!uplink.carrier)
		return "is not plugged in";
	if (!uplink_is_up_in(&uplink, family))
		return family == IP_V4 ? "got no IPv4 address" : "got no IPv6 address";
	if (class == HEALTH_UNKNOWN)
		return "is being tried";
	*works = class != HEALTH_SICK;
	return uplink_health_words(programs->health, wanted->ifname, family);
}

/* What programs leave behind that were started by an earlier daemon and ended without it: nobody
 * knows any more what belonged to whom, but all of it has these names. */
static void remove_rest(const char *folder)
{
	static const char *const files[] = { BABELD_SOCKET, "babeld.state" };

	for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
		BUF_AUTO path = { 0 };

		buf_printf(&path, "%s/%s", folder, files[i]);
		(void)unlink(path.text);
	}
	cloud_files_remove(folder);
}

static bool same_uplinks(const struct uplink *a, const struct uplink *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(a[i].ifname, b[i].ifname) != 0 ||
		    uplink_is_up_in(&a[i], IP_V4) != uplink_is_up_in(&b[i], IP_V4) ||
		    uplink_is_up_in(&a[i], IP_V6) != uplink_is_up_in(&b[i], IP_V6))
			return false;
	}
	return true;
}

bool programs_look(struct programs *programs)
{
	struct default_route routes[DEFAULTS_MAX];
	struct uplink uplinks[UPLINKS_MAX];
	int n_routes = programs->guest ? defaults_read(routes) : -ENOENT;
	size_t n;
	bool same;

	if (n_routes < 0)
		return false;
	n = uplinks_found(routes, (size_t)n_routes, uplinks, UPLINKS_MAX);
	same = n == programs->n_uplinks && same_uplinks(uplinks, programs->uplinks, n);
	memcpy(programs->uplinks, uplinks, n * sizeof(uplinks[0]));
	programs->n_uplinks = n;
	return !same;
}

static bool has_uplink(const struct plan *plan, const char *ifname)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_UPLINK, NULL); i;
	     i = plan_next(plan, PLAN_UPLINK, i)) {
		if (strcmp(((const struct plan_uplink *)i->value)->ifname, ifname) == 0)
			return true;
	}
	return false;
}

/* A modem's device is in no configuration of ours; whoever dialled says by its route what it is. */
static void add_found_uplinks(struct programs *programs, struct plan *plan)
{
	(void)programs_look(programs);
	for (size_t i = 0; i < programs->n_uplinks; i++) {
		const struct plan_uplink found = { .ifname = programs->uplinks[i].ifname,
			                           .method = "others" };

		if (has_uplink(plan, found.ifname))
			continue;
		plan_because(plan, NULL, "has a default route that others made");
		plan_add_uplink(plan, &found);
	}
	plan_because(plan, NULL, NULL);
}

void programs_add_routes(struct programs *programs, struct plan *plan)
{
	struct plan_route routes[UPLINK_ROUTES_MAX];

	if (programs->guest) {
		add_found_uplinks(programs, plan);
		update_health(programs, plan);
		return;
	}
	update_health(programs, plan);
	for (const struct plan_item *i = plan_next(plan, PLAN_UPLINK, NULL); i;
	     i = plan_next(plan, PLAN_UPLINK, i)) {
		const struct plan_uplink *wanted = i->value;
		struct uplink uplink;
		size_t n;

		if (!uplink_of(programs, wanted, &uplink))
			continue;
		n = uplink_routes(&uplink, wanted, protocol_of(programs, wanted->ifname, IP_V4),
		                  protocol_of(programs, wanted->ifname, IP_V6), routes);
		plan_because(plan, &i->because, "what its uplink has and does");
		for (size_t k = 0; k < n; k++)
			plan_add_route(plan, &routes[k]);
	}
	plan_because(plan, NULL, NULL);
	delegated_add(plan, &programs->delegated);
}

static bool announces(const struct plan *plan, enum ip_family family)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_ROUTE, NULL); i;
	     i = plan_next(plan, PLAN_ROUTE, i)) {
		const struct plan_route *route = i->value;

		if (route->destination.ip.family == family && route->destination.length == 0 &&
		    route->table == TABLE_MAIN && route->protocol)
			return true;
	}
	return false;
}

/* Connections that left by a neighbour so far leave by this node now. */
static void turn_connections(struct programs *programs, const struct plan *plan)
{
	for (unsigned i = 0; i < 2; i++) {
		enum ip_family family = i ? IP_V6 : IP_V4;
		bool now = announces(plan, family);

		if (now && !programs->announced[i]) {
			int r = conntrack_forget_untranslated(family);

			if (r < 0)
				log_line(LOG_PRIORITY_WARNING,
				         "connections that went by a neighbour may hang: %s",
				         strerror(-r));
		}
		programs->announced[i] = now;
	}
}

/* Whether another node of the cloud is found by this one's name. */
static void find_lost_name(const struct plan *plan, const char *collisions, struct arena *arena,
                           struct services_context *context)
{
	const struct plan_item *i = NULL;
	struct cloud_collision collision;

	while ((i = plan_next(plan, PLAN_NAME, i))) {
		const struct plan_name *name = i->value;

		if (!cloud_collision_of(collisions, &name->ipv4, &collision))
			continue;
		context->lost_name = arena_strdup(arena, collision.name);
		context->alias = arena_strdup(arena, collision.alias);
	}
}

static int find_specs(const struct programs *programs, const struct plan *plan, struct arena *arena,
                      struct child_spec **specs, size_t *n_specs, struct diag *diag)
{
	struct services_context context = {
		.folder = programs->folder,
		.uplinks = programs->uplinks,
		.n_uplinks = programs->n_uplinks,
	};
	BUF_AUTO servers = { 0 };
	BUF_AUTO collisions = { 0 };

	/* Written by the daemon, line by line as it should be; from before its start, too. */
	(void)!cloud_files_read(programs->folder, NET_FILE_SERVERS, &servers);
	(void)!cloud_files_read(programs->folder, NET_FILE_COLLISIONS, &collisions);
	context.servers = buf_text(&servers);
	find_lost_name(plan, buf_text(&collisions), arena, &context);
	return services_of_plan(plan, &context, arena, specs, n_specs, diag);
}

int programs_check(const struct programs *programs, const struct plan *plan, struct diag *diag)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct child_spec *specs;
	size_t n_specs;

	if (programs->guest)
		return 0;
	return find_specs(programs, plan, arena, &specs, &n_specs, diag);
}

int programs_update(struct programs *programs, const struct plan *plan, struct diag *diag,
                    struct buf *report, size_t *n_changes)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct child_spec *specs;
	size_t n_specs;
	int r;

	if (programs->guest)
		return 0;
	turn_connections(programs, plan);
	r = find_specs(programs, plan, arena, &specs, &n_specs, diag);

	if (r < 0)
		return r;
	return children_sync(programs->children, specs, n_specs, diag, report, n_changes);
}

void programs_signal(const struct programs *programs, const char *name, int number)
{
	struct child_status status;

	for (size_t i = 0; children_status(programs->children, i, &status); i++) {
		if (status.state == CHILD_RUNNING && !strcmp(status.name, name))
			(void)kill(status.pid, number);
	}
}

/* The interface of "uplink-IFNAME.PART"; false if that is not what it is. */
static bool read_ifname(const char *file, char ifname[IFNAME_SIZE])
{
	static const char begin[] = "uplink-";
	const char *end = strrchr(file, '.');

	if (!end || strncmp(file, begin, strlen(begin)) != 0 ||
	    (size_t)(end - file) <= strlen(begin) ||
	    (size_t)(end - file) - strlen(begin) >= IFNAME_SIZE)
		return false;
	snprintf(ifname, IFNAME_SIZE, "%.*s", (int)(end - file - strlen(begin)),
	         file + strlen(begin));
	return true;
}

/* Also those that no plan of this daemon had, and what others than DHCP clients have told. */
static void each_uplink_file(struct programs *programs,
                             void (*act)(struct programs *programs, const char *file,
                                         const char *ifname))
{
	DIR *folder = opendir(programs->folder);
	struct dirent *entry;
	char ifname[IFNAME_SIZE];

	while (folder && (entry = readdir(folder))) {
		if (read_ifname(entry->d_name, ifname))
			act(programs, entry->d_name, ifname);
	}
	if (folder)
		closedir(folder);
}

static void load_unknown(struct programs *programs, const char *file, const char *ifname)
{
	(void)file;
	if (!find_uplink(programs, ifname))
		load_uplink(programs, ifname);
}

static void remove_file(struct programs *programs, const char *file, const char *ifname)
{
	BUF_AUTO path = { 0 };

	(void)ifname;
	buf_printf(&path, "%s/%s", programs->folder, file);
	(void)unlink(path.text);
}

/* A DHCP client that was asked to end has removed its addresses; one that was killed has not. */
static int remove_addresses(const struct uplink *uplink, struct diag *diag)
{
	int result = 0;

	for (size_t i = 0; i < UPLINK_N_SOURCES; i++) {
		const struct prefix *address = &uplink->leases[i].address;
		int r = address->ip.family == IP_NONE
		                ? 0
		                : uplink_address_remove(uplink->ifname, address);

		if (r < 0)
			diag_add(diag, DIAG_ERROR, NULL, "cannot remove the address of %s: %s",
			         uplink->ifname, strerror(-r));
		result = result < 0 ? result : r;
	}
	return result;
}

static int remove_uplinks(struct programs *programs, struct diag *diag)
{
	int result = 0;

	each_uplink_file(programs, load_unknown);
	for (size_t i = 0; i < programs->n_uplinks; i++) {
		int r = remove_addresses(&programs->uplinks[i], diag);

		result = result < 0 ? result : r;
	}
	each_uplink_file(programs, remove_file);
	programs->n_uplinks = 0;
	return result;
}

static int remove_routes(struct diag *diag)
{
	int r = babel_routes_remove();

	if (r < 0)
		diag_add(diag, DIAG_ERROR, NULL, "cannot remove the routes of babeld: %s",
		         strerror(-r));
	return r;
}

int programs_stop(struct programs *programs, struct diag *diag, struct buf *report)
{
	int r = children_stop(programs->children, STOP_TIMEOUT_MS, diag, report);
	int uplinks = programs->guest ? 0 : remove_uplinks(programs, diag);
	int routes = programs->guest ? 0 : remove_routes(diag);

	uplink_health_forget(programs->health);
	remove_rest(programs->folder);
	return r < 0 ? r : uplinks < 0 ? uplinks : routes;
}

int programs_uplink_event(struct programs *programs, const struct string_list *variables,
                          struct diag *diag, bool *changed)
{
	struct uplink_event event;
	struct uplink *uplink;
	int r = uplink_event_parse(variables->items, variables->count, &event, diag);

	if (r < 0)
		return r;
	uplink = find_uplink(programs, event.now.ifname);
	if (!uplink) {
		if (programs->n_uplinks == UPLINKS_MAX)
			return -ENOSPC;
		uplink = &programs->uplinks[programs->n_uplinks++];
		*uplink = (struct uplink){ 0 };
		memcpy(uplink->ifname, event.now.ifname, sizeof(uplink->ifname));
	}
	*changed = uplink_apply(uplink, &event);
	return 0;
}

const struct uplink_health *programs_health(const struct programs *programs)
{
	return programs->health;
}

static const char *state_word(enum child_state state)
{
	switch (state) {
	case CHILD_RUNNING:
		return "running";
	case CHILD_WAITING:
		return "waiting";
	case CHILD_MISSING:
		return "missing";
	case CHILD_STOPPING:
		return "stopping";
	}
	return "";
}

void programs_print_problems(const struct programs *programs, struct json *json)
{
	struct child_status status;

	for (size_t i = 0; children_status(programs->children, i, &status); i++) {
		BUF_AUTO text = { 0 };

		if (status.state == CHILD_MISSING)
			buf_printf(&text, "%s is needed and not installed (Debian: %s)",
			           status.program, status.package);
		else if (status.state == CHILD_WAITING)
			buf_printf(&text, "%s does not run: it %s", status.name, status.last_exit);
		if (text.length)
			json_text(json, NULL, text.text);
	}
}

static void print_child(const struct child_status *status, struct json *json)
{
	json_open(json, NULL, '{');
	json_text(json, "name", status->name);
	json_text(json, "state", state_word(status->state));
	json_number(json, "pid", status->pid);
	json_number(json, "restarts", status->restarts);
	json_text(json, "last_exit", status->last_exit);
	if (status->state == CHILD_RUNNING)
		json_number(json, "running_s", (clock_ms() - status->since_ms) / 1000);
	json_close(json, '}');
}

void programs_print_json(const struct programs *programs, struct json *json)
{
	struct child_status status;

	json_open(json, "programs", '[');
	for (size_t i = 0; children_status(programs->children, i, &status); i++)
		print_child(&status, json);
	json_close(json, ']');
	json_open(json, "uplinks", '[');
	for (size_t i = 0; i < programs->n_uplinks; i++) {
		BUF_AUTO members = { 0 };

		uplink_print_json(&programs->uplinks[i], &members);
		json_open(json, NULL, '{');
		json_raw(json, NULL, buf_text(&members));
		uplink_health_print_json(programs->health, programs->uplinks[i].ifname, json);
		json_close(json, '}');
	}
	json_close(json, ']');
}
