/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/settings.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/programs.h"
#include "daemon/self.h"
#include "platform/machine.h"
#include "settings/words.h"
#include "uci/uci.h"

struct settings {
	struct daemon *daemon;
	struct event *timer;
	unsigned pending; /* 0: none */
	int64_t deadline_ms;
};

/* Before 2020 the clock of a router without a battery has not been set yet. */
#define CLOCK_IS_SET 1577836800

static int64_t now_s(void)
{
	time_t now = time(NULL);

	return now > CLOCK_IS_SET ? (int64_t)now : 0;
}

/* ---- the node with other files ---- */

/* A change on its way: what is, what shall be, and what is wrong with that. */
struct draft {
	struct settings *settings;
	struct arena *arena;
	struct machine *machine;
	struct node *now;         /* of the files as they are */
	struct node *then;        /* of the files as they shall be */
	struct config *inherited; /* without lime-node */
	struct config *place;
	struct settings_node view;
	struct settings_texts texts;
	struct changes *changes;
	struct history_line *lines;
	size_t n_lines;
	struct edit_list back;
	struct diag *diag; /* of `then` */
};

static void draft_done(struct draft *draft)
{
	node_free(draft->now);
	node_free(draft->then);
	config_free(draft->inherited);
	config_free(draft->place);
	machine_free(draft->machine);
	settings_texts_done(&draft->texts);
	diag_free(draft->diag);
	arena_free(draft->arena);
}

#define DRAFT_AUTO __attribute__((cleanup(draft_done))) struct draft

static void read_view(struct draft *draft)
{
	struct machine *machine = draft->machine;
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };
	struct uci_document *lower[MACHINE_N_LAYERS];
	AUTO(diag_free) struct diag *nowhere = diag_new();
	AUTO(uci_free) struct uci_document *place = NULL;

	draft->now = node_new(&input, nowhere);
	memcpy(lower, machine->layers, sizeof(lower));
	lower[MACHINE_NODE] = NULL;
	draft->inherited = config_merge(lower, MACHINE_N_LAYERS);
	place = settings_text_parse(draft->settings->daemon->root, &draft->texts, SETTINGS_PLACE);
	draft->place = config_merge(&place, 1);
	draft->view = (struct settings_node){
		.config = draft->now->config,
		.inherited = draft->inherited,
		.place = draft->place,
		.facts = &machine->facts,
	};
	draft->view.schemas = node_schemas(draft->now->arena, &draft->view.n_schemas);
}

static int draft_init(struct draft *draft, struct settings *settings, struct diag *diag)
{
	const char *root = settings->daemon->root;
	AUTO(diag_free) struct diag *nowhere = diag_new();
	int r;

	*draft = (struct draft){
		.settings = settings,
		.arena = arena_new(),
		.diag = diag_new(),
	};
	draft->machine = machine_read(root, nowhere);
	r = settings_texts_read(root, &draft->texts);
	if (r < 0) {
		diag_add(diag, DIAG_ERROR, NULL, "the configuration cannot be read: %s",
		         strerror(-r));
		return r;
	}
	read_view(draft);
	return 0;
}

/* The node that comes of the files as they shall be. */
static void make_then(struct draft *draft)
{
	static const enum machine_layer layers[SETTINGS_N_FILES] = {
		[SETTINGS_NODE] = MACHINE_NODE,
		[SETTINGS_PLACE] = MACHINE_N_LAYERS,
		[SETTINGS_COMMUNITY] = MACHINE_COMMUNITY,
	};
	struct machine *machine = draft->machine;
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };

	for (enum settings_file file = 0; file < SETTINGS_N_FILES; file++) {
		if (!draft->texts.files[file].touched || layers[file] == MACHINE_N_LAYERS)
			continue;
		uci_free(machine->layers[layers[file]]);
		machine->layers[layers[file]] = settings_text_parse(draft->settings->daemon->root,
		                                                    &draft->texts, file);
	}
	draft->then = node_new(&input, draft->diag);
	if (draft->then->plan)
		programs_add_routes(draft->settings->daemon->programs, draft->then->plan);
	node_check_effects(&input, MACHINE_NODE, draft->then, draft->diag);
}

/* Does edits in the texts, and keeps how they are taken back. */
static void do_edits(struct draft *draft, const struct edit_list *edits)
{
	draft->back.items = arena_array_of(draft->arena, struct edit, edits->count + 1);
	for (enum settings_file file = 0; file < SETTINGS_N_FILES; file++) {
		struct settings_text *text = &draft->texts.files[file];
		AUTO(uci_free) struct uci_document *document =
			settings_text_parse(draft->settings->daemon->root, &draft->texts, file);

		edits_before(edits, settings_files[file], document, draft->arena, &draft->back);
		edits_do(edits->items, edits->count, settings_files[file], document);
		buf_done(&text->after);
		uci_print(document, &text->after);
		text->touched = strcmp(buf_text(&text->before), buf_text(&text->after)) != 0;
	}
}

/* ---- telling ---- */

static bool is_about(const struct diag_item *item, const struct history_line *line)
{
	const char *where = item->origin.where;

	return where && (!strcmp(where, line->option) || !strcmp(where, line->name));
}

static void print_error(const struct draft *draft, const struct diag_item *item, struct json *json)
{
	const struct history_line *line = NULL;

	for (size_t i = 0; i < draft->n_lines && !line; i++) {
		if (is_about(item, &draft->lines[i]))
			line = &draft->lines[i];
	}
	json_open(json, NULL, '{');
	json_text(json, "name", line ? line->name : item->origin.where);
	json_text(json, "option", line ? line->option : NULL);
	json_text(json, "text", item->text);
	if (!line && item->origin.line) {
		json_text(json, "file", item->origin.file);
		json_number(json, "line", item->origin.line);
	}
	json_close(json, '}');
}

static void print_refusal(const struct draft *draft, const struct diag *diag, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	json_bool(&json, "accepted", false);
	json_open(&json, "errors", '[');
	for (const struct diag_item *item = diag_first(diag); item; item = item->next) {
		if (item->severity != DIAG_WARNING && !item->repeated)
			print_error(draft, item, &json);
	}
	json_close(&json, ']');
	json_close(&json, '}');
}

static void print_warnings(const struct draft *draft, struct json *json)
{
	json_open(json, "warnings", '[');
	for (const struct diag_item *item = diag_first(draft->diag); item; item = item->next) {
		BUF_AUTO line = { 0 };

		if (item->severity != DIAG_WARNING || item->repeated)
			continue;
		for (size_t i = 0; i < draft->n_lines; i++) {
			if (is_about(item, &draft->lines[i]))
				diag_item_print(item, &line);
		}
		if (line.length)
			json_text(json, NULL, line.text);
	}
	json_close(json, ']');
}

static void print_plan(const struct draft *draft, const struct plan *from, struct json *json)
{
	BUF_AUTO lines = { 0 }, hidden = { 0 }, safe = { 0 };
	char *rest, *line;

	(void)plan_diff_print(from, draft->then->plan, false, &lines);
	settings_hide(draft->now->config, buf_text(&lines), &hidden);
	settings_hide(draft->then->config, buf_text(&hidden), &safe);
	json_open(json, "plan", '[');
	rest = safe.text;
	while (rest && (line = strsep(&rest, "\n")) && *line)
		json_text(json, NULL, line);
	json_close(json, ']');
}

/* Members of an object that is open. */
static void print_draft(const struct draft *draft, struct json *json)
{
	const struct daemon *daemon = draft->settings->daemon;
	const struct node *from = daemon->plan ? daemon->accepted.node : draft->now;

	json_bool(json, "accepted", true);
	json_open(json, "changes", '[');
	for (size_t i = 0; i < draft->n_lines; i++) {
		json_open(json, NULL, '{');
		history_print_line(&draft->lines[i], json);
		json_close(json, '}');
	}
	json_close(json, ']');
	if (from->plan) {
		words_print(from, draft->then, json);
		print_plan(draft, from->plan, json);
	}
	print_warnings(draft, json);
}

/* ---- what is asked ---- */

/* Reads the changes and makes the node that comes of them: false, with the answer written, if they
 * are refused. */
static bool draft_changes(struct draft *draft, const struct string_list *texts, struct buf *out)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *own = settings_text_parse(draft->settings->daemon->root,
	                                                              &draft->texts, SETTINGS_NODE);
	struct changes *changes = arena_new_of(draft->arena, struct changes);

	if (changes_read(&draft->view, own, texts, draft->arena, changes, diag) < 0) {
		print_refusal(draft, diag, out);
		return false;
	}
	draft->lines = arena_array_of(draft->arena, struct history_line, CHANGES_MAX);
	for (size_t i = 0; i < changes->n_changes; i++)
		draft->lines[draft->n_lines++] = history_line_of(&changes->changes[i],
		                                                 draft->arena);
	do_edits(draft, &(struct edit_list){ changes->edits, changes->n_edits });
	return true;
}

static bool draft_finish(struct draft *draft, struct buf *out)
{
	make_then(draft);
	if (draft->then->plan && !diag_has_errors(draft->diag) &&
	    !diag_count(draft->diag, DIAG_UNKNOWN))
		return true;
	print_refusal(draft, draft->diag, out);
	return false;
}

int settings_preview(struct settings *settings, const struct string_list *changes, struct buf *out,
                     struct diag *diag)
{
	DRAFT_AUTO draft;
	struct json json = { .out = out };
	int r = draft_init(&draft, settings, diag);

	if (r < 0)
		return r;
	if (!draft_changes(&draft, changes, out) || !draft_finish(&draft, out))
		return 0;
	json_open(&json, NULL, '{');
	print_draft(&draft, &json);
	json_close(&json, '}');
	return 0;
}

static void print_pending(struct settings *settings, struct json *json)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(settings->daemon->root);
	AUTO(arena_free) struct arena *arena = arena_new();
	struct history_entry entry;
	int64_t left = settings->deadline_ms - clock_ms();

	if (!settings->pending || !history_get(history, settings->pending, arena, &entry)) {
		json_raw(json, "pending", "null");
		return;
	}
	json_open(json, "pending", '{');
	json_number(json, "id", entry.id);
	json_text(json, "kind", entry.kind);
	json_number(json, "seconds_left", left > 0 ? left / 1000 : 0);
	json_open(json, "changes", '[');
	for (size_t i = 0; i < entry.n_lines; i++) {
		json_open(json, NULL, '{');
		history_print_line(&entry.lines[i], json);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

int settings_get(struct settings *settings, struct buf *out, struct diag *diag)
{
	DRAFT_AUTO draft;
	struct json json = { .out = out };
	int r = draft_init(&draft, settings, diag);

	if (r < 0)
		return r;
	json_open(&json, NULL, '{');
	json_open(&json, "settings", '[');
	settings_print(&draft.view, &json);
	json_close(&json, ']');
	print_pending(settings, &json);
	json_bool(&json, "first_start",
	          !draft.machine->layers[MACHINE_COMMUNITY] ||
	                  !draft.machine->layers[MACHINE_COMMUNITY]->sections);
	json_close(&json, '}');
	return 0;
}

void settings_history_print(struct settings *settings, struct buf *out)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(settings->daemon->root);
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	json_open(&json, "history", '[');
	history_print(history, &json);
	json_close(&json, ']');
	json_close(&json, '}');
}

unsigned settings_pending(const struct settings *settings)
{
	return settings->pending;
}

unsigned settings_pending_s(const struct settings *settings)
{
	int64_t left = settings->deadline_ms - clock_ms();

	return settings->pending && left > 0 ? (unsigned)(left / 1000) : 0;
}

/* ---- doing ---- */

static void tell(struct settings *settings, const char *what, unsigned id)
{
	BUF_AUTO text = { 0 };
	struct json json = { .out = &text };

	json_open(&json, NULL, '{');
	json_text(&json, "settings", what);
	json_number(&json, "id", id);
	json_close(&json, '}');
	daemon_tell(settings->daemon, text.text);
}

static void wait_until(struct settings *settings, unsigned id, int64_t deadline_ms)
{
	int64_t delay = deadline_ms - clock_ms();

	settings->pending = id;
	settings->deadline_ms = deadline_ms;
	daemon_arm(settings->timer, delay > 0 ? delay : 0);
}

static void wait_no_more(struct settings *settings)
{
	settings->pending = 0;
	event_del(settings->timer);
}

/* Takes over what the files say. */
static int reload(struct settings *settings, struct diag *diag, struct buf *report)
{
	struct host *host = &settings->daemon->host;
	size_t n_steps;

	return host->ops->reload(host, diag, report, &n_steps);
}

/* The files as they were before the change that waits, and what follows from them. */
static int take_back(struct settings *settings, struct diag *diag)
{
	const struct daemon *daemon = settings->daemon;
	unsigned id = settings->pending;
	BUF_AUTO report = { 0 };
	int r;

	wait_no_more(settings);
	r = settings_files_restore(daemon->root, daemon->folder, id);
	if (r < 0) {
		diag_add(diag, DIAG_ERROR, NULL, "the settings cannot be put back: %s",
		         strerror(-r));
		return r;
	}
	log_line(LOG_PRIORITY_NOTICE, "change %u of the settings is undone", id);
	r = reload(settings, diag, &report);
	tell(settings, "undone", id);
	return r;
}

static void on_deadline(int fd, short what, void *data)
{
	AUTO(diag_free) struct diag *diag = diag_new();

	(void)fd;
	(void)what;
	log_line(LOG_PRIORITY_NOTICE, "nobody has confirmed the settings");
	if (take_back(data, diag) < 0)
		log_diag(diag, "settings");
}

static void print_steps(const struct buf *report, struct json *json)
{
	const char *rest = buf_text(report);

	json_open(json, "steps", '[');
	while (*rest) {
		const char *end = strchrnul(rest, '\n');
		BUF_AUTO line = { 0 };

		buf_add_bytes(&line, rest, (size_t)(end - rest));
		json_text(json, NULL, buf_text(&line));
		rest = *end ? end + 1 : end;
	}
	json_close(json, ']');
}

static int write_draft(struct draft *draft, const struct settings_wish *wish, unsigned *id,
                       struct diag *diag)
{
	const struct daemon *daemon = draft->settings->daemon;
	AUTO(uci_free) struct uci_document *history = settings_history_read(daemon->root);
	struct history_entry entry = {
		.id = history_next_id(history),
		.time = now_s(),
		.kind = wish->kind,
		.by = wish->by,
		.state = HISTORY_PENDING,
		.lines = draft->lines,
		.n_lines = draft->n_lines,
		.back = draft->back,
		.whole = wish->whole,
	};
	int64_t deadline = clock_ms() + 1000 * (int64_t)wish->confirm_s;
	int r = settings_files_write(daemon->root, daemon->folder, &entry, &draft->texts, deadline);

	if (r < 0) {
		diag_add(diag, DIAG_ERROR, NULL, "the settings cannot be written: %s",
		         strerror(-r));
		return r;
	}
	*id = entry.id;
	wait_until(draft->settings, entry.id, deadline);
	return 0;
}

static void remember_undone(struct settings *settings, unsigned undoes, unsigned id)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(settings->daemon->root);

	history_set_state(history, undoes, HISTORY_UNDONE, id);
	if (settings_history_write(settings->daemon->root, history) < 0)
		log_line(LOG_PRIORITY_WARNING, "the history of settings cannot be written");
}

static int do_draft(struct draft *draft, const struct settings_wish *wish, struct buf *out,
                    struct diag *diag)
{
	struct settings *settings = draft->settings;
	AUTO(diag_free) struct diag *nowhere = diag_new();
	BUF_AUTO report = { 0 }, members = { 0 };
	struct json json = { .out = out }, told = { .out = &members };
	unsigned id = 0;
	int r;

	/* Told before, because afterwards it is in force. */
	print_draft(draft, &told);
	r = write_draft(draft, wish, &id, diag);
	if (r < 0)
		return r;
	r = reload(settings, diag, &report);
	if (r < 0) {
		if (take_back(settings, nowhere) < 0)
			log_diag(nowhere, "settings");
		return r;
	}
	if (wish->undoes)
		remember_undone(settings, wish->undoes, id);
	log_line(LOG_PRIORITY_NOTICE, "change %u of the settings waits to be confirmed", id);
	tell(settings, "pending", id);
	json_open(&json, NULL, '{');
	json_raw(&json, NULL, members.text);
	json_number(&json, "id", id);
	json_number(&json, "confirm_s", wish->confirm_s);
	print_steps(&report, &json);
	json_close(&json, '}');
	return 0;
}

static int check_free(const struct settings *settings, struct diag *diag)
{
	int r = owner_check_settings(&settings->daemon->owner, diag);

	if (r < 0 || !settings->pending)
		return r;
	diag_add(diag, DIAG_ERROR, NULL,
	         "change %u waits to be confirmed or taken back; one thing at a time",
	         settings->pending);
	return -EBUSY;
}

int settings_apply(struct settings *settings, const struct string_list *changes,
                   const struct settings_wish *wish, struct buf *out, struct diag *diag)
{
	DRAFT_AUTO draft = { 0 };
	int r = check_free(settings, diag);

	if (r == 0)
		r = draft_init(&draft, settings, diag);
	if (r != 0)
		return r;
	if (!draft_changes(&draft, changes, out) || !draft_finish(&draft, out))
		return 0;
	if (!draft.n_lines) {
		diag_add(diag, DIAG_ERROR, NULL, "all of that is so already");
		return -EALREADY;
	}
	return do_draft(&draft, wish, out, diag);
}

int settings_apply_whole(struct settings *settings, struct settings_whole *whole,
                         const struct settings_wish *wish, struct buf *out, struct diag *diag)
{
	DRAFT_AUTO draft = { 0 };
	int r = check_free(settings, diag);

	if (r == 0)
		r = draft_init(&draft, settings, diag);
	if (r != 0)
		return r;
	settings_texts_done(&draft.texts);
	draft.texts = whole->texts;
	whole->texts = (struct settings_texts){ 0 };
	draft.lines = arena_array_of(draft.arena, struct history_line, whole->n_lines + 1);
	for (size_t i = 0; i < whole->n_lines; i++)
		draft.lines[i] = whole->lines[i];
	draft.n_lines = whole->n_lines;
	return draft_finish(&draft, out) ? do_draft(&draft, wish, out, diag) : 0;
}

/* ---- taking back ---- */

static void turn_lines(struct draft *draft, const struct history_entry *entry)
{
	draft->lines = arena_array_of(draft->arena, struct history_line, entry->n_lines + 1);
	for (size_t i = 0; i < entry->n_lines; i++) {
		draft->lines[i] = entry->lines[i];
		draft->lines[i].from = entry->lines[i].to;
		draft->lines[i].to = entry->lines[i].from;
	}
	draft->n_lines = entry->n_lines;
}

static int undo_kept(struct settings *settings, const struct history_entry *entry,
                     struct settings_wish *wish, struct buf *out, struct diag *diag)
{
	DRAFT_AUTO draft = { 0 };
	int r = draft_init(&draft, settings, diag);

	if (r == 0 && entry->whole)
		r = settings_texts_of_copies(settings->daemon->root, entry->id, &draft.texts);
	if (r < 0)
		return r;
	wish->whole = entry->whole;
	turn_lines(&draft, entry);
	if (!entry->whole)
		do_edits(&draft, &entry->back);
	return draft_finish(&draft, out) ? do_draft(&draft, wish, out, diag) : 0;
}

static int undo_pending(struct settings *settings, unsigned id, struct buf *out, struct diag *diag)
{
	struct json json = { .out = out };
	int r = take_back(settings, diag);

	if (r < 0)
		return r;
	json_open(&json, NULL, '{');
	json_bool(&json, "accepted", true);
	json_number(&json, "id", id);
	json_bool(&json, "undone", true);
	json_close(&json, '}');
	return 0;
}

int settings_undo(struct settings *settings, unsigned id, const struct settings_wish *wish,
                  struct buf *out, struct diag *diag)
{
	AUTO(uci_free) struct uci_document *history = settings_history_read(settings->daemon->root);
	AUTO(arena_free) struct arena *arena = arena_new();
	struct settings_wish undo = *wish;
	struct history_entry entry;
	int r;

	if (id && settings->pending == id)
		return undo_pending(settings, id, out, diag);
	if (!history_get(history, id, arena, &entry)) {
		diag_add(diag, DIAG_ERROR, NULL, "there is no change %u", id);
		return -ENOENT;
	}
	if (entry.state != HISTORY_KEPT) {
		diag_add(diag, DIAG_ERROR, NULL, "change %u is undone already", id);
		return -EALREADY;
	}
	r = check_free(settings, diag);
	undo.undoes = id;
	return r < 0 ? r : undo_kept(settings, &entry, &undo, out, diag);
}

int settings_confirm(struct settings *settings, unsigned id, struct buf *out, struct diag *diag)
{
	const struct daemon *daemon = settings->daemon;
	int r;

	if (!settings->pending || settings->pending != id) {
		diag_add(diag, DIAG_ERROR, NULL, "change %u does not wait to be confirmed", id);
		return -ENOENT;
	}
	r = settings_files_keep(daemon->root, daemon->folder, id);
	if (r < 0) {
		diag_add(diag, DIAG_ERROR, NULL, "that cannot be written: %s", strerror(-r));
		return r;
	}
	wait_no_more(settings);
	log_line(LOG_PRIORITY_NOTICE, "change %u of the settings is confirmed", id);
	tell(settings, "kept", id);
	buf_add(out, "{\"confirmed\":true}");
	return 0;
}

/* ---- the daemon's ---- */

struct settings *settings_new(struct daemon *daemon)
{
	struct settings *settings = calloc(1, sizeof(*settings));
	int64_t deadline_ms = 0;
	unsigned id;

	assert(settings);
	settings->daemon = daemon;
	settings->timer = event_new(daemon->base, -1, 0, on_deadline, settings);
	id = settings_files_recover(daemon->root, daemon->folder, clock_ms(), &deadline_ms);
	if (id)
		wait_until(settings, id, deadline_ms);
	return settings;
}

void settings_free(struct settings *settings)
{
	if (!settings)
		return;
	event_free(settings->timer);
	free(settings);
}
