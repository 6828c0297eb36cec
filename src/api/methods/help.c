/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * For a person who stands before a node: what is wrong, what to send to whom, what was noted.
 */
#include "api/host.h"
#include "api/request.h"
#include "shape/shape.h"

struct notes_params {
	const char *notes;
};

static const struct field notes_fields[] = {
	FIELD_STRING(struct notes_params, notes, NULL, "Plain text, 8192 bytes at most"),
};
static SHAPE(notes_params, "notes_set", "The node's notes", struct notes_params, notes_fields);

static int diagnosis(struct host *host, struct request *request)
{
	return host->ops->help->diagnosis(host, request);
}

static int report(struct host *host, struct request *request)
{
	return host->ops->help->report(host, request);
}

static int notes_get(struct host *host, struct request *request)
{
	return host->ops->help->notes(host, request);
}

static int notes_set(struct host *host, struct request *request)
{
	const struct notes_params *params = request->params;

	return host->ops->help->set_notes(host, request, params->notes);
}

static int clients(struct host *host, struct request *request)
{
	return host->ops->help->clients(host, request);
}

extern const struct method help_methods[];
const struct method help_methods[] = {
	{
		.name = "diagnosis",
		.doc = "What is wrong, the worst first, and what to do about it",
		.access = METHOD_READ,
		.result = "{ well: boolean; findings: Finding[] }",
		.call = diagnosis,
	},
	{
		.name = "report",
		.doc = "A text to send to somebody who can help; without passwords and keys",
		.access = METHOD_CHANGE,
		.result = "{ text: string }",
		.call = report,
	},
	{
		.name = "notes_get",
		.doc = "What people noted about this node",
		.access = METHOD_READ,
		.result = "{ notes: string }",
		.call = notes_get,
	},
	{
		.name = "notes_set",
		.doc = "Notes something about this node",
		.access = METHOD_CHANGE,
		.params = &notes_params,
		.result = "{ notes: string }",
		.call = notes_set,
	},
	{
		.name = "clients",
		.doc = "The devices on this node, with their names",
		.access = METHOD_READ,
		.result = "{ node: string; clients: { name?: string; mac: string; ipv4?: string; "
			  "ipv6?: string[]; port?: string; here_s?: number; idle_s?: number }[] }",
		.call = clients,
	},
	{ 0 },
};
