/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/host.h"
#include "api/request.h"
#include "base/diag.h"
#include "shape/shape.h"

static const char *const forms[] = {
	[HOST_FORM_TEXT] = "text",
	[HOST_FORM_JSON] = "json",
	NULL,
};

struct plan_params {
	unsigned form;
};

static const struct field plan_fields[] = {
	FIELD_ENUM(struct plan_params, form, forms, HOST_FORM_JSON,
	           "As a person reads it, or as JSON"),
};
static SHAPE(plan_params, "plan", "Which form", struct plan_params, plan_fields);

static int plan_show(struct host *host, struct request *request)
{
	const struct plan_params *params = request->params;
	BUF_AUTO text = { 0 };
	int r = host->ops->plan(host, params->form, &text);

	if (r < 0) {
		diag_add(request->diag, DIAG_ERROR, NULL, "no plan is in force");
		return r;
	}
	if (params->form == HOST_FORM_JSON)
		buf_add(&request->result, buf_text(&text));
	else
		buf_add_json(&request->result, buf_text(&text));
	return 0;
}

extern const struct method plan_methods[];
const struct method plan_methods[] = {
	{
		.name = "plan",
		.doc = "The plan that is in force",
		.access = METHOD_CHANGE, /* it has the keys of radios */
		.params = &plan_params,
		.call = plan_show,
	},
	{ 0 },
};
