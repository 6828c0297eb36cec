/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What root does for net: keeps it running, opens its sockets and hands them over, tells it who
 * this node is.  The sockets stay open here, so that a new net has the same ones, and what came
 * in between waits in them.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"

struct event_base;
struct identity;
struct net_query;
struct net_message;
struct net_choice;
struct net_choices;
struct net_gateway;
struct net_gateways;
struct net_root;
struct own_rows;
struct plan;
struct request;

struct net_root_options {
	const char *root;    /* of the files */
	const char *folder;  /* the daemon's */
	const char *leases;  /* dnsmasq's file; NULL: that of weft's own dnsmasq */
	const char *program; /* as in process.h */
	/* dnsmasq has to be told that something is no longer in its files.  May be NULL. */
	void (*forgotten)(void *data);
	/* What is asked over HTTP: NET_CALL and the like; NULL: there is a new net.  May be NULL.
	 */
	void (*called)(void *data, const struct net_message *message);
	/* There is news of other clouds' domains, or of nodes with one name.  May be NULL. */
	void (*learned)(void *data);
	/* A new net knows nothing of gateways and choices; and what it says of them.  May be NULL.
	 */
	void (*started)(void *data);
	void (*gateways)(void *data, const struct net_gateways *gateways);
	void (*choices)(void *data, const struct net_choices *choices);
	void *data;
};

/* NULL and errno if it cannot be, because the key is damaged for instance; the functions below take
 * that, and do nothing. */
struct net_root *net_root_new(struct event_base *base, const struct net_root_options *options);
void net_root_free(struct net_root *root);
AUTO_DEFINE(net_root_free, struct net_root);

/* To be called after each plan that was applied. */
void net_root_update(struct net_root *root, const struct plan *plan,
                     const struct identity *identity);

/* Questions about the state: as in questions.h. */
int net_root_ask(struct net_root *root, struct request *request,
                 const struct net_query *query) MUST_CHECK;
void net_root_forget(struct net_root *root, const struct request *request);
/* Says something that is of no use to the next net. */
void net_root_send(struct net_root *root, const struct net_message *message);
/* The page's files: takes the descriptor. */
void net_root_set_site(struct net_root *root, int fd, size_t size);
/* What this node says; NULL without a net. */
struct own_rows *net_root_rows(struct net_root *root);
/* The public key of this node, GATEWAY_KEY_SIZE bytes; NULL without a net. */
const uint8_t *net_root_key(const struct net_root *root);
/* This node's own gateway; what somebody chose here. */
void net_root_tell_gateway(struct net_root *root, const struct net_gateway *gateway);
void net_root_tell_choice(struct net_root *root, const struct net_choice *choice);

pid_t net_root_pid(const struct net_root *root);
size_t net_root_restarts(const struct net_root *root);
/* How many devices it has sockets on. */
size_t net_root_n_links(const struct net_root *root);
