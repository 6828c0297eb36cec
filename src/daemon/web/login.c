/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The methods of sessions and passwords.
 */
#include <errno.h>

#include "api/methods/session.h"
#include "base/diag.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/web/parts.h"
#include "daemon/web/password.h"

static int refuse(struct request *request, int error, const char *why)
{
	diag_add(request->diag, DIAG_ERROR, NULL, "%s", why);
	return error;
}

static const char *name_of(enum request_rights rights)
{
	switch (rights) {
	case RIGHTS_NONE:
	case RIGHTS_FIRST:
		return "none";
	case RIGHTS_NODE:
		return "node";
	case RIGHTS_COMMUNITY:
	case RIGHTS_LOCAL:
		return "community";
	}
	return "none";
}

static int challenge(struct calls *calls, struct request *request)
{
	buf_add_char(&request->result, '{');
	sessions_challenge(calls->sessions, clock_ms(), &request->result);
	buf_printf(&request->result, ",\"expires_s\":%d,\"password_set\":%s}", CHALLENGE_MS / 1000,
	           password_is_set(calls->options.root) ? "true" : "false");
	return 0;
}

/* One at a time, and slower for who guesses. */
static int check(struct calls *calls, struct request *request, const char *password,
                 enum request_rights *rights)
{
	static const enum request_rights of[] = {
		[PASSWORD_NODE] = RIGHTS_NODE,
		[PASSWORD_COMMUNITY] = RIGHTS_COMMUNITY,
		[PASSWORD_N] = RIGHTS_NONE,
	};
	char address[IP_TEXT_SIZE];

	request->retry_s = sessions_wait_s(calls->sessions, &request->from, clock_ms());
	if (request->retry_s)
		return refuse(request, -EAGAIN, "too many wrong passwords; wait a moment");
	*rights = of[password_check(calls->options.root, password)];
	sessions_count_try(calls->sessions, &request->from, *rights != RIGHTS_NONE, clock_ms());
	if (*rights != RIGHTS_NONE)
		return 0;
	log_line(LOG_PRIORITY_WARNING, "a wrong password from %s",
	         ip_format(&request->from, address));
	return refuse(request, -EACCES, "this is not the password");
}

static int login(struct calls *calls, struct request *request)
{
	const struct session_login *params = request->params;
	const struct sealed_login sealed = { params->key, params->nonce, params->sealed };
	enum request_rights rights = RIGHTS_NONE;
	struct session *session;
	struct login login = { 0 };
	int r = 0;

	if (!sealed.key || !sealed.nonce || !sealed.sealed)
		return refuse(request, -EINVAL, "key, nonce and sealed are needed");
	if (sessions_open_login(calls->sessions, &sealed, clock_ms(), &login) < 0)
		r = refuse(request, -EPROTO, "the challenge is over; ask for a new one");
	else if (login.password.length)
		r = check(calls, request, login.password.text, &rights);
	if (r == 0) {
		session = sessions_add(calls->sessions, rights, login.key, clock_ms());
		buf_printf(&request->result,
		           "{\"session\":\"%s\",\"rights\":\"%s\",\"expires_s\":%d}", session->id,
		           name_of(rights), SESSION_IDLE_MS / 1000);
	}
	login_done(&login);
	return r;
}

static int get(const struct calls *calls, struct request *request)
{
	const struct session *session = request->session;

	buf_printf(&request->result, "{\"rights\":\"%s\",\"expires_s\":%lld,\"password_set\":%s}",
	           name_of(request->rights), session ? (long long)session->idle_ms / 1000 : 0LL,
	           password_is_set(calls->options.root) ? "true" : "false");
	return 0;
}

/* The answer is still sealed for it: it ends after that. */
static int logout(struct request *request)
{
	if (request->session)
		request->session->idle_ms = -1;
	buf_add(&request->result, "{}");
	return 0;
}

static int set_password(struct calls *calls, struct request *request)
{
	const struct session_password *params = request->params;
	int r;

	if (request->rights != RIGHTS_LOCAL && !request->session)
		return refuse(request, -EACCES, "a password comes sealed");
	if (params->which == PASSWORD_COMMUNITY && request->rights == RIGHTS_NODE &&
	    password_has(calls->options.root, PASSWORD_COMMUNITY))
		return refuse(request, -EACCES, "this needs the community's password");
	r = password_set(calls->options.root, (enum password_which)params->which,
	                 params->password ? params->password : "", request->diag);
	if (r < 0)
		return r;
	log_line(LOG_PRIORITY_NOTICE, "the %s's password was changed",
	         params->which == PASSWORD_NODE ? "node" : "community");
	sessions_end_all(calls->sessions, request->session);
	if (request->session && request->session->rights == RIGHTS_NONE)
		request->session->rights = params->which == PASSWORD_NODE ? RIGHTS_NODE
		                                                          : RIGHTS_COMMUNITY;
	buf_add(&request->result, "{}");
	return 0;
}

int calls_session(struct calls *calls, enum host_session what, struct request *request)
{
	switch (what) {
	case HOST_SESSION_CHALLENGE:
		return challenge(calls, request);
	case HOST_SESSION_LOGIN:
		return login(calls, request);
	case HOST_SESSION_GET:
		return get(calls, request);
	case HOST_SESSION_LOGOUT:
		return logout(request);
	case HOST_SESSION_PASSWORD:
		return set_password(calls, request);
	}
	return -EINVAL;
}
