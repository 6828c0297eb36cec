/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/hooks.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/request.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json_reader.h"
#include "compat/document.h"
#include "compat/type.h"
#include "daemon/log.h"
#include "daemon/net/questions.h"
#include "daemon/net/root.h"
#include "platform/linux/service/hook_folder.h"
#include "state/table.h"

#define PROGRAM_MS (60 * 1000)
#define FIRST_MS   (10 * 1000)
#define PUBLISH_MS (30 * 60 * 1000)
#define GATHER_MS  1000 /* changes of a type that come together are one */
#define AGAIN_MS   5000
#define SUM_SIZE   17
#define TYPES_MAX  32

/* LibreMesh's folders, each with what its hooks expect. */
static const struct side {
	const char *publishers, *hooks;
	unsigned protocols;
} sides[] = {
	{ "usr/share/shared-state/publishers", "usr/share/shared-state/hooks", COMPAT_ASYNC },
	{ "etc/shared-state/publishers", "etc/shared-state/hooks",
	  COMPAT_HTTP | COMPAT_MULTIWRITER },
};

/* A folder of hooks for a type. */
struct hooked {
	const struct compat_type *type;
	enum compat_protocol protocol;
	char *path;
	struct request *watch; /* NULL: there is none to run */
	struct hooks *hooks;
	bool changed;
	char sum[SUM_SIZE]; /* of what its hooks had last */
};

struct hooks {
	struct event_base *base;
	struct hooks_options is;
	struct hooked all[TYPES_MAX * 2];
	size_t n_all;
	struct event *publish; /* time to */
	struct event *next;    /* something may be to be done */
	bool begun;

	/* What is going on: an answer is waited for, or programs run one after the other. */
	struct request *asked;
	struct hooked *asking;
	struct arena *arena; /* of `folder`; NULL: no program runs */
	struct hook_folder folder;
	size_t running;
	int input; /* -1: none */
	struct hook_run run;
	struct event *ended;
};

static void arm(struct event *timer, unsigned ms)
{
	const struct timeval delay = { ms / 1000, (suseconds_t)(ms % 1000) * 1000 };

	event_add(timer, &delay);
}

/* Not later than what it waits for already. */
static void look_soon(struct hooks *hooks, unsigned ms)
{
	if (!event_pending(hooks->next, EV_TIMEOUT, NULL))
		arm(hooks->next, ms);
}

/* --- programs --- */

static void start_program(struct hooks *hooks);

static void end_programs(struct hooks *hooks)
{
	if (hooks->ended)
		event_free(hooks->ended);
	hooks->ended = NULL;
	(void)hook_run_end(&hooks->run);
	arena_free(hooks->arena);
	hooks->arena = NULL;
	if (hooks->input >= 0)
		close(hooks->input);
	hooks->input = -1;
}

static void complain(const char *program, bool late, int status)
{
	if (late)
		log_line(LOG_PRIORITY_WARNING, "%s did not end in time and was ended", program);
	else if (WIFSIGNALED(status))
		log_line(LOG_PRIORITY_WARNING, "%s was killed by signal %d", program,
		         WTERMSIG(status));
	else if (WEXITSTATUS(status))
		log_line(LOG_PRIORITY_INFO, "%s ended with status %d", program,
		         WEXITSTATUS(status));
}

/* How it ended is seen before what it left behind is ended with it. */
static void on_ended(int fd, short what, void *data)
{
	struct hooks *hooks = data;

	(void)fd;
	event_free(hooks->ended);
	hooks->ended = NULL;
	complain(hooks->folder.programs[hooks->running], what & EV_TIMEOUT,
	         hook_run_end(&hooks->run));
	hooks->running++;
	start_program(hooks);
}

/* The next one that can be started. */
static void start_program(struct hooks *hooks)
{
	const struct timeval patience = { hooks->is.program_ms / 1000,
		                          (suseconds_t)(hooks->is.program_ms % 1000) * 1000 };

	for (; hooks->running < hooks->folder.count; hooks->running++) {
		const char *program = hooks->folder.programs[hooks->running];
		int r;

		/* Each reads it from the beginning. */
		if (hooks->input >= 0)
			(void)lseek(hooks->input, 0, SEEK_SET);
		r = hook_run_start(program, hooks->input, &hooks->run);
		if (r < 0) {
			log_line(LOG_PRIORITY_WARNING, "cannot run %s: %s", program, strerror(-r));
			continue;
		}
		hooks->ended = event_new(hooks->base, hooks->run.pidfd, EV_READ, on_ended, hooks);
		event_add(hooks->ended, &patience);
		return;
	}
	end_programs(hooks);
	look_soon(hooks, GATHER_MS);
}

/* Takes the descriptor, which is there to be read. */
static void run_folder(struct hooks *hooks, const char *path, int input)
{
	hooks->arena = arena_new();
	hooks->input = input;
	hooks->running = 0;
	hook_folder_read(path, hooks->arena, &hooks->folder);
	if (hooks->folder.refused)
		log_line(LOG_PRIORITY_WARNING,
		         "%s is not run: others may write it, or there are more than %d",
		         hooks->folder.refused, HOOK_FOLDER_MAX);
	start_program(hooks);
}

/* --- what hooks get --- */

/* Memory that nobody changes any more; -1 if it cannot be had. */
static int make_input(const struct buf *text)
{
	int fd = memfd_create("shared-state", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && write(fd, text->text, text->length) == (ssize_t)text->length &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* {"sum":"...","document":...} */
static bool read_answer(const struct buf *text, char sum[SUM_SIZE], struct buf *document)
{
	struct json_reader r;
	char name[16];
	const char *bytes;
	size_t size;

	json_reader_init(&r, buf_text(text), text->length);
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, name, sizeof(name))) {
		if (!strcmp(name, "sum")) {
			(void)json_reader_text(&r, sum, SUM_SIZE);
		} else if (!strcmp(name, "document") && json_reader_raw(&r, &bytes, &size)) {
			json_print_pretty(bytes, size, document);
			buf_add_char(document, '\n');
		} else {
			json_reader_skip(&r);
		}
	}
	return json_reader_end(&r) && *sum && document->length;
}

static void take_answer(struct hooks *hooks, struct hooked *hooked, const struct buf *text)
{
	char sum[SUM_SIZE] = "";
	BUF_AUTO document = { 0 };
	int input;

	if (!read_answer(text, sum, &document) || !strcmp(sum, hooked->sum))
		return;
	input = make_input(&document);
	if (input < 0) {
		log_line(LOG_PRIORITY_WARNING, "no memory for the hooks of %s", hooked->type->name);
		return;
	}
	memcpy(hooked->sum, sum, sizeof(sum));
	run_folder(hooks, hooked->path, input);
}

static void on_answered(struct request *request, int status)
{
	struct hooks *hooks = request->client;
	struct hooked *hooked = hooks->asking;

	hooks->asked = NULL;
	hooks->asking = NULL;
	if (status == 0)
		take_answer(hooks, hooked, &request->result);
	else
		hooked->changed = true;
	request_free(request);
	if (!hooks->arena)
		look_soon(hooks, status == 0 ? GATHER_MS : AGAIN_MS);
}

static struct request *ask(struct hooks *hooks, const struct net_query *query, void *client)
{
	struct request *request = request_from(NULL);

	request->client = client;
	if (net_root_ask(hooks->is.net, request, query) == METHOD_LATER)
		return request;
	request_free(request);
	return NULL;
}

static void ask_document(struct hooks *hooks, struct hooked *hooked)
{
	BUF_AUTO name = { 0 };

	compat_document_name(hooked->protocol, hooked->type->name, &name);
	hooks->asking = hooked;
	hooks->asked = ask(hooks, &(struct net_query){ NET_ASK_DOCUMENT, NULL, buf_text(&name) },
	                   hooks);
	if (!hooks->asked) {
		look_soon(hooks, AGAIN_MS);
		return;
	}
	hooked->changed = false;
	hooks->asked->answered = on_answered;
}

static void on_next(int fd, short what, void *data)
{
	struct hooks *hooks = data;

	(void)fd;
	(void)what;
	if (hooks->arena || hooks->asked)
		return;
	for (size_t i = 0; i < hooks->n_all; i++) {
		if (hooks->all[i].changed && hooks->all[i].watch) {
			ask_document(hooks, &hooks->all[i]);
			return;
		}
	}
}

/* --- what is watched --- */

static void on_said(struct request *request, const char *json)
{
	struct hooked *hooked = request->client;

	(void)json;
	hooked->changed = true;
	look_soon(hooked->hooks, GATHER_MS);
}

/* Whoever watches is answered only where that cannot be. */
static void on_watch_ended(struct request *request, int status)
{
	struct hooked *hooked = request->client;

	(void)status;
	hooked->watch = NULL;
	request_free(request);
}

static void forget(struct hooks *hooks, struct request **request)
{
	if (!*request)
		return;
	net_root_forget(hooks->is.net, *request);
	request_free(*request);
	*request = NULL;
}

static void update_hooked(struct hooks *hooks, struct hooked *hooked)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct hook_folder folder;

	hook_folder_read(hooked->path, arena, &folder);
	if (!folder.count) {
		forget(hooks, &hooked->watch);
	} else if (!hooked->watch) {
		hooked->watch =
			ask(hooks,
		            &(struct net_query){ NET_ASK_WATCH, hooked->type->table->name, NULL },
		            hooked);
		if (!hooked->watch)
			return;
		hooked->watch->said = on_said;
		hooked->watch->answered = on_watch_ended;
		/* What is there already. */
		hooked->changed = true;
		look_soon(hooks, GATHER_MS);
	}
}

/* --- publishers --- */

/* Of both folders, behind each other: they are few. */
static void on_publish(int fd, short what, void *data)
{
	struct hooks *hooks = data;

	(void)fd;
	(void)what;
	if (hooks->arena || hooks->asked) {
		arm(hooks->publish, GATHER_MS);
		return;
	}
	arm(hooks->publish, hooks->is.publish_ms);
	hooks_update(hooks);
	hooks->arena = arena_new();
	hooks->running = 0;
	hooks->folder.count = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(sides); i++) {
		struct hook_folder folder;

		hook_folder_read(
			arena_printf(hooks->arena, "%s/%s", hooks->is.root, sides[i].publishers),
			hooks->arena, &folder);
		for (size_t j = 0; j < folder.count && hooks->folder.count < HOOK_FOLDER_MAX; j++)
			hooks->folder.programs[hooks->folder.count++] = folder.programs[j];
	}
	start_program(hooks);
}

void hooks_update(struct hooks *hooks)
{
	if (!hooks->begun)
		arm(hooks->publish, hooks->is.first_ms);
	hooks->begun = true;
	for (size_t i = 0; hooks->is.net && i < hooks->n_all; i++)
		update_hooked(hooks, &hooks->all[i]);
}

/* --- begin and end --- */

static void add_type(struct hooks *hooks, const struct side *side, const struct compat_type *type)
{
	struct hooked *hooked = &hooks->all[hooks->n_all];
	BUF_AUTO path = { 0 };

	if (!(type->protocols & side->protocols) || hooks->n_all == ARRAY_LENGTH(hooks->all))
		return;
	buf_printf(&path, "%s/%s/%s", hooks->is.root, side->hooks, type->name);
	hooked->type = type;
	hooked->hooks = hooks;
	hooked->path = strdup(path.text);
	assert(hooked->path);
	if (side->protocols == COMPAT_ASYNC)
		hooked->protocol = COMPAT_ASYNC;
	else
		hooked->protocol = type->protocols & COMPAT_HTTP ? COMPAT_HTTP : COMPAT_MULTIWRITER;
	hooks->n_all++;
}

struct hooks *hooks_new(struct event_base *base, const struct hooks_options *options)
{
	struct hooks *hooks = calloc(1, sizeof(*hooks));

	assert(hooks);
	hooks->base = base;
	hooks->is = *options;
	hooks->is.program_ms = options->program_ms ? options->program_ms : PROGRAM_MS;
	hooks->is.first_ms = options->first_ms ? options->first_ms : FIRST_MS;
	hooks->is.publish_ms = options->publish_ms ? options->publish_ms : PUBLISH_MS;
	hooks->input = -1;
	hooks->run.pidfd = -1;
	hooks->publish = event_new(base, -1, 0, on_publish, hooks);
	hooks->next = event_new(base, -1, 0, on_next, hooks);
	for (size_t i = 0; i < ARRAY_LENGTH(sides); i++) {
		for (size_t j = 0; j < n_compat_types; j++)
			add_type(hooks, &sides[i], &compat_types[j]);
	}
	return hooks;
}

void hooks_free(struct hooks *hooks)
{
	if (!hooks)
		return;
	end_programs(hooks);
	forget(hooks, &hooks->asked);
	for (size_t i = 0; i < hooks->n_all; i++) {
		forget(hooks, &hooks->all[i].watch);
		free(hooks->all[i].path);
	}
	event_free(hooks->publish);
	event_free(hooks->next);
	free(hooks);
}
