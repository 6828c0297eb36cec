/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/collect.h"
#include "daemon/control.h"
#include "daemon/delegated.h"
#include "daemon/first.h"
#include "daemon/gateways.h"
#include "daemon/lock.h"
#include "daemon/log.h"
#include "daemon/names.h"
#include "daemon/net/root.h"
#include "daemon/programs.h"
#include "daemon/ready.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "daemon/settings.h"
#include "daemon/way.h"
#include "daemon/web.h"
#include "daemon/web/calls.h"
#include "plan/backend.h"
#include "platform/linux/kernel/links.h"
#include "platform/linux/service/services.h"

/* Devices come in groups (a switch, a radio with its interfaces): look once they have settled. */
#define SETTLE_MS 1000
/* New nodes are asked for their names. */
#define REFRESH_MS 5000
/* The answer to `weft down` goes out before the end. */
#define FLUSH_MS 2000

void daemon_arm(struct event *timer, int64_t delay_ms)
{
	struct timeval delay = { delay_ms / 1000, (delay_ms % 1000) * 1000 };

	event_add(timer, &delay);
}

static void on_again(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	daemon_apply_again(data);
}

static void on_links(int fd, short what, void *data)
{
	struct daemon *daemon = data;

	(void)fd;
	(void)what;
	if (!links_read(daemon->links))
		return;
	daemon_arm(daemon->again, SETTLE_MS);
	collect_soon(daemon->collect);
}

/* Babel tells of many changes; few matter, and none of them is urgent. */
static void look_elsewhere(struct daemon *daemon)
{
	const struct babel_state *babel = babel_state(daemon->babel);
	const bool elsewhere[2] = { way_is_elsewhere(babel, IP_V4),
		                    way_is_elsewhere(babel, IP_V6) };

	struct delegated delegated;
	bool matters;

	delegated_hear(daemon->plan, babel, &delegated);
	matters = programs_know_elsewhere(daemon->programs, elsewhere);
	matters = programs_know_delegated(daemon->programs, &delegated) || matters;
	if (matters)
		daemon_arm(daemon->again, 0);
}

static void on_uplink_health(void *data)
{
	struct daemon *daemon = data;

	daemon_arm(daemon->again, 0);
}

static void on_refresh(int fd, short what, void *data)
{
	struct daemon *daemon = data;

	(void)fd;
	(void)what;
	daemon_refresh_names(daemon);
	look_elsewhere(daemon);
	if (programs_look(daemon->programs))
		daemon_arm(daemon->again, 0);
	/* Without it nobody can ask, and the next try is soon. */
	(void)!control_keep(daemon->control);
	daemon_arm(daemon->refresh, REFRESH_MS);
}

static void on_hangup(int fd, short what, void *data)
{
	struct daemon *daemon = data;
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO report = { 0 };
	size_t n_steps;

	(void)fd;
	(void)what;
	(void)daemon->host.ops->reload(&daemon->host, diag, &report, &n_steps);
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

static void on_babel(void *data)
{
	const struct daemon *daemon = data;

	collect_soon(daemon->collect);
}

/* dnsmasq reads the files of names and reservations anew. */
static void on_forgotten(void *data)
{
	const struct daemon *daemon = data;

	programs_signal(daemon->programs, "dnsmasq", SIGHUP);
}

static void on_learned(void *data)
{
	const struct daemon *daemon = data;

	daemon_arm(daemon->again, SETTLE_MS);
}

static void on_net_started(void *data)
{
	gateways_net_started(((struct daemon *)data)->gateways);
}

static void on_gateways(void *data, const struct net_gateways *heard)
{
	gateways_heard(((struct daemon *)data)->gateways, heard);
}

static void on_choices(void *data, const struct net_choices *heard)
{
	gateways_heard_choices(((struct daemon *)data)->gateways, heard);
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
	daemon->backend = owner_backend_new(daemon->owner.guest, daemon->folder);
	daemon->runtime = runtime_new(daemon->base, daemon_tell, daemon);
	daemon->programs = programs_new(daemon->base, daemon->folder, daemon->owner.guest,
	                                on_uplink_health, daemon);
	if (!daemon->programs) {
		log_line(LOG_PRIORITY_ERROR, "cannot use %s: %s", daemon->folder, strerror(errno));
		return -1;
	}
	daemon->names = names_new(daemon->base);
	if (!daemon->names) {
		log_line(LOG_PRIORITY_ERROR, "cannot ask for names: %s", strerror(errno));
		return -1;
	}
	daemon->babel = babel_new(daemon->base, daemon->owner.guest ? NULL : daemon->folder,
	                          on_babel, daemon);
	daemon->gateways = gateways_new(daemon);
	daemon->net = net_root_new(daemon->base, &(struct net_root_options){
							 .root = daemon->root,
							 .folder = daemon->folder,
							 .leases = daemon->owner.leases,
							 .forgotten = on_forgotten,
							 .called = web_take,
							 .learned = on_learned,
							 .started = on_net_started,
							 .gateways = on_gateways,
							 .choices = on_choices,
							 .data = daemon,
						 });
	/* The network stands without it; others just hear nothing of this node. */
	if (!daemon->net)
		log_line(LOG_PRIORITY_ERROR, "there is no net process: %s", strerror(errno));
	web_start(daemon);
	daemon->collect = collect_new(daemon);
	daemon->settings = settings_new(daemon);
	daemon->first = first_new(daemon);
	daemon->refresh = event_new(daemon->base, -1, 0, on_refresh, daemon);
	daemon_arm(daemon->refresh, REFRESH_MS);
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
	gateways_free(daemon->gateways);
	programs_free(daemon->programs);
	calls_free(daemon->calls);
	collect_free(daemon->collect);
	net_root_free(daemon->net);
	first_free(daemon->first);
	settings_free(daemon->settings);
	drop(daemon->refresh);
	babel_free(daemon->babel);
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
	int r;

	if (!services_folder_fits(folder)) {
		log_line(LOG_PRIORITY_ERROR,
		         "cannot use the folder '%s': programs can be told of paths of letters, "
		         "digits, dots, dashes and _ alone",
		         folder);
		return -EINVAL;
	}
	r = file_make_folder(folder, 0755);
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

static void tell_ready(void)
{
	int r = ready_tell();

	if (r < 0)
		log_line(LOG_PRIORITY_WARNING, "cannot tell who started it that weft is up: %s",
		         strerror(-r));
}

int daemon_run(const struct daemon_options *options)
{
	struct daemon daemon = { .host = { &daemon_host_ops },
		                 .root = options->root,
		                 .www = options->www };
	BUF_AUTO folder = { 0 };
	int lock, r;

	buf_printf(&folder, "%s/weft", options->run);
	daemon.folder = folder.text;
	daemon.since_ms = clock_ms();
	lock = take_lock(folder.text);
	if (lock < 0)
		return 1;
	owner_init(&daemon.owner, options->guest || owner_is_guest(options->root), options->root,
	           folder.text);
	log_line(LOG_PRIORITY_NOTICE, "weft %s starts%s", WEFT_VERSION,
	         daemon.owner.guest ? ", as a guest: others make the network" : "");
	r = start(&daemon);
	if (r == 0) {
		daemon_boot(&daemon);
		tell_ready();
		event_base_dispatch(daemon.base);
	}
	stop(&daemon);
	owner_done(&daemon.owner);
	close(lock);
	return r < 0;
}
