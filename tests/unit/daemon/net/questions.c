/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* Root's side of a question, with a net that says what it likes. */
#include "daemon/net/questions.h"

#include <errno.h>

#include "../../test.h"
#include "api/request.h"
#include "base/diag.h"
#include "daemon/net/answers.h"

struct fixture {
	struct net_questions *questions;
	struct net_ask asked; /* last */
	enum net_kind kind;
	int n_sent, status;
	char line[256];
};

static struct fixture *fixture;

static void on_send(void *data, const struct net_message *message)
{
	struct fixture *f = data;

	assert_true(net_message_is_valid(message, NET_SIDE_ROOT));
	f->asked = *(const struct net_ask *)message->body;
	f->kind = message->kind;
	f->n_sent++;
}

static void on_answered(struct request *request, int status)
{
	BUF_AUTO line = { 0 };

	fixture->status = status;
	request_print_answer(request, status, &line);
	snprintf(fixture->line, sizeof(fixture->line), "%s", line.text);
	request_free(request);
}

static void on_said(struct request *request, const char *json)
{
	(void)request;
	snprintf(fixture->line, sizeof(fixture->line), "%s", json);
}

static int start(void **state)
{
	fixture = calloc(1, sizeof(*fixture));
	fixture->questions = net_questions_new(on_send, fixture);
	*state = fixture;
	return 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	net_questions_free(f->questions);
	free(f);
	return 0;
}

static struct request *make_request(void)
{
	struct request *request = request_parse("{\"method\":\"plan\"}", 17);

	request->answered = on_answered;
	request->said = on_said;
	return request;
}

static struct request *ask(struct fixture *f, enum net_question question)
{
	struct request *request = make_request();
	const struct net_query query = { question, "leases", NULL };

	f->status = 1;
	f->line[0] = '\0';
	assert_int_equal(net_questions_ask(f->questions, request, &query), METHOD_LATER);
	return request;
}

/* A part, as it comes from net if its kind allows it. */
static bool say(struct fixture *f, enum net_kind kind, uint32_t id, const char *text, bool last)
{
	_Alignas(struct net_answer) char body[512];
	struct net_answer *answer = (struct net_answer *)(void *)body;
	struct net_message message = { .kind = kind,
		                       .body = body,
		                       .size = sizeof(*answer) + strlen(text) };

	*answer = (struct net_answer){ .id = id, .last = last };
	memcpy(answer->text, text, strlen(text));
	if (!net_message_is_valid(&message, NET_SIDE_NET))
		return false;
	net_questions_take(f->questions, &message);
	return true;
}

static void an_answer_comes_in_parts(void **state)
{
	struct fixture *f = *state;

	ask(f, NET_ASK_ROWS);
	assert_string_equal(f->asked.table, "leases");
	assert_true(say(f, NET_ANSWER, f->asked.id, "{\"a\"", false));
	assert_int_equal(f->status, 1);
	assert_true(say(f, NET_ANSWER, f->asked.id, ":1}", true));
	assert_int_equal(f->status, 0);
	assert_string_equal(f->line, "{\"result\":{\"a\":1}}\n");
	/* It has been answered: what comes now is nobody's. */
	f->status = 1;
	assert_true(say(f, NET_ANSWER, f->asked.id, "{}", true));
	assert_int_equal(f->status, 1);
}

static void what_is_no_json_is_no_answer(void **state)
{
	static const char *const wrong[] = { "", "{\"a\":1}}", "1,\"error\":2", "[", "{} {}" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
		ask(f, NET_ASK_TABLES);
		assert_true(say(f, NET_ANSWER, f->asked.id, wrong[i], true));
		assert_int_equal(f->status, -EAGAIN);
		assert_non_null(strstr(f->line, "\"error\""));
	}
	/* Ends of lines would end the answer; the table of messages refuses them, and root then
	 * ends net. */
	assert_false(say(f, NET_ANSWER, f->asked.id, "{}\n{\"result\":1}", true));
}

static void an_endless_answer_ends(void **state)
{
	struct fixture *f = *state;
	char part[401];

	memset(part, ' ', 400);
	part[400] = '\0';
	ask(f, NET_ASK_ROWS);
	for (size_t said = 0; f->status == 1; said += 400) {
		assert_true(said < 2 * (size_t)ANSWER_MAX);
		assert_true(say(f, NET_ANSWER, f->asked.id, part, false));
	}
	assert_int_equal(f->status, -EAGAIN);
}

static void whoever_watches_is_told_until_it_goes(void **state)
{
	struct fixture *f = *state;
	struct request *request = ask(f, NET_ASK_WATCH);
	uint32_t id = f->asked.id;

	/* Not by an answer. */
	assert_true(say(f, NET_ANSWER, id, "{\"n\":1}", true));
	assert_string_equal(f->line, "");
	assert_true(say(f, NET_NEWS, id, "{\"n\":1}", true));
	assert_string_equal(f->line, "{\"n\":1}");
	assert_true(say(f, NET_NEWS, id, "no json", true));
	assert_string_equal(f->line, "{\"n\":1}");
	/* A new net is asked again. */
	f->kind = NET_PING;
	net_questions_restarted(f->questions);
	assert_int_equal(f->kind, NET_ASK);
	assert_int_equal(f->asked.id, id);
	assert_string_equal(f->line, "{\"event\":\"restarted\"}");
	net_questions_forget(f->questions, request);
	request_free(request);
	assert_int_equal(f->kind, NET_FORGET);
	assert_true(say(f, NET_NEWS, id, "{\"n\":2}", true));
	assert_string_equal(f->line, "{\"event\":\"restarted\"}");
}

static void a_question_ends_with_the_net_that_was_asked(void **state)
{
	struct fixture *f = *state;

	ask(f, NET_ASK_ROWS);
	net_questions_restarted(f->questions);
	assert_int_equal(f->status, -EAGAIN);
}

static void mistakes_are_told_before_anybody_is_asked(void **state)
{
	struct fixture *f = *state;
	struct request *request = make_request();
	char key[NET_KEY_MAX + 1];

	memset(key, 'k', NET_KEY_MAX);
	key[NET_KEY_MAX] = '\0';
	assert_int_equal(net_questions_ask(f->questions, request,
	                                   &(struct net_query){ NET_ASK_ROWS, "leeses", NULL }),
	                 -ENOENT);
	assert_int_equal(net_questions_ask(f->questions, request,
	                                   &(struct net_query){ NET_ASK_ROWS, "leases", key }),
	                 -EINVAL);
	assert_int_equal(f->n_sent, 0);
	request_free(request);
}

static void so_many_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct request *requests[QUESTIONS_MAX], *more = make_request();
	const struct net_query query = { NET_ASK_WATCH, NULL, NULL };

	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		requests[i] = ask(f, NET_ASK_WATCH);
	assert_int_equal(net_questions_ask(f->questions, more, &query), -EBUSY);
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		net_questions_forget(f->questions, requests[i]);
		request_free(requests[i]);
	}
	assert_int_equal(net_questions_ask(f->questions, more, &query), METHOD_LATER);
	net_questions_forget(f->questions, more);
	request_free(more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer_comes_in_parts, start, stop),
		cmocka_unit_test_setup_teardown(what_is_no_json_is_no_answer, start, stop),
		cmocka_unit_test_setup_teardown(an_endless_answer_ends, start, stop),
		cmocka_unit_test_setup_teardown(whoever_watches_is_told_until_it_goes, start, stop),
		cmocka_unit_test_setup_teardown(a_question_ends_with_the_net_that_was_asked, start,
		                                stop),
		cmocka_unit_test_setup_teardown(mistakes_are_told_before_anybody_is_asked, start,
		                                stop),
		cmocka_unit_test_setup_teardown(so_many_and_no_more, start, stop),
	};

	return RUN(tests);
}
