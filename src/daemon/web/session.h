/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Who has shown a password, and may do more for a while.  What they say is sealed (X25519,
 * XSalsa20-Poly1305), so that who listens on plain HTTP learns neither passwords nor what is
 * changed, and cannot say anything in their place (docs/wire/http.md).
 *
 * Time is an argument.  All is bounded: so many sessions, so many guesses.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/request.h"
#include "base/buf.h"
#include "base/compiler.h"

#define SESSIONS_MAX        64
#define SESSIONS_GUESTS_MAX 32 /* of these, without a password */
#define SESSION_ID_SIZE     33
#define SESSION_KEY_SIZE    32
#define SESSION_IDLE_MS     (30 * 60 * 1000)
#define CHALLENGE_MS        (60 * 1000)

struct sessions;

struct session {
	char id[SESSION_ID_SIZE]; /* "": free */
	uint8_t key[SESSION_KEY_SIZE];
	enum request_rights rights; /* NONE: a guest */
	bool clear;                 /* LibreMesh's: the id is all that is shown */
	uint64_t counter, seen;     /* the highest, and which of the 64 up to it were used */
	int64_t used_ms, idle_ms;
};

struct sessions *sessions_new(void);
void sessions_free(struct sessions *sessions);
AUTO_DEFINE(sessions_free, struct sessions);

/* Members of a JSON object: "key", "challenge". */
void sessions_challenge(const struct sessions *sessions, int64_t now_ms, struct buf *out);

/* What was sealed by who answers a challenge: theirs is `key`.  NULL: that is not what it is. */
struct sealed_login {
	const char *key, *nonce, *sealed; /* base64 */
};
struct login {
	uint8_t key[SESSION_KEY_SIZE]; /* shared */
	struct buf password;
};
int sessions_open_login(struct sessions *sessions, const struct sealed_login *sealed,
                        int64_t now_ms, struct login *login) MUST_CHECK;
void login_done(struct login *login);

/* A new one; never NULL: the least needed one makes room. */
struct session *sessions_add(struct sessions *sessions, enum request_rights rights,
                             const uint8_t key[SESSION_KEY_SIZE], int64_t now_ms);
/* NULL if there is none, or not any more. */
struct session *sessions_find(struct sessions *sessions, const char *id, int64_t now_ms);
void sessions_end(struct session *session);
/* All but `kept`: passwords have changed. */
void sessions_end_all(struct sessions *sessions, const struct session *kept);

/* What a session says.  -EPROTO if it is damaged, -EALREADY if it was said before. */
int session_open(struct session *session, uint64_t counter, const struct buf *box,
                 struct buf *text) MUST_CHECK;
void session_seal(const struct session *session, uint64_t counter, const char *text, size_t size,
                  struct buf *box);

/* --- guessing --- */

/* Seconds until somebody at this address may try a password; 0: now. */
unsigned sessions_wait_s(const struct sessions *sessions, const struct ip *from, int64_t now_ms);
void sessions_count_try(struct sessions *sessions, const struct ip *from, bool good,
                        int64_t now_ms);
