/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The whole program on a small node, with the kernel of this machine but a network of its own: a
 * change of settings is kept if somebody confirms it, and undone whatever else happens.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../main/box.h"
#include "../platform/linux/namespace.h"

#define OWN                                                  \
	"# a neighbour's word\n"                             \
	"config lime 'system'\n"                             \
	"\toption hostname 'one' # the first\n"              \
	"\n"                                                 \
	"config lime 'network'\n"                            \
	"\tlist protocols 'lan'\n\tlist protocols 'anygw'\n" \
	"\toption main_ipv4_address '10.13.1.2/16'\n"        \
	"\toption main_ipv6_address 'fd0d::2/64'\n"          \
	"\n"                                                 \
	"config lime 'wifi'\n"                               \
	"\toption apname_key 'very-secret-words'\n"          \
	"\toption apname_encryption 'psk2'\n"

static char box[64], run[80];
static pid_t daemon_pid;

static void start_daemon(void)
{
	daemon_pid = fork();
	if (daemon_pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(getenv("WEFT"), "weft", "--root", box, "--run", run, "daemon", NULL);
		_exit(127);
	}
	assert_true(daemon_pid > 0);
}

static void end_daemon(int number)
{
	assert_int_equal(kill(daemon_pid, number), 0);
	assert_int_equal(waitpid(daemon_pid, NULL, 0), daemon_pid);
}

/* `weft set` and up to three words more. */
static int set(struct buf *said, const char *a, const char *b, const char *c)
{
	const char *const words[] = { "weft", "--root", box, "--run", run, "set", a, b, c, NULL };

	buf_done(said);
	return weft(words, said, said);
}

static int command(const char *name, struct buf *said)
{
	const char *const words[] = { "weft", "--root", box, "--run", run, name, NULL };

	buf_done(said);
	return weft(words, said, said);
}

static void wait_up(void)
{
	BUF_AUTO said = { 0 };

	for (unsigned i = 0; i < 300 && command("wait", &said) != 0; i++)
		usleep(100000);
	assert_int_equal(command("wait", &said), 0);
}

static const char *own(struct buf *text)
{
	char path[100];

	buf_done(text);
	snprintf(path, sizeof(path), "%s/etc/config/lime-node", box);
	return file_read(path, 65536, text) < 0 ? "" : buf_text(text);
}

static void assert_own(const char *wanted)
{
	BUF_AUTO text = { 0 };

	assert_string_equal(own(&text), wanted);
}

static void assert_hostname(const char *wanted)
{
	char name[64];

	assert_int_equal(gethostname(name, sizeof(name)), 0);
	assert_string_equal(name, wanted);
}

static void assert_says(const struct buf *said, const char *text)
{
	if (!strstr(buf_text(said), text))
		fail_msg("'%s' is not in: %s", text, buf_text(said));
}

static int make_node(void **state)
{
	(void)state;
	snprintf(box, sizeof(box), "/tmp/weft-set-XXXXXX");
	assert_non_null(mkdtemp(box));
	assert_int_equal(chmod(box, 0755), 0);
	snprintf(run, sizeof(run), "%s/run", box);
	put(box, "sys/class/net/lan1/address", "02:00:00:01:02:03\n");
	put(box, "etc/board.json",
	    "{\"network\":{\"lan\":{\"ports\":[\"lan1\"],\"protocol\":\"static\"}}}");
	put(box, "etc/config/lime-node", OWN);
	start_daemon();
	wait_up();
	return 0;
}

static int remove_node(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(command("down", &said), 0);
	end_daemon(SIGTERM);
	assert_int_equal(remove_all(box), 0);
	return 0;
}

static void a_change_that_is_confirmed_stays(void **state)
{
	BUF_AUTO said = { 0 }, text = { 0 };

	(void)state;
	assert_int_equal(set(&said, "name=two", NULL, NULL), 0);
	assert_says(&said, "The node is called two instead of one.");
	assert_hostname("two");
	assert_int_equal(set(&said, "--confirm", NULL, NULL), 0);
	(void)own(&text);
	assert_says(&text, "# a neighbour's word\n");
	assert_says(&text, "option hostname 'two' # the first\n");
	end_daemon(SIGKILL);
	start_daemon();
	wait_up();
	assert_hostname("two");
	assert_int_equal(set(&said, "--history", NULL, NULL), 0);
	assert_says(&said, "1 settings, by command: kept\n  name: one -> two\n");
}

static void a_change_that_nobody_confirms_is_undone(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(set(&said, "--within=10", "name=two", NULL), 0);
	assert_hostname("two");
	for (unsigned i = 0; i < 300; i++) {
		assert_int_equal(set(&said, "--history", NULL, NULL), 0);
		if (strstr(said.text, "undone"))
			break;
		usleep(100000);
	}
	assert_says(&said, "1 settings, by command: undone");
	assert_hostname("one");
	assert_own(OWN);
	assert_int_equal(set(&said, "--confirm", NULL, NULL), 1);
}

static void a_power_cut_undoes_what_is_not_confirmed(void **state)
{
	char mark[100];

	(void)state;
	BUF_AUTO said = { 0 };

	assert_int_equal(set(&said, "name=two", "latitude=-31.8", NULL), 0);
	end_daemon(SIGKILL);
	/* What is in memory is gone. */
	snprintf(mark, sizeof(mark), "%s/weft/settings-pending", run);
	assert_int_equal(unlink(mark), 0);
	start_daemon();
	wait_up();
	assert_hostname("one");
	assert_own(OWN);
	snprintf(mark, sizeof(mark), "%s/etc/config/location", box);
	assert_int_equal(access(mark, F_OK), -1);
}

static void a_daemon_that_restarts_goes_on_waiting(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(set(&said, "name=two", NULL, NULL), 0);
	end_daemon(SIGKILL);
	start_daemon();
	wait_up();
	assert_hostname("two");
	assert_int_equal(set(&said, "--confirm", NULL, NULL), 0);
	assert_says(&said, "change 1 is kept");
}

static void a_change_is_taken_back_later(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(set(&said, "--now", "name=two", "network.resolvers=9.9.9.9"), 0);
	assert_int_equal(set(&said, "--now", "wifi_password=another-secret", NULL), 0);
	assert_int_equal(set(&said, "--now", "--undo=1", NULL), 0);
	assert_says(&said, "name: two -> one");
	assert_hostname("one");
	assert_int_equal(set(&said, "--now", "--undo=2", NULL), 0);
	assert_own(OWN);
	assert_int_equal(set(&said, "--undo=2", NULL, NULL), 1);
	assert_says(&said, "change 2 is undone already");
}

static void an_undo_that_nobody_confirms_is_undone_itself(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(set(&said, "--now", "name=two", NULL), 0);
	assert_int_equal(set(&said, "--undo=1", NULL, NULL), 0);
	assert_hostname("one");
	assert_int_equal(set(&said, "--undo=2", NULL, NULL), 0);
	assert_says(&said, "change 2 is taken back");
	assert_hostname("two");
	assert_int_equal(set(&said, "--history", NULL, NULL), 0);
	assert_says(&said, "1 settings, by command: kept");
}

static void what_is_wrong_is_told_by_option_and_changes_nothing(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(set(&said, "channel_5ghz=500", "name=two", NULL), 1);
	assert_says(&said, "channel_5ghz: '500' is neither a channel");
	assert_int_equal(set(&said, "nmae=two", NULL, NULL), 1);
	assert_says(&said, "nmae: there is no such setting; did you mean 'name'?");
	assert_int_equal(set(&said, "system.hostnam=two", NULL, NULL), 1);
	assert_says(&said, "did you mean");
	assert_int_equal(set(&said, "port.eth9=wan", NULL, NULL), 1);
	assert_says(&said, "there is no wired port 'eth9'");
	assert_int_equal(set(&said, "name=one", NULL, NULL), 1);
	assert_hostname("one");
	assert_own(OWN);
}

static void a_preview_changes_nothing_and_tells_no_secret(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(set(&said, "--json", "--preview", "wifi_password=other-secret-words"), 0);
	assert_null(strstr(said.text, "very-secret-words"));
	assert_null(strstr(said.text, "other-secret-words"));
	assert_int_equal(set(&said, "--json", NULL, NULL), 0);
	assert_null(strstr(said.text, "very-secret-words"));
	assert_own(OWN);
}

static void a_second_change_waits_for_the_first(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_int_equal(set(&said, "name=two", NULL, NULL), 0);
	assert_int_equal(set(&said, "name=three", NULL, NULL), 1);
	assert_says(&said, "change 1 waits to be confirmed");
	assert_int_equal(set(&said, "--undo=1", NULL, NULL), 0);
	assert_hostname("one");
	assert_own(OWN);
}

static void what_was_edited_meanwhile_stays(void **state)
{
	BUF_AUTO said = { 0 }, text = { 0 };

	(void)state;
	assert_int_equal(set(&said, "name=two", NULL, NULL), 0);
	buf_add(&text, "# by hand\n");
	{
		BUF_AUTO now = { 0 };

		buf_add(&text, own(&now));
	}
	put(box, "etc/config/lime-node", text.text);
	assert_int_equal(set(&said, "--undo=1", NULL, NULL), 0);
	assert_own("# by hand\n" OWN);
	assert_hostname("one");
}

int main(void)
{
#define ON_NODE(test_) cmocka_unit_test_setup_teardown(test_, make_node, remove_node)
	const struct CMUnitTest tests[] = {
		ON_NODE(a_change_that_is_confirmed_stays),
		ON_NODE(a_change_that_nobody_confirms_is_undone),
		ON_NODE(a_power_cut_undoes_what_is_not_confirmed),
		ON_NODE(a_daemon_that_restarts_goes_on_waiting),
		ON_NODE(a_change_is_taken_back_later),
		ON_NODE(an_undo_that_nobody_confirms_is_undone_itself),
		ON_NODE(what_is_wrong_is_told_by_option_and_changes_nothing),
		ON_NODE(a_preview_changes_nothing_and_tells_no_secret),
		ON_NODE(a_second_change_waits_for_the_first),
		ON_NODE(what_was_edited_meanwhile_stays),
	};

	namespace_enter();
	namespace_add_cable("lan1", "lan1-end");
	assert_int_equal(sethostname("before", 6), 0);
	return RUN(tests);
}
