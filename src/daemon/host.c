/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What can be asked of the daemon (api/host.h).
 */
#include <errno.h>
#include <event2/event.h>
#include <string.h>

#include "api/request.h"
#include "base/diag.h"
#include "daemon/babel.h"
#include "daemon/collect.h"
#include "daemon/down.h"
#include "daemon/gateways.h"
#include "daemon/log.h"
#include "daemon/net/questions.h"
#include "daemon/net/root.h"
#include "daemon/programs.h"
#include "daemon/reboot.h"
#include "daemon/reference.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "daemon/web.h"
#include "daemon/web/calls.h"
#include "plan/backend.h"
#include "plan/plan.h"

static struct daemon *daemon_of(struct host *host)
{
	return container_of(host, struct daemon, host);
}

void daemon_tell(void *data, const char *json)
{
	struct daemon *daemon = data;

	/* Telling may drop a watcher that does not read, which clears its place. */
	for (size_t i = 0; i < DAEMON_WAITERS_MAX; i++) {
		if (daemon->watchers[i])
			request_say(daemon->watchers[i], json);
	}
	calls_tell(daemon->calls, json);
}

void daemon_answer_waiters(struct daemon *daemon)
{
	for (size_t i = 0; i < DAEMON_WAITERS_MAX; i++) {
		struct request *request = daemon->waiters[i];

		daemon->waiters[i] = NULL;
		if (request)
			request_finish(request, 0);
	}
}

static bool is_settled(const struct daemon *daemon)
{
	return daemon->plan && !daemon->failure.length;
}

static void host_status(struct host *host, struct buf *json)
{
	daemon_status(daemon_of(host), json);
}

static int host_reload(struct host *host, struct diag *diag, struct buf *report, size_t *n_steps)
{
	struct daemon *daemon = daemon_of(host);
	const struct apply apply = { .remember = true, .diag = diag, .report = report };
	ACCEPTED_AUTO accepted = { 0 };
	int r = accepted_read_strictly(daemon->root, &accepted, diag);

	*n_steps = 0;
	buf_done(&daemon->refused);
	if (r == 0)
		r = daemon_apply(daemon, &accepted, &apply, n_steps);
	if (r < 0) {
		log_line(LOG_PRIORITY_ERROR, "reload refused; what ran runs on");
		log_diag(diag, NULL);
		diag_print(diag, &daemon->refused);
		return r;
	}
	log_lines(LOG_PRIORITY_INFO, buf_text(report));
	log_line(LOG_PRIORITY_NOTICE, "reloaded: %zu steps", *n_steps);
	web_load_site(daemon);
	daemon_answer_waiters(daemon);
	return 0;
}

static int host_down(struct host *host, struct diag *diag, struct buf *report)
{
	struct daemon *daemon = daemon_of(host);
	struct down down = { daemon->runtime, daemon->programs, daemon->backend, daemon->folder };
	AUTO(plan_free) struct plan *nothing = plan_new();
	int r;

	log_line(LOG_PRIORITY_NOTICE, "taking everything down");
	daemon->down = true;
	gateways_stop(daemon->gateways);
	daemon->plan = NULL;
	r = down_all(&down, diag, report);
	babel_want(daemon->babel, false);
	if (daemon->accepted.node)
		net_root_update(daemon->net, nothing, &daemon->accepted.node->identity);
	buf_done(&daemon->failure);
	if (r < 0)
		diag_print(diag, &daemon->failure);
	log_lines(LOG_PRIORITY_INFO, buf_text(report));
	log_diag(diag, NULL);
	return r;
}

static int host_plan(struct host *host, enum host_form form, struct buf *out)
{
	const struct daemon *daemon = daemon_of(host);

	if (!daemon->plan)
		return -ENOENT;
	if (form == HOST_FORM_JSON)
		plan_print_json(daemon->plan, out);
	else
		plan_print(daemon->plan, out);
	return 0;
}

static int host_reboot(struct host *host, struct diag *diag)
{
	return reboot_soon(daemon_of(host), diag);
}

static int host_uplink_event(struct host *host, const struct string_list *variables,
                             struct diag *diag)
{
	struct daemon *daemon = daemon_of(host);
	bool changed = false;
	int r = programs_uplink_event(daemon->programs, variables, diag, &changed);

	if (changed)
		daemon_arm(daemon->again, 0);
	return r;
}

static int add_request(struct request *requests[DAEMON_WAITERS_MAX], struct request *request)
{
	for (size_t i = 0; i < DAEMON_WAITERS_MAX; i++) {
		if (!requests[i]) {
			requests[i] = request;
			return METHOD_LATER;
		}
	}
	return -EBUSY;
}

static int host_wait(struct host *host, struct request *request)
{
	struct daemon *daemon = daemon_of(host);

	return is_settled(daemon) ? 0 : add_request(daemon->waiters, request);
}

static int host_watch(struct host *host, struct request *request)
{
	return add_request(daemon_of(host)->watchers, request);
}

static int host_state(struct host *host, struct request *request, enum host_state what,
                      const char *table, const char *key)
{
	static const enum net_question questions[] = {
		[HOST_STATE_TABLES] = NET_ASK_TABLES,         [HOST_STATE_ROWS] = NET_ASK_ROWS,
		[HOST_STATE_NEIGHBOURS] = NET_ASK_NEIGHBOURS, [HOST_STATE_WATCH] = NET_ASK_WATCH,
		[HOST_STATE_NODES] = NET_ASK_NODES,           [HOST_STATE_LINKS] = NET_ASK_LINKS,
		[HOST_STATE_SHARED] = NET_ASK_SHARED,
	};
	const struct net_query query = { questions[what], table, key };

	return net_root_ask(daemon_of(host)->net, request, &query);
}

static int host_session(struct host *host, enum host_session what, struct request *request)
{
	return calls_session(daemon_of(host)->calls, what, request);
}

static void host_gateways(struct host *host, const struct mac *asker, struct buf *json)
{
	gateways_print(daemon_of(host)->gateways, asker, json);
}

static int host_choose(struct host *host, const struct mac *client, const char *gateway,
                       const char *by, struct diag *diag, struct buf *json)
{
	const struct gateways_wish wish = { gateway, *client, by };

	return gateways_choose(daemon_of(host)->gateways, &wish, diag, json);
}

static void host_forget(struct host *host, struct request *request)
{
	struct daemon *daemon = daemon_of(host);

	net_root_forget(daemon->net, request);
	for (size_t i = 0; i < DAEMON_WAITERS_MAX; i++) {
		if (daemon->waiters[i] == request)
			daemon->waiters[i] = NULL;
		if (daemon->watchers[i] == request)
			daemon->watchers[i] = NULL;
	}
}

static void host_link_history(struct host *host, const char *key, struct buf *json)
{
	collect_print_history(daemon_of(host)->collect, key, json);
}

/* What people say is kept beside the key; without a net there is neither. */
static struct own_rows *rows_of(const struct daemon *daemon, struct diag *diag)
{
	struct own_rows *rows = net_root_rows(daemon->net);

	if (!rows)
		diag_add(diag, DIAG_ERROR, NULL, "there is no shared state: see the log");
	return rows;
}

static int host_set_reference(struct host *host, const char *table, struct diag *diag,
                              struct buf *json)
{
	struct own_rows *rows = rows_of(daemon_of(host), diag);

	return rows ? reference_set(rows, table, diag, json) : -ENOENT;
}

static int host_forget_node(struct host *host, const char *hostname, struct diag *diag)
{
	const struct daemon *daemon = daemon_of(host);
	struct own_rows *rows = rows_of(daemon, diag);

	if (!rows || !daemon->accepted.node)
		return -ENOENT;
	return reference_forget_node(rows, daemon->accepted.node->identity.hostname, hostname,
	                             diag);
}

const struct host_ops daemon_host_ops = {
	.settings = &daemon_settings_ops,
	.help = &daemon_help_ops,
	.first = &daemon_first_ops,
	.status = host_status,
	.reload = host_reload,
	.down = host_down,
	.reboot = host_reboot,
	.plan = host_plan,
	.uplink_event = host_uplink_event,
	.wait = host_wait,
	.watch = host_watch,
	.state = host_state,
	.session = host_session,
	.link_history = host_link_history,
	.set_reference = host_set_reference,
	.forget_node = host_forget_node,
	.gateways = host_gateways,
	.choose = host_choose,
	.forget = host_forget,
};
