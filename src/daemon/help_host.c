/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What can be asked by who needs help (api/host.h).
 */
#include <errno.h>
#include <string.h>

#include "api/request.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/read.h"
#include "daemon/help.h"
#include "daemon/self.h"
#include "platform/machine.h"
#include "uci/uci.h"

/* Where LibreMesh has them: who logs in reads them. */
#define NOTES "/etc/banner.notes"

static struct daemon *daemon_of(struct host *host)
{
	return container_of(host, struct daemon, host);
}

bool accepted_is_new(const struct accepted *accepted)
{
	const struct machine *machine = accepted->machine;
	const struct config *config = accepted->node ? accepted->node->config : NULL;

	if (!machine || !config)
		return false;
	for (size_t i = MACHINE_COMMUNITY; i < MACHINE_N_LAYERS; i++) {
		if (machine->layers[i] && uci_get(machine->layers[i], "wifi", "ap_ssid"))
			return false;
	}
	return strcmp(config_get(config, "system", "firstbootwizard_configured", "false"),
	              "true") != 0;
}

bool daemon_is_new(const struct daemon *daemon)
{
	return accepted_is_new(&daemon->accepted);
}

static int host_diagnosis(struct host *host, struct request *request)
{
	struct json json = { .out = &request->result };

	json_open(&json, NULL, '{');
	daemon_diagnosis(daemon_of(host), &json);
	json_close(&json, '}');
	return 0;
}

static int host_report(struct host *host, struct request *request)
{
	struct json json = { .out = &request->result };
	BUF_AUTO text = { 0 };

	daemon_report(daemon_of(host), &text);
	json_open(&json, NULL, '{');
	json_text(&json, "text", text.text);
	json_close(&json, '}');
	return 0;
}

static void notes_path(struct host *host, struct buf *path)
{
	const char *root = daemon_of(host)->root;

	buf_printf(path, "%s" NOTES, strcmp(root, "/") ? root : "");
}

static int host_notes(struct host *host, struct request *request)
{
	struct json json = { .out = &request->result };
	BUF_AUTO path = { 0 }, text = { 0 };
	int r;

	notes_path(host, &path);
	r = file_read(path.text, 2 * NOTES_MAX, &text);
	if (r < 0 && r != -ENOENT) {
		diag_add(request->diag, DIAG_ERROR, NULL, "the notes cannot be read: %s",
		         file_fault(r));
		return r;
	}
	json_open(&json, NULL, '{');
	json_text(&json, "notes", buf_text(&text));
	json_close(&json, '}');
	return 0;
}

static bool is_plain(const char *text)
{
	for (; *text; text++) {
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t') || *text == 127)
			return false;
	}
	return true;
}

static int host_set_notes(struct host *host, struct request *request, const char *notes)
{
	BUF_AUTO path = { 0 };
	int r;

	notes = notes ? notes : "";
	if (strlen(notes) > NOTES_MAX || !is_plain(notes)) {
		diag_add(request->diag, DIAG_ERROR, &(struct origin){ .where = "notes" },
		         "at most %d bytes of plain text", NOTES_MAX);
		return -EINVAL;
	}
	notes_path(host, &path);
	r = file_update(path.text, notes, strlen(notes), 0644, NULL);
	if (r < 0) {
		diag_add(request->diag, DIAG_ERROR, NULL, "the notes cannot be written: %s",
		         strerror(-r));
		return r;
	}
	return host_notes(host, request);
}

static int host_clients(struct host *host, struct request *request)
{
	struct json_object *status = daemon_status_object(daemon_of(host));
	struct json_object *clients = read_member(status, "clients");
	struct json json = { .out = &request->result };
	BUF_AUTO text = { 0 };

	json_open(&json, NULL, '{');
	json_text(&json, "node", read_text(read_member(status, "node"), "name"));
	if (clients)
		read_print(clients, &text);
	json_raw(&json, "clients", clients ? text.text : "[]");
	json_close(&json, '}');
	read_free(status);
	return 0;
}

const struct host_help_ops daemon_help_ops = {
	.diagnosis = host_diagnosis,
	.report = host_report,
	.notes = host_notes,
	.set_notes = host_set_notes,
	.clients = host_clients,
};
