/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The whole program on a small node, with the kernel of this machine but a network and disks of its
 * own: what it does when a disk is full, and how it is taken down.
 */
#include "daemon/daemon.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "../main/box.h"
#include "../platform/linux/namespace.h"
#include "platform/linux/service/child_process.h"

#define DISK_SIZE "size=512k,mode=755"

static char box[64], run[80], etc[80];

/* A node with one port and the anycast address; `word` is in what its programs are told. */
static void configure(const char *hostname, const char *word)
{
	BUF_AUTO text = { 0 };

	buf_printf(&text,
	           "config lime system\n\toption hostname '%s'\n\toption domain '%s'\n"
	           "config lime network\n"
	           "\tlist protocols 'lan'\n\tlist protocols 'anygw'\n"
	           "\toption main_ipv4_address '10.13.1.2/16'\n"
	           "\toption main_ipv6_address 'fd0d::2/64'\n",
	           hostname, word);
	put(box, "etc/config/lime-node", text.text);
}

static void mount_disk(const char *path)
{
	assert_int_equal(file_make_folder(path, 0755), 0);
	assert_int_equal(mount("tmpfs", path, "tmpfs", 0, DISK_SIZE), 0);
}

static int make_node(void **state)
{
	(void)state;
	snprintf(box, sizeof(box), "/tmp/weft-daemon-XXXXXX");
	assert_non_null(mkdtemp(box));
	assert_int_equal(chmod(box, 0755), 0);
	snprintf(run, sizeof(run), "%s/run", box);
	snprintf(etc, sizeof(etc), "%s/etc", box);
	mount_disk(run);
	mount_disk(etc);
	put(box, "sys/class/net/lan1/address", "02:00:00:01:02:03\n");
	put(box, "etc/board.json",
	    "{\"network\":{\"lan\":{\"ports\":[\"lan1\"],\"protocol\":\"static\"}}}");
	configure("one", "first");
	return 0;
}

static int remove_node(void **state)
{
	(void)state;
	assert_int_equal(umount2(run, MNT_DETACH), 0);
	assert_int_equal(umount2(etc, MNT_DETACH), 0);
	assert_int_equal(remove_all(box), 0);
	return 0;
}

static pid_t start_daemon(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(getenv("WEFT"), "weft", "--root", box, "--run", run, "daemon", NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

static void end_daemon(pid_t pid, int number)
{
	assert_int_equal(kill(pid, number), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A command, and what it said, of both kinds. */
static int command(const char *name, struct buf *said)
{
	const char *const words[] = { "weft", "--root", box, "--run", run, name, NULL };

	said->length = 0;
	return weft(words, said, said);
}

static bool is_good(const char *name)
{
	BUF_AUTO said = { 0 };

	return command(name, &said) == 0;
}

/* Tries a command until it says this. */
static void wait_for(const char *name, const char *text)
{
	BUF_AUTO said = { 0 };

	for (unsigned i = 0; i < 300; i++) {
		if (command(name, &said) == 0 && strstr(buf_text(&said), text))
			return;
		usleep(100000);
	}
	fail_msg("'%s' is not in: %s", text, buf_text(&said));
}

static pid_t start_and_wait(void)
{
	pid_t pid = start_daemon();

	wait_for("status", "one");
	assert_true(is_good("wait"));
	return pid;
}

static void assert_hostname(const char *wanted)
{
	char name[64];

	assert_int_equal(gethostname(name, sizeof(name)), 0);
	assert_string_equal(name, wanted);
}

static bool link_is_there(const char *name)
{
	return if_nametoindex(name) != 0;
}

/* What a file in the box says; "" if it is not there. */
static const char *content(const char *folder, const char *name, struct buf *text)
{
	char path[160];

	text->length = 0;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return file_read(path, 65536, text) < 0 ? "" : buf_text(text);
}

/* Up to the last byte. */
static void fill(const char *folder)
{
	static const char zeros[4096];
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "%s/ballast", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void make_room(const char *folder)
{
	char path[100];

	snprintf(path, sizeof(path), "%s/ballast", folder);
	assert_int_equal(unlink(path), 0);
}

static void assert_down(void)
{
	assert_true(is_good("down"));
	assert_false(link_is_there("br-lan"));
	assert_hostname("before");
}

/* The reload that does not find the room is told so, changes nothing, and works when there is. */
static void check_full_disk(const char *folder, const char *complaint)
{
	pid_t daemon = start_and_wait();
	BUF_AUTO said = { 0 }, record = { 0 }, now = { 0 };

	assert_hostname("one");
	(void)content(run, "weft/dnsmasq.pid", &record);
	configure("two", "second");
	fill(folder);
	assert_int_equal(command("reload", &said), 1);
	if (!strstr(buf_text(&said), complaint) || !strstr(said.text, "No space left on device"))
		fail_msg("%s", buf_text(&said));
	assert_hostname("one");
	assert_non_null(strstr(content(run, "weft/dnsmasq.conf", &now), "first"));
	assert_non_null(strstr(content(etc, "config/lime-autogen", &now), "first"));
	assert_string_equal(buf_text(&record), content(run, "weft/dnsmasq.pid", &now));
	/* It is what it was for itself, too: nobody else would make the new one true later. */
	assert_true(link_is_there("br-lan"));
	make_room(folder);
	assert_int_equal(command("reload", &said), 0);
	assert_hostname("two");
	assert_non_null(strstr(content(run, "weft/dnsmasq.conf", &now), "second"));
	assert_down();
	end_daemon(daemon, SIGTERM);
}

static void a_full_run_folder_keeps_what_runs(void **state)
{
	(void)state;
	check_full_disk(run, "dnsmasq.conf");
}

static void a_full_etc_keeps_what_runs(void **state)
{
	(void)state;
	check_full_disk(etc, "lime-autogen");
}

static void with_a_full_etc_a_node_comes_up(void **state)
{
	pid_t daemon;

	(void)state;
	fill(etc);
	daemon = start_and_wait();
	assert_true(link_is_there("br-lan"));
	assert_hostname("one");
	assert_down();
	end_daemon(daemon, SIGTERM);
}

/* It comes up by itself as soon as there is room. */
static void with_a_full_run_folder_a_node_waits_for_room(void **state)
{
	BUF_AUTO now = { 0 };
	pid_t daemon;

	(void)state;
	fill(run);
	daemon = start_daemon();
	wait_for("status", "could not be made true");
	assert_false(link_is_there("br-lan"));
	make_room(run);
	assert_true(is_good("wait"));
	assert_true(link_is_there("br-lan"));
	wait_for("status", "one");
	assert_non_null(strstr(content(run, "weft/dnsmasq.conf", &now), "first"));
	assert_down();
	end_daemon(daemon, SIGTERM);
}

/* The network stands without a program that is not installed, and everybody is told. */
static void a_program_that_is_missing_is_told_and_stops_nothing(void **state)
{
	char program[PATH_MAX];
	BUF_AUTO said = { 0 };
	pid_t daemon;

	(void)state;
	assert_int_equal(process_find_program("dnsmasq", program), 0);
	assert_int_equal(mount("/dev/null", program, NULL, MS_BIND, NULL), 0);
	daemon = start_and_wait();
	assert_true(link_is_there("br-lan"));
	wait_for("status", "dnsmasq");
	configure("two", "second");
	assert_int_equal(command("reload", &said), 0);
	assert_non_null(strstr(said.text, "program dnsmasq is not installed"));
	assert_hostname("two");
	assert_int_equal(umount(program), 0);
	assert_int_equal(command("reload", &said), 0);
	assert_non_null(strstr(said.text, "start dnsmasq"));
	assert_down();
	end_daemon(daemon, SIGTERM);
}

static void taken_down_it_stays_so_until_it_is_asked(void **state)
{
	pid_t daemon = start_and_wait();

	(void)state;
	assert_down();
	wait_for("status", "taken down");
	/* A port that comes is no reason to come up. */
	namespace_add_cable("lan2", "lan2-end");
	usleep(1500000);
	assert_false(link_is_there("br-lan"));
	namespace_remove("lan2");
	assert_true(is_good("reload"));
	assert_true(link_is_there("br-lan"));
	assert_hostname("one");
	assert_down();
	end_daemon(daemon, SIGTERM);
}

static void what_a_killed_daemon_left_is_taken_down_by_the_command(void **state)
{
	pid_t daemon = start_and_wait();
	BUF_AUTO record = { 0 };
	int program;

	(void)state;
	program = (int)strtol(content(run, "weft/dnsmasq.pid", &record), NULL, 10);
	assert_int_equal(kill(program, 0), 0);
	end_daemon(daemon, SIGKILL);
	assert_int_equal(kill(program, 0), 0);
	assert_down();
	assert_true(is_good("down"));
}

static void full_disks_are_no_reason_to_stay_up(void **state)
{
	pid_t daemon = start_and_wait();

	(void)state;
	fill(run);
	fill(etc);
	assert_down();
	end_daemon(daemon, SIGKILL);
	make_room(run);
	daemon = start_and_wait();
	end_daemon(daemon, SIGKILL);
	fill(run);
	assert_down();
}

int main(void)
{
#define ON_NODE(test_) cmocka_unit_test_setup_teardown(test_, make_node, remove_node)
	const struct CMUnitTest tests[] = {
		ON_NODE(a_full_run_folder_keeps_what_runs),
		ON_NODE(a_full_etc_keeps_what_runs),
		ON_NODE(with_a_full_etc_a_node_comes_up),
		ON_NODE(with_a_full_run_folder_a_node_waits_for_room),
		ON_NODE(a_program_that_is_missing_is_told_and_stops_nothing),
		ON_NODE(taken_down_it_stays_so_until_it_is_asked),
		ON_NODE(what_a_killed_daemon_left_is_taken_down_by_the_command),
		ON_NODE(full_disks_are_no_reason_to_stay_up),
	};

	namespace_enter();
	namespace_add_cable("lan1", "lan1-end");
	assert_int_equal(sethostname("before", 6), 0);
	return RUN(tests);
}
