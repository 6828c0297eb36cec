/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/root.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/request.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "daemon/log.h"
#include "daemon/net/cloud_files.h"
#include "daemon/net/lease_watch.h"
#include "daemon/net/message.h"
#include "daemon/net/own_rows.h"
#include "daemon/net/process.h"
#include "daemon/net/questions.h"
#include "daemon/net/sockets.h"
#include "net/identity.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/linux/service/dnsmasq.h"
#include "platform/linux/service/leases.h"

#define LINKS_MAX 32
#define FORGET_S  10
/* Lives of net that one write is good for. */
#define EPOCHS_A_BOOT   256U
#define CORRECTIONS_MAX 4
/* A port that is taken, a device that is not ready: try again. */
#define RETRY_S 5

struct service {
	const char *name;
	uint16_t ports[2]; /* the first that is free; 0: none more */
};

static const struct service services[NET_N_SERVICES] = {
	[NET_SERVICE_ASYNC] = { "the async protocol", { PORT_SHARED_STATE } },
	/* Where a web server has the first already, it points to the second. */
	[NET_SERVICE_HTTP] = { "HTTP", { PORT_HTTP, PORT_HTTP_SECOND } },
};

struct link {
	struct net_link link;
	int datagrams, echo;
	bool wanted;
};

struct net_root {
	struct net_process *process;
	struct net_questions *questions;
	struct event *retry;
	struct keys keys;
	char *key_folder;
	uint32_t boots, used; /* lives of net, of those of this boot */
	unsigned n_corrected;
	struct lease_watch *leases; /* NULL where it cannot be */
	struct cloud_files files;
	struct own_rows *rows;
	char *folder;
	int site; /* -1: none */
	uint32_t site_size;
	struct event *forget;            /* dnsmasq, what was taken out of its files */
	struct net_root_options options; /* its functions and their data */
	struct net_scope scope;
	struct net_node node;
	int listeners[NET_N_SERVICES]; /* -1: none yet */
	int complained[NET_N_SERVICES];
	struct link links[LINKS_MAX];
	size_t n_links;
	/* What the plan wants, for the retry. */
	char wanted[LINKS_MAX][IFNAME_SIZE];
	size_t n_wanted;
};

/* --- telling --- */

/* Each net has a number of its own; the file counts starts of the daemon, each good for so many. */
static int next_epoch(struct net_root *root, uint32_t *epoch)
{
	int r = 0;

	if (root->used == EPOCHS_A_BOOT) {
		r = keys_count_boot(root->key_folder, &root->boots);
		root->used = 0;
	}
	*epoch = root->boots * EPOCHS_A_BOOT + root->used++;
	return r;
}

static void tell_key(struct net_root *root)
{
	struct net_key key = { .keys = root->keys };
	int r = next_epoch(root, &key.epoch);

	if (r < 0)
		log_line(LOG_PRIORITY_ERROR, "net: cannot count a start in %s: %s",
		         root->key_folder, strerror(-r));
	net_process_send(
		root->process,
		&(struct net_message){ .kind = NET_KEY, .body = &key, .size = sizeof(key) });
	explicit_bzero(&key, sizeof(key));
}

/* The file was lost or set back, and others remember.  A net that is not itself any more could ask
 * for this for ever, and wear the flash out. */
static void correct_epoch(struct net_root *root, const struct net_epoch *said)
{
	uint32_t boots = said->epoch / EPOCHS_A_BOOT;

	if (boots <= root->boots || root->n_corrected >= CORRECTIONS_MAX)
		return;
	root->n_corrected++;
	root->boots = boots;
	root->used = said->epoch % EPOCHS_A_BOOT + 1;
	if (keys_set_boots(root->key_folder, boots) < 0)
		log_line(LOG_PRIORITY_ERROR, "net: cannot write to %s", root->key_folder);
}

/* dnsmasq reads what is added by itself; it forgets only when it is told, and then tells all of
 * its leases anew: not for each one. */
static void on_forget(int fd, short what, void *data)
{
	const struct net_root *root = data;

	(void)fd;
	(void)what;
	root->options.forgotten(root->options.data);
}

/* Names and reservations dnsmasq finds itself; the rest is for whoever configures it. */
static void take_file(struct net_root *root, const struct net_message *message)
{
	const unsigned *n = root->files.n_changes;
	unsigned before = n[NET_FILE_SERVERS] + n[NET_FILE_COLLISIONS];
	struct timeval delay = { FORGET_S, 0 };
	const struct net_file *part = message->body;
	bool lost = cloud_files_take(&root->files, message);

	if (lost && (part->file == NET_FILE_NAMES || part->file == NET_FILE_RESERVATIONS) &&
	    root->options.forgotten && !event_pending(root->forget, EV_TIMEOUT, NULL))
		event_add(root->forget, &delay);
	if (n[NET_FILE_SERVERS] + n[NET_FILE_COLLISIONS] != before && root->options.learned)
		root->options.learned(root->options.data);
}

static void on_said(void *data, const struct net_message *message)
{
	struct net_root *root = data;

	if (message->kind == NET_ANSWER || message->kind == NET_NEWS)
		net_questions_take(root->questions, message);
	else if (root->options.called &&
	         (message->kind == NET_CALL || message->kind == NET_CALL_GONE ||
	          message->kind == NET_VIEWERS))
		root->options.called(root->options.data, message);
	else if (message->kind == NET_EPOCH)
		correct_epoch(root, message->body);
	else if (message->kind == NET_FILE)
		take_file(root, message);
	else if (message->kind == NET_GATEWAYS && root->options.gateways)
		root->options.gateways(root->options.data, message->body);
	else if (message->kind == NET_CHOICES && root->options.choices)
		root->options.choices(root->options.data, message->body);
}

static void tell_scope(const struct net_root *root)
{
	if (root->scope.network.ip.family != IP_NONE)
		net_process_send(root->process,
		                 &(struct net_message){ .kind = NET_SCOPE,
		                                        .body = &root->scope,
		                                        .size = sizeof(root->scope) });
}

static void on_leases(void *data, const struct leases *leases)
{
	const struct net_root *root = data;

	for (size_t i = 0; i < leases->count; i++) {
		const struct lease *lease = &leases->items[i];
		struct net_lease told = { .mac = lease->mac, .ip = lease->ip };

		if (lease->ip.family != IP_V4 || mac_is_zero(&lease->mac))
			continue;
		memcpy(told.hostname, lease->name, sizeof(told.hostname));
		net_process_send(root->process, &(struct net_message){ .kind = NET_LEASE,
		                                                       .body = &told,
		                                                       .size = sizeof(told) });
	}
	net_process_send(root->process, &(struct net_message){ .kind = NET_LEASES });
}

static void send_to_net(void *data, const struct net_message *message)
{
	const struct net_root *root = data;

	net_process_send(root->process, message);
}

static int load_keys(struct net_root *root, const char *files)
{
	BUF_AUTO folder = { 0 };
	int r;

	buf_printf(&folder, "%s/etc/weft", strcmp(files, "/") ? files : "");
	r = file_make_folder(folder.text, 0755);
	if (r == 0)
		r = keys_load(folder.text, &root->keys);
	if (r == 0)
		r = keys_count_boot(folder.text, &root->boots);
	root->key_folder = buf_take(&folder);
	if (r < 0)
		log_line(LOG_PRIORITY_ERROR, "net: cannot use the key in %s: %s", root->key_folder,
		         strerror(-r));
	return r;
}

static void tell_node(const struct net_root *root)
{
	net_process_send(root->process, &(struct net_message){ .kind = NET_NODE,
	                                                       .body = &root->node,
	                                                       .size = sizeof(root->node) });
}

void net_root_send(struct net_root *root, const struct net_message *message)
{
	if (root)
		net_process_send(root->process, message);
}

static void tell_site(const struct net_root *root)
{
	struct net_site site = { root->site_size };

	net_process_send(root->process, &(struct net_message){ .kind = NET_SITE,
	                                                       .body = &site,
	                                                       .size = sizeof(site),
	                                                       .fds = { root->site },
	                                                       .n_fds = 1 });
}

void net_root_set_site(struct net_root *root, int fd, size_t size)
{
	if (!root) {
		close(fd);
		return;
	}
	if (root->site >= 0)
		close(root->site);
	root->site = fd;
	root->site_size = (uint32_t)size;
	tell_site(root);
}

static void tell_listener(const struct net_root *root, enum net_service service)
{
	struct net_listener listener = { service };

	net_process_send(root->process, &(struct net_message){ .kind = NET_LISTENER,
	                                                       .body = &listener,
	                                                       .size = sizeof(listener),
	                                                       .fds = { root->listeners[service] },
	                                                       .n_fds = 1 });
}

static void tell_link(const struct net_root *root, const struct link *link)
{
	net_process_send(root->process,
	                 &(struct net_message){ .kind = NET_LINK,
	                                        .body = &link->link,
	                                        .size = sizeof(link->link),
	                                        .fds = { link->datagrams, link->echo },
	                                        .n_fds = 2 });
}

static void tell_link_gone(const struct net_root *root, const struct link *link)
{
	net_process_send(root->process, &(struct net_message){ .kind = NET_LINK_GONE,
	                                                       .body = &link->link,
	                                                       .size = sizeof(link->link) });
}

/* A new process knows nothing. */
static void on_started(void *data)
{
	struct net_root *root = data;

	if (root->options.called)
		root->options.called(root->options.data, NULL);
	tell_key(root);
	net_questions_restarted(root->questions);
	if (*root->node.hostname)
		tell_node(root);
	if (root->site >= 0)
		tell_site(root);
	for (size_t i = 0; i < NET_N_SERVICES; i++) {
		if (root->listeners[i] >= 0)
			tell_listener(root, (enum net_service)i);
	}
	for (size_t i = 0; i < root->n_links; i++)
		tell_link(root, &root->links[i]);
	tell_scope(root);
	own_rows_repeat(root->rows);
	if (root->leases)
		lease_watch_tell(root->leases);
	if (root->options.started)
		root->options.started(root->options.data);
}

/* --- listening --- */

/* False if it has to be tried again. */
static bool listen_for(struct net_root *root, enum net_service service)
{
	const struct service *s = &services[service];
	int r = -EADDRINUSE;

	if (root->listeners[service] >= 0)
		return true;
	for (size_t i = 0; i < ARRAY_LENGTH(s->ports) && s->ports[i] && r == -EADDRINUSE; i++)
		r = sockets_listen(s->ports[i]);
	root->listeners[service] = r;
	if (r >= 0) {
		tell_listener(root, service);
		return true;
	}
	if (root->complained[service] != r)
		log_line(LOG_PRIORITY_ERROR, "net: cannot listen for %s: %s", s->name,
		         strerror(-r));
	root->complained[service] = r;
	return false;
}

/* --- links --- */

static int open_link(struct link *link)
{
	link->datagrams = sockets_datagrams(link->link.index, link->link.name);
	if (link->datagrams < 0)
		return link->datagrams;
	link->echo = sockets_echo(link->link.name);
	if (link->echo < 0) {
		close(link->datagrams);
		return link->echo;
	}
	return 0;
}

static struct link *find_link(struct net_root *root, const char *name, unsigned index)
{
	for (size_t i = 0; i < root->n_links; i++) {
		if (root->links[i].link.index == index && !strcmp(root->links[i].link.name, name))
			return &root->links[i];
	}
	return NULL;
}

/* False if it has to be tried again. */
static bool add_link(struct net_root *root, const char *name)
{
	unsigned index = if_nametoindex(name);
	struct link *link = index ? find_link(root, name, index) : NULL;
	int r;

	/* One that is not there comes with an update. */
	if (link || !index || root->n_links == LINKS_MAX) {
		if (link)
			link->wanted = true;
		return true;
	}
	link = &root->links[root->n_links];
	*link = (struct link){ .link = { .index = index }, .wanted = true };
	memcpy(link->link.name, name, strlen(name) + 1);
	r = open_link(link);
	if (r < 0) {
		log_line(LOG_PRIORITY_WARNING, "net: no socket on %s yet: %s", name, strerror(-r));
		return false;
	}
	root->n_links++;
	tell_link(root, link);
	return true;
}

static void remove_link(struct net_root *root, size_t at)
{
	struct link *link = &root->links[at];

	tell_link_gone(root, link);
	close(link->datagrams);
	close(link->echo);
	*link = root->links[--root->n_links];
}

/* False if something has to be tried again. */
static bool compare(struct net_root *root)
{
	bool whole = true;

	for (size_t i = 0; i < root->n_links; i++)
		root->links[i].wanted = false;
	for (size_t i = 0; i < root->n_wanted; i++)
		whole = add_link(root, root->wanted[i]) && whole;
	for (size_t i = root->n_links; i-- > 0;) {
		if (!root->links[i].wanted)
			remove_link(root, i);
	}
	for (size_t i = 0; i < NET_N_SERVICES; i++)
		whole = listen_for(root, (enum net_service)i) && whole;
	return whole;
}

static void on_retry(int fd, short what, void *data)
{
	struct net_root *root = data;
	struct timeval delay = { RETRY_S, 0 };

	(void)fd;
	(void)what;
	if (!compare(root))
		event_add(root->retry, &delay);
}

/* --- the plan --- */

static void want(struct net_root *root, const char *name)
{
	if (root->n_wanted < LINKS_MAX && strlen(name) < IFNAME_SIZE)
		memcpy(root->wanted[root->n_wanted++], name, strlen(name) + 1);
}

/* The port of a device of the mesh: below its VLAN, if it is one. */
static const char *port_of(const struct plan *plan, const char *name)
{
	const struct plan_link *link = plan_link(plan, name);

	return link && link->kind == PLAN_LINK_VLAN ? link->parent : name;
}

static bool has_babel(const struct plan *plan, const char *port)
{
	const struct plan_item *i = NULL;

	while ((i = plan_next(plan, PLAN_BABEL_INTERFACE, i))) {
		const struct plan_babel_interface *babel = i->value;

		if (!strcmp(port_of(plan, babel->ifname), port))
			return true;
	}
	return false;
}

static bool is_in_batadv(const struct plan *plan, const struct plan_link *link)
{
	const struct plan_link *master = link->master ? plan_link(plan, link->master) : NULL;

	return master && master->kind == PLAN_LINK_BATADV;
}

/* Each port once: where Babel talks to neighbours, else where batman-adv does. */
static void want_links(struct net_root *root, const struct plan *plan)
{
	const struct plan_item *i = NULL;

	root->n_wanted = 0;
	while ((i = plan_next(plan, PLAN_BABEL_INTERFACE, i))) {
		const struct plan_babel_interface *babel = i->value;

		want(root, babel->ifname);
	}
	while ((i = plan_next(plan, PLAN_LINK, i))) {
		const struct plan_link *link = i->value;

		if (is_in_batadv(plan, link) && !has_babel(plan, port_of(plan, link->name)))
			want(root, link->name);
	}
}

static void update_scope(struct net_root *root, const struct identity *identity)
{
	struct net_scope scope;

	memset(&scope, 0, sizeof(scope));
	scope.network = identity->ipv4;
	scope.anycast = identity->anygw4.ip;
	if (prefix_equal(&scope.network, &root->scope.network) &&
	    ip_equal(&scope.anycast, &root->scope.anycast))
		return;
	root->scope = scope;
	tell_scope(root);
	if (root->leases)
		lease_watch_tell(root->leases);
}

/* All of them, unless the configuration names some. */
static uint32_t talks_of(const struct plan *plan)
{
	static const char *const names[] = { "weft", "async", "http" };
	const struct plan_item *item = plan_next(plan, PLAN_STATE, NULL);
	const struct plan_state *state = item ? item->value : NULL;
	uint32_t talks = 0;

	for (size_t i = 0; state && i < state->conversations.count; i++) {
		for (size_t j = 0; j < ARRAY_LENGTH(names); j++) {
			if (!strcmp(state->conversations.items[i], names[j]))
				talks |= 1U << j;
		}
	}
	return item ? talks : NET_TALK_WEFT | NET_TALK_ASYNC | NET_TALK_HTTP;
}

static bool same_node(const struct net_node *a, const struct net_node *b)
{
	return a->talks == b->talks && !strcmp(a->hostname, b->hostname) &&
	       !strcmp(a->domain, b->domain) && mac_equal(&a->mac, &b->mac) &&
	       prefix_equal(&a->ipv4, &b->ipv4) && prefix_equal(&a->ipv6, &b->ipv6);
}

void net_root_update(struct net_root *root, const struct plan *plan,
                     const struct identity *identity)
{
	struct net_node node;

	if (!root)
		return;
	memset(&node, 0, sizeof(node));
	strncpy(node.hostname, identity->hostname, sizeof(node.hostname) - 1);
	if (identity->domain)
		strncpy(node.domain, identity->domain, sizeof(node.domain) - 1);
	node.mac = identity->ids.mac;
	node.ipv4 = identity->ipv4;
	node.ipv6 = identity->ipv6;
	node.talks = talks_of(plan);
	if (!same_node(&node, &root->node)) {
		root->node = node;
		tell_node(root);
	}
	update_scope(root, identity);
	want_links(root, plan);
	on_retry(-1, 0, root);
}

static void watch_leases(struct net_root *root, struct event_base *base, const char *file)
{
	BUF_AUTO own = { 0 };

	buf_printf(&own, "%s/" DNSMASQ_LEASES, root->folder);
	root->leases = lease_watch_new(base, file ? file : own.text, on_leases, root);
	if (!root->leases)
		log_line(LOG_PRIORITY_ERROR, "net: cannot watch the leases: %s", strerror(errno));
}

struct net_root *net_root_new(struct event_base *base, const struct net_root_options *options)
{
	struct net_root *root = calloc(1, sizeof(*root));
	BUF_AUTO kept = { 0 };
	int r;

	assert(root);
	for (size_t i = 0; i < NET_N_SERVICES; i++)
		root->listeners[i] = -1;
	root->site = -1;
	r = load_keys(root, options->root);
	if (r < 0) {
		free(root->key_folder);
		free(root);
		errno = -r;
		return NULL;
	}
	root->process = net_process_new(base,
	                                &(struct net_process_options){ .program = options->program,
	                                                               .folder = options->folder,
	                                                               .started = on_started,
	                                                               .said = on_said,
	                                                               .data = root });
	if (!root->process) {
		r = errno;
		free(root->key_folder);
		free(root);
		errno = r;
		return NULL;
	}
	root->questions = net_questions_new(send_to_net, root);
	buf_printf(&kept, "%s/said", root->key_folder);
	root->rows = own_rows_new(base, kept.text, send_to_net, root);
	root->options = *options;
	root->folder = strdup(options->folder);
	root->files.folder = root->folder;
	root->retry = event_new(base, -1, 0, on_retry, root);
	root->forget = event_new(base, -1, 0, on_forget, root);
	assert(root->folder && root->retry && root->forget);
	watch_leases(root, base, options->leases);
	return root;
}

void net_root_free(struct net_root *root)
{
	if (!root)
		return;
	lease_watch_free(root->leases);
	cloud_files_done(&root->files);
	event_free(root->forget);
	free(root->folder);
	own_rows_free(root->rows);
	net_process_free(root->process);
	net_questions_free(root->questions);
	explicit_bzero(&root->keys, sizeof(root->keys));
	free(root->key_folder);
	event_free(root->retry);
	if (root->site >= 0)
		close(root->site);
	for (size_t i = 0; i < NET_N_SERVICES; i++) {
		if (root->listeners[i] >= 0)
			close(root->listeners[i]);
	}
	for (size_t i = 0; i < root->n_links; i++) {
		close(root->links[i].datagrams);
		close(root->links[i].echo);
	}
	free(root);
}

int net_root_ask(struct net_root *root, struct request *request, const struct net_query *query)
{
	if (root)
		return net_questions_ask(root->questions, request, query);
	diag_add(request->diag, DIAG_ERROR, NULL, "there is no shared state: see the log");
	return -ENOENT;
}

void net_root_forget(struct net_root *root, const struct request *request)
{
	if (root)
		net_questions_forget(root->questions, request);
}

struct own_rows *net_root_rows(struct net_root *root)
{
	return root ? root->rows : NULL;
}

const uint8_t *net_root_key(const struct net_root *root)
{
	return root ? root->keys.public_key : NULL;
}

void net_root_tell_gateway(struct net_root *root, const struct net_gateway *gateway)
{
	if (root)
		net_process_send(root->process, &(struct net_message){ .kind = NET_GATEWAY,
		                                                       .body = gateway,
		                                                       .size = sizeof(*gateway) });
}

void net_root_tell_choice(struct net_root *root, const struct net_choice *choice)
{
	if (root)
		net_process_send(root->process, &(struct net_message){ .kind = NET_CHOOSE,
		                                                       .body = choice,
		                                                       .size = sizeof(*choice) });
}

pid_t net_root_pid(const struct net_root *root)
{
	return root ? net_process_pid(root->process) : 0;
}

size_t net_root_restarts(const struct net_root *root)
{
	return root ? net_process_restarts(root->process) : 0;
}

size_t net_root_n_links(const struct net_root *root)
{
	return root ? root->n_links : 0;
}
