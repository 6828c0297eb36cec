/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babeld.h"

#include <signal.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "plan/numbers.h"
#include "platform/linux/service/babel_routes.h"
#include "platform/linux/service/babel_socket.h"
#include "platform/linux/service/service.h"

#define INTERFACE "interface "

static const char *const types[] = { "wireless", "wired", "tunnel", "auto", NULL };
static const char *const filter_names[] = { "redistribute", "in", "out", "install", NULL };

/*
 * A router-id that is drawn at each start: with the old one, neighbours would take what a restarted
 * babeld says of itself for old news until their memory of the one before has faded.
 * The kernel's settings are the plan's business (node/base.c).
 */
static void add_settings(const struct service_work *work, struct buf *out)
{
	buf_printf(out, "local-path-readwrite %s\n", service_path(work, BABELD_SOCKET));
	buf_printf(out, "state-file %s\n", service_path(work, "babeld.state"));
	buf_add(out, "pid-file \"\"\n");
	buf_printf(out, "kernel-priority %d\n", METRIC_BABEL);
	buf_add(out, "random-id true\nskip-kernel-setup true\n");
}

/*
 * What the network before an uplink uses may look like one of the mesh's (10.0.0.0/8 is common);
 * only a default route may be announced from there.
 */
static void add_uplink_filters(struct service_work *work, struct buf *out)
{
	for (const struct plan_item *i = plan_next(work->plan, PLAN_UPLINK, NULL); i;
	     i = plan_next(work->plan, PLAN_UPLINK, i)) {
		const struct plan_uplink *uplink = i->value;
		const char *ifname = service_ifname(work, i, uplink->ifname);

		buf_printf(out, "redistribute ip 0.0.0.0/0 ge 1 if %s deny\n", ifname);
		buf_printf(out, "redistribute ip ::/0 ge 1 if %s deny\n", ifname);
	}
}

static void add_filter(struct service_work *work, const struct plan_item *item, struct buf *out)
{
	const struct plan_babel_filter *filter = item->value;
	char text[PREFIX_TEXT_SIZE];

	buf_add(out, service_word(work, item, filter->filter, filter_names));
	if (filter->local)
		buf_add(out, " local");
	if (filter->prefix.ip.family != IP_NONE)
		buf_printf(out, " ip %s", prefix_format(&filter->prefix, text));
	if (filter->prefix_le_plus_1)
		buf_printf(out, " le %u", filter->prefix_le_plus_1 - 1);
	if (filter->protocol)
		buf_printf(out, " proto %u", filter->protocol);
	if (filter->ifname && *filter->ifname)
		buf_printf(out, " if %s", service_ifname(work, item, filter->ifname));
	/* "metric 0" is no word of babeld's, and "allow" after a metric makes it 0 again. */
	if (filter->deny)
		buf_add(out, " deny\n");
	else if (filter->metric)
		buf_printf(out, " metric %u\n", filter->metric);
	else
		buf_add(out, " allow\n");
}

static void add_interface(struct service_work *work, const struct plan_item *item, struct buf *out)
{
	const struct plan_babel_interface *interface = item->value;

	buf_printf(out, INTERFACE "%s type %s", service_ifname(work, item, interface->ifname),
	           service_word(work, item, interface->type, types));
	if (interface->hello_interval)
		buf_printf(out, " hello-interval %u", interface->hello_interval);
	buf_add_char(out, '\n');
}

static void babeld_settled(const char *folder)
{
	(void)folder;
	(void)babel_routes_sweep();
}

static void babeld_starting(const char *folder)
{
	(void)folder;
	(void)babel_routes_park();
}

void babeld_add(struct service_work *work)
{
	const struct plan *plan = work->plan;
	BUF_AUTO settings = { 0 };
	BUF_AUTO interfaces = { 0 };
	struct child_spec *spec;

	for (const struct plan_item *i = plan_next(plan, PLAN_BABEL_INTERFACE, NULL); i;
	     i = plan_next(plan, PLAN_BABEL_INTERFACE, i))
		add_interface(work, i, &interfaces);
	if (!interfaces.length)
		return;
	add_settings(work, &settings);
	add_uplink_filters(work, &settings);
	for (const struct plan_item *i = plan_next(plan, PLAN_BABEL_FILTER, NULL); i;
	     i = plan_next(plan, PLAN_BABEL_FILTER, i))
		add_filter(work, i, &settings);
	spec = service_spec(work, "babeld", "babeld");
	if (!spec)
		return;
	spec->argv = service_argv(work, "babeld", "-c", service_path(work, "babeld.conf"), "-c",
	                          service_path(work, "babeld-interfaces.conf"), NULL);
	spec->restart_signal = SIGKILL; /* asked to end, it would take its routes back first */
	spec->socket = BABELD_SOCKET;
	spec->starting = babeld_starting;
	spec->settled = babeld_settled;
	service_file(work, spec, "babeld.conf", CHILD_CHANGE_RESTART, &settings);
	service_file(work, spec, "babeld-interfaces.conf", CHILD_CHANGE_CALL, &interfaces)->call =
		babeld_tell;
}

/* Whether `text` has this line. */
static bool has_line(const char *text, const char *line, size_t length)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		if (n == length && memcmp(text, line, length) == 0)
			return true;
		text += n + (text[n] == '\n');
	}
	return false;
}

/* Interfaces of `from` that are not in `other` with the same parameters: to flush, or to add. */
static void add_difference(const char *from, const char *other, bool flush, struct buf *out)
{
	size_t length;

	for (; *from; from += length + (from[length] == '\n')) {
		size_t shown;

		length = strcspn(from, "\n");
		if (strncmp(from, INTERFACE, strlen(INTERFACE)) != 0 ||
		    has_line(other, from, length))
			continue;
		shown = strlen(INTERFACE) + strcspn(from + strlen(INTERFACE), " \n");
		buf_add(out, flush ? "flush " : "");
		buf_add_bytes(out, from, flush ? shown : length);
		buf_add_char(out, '\n');
	}
}

int babeld_tell(const char *folder, const char *old, const char *new)
{
	BUF_AUTO commands = { 0 };
	BUF_AUTO path = { 0 };

	add_difference(old, new, true, &commands);
	add_difference(new, old, false, &commands);
	buf_printf(&path, "%s/%s", folder, BABELD_SOCKET);
	return babel_socket_ask(buf_text(&path), buf_text(&commands), NULL,
	                        BABEL_SOCKET_TIMEOUT_MS);
}
