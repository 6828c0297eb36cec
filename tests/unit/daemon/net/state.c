/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The real process on its sockets: friends are served by both of LibreMesh's protocols, whatever
 * strangers do.  Each test ends with a friend who is served by the same process.
 */
#include <arpa/inet.h>
#include <event2/event.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "../../platform/linux/namespace.h"
#include "../../remove.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "compat/async.h"
#include "compat/http.h"
#include "daemon/hooks.h"
#include "daemon/net/confine.h"
#include "daemon/net/root.h"
#include "net/identity.h"
#include "plan/numbers.h"
#include "plan/plan.h"

#define FRIEND  "127.0.0.1"
#define ROUND_S 15

struct fixture {
	char folder[64];
	pid_t daemon; /* root's part, which runs the loop */
	pid_t net;
};

/* --- the daemon --- */

static void run_root(const char *folder)
{
	struct event_base *base = event_base_new();
	struct net_root *root = net_root_new(
		base, &(struct net_root_options){
			      .root = folder, .folder = folder, .program = getenv("WEFT") });
	struct plan *plan = plan_new();
	struct identity identity = { .hostname = "weft" };

	assert_true(prefix_parse("10.13.0.1/16", &identity.ipv4));
	assert_true(prefix_parse("10.13.0.254/16", &identity.anygw4));

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	net_root_update(root, plan, &identity);
	hooks_update(hooks_new(base, &(struct hooks_options){ .root = folder,
	                                                      .net = root,
	                                                      .program_ms = 1500,
	                                                      .first_ms = 100,
	                                                      .publish_ms = 500 }));
	event_base_dispatch(base);
	_exit(0);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void nap(void)
{
	struct timespec a_moment = { 0, 5000000 };

	nanosleep(&a_moment, NULL);
}

/* The one child of the daemon; 0 if there is none. */
static pid_t find_net(const struct fixture *f)
{
	BUF_AUTO text = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)f->daemon, (int)f->daemon);
	return file_read(path, 256, &text) == 0 ? (pid_t)strtol(buf_text(&text), NULL, 10) : 0;
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
}

/* --- connections --- */

/* From any address of this machine, so that there are many strangers. */
static int dial(const char *from, uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct timeval patience = { ROUND_S, 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	assert_int_equal(inet_pton(AF_INET, from, &address.sin_addr), 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(inet_pton(AF_INET, "127.0.0.1", &address.sin_addr), 1);
	address.sin_port = htons(port);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool send_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size) {
		ssize_t n = send(fd, at, size, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

/* All until the end. */
static void receive_all(int fd, struct buf *out)
{
	char bytes[16384];
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		buf_add_bytes(out, bytes, (size_t)n);
}

/* --- what friends say --- */

#define HELLO "\0\0\0\1\1\0\0\0"

static void add_exchange(const char *type, const char *data, struct buf *out)
{
	BUF_AUTO text = { 0 };

	buf_add(&text, data);
	buf_add_bytes(out, HELLO, 8);
	async_print_message(type, &text, out);
}

/* One exchange; the server's JSON, or "" if there is none. */
static void exchange(const char *from, const char *type, const char *data, struct buf *out)
{
	BUF_AUTO said = { 0 };
	BUF_AUTO heard = { 0 };
	size_t head = 8 + 1 + strlen(type) + 4;
	int fd = dial(from, PORT_SHARED_STATE);
	char bytes[16384];

	if (fd < 0)
		return;
	add_exchange(type, data, &said);
	if (send_all(fd, said.text, said.length)) {
		ssize_t n;

		/* The last acknowledgement is ours: until then the server waits. */
		while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
			buf_add_bytes(&heard, bytes, (size_t)n);
			if (heard.length > head && heard.text[heard.length - 1] == '}')
				break;
		}
	}
	if (heard.length > head)
		buf_add(out, heard.text + head);
	close(fd);
}

static void post(const char *from, const char *path, const char *body, struct buf *out)
{
	BUF_AUTO request = { 0 };
	int fd = dial(from, PORT_HTTP);

	if (fd < 0)
		return;
	buf_printf(&request, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", path,
	           strlen(body), body);
	if (send_all(fd, request.text, request.length))
		receive_all(fd, out);
	close(fd);
}

#define ENTRY(key_, data_)                                                                       \
	"{\"key\":\"" key_ "\",\"value\":{\"mAuthor\":\"LiMe-a\",\"mTtl\":2000,\"mData\":" data_ \
	"}}"
#define SLICE(entries_) "{\"stateSlice\":[" entries_ "]}"
#define HOST            SLICE(ENTRY("02:00:00:00:00:01", "\"LiMe_a_eth0\""))

static void expect_service(const struct fixture *f)
{
	BUF_AUTO answer = { 0 };
	double begun = seconds();

	exchange(FRIEND, "bat-hosts", HOST, &answer);
	if (!strstr(buf_text(&answer), "LiMe_a_eth0"))
		fail_msg("after %.1f s: '%s'", seconds() - begun, buf_text(&answer));
	assert_true(seconds() - begun < 2);
	assert_int_equal(find_net(f), f->net);
}

static size_t resident_kb(const struct fixture *f)
{
	BUF_AUTO text = { 0 };
	char path[64];
	size_t kb = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)f->net);
	assert_int_equal(file_read(path, 65536, &text), 0);
	assert_int_equal(sscanf(strstr(text.text, "VmRSS:"), "VmRSS: %zu", &kb), 1);
	return kb;
}

/* The kernel holds it to its limit but in builds that look for mistakes. */
static void expect_small(const struct fixture *f, const char *what)
{
	size_t kb = resident_kb(f);

	printf("%s: %zu kB resident%s\n", what, kb, SANITIZED ? " (sanitized)" : "");
	assert_true(SANITIZED || kb < CONFINE_MEMORY_MAX / 1024);
}

static int start(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	bool served = false;

	snprintf(f->folder, sizeof(f->folder), "/tmp/weft-state-XXXXXX");
	if (!mkdtemp(f->folder) || chmod(f->folder, 0755) < 0)
		return -1;
	f->daemon = fork();
	if (f->daemon == 0)
		run_root(f->folder);
	for (int i = 0; i < 2000 && !served; i++) {
		BUF_AUTO answer = { 0 };

		nap();
		post(FRIEND, "/cgi-bin/shared-state/dnsmasq-leases", "{}", &answer);
		served = strstr(buf_text(&answer), "200 OK");
	}
	f->net = find_net(f);
	*state = f;
	return f->net > 0 && served ? 0 : -1;
}

/* Within a while; one whose end nobody has asked for has ended too. */
static bool ends(pid_t pid)
{
	char path[48], text[256];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	for (int i = 0; i < 4000; i++) {
		FILE *file = fopen(path, "r");
		const char *state = NULL;

		if (!file)
			return true;
		if (fgets(text, sizeof(text), file))
			state = strrchr(text, ')');
		fclose(file);
		if (!state || state[2] == 'Z')
			return true;
		nap();
	}
	return false;
}

static bool is_served(void)
{
	int fd = dial(FRIEND, PORT_HTTP);

	close(fd);
	return fd >= 0;
}

static int stop(void **state)
{
	struct fixture *f = *state;

	(void)kill(f->daemon, SIGKILL);
	(void)waitpid(f->daemon, NULL, 0);
	/* It ends with root, and gives the ports back. */
	while (is_served())
		nap();
	remove_all(f->folder);
	free(f);
	return 0;
}

/* --- friends --- */

static void what_one_protocol_says_the_other_tells(void **state)
{
	struct fixture *f = *state;
	BUF_AUTO answer = { 0 };

	post(FRIEND, "/cgi-bin/shared-state/dnsmasq-leases",
	     "{\"10.13.5.9\":{\"bleachTTL\":30,\"author\":\"LiMe-b\",\"data\":{\"hostname\":\"phone\","
	     "\"mac\":\"02:00:00:00:00:0a\"}}}",
	     &answer);
	assert_non_null(strstr(buf_text(&answer), "200 OK"));
	buf_done(&answer);
	exchange(FRIEND, "dnsmasq-leases",
	         SLICE(ENTRY("10.13.5.10", "{\"hostname\":\"tv\",\"mac\":\"02:00:00:00:00:0b\"}")),
	         &answer);
	assert_non_null(strstr(buf_text(&answer), "\"phone\""));
	buf_done(&answer);
	post(FRIEND, "/cgi-bin/shared-state/dnsmasq-leases", "{}", &answer);
	assert_non_null(strstr(buf_text(&answer), "\"10.13.5.10\":{\"bleachTTL\":"));
	assert_non_null(strstr(buf_text(&answer), "\"10.13.5.9\""));
	expect_service(f);
}

static void write_leases(const struct fixture *f, const char *text)
{
	BUF_AUTO path = { 0 };

	buf_printf(&path, "%s/dnsmasq.leases", f->folder);
	assert_int_equal(file_write(path.text, text, strlen(text), 0644), 0);
}

static void expect_lease(const char *address, bool there)
{
	for (int i = 0;; i++) {
		BUF_AUTO answer = { 0 };

		exchange(FRIEND, "dnsmasq-leases", SLICE(""), &answer);
		if (!strstr(buf_text(&answer), address) == !there)
			return;
		assert_true(i < 400);
		nap();
	}
}

static void expect_file(const struct fixture *f, const char *name, const char *expected)
{
	BUF_AUTO path = { 0 };

	buf_printf(&path, "%s/%s", f->folder, name);
	for (int i = 0;; i++) {
		BUF_AUTO text = { 0 };

		if (file_read(path.text, 65536, &text) == 0 && !strcmp(buf_text(&text), expected))
			return;
		if (i == 400)
			fail_msg("%s: '%s' is not '%s'", name, buf_text(&text), expected);
		nap();
	}
}

static void leases_come_and_go_between_dnsmasq_and_neighbours(void **state)
{
	struct fixture *f = *state;
	BUF_AUTO answer = { 0 };
	double begun;

	begun = seconds();
	write_leases(f, "1795371234 02:00:00:00:00:0b 10.13.7.9 tv 01:02:00:00:00:00:0b\n"
	                "1795371234 02:00:00:00:00:0c 10.13.7.10 * *\n");
	expect_lease("10.13.7.9", true);
	printf("a lease is told after %.0f ms\n", (seconds() - begun) * 1000);
	expect_lease("10.13.7.10", true);
	write_leases(f, "1795371234 02:00:00:00:00:0b 10.13.7.9 tv 01:02:00:00:00:00:0b\n");
	/* One from outside of the network, and one that is not even an address. */
	post(FRIEND, "/cgi-bin/shared-state/dnsmasq-leases",
	     "{\"10.13.5.9\":{\"bleachTTL\":30,\"author\":\"LiMe-b\",\"data\":{\"hostname\":\"phone\","
	     "\"mac\":\"02:00:00:00:00:0a\"}},\"8.8.8.8\":{\"bleachTTL\":30,\"author\":\"LiMe-b\","
	     "\"data\":{\"mac\":\"02:00:00:00:00:0d\"}},\"10.13.5.10\\n66\":{\"bleachTTL\":30,"
	     "\"author\":\"LiMe-b\",\"data\":{\"mac\":\"02:00:00:00:00:0e\"}}}",
	     &answer);
	expect_file(f, "dhcp-hosts.d/cloud", "02:00:00:00:00:0a,10.13.5.9,phone\n");
	expect_file(f, "hosts.d/cloud", "10.13.5.9 phone\n");
	expect_service(f);
	/* A new process knows the clients of this node, and learns the rest from others. */
	assert_int_equal(kill(f->net, SIGKILL), 0);
	expect_lease("10.13.7.9", true);
	f->net = find_net(f);
	expect_service(f);
}

/* Runs one of LibreMesh's tools: a link to weft.  Gives its exit status. */
static int run_tool(const struct fixture *f, const char *tool, const char *const *words,
                    const char *input, struct buf *out)
{
	int in[2], back[2], status = 0;
	char path[128], bytes[4096];
	const char *argv[8] = { path };
	ssize_t n;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", f->folder, tool);
	(void)unlink(path);
	assert_int_equal(symlink(getenv("WEFT"), path), 0);
	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(back, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(back[1], STDOUT_FILENO);
		execv(path, (char *const *)(void *)argv);
		_exit(126);
	}
	close(in[0]);
	close(back[1]);
	assert_int_equal(write(in[1], input, strlen(input)), strlen(input));
	close(in[1]);
	while ((n = read(back[0], bytes, sizeof(bytes))) > 0)
		buf_add_bytes(out, bytes, (size_t)n);
	close(back[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)unlink(path);
	return WEXITSTATUS(status);
}

#define TOOL(tool_, input_, out_, ...) \
	run_tool(f, (tool_), (const char *const[]){ __VA_ARGS__, NULL }, (input_), (out_))

static void tools_of_libremesh_work(void **state)
{
	struct fixture *f = *state;
	BUF_AUTO out = { 0 };

	/* The host name of this machine is this node's. */
	assert_int_equal(sethostname("weft", 4), 0);
	assert_int_equal(TOOL("shared-state-async", "{\"02:00:00:00:00:05\": \"weft_eth0\"}", &out,
	                      "insert", "bat-hosts"),
	                 0);
	assert_int_equal(TOOL("shared-state-async", "", &out, "get", "bat-hosts"), 0);
	assert_string_equal(buf_text(&out), "{\n    \"02:00:00:00:00:05\": \"weft_eth0\"\n}\n");
	buf_done(&out);
	assert_int_equal(TOOL("shared-state-async", "", &out, "dump", "bat-hosts"), 0);
	assert_non_null(strstr(buf_text(&out), "\"mAuthor\": \"weft\""));
	assert_int_equal(*buf_text(&out), '[');
	buf_done(&out);
	assert_int_equal(TOOL("shared-state", "", &out, "get", "bat-hosts"), 0);
	assert_non_null(strstr(buf_text(&out), "\"bleachTTL\":"));
	/* null is how it is said that something is gone. */
	assert_int_equal(TOOL("shared-state-async", "{\"02:00:00:00:00:05\": null}", &out, "insert",
	                      "bat-hosts"),
	                 0);
	buf_done(&out);
	assert_int_equal(TOOL("shared-state-async", "", &out, "get", "bat-hosts"), 0);
	assert_string_equal(buf_text(&out), "{}\n");
	/* The one in which many write one table. */
	buf_done(&out);
	assert_int_equal(TOOL("shared-state-multiwriter",
	                      "{\"weft\": {\"hostname\": \"weft\", \"member\": true,"
	                      " \"board\": \"x86\"}}",
	                      &out, "insert", "network_nodes"),
	                 0);
	assert_int_equal(TOOL("shared-state-multiwriter", "", &out, "get", "network_nodes"), 0);
	assert_non_null(strstr(buf_text(&out), "\"author\":\"weft\",\"data\":{\"hostname\":"));
	assert_non_null(strstr(buf_text(&out), "\"changes\":"));
	buf_done(&out);
	assert_int_equal(TOOL("shared-state-multiwriter",
	                      "{\"far\": {\"lastModified\": 1, \"changes\": 4, \"fortune\": 9,"
	                      " \"author\": \"far\", \"data\": {\"hostname\": \"far\"}}}",
	                      &out, "reqsync", "network_nodes"),
	                 0);
	assert_non_null(strstr(buf_text(&out), "\"far\":{"));
	assert_non_null(strstr(buf_text(&out), "\"weft\":{"));
	assert_int_equal(TOOL("shared-state-multiwriter", "[", &out, "insert", "network_nodes"),
	                 22);
	assert_int_equal(TOOL("shared-state-multiwriter", "", &out, "get", "../status"), 208);
	assert_int_equal(TOOL("shared-state-multiwriter", "", &out, "get"), 234);
	assert_int_equal(TOOL("shared-state", "{}", &out, "reqsync", "dnsmasq-leases"), 0);
	assert_int_equal(TOOL("shared-state-async-publish-all", "", &out, NULL), 0);
	/* What is wrong ends as it does there. */
	/* By 0 the original divides. */
	assert_int_equal(TOOL("shared-state-async", "", &out, "register", "bat-hosts", "community",
	                      "0", "0"),
	                 0);
	assert_int_equal(TOOL("shared-state-async", "", &out, "get", "unheard-of"), 208);
	assert_int_equal(TOOL("shared-state-async", "{", &out, "insert", "bat-hosts"), 22);
	assert_int_equal(TOOL("shared-state-async", "", &out, "get"), 234);
	assert_int_equal(TOOL("shared-state-async", "", &out, "sync", "bat-hosts", "no"), 242);
	assert_int_equal(TOOL("shared-state-async", "", &out, "sync", "bat-hosts", FRIEND), 0);
	assert_int_equal(TOOL("shared-state-async", "", &out, "register", "bat-hosts", "community",
	                      "30", "2400"),
	                 0);
	expect_service(f);
}

/* --- programs of people --- */

#define HOOKS      "usr/share/shared-state/hooks/bat-hosts"
#define OLD_HOOKS  "etc/shared-state/hooks/dnsmasq-leases"
#define PUBLISHERS "usr/share/shared-state/publishers"

static void write_program(const struct fixture *f, const char *name, const char *script,
                          unsigned mode)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };

	buf_printf(&path, "%s/%s", f->folder, name);
	*strrchr(path.text, '/') = '\0';
	assert_int_equal(file_make_folder(path.text, 0755), 0);
	path.text[strlen(path.text)] = '/';
	buf_printf(&text, "#!/bin/sh\ncd %s || exit 1\n%s\n", f->folder, script);
	assert_int_equal(file_write(path.text, text.text, text.length, 0755), 0);
	assert_int_equal(chmod(path.text, mode), 0);
}

/* Until the file has these words; what it has is in `out`. */
static void expect_words(const struct fixture *f, const char *name, const char *words,
                         struct buf *out)
{
	double end = seconds() + ROUND_S;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", f->folder, name);
	do {
		buf_done(out);
		nap();
	} while ((file_read(path, 65536, out) < 0 || !strstr(buf_text(out), words)) &&
	         seconds() < end);
	assert_non_null(strstr(buf_text(out), words));
}

static void hooks_hear_of_changes_and_publishers_tell(void **state)
{
	struct fixture *f = *state;
	char tool[128], evil[128];
	struct stat info;
	BUF_AUTO out = { 0 };
	BUF_AUTO entry = { 0 };

	assert_int_equal(sethostname("weft", 4), 0);
	snprintf(tool, sizeof(tool), "%s/shared-state-async", f->folder);
	assert_int_equal(symlink(getenv("WEFT"), tool), 0);
	/* One that never ends, nor lets its children; one that writes without end; a file that
	 * others may write; and one after them all. */
	write_program(f, HOOKS "/10-waits", "sleep 1000 & echo $! > child; sleep 1000", 0755);
	write_program(f, HOOKS "/20-writes", "cat /dev/zero | head -c 1000000; echo >> wrote",
	              0755);
	write_program(f, HOOKS "/30-evil", "echo > evil", 0777);
	write_program(f, HOOKS "/40-takes", "cat > new && mv new took; echo x >> runs", 0755);
	write_program(f, OLD_HOOKS "/takes", "cat > old.new && mv old.new old", 0755);
	write_program(f, PUBLISHERS "/tells",
	              "echo '{\"02:00:00:00:00:06\": \"weft_mesh0\"}' |"
	              " ./shared-state-async insert bat-hosts",
	              0755);
	expect_words(f, "took", "{\n    \"02:00:00:00:00:06\": \"weft_mesh0\"\n}", &out);
	expect_words(f, "wrote", "\n", &out);
	/* What others say comes there too, with the names of the other protocol. */
	post(FRIEND, "/cgi-bin/shared-state/dnsmasq-leases",
	     "{\"10.13.5.9\": {\"bleachTTL\": 30, \"author\": \"other\", \"data\":"
	     " {\"hostname\": \"ana\", \"mac\": \"02:00:00:00:00:17\"}}}",
	     &entry);
	expect_words(f, "old", "\"author\": \"other\"", &out);
	assert_non_null(strstr(buf_text(&out), "\"bleachTTL\": "));
	assert_non_null(strstr(buf_text(&out), "10.13.5.9"));
	/* Whoever did not end was ended with all it had begun. */
	expect_words(f, "child", "\n", &out);
	assert_true(ends((pid_t)strtol(buf_text(&out), NULL, 10)));
	snprintf(evil, sizeof(evil), "%s/evil", f->folder);
	assert_int_equal(stat(evil, &info), -1);
	/* The same words again are no news: it has not run again since. */
	buf_done(&out);
	expect_words(f, "runs", "x\n", &out);
	assert_int_equal(out.length, 2);
	expect_service(f);
}

static void a_small_exchange_is_quick(void **state)
{
	struct fixture *f = *state;
	double begun;

	expect_service(f);
	begun = seconds();
	for (int i = 0; i < 50; i++) {
		BUF_AUTO answer = { 0 };

		exchange(FRIEND, "bat-hosts", SLICE(""), &answer);
		assert_non_null(strstr(buf_text(&answer), "LiMe_a_eth0"));
	}
	printf("a small exchange takes %.2f ms (the original: 90 ms)\n",
	       (seconds() - begun) * 1000 / 50);
}

/* --- strangers --- */

static void strange_bytes_harm_nobody(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *bytes;
		size_t size;
	} strange[] = {
		{ "\0\0\0\2", 4 },
		{ "GET / HTTP/1.0\r\n\r\n", 18 },
		{ HELLO "\1t\x40\0\0\0", 14 }, /* 1 GB */
		{ HELLO "\1t\xff\xff\xff\xff", 14 },
		{ HELLO "\0", 9 },
		{ HELLO "\x81", 9 },
		{ HELLO "\xff", 9 },
		{ HELLO "\1t\0\0\0\0", 14 },
		{ HELLO "\1t\0\0\0\1{", 15 },
		{ HELLO "\2no\0\0\0\2{}", 17 },
		{ HELLO "\x9"
		        "bat-hosts\0\0\0\2{}\0\0\0\1",
		  28 },
		{ HELLO "\x9"
		        "bat-hosts\0\x0f\x42\x40{\"stateSlice\":[]}",
		  40 },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(strange); i++) {
		for (uint16_t port = PORT_HTTP; port;
		     port = port == PORT_HTTP ? PORT_SHARED_STATE : 0) {
			int fd = dial("127.0.0.66", port);

			assert_true(fd >= 0);
			(void)send_all(fd, strange[i].bytes, strange[i].size);
			(void)shutdown(fd, SHUT_WR);
			(void)recv(fd, (char[64]){ 0 }, 64, 0);
			close(fd);
		}
	}
	expect_service(f);
}

static void random_bytes_harm_nobody(void **state)
{
	struct fixture *f = *state;

	srand(1);
	for (int i = 0; i < 400; i++) {
		int fd = dial("127.0.0.66", i & 1 ? PORT_HTTP : PORT_SHARED_STATE);
		uint8_t bytes[200];

		if (fd < 0)
			continue;
		for (size_t j = 0; j < sizeof(bytes); j++)
			bytes[j] = (uint8_t)rand();
		if (i & 2)
			memcpy(bytes, HELLO, 8);
		(void)send_all(fd, bytes, (size_t)rand() % sizeof(bytes));
		close(fd);
	}
	expect_service(f);
}

static void deep_documents_harm_nobody(void **state)
{
	struct fixture *f = *state;
	char *deep = malloc(200001);
	BUF_AUTO answer = { 0 };

	memset(deep, '[', 200000);
	deep[200000] = '\0';
	exchange("127.0.0.66", "bat-hosts", deep, &answer);
	post("127.0.0.66", "/cgi-bin/shared-state/dnsmasq-leases", deep, &answer);
	memset(deep, '{', 200000);
	exchange("127.0.0.66", "bat-hosts", deep, &answer);
	free(deep);
	expect_service(f);
	expect_small(f, "200,000 levels");
}

static void keys_are_checked(void **state)
{
	static const char *const wrong[] = {
		SLICE(ENTRY("02:00:00:00:00:01\\n02:00:00:00:00:02 evil", "\"a\"")),
		SLICE(ENTRY("$(reboot)", "\"a\"")),
		SLICE(ENTRY("`x`", "\"a\"")),
		SLICE(ENTRY("../../etc/passwd", "\"a\"")),
		SLICE(ENTRY("", "\"a\"")),
		SLICE(ENTRY("\\u0000", "\"a\"")),
		SLICE(ENTRY("02:00:00:00:00:09", "[[1]]")),
		SLICE(ENTRY("02:00:00:00:00:09", "{\"a\":1}")),
	};
	struct fixture *f = *state;
	BUF_AUTO answer = { 0 };

	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
		BUF_AUTO ignored = { 0 };

		exchange("127.0.0.66", "bat-hosts", wrong[i], &ignored);
	}
	post("127.0.0.66", "/cgi-bin/shared-state/dnsmasq-hosts",
	     "{\"10.0.0.1 a\\nserver=/x/6.6.6.6\":{\"bleachTTL\":30,\"author\":\"h\",\"data\":true}}",
	     &answer);
	buf_done(&answer);
	exchange(FRIEND, "bat-hosts", SLICE(""), &answer);
	assert_null(strstr(buf_text(&answer), "\"key\""));
	buf_done(&answer);
	exchange(FRIEND, "dnsmasq-hosts", SLICE(""), &answer);
	/* What this node is called, and nothing else. */
	assert_non_null(strstr(buf_text(&answer), "10.13.0.1 weft"));
	assert_null(strstr(buf_text(&answer), "6.6.6.6"));
	expect_service(f);
}

static void ten_thousand_connections_harm_nobody(void **state)
{
	struct rlimit files = { 4096, 4096 };
	struct fixture *f = *state;
	size_t n = 0;
	double slowest = 0;

	(void)setrlimit(RLIMIT_NOFILE, &files);
	for (int round = 0; round < 20; round++) {
		int fds[500];
		double begun;

		for (size_t i = 0; i < ARRAY_LENGTH(fds); i++) {
			char from[32];

			/* Each address has several, some say something. */
			snprintf(from, sizeof(from), "127.0.%d.%zu", 1 + round, 1 + i / 4);
			fds[i] = dial(from, i & 1 ? PORT_HTTP : PORT_SHARED_STATE);
			n += fds[i] >= 0;
			if (fds[i] >= 0 && i % 3 == 0)
				(void)send_all(fds[i], HELLO, 8);
		}
		begun = seconds();
		for (;;) {
			BUF_AUTO answer = { 0 };

			exchange(FRIEND, "bat-hosts", HOST, &answer);
			if (strstr(buf_text(&answer), "LiMe_a_eth0"))
				break;
			assert_true(seconds() - begun < 5);
			nap();
		}
		if (seconds() - begun > slowest)
			slowest = seconds() - begun;
		for (size_t i = 0; i < ARRAY_LENGTH(fds); i++)
			close(fds[i]);
	}
	assert_int_equal(n, 10000);
	expect_small(f, "10,000 connections");
	printf("a friend waited %.0f ms at most\n", slowest * 1000);
	expect_service(f);
}

static void large_messages_share_what_there_is(void **state)
{
	struct fixture *f = *state;
	char *bytes = calloc(1, ASYNC_DATA_MAX);
	int fds[24];

	memset(bytes, ' ', ASYNC_DATA_MAX);
	for (size_t i = 0; i < ARRAY_LENGTH(fds); i++) {
		char from[32];

		snprintf(from, sizeof(from), "127.0.0.%zu", 100 + i);
		fds[i] = dial(from, PORT_SHARED_STATE);
		assert_true(fds[i] >= 0);
		(void)send_all(fds[i],
		               HELLO "\x9"
		                     "bat-hosts\0\x10\0\0",
		               22);
		/* All but the last byte. */
		(void)send_all(fds[i], bytes, ASYNC_DATA_MAX - 1);
	}
	expect_small(f, "24 messages of 1 MB");
	expect_service(f);
	for (size_t i = 0; i < ARRAY_LENGTH(fds); i++)
		close(fds[i]);
	free(bytes);
}

static void who_says_too_much_fills_nothing(void **state)
{
	struct fixture *f = *state;
	BUF_AUTO answer = { 0 };

	for (unsigned batch = 0; batch < 10; batch++) {
		BUF_AUTO data = { 0 };
		BUF_AUTO ignored = { 0 };

		buf_add(&data, "{\"stateSlice\":[");
		for (unsigned i = 0; i < 1000; i++)
			buf_printf(&data,
			           "%s{\"key\":\"02:66:00:00:%02x:%02x\",\"value\":{\"mAuthor\":"
			           "\"evil\",\"mTtl\":9223372036854775807,\"mData\":\"x\"}}",
			           i ? "," : "", batch * 4 + i / 256, i % 256);
		buf_add(&data, "]}");
		exchange("127.0.0.66", "bat-hosts", data.text, &ignored);
	}
	expect_service(f);
	exchange(FRIEND, "bat-hosts", SLICE(""), &answer);
	assert_in_range(answer.length, 100, 40000);
	expect_small(f, "10,000 rows of one author");
}

static void many_small_exchanges_leak_nothing(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 4000; i++) {
		BUF_AUTO said = { 0 };
		int fd = dial("127.0.0.66", PORT_SHARED_STATE);

		if (fd < 0)
			continue;
		add_exchange("bat-hosts", SLICE(""), &said);
		(void)send_all(fd, said.text, said.length);
		if (i % 7 == 0)
			(void)recv(fd, (char[64]){ 0 }, 64, 0);
		close(fd);
	}
	expect_service(f);
	expect_small(f, "4,000 exchanges");
}

/* Reset while they wait to be accepted: the original's daemon ends by the first. */
static void resets_in_the_backlog_harm_nobody(void **state)
{
	struct linger none = { 1, 0 };
	struct fixture *f = *state;

	assert_int_equal(kill(f->net, SIGSTOP), 0);
	for (int i = 0; i < 40; i++) {
		int fd = dial("127.0.0.66", i & 1 ? PORT_HTTP : PORT_SHARED_STATE);

		if (fd < 0)
			continue;
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none)), 0);
		close(fd);
	}
	assert_int_equal(kill(f->net, SIGCONT), 0);
	expect_service(f);
}

/* A byte now and then keeps nothing open, and nobody waits for it. */
static void slow_ones_are_closed_in_time(void **state)
{
	struct fixture *f = *state;
	int async = dial("127.0.0.66", PORT_SHARED_STATE), http = dial("127.0.0.67", PORT_HTTP);
	double begun = seconds();
	bool async_open = true, http_open = true;

	while (async_open || http_open) {
		struct timespec second = { 1, 0 };

		async_open = async_open && send_all(async, "\0", 1) &&
		             (recv(async, (char[8]){ 0 }, 8, MSG_DONTWAIT) != 0);
		http_open = http_open && send_all(http, "P", 1) &&
		            recv(http, (char[8]){ 0 }, 8, MSG_DONTWAIT) != 0;
		assert_true(seconds() - begun < 14);
		expect_service(f);
		nanosleep(&second, NULL);
	}
	assert_true(seconds() - begun > 1);
	close(async);
	close(http);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_one_protocol_says_the_other_tells),
		TEST(leases_come_and_go_between_dnsmasq_and_neighbours),
		TEST(tools_of_libremesh_work),
		TEST(hooks_hear_of_changes_and_publishers_tell),
		TEST(a_small_exchange_is_quick),
		TEST(strange_bytes_harm_nobody),
		TEST(random_bytes_harm_nobody),
		TEST(deep_documents_harm_nobody),
		TEST(keys_are_checked),
		TEST(ten_thousand_connections_harm_nobody),
		TEST(large_messages_share_what_there_is),
		TEST(who_says_too_much_fills_nothing),
		TEST(many_small_exchanges_leak_nothing),
		TEST(resets_in_the_backlog_harm_nobody),
		TEST(slow_ones_are_closed_in_time),
	};

	/* Without it the test itself would be run as net, and that again, for ever. */
	if (!getenv("WEFT"))
		return 1;
	namespace_enter();
	loopback_up();
	(void)signal(SIGPIPE, SIG_IGN);
	return RUN(tests);
}
