/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What root does for net: keeps it running, opens its sockets and hands them over, tells it who
 * this node is.  The sockets stay open here, so that a new net has the same ones, and what came
 * in between waits in them.
 */
#include <stddef.h>
#include <sys/types.h>

#include "base/compiler.h"

struct event_base;
struct identity;
struct net_query;
struct net_root;
struct plan;
struct request;

struct net_root_options {
	const char *root;    /* of the files */
	const char *folder;  /* the daemon's */
	const char *leases;  /* dnsmasq's file; NULL: DNSMASQ_LEASES in the folder */
	const char *program; /* as in process.h */
	/* dnsmasq has to be told that something is no longer in its files.  May be NULL. */
	void (*forgotten)(void *data);
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

pid_t net_root_pid(const struct net_root *root);
size_t net_root_restarts(const struct net_root *root);
/* How many devices it has sockets on. */
size_t net_root_n_links(const struct net_root *root);
