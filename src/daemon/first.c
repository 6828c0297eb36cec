/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/first.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "cli/read.h"
#include "daemon/clock.h"
#include "daemon/first_heard.h"
#include "daemon/help.h"
#include "daemon/log.h"
#include "daemon/self.h"
#include "daemon/settings.h"
#include "platform/machine.h"
#include "settings/community.h"
#include "uci/uci.h"

/* Between steps, so that who asks hears of each. */
#define STEP_MS 200
/* A neighbour that has not said its network by then does not. */
#define FETCHING_MS 25000
/* Argon2id as passwords of the page have it: 4 MiB. */
#define CHECK_OPS    3
#define CHECK_MEMORY (4U * 1024 * 1024)

enum first_task {
	FIRST_NONE,
	FIRST_JOIN,
	FIRST_START,
};

enum first_step {
	STEP_FETCHING,
	STEP_CHECKING,
	STEP_APPLYING,
	STEP_WAITING, /* for somebody who reaches the node as it is now */
	STEP_DONE,
	STEP_FAILED,
};

static const struct {
	const char *name, *text;
	unsigned expected_s;
} steps[] = {
	[STEP_FETCHING] = { "fetching", "Asking the neighbour for its network", 5 },
	[STEP_CHECKING] = { "checking", "Trying the secret and looking at what would change", 3 },
	[STEP_APPLYING] = { "applying", "Becoming a part of the network", 10 },
	[STEP_WAITING] = { "waiting", "Waiting for you under the new name", 60 },
	[STEP_DONE] = { "done", "The node is a part of the network", 0 },
	[STEP_FAILED] = { "failed", "It did not work; the node is as it was before", 0 },
};

struct first {
	struct daemon *daemon;
	struct heard_all *heard;
	struct event *timer;
	enum first_task task;
	enum first_step step, failed_step;
	int64_t began_ms, step_ms[STEP_FAILED + 1];
	struct arena *arena; /* of what the task was told */
	const char *network, *secret, *name, *by;
	struct community_start start;
	struct uci_document *community;
	unsigned id; /* of the change */
	const char *error_kind, *error_text;
};

static void tell(struct first *first)
{
	BUF_AUTO text = { 0 };
	struct json json = { .out = &text };

	json_open(&json, NULL, '{');
	json_text(&json, "first_start", steps[first->step].name);
	json_close(&json, '}');
	daemon_tell(first->daemon, text.text);
}

static void go_to(struct first *first, enum first_step step)
{
	first->step = step;
	first->step_ms[step] = clock_ms();
	tell(first);
}

static void fail(struct first *first, const char *kind, const char *text)
{
	first->error_kind = kind;
	first->error_text = arena_strdup(first->arena, text);
	first->failed_step = first->step;
	log_line(LOG_PRIORITY_WARNING, "%s", text);
	go_to(first, STEP_FAILED);
}

/* ---- steps ---- */

static void fetch(struct first *first)
{
	const struct heard *heard;

	heard_look(first->heard);
	heard = heard_find(first->heard, first->network);
	if (heard && heard->state == HEARD_READY) {
		BUF_AUTO text = { 0 };
		AUTO(diag_free) struct diag *nowhere = diag_new();

		uci_print(heard->community, &text);
		first->community = uci_parse("lime-community", buf_text(&text), text.length,
		                             nowhere);
		go_to(first, STEP_CHECKING);
	} else if (heard && heard->state == HEARD_NEW) {
		fail(first, "not_configured",
		     "The neighbour belongs to no network itself; set that node up first.");
	} else if (clock_ms() - first->step_ms[STEP_FETCHING] > FETCHING_MS) {
		fail(first, "not_reached",
		     "No node of that network answers. See whether it has power and whether the "
		     "cable is plugged in, then try again.");
	}
}

static bool secret_fits(struct first *first)
{
	const char *check = community_check(first->community);

	if (!community_needs_secret(first->community))
		return true;
	if (!first->secret || community_check_password(first->secret))
		return false;
	/* The network's file says nothing to try it against. */
	return !check ||
	       (strlen(check) < crypto_pwhash_STRBYTES &&
	        crypto_pwhash_str_verify(check, first->secret, strlen(first->secret)) == 0);
}

/* Bounds what the file of a stranger may cost: more memory than that is no check of ours. */
static bool check_is_ours(struct first *first)
{
	const char *check = community_check(first->community);

	return !check || crypto_pwhash_str_needs_rehash(check, CHECK_OPS, CHECK_MEMORY) == 0;
}

static void check(struct first *first)
{
	if (first->task == FIRST_JOIN && !check_is_ours(first))
		fail(first, "bad_configuration",
		     "The network's file has a check of its secret that this node does not know.");
	else if (first->task == FIRST_JOIN && !secret_fits(first))
		fail(first, "wrong_secret",
		     "The password is not the one of this network. Ask somebody of the network, "
		     "then try again; nothing was changed.");
	else
		go_to(first, STEP_APPLYING);
}

static void set_text(struct settings_texts *texts, enum settings_file file,
                     const struct uci_document *document)
{
	struct settings_text *text = &texts->files[file];

	buf_done(&text->after);
	uci_print(document, &text->after);
	text->touched = true;
}

/* What the node says itself: who it is, that it is set up, and the secret. */
static void write_own(struct first *first, struct settings_texts *texts)
{
	AUTO(uci_free) struct uci_document *own = settings_text_parse(first->daemon->root, texts,
	                                                              SETTINGS_NODE);
	struct uci_section *system = uci_add_section(own, "lime", "system");

	if (first->name)
		uci_set(own, system, "hostname", first->name);
	uci_set(own, system, "firstbootwizard_configured", "true");
	if (first->task == FIRST_JOIN && first->secret)
		community_add_secret(first->community, first->secret, own);
	set_text(texts, SETTINGS_NODE, own);
}

static void write_community(struct first *first, struct settings_texts *texts)
{
	AUTO(uci_free) struct uci_document *own = settings_text_parse(first->daemon->root, texts,
	                                                              SETTINGS_COMMUNITY);

	if (first->task == FIRST_START)
		community_begin(&first->start, own);
	set_text(texts, SETTINGS_COMMUNITY, first->task == FIRST_JOIN ? first->community : own);
}

/* The first thing that is wrong, if the settings were refused. */
static void take_answer(struct first *first, const struct buf *out)
{
	struct json_object *answer = read_parse(buf_text(out));
	struct json_object *error = read_element(answer, "errors", 0);
	const char *name = read_text(error, "name");

	if (read_bool(answer, "accepted")) {
		first->id = (unsigned)read_number(answer, "id");
		go_to(first, STEP_WAITING);
	} else if (!strcmp(name, "system.hostname") || !strcmp(name, "name")) {
		fail(first, "bad_name", read_text(error, "text"));
	} else {
		fail(first, "bad_configuration", read_text(error, "text"));
	}
	read_free(answer);
}

static void apply(struct first *first)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct settings_whole whole = { 0 };
	const char *network = first->task == FIRST_JOIN ? community_name(first->community)
	                                                : first->start.network_name;
	const struct history_line lines[] = {
		{ .name = "network_name", .option = "wifi.ap_ssid", .to = network },
		{ .name = "name", .option = "system.hostname", .to = first->name },
	};
	struct settings_wish wish = {
		.kind = first->task == FIRST_JOIN ? "join" : "start",
		.by = first->by,
		.confirm_s = FIRST_CONFIRM_S,
		.whole = true,
	};
	BUF_AUTO out = { 0 };
	int r = settings_texts_read(first->daemon->root, &whole.texts);

	whole.lines = lines;
	whole.n_lines = first->name ? 2 : 1;
	write_community(first, &whole.texts);
	write_own(first, &whole.texts);
	if (r == 0)
		r = settings_apply_whole(first->daemon->settings, &whole, &wish, &out, diag);
	settings_texts_done(&whole.texts);
	if (r == 0) {
		take_answer(first, &out);
		return;
	}
	buf_done(&out);
	diag_print(diag, &out);
	fail(first, "refused", out.length ? out.text : strerror(-r));
}

static void look_confirmed(struct first *first)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(first->daemon->root);
	AUTO(arena_free) struct arena *arena = arena_new();
	struct history_entry entry;

	if (settings_pending(first->daemon->settings) == first->id)
		return;
	if (history_get(history, first->id, arena, &entry) && entry.state == HISTORY_KEPT)
		go_to(first, STEP_DONE);
	else
		fail(first, "timeout",
		     "Nobody reached the node under its new name in time, so it is as it was "
		     "before. Connect to it and try again.");
}

static void on_step(int fd, short what, void *data)
{
	struct first *first = data;

	(void)fd;
	(void)what;
	switch (first->step) {
	case STEP_FETCHING:
		fetch(first);
		break;
	case STEP_CHECKING:
		check(first);
		break;
	case STEP_APPLYING:
		apply(first);
		break;
	case STEP_WAITING:
		look_confirmed(first);
		break;
	case STEP_DONE:
	case STEP_FAILED:
		return;
	}
	daemon_arm(first->timer, STEP_MS);
}

/* ---- beginning ---- */

static int refuse(struct diag *diag, const char *where, const char *text)
{
	diag_add(diag, DIAG_ERROR, &(struct origin){ .where = where }, "%s", text);
	return -EINVAL;
}

static int check_idle(struct first *first, struct diag *diag)
{
	if (first->task != FIRST_NONE && first->step < STEP_WAITING) {
		diag_add(diag, DIAG_ERROR, NULL, "the node is busy with it already");
		return -EBUSY;
	}
	if (settings_pending(first->daemon->settings)) {
		diag_add(diag, DIAG_ERROR, NULL,
		         "a change of the settings waits to be confirmed or taken back");
		return -EBUSY;
	}
	return 0;
}

static void begin(struct first *first, enum first_task task, struct buf *out)
{
	first->task = task;
	first->began_ms = clock_ms();
	first->id = 0;
	first->error_kind = first->error_text = NULL;
	memset(first->step_ms, 0, sizeof(first->step_ms));
	go_to(first, task == FIRST_JOIN ? STEP_FETCHING : STEP_CHECKING);
	daemon_arm(first->timer, STEP_MS);
	buf_printf(out, "{\"task\":\"%s\"}", task == FIRST_JOIN ? "join" : "start");
}

static void forget_task(struct first *first)
{
	arena_free(first->arena);
	uci_free(first->community);
	first->community = NULL;
	first->arena = arena_new();
	first->network = first->secret = first->name = NULL;
}

/* An empty text says nothing. */
static const char *keep(struct first *first, const char *text)
{
	return text && *text ? arena_strdup(first->arena, text) : NULL;
}

int first_join(struct first *first, const struct first_join *join, struct buf *out,
               struct diag *diag)
{
	char invited[COMMUNITY_NAME_MAX + 1];
	const char *network = join->network;
	int r = check_idle(first, diag);

	if (r < 0)
		return r;
	if (join->invite && *join->invite) {
		if (!invite_parse(join->invite, invited))
			return refuse(diag, "invite", "that is no invitation to a network");
		network = invited;
	}
	if (!network || !*network)
		return refuse(diag, "network", "say which network");
	forget_task(first);
	first->network = keep(first, network);
	first->secret = keep(first, join->secret);
	first->name = keep(first, join->name);
	first->by = join->by;
	begin(first, FIRST_JOIN, out);
	return 0;
}

static int check_start(const struct first_start *start, struct diag *diag)
{
	const char *wrong = community_check_name(start->network_name ? start->network_name : "");

	if (wrong)
		return refuse(diag, "network_name", wrong);
	if (start->wifi_password && *start->wifi_password) {
		wrong = community_check_password(start->wifi_password);
		if (wrong)
			return refuse(diag, "wifi_password", wrong);
	}
	if (start->country && *start->country) {
		wrong = community_check_country(start->country);
		if (wrong)
			return refuse(diag, "country", wrong);
	}
	return 0;
}

/* What those who join later are asked for. */
static const char *make_check(struct first *first, const char *secret)
{
	char text[crypto_pwhash_STRBYTES];

	if (crypto_pwhash_str(text, secret, strlen(secret), CHECK_OPS, CHECK_MEMORY) < 0)
		return NULL;
	return arena_strdup(first->arena, text);
}

int first_start(struct first *first, const struct first_start *start, struct buf *out,
                struct diag *diag)
{
	int r = check_idle(first, diag);

	if (r == 0)
		r = check_start(start, diag);
	if (r < 0)
		return r;
	forget_task(first);
	first->name = keep(first, start->name);
	first->by = start->by;
	first->start = (struct community_start){
		.network_name = keep(first, start->network_name),
		.country = keep(first, start->country),
		.wifi_password = keep(first, start->wifi_password),
	};
	if (first->start.wifi_password)
		first->start.check = make_check(first, first->start.wifi_password);
	begin(first, FIRST_START, out);
	return 0;
}

void first_hear(struct first *first, const struct ip *ip, const char *port)
{
	heard_add(first->heard, ip, port);
}

/* ---- telling ---- */

void first_state(struct first *first, struct buf *out)
{
	const struct node *node = first->daemon->accepted.node;
	bool is_new = daemon_is_new(first->daemon);
	char text[IP_TEXT_SIZE];
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	json_bool(&json, "new", is_new);
	if (is_new)
		json_text(&json, "reason", "nobody has given this node a network yet");
	if (node) {
		json_text(&json, "name", node->identity.hostname);
		json_text(&json, "wifi", config_get(node->config, "wifi", "ap_ssid", NULL));
		if (node->identity.anygw4.ip.family)
			json_text(&json, "address", ip_format(&node->identity.anygw4.ip, text));
	}
	json_close(&json, '}');
}

void first_networks(struct first *first, struct buf *out)
{
	struct json json = { .out = out };

	heard_look(first->heard);
	json_open(&json, NULL, '{');
	json_bool(&json, "searching", heard_is_searching(first->heard));
	json_open(&json, "networks", '[');
	heard_print(first->heard, &json);
	json_close(&json, ']');
	json_close(&json, '}');
}

static const char *state_of(const struct first *first, enum first_step step)
{
	if (first->step == STEP_FAILED)
		return step == first->failed_step  ? "failed"
		       : step < first->failed_step ? "done"
		                                   : "todo";
	if (step == first->step)
		return step == STEP_DONE ? "done" : "now";
	return step < first->step ? "done" : "todo";
}

static void print_steps(const struct first *first, struct json *json)
{
	enum first_step from = first->task == FIRST_START ? STEP_CHECKING : STEP_FETCHING;

	json_open(json, "steps", '[');
	for (enum first_step step = from; step < STEP_FAILED; step++) {
		json_open(json, NULL, '{');
		json_text(json, "step", steps[step].name);
		json_text(json, "state", state_of(first, step));
		json_text(json, "text", steps[step].text);
		if (step == first->step)
			json_number(json, "seconds", (clock_ms() - first->step_ms[step]) / 1000);
		json_close(json, '}');
	}
	json_close(json, ']');
}

void first_progress(struct first *first, struct buf *out)
{
	static const char *const tasks[] = { "none", "join", "start" };
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	json_text(&json, "task", tasks[first->task]);
	if (first->task != FIRST_NONE) {
		json_text(&json, "step", steps[first->step].name);
		json_text(&json, "text", steps[first->step].text);
		json_number(&json, "expected_s", steps[first->step].expected_s);
		print_steps(first, &json);
		if (first->id)
			json_number(&json, "id", first->id);
	}
	if (first->error_kind) {
		json_open(&json, "error", '{');
		json_text(&json, "kind", first->error_kind);
		json_text(&json, "text", first->error_text);
		json_close(&json, '}');
	}
	json_close(&json, '}');
}

int first_invite(struct first *first, struct buf *out, struct diag *diag)
{
	const struct machine *machine = first->daemon->accepted.machine;
	const struct node *node = first->daemon->accepted.node;
	const struct uci_document *community = machine ? machine->layers[MACHINE_COMMUNITY] : NULL;
	const char *name = node ? config_get(node->config, "wifi", "ap_ssid", NULL) : NULL;
	bool needs_secret = community &&
	                    (community_check(community) || community_needs_secret(community));
	struct json json = { .out = out };
	BUF_AUTO text = { 0 };

	if (!name || daemon_is_new(first->daemon)) {
		diag_add(diag, DIAG_ERROR, NULL,
		         "this node belongs to no network that somebody could join");
		return -ENOENT;
	}
	invite_print(name, needs_secret, &text);
	json_open(&json, NULL, '{');
	json_text(&json, "text", text.text);
	json_text(&json, "network_name", name);
	json_bool(&json, "needs_secret", needs_secret);
	json_close(&json, '}');
	return 0;
}

/* ---- the daemon's ---- */

struct first *first_new(struct daemon *daemon)
{
	struct first *first = calloc(1, sizeof(*first));

	assert(first && sodium_init() >= 0);
	first->daemon = daemon;
	first->heard = heard_new(daemon);
	first->arena = arena_new();
	first->timer = event_new(daemon->base, -1, 0, on_step, first);
	return first;
}

void first_free(struct first *first)
{
	if (!first)
		return;
	event_free(first->timer);
	heard_free(first->heard);
	uci_free(first->community);
	arena_free(first->arena);
	free(first);
}
