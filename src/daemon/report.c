/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The report that a person sends to somebody who can help.  Secrets go twice: an option whose name
 * says that it is one has no value here, and the values of all of them are taken out of everything
 * else.
 */
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/read.h"
#include "cli/show.h"
#include "daemon/help.h"
#include "daemon/log.h"
#include "daemon/self.h"
#include "platform/machine.h"
#include "settings/setting.h"
#include "uci/uci.h"

#define FILE_MAX 16384 /* bytes of one of the kernel's files */

static void head(struct buf *out, const char *title)
{
	buf_printf(out, "\n== %s ==\n", title);
}

static void add_first(const struct daemon *daemon, struct buf *out)
{
	struct utsname system;
	time_t now = time(NULL);
	struct tm parts;
	char text[40];

	gmtime_r(&now, &parts);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &parts);
	buf_printf(out, "Report of %s, %s\nweft %s",
	           daemon->accepted.node ? daemon->accepted.node->identity.hostname : "a node",
	           text, WEFT_VERSION);
	if (uname(&system) == 0)
		buf_printf(out, ", %s %s on %s", system.sysname, system.release, system.machine);
	buf_add(out, "\nPasswords and keys are taken out. Names and addresses of nodes and devices "
	             "are in it.\n");
}

static void add_findings(struct daemon *daemon, struct buf *out)
{
	BUF_AUTO text = { 0 };
	struct json json = { .out = &text };
	struct json_object *found;

	json_open(&json, NULL, '{');
	daemon_diagnosis(daemon, &json);
	json_close(&json, '}');
	found = read_parse(text.text);
	head(out, "what is wrong");
	for (size_t i = 0; i < read_count(found, "findings"); i++) {
		struct json_object *finding = read_element(found, "findings", i);

		buf_printf(out, "%s: %s\n", read_text(finding, "severity"),
		           read_text(finding, "text"));
	}
	if (!read_count(found, "findings"))
		buf_add(out, "nothing that this node notices\n");
	read_free(found);
}

static void add_status(struct daemon *daemon, struct buf *out)
{
	struct json_object *status = daemon_status_object(daemon);

	head(out, "status");
	show_status(status, out);
	read_free(status);
}

/* The file as it was written, without what is secret. */
static void add_layer(const char *title, const struct uci_document *layer, struct buf *out)
{
	AUTO(diag_free) struct diag *nowhere = diag_new();
	AUTO(uci_free) struct uci_document *copy = NULL;
	BUF_AUTO text = { 0 };

	if (!layer)
		return;
	uci_print(layer, &text);
	copy = uci_parse(layer->name, buf_text(&text), text.length, nowhere);
	for (struct uci_section *s = copy->sections; s; s = s->next) {
		for (struct uci_option *o = s->options; o; o = o->next) {
			if (setting_is_secret(o->name))
				uci_set(copy, s, o->name, "(secret)");
		}
	}
	head(out, title);
	uci_print(copy, out);
}

static void add_layers(const struct machine *machine, struct buf *out)
{
	static const char *const titles[] = {
		[MACHINE_COMMUNITY] = "lime-community",
		[MACHINE_MAC] = "the file of this MAC",
		[MACHINE_NODE] = "lime-node",
	};

	for (size_t i = MACHINE_COMMUNITY; i < MACHINE_N_LAYERS; i++)
		add_layer(titles[i], machine->layers[i], out);
}

static void add_plan(const struct daemon *daemon, struct buf *out)
{
	head(out, "plan");
	if (daemon->plan)
		plan_print(daemon->plan, out);
}

static void add_kernel(struct buf *out)
{
	static const char *const paths[] = {
		"/proc/uptime",    "/proc/loadavg", "/proc/meminfo",      "/proc/net/dev",
		"/proc/net/route", "/proc/net/arp", "/proc/net/wireless",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		BUF_AUTO text = { 0 };

		if (file_read(paths[i], FILE_MAX, &text) < 0)
			continue;
		head(out, paths[i]);
		buf_add(out, buf_text(&text));
	}
}

/* What all files say, also those that were refused. */
static struct config *config_of(const struct machine *machine)
{
	return config_merge(machine->layers, MACHINE_N_LAYERS);
}

void daemon_report(struct daemon *daemon, struct buf *out)
{
	AUTO(diag_free) struct diag *nowhere = diag_new();
	AUTO(machine_free) struct machine *machine = machine_read(daemon->root, nowhere);
	AUTO(config_free) struct config *config = config_of(machine);
	BUF_AUTO open = { 0 }, hidden = { 0 };

	add_first(daemon, &open);
	add_findings(daemon, &open);
	add_status(daemon, &open);
	add_layers(machine, &open);
	add_plan(daemon, &open);
	add_kernel(&open);
	head(&open, "log");
	log_recent(&open);
	settings_hide(config, buf_text(&open), &hidden);
	if (daemon->accepted.node)
		settings_hide(daemon->accepted.node->config, buf_text(&hidden), out);
	else
		buf_add(out, buf_text(&hidden));
}
