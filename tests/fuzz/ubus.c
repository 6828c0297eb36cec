/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * A call at /ubus, in a session that may do all: each is answered once, with one JSON object.  The
 * daemon behind it refuses everything, or says what the second line of the bytes is.
 */
#include "daemon/web/ubus.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <json-c/json.h>
#include <string.h>

#include "api/host.h"
#include "api/request.h"
#include "base/buf.h"
#include "daemon/web/parts.h"
#include "fuzz.h"

/* What the daemon would have said; NULL: it refuses. */
static const char *told;
static size_t n_answers;

static int tell(struct request *request)
{
	if (!told)
		return -ENOTSUP;
	buf_add(&request->result, told);
	return 0;
}

static int ask(struct host *host, struct request *request)
{
	(void)host;
	return tell(request);
}

static int change(struct host *host, struct request *request, const struct string_list *changes)
{
	(void)host;
	(void)changes;
	return tell(request);
}

static int apply(struct host *host, struct request *request, const struct string_list *changes,
                 unsigned confirm_s)
{
	(void)confirm_s;
	return change(host, request, changes);
}

static int confirm(struct host *host, struct request *request, unsigned id)
{
	(void)id;
	return ask(host, request);
}

static int set_notes(struct host *host, struct request *request, const char *notes)
{
	(void)notes;
	return ask(host, request);
}

static int join(struct host *host, struct request *request, const struct host_join *how)
{
	(void)how;
	return ask(host, request);
}

static int start(struct host *host, struct request *request, const struct host_start *how)
{
	(void)how;
	return ask(host, request);
}

static void status(struct host *host, struct buf *json)
{
	(void)host;
	buf_add(json, told ? told : "{}");
}

static void gateways(struct host *host, const struct mac *asker, struct buf *json)
{
	(void)asker;
	status(host, json);
}

static int set_reference(struct host *host, const char *table, struct diag *diag, struct buf *json)
{
	(void)table;
	(void)diag;
	status(host, json);
	return 0;
}

static int forget_node(struct host *host, const char *hostname, struct diag *diag)
{
	(void)host;
	(void)hostname;
	(void)diag;
	return 0;
}

static int reboot(struct host *host, struct diag *diag)
{
	(void)host;
	(void)diag;
	return -ENOTSUP;
}

static int state(struct host *host, struct request *request, enum host_state what,
                 const char *table, const char *key)
{
	(void)what;
	(void)table;
	(void)key;
	return ask(host, request);
}

static const struct host_settings_ops settings_ops = {
	.get = ask,
	.preview = change,
	.apply = apply,
	.confirm = confirm,
	.history = ask,
};
static const struct host_help_ops help_ops = { .notes = ask, .set_notes = set_notes };
static const struct host_first_ops first_ops = {
	.state = ask,
	.networks = ask,
	.progress = ask,
	.join = join,
	.start = start,
};
static const struct host_ops ops = {
	.settings = &settings_ops,
	.help = &help_ops,
	.first = &first_ops,
	.status = status,
	.gateways = gateways,
	.set_reference = set_reference,
	.forget_node = forget_node,
	.reboot = reboot,
	.state = state,
};

static void say(void *data, const struct net_message *message)
{
	const struct net_reply *reply = message->body;
	struct json_object *answer;
	BUF_AUTO text = { 0 };

	(void)data;
	assert(message->kind == NET_REPLY && reply->status == 200);
	if (!reply->last)
		return;
	n_answers++;
	buf_add_bytes(&text, reply->bytes, message->size - sizeof(*reply));
	answer = json_tokener_parse(buf_text(&text));
	assert(message->size > 16000 || json_object_is_type(answer, json_type_object));
	json_object_put(answer);
}

static bool find_asker(void *data, const struct ip *from, struct mac *asker, bool *near)
{
	(void)data;
	(void)from;
	(void)asker;
	*near = false;
	return false;
}

static bool lets_edit(void *data)
{
	(void)data;
	return true;
}

/* The id of a session that the corpus knows. */
static void add_session(struct calls *calls, char digit, enum request_rights rights)
{
	memset(sessions_add(calls->sessions, rights, NULL, 0)->id, digit, SESSION_ID_SIZE - 1);
}

static void ask_ubus(struct calls *calls, const char *text, size_t size)
{
	struct net_call head = { .id = 1, .kind = NET_CALL_UBUS, .last = 1 };
	BUF_AUTO call = { 0 };

	if (size > NET_CALL_MAX)
		return;
	buf_add_bytes(&call, &head, sizeof(head));
	buf_add_bytes(&call, text, size);
	n_answers = 0;
	calls_take(calls, &(struct net_message){
				  .kind = NET_CALL, .body = call.text, .size = call.length });
	assert(n_answers == 1);
}

static bool is_json(const char *text)
{
	struct json_object *object = json_tokener_parse(text);

	json_object_put(object);
	return object;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct event_base *base;
	struct host host = { &ops };
	struct calls_options options = { .host = &host,
		                         .root = "/nonexistent",
		                         .say = say,
		                         .find_asker = find_asker,
		                         .lets_limeapp_edit = lets_edit };
	const char *end = size ? memchr(bytes, '\n', size) : NULL;
	size_t length = end ? (size_t)(end - (const char *)bytes) : size;
	struct calls *calls;
	BUF_AUTO second = { 0 };

	/* Its password would be made for half a second each time. */
	if (memmem(bytes, size, "assword", 7))
		return 0;
	if (!base)
		base = event_base_new();
	options.base = base;
	calls = calls_new(&options);
	add_session(calls, '1', RIGHTS_NONE);
	add_session(calls, '2', RIGHTS_COMMUNITY);
	if (end)
		buf_add_bytes(&second, end + 1, size - length - 1);
	told = is_json(buf_text(&second)) ? second.text : NULL;
	ask_ubus(calls, (const char *)bytes, length);
	calls_free(calls);
	return 0;
}
