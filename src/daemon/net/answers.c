/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/answers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/clock.h"
#include "network/network.h"
#include "state/print.h"
#include "state/row.h"
#include "state/store.h"

#define WATCHES_MAX 64 /* more than root lets anybody have */

struct watch {
	uint32_t id;
	const struct state_table *table; /* NULL: of all but the signs of life */
};

struct answers {
	struct store *store;
	void (*say)(void *data, const struct net_message *message);
	void *data;
	struct watch watches[WATCHES_MAX];
	size_t n_watches;
};

/* An empty text is said too. */
static void say(const struct answers *answers, enum net_kind kind, uint32_t id,
                const struct buf *text)
{
	size_t room = NET_BODY_MAX - sizeof(struct net_answer), at = 0;

	do {
		_Alignas(struct net_answer) char body[NET_BODY_MAX];
		struct net_answer *part = (struct net_answer *)(void *)body;
		size_t n = text->length - at < room ? text->length - at : room;

		*part = (struct net_answer){ .id = id, .last = at + n == text->length };
		if (n)
			memcpy(part->text, text->text + at, n);
		answers->say(answers->data, &(struct net_message){ .kind = kind,
		                                                   .body = body,
		                                                   .size = sizeof(*part) + n });
		at += n;
	} while (at < text->length);
}

static bool is_watched(const struct watch *watch, const struct row *row)
{
	return watch->table ? watch->table == row->table : row->table->shape != NULL;
}

static void on_change(void *context, const struct row *row)
{
	const struct answers *answers = context;
	BUF_AUTO event = { 0 };

	for (size_t i = 0; i < answers->n_watches && row->table; i++) {
		const struct watch *watch = &answers->watches[i];

		if (!is_watched(watch, row))
			continue;
		if (!event.length)
			state_print_event(answers->store, row, (uint64_t)clock_ms(), &event);
		say(answers, NET_NEWS, watch->id, &event);
	}
}

struct answers *answers_new(struct store *store,
                            void (*say_to_root)(void *data, const struct net_message *message),
                            void *data)
{
	struct answers *answers = calloc(1, sizeof(*answers));

	assert(answers);
	answers->store = store;
	answers->say = say_to_root;
	answers->data = data;
	store_watch(store, on_change, answers);
	return answers;
}

void answers_free(struct answers *answers)
{
	free(answers);
}

static void watch(struct answers *answers, uint32_t id, const struct state_table *table)
{
	if (answers->n_watches < WATCHES_MAX)
		answers->watches[answers->n_watches++] = (struct watch){ id, table };
}

void answers_ask(struct answers *answers, const struct net_ask *ask)
{
	const struct state_table *table = state_table_find(ask->table);
	uint64_t now = (uint64_t)clock_ms();
	BUF_AUTO text = { 0 };

	switch ((enum net_question)ask->question) {
	case NET_ASK_TABLES:
		state_print_tables(answers->store, now, &text);
		break;
	case NET_ASK_ROWS:
		if (table)
			state_print_rows(answers->store, table, *ask->key ? ask->key : NULL,
			                 ANSWER_MAX, now, &text);
		break;
	case NET_ASK_WATCH:
		watch(answers, ask->id, table);
		return;
	case NET_ASK_NODES:
		network_print_nodes(answers->store, now, &text);
		break;
	case NET_ASK_LINKS:
		network_print_links(answers->store, now, &text);
		break;
	case NET_ASK_NEIGHBOURS: /* known to others */
	case NET_ASK_SHARED:
	case NET_N_QUESTIONS:
		return;
	}
	say(answers, NET_ANSWER, ask->id, &text);
}

void answers_say(const struct answers *answers, uint32_t id, const struct buf *text)
{
	say(answers, NET_ANSWER, id, text);
}

void answers_forget(struct answers *answers, uint32_t id)
{
	for (size_t i = answers->n_watches; i-- > 0;) {
		if (answers->watches[i].id == id)
			answers->watches[i] = answers->watches[--answers->n_watches];
	}
}
