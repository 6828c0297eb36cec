/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/request.h"

#include <errno.h>

#include "../test.h"
#include "api/host.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "shape/shape.h"

static void fake_status(struct host *host, struct buf *json)
{
	(void)host;
	buf_add(json, "{\"problems\":[]}");
}

static int fake_reload(struct host *host, struct diag *diag, struct buf *report, size_t *n_steps)
{
	(void)host;
	(void)diag;
	buf_add(report, "made bat0\nset \"x\"\n");
	*n_steps = 2;
	return 0;
}

static int refuse_reload(struct host *host, struct diag *diag, struct buf *report, size_t *n_steps)
{
	struct origin origin = { .file = "lime-node", .line = 3, .where = "network.x" };

	(void)host;
	(void)report;
	(void)n_steps;
	diag_add(diag, DIAG_WARNING, NULL, "not so nice");
	diag_add(diag, DIAG_ERROR, &origin, "no such thing");
	return -EINVAL;
}

static int fake_plan(struct host *host, enum host_form form, struct buf *out)
{
	(void)host;
	buf_add(out, form == HOST_FORM_JSON ? "{}" : "a \"plan\"\n");
	return 0;
}

static int no_plan(struct host *host, enum host_form form, struct buf *out)
{
	(void)host;
	(void)form;
	(void)out;
	return -ENOENT;
}

static int fake_event(struct host *host, const struct string_list *variables, struct diag *diag)
{
	(void)host;
	(void)diag;
	assert_int_equal(variables->count, 2);
	assert_string_equal(variables->items[1], "reason=BOUND");
	return 0;
}

static int fake_wait(struct host *host, struct request *request)
{
	(void)host;
	(void)request;
	return METHOD_LATER;
}

static const struct host_ops works = {
	.status = fake_status,
	.reload = fake_reload,
	.plan = fake_plan,
	.uplink_event = fake_event,
	.wait = fake_wait,
};
static const struct host_ops refuses = { .reload = refuse_reload, .plan = no_plan };

/* Asks and compares the whole answer. */
static void ask(const struct host_ops *ops, const char *question, const char *answer)
{
	AUTO(request_free) struct request *request = request_parse(question, strlen(question));
	struct host host = { ops };
	BUF_AUTO out = { 0 };
	int r;

	request_set_rights(request, RIGHTS_LOCAL);
	r = request_call(request, &host);

	request_print_answer(request, r, &out);
	assert_string_equal(buf_text(&out), answer);
}

/* Asks and looks for a word in the error. */
static void ask_wrongly(const char *question, const char *word)
{
	AUTO(request_free) struct request *request = request_parse(question, strlen(question));
	BUF_AUTO out = { 0 };

	assert_null(request->method);
	request_print_answer(request, -EINVAL, &out);
	assert_int_equal(strncmp(buf_text(&out), "{\"error\":{\"message\":\"", 21), 0);
	if (!strstr(buf_text(&out), word))
		fail_msg("'%s' is not in: %s", word, buf_text(&out));
}

static void a_question_is_answered_in_one_line(void **state)
{
	(void)state;
	ask(&works, "{\"method\":\"status\"}", "{\"result\":{\"problems\":[]}}\n");
	ask(&works, " {\"method\":\"status\",\"params\":{}} \n",
	    "{\"result\":{\"problems\":[]}}\n");
	ask(&works, "{\"method\":\"reload\"}",
	    "{\"result\":{\"n_steps\":2,\"steps\":[\"made bat0\",\"set \\\"x\\\"\"],"
	    "\"warnings\":[]}}\n");
}

static void parameters_have_their_defaults_and_their_types(void **state)
{
	(void)state;
	ask(&works, "{\"method\":\"plan\"}", "{\"result\":{}}\n");
	ask(&works, "{\"method\":\"plan\",\"params\":{\"form\":\"text\"}}",
	    "{\"result\":\"a \\\"plan\\\"\\u000a\"}\n");
	ask(&works,
	    "{\"method\":\"uplink.event\",\"params\":{\"variables\":[\"a=1\",\"reason=BOUND\"]}}",
	    "{\"result\":null}\n");
}

static void a_refusal_has_the_first_error_and_all_details(void **state)
{
	(void)state;
	ask(&refuses, "{\"method\":\"reload\"}",
	    "{\"error\":{\"message\":\"no such thing\",\"details\":[\"warning: not so nice\","
	    "\"lime-node:3: error: network.x: no such thing\"]}}\n");
	ask(&refuses, "{\"method\":\"plan\"}",
	    "{\"error\":{\"message\":\"no plan is in force\",\"details\":[\"error: no plan is in "
	    "force\"]}}\n");
}

static void a_question_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	ask_wrongly("", "no JSON object");
	ask_wrongly("[]", "no JSON object");
	ask_wrongly("{\"method\":\"status\"", "no JSON object");
	ask_wrongly("{\"method\":\"status\"} x", "no JSON object");
	ask_wrongly("{\"method\":\"\xff\"}", "no JSON object");
	ask_wrongly("{\"a\":[[[[[[[[[[[[[[]]]]]]]]]]]]]]}", "no JSON object");
	ask_wrongly("{}", "names no \\\"method\\\"");
	ask_wrongly("{\"method\":1}", "names no \\\"method\\\"");
	ask_wrongly("{\"method\":\"statsu\"}", "did you mean 'status'");
	ask_wrongly("{\"method\":\"xxxxxxxxxxxx\"}", "no method 'xxxxxxxxxxxx'\"");
	ask_wrongly("{\"method\":\"status\",\"params\":[]}", "must be an object");
	ask_wrongly("{\"method\":\"status\",\"params\":{\"x\":1}}", "no parameter 'x'");
	ask_wrongly("{\"method\":\"plan\",\"params\":{\"from\":1}}", "did you mean 'form'");
	ask_wrongly("{\"method\":\"plan\",\"params\":{\"form\":\"html\"}}", "html");
	ask_wrongly("{\"method\":\"plan\",\"params\":{\"form\":[\"text\"]}}", "one value");
	ask_wrongly("{\"method\":\"plan\",\"params\":{\"form\":null}}", "wants");
	ask_wrongly("{\"method\":\"plan\",\"params\":{\"form\":{}}}", "wants");
	ask_wrongly("{\"method\":\"plan\",\"params\":{\"form\":\"te\\u0000xt\"}}", "zero byte");
}

static void a_question_that_is_too_long_is_refused(void **state)
{
	AUTO(request_free) struct request *request = NULL;
	BUF_AUTO question = { 0 };

	(void)state;
	while (question.length <= REQUEST_LIMIT)
		buf_add(&question, "                                                        ");
	request = request_parse(question.text, question.length);
	assert_null(request->method);
	assert_true(diag_has_errors(request->diag));
}

static int answered_with;

static void take_answer(struct request *request, int status)
{
	answered_with = status;
	request_free(request);
}

static void some_questions_are_answered_later(void **state)
{
	struct request *request = request_parse("{\"method\":\"wait\"}", 17);
	struct host host = { &works };

	(void)state;
	request_set_rights(request, RIGHTS_LOCAL);
	request->answered = take_answer;
	answered_with = 1;
	assert_int_equal(request_call(request, &host), METHOD_LATER);
	request_finish(request, 0);
	assert_int_equal(answered_with, 0);
}

/* Who may what: one row of each kind of access, and who asks. */
static void only_who_may_is_served(void **state)
{
	static const struct method rows[] = {
		{ .name = "r", .access = METHOD_READ },
		{ .name = "o", .access = METHOD_OWN },
		{ .name = "f", .access = METHOD_FIRST },
		{ .name = "c", .access = METHOD_CHANGE },
		{ .name = "m", .access = METHOD_COMMUNITY },
		{ .name = "l", .access = METHOD_LOCAL },
	};
	static const struct {
		enum request_rights rights;
		const char *may;
	} cases[] = {
		{ RIGHTS_NONE, "ro" },         { RIGHTS_FIRST, "rof" },    { RIGHTS_NODE, "rofc" },
		{ RIGHTS_COMMUNITY, "rofcm" }, { RIGHTS_LOCAL, "rofcml" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		for (size_t j = 0; j < ARRAY_LENGTH(rows); j++) {
			struct request request = { .method = &rows[j] };

			request_set_rights(&request, cases[i].rights);
			assert_int_equal(request_is_allowed(&request),
			                 strchr(cases[i].may, *rows[j].name) != NULL);
			assert_int_equal(request.trusted, cases[i].rights >= RIGHTS_NODE);
		}
	}
}

static void nothing_is_called_without_the_right(void **state)
{
	AUTO(request_free) struct request *request = request_parse("{\"method\":\"reload\"}", 19);
	struct host host = { &works };

	(void)state;
	assert_int_equal(request_call(request, &host), -EACCES);
	assert_true(diag_has_errors(request->diag));
}

static void results_are_declared_in_words_that_exist(void **state)
{
	(void)state;
	for (const struct method *const *table = method_tables; *table; table++) {
		for (const struct method *method = *table; method->name; method++) {
			AUTO(arena_free) struct arena *arena = arena_new();
			BUF_AUTO error = { 0 };

			if (method->result && !type_parse(method->result, arena, &error))
				fail_msg("%s: %s", method->name, buf_text(&error));
		}
	}
	for (const struct type_name *name = api_types; name->name; name++) {
		AUTO(arena_free) struct arena *arena = arena_new();
		BUF_AUTO error = { 0 };

		if (!type_parse(name->text, arena, &error))
			fail_msg("%s: %s", name->name, buf_text(&error));
	}
}

static void every_method_says_what_it_does(void **state)
{
	(void)state;
	for (const struct method *const *table = method_tables; *table; table++) {
		for (const struct method *method = *table; method->name; method++) {
			assert_non_null(method->doc);
			assert_non_null(method->call);
			assert_ptr_equal(method_find(method->name), method);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_answered_in_one_line),
		cmocka_unit_test(parameters_have_their_defaults_and_their_types),
		cmocka_unit_test(a_refusal_has_the_first_error_and_all_details),
		cmocka_unit_test(a_question_that_makes_no_sense_is_refused),
		cmocka_unit_test(a_question_that_is_too_long_is_refused),
		cmocka_unit_test(some_questions_are_answered_later),
		cmocka_unit_test(results_are_declared_in_words_that_exist),
		cmocka_unit_test(only_who_may_is_served),
		cmocka_unit_test(nothing_is_called_without_the_right),
		cmocka_unit_test(every_method_says_what_it_does),
	};

	return RUN(tests);
}
