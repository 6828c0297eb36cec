/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/shared_state.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/json_reader.h"
#include "compat/async.h"
#include "compat/http.h"
#include "compat/type.h"
#include "compat/view.h"
#include "main/discover.h"
#include "main/multiwriter.h"
#include "main/publish.h"
#include "plan/numbers.h"

#define TIMEOUT_MS   10000
#define INPUT_LIMIT  (1024 * 1024)
#define UNKNOWN_TYPE 208 /* what the original's 2000 becomes */
#define WRONG_WORDS  234 /* and its -EINVAL */
#define WRONG_HOST   242 /* and its -EFAULT */
#define LOCAL        "127.0.0.1"
/* The HTTP tool's entries live so many bleaches of two minutes. */
#define HTTP_TTL 3600

static const char usage[] =
	"usage: shared-state-async get|dump|insert|sync TYPE [ADDRESS...]\n"
	"       shared-state-async register TYPE SCOPE INTERVAL TTL\n"
	"       shared-state-async discover\n"
	"       shared-state get|insert|remove|sync|reqsync|bleach TYPE\n"
	"       shared-state-multiwriter get|insert|sync|reqsync TYPE\n"
	"       shared-state-publish-all, shared-state-async-publish-all\n"
	"\n"
	"weft's daemon keeps the state; these are words of LibreMesh's tools that scripts use.\n";

static const char *tool_of(const char *path)
{
	const char *name = strrchr(path, '/');

	return name ? name + 1 : path;
}

static int publish_async(void)
{
	return publish_all("/usr/share/shared-state/publishers");
}

static int publish_old(void)
{
	return publish_all("/etc/shared-state/publishers");
}

/* Those without words of their own. */
static const struct {
	const char *name;
	int (*run)(void);
} plain_tools[] = {
	{ "shared-state-async-publish-all", publish_async },
	{ "shared-state-publish-all", publish_old },
	{ "shared-state-async-discover", discover_candidates },
	{ "shared-state-get_candidates_neigh", discover_candidates },
};

bool shared_state_is_called_as(const char *path)
{
	const char *name = tool_of(path);

	for (size_t i = 0; i < ARRAY_LENGTH(plain_tools); i++) {
		if (!strcmp(name, plain_tools[i].name))
			return true;
	}
	return !strcmp(name, "shared-state-async") || !strcmp(name, "shared-state") ||
	       !strcmp(name, "shared-state-multiwriter");
}

/* --- an exchange with a daemon --- */

/* What the other side says stays in the conversation: here nothing is kept. */
static bool knows(void *data, const struct compat_peer *peer, const char *type)
{
	(void)data;
	(void)peer;
	(void)type;
	return true;
}

static void merge(void *data, const struct compat_peer *peer, const char *type,
                  const struct compat_slice *slice)
{
	(void)data;
	(void)peer;
	(void)type;
	(void)slice;
}

static const struct compat_state no_state = { NULL, knows, merge, NULL };

static int dial(const char *host)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		                  .ai_socktype = SOCK_STREAM };
	struct timeval patience = { TIMEOUT_MS / 1000, 0 };
	struct addrinfo *found;
	char port[8];
	int fd, r = 0;

	snprintf(port, sizeof(port), "%d", PORT_SHARED_STATE);
	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -EFAULT;
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
	    connect(fd, found->ai_addr, found->ai_addrlen) < 0)
		r = -errno;
	freeaddrinfo(found);
	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

static bool flush(int fd, struct async *async)
{
	while (async->sent < async->out.length) {
		ssize_t n = send(fd, async->out.text + async->sent, async->out.length - async->sent,
		                 MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		async->sent += (size_t)n;
	}
	return true;
}

/* An exit status; what the other side said is in `async->heard`. */
static int exchange(const char *host, const char *type, const struct compat_slice *said,
                    struct async *async)
{
	int fd = dial(host);
	char bytes[16384];
	ssize_t n = 1;

	if (fd < 0)
		return -fd;
	*async = (struct async){ .peer = { .protocol = COMPAT_ASYNC } };
	async_ask(async, &no_state, type, said);
	while (async->result == ASYNC_GOING_ON && flush(fd, async) && n > 0) {
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n > 0)
			(void)async_receive(async, bytes, (size_t)n);
	}
	if (async->result == ASYNC_GOING_ON)
		(void)async_end(async);
	(void)flush(fd, async);
	close(fd);
	if (async->result == ASYNC_UNKNOWN_TYPE)
		return UNKNOWN_TYPE;
	return async->result == ASYNC_DONE ? 0 : EBADMSG;
}

/* --- printing --- */

static void print_data(const struct compat_entry *entry, struct buf *out)
{
	buf_add_json(out, entry->key);
	buf_add_char(out, ':');
	buf_add_bytes(out, entry->data, entry->data_size);
}

static void print_pretty(const struct buf *compact)
{
	BUF_AUTO out = { 0 };

	json_print_pretty(compact->text, compact->length, &out);
	puts(buf_text(&out));
}

/* The HTTP tool shows all there is of an entry. */
static int get_table(const char *type)
{
	struct compat_slice nothing = { 0 };
	struct async async = { 0 };
	BUF_AUTO out = { 0 };
	int r = exchange(LOCAL, type, &nothing, &async);

	for (size_t i = 0; i < async.heard.count; i++)
		async.heard.entries[i].ttl = (async.heard.entries[i].ttl + COMPAT_BLEACH_S - 1) /
		                             COMPAT_BLEACH_S;
	(void)http_print(&async.heard, COMPAT_HTTP, &out);
	if (r == 0)
		puts(buf_text(&out));
	async_done(&async);
	return r;
}

static int get(const char *type)
{
	struct compat_slice nothing = { 0 };
	struct async async = { 0 };
	BUF_AUTO out = { 0 };
	int r = exchange(LOCAL, type, &nothing, &async);

	buf_add_char(&out, '{');
	for (size_t i = 0; i < async.heard.count; i++) {
		buf_add(&out, i ? "," : "");
		print_data(&async.heard.entries[i], &out);
	}
	buf_add_char(&out, '}');
	if (r == 0)
		print_pretty(&out);
	async_done(&async);
	return r;
}

/* As the original: a list of entries, but an empty one is an empty object. */
static int dump(const char *type)
{
	struct compat_slice nothing = { 0 };
	struct async async = { 0 };
	BUF_AUTO slice = { 0 };
	int r = exchange(LOCAL, type, &nothing, &async);

	if (r == 0 && !async.heard.count) {
		puts("{}");
	} else if (r == 0) {
		const char *list;
		size_t size;
		struct json_reader reader;
		char name[16];
		BUF_AUTO out = { 0 };

		(void)async_print(&async.heard, ASYNC_PRETTY, &slice);
		json_reader_init(&reader, slice.text, slice.length);
		json_reader_enter(&reader, '{');
		(void)json_reader_member(&reader, name, sizeof(name));
		(void)json_reader_raw(&reader, &list, &size);
		json_print_compact(list, size, &out);
		print_pretty(&out);
	}
	async_done(&async);
	return r;
}

/* --- inserting --- */

static int read_input(struct buf *out)
{
	char bytes[16384];
	size_t n;

	while ((n = fread(bytes, 1, sizeof(bytes), stdin)) > 0) {
		buf_add_bytes(out, bytes, n);
		if (out->length > INPUT_LIMIT)
			return EFBIG;
	}
	return 0;
}

static void own_name(char name[COMPAT_AUTHOR_MAX + 1])
{
	if (gethostname(name, COMPAT_AUTHOR_MAX) < 0)
		name[0] = '\0';
	name[COMPAT_AUTHOR_MAX] = '\0';
}

/* Each member of an object becomes an entry; an empty list is what some write for no members. */
static int read_entries(const struct buf *input, const char *type, const char *author,
                        struct arena *arena, struct compat_slice *slice)
{
	const struct compat_type *known = compat_type_find(type, COMPAT_ASYNC);
	struct json_reader r;
	char key[COMPAT_KEY_MAX + 1];

	if (!json_is_valid(buf_text(input), input->length))
		return EINVAL;
	json_reader_init(&r, buf_text(input), input->length);
	if (json_reader_peek(&r) != JSON_OBJECT)
		return json_reader_peek(&r) == JSON_TEXT || json_reader_peek(&r) == JSON_NUMBER
		               ? EINVAL
		               : 0;
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, key, sizeof(key))) {
		struct compat_entry entry = { .author = author };

		entry.key = arena_strdup(arena, key);
		entry.ttl = known ? known->ttl_s + known->interval_s + 1 : HTTP_TTL;
		(void)json_reader_raw(&r, &entry.data, &entry.data_size);
		(void)compat_slice_add(slice, arena, &entry);
	}
	compat_slice_sort(slice);
	return 0;
}

static int insert(const char *type)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	char author[COMPAT_AUTHOR_MAX + 1];
	struct compat_slice slice = { 0 };
	struct async async = { 0 };
	BUF_AUTO input = { 0 };
	int r = read_input(&input);

	own_name(author);
	if (r == 0)
		r = read_entries(&input, type, author, arena, &slice);
	if (r == 0)
		r = exchange(LOCAL, type, &slice, &async);
	async_done(&async);
	return r;
}

/* `remove`: a list of keys. */
static int withdraw(const char *type)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	char author[COMPAT_AUTHOR_MAX + 1], key[COMPAT_KEY_MAX + 1];
	struct compat_slice slice = { 0 };
	struct async async = { 0 };
	BUF_AUTO input = { 0 };
	struct json_reader r;
	int status = read_input(&input);

	own_name(author);
	if (status != 0)
		return status;
	json_reader_init(&r, buf_text(&input), input.length);
	json_reader_enter(&r, '[');
	while (json_reader_item(&r) && json_reader_text(&r, key, sizeof(key))) {
		struct compat_entry entry = { .key = arena_strdup(arena, key),
			                      .author = author,
			                      .ttl = HTTP_TTL };

		(void)compat_slice_add(&slice, arena, &entry);
	}
	if (!json_reader_end(&r))
		return EINVAL;
	compat_slice_sort(&slice);
	status = exchange(LOCAL, type, &slice, &async);
	async_done(&async);
	return status;
}

/* --- exchanging --- */

/* What we say ourselves others only repeat. */
static void leave_out(const char *author, struct compat_slice *slice)
{
	size_t kept = 0;

	for (size_t i = 0; i < slice->count; i++) {
		if (strcmp(slice->entries[i].author, author) != 0)
			slice->entries[kept++] = slice->entries[i];
	}
	slice->count = kept;
}

/* What the daemon knows goes to each, what each knows goes to the daemon.  Without addresses the
 * daemon exchanges by itself, all the time. */
static int synchronize(const char *type, int n_hosts, char **hosts)
{
	struct compat_slice nothing = { 0 };
	char author[COMPAT_AUTHOR_MAX + 1];
	struct async local = { 0 };
	int r = exchange(LOCAL, type, &nothing, &local);

	own_name(author);
	for (int i = 0; i < n_hosts && r == 0; i++) {
		struct async remote = { 0 }, back = { 0 };

		r = exchange(hosts[i], type, &local.heard, &remote);
		leave_out(author, &remote.heard);
		if (r == 0)
			r = exchange(LOCAL, type, &remote.heard, &back);
		async_done(&remote);
		async_done(&back);
	}
	async_done(&local);
	return r == EFAULT ? WRONG_HOST : r;
}

/* Types are those that weft has a table for; what to do with them it knows. */
static int register_type(int argc, char **argv)
{
	if (argc != 6)
		return WRONG_WORDS;
	if (!*argv[2] || strlen(argv[2]) > ASYNC_TYPE_MAX)
		return EINVAL;
	if (compat_type_find(argv[2], COMPAT_ASYNC))
		return 0;
	fprintf(stderr, "%s: weft has no table for '%s'\n", argv[0], argv[2]);
	return UNKNOWN_TYPE;
}

/* `reqsync`: what the CGI program does with what came. */
static int answer_neighbour(const char *path, const char *type)
{
	BUF_AUTO input = { 0 };
	int r = read_input(&input);

	return r ? r : multiwriter_answer(path, type, &input);
}

static int with_many(const char *word, const char *type)
{
	char author[COMPAT_AUTHOR_MAX + 1];
	BUF_AUTO input = { 0 };
	int r;

	own_name(author);
	if (!strcmp(word, "get"))
		return multiwriter_get(type);
	if (!strcmp(word, "reqsync"))
		return answer_neighbour("/cgi-bin/shared-state-multiwriter", type);
	/* The daemon exchanges by itself. */
	if (!strcmp(word, "sync"))
		return 0;
	if (!strcmp(word, "insert")) {
		r = read_input(&input);
		return r ? r : multiwriter_insert(type, &input, author);
	}
	fputs(usage, stderr);
	return WRONG_WORDS;
}

static int with_type(int argc, char **argv)
{
	const char *word = argv[1], *type = argv[2], *tool = tool_of(argv[0]);
	size_t length = strlen(type);
	bool by_http = !strcmp(tool, "shared-state");

	if (!length || length > ASYNC_TYPE_MAX)
		return EINVAL;
	if (!strcmp(tool, "shared-state-multiwriter"))
		return with_many(word, type);
	if (by_http && !strcmp(word, "reqsync"))
		return answer_neighbour("/cgi-bin/shared-state", type);
	if (!strcmp(word, "get"))
		return by_http ? get_table(type) : get(type);
	if (!strcmp(word, "dump"))
		return dump(type);
	if (!strcmp(word, "insert"))
		return insert(type);
	if (!strcmp(word, "remove"))
		return withdraw(type);
	if (!strcmp(word, "sync"))
		return synchronize(type, argc - 3, argv + 3);
	/* The daemon lets entries end by itself. */
	if (!strcmp(word, "bleach"))
		return 0;
	fputs(usage, stderr);
	return WRONG_WORDS;
}

int shared_state_main(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_LENGTH(plain_tools); i++) {
		if (!strcmp(tool_of(argv[0]), plain_tools[i].name))
			return plain_tools[i].run();
	}
	if (argc >= 2 && (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help"))) {
		fputs(usage, stderr);
		return 0;
	}
	if (argc >= 2 && !strcmp(argv[1], "register"))
		return register_type(argc, argv);
	if (argc >= 2 && !strcmp(argv[1], "peer")) {
		fprintf(stderr, "%s: weft's daemon is what listens\n", argv[0]);
		return EADDRINUSE;
	}
	if (argc == 2 && !strcmp(argv[1], "discover"))
		return discover_peers();
	if (argc < 3) {
		fputs(usage, stderr);
		return WRONG_WORDS;
	}
	return with_type(argc, argv);
}
