/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the two processes of the daemon say to each other: `root`, which has the privileges, and
 * `net`, which listens to the network (docs/design/two-processes.md).
 *
 * They are joined by a socket pair that keeps messages apart (SOCK_SEQPACKET).  Every message is of
 * a kind from one table, which says who may send it, how large it may be, how many descriptors come
 * along and what its body must look like.  What does not fit the table is never seen by anybody
 * else: for root that is the proof that the other side is no longer itself.
 *
 * Both are the same program, so bodies are plain structs.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "gateway/gateway.h"
#include "net/ip.h"
#include "net/mac.h"
#include "net/names.h"
#include "platform/keys.h"
#include "state/row.h"

#define NET_BODY_MAX     32768 /* bytes */
#define NET_FDS_MAX      2
#define NET_HOSTNAME_MAX 64    /* with its end */
#define NET_TYPE_MAX     48    /* with its end */
#define NET_CALL_MAX     65536 /* bytes of a call, of all its parts together */
#define NET_CALLS_MAX    32    /* calls that are not answered yet */

enum net_side {
	NET_SIDE_ROOT,
	NET_SIDE_NET,
};

enum net_kind {
	NET_READY,     /* net: has given up its privileges and listens */
	NET_PING,      /* root: are you there? */
	NET_PONG,      /* net: yes */
	NET_KEY,       /* root: struct net_key; the first thing that is said */
	NET_NODE,      /* root: struct net_node, who this node is */
	NET_LISTENER,  /* root: struct net_listener and a socket that listens */
	NET_LINK,      /* root: struct net_link and two sockets, for datagrams and for echoes */
	NET_LINK_GONE, /* root: struct net_link */
	NET_SCOPE,     /* root: struct net_scope, which addresses clients may have */
	NET_LEASE,     /* root: struct net_lease, one of this node's clients */
	NET_LEASES,    /* root: those were all */
	NET_FILE,      /* net: struct net_file, a part of what dnsmasq has to know of the cloud */
	NET_ROW,       /* root: struct net_row, what this node says in a table */
	NET_EPOCH,     /* net: struct net_epoch, a neighbour remembered a later life of this node */
	NET_ASK,       /* root: struct net_ask, somebody wants to know of the state */
	NET_FORGET, /* root: struct net_ask, nobody wants to know any more; its id alone counts */
	NET_ANSWER, /* net: struct net_answer, a part of what was asked for */
	NET_NEWS,   /* net: struct net_answer, what has happened to a row that is watched */
	NET_SITE,   /* root: struct net_site and memory with the page's files (http/bundle.h) */
	NET_CALL,   /* net: struct net_call, a part of what somebody asks for over HTTP */
	NET_CALL_GONE, /* net: struct net_call_gone, nobody waits for the answer any more */
	NET_REPLY,     /* root: struct net_reply, a part of the answer */
	NET_VIEWERS,   /* net: struct net_viewers, how many want to see news */
	NET_VIEW,      /* root: struct net_view, a part of what they see */
	NET_GATEWAY,   /* root: struct net_gateway, this node's own */
	NET_CHOOSE,    /* root: struct net_choice, what somebody chose at this node */
	NET_GATEWAYS,  /* net: struct net_gateways, all that are known */
	NET_CHOICES,   /* net: struct net_choices, a part of all that are believed */
	NET_N_KINDS,
};

struct net_epoch {
	uint32_t epoch;
};

/* What net signs with, and all that it is told to keep secret. */
struct net_key {
	struct keys keys;
	uint32_t epoch; /* greater than that of any net that this node has had */
};

/* Which conversations are held; a bit each. */
enum net_talk {
	NET_TALK_WEFT = 1,
	NET_TALK_ASYNC = 2,
	NET_TALK_HTTP = 4,
};

struct net_node {
	uint32_t talks; /* enum net_talk */
	char hostname[NET_HOSTNAME_MAX];
	char domain[NET_HOSTNAME_MAX]; /* "": none */
	struct mac mac;
	struct prefix ipv4, ipv6; /* its own address in its cloud's network; IP_NONE: none */
};

struct net_site {
	uint32_t size; /* bytes */
};

/* What is asked for; docs/wire/http.md. */
enum net_call_kind {
	NET_CALL_RPC,  /* a call of JSON-RPC */
	NET_CALL_UBUS, /* one in LibreMesh's words */
	NET_CALL_PAGE, /* what stands at this path */
	NET_N_CALL_KINDS,
};

struct net_call {
	uint32_t id;   /* of the parts of one call, and of its answer */
	uint32_t kind; /* enum net_call_kind */
	struct ip from;
	uint32_t last; /* 1: this part ends it */
	char text[];   /* no zeros */
};

struct net_call_gone {
	uint32_t id;
};

struct net_reply {
	uint32_t id;
	uint32_t status; /* of HTTP */
	uint32_t last;
	char type[NET_TYPE_MAX]; /* "text/html" */
	char bytes[];
};

struct net_viewers {
	uint32_t count;
};

enum net_view_kind {
	NET_VIEW_STATUS,   /* what the method of that name answers */
	NET_VIEW_HAPPENED, /* one event */
	NET_N_VIEW_KINDS,
};

struct net_view {
	uint32_t kind; /* enum net_view_kind */
	uint32_t last;
	char text[];
};

/* The value as the table has it (state/value.h). */
struct net_row {
	uint32_t table;     /* its number */
	uint32_t withdrawn; /* 1: no longer said; no value */
	char key[ROW_KEY_MAX + 1];
	uint8_t value[];
};

struct net_scope {
	struct prefix network;
	struct ip anycast; /* never a client's; IP_NONE: there is none */
};

struct net_lease {
	struct mac mac;
	struct ip ip;
	char hostname[NET_HOSTNAME_MAX]; /* "": none */
};

enum net_file_kind {
	NET_FILE_RESERVATIONS,
	NET_FILE_NAMES,
	NET_FILE_SERVERS,    /* who answers for domains of other clouds */
	NET_FILE_COLLISIONS, /* nodes of this cloud with one name; for people */
	NET_N_FILES,
};

struct net_file {
	uint32_t file; /* enum net_file_kind */
	uint32_t last; /* 1: this part ends it */
	char text[];   /* whole lines, but for what the next part goes on with; no zeros */
};

enum net_question {
	NET_ASK_TABLES, /* of all tables: how full, how fresh */
	NET_ASK_ROWS,   /* of a table, with a key of that alone */
	NET_ASK_WATCH,  /* of a table: never answered, news come until it is forgotten */
	NET_ASK_NEIGHBOURS,
	NET_ASK_NODES, /* of the whole network */
	NET_ASK_LINKS,
	NET_ASK_SHARED, /* of a type of LibreMesh's, which is the key */
	NET_N_QUESTIONS,
};

#define NET_TABLE_MAX 32 /* with its end */
#define NET_KEY_MAX   72 /* with its end */

struct net_ask {
	uint32_t id;       /* comes back with what is said about it */
	uint32_t question; /* enum net_question */
	char table[NET_TABLE_MAX];
	char key[NET_KEY_MAX];
};

struct net_answer {
	uint32_t id;
	uint32_t last; /* 1: this part ends it */
	char text[];   /* JSON, one value when all parts are there; no control characters */
};

struct net_gateway {
	uint32_t there; /* 0: this node is none */
	struct gateway_facts facts;
};

struct net_gateways {
	uint32_t n, room;
	struct gateway_facts items[];
};

struct net_choice {
	struct mac client; /* all zero: whoever is at this node and has not chosen */
	uint8_t own;       /* 1: it is this node that says so */
	uint8_t room;
	uint8_t key[GATEWAY_KEY_SIZE]; /* all zero: none in particular */
	char name[GATEWAY_NAME_SIZE];  /* what it was called */
	char by[NET_HOSTNAME_MAX];     /* who chose; "": not said */
};

#define NET_CHOICES_PART 128

struct net_choices {
	uint32_t n;
	uint32_t first, last; /* 1: this part begins it, or ends it */
	struct net_choice items[];
};

enum net_service {
	NET_SERVICE_ASYNC, /* LibreMesh's shared-state-async */
	NET_SERVICE_HTTP,
	NET_N_SERVICES,
};

struct net_listener {
	uint32_t service; /* enum net_service */
};

/* A device on which neighbours of the mesh are. */
struct net_link {
	uint32_t index;
	char name[IFNAME_SIZE];
};

struct net_message {
	enum net_kind kind;
	const void *body;
	size_t size;
	int fds[NET_FDS_MAX]; /* of a sent one the sender's, of a received one the receiver's */
	size_t n_fds;
};

/* What a received message stands in. */
struct net_buffer {
	_Alignas(8) uint8_t bytes[NET_BODY_MAX + 8];
};

/* The name of a kind, for the log. */
const char *net_kind_name(enum net_kind kind);

/* Whether the table allows `sender` to send this. */
bool net_message_is_valid(const struct net_message *message, enum net_side sender);

/* 0; -EAGAIN if the other side does not read; -EPIPE and the like if it is gone. */
int net_message_send(int socket, const struct net_message *message) MUST_CHECK;

/*
 * Never waits.  0; -EAGAIN if there is none; -EPIPE at the end; -EPROTO for what the table does not
 * allow `sender`, whose descriptors are closed then.  The body is in `buffer`.
 */
int net_message_receive(int socket, enum net_side sender, struct net_buffer *buffer,
                        struct net_message *message) MUST_CHECK;

/* Closes the descriptors that came with it. */
void net_message_close(struct net_message *message);
