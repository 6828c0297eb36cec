/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/tracer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/names.h"
#include "daemon/self.h"
#include "daemon/status_parts.h"
#include "daemon/way.h"
#include "gateway/hops.h"
#include "net/probe.h"
#include "plan/plan.h"
#include "platform/linux/kernel/defaults.h"
#include "platform/linux/service/babel_monitor.h"

/* Routers tell each other node of at most one such packet a second. */
#define ROUND_MS  1500
#define WANTED_MS 30000
/* So many rounds make a picture. */
#define ROUNDS_KNOWN 2
/* So many questions in a row without an answer, and it is not there. */
#define SILENT_MAX 3
#define READS_MAX  8
#define DNS_PORT   53

/* "invalid", which is nobody's name (RFC 6761); its first two bytes are the question's id. */
static const uint8_t question[] = { 0,   0,   1,   0,   0,   1,   0,   0, 0, 0, 0, 0, 7,
	                            'i', 'n', 'v', 'a', 'l', 'i', 'd', 0, 0, 1, 0, 1 };

struct trace;

/* One router of a way has one socket: what comes back to it needs no further sign. */
struct asker_socket {
	struct trace *trace;
	unsigned n;
	int fd;
	struct event *ready;
};

struct trace {
	enum ip_family family;
	struct hops hops;
	struct ip target; /* IP_NONE: nobody to ask */
	struct asker_socket sockets[HOPS_MAX];
	int64_t wanted_ms, round_ms;
	bool runs;
};

struct tracer {
	struct daemon *daemon;
	struct event *timer;
	struct trace traces[2];
};

static int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- answers ---- */

static bool read_address(const struct sockaddr_storage *from, struct ip *ip)
{
	*ip = (struct ip){ 0 };
	if (from->ss_family == AF_INET) {
		ip->family = IP_V4;
		memcpy(ip->byte, &((const struct sockaddr_in *)from)->sin_addr, 4);
		return true;
	}
	if (from->ss_family == AF_INET6) {
		ip->family = IP_V6;
		memcpy(ip->byte, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
		return true;
	}
	return false;
}

/* Who sent the message that the kernel keeps for this socket; false if it was made here. */
static bool read_offender(const struct cmsghdr *control, struct ip *ip, bool *arrived)
{
	struct sock_extended_err error;
	struct sockaddr_storage from = { 0 };
	size_t size = control->cmsg_len - CMSG_LEN(0);

	if (control->cmsg_len < CMSG_LEN(sizeof(error)))
		return false;
	memcpy(&error, CMSG_DATA(control), sizeof(error));
	if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6)
		return false;
	size -= sizeof(error);
	memcpy(&from, CMSG_DATA(control) + sizeof(error),
	       size < sizeof(from) ? size : sizeof(from));
	/* Whom it is for has nobody who answers names, and says so. */
	*arrived = error.ee_errno == ECONNREFUSED;
	return read_address(&from, ip);
}

static uint16_t id_of(const uint8_t *bytes, ssize_t n)
{
	return n >= 2 ? (uint16_t)(bytes[0] << 8 | bytes[1]) : 0;
}

static bool read_error(struct asker_socket *socket)
{
	uint8_t bytes[sizeof(question)];
	union {
		struct cmsghdr header;
		char room[256];
	} control;
	struct iovec iov = { bytes, sizeof(bytes) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct trace *trace = socket->trace;
	bool arrived = false;
	struct ip from;
	ssize_t n;

	message.msg_control = &control;
	message.msg_controllen = sizeof(control);
	n = recvmsg(socket->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
	if (n < 0)
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		bool v4 = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR;
		bool v6 = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR;

		if ((v4 || v6) && read_offender(c, &from, &arrived) && from.family == trace->family)
			hops_answered(&trace->hops, socket->n, id_of(bytes, n), &from,
			              arrived && ip_equal(&from, &trace->target), clock_us());
	}
	return true;
}

static void on_ready(int fd, short what, void *data)
{
	struct asker_socket *socket = data;
	struct trace *trace = socket->trace;
	uint8_t bytes[sizeof(question)];

	(void)what;
	for (unsigned i = 0; i < READS_MAX && read_error(socket); i++)
		;
	for (unsigned i = 0; i < READS_MAX; i++) {
		ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n < 0 && errno != ECONNREFUSED && errno != EHOSTUNREACH)
			return;
		/* Only the one it is connected to can have sent this. */
		if (n >= 2)
			hops_answered(&trace->hops, socket->n, id_of(bytes, n), &trace->target,
			              true, clock_us());
	}
}

/* ---- questions ---- */

static socklen_t write_address(const struct ip *ip, struct sockaddr_storage *to)
{
	*to = (struct sockaddr_storage){ 0 };
	if (ip->family == IP_V4) {
		struct sockaddr_in *v4 = (struct sockaddr_in *)to;

		v4->sin_family = AF_INET;
		v4->sin_port = htons(DNS_PORT);
		memcpy(&v4->sin_addr, ip->byte, 4);
		return sizeof(*v4);
	}
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(DNS_PORT);
	memcpy(&v6->sin6_addr, ip->byte, 16);
	return sizeof(*v6);
}

static bool set_options(int fd, enum ip_family family, int hops)
{
	const int on = 1;

	if (family == IP_V4)
		return setsockopt(fd, IPPROTO_IP, IP_TTL, &hops, sizeof(hops)) == 0 &&
		       setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)) == 0;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof(hops)) == 0 &&
	       setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on)) == 0;
}

static void close_socket(struct asker_socket *socket)
{
	if (!socket->ready)
		return;
	event_free(socket->ready);
	close(socket->fd);
	socket->ready = NULL;
}

static bool open_socket(struct tracer *tracer, struct asker_socket *asker)
{
	struct trace *trace = asker->trace;
	int domain = trace->family == IP_V4 ? AF_INET : AF_INET6;
	struct sockaddr_storage to;
	socklen_t size = write_address(&trace->target, &to);
	int fd = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false;
	if (!set_options(fd, trace->family, (int)asker->n + 1) ||
	    connect(fd, (struct sockaddr *)&to, size) < 0) {
		close(fd);
		return false;
	}
	asker->fd = fd;
	asker->ready = event_new(tracer->daemon->base, fd, EV_READ | EV_PERSIST, on_ready, asker);
	event_add(asker->ready, NULL);
	return true;
}

static void ask(struct trace *trace, struct asker_socket *socket)
{
	uint8_t packet[sizeof(question)];
	uint16_t id = 0;

	while (!id) {
		if (getrandom(&id, sizeof(id), GRND_NONBLOCK) != sizeof(id))
			return;
	}
	memcpy(packet, question, sizeof(question));
	packet[0] = (uint8_t)(id >> 8);
	packet[1] = (uint8_t)id;
	hops_asked(&trace->hops, socket->n, id, clock_us());
	(void)send(socket->fd, packet, sizeof(packet), MSG_DONTWAIT);
}

/* The first whom the node asks for names, else the first it asks for anything. */
static struct ip find_target(const struct plan *plan, enum ip_family family)
{
	const struct plan_item *item = plan ? plan_next(plan, PLAN_PROBES, NULL) : NULL;
	const struct plan_probes *probes = item ? item->value : NULL;
	struct ip found = { 0 };

	for (size_t i = 0; probes && i < probes->targets.count; i++) {
		struct probe_target target;

		if (!probe_parse(probes->targets.items[i], &target) || target.ip.family != family ||
		    target.kind == PROBE_TRAP)
			continue;
		if (target.kind == PROBE_DNS)
			return target.ip;
		if (found.family == IP_NONE)
			found = target.ip;
	}
	return found;
}

static void stop(struct trace *trace)
{
	for (unsigned i = 0; i < HOPS_MAX; i++)
		close_socket(&trace->sockets[i]);
	trace->runs = false;
}

/* Each round connects anew: the way, and with it the address that is used, may be another one. */
static void run_round(struct tracer *tracer, struct trace *trace)
{
	unsigned n = hops_wanted(&trace->hops);
	struct ip target = find_target(tracer->daemon->plan, trace->family);

	if (!ip_equal(&target, &trace->target)) {
		trace->hops = (struct hops){ 0 };
		trace->target = target;
	}
	if (target.family == IP_NONE)
		return;
	hops_round(&trace->hops);
	trace->round_ms = clock_ms();
	for (unsigned i = 0; i < HOPS_MAX; i++) {
		close_socket(&trace->sockets[i]);
		if (i < n && open_socket(tracer, &trace->sockets[i]))
			ask(trace, &trace->sockets[i]);
	}
}

static void on_timer(int fd, short what, void *data)
{
	struct tracer *tracer = data;
	bool again = false;

	(void)fd;
	(void)what;
	for (unsigned i = 0; i < 2; i++) {
		struct trace *trace = &tracer->traces[i];

		if (!trace->runs)
			continue;
		if (clock_ms() - trace->wanted_ms > WANTED_MS) {
			stop(trace);
			continue;
		}
		run_round(tracer, trace);
		again = true;
	}
	if (again)
		daemon_arm(tracer->timer, ROUND_MS);
}

/* What was known long ago is no answer any more. */
static void want(struct tracer *tracer, struct trace *trace)
{
	bool idle = !tracer->traces[0].runs && !tracer->traces[1].runs;

	trace->wanted_ms = clock_ms();
	if (trace->runs)
		return;
	trace->runs = true;
	trace->hops = (struct hops){ 0 };
	if (idle)
		daemon_arm(tracer->timer, 0);
}

/* ---- telling ---- */

static bool is_in_mesh(const struct babel_state *babel, const struct ip *ip)
{
	for (size_t i = 0; babel && i < babel->n_routes; i++) {
		const struct prefix *prefix = &babel->routes[i].prefix;

		if (prefix->length && prefix_contains(prefix, ip))
			return true;
	}
	for (size_t i = 0; babel && i < babel->n_xroutes; i++) {
		const struct prefix *prefix = &babel->xroutes[i].prefix;

		if (prefix->length && prefix_contains(prefix, ip))
			return true;
	}
	return false;
}

static void add_figures(struct json *json, const struct hop *hop)
{
	int loss = hops_loss_percent(hop);
	char text[32];

	if (hop->answered) {
		snprintf(text, sizeof(text), "%u.%u", hop->delay_us / 1000,
		         hop->delay_us % 1000 / 100);
		json_raw(json, "delay_ms", text);
	}
	if (loss >= 0)
		json_number(json, "loss_percent", loss);
	json_number(json, "sent", hop->sent);
}

static void add_hop(const struct tracer *tracer, struct json *json, unsigned n, const char *kind,
                    const struct hop *hop)
{
	json_open(json, NULL, '{');
	json_number(json, "n", n);
	json_text(json, "kind", kind);
	/* Strangers are not asked how they are called. */
	if (hop->address.family && strcmp(kind, "internet") != 0)
		json_text(json, "name", names_of(tracer->daemon->names, &hop->address, 0));
	status_add_ip(json, "address", &hop->address);
	add_figures(json, hop);
	json_close(json, '}');
}

static void add_self(const struct tracer *tracer, struct json *json, const struct way *way)
{
	const struct node *node = tracer->daemon->accepted.node;

	json_open(json, NULL, '{');
	json_number(json, "n", 0);
	json_text(json, "kind", "self");
	if (node)
		json_text(json, "name", node->identity.hostname);
	if (way->by != WAY_NONE)
		json_text(json, "port", way->port);
	json_close(json, '}');
}

/* How many of the routers are nodes: those up to the last whose address is one of the mesh. */
static unsigned count_nodes(const struct tracer *tracer, const struct trace *trace,
                            const struct way *way)
{
	const struct babel_state *babel = babel_state(tracer->daemon->babel);
	unsigned n = 0;

	for (unsigned i = 0; way->by == WAY_NODE && i < HOPS_MAX; i++) {
		const struct hop *hop = &trace->hops.hop[i];

		if (hop->address.family != IP_NONE && !hop->arrived &&
		    is_in_mesh(babel, &hop->address))
			n = i + 1;
	}
	return n;
}

/* The one whom all is meant for, else the furthest that answers behind the nodes. */
static const struct hop *find_end(const struct trace *trace, unsigned n_nodes)
{
	const struct hop *end = NULL;

	for (unsigned i = n_nodes; i < HOPS_MAX; i++) {
		const struct hop *hop = &trace->hops.hop[i];

		if (hop->arrived)
			return hop;
		if (hop->address.family != IP_NONE)
			end = hop;
	}
	return end;
}

static bool is_there(const struct hop *end)
{
	return end && end->silent < SILENT_MAX;
}

static void find_way(const struct tracer *tracer, enum ip_family family, struct way *way)
{
	struct default_route routes[DEFAULTS_MAX];
	int n = defaults_read(routes);
	struct way_facts facts = {
		.routes = routes,
		.n_routes = n < 0 ? 0 : (size_t)n,
		.babel_wanted = babel_is_wanted(tracer->daemon->babel),
		.babel = babel_state(tracer->daemon->babel),
	};

	way_find(&facts, family, way);
	way->route = NULL;
}

static void add_hops(const struct tracer *tracer, const struct trace *trace, const struct way *way,
                     struct json *json)
{
	unsigned n_nodes = count_nodes(tracer, trace, way);
	const struct hop *end = find_end(trace, n_nodes);

	json_open(json, "hops", '[');
	add_self(tracer, json, way);
	for (unsigned i = 0; i < n_nodes; i++)
		add_hop(tracer, json, i + 1, i + 1 == n_nodes ? "gateway" : "node",
		        &trace->hops.hop[i]);
	if (end)
		add_hop(tracer, json, n_nodes + 1, "internet", end);
	json_close(json, ']');
	json_bool(json, "complete", way->by != WAY_NONE && is_there(end));
}

void tracer_print(struct tracer *tracer, enum ip_family family, struct buf *out)
{
	struct trace *trace = &tracer->traces[family == IP_V6];
	struct json json = { .out = out };
	struct way way;

	want(tracer, trace);
	find_way(tracer, family, &way);
	json_open(&json, NULL, '{');
	json_number(&json, "family", family);
	json_text(&json, "by", way_word(way.by));
	json_bool(&json, "measured", trace->hops.rounds > ROUNDS_KNOWN);
	if (trace->hops.rounds)
		json_number(&json, "measured_s_ago", (clock_ms() - trace->round_ms) / 1000);
	add_hops(tracer, trace, &way, &json);
	json_close(&json, '}');
}

/* ---- the daemon's ---- */

struct tracer *tracer_new(struct daemon *daemon)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));

	assert(tracer);
	tracer->daemon = daemon;
	tracer->timer = event_new(daemon->base, -1, 0, on_timer, tracer);
	for (unsigned i = 0; i < 2; i++) {
		struct trace *trace = &tracer->traces[i];

		trace->family = i ? IP_V6 : IP_V4;
		for (unsigned n = 0; n < HOPS_MAX; n++)
			trace->sockets[n] = (struct asker_socket){ .trace = trace, .n = n };
	}
	return tracer;
}

void tracer_free(struct tracer *tracer)
{
	if (!tracer)
		return;
	for (unsigned i = 0; i < 2; i++)
		stop(&tracer->traces[i]);
	event_free(tracer->timer);
	free(tracer);
}
