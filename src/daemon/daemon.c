/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/request.h"
#include "base/diag.h"
#include "base/file.h"
#include "daemon/clock.h"
#include "daemon/control.h"
#include "daemon/lock.h"
#include "daemon/log.h"
#include "daemon/names.h"
#include "daemon/net/root.h"
#include "daemon/programs.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "plan/backend.h"
#include "plan/plan.h"
#include "platform/linux/kernel/apply.h"
#include "platform/linux/kernel/links.h"

/* Devices come in groups (a switch, a radio with its interfaces): look once they have settled. */
#define SETTLE_MS 1000
/* After a failure the world is asked again, less and less often. */
#define RETRY_MIN_MS 2000
#define RETRY_MAX_MS 60000
/* New nodes are asked for their names. */
#define REFRESH_MS 5000
/* The answer to `weft down` goes out before the end. */
#define FLUSH_MS 2000

static struct daemon *daemon_of(struct host *host)
{
	return container_of(host, struct daemon, host);
}

static void arm(struct event *timer, int64_t delay_ms)
{
	struct timeval delay = { delay_ms / 1000, (delay_ms % 1000) * 1000 };

	event_add(timer, &delay);
}

void daemon_tell(void *data, const char *json)
{
	struct daemon *daemon = data;

	/* Telling may drop a watcher that does not read, which clears its place. */
	for (size_t i = 0; i < DAEMON_WAITERS_MAX; i++) {
		if (daemon->watchers[i])
			request_say(daemon->watchers[i], json);
	}
}

static void answer_waiters(struct daemon *daemon)
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

/* --- what is in force --- */

static void take_accepted(struct daemon *daemon, struct accepted *accepted)
{
	accepted_done(&daemon->accepted);
	daemon->accepted = *accepted;
	*accepted = (struct accepted){ 0 };
	daemon->plan = daemon->accepted.node->plan;
}

int daemon_apply(struct daemon *daemon, struct accepted *accepted, struct diag *diag,
                 struct buf *report, size_t *n_steps)
{
	size_t n_changes = 0;
	int r;

	*n_steps = 0;
	programs_add_routes(daemon->programs, accepted->node->plan);
	r = daemon->backend->ops->apply(daemon->backend, accepted->node->plan, diag, report,
	                                n_steps);
	if (r < 0)
		return r;
	take_accepted(daemon, accepted);
	/* A program that does not start is told and tried again; the network stands without it. */
	(void)programs_update(daemon->programs, daemon->plan, diag, report, &n_changes);
	*n_steps += n_changes;
	if (*n_steps)
		daemon->applied_ms = clock_ms();
	buf_done(&daemon->failure);
	runtime_update(daemon->runtime, daemon->plan, &daemon->accepted.node->identity);
	net_root_update(daemon->net, daemon->plan, &daemon->accepted.node->identity);
	return 0;
}

/* A node that could not even start knows who it is, for whoever asks. */
static void take_identity(struct daemon *daemon, struct accepted *accepted)
{
	if (daemon->plan)
		return;
	take_accepted(daemon, accepted);
	daemon->plan = NULL;
}

/* The same words again are no news. */
static void keep_failure(struct daemon *daemon, const struct diag *diag, int r)
{
	BUF_AUTO text = { 0 };

	diag_print(diag, &text);
	if (!text.length)
		buf_printf(&text, "%s\n", strerror(-r));
	if (strcmp(buf_text(&text), buf_text(&daemon->failure)) != 0)
		log_diag(diag, NULL);
	buf_done(&daemon->failure);
	daemon->failure = text;
	text = (struct buf){ 0 };
}

static void retry_later(struct daemon *daemon)
{
	daemon->again_ms = daemon->again_ms ? 2 * daemon->again_ms : RETRY_MIN_MS;
	if (daemon->again_ms > RETRY_MAX_MS)
		daemon->again_ms = RETRY_MAX_MS;
	arm(daemon->again, daemon->again_ms);
}

/* Applies what was read without anybody asking: what fails is kept for the status, and tried
 * again. */
static void apply_quietly(struct daemon *daemon, struct accepted *accepted)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO report = { 0 };
	size_t n_steps;
	int r = daemon_apply(daemon, accepted, diag, &report, &n_steps);

	if (r < 0) {
		keep_failure(daemon, diag, r);
		take_identity(daemon, accepted);
		retry_later(daemon);
		return;
	}
	daemon->again_ms = 0;
	log_lines(LOG_PRIORITY_INFO, buf_text(&report));
	if (n_steps) {
		log_diag(diag, NULL);
		log_line(LOG_PRIORITY_NOTICE, "applied the plan in %zu steps", n_steps);
	}
	answer_waiters(daemon);
}

static void boot(struct daemon *daemon)
{
	ACCEPTED_AUTO accepted = { 0 };
	int r;

	accepted_read(daemon->root, &accepted);
	log_lines(LOG_PRIORITY_WARNING, buf_text(&accepted.mistakes));
	switch (accepted.source) {
	case ACCEPTED_FILES:
		r = accepted_write(daemon->root, &accepted);
		if (r < 0)
			log_line(LOG_PRIORITY_ERROR, "cannot write lime-autogen: %s", strerror(-r));
		break;
	case ACCEPTED_LAST_GOOD:
		log_line(LOG_PRIORITY_ERROR,
		         "the configuration cannot be used; using the last good one, lime-autogen");
		break;
	case ACCEPTED_NOTHING:
		log_line(LOG_PRIORITY_ERROR, "the configuration cannot be used, and there is no "
		                             "earlier one; `weft reload` when it is right");
		accepted_done(&daemon->accepted);
		daemon->accepted = accepted;
		accepted = (struct accepted){ 0 };
		return;
	}
	apply_quietly(daemon, &accepted);
}

/* Ports have come or gone, or the last try failed. */
static void on_again(int fd, short what, void *data)
{
	struct daemon *daemon = data;
	ACCEPTED_AUTO accepted = { 0 };

	(void)fd;
	(void)what;
	if (daemon->down)
		return;
	accepted_read_again(daemon->root, &accepted);
	if (accepted.node)
		apply_quietly(daemon, &accepted);
}

static void on_links(int fd, short what, void *data)
{
	struct daemon *daemon = data;

	(void)fd;
	(void)what;
	if (links_read(daemon->links))
		arm(daemon->again, SETTLE_MS);
}

static void on_refresh(int fd, short what, void *data)
{
	struct daemon *daemon = data;

	(void)fd;
	(void)what;
	daemon_refresh_names(daemon);
	arm(daemon->refresh, REFRESH_MS);
}

/* --- what can be asked (api/host.h) --- */

static void host_status(struct host *host, struct buf *json)
{
	daemon_status(daemon_of(host), json);
}

static int host_reload(struct host *host, struct diag *diag, struct buf *report, size_t *n_steps)
{
	struct daemon *daemon = daemon_of(host);
	ACCEPTED_AUTO accepted = { 0 };
	int r = accepted_read_strictly(daemon->root, &accepted, diag);

	*n_steps = 0;
	buf_done(&daemon->refused);
	if (r == 0)
		r = daemon_apply(daemon, &accepted, diag, report, n_steps);
	if (r < 0) {
		log_line(LOG_PRIORITY_ERROR, "reload refused; what ran runs on");
		log_diag(diag, NULL);
		diag_print(diag, &daemon->refused);
		return r;
	}
	r = accepted_write(daemon->root, &daemon->accepted);
	if (r < 0)
		diag_add(diag, DIAG_WARNING, NULL, "cannot write lime-autogen: %s", strerror(-r));
	log_lines(LOG_PRIORITY_INFO, buf_text(report));
	log_line(LOG_PRIORITY_NOTICE, "reloaded: %zu steps", *n_steps);
	answer_waiters(daemon);
	return 0;
}

static int host_down(struct host *host, struct diag *diag, struct buf *report)
{
	struct daemon *daemon = daemon_of(host);
	int r;

	log_line(LOG_PRIORITY_NOTICE, "taking everything down");
	daemon->down = true;
	runtime_down(daemon->runtime);
	programs_stop(daemon->programs);
	r = daemon->backend->ops->down(daemon->backend, diag, report);
	daemon->plan = NULL;
	log_lines(LOG_PRIORITY_INFO, buf_text(report));
	log_diag(diag, NULL);
	/* Also after a failure: what could be taken away is gone. */
	event_base_loopexit(daemon->base, NULL);
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

static int host_uplink_event(struct host *host, const struct string_list *variables,
                             struct diag *diag)
{
	struct daemon *daemon = daemon_of(host);
	bool changed = false;
	int r = programs_uplink_event(daemon->programs, variables, diag, &changed);

	if (changed)
		arm(daemon->again, 0);
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

static void host_forget(struct host *host, struct request *request)
{
	struct daemon *daemon = daemon_of(host);

	for (size_t i = 0; i < DAEMON_WAITERS_MAX; i++) {
		if (daemon->waiters[i] == request)
			daemon->waiters[i] = NULL;
		if (daemon->watchers[i] == request)
			daemon->watchers[i] = NULL;
	}
}

static const struct host_ops host_ops = {
	.status = host_status,
	.reload = host_reload,
	.down = host_down,
	.plan = host_plan,
	.uplink_event = host_uplink_event,
	.wait = host_wait,
	.watch = host_watch,
	.forget = host_forget,
};

/* --- start and end --- */

static void on_hangup(int fd, short what, void *data)
{
	struct daemon *daemon = data;
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO report = { 0 };
	size_t n_steps;

	(void)fd;
	(void)what;
	(void)host_reload(&daemon->host, diag, &report, &n_steps);
}

static void on_terminate(int number, short what, void *data)
{
	struct daemon *daemon = data;

	(void)what;
	log_line(LOG_PRIORITY_NOTICE, "ends by signal %d; what runs runs on", number);
	runtime_leave(daemon->runtime);
	event_base_loopexit(daemon->base, NULL);
}

static struct event *signal_new(struct daemon *daemon, int number, event_callback_fn callback)
{
	struct event *event = evsignal_new(daemon->base, number, callback, daemon);

	event_add(event, NULL);
	return event;
}

static int start_listening(struct daemon *daemon)
{
	BUF_AUTO path = { 0 };

	buf_printf(&path, "%s/control", daemon->folder);
	daemon->control = control_new(daemon->base, path.text, &daemon->host);
	if (!daemon->control) {
		log_line(LOG_PRIORITY_ERROR, "cannot listen at %s: %s", path.text, strerror(errno));
		return -1;
	}
	daemon->links = links_new();
	if (!daemon->links) {
		log_line(LOG_PRIORITY_ERROR, "cannot watch network devices: %s", strerror(errno));
		return -1;
	}
	daemon->links_ready = event_new(daemon->base, links_fd(daemon->links), EV_READ | EV_PERSIST,
	                                on_links, daemon);
	event_add(daemon->links_ready, NULL);
	return 0;
}

static int start(struct daemon *daemon)
{
	daemon->base = event_base_new();
	if (!daemon->base)
		return -1;
	(void)signal(SIGPIPE, SIG_IGN);
	daemon->hangup = signal_new(daemon, SIGHUP, on_hangup);
	daemon->terminate = signal_new(daemon, SIGTERM, on_terminate);
	daemon->interrupt = signal_new(daemon, SIGINT, on_terminate);
	daemon->again = event_new(daemon->base, -1, 0, on_again, daemon);
	daemon->backend = kernel_backend_new(daemon->folder);
	daemon->runtime = runtime_new(daemon->base, daemon_tell, daemon);
	daemon->programs = programs_new(daemon->base, daemon->folder);
	if (!daemon->programs) {
		log_line(LOG_PRIORITY_ERROR, "cannot use %s: %s", daemon->folder, strerror(errno));
		return -1;
	}
	daemon->names = names_new(daemon->base);
	if (!daemon->names) {
		log_line(LOG_PRIORITY_ERROR, "cannot ask for names: %s", strerror(errno));
		return -1;
	}
	daemon->net = net_root_new(daemon->base, daemon->folder, NULL);
	if (!daemon->net) {
		log_line(LOG_PRIORITY_ERROR, "cannot have a net process: %s", strerror(errno));
		return -1;
	}
	daemon->refresh = event_new(daemon->base, -1, 0, on_refresh, daemon);
	arm(daemon->refresh, REFRESH_MS);
	return start_listening(daemon);
}

static void drop(struct event *event)
{
	if (event)
		event_free(event);
}

static void stop(struct daemon *daemon)
{
	if (daemon->control)
		control_flush(daemon->control, FLUSH_MS);
	control_free(daemon->control);
	runtime_free(daemon->runtime);
	programs_free(daemon->programs);
	net_root_free(daemon->net);
	drop(daemon->refresh);
	names_free(daemon->names);
	drop(daemon->links_ready);
	links_free(daemon->links);
	drop(daemon->again);
	drop(daemon->hangup);
	drop(daemon->terminate);
	drop(daemon->interrupt);
	if (daemon->backend)
		daemon->backend->ops->free(daemon->backend);
	if (daemon->base)
		event_base_free(daemon->base);
	accepted_done(&daemon->accepted);
	buf_done(&daemon->failure);
	buf_done(&daemon->refused);
}

static int take_lock(const char *folder)
{
	BUF_AUTO path = { 0 };
	pid_t other = 0;
	int r = file_make_folder(folder, 0755);

	if (r < 0) {
		log_line(LOG_PRIORITY_ERROR, "cannot make %s: %s", folder, strerror(-r));
		return r;
	}
	buf_printf(&path, "%s/lock", folder);
	r = lock_take(path.text, &other);
	if (r == -EBUSY)
		log_line(LOG_PRIORITY_ERROR, "weft runs already, as process %d", (int)other);
	else if (r < 0)
		log_line(LOG_PRIORITY_ERROR, "cannot lock %s: %s", path.text, strerror(-r));
	return r;
}

int daemon_run(const struct daemon_options *options)
{
	struct daemon daemon = { .host = { &host_ops }, .root = options->root };
	BUF_AUTO folder = { 0 };
	int lock, r;

	buf_printf(&folder, "%s/weft", options->run);
	daemon.folder = folder.text;
	daemon.since_ms = clock_ms();
	lock = take_lock(folder.text);
	if (lock < 0)
		return 1;
	log_line(LOG_PRIORITY_NOTICE, "weft %s starts", WEFT_VERSION);
	r = start(&daemon);
	if (r == 0) {
		boot(&daemon);
		event_base_dispatch(daemon.base);
	}
	stop(&daemon);
	close(lock);
	return r < 0;
}
