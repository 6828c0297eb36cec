/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Who may do more than read: passwords and sessions (docs/wire/http.md).
 */
#include "api/methods/session.h"

#include "api/host.h"
#include "api/request.h"
#include "shape/shape.h"

static const struct field login_fields[] = {
	FIELD_STRING(struct session_login, key, NULL, "The page's public key (X25519), base64"),
	FIELD_STRING(struct session_login, nonce, NULL, "24 random bytes, base64"),
	FIELD_STRING(struct session_login, sealed, NULL,
	             "{\"challenge\":...,\"password\":...} for the node's key, base64; an empty "
	             "password makes a session that may do no more than anybody"),
};
static SHAPE(login_shape, "login", "Who answers a challenge", struct session_login, login_fields);

static const char *const passwords[] = { "node", "community", NULL };

static const struct field password_fields[] = {
	FIELD_ENUM(struct session_password, which, passwords, 0, "Whose"),
	FIELD_STRING(struct session_password, password, NULL, "10 to 128 bytes"),
};
static SHAPE(password_shape, "password", "A new password", struct session_password,
             password_fields);

static int challenge(struct host *host, struct request *request)
{
	return host->ops->session(host, HOST_SESSION_CHALLENGE, request);
}

static int login(struct host *host, struct request *request)
{
	return host->ops->session(host, HOST_SESSION_LOGIN, request);
}

static int get(struct host *host, struct request *request)
{
	return host->ops->session(host, HOST_SESSION_GET, request);
}

static int logout(struct host *host, struct request *request)
{
	return host->ops->session(host, HOST_SESSION_LOGOUT, request);
}

static int set_password(struct host *host, struct request *request)
{
	return host->ops->session(host, HOST_SESSION_PASSWORD, request);
}

extern const struct method session_methods[];
const struct method session_methods[] = {
	{
		.name = "session_challenge",
		.doc = "The node's key, and what has to be sealed with the password",
		.access = METHOD_READ,
		.result = "{ key: string; challenge: string; expires_s: number; password_set: "
			  "boolean }",
		.call = challenge,
	},
	{
		.name = "session_login",
		.doc = "Begins a session",
		.access = METHOD_READ,
		.params = &login_shape,
		.result = "{ session: string; rights: Rights; expires_s: number }",
		.call = login,
	},
	{
		.name = "session_get",
		.doc = "What this session may do, and for how long without a call",
		.access = METHOD_READ,
		.result = "{ rights: Rights; expires_s: number; password_set: boolean }",
		.call = get,
	},
	{
		.name = "session_logout",
		.doc = "Ends this session",
		.access = METHOD_READ,
		.result = "{}",
		.call = logout,
	},
	{
		.name = "password_set",
		.doc = "Sets a password, and ends all other sessions",
		.access = METHOD_FIRST,
		.params = &password_shape,
		.result = "{}",
		.call = set_password,
	},
	{ 0 },
};
