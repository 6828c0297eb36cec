/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Root's questions about the state, answered in the process `net`: the other side of questions.h.
 */
#include <stdint.h>

#include "base/compiler.h"
#include "daemon/net/message.h"

struct answers;
struct buf;
struct store;

/* Of an answer: more of a table is left out. */
#define ANSWER_MAX (3U << 20)

/* The store is borrowed; `say` sends to root. */
struct answers *answers_new(struct store *store,
                            void (*say)(void *data, const struct net_message *message), void *data);
void answers_free(struct answers *answers);
AUTO_DEFINE(answers_free, struct answers);

void answers_ask(struct answers *answers, const struct net_ask *ask);
/* An answer that comes from elsewhere. */
void answers_say(const struct answers *answers, uint32_t id, const struct buf *text);
void answers_forget(struct answers *answers, uint32_t id);
