/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What can be asked of the settings (api/host.h).
 */
#include "api/request.h"
#include "daemon/self.h"
#include "daemon/settings.h"

static struct settings *settings_of(struct host *host)
{
	return container_of(host, struct daemon, host)->settings;
}

static struct settings_wish wish_of(const struct request *request, const char *kind,
                                    unsigned confirm_s)
{
	return (struct settings_wish){
		.kind = kind,
		.by = request->rights == RIGHTS_LOCAL ? "command" : "page",
		.confirm_s = confirm_s,
	};
}

static int host_get(struct host *host, struct request *request)
{
	return settings_get(settings_of(host), &request->result, request->diag);
}

static int host_preview(struct host *host, struct request *request,
                        const struct string_list *changes)
{
	return settings_preview(settings_of(host), changes, &request->result, request->diag);
}

static int host_apply(struct host *host, struct request *request, const struct string_list *changes,
                      unsigned confirm_s)
{
	struct settings_wish wish = wish_of(request, "settings", confirm_s);

	return settings_apply(settings_of(host), changes, &wish, &request->result, request->diag);
}

static int host_confirm(struct host *host, struct request *request, unsigned id)
{
	return settings_confirm(settings_of(host), id, &request->result, request->diag);
}

static int host_history(struct host *host, struct request *request)
{
	settings_history_print(settings_of(host), &request->result);
	return 0;
}

static int host_undo(struct host *host, struct request *request, unsigned id, unsigned confirm_s)
{
	struct settings_wish wish = wish_of(request, "undo", confirm_s);

	return settings_undo(settings_of(host), id, &wish, &request->result, request->diag);
}

const struct host_settings_ops daemon_settings_ops = {
	.get = host_get,
	.preview = host_preview,
	.apply = host_apply,
	.confirm = host_confirm,
	.history = host_history,
	.undo = host_undo,
};
