/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/message.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct header {
	uint32_t kind;
	uint32_t size; /* of the body */
};

struct kind {
	const char *name;
	enum net_side sender;
	size_t least, most; /* bytes of the body */
	size_t n_fds;
	bool (*check)(const void *body, size_t size); /* NULL: nothing more to check */
};

static bool is_text(const char *text, size_t room)
{
	return memchr(text, 0, room) != NULL;
}

static bool is_prefix(const struct prefix *prefix)
{
	switch (prefix->ip.family) {
	case IP_NONE:
		return true;
	case IP_V4:
	case IP_V6:
		return prefix->length <= ip_bits(&prefix->ip);
	}
	return false;
}

static bool check_key(const void *body, size_t size)
{
	const struct net_key *key = body;

	(void)size;
	return key->epoch != 0;
}

static bool check_node(const void *body, size_t size)
{
	const struct net_node *node = body;

	(void)size;
	return is_text(node->hostname, sizeof(node->hostname)) &&
	       is_text(node->domain, sizeof(node->domain)) && is_prefix(&node->ipv4) &&
	       is_prefix(&node->ipv6);
}

static bool check_scope(const void *body, size_t size)
{
	const struct net_scope *scope = body;

	(void)size;
	return scope->network.ip.family == IP_V4 && is_prefix(&scope->network);
}

static bool check_lease(const void *body, size_t size)
{
	const struct net_lease *lease = body;

	(void)size;
	return is_text(lease->hostname, sizeof(lease->hostname)) && lease->ip.family == IP_V4 &&
	       !mac_is_zero(&lease->mac);
}

/* What stands in the lines is looked at when they are whole. */
static bool check_file(const void *body, size_t size)
{
	const struct net_file *file = body;

	return file->file < NET_N_FILES && file->last <= 1 &&
	       !memchr(file->text, 0, size - sizeof(*file));
}

static bool check_ask(const void *body, size_t size)
{
	const struct net_ask *ask = body;

	(void)size;
	return ask->question < NET_N_QUESTIONS && is_text(ask->table, sizeof(ask->table)) &&
	       is_text(ask->key, sizeof(ask->key));
}

/* It becomes a part of a line that root writes, so there is no end of a line in it. */
static bool check_answer(const void *body, size_t size)
{
	const struct net_answer *answer = body;

	for (size_t i = 0; i < size - sizeof(*answer); i++) {
		if ((unsigned char)answer->text[i] < ' ')
			return false;
	}
	return answer->last <= 1;
}

/* Whether the value is one of the table is looked at by the store. */
static bool check_row(const void *body, size_t size)
{
	const struct net_row *row = body;

	return is_text(row->key, sizeof(row->key)) && row->withdrawn <= 1 &&
	       (!row->withdrawn || size == sizeof(*row));
}

static bool is_gateway(const struct gateway_facts *facts)
{
	return is_text(facts->name, sizeof(facts->name)) && *facts->name &&
	       is_text(facts->words, sizeof(facts->words)) &&
	       is_text(facts->hours, sizeof(facts->hours)) &&
	       is_text(facts->router, sizeof(facts->router)) && facts->ipv6.family == IP_V6 &&
	       (facts->ipv4.family == IP_NONE || facts->ipv4.family == IP_V4) &&
	       facts->offer <= GATEWAY_CLOSED && facts->sides[0].health <= HEALTH_GOOD &&
	       facts->sides[1].health <= HEALTH_GOOD;
}

static bool check_gateway(const void *body, size_t size)
{
	const struct net_gateway *gateway = body;

	(void)size;
	return gateway->there <= 1 && (!gateway->there || is_gateway(&gateway->facts));
}

static bool check_gateways(const void *body, size_t size)
{
	const struct net_gateways *gateways = body;

	if (gateways->n > GATEWAYS_MAX ||
	    size != sizeof(*gateways) + gateways->n * sizeof(gateways->items[0]))
		return false;
	for (size_t i = 0; i < gateways->n; i++) {
		if (!is_gateway(&gateways->items[i]))
			return false;
	}
	return true;
}

static bool is_choice(const struct net_choice *choice)
{
	return choice->own <= 1 && is_text(choice->name, sizeof(choice->name)) &&
	       is_text(choice->by, sizeof(choice->by));
}

static bool check_choose(const void *body, size_t size)
{
	(void)size;
	return is_choice(body);
}

static bool check_choices(const void *body, size_t size)
{
	const struct net_choices *choices = body;

	if (choices->n > NET_CHOICES_PART || choices->first > 1 || choices->last > 1 ||
	    size != sizeof(*choices) + choices->n * sizeof(choices->items[0]))
		return false;
	for (size_t i = 0; i < choices->n; i++) {
		if (!is_choice(&choices->items[i]))
			return false;
	}
	return true;
}

static bool check_listener(const void *body, size_t size)
{
	const struct net_listener *listener = body;

	(void)size;
	return listener->service < NET_N_SERVICES;
}

static bool check_certificate(const void *body, size_t size)
{
	return memchr(body, 0, size) == (const char *)body + size - 1;
}

static bool check_link(const void *body, size_t size)
{
	const struct net_link *link = body;

	(void)size;
	return link->index && *link->name && is_text(link->name, sizeof(link->name));
}

static bool check_call(const void *body, size_t size)
{
	const struct net_call *call = body;

	return call->id && call->kind < NET_N_CALL_KINDS && call->last <= 1 &&
	       call->from.family <= IP_V6 && !memchr(call->text, 0, size - sizeof(*call));
}

static bool check_reply(const void *body, size_t size)
{
	const struct net_reply *answer = body;

	(void)size;
	return answer->id && answer->last <= 1 && is_text(answer->type, sizeof(answer->type));
}

static bool check_view(const void *body, size_t size)
{
	const struct net_view *news = body;

	return news->kind < NET_N_VIEW_KINDS && news->last <= 1 &&
	       !memchr(news->text, 0, size - sizeof(*news));
}
static_assert(sizeof(struct net_gateways) + GATEWAYS_MAX * sizeof(struct gateway_facts) <=
                      NET_BODY_MAX,
              "all gateways are one message");
static_assert(sizeof(struct net_choices) + NET_CHOICES_PART * sizeof(struct net_choice) <=
                      NET_BODY_MAX,
              "a part of the choices is one message");

#define BODY_OF(type_) .least = sizeof(type_), .most = sizeof(type_)

static const struct kind kinds[NET_N_KINDS] = {
	[NET_READY] = { "ready", NET_SIDE_NET },
	[NET_PING] = { "ping", NET_SIDE_ROOT },
	[NET_PONG] = { "pong", NET_SIDE_NET },
	[NET_KEY] = { "key", NET_SIDE_ROOT, BODY_OF(struct net_key), .check = check_key },
	[NET_NODE] = { "node", NET_SIDE_ROOT, BODY_OF(struct net_node), .check = check_node },
	[NET_LISTENER] = { "listener", NET_SIDE_ROOT, BODY_OF(struct net_listener), .n_fds = 1,
	                   .check = check_listener },
	[NET_LISTENER_GONE] = { "listener gone", NET_SIDE_ROOT, BODY_OF(struct net_listener),
	                        .check = check_listener },
	[NET_CERTIFICATE] = { "certificate", NET_SIDE_ROOT, .least = 1, .most = NET_BODY_MAX,
	                      .check = check_certificate },
	[NET_LINK] = { "link", NET_SIDE_ROOT, BODY_OF(struct net_link), .n_fds = 2,
	               .check = check_link },
	[NET_SCOPE] = { "scope", NET_SIDE_ROOT, BODY_OF(struct net_scope), .check = check_scope },
	[NET_LEASE] = { "lease", NET_SIDE_ROOT, BODY_OF(struct net_lease), .check = check_lease },
	[NET_LEASES] = { "leases", NET_SIDE_ROOT },
	[NET_FILE] = { "file", NET_SIDE_NET, .least = sizeof(struct net_file), .most = NET_BODY_MAX,
	               .check = check_file },
	[NET_ROW] = { "row", NET_SIDE_ROOT, .least = sizeof(struct net_row),
	              .most = sizeof(struct net_row) + ROW_VALUE_MAX, .check = check_row },
	[NET_EPOCH] = { "epoch", NET_SIDE_NET, BODY_OF(struct net_epoch) },
	[NET_ASK] = { "ask", NET_SIDE_ROOT, BODY_OF(struct net_ask), .check = check_ask },
	[NET_FORGET] = { "forget", NET_SIDE_ROOT, BODY_OF(struct net_ask), .check = check_ask },
	[NET_ANSWER] = { "answer", NET_SIDE_NET, .least = sizeof(struct net_answer),
	                 .most = NET_BODY_MAX, .check = check_answer },
	[NET_NEWS] = { "news", NET_SIDE_NET, .least = sizeof(struct net_answer),
	               .most = NET_BODY_MAX, .check = check_answer },
	[NET_SITE] = { "site", NET_SIDE_ROOT, BODY_OF(struct net_site), .n_fds = 1 },
	[NET_CALL] = { "call", NET_SIDE_NET, .least = sizeof(struct net_call), .most = NET_BODY_MAX,
	               .check = check_call },
	[NET_CALL_GONE] = { "call gone", NET_SIDE_NET, BODY_OF(struct net_call_gone) },
	[NET_REPLY] = { "answer", NET_SIDE_ROOT, .least = sizeof(struct net_reply),
	                .most = NET_BODY_MAX, .check = check_reply },
	[NET_VIEWERS] = { "viewers", NET_SIDE_NET, BODY_OF(struct net_viewers) },
	[NET_VIEW] = { "news", NET_SIDE_ROOT, .least = sizeof(struct net_view),
	               .most = NET_BODY_MAX, .check = check_view },
	[NET_GATEWAY] = { "gateway", NET_SIDE_ROOT, BODY_OF(struct net_gateway),
	                  .check = check_gateway },
	[NET_CHOOSE] = { "choose", NET_SIDE_ROOT, BODY_OF(struct net_choice),
	                 .check = check_choose },
	[NET_GATEWAYS] = { "gateways", NET_SIDE_NET, .least = sizeof(struct net_gateways),
	                   .most = NET_BODY_MAX, .check = check_gateways },
	[NET_CHOICES] = { "choices", NET_SIDE_NET, .least = sizeof(struct net_choices),
	                  .most = NET_BODY_MAX, .check = check_choices },
	[NET_LINK_GONE] = { "link gone", NET_SIDE_ROOT, BODY_OF(struct net_link),
	                    .check = check_link },
};

const char *net_kind_name(enum net_kind kind)
{
	return kind < NET_N_KINDS ? kinds[kind].name : "unknown";
}

bool net_message_is_valid(const struct net_message *message, enum net_side sender)
{
	const struct kind *kind;

	if (message->kind >= NET_N_KINDS)
		return false;
	kind = &kinds[message->kind];
	return kind->sender == sender && message->size >= kind->least &&
	       message->size <= kind->most && message->n_fds == kind->n_fds &&
	       (!kind->check || kind->check(message->body, message->size));
}

/* --- sending --- */

union fds_room {
	struct cmsghdr header; /* for its alignment */
	char bytes[CMSG_SPACE(NET_FDS_MAX * sizeof(int))];
};

static void put_fds(struct msghdr *out, union fds_room *room, const struct net_message *message)
{
	size_t size = message->n_fds * sizeof(int);
	struct cmsghdr *head;

	if (!message->n_fds)
		return;
	memset(room, 0, sizeof(*room));
	out->msg_control = room->bytes;
	out->msg_controllen = CMSG_SPACE(size);
	head = CMSG_FIRSTHDR(out);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(head), message->fds, size);
}

int net_message_send(int socket, const struct net_message *message)
{
	struct header header = { message->kind, (uint32_t)message->size };
	union {
		const void *in;
		void *out;
	} body = { .in = message->body };
	struct iovec parts[] = { { &header, sizeof(header) }, { body.out, message->size } };
	struct msghdr out = { .msg_iov = parts, .msg_iovlen = message->size ? 2 : 1 };
	union fds_room room;

	assert(message->size <= NET_BODY_MAX && message->n_fds <= NET_FDS_MAX);
	put_fds(&out, &room, message);
	if (sendmsg(socket, &out, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR ? -EAGAIN : -errno;
}

/* --- receiving --- */

/* The kernel gives no more descriptors than there is room for, and closes the rest. */
static void take_fds(struct msghdr *in, struct net_message *message)
{
	for (struct cmsghdr *head = CMSG_FIRSTHDR(in); head; head = CMSG_NXTHDR(in, head)) {
		size_t size = head->cmsg_len - CMSG_LEN(0);

		if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
			continue;
		if (size > (NET_FDS_MAX - message->n_fds) * sizeof(int))
			size = (NET_FDS_MAX - message->n_fds) * sizeof(int);
		memcpy(message->fds + message->n_fds, CMSG_DATA(head), size);
		message->n_fds += size / sizeof(int);
	}
}

static bool is_whole(const struct msghdr *in, const struct header *header, size_t size)
{
	return !(in->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) && size >= sizeof(*header) &&
	       header->size == size - sizeof(*header);
}

int net_message_receive(int socket, enum net_side sender, struct net_buffer *buffer,
                        struct net_message *message)
{
	struct header header = { 0 };
	struct iovec parts[] = { { &header, sizeof(header) }, { buffer->bytes, NET_BODY_MAX } };
	union fds_room room;
	struct msghdr in = { .msg_iov = parts,
		             .msg_iovlen = 2,
		             .msg_control = room.bytes,
		             .msg_controllen = sizeof(room.bytes) };
	ssize_t n = recvmsg(socket, &in, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	*message = (struct net_message){ .body = buffer->bytes };
	if (n < 0)
		return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
	if (n == 0)
		return -EPIPE;
	take_fds(&in, message);
	message->kind = header.kind < NET_N_KINDS ? (enum net_kind)header.kind : NET_N_KINDS;
	message->size = header.size;
	if (is_whole(&in, &header, (size_t)n) && net_message_is_valid(message, sender))
		return 0;
	net_message_close(message);
	return -EPROTO;
}

void net_message_close(struct net_message *message)
{
	for (size_t i = 0; i < message->n_fds; i++)
		close(message->fds[i]);
	message->n_fds = 0;
}
