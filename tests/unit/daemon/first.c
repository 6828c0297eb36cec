/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The whole program on a node that nobody has set up, with the kernel of this machine but a network
 * of its own: a network is started, kept or undone; a report has no secrets.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../main/box.h"
#include "../platform/linux/namespace.h"
#include "cli/client.h"
#include "cli/read.h"

#define DEFAULTS                                                                    \
	"config lime 'network'\n\tlist protocols 'lan'\n\tlist protocols 'anygw'\n" \
	"\toption main_ipv4_address '10.%N1.0.0/16'\nconfig lime 'wifi'\n"          \
	"\toption ap_ssid 'LibreMesh.org'\n"

static char box[64], run[80];
static pid_t daemon_pid;

/* What is asked of the daemon; the answer, or NULL with why not in `error`. */
static struct json_object *ask(const char *method, const char *params, struct buf *error)
{
	struct json_object *result = NULL;

	buf_done(error);
	return client_ask(run, method, params, 30, &result, error) < 0 ? NULL : result;
}

static bool is_true(const char *method, const char *member)
{
	BUF_AUTO error = { 0 };
	struct json_object *result = ask(method, NULL, &error);
	bool truth = read_bool(result, member);

	read_free(result);
	return truth;
}

static void wait_for_step(const char *step)
{
	BUF_AUTO error = { 0 }, said = { 0 };

	for (unsigned i = 0; i < 600; i++) {
		struct json_object *result = ask("progress", NULL, &error);
		bool there = !strcmp(read_text(result, "step"), step);

		buf_done(&said);
		read_print(result, &said);
		read_free(result);
		if (there)
			return;
		usleep(100000);
	}
	fail_msg("not %s: %s", step, buf_text(&said));
}

static void assert_refused(const char *method, const char *params, const char *why)
{
	BUF_AUTO error = { 0 };

	assert_null(ask(method, params, &error));
	if (!strstr(buf_text(&error), why))
		fail_msg("'%s' is not in: %s", why, buf_text(&error));
}

static const char *content(const char *name, struct buf *text)
{
	char path[120];

	buf_done(text);
	snprintf(path, sizeof(path), "%s/etc/config/%s", box, name);
	return file_read(path, 65536, text) < 0 ? "" : buf_text(text);
}

static int make_node(void **state)
{
	const char *const words[] = { "weft", "--root", box, "--run", run, "wait", NULL };
	BUF_AUTO said = { 0 };

	(void)state;
	snprintf(box, sizeof(box), "/tmp/weft-first-XXXXXX");
	assert_non_null(mkdtemp(box));
	assert_int_equal(chmod(box, 0755), 0);
	snprintf(run, sizeof(run), "%s/run", box);
	put(box, "sys/class/net/lan1/address", "02:00:00:01:02:03\n");
	put(box, "etc/board.json",
	    "{\"network\":{\"lan\":{\"ports\":[\"lan1\"],\"protocol\":\"static\"}}}");
	put(box, "etc/config/lime-defaults", DEFAULTS);
	daemon_pid = fork();
	if (daemon_pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(getenv("WEFT"), "weft", "--root", box, "--run", run, "daemon", NULL);
		_exit(127);
	}
	for (unsigned i = 0; i < 600 && weft(words, &said, &said) != 0; i++)
		usleep(100000);
	return 0;
}

static int remove_node(void **state)
{
	const char *const words[] = { "weft", "--root", box, "--run", run, "down", NULL };
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(weft(words, &said, &said), 0);
	assert_int_equal(kill(daemon_pid, SIGTERM), 0);
	assert_int_equal(waitpid(daemon_pid, NULL, 0), daemon_pid);
	assert_int_equal(remove_all(box), 0);
	return 0;
}

#define START                                                                    \
	"{\"network_name\":\"norte.example\",\"wifi_password\":\"long-enough\"," \
	"\"name\":\"escuela\",\"country\":\"ES\"}"

static void start_network(void)
{
	BUF_AUTO error = { 0 };
	struct json_object *result = ask("start", START, &error);

	assert_non_null(result);
	read_free(result);
	wait_for_step("waiting");
}

static void a_network_that_is_started_and_confirmed_stays(void **state)
{
	BUF_AUTO error = { 0 }, text = { 0 };
	struct json_object *result;

	(void)state;
	assert_true(is_true("first_start", "new"));
	start_network();
	assert_false(is_true("first_start", "new"));
	result = ask("settings_confirm", "{\"id\":1}", &error);
	assert_true(read_bool(result, "confirmed"));
	read_free(result);
	wait_for_step("done");
	assert_non_null(strstr(content("lime-community", &text), "ap_ssid 'norte.example'"));
	assert_non_null(strstr(content("lime-node", &text), "hostname 'escuela'"));
	result = ask("invite", NULL, &error);
	assert_string_equal(read_text(result, "text"), "weft:join?network=norte.example&secret=1");
	read_free(result);
}

static void a_network_that_nobody_reaches_is_undone(void **state)
{
	BUF_AUTO error = { 0 }, text = { 0 };
	struct json_object *result;

	(void)state;
	start_network();
	result = ask("settings_undo", "{\"id\":1}", &error);
	assert_true(read_bool(result, "undone"));
	read_free(result);
	wait_for_step("failed");
	assert_true(is_true("first_start", "new"));
	assert_string_equal(content("lime-community", &text), "");
	assert_string_equal(content("lime-node", &text), "");
}

static void what_cannot_be_is_refused_before_anything_happens(void **state)
{
	BUF_AUTO text = { 0 };

	(void)state;
	assert_refused("start", "{\"network_name\":\"%H\"}", "stands for something else");
	assert_refused("start", "{\"network_name\":\"a\",\"wifi_password\":\"short\"}", "8 to 63");
	assert_refused("start", "{\"network_name\":\"a\",\"country\":\"Spain\"}", "two capital");
	assert_refused("join", "{}", "say which network");
	assert_refused("join", "{\"invite\":\"http://example.org\"}", "no invitation");
	assert_refused("invite", NULL, "no network");
	assert_string_equal(content("lime-community", &text), "");
}

static void a_report_has_what_helps_and_no_secret(void **state)
{
	BUF_AUTO error = { 0 }, text = { 0 };
	struct json_object *result;

	(void)state;
	start_network();
	result = ask("report", NULL, &error);
	buf_add(&text, read_text(result, "text"));
	read_free(result);
	assert_non_null(strstr(text.text, "Report of escuela"));
	assert_non_null(strstr(text.text, "option ap_key '(secret)'"));
	assert_non_null(strstr(text.text, "== log =="));
	assert_null(strstr(text.text, "long-enough"));
}

static void notes_are_kept_as_plain_text(void **state)
{
	BUF_AUTO error = { 0 };
	struct json_object *result;

	(void)state;
	result = ask("notes_set", "{\"notes\":\"the key is at Luz's <b>\\nsecond line\"}", &error);
	read_free(result);
	result = ask("notes_get", NULL, &error);
	assert_string_equal(read_text(result, "notes"), "the key is at Luz's <b>\nsecond line");
	read_free(result);
	assert_refused("notes_set", "{\"notes\":\"\\u001b[2J\"}", "plain text");
}

int main(void)
{
#define ON_NODE(test_) cmocka_unit_test_setup_teardown(test_, make_node, remove_node)
	const struct CMUnitTest tests[] = {
		ON_NODE(a_network_that_is_started_and_confirmed_stays),
		ON_NODE(a_network_that_nobody_reaches_is_undone),
		ON_NODE(what_cannot_be_is_refused_before_anything_happens),
		ON_NODE(a_report_has_what_helps_and_no_secret),
		ON_NODE(notes_are_kept_as_plain_text),
	};

	namespace_enter();
	namespace_add_cable("lan1", "lan1-end");
	assert_int_equal(sethostname("before", 6), 0);
	return RUN(tests);
}
