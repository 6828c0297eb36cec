/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What the nodes of the cloud tell each other: docs/state.md.
 */
#include <errno.h>

#include "api/host.h"
#include "api/request.h"
#include "base/diag.h"
#include "shape/shape.h"

struct state_params {
	const char *table, *key;
};

static const struct field rows_fields[] = {
	FIELD_STRING(struct state_params, table, NULL, "Which"),
	FIELD_STRING(struct state_params, key, NULL, "Of this row alone, whoever wrote it"),
};
static SHAPE(rows_params, "state.rows", "Which rows", struct state_params, rows_fields);

static const struct field watch_fields[] = {
	FIELD_STRING(struct state_params, table, NULL, "Which; all if it is not given"),
};
static SHAPE(watch_params, "state.watch", "Which rows", struct state_params, watch_fields);

static int state_tables_of(struct host *host, struct request *request)
{
	return host->ops->state(host, request, HOST_STATE_TABLES, NULL, NULL);
}

static int state_rows(struct host *host, struct request *request)
{
	const struct state_params *params = request->params;

	if (params->table)
		return host->ops->state(host, request, HOST_STATE_ROWS, params->table, params->key);
	diag_add(request->diag, DIAG_ERROR, NULL, "of which table?");
	return -EINVAL;
}

static int state_neighbours(struct host *host, struct request *request)
{
	return host->ops->state(host, request, HOST_STATE_NEIGHBOURS, NULL, NULL);
}

struct shared_params {
	const char *data_type;
};

static const struct field shared_fields[] = {
	FIELD_STRING(struct shared_params, data_type, NULL, "Which; node_info, for instance"),
};
static SHAPE(shared_params, "state.shared", "Which type", struct shared_params, shared_fields);

static int state_shared(struct host *host, struct request *request)
{
	const struct shared_params *params = request->params;

	if (params->data_type)
		return host->ops->state(host, request, HOST_STATE_SHARED, NULL, params->data_type);
	diag_add(request->diag, DIAG_ERROR, NULL, "of which type?");
	return -EINVAL;
}

static int state_watch(struct host *host, struct request *request)
{
	const struct state_params *params = request->params;

	return host->ops->state(host, request, HOST_STATE_WATCH, params->table, NULL);
}

extern const struct method state_methods[];
const struct method state_methods[] = {
	{
		.name = "state",
		.doc = "The tables that the nodes share: how full, how fresh",
		.access = METHOD_READ,
		.result =
			"{ n_authors: number; bytes: number; n_refused: number; n_forged: number; "
			"n_evicted: number; tables: StateTable[] }",
		.call = state_tables_of,
	},
	{
		.name = "state.rows",
		.doc = "The rows of a table: who wrote them, how old they are, what they say",
		.access = METHOD_READ,
		.params = &rows_params,
		.result = "{ table: string; doc: string; n_rows: number; rows: StateRow[]; "
			  "n_left_out: number }",
		.call = state_rows,
	},
	{
		.name = "state.neighbours",
		.doc = "The neighbours that the state is exchanged with, and in which words",
		.access = METHOD_READ,
		.result = "{ neighbours: { address: string; link?: string; weft: boolean; "
			  "async: boolean; http: boolean; heard_s: number }[] }",
		.call = state_neighbours,
	},
	{
		.name = "state.shared",
		.doc = "A type of the shared state as LibreMesh's nodes see it",
		.access = METHOD_READ,
		.params = &shared_params,
		.result = "Record<string, unknown>",
		.call = state_shared,
	},
	{
		.name = "state.watch",
		.doc = "Sends a line for every row that is written, withdrawn or ends",
		.access = METHOD_LOCAL,
		.params = &watch_params,
		.call = state_watch,
	},
	{ 0 },
};
