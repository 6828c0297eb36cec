/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The node as a whole: how it is, and what can be done with it.
 */
#include <string.h>

#include "api/host.h"
#include "api/request.h"
#include "base/buf.h"
#include "base/diag.h"

static int node_status(struct host *host, struct request *request)
{
	host->ops->status(host, &request->result);
	return 0;
}

/* The lines of a report as a JSON array. */
static void print_lines(const struct buf *report, struct buf *out)
{
	const char *rest = buf_text(report), *separator = "";

	buf_add_char(out, '[');
	while (*rest) {
		const char *end = strchrnul(rest, '\n');
		BUF_AUTO line = { 0 };

		buf_add_bytes(&line, rest, (size_t)(end - rest));
		buf_add(out, separator);
		buf_add_json(out, buf_text(&line));
		separator = ",";
		rest = *end ? end + 1 : end;
	}
	buf_add_char(out, ']');
}

static void print_warnings(const struct diag *diag, struct buf *out)
{
	BUF_AUTO lines = { 0 };

	diag_print(diag, &lines);
	buf_add(out, "\"warnings\":");
	print_lines(&lines, out);
}

/* What was done, and what is to be known of it. */
static void print_done(const struct request *request, const struct buf *report, struct buf *out)
{
	buf_add(out, "\"steps\":");
	print_lines(report, out);
	buf_add_char(out, ',');
	print_warnings(request->diag, out);
}

static int node_reload(struct host *host, struct request *request)
{
	BUF_AUTO report = { 0 };
	size_t n_steps = 0;
	int r = host->ops->reload(host, request->diag, &report, &n_steps);

	if (r < 0)
		return r;
	buf_printf(&request->result, "{\"n_steps\":%zu,", n_steps);
	print_done(request, &report, &request->result);
	buf_add_char(&request->result, '}');
	return 0;
}

static int node_down(struct host *host, struct request *request)
{
	BUF_AUTO report = { 0 };
	int r = host->ops->down(host, request->diag, &report);

	if (r < 0)
		return r;
	buf_add_char(&request->result, '{');
	print_done(request, &report, &request->result);
	buf_add_char(&request->result, '}');
	return 0;
}

static int node_reboot(struct host *host, struct request *request)
{
	int r = host->ops->reboot(host, request->diag);

	if (r == 0)
		buf_add(&request->result, "{}");
	return r;
}

static int node_wait(struct host *host, struct request *request)
{
	return host->ops->wait(host, request);
}

static int node_watch(struct host *host, struct request *request)
{
	return host->ops->watch(host, request);
}

extern const struct method node_methods[];
const struct method node_methods[] = {
	{
		.name = "status",
		.doc = "This node, its neighbours, clouds, gateways and clients",
		.access = METHOD_READ,
		.call = node_status,
	},
	{
		.name = "reload",
		.doc = "Reads the configuration again and makes the difference true",
		.access = METHOD_CHANGE,
		.result = "{ n_steps: number; steps: string[]; warnings: string[] }",
		.call = node_reload,
	},
	{
		.name = "reboot",
		.doc = "Starts the machine again",
		.access = METHOD_CHANGE,
		.result = "{}",
		.call = node_reboot,
	},
	{
		.name = "down",
		.doc = "Takes away all that weft made, and ends the daemon",
		.access = METHOD_LOCAL,
		.result = "Done",
		.call = node_down,
	},
	{
		.name = "wait",
		.doc = "Answers when a configuration is applied and all children run",
		.access = METHOD_LOCAL,
		.call = node_wait,
	},
	{
		.name = "watch",
		.doc = "Sends a line for everything that happens",
		.access = METHOD_LOCAL,
		.call = node_watch,
	},
	{ 0 },
};
