/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/questions.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json_reader.h"
#include "base/nearest.h"
#include "daemon/log.h"
#include "daemon/net/answers.h"
#include "state/table.h"

/* A row at the limit is whole. */
#define TEXT_MAX (ANSWER_MAX + 65536U)

struct question {
	struct request *request; /* NULL: nobody's */
	struct net_ask ask;
	struct buf text; /* what has come so far */
};

struct net_questions {
	struct question all[QUESTIONS_MAX];
	uint32_t last_id;
	void (*send)(void *data, const struct net_message *message);
	void *data;
};

struct net_questions *net_questions_new(void (*send)(void *data, const struct net_message *message),
                                        void *data)
{
	struct net_questions *questions = calloc(1, sizeof(*questions));

	assert(questions);
	questions->send = send;
	questions->data = data;
	return questions;
}

static struct request *end(struct question *question)
{
	struct request *request = question->request;

	buf_done(&question->text);
	*question = (struct question){ 0 };
	return request;
}

void net_questions_free(struct net_questions *questions)
{
	for (size_t i = 0; questions && i < QUESTIONS_MAX; i++)
		(void)end(&questions->all[i]);
	free(questions);
}

/* --- asking --- */

static int check_table(const char *name, struct diag *diag)
{
	BUF_AUTO known = { 0 };

	if (state_table_find(name))
		return 0;
	for (size_t i = 0; state_tables[i]; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", state_tables[i]->name);
	diag_add(diag, DIAG_ERROR, NULL, "there is no table '%s'; there are %s", name,
	         buf_text(&known));
	return -ENOENT;
}

static int check(const struct net_query *query, struct diag *diag)
{
	if (query->key && strlen(query->key) >= NET_KEY_MAX) {
		diag_add(diag, DIAG_ERROR, NULL, "no row is called so: that is too long");
		return -EINVAL;
	}
	return query->table ? check_table(query->table, diag) : 0;
}

static void send_ask(const struct net_questions *questions, enum net_kind kind,
                     const struct net_ask *ask)
{
	questions->send(questions->data,
	                &(struct net_message){ .kind = kind, .body = ask, .size = sizeof(*ask) });
}

int net_questions_ask(struct net_questions *questions, struct request *request,
                      const struct net_query *query)
{
	struct question *question = NULL;
	int r = check(query, request->diag);

	if (r < 0)
		return r;
	for (size_t i = 0; i < QUESTIONS_MAX && !question; i++) {
		if (!questions->all[i].request)
			question = &questions->all[i];
	}
	if (!question) {
		diag_add(request->diag, DIAG_ERROR, NULL, "too many ask about the state at once");
		return -EBUSY;
	}
	question->request = request;
	question->ask.id = ++questions->last_id;
	question->ask.question = query->question;
	if (query->table)
		memcpy(question->ask.table, query->table, strlen(query->table) + 1);
	if (query->key)
		memcpy(question->ask.key, query->key, strlen(query->key) + 1);
	send_ask(questions, NET_ASK, &question->ask);
	return METHOD_LATER;
}

void net_questions_forget(struct net_questions *questions, const struct request *request)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		struct question *question = &questions->all[i];

		if (question->request != request)
			continue;
		if (question->ask.question == NET_ASK_WATCH)
			send_ask(questions, NET_FORGET, &question->ask);
		(void)end(question);
	}
}

/* --- what net says --- */

static struct question *find(struct net_questions *questions, uint32_t id)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (questions->all[i].request && questions->all[i].ask.id == id)
			return &questions->all[i];
	}
	return NULL;
}

static void refuse(struct question *question, const char *why)
{
	struct request *request = end(question);

	diag_add(request->diag, DIAG_ERROR, NULL, "%s", why);
	request_finish(request, -EAGAIN);
}

static void answer(struct question *question)
{
	struct request *request = question->request;

	if (!json_is_valid(buf_text(&question->text), question->text.length)) {
		log_line(LOG_PRIORITY_ERROR, "net: its answer makes no sense");
		refuse(question, "the answer made no sense");
		return;
	}
	buf_add(&request->result, buf_text(&question->text));
	request_finish(end(question), 0);
}

static void tell(struct question *question)
{
	BUF_AUTO text = question->text;

	question->text = (struct buf){ 0 };
	/* Whoever does not fetch what is said may be gone after this. */
	if (json_is_valid(buf_text(&text), text.length))
		request_say(question->request, text.text);
}

void net_questions_take(struct net_questions *questions, const struct net_message *message)
{
	const struct net_answer *said = message->body;
	struct question *question = find(questions, said->id);
	bool watches;

	if (!question)
		return;
	watches = question->ask.question == NET_ASK_WATCH;
	if (watches != (message->kind == NET_NEWS))
		return;
	buf_add_bytes(&question->text, said->text, message->size - sizeof(*said));
	if (question->text.length > TEXT_MAX)
		refuse(question, "the answer is too long");
	else if (said->last && watches)
		tell(question);
	else if (said->last)
		answer(question);
}

void net_questions_restarted(struct net_questions *questions)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		struct question *question = &questions->all[i];

		if (!question->request)
			continue;
		buf_done(&question->text);
		/* Rows come again as neighbours tell them. */
		if (question->ask.question == NET_ASK_WATCH) {
			send_ask(questions, NET_ASK, &question->ask);
			request_say(question->request, "{\"event\":\"restarted\"}");
		} else {
			refuse(question, "what holds the state has just begun anew; ask again");
		}
	}
}
