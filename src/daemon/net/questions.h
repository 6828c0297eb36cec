/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What people and programs ask about the state, in the process `root`: the store is net's, so
 * answers come later.  What net says is checked before anybody sees it, for net may be somebody
 * else's.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct net_questions;
struct request;

#define QUESTIONS_MAX 48 /* at once */

/* `send` says something to net. */
struct net_questions *net_questions_new(void (*send)(void *data, const struct net_message *message),
                                        void *data);
/* Whoever still waits is forgotten. */
void net_questions_free(struct net_questions *questions);
AUTO_DEFINE(net_questions_free, struct net_questions);

struct net_query {
	enum net_question question;
	const char *table; /* NULL: none, or all of them */
	const char *key;   /* NULL: all */
};
/* METHOD_LATER; or a negative errno, and what is wrong in the request's diag. */
int net_questions_ask(struct net_questions *questions, struct request *request,
                      const struct net_query *query) MUST_CHECK;
/* The client of a request is gone, whether it was asked here or not. */
void net_questions_forget(struct net_questions *questions, const struct request *request);

/* NET_ANSWER or NET_NEWS. */
void net_questions_take(struct net_questions *questions, const struct net_message *message);
/* Another net has begun, which knows neither questions nor rows. */
void net_questions_restarted(struct net_questions *questions);
