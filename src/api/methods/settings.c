/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The node's own configuration, changed with a way back (docs/settings.md).
 */
#include "api/host.h"
#include "api/request.h"
#include "shape/shape.h"

#define CONFIRM_DOC "Seconds in which it has to be confirmed, or it is undone"

struct change_params {
	struct string_list changes;
	uint32_t confirm_s;
};

static const struct field change_fields[] = {
	FIELD_LIST(
		struct change_params, changes, NULL,
		"Each NAME=VALUE; of a list, one for each value; NAME= takes the node's own away"),
};
static SHAPE(preview_params, "settings_preview", "What to change", struct change_params,
             change_fields);

static const struct field apply_fields[] = {
	FIELD_LIST(
		struct change_params, changes, NULL,
		"Each NAME=VALUE; of a list, one for each value; NAME= takes the node's own away"),
	FIELD_UINT(struct change_params, confirm_s, 10, 600, 90, CONFIRM_DOC),
};
static SHAPE(apply_params, "settings_apply", "What to change", struct change_params, apply_fields);

struct id_params {
	uint32_t id;
	uint32_t confirm_s;
};

static const struct field id_fields[] = {
	FIELD_UINT(struct id_params, id, 0, UINT32_MAX, 0, "Which change"),
};
static SHAPE(confirm_params, "settings_confirm", "Which change", struct id_params, id_fields);

static const struct field undo_fields[] = {
	FIELD_UINT(struct id_params, id, 0, UINT32_MAX, 0, "Which change"),
	FIELD_UINT(struct id_params, confirm_s, 10, 600, 90, CONFIRM_DOC),
};
static SHAPE(undo_params, "settings_undo", "Which change", struct id_params, undo_fields);

static int get(struct host *host, struct request *request)
{
	return host->ops->settings->get(host, request);
}

static int preview(struct host *host, struct request *request)
{
	const struct change_params *params = request->params;

	return host->ops->settings->preview(host, request, &params->changes);
}

static int apply(struct host *host, struct request *request)
{
	const struct change_params *params = request->params;

	return host->ops->settings->apply(host, request, &params->changes, params->confirm_s);
}

static int confirm(struct host *host, struct request *request)
{
	const struct id_params *params = request->params;

	return host->ops->settings->confirm(host, request, params->id);
}

static int history(struct host *host, struct request *request)
{
	return host->ops->settings->history(host, request);
}

static int undo(struct host *host, struct request *request)
{
	const struct id_params *params = request->params;

	return host->ops->settings->undo(host, request, params->id, params->confirm_s);
}

extern const struct method settings_methods[];
const struct method settings_methods[] = {
	{
		.name = "settings_get",
		.doc = "What can be changed, and what it is",
		.access = METHOD_READ,
		.result = "{ settings: Setting[]; pending: Pending | null; first_start: boolean }",
		.call = get,
	},
	{
		.name = "settings_preview",
		.doc = "What a change would do, in words; nothing is done",
		.access = METHOD_CHANGE,
		.params = &preview_params,
		.result = "Refused | Preview",
		.call = preview,
	},
	{
		.name = "settings_apply",
		.doc = "Makes a change, which is undone unless settings_confirm follows in time",
		.access = METHOD_CHANGE,
		.params = &apply_params,
		.result = "Refused | Applied",
		.call = apply,
	},
	{
		.name = "settings_confirm",
		.doc = "Keeps a change: who asked for it still reaches the node",
		.access = METHOD_FIRST,
		.params = &confirm_params,
		.result = "{ confirmed: boolean }",
		.call = confirm,
	},
	{
		.name = "settings_history",
		.doc = "What was changed, the last twenty times",
		.access = METHOD_READ,
		.result = "{ history: HistoryEntry[] }",
		.call = history,
	},
	{
		.name = "settings_undo",
		.doc = "Takes a change back, also after years",
		.access = METHOD_CHANGE,
		.params = &undo_params,
		.result = "Refused | Applied | { accepted: boolean; id: number; undone: boolean }",
		.call = undo,
	},
	{ 0 },
};
