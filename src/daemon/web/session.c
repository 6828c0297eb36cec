/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/web/session.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "api/base64.h"
#include "base/json_reader.h"

#define USED_MAX      64 /* challenges that were answered within their time */
#define WINDOW        64
#define GUESSERS_MAX  64
#define FREE_TRIES    3
#define WAIT_MAX_S    300
#define FORGET_MS     (15 * 60 * 1000)
#define ALL_WAIT_MS   500 /* between two guesses, of whoever */
#define LOGIN_MAX     512
#define CHALLENGE_HEX (2 * sizeof(struct challenge))

struct challenge {
	int64_t made_ms;
	uint8_t random[8];
	uint8_t mac[crypto_auth_BYTES];
};

struct guesser {
	struct ip ip; /* of IPv6 the network */
	unsigned wrong;
	int64_t last_ms;
};

struct sessions {
	uint8_t public_key[crypto_box_PUBLICKEYBYTES], secret_key[crypto_box_SECRETKEYBYTES];
	uint8_t secret[crypto_auth_KEYBYTES];
	struct session all[SESSIONS_MAX];
	struct challenge used[USED_MAX];
	size_t n_used;
	struct guesser guessers[GUESSERS_MAX];
	int64_t last_wrong_ms;
};

struct sessions *sessions_new(void)
{
	struct sessions *sessions = calloc(1, sizeof(*sessions));
	int r = sodium_init();

	assert(sessions && r >= 0);
	crypto_box_keypair(sessions->public_key, sessions->secret_key);
	crypto_auth_keygen(sessions->secret);
	sessions->last_wrong_ms = -ALL_WAIT_MS;
	return sessions;
}

void sessions_free(struct sessions *sessions)
{
	if (!sessions)
		return;
	sodium_memzero(sessions, sizeof(*sessions));
	free(sessions);
}

/* --- challenges --- */

static void authenticate(const struct sessions *sessions, const struct challenge *challenge,
                         uint8_t mac[crypto_auth_BYTES])
{
	crypto_auth(mac, (const uint8_t *)challenge, offsetof(struct challenge, mac),
	            sessions->secret);
}

void sessions_challenge(const struct sessions *sessions, int64_t now_ms, struct buf *out)
{
	struct challenge challenge = { .made_ms = now_ms };
	char hex[CHALLENGE_HEX + 1];

	randombytes_buf(challenge.random, sizeof(challenge.random));
	authenticate(sessions, &challenge, challenge.mac);
	sodium_bin2hex(hex, sizeof(hex), (const uint8_t *)&challenge, sizeof(challenge));
	buf_add(out, "\"key\":\"");
	base64_encode(sessions->public_key, sizeof(sessions->public_key), out);
	buf_printf(out, "\",\"challenge\":\"%s\"", hex);
}

/* Each is good once: who listens may say the same words again. */
static bool use_challenge(struct sessions *sessions, const char *hex, int64_t now_ms)
{
	struct challenge challenge;
	uint8_t mac[crypto_auth_BYTES];
	size_t size = 0, kept = 0;

	if (strlen(hex) != CHALLENGE_HEX ||
	    sodium_hex2bin((uint8_t *)&challenge, sizeof(challenge), hex, strlen(hex), NULL, &size,
	                   NULL) != 0 ||
	    size != sizeof(challenge))
		return false;
	authenticate(sessions, &challenge, mac);
	if (sodium_memcmp(mac, challenge.mac, sizeof(mac)) != 0 || challenge.made_ms > now_ms ||
	    now_ms - challenge.made_ms > CHALLENGE_MS)
		return false;
	for (size_t i = 0; i < sessions->n_used; i++) {
		if (!memcmp(&sessions->used[i], &challenge, sizeof(challenge)))
			return false;
		if (now_ms - sessions->used[i].made_ms <= CHALLENGE_MS)
			sessions->used[kept++] = sessions->used[i];
	}
	/* Whoever says the words of another once more gets a session whose key they do not have:
	 * better that than nobody getting in because of who tries often. */
	if (kept == USED_MAX)
		memmove(sessions->used, sessions->used + 1, --kept * sizeof(sessions->used[0]));
	sessions->n_used = kept;
	sessions->used[sessions->n_used++] = challenge;
	return true;
}

/* Bytes of exactly this size. */
static bool decode(const char *text, uint8_t *bytes, size_t size)
{
	BUF_AUTO decoded = { 0 };

	if (strlen(text) > 4 * (size / 3 + 1) || base64_decode(text, &decoded) < 0 ||
	    decoded.length != size)
		return false;
	memcpy(bytes, decoded.text, size);
	return true;
}

static bool read_login(const char *json, size_t size, char challenge[CHALLENGE_HEX + 1],
                       struct login *login)
{
	char name[16], password[LOGIN_MAX] = "";
	struct json_reader r;

	*challenge = '\0';
	json_reader_init(&r, json, size);
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, name, sizeof(name))) {
		if (!strcmp(name, "challenge"))
			json_reader_text(&r, challenge, CHALLENGE_HEX + 1);
		else if (!strcmp(name, "password"))
			json_reader_text(&r, password, sizeof(password));
		else
			json_reader_skip(&r);
	}
	buf_add(&login->password, password);
	sodium_memzero(password, sizeof(password));
	return json_reader_end(&r);
}

int sessions_open_login(struct sessions *sessions, const struct sealed_login *sealed,
                        int64_t now_ms, struct login *login)
{
	uint8_t theirs[crypto_box_PUBLICKEYBYTES], nonce[crypto_box_NONCEBYTES];
	uint8_t plain[LOGIN_MAX];
	char challenge[CHALLENGE_HEX + 1];
	BUF_AUTO box = { 0 };
	bool good;

	*login = (struct login){ 0 };
	if (!decode(sealed->key, theirs, sizeof(theirs)) ||
	    !decode(sealed->nonce, nonce, sizeof(nonce)) ||
	    strlen(sealed->sealed) > 2 * LOGIN_MAX || base64_decode(sealed->sealed, &box) < 0 ||
	    box.length < crypto_box_MACBYTES || box.length > sizeof(plain) ||
	    crypto_box_beforenm(login->key, theirs, sessions->secret_key) != 0 ||
	    crypto_box_open_easy_afternm(plain, (const uint8_t *)box.text, box.length, nonce,
	                                 login->key) != 0)
		return -EPROTO;
	good = read_login((const char *)plain, box.length - crypto_box_MACBYTES, challenge,
	                  login) &&
	       use_challenge(sessions, challenge, now_ms);
	sodium_memzero(plain, sizeof(plain));
	return good ? 0 : -EPROTO;
}

void login_done(struct login *login)
{
	if (login->password.text)
		sodium_memzero(login->password.text, login->password.room);
	buf_done(&login->password);
	sodium_memzero(login->key, sizeof(login->key));
}

/* --- sessions --- */

void sessions_end(struct session *session)
{
	sodium_memzero(session, sizeof(*session));
}

void sessions_end_all(struct sessions *sessions, const struct session *kept)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		if (&sessions->all[i] != kept)
			sessions_end(&sessions->all[i]);
	}
}

static bool is_guest(const struct session *session)
{
	return session->rights == RIGHTS_NONE;
}

static void expire(struct sessions *sessions, int64_t now_ms)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *session = &sessions->all[i];

		if (*session->id && now_ms - session->used_ms > session->idle_ms)
			sessions_end(session);
	}
}

/* A free place; else that of the guest that was idle for longest, if guests have their share or a
 * guest comes; else of anybody. */
static struct session *find_place(struct sessions *sessions, bool guest)
{
	struct session *free_one = NULL, *oldest_guest = NULL, *oldest = &sessions->all[0];
	size_t n_guests = 0;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *session = &sessions->all[i];

		if (!*session->id) {
			free_one = session;
			continue;
		}
		if (session->used_ms < oldest->used_ms)
			oldest = session;
		if (!is_guest(session))
			continue;
		n_guests++;
		if (!oldest_guest || session->used_ms < oldest_guest->used_ms)
			oldest_guest = session;
	}
	if (guest && n_guests >= SESSIONS_GUESTS_MAX)
		return oldest_guest;
	if (free_one)
		return free_one;
	return oldest_guest ? oldest_guest : oldest;
}

struct session *sessions_add(struct sessions *sessions, enum request_rights rights,
                             const uint8_t key[SESSION_KEY_SIZE], int64_t now_ms)
{
	uint8_t id[SESSION_ID_SIZE / 2];
	struct session *session;

	expire(sessions, now_ms);
	session = find_place(sessions, rights == RIGHTS_NONE);
	sessions_end(session);
	randombytes_buf(id, sizeof(id));
	sodium_bin2hex(session->id, sizeof(session->id), id, sizeof(id));
	if (key)
		memcpy(session->key, key, SESSION_KEY_SIZE);
	session->rights = rights;
	session->clear = !key;
	session->used_ms = now_ms;
	session->idle_ms = SESSION_IDLE_MS;
	return session;
}

struct session *sessions_find(struct sessions *sessions, const char *id, int64_t now_ms)
{
	expire(sessions, now_ms);
	if (strlen(id) != SESSION_ID_SIZE - 1)
		return NULL;
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *session = &sessions->all[i];

		if (*session->id && sodium_memcmp(session->id, id, SESSION_ID_SIZE - 1) == 0)
			return session;
	}
	return NULL;
}

/* --- what they say --- */

static void set_nonce(uint8_t nonce[crypto_box_NONCEBYTES], uint64_t counter, bool by_node)
{
	memset(nonce, 0, crypto_box_NONCEBYTES);
	for (unsigned i = 0; i < 8; i++)
		nonce[i] = (uint8_t)(counter >> (56 - 8 * i));
	nonce[8] = by_node;
}

static bool is_new(const struct session *session, uint64_t counter)
{
	if (!counter)
		return false;
	if (counter > session->counter)
		return true;
	return session->counter - counter < WINDOW &&
	       !(session->seen >> (session->counter - counter) & 1);
}

static void remember(struct session *session, uint64_t counter)
{
	uint64_t ahead;

	if (counter <= session->counter) {
		session->seen |= 1ULL << (session->counter - counter);
		return;
	}
	ahead = counter - session->counter;
	session->seen = (ahead < WINDOW ? session->seen << ahead : 0) | 1;
	session->counter = counter;
}

int session_open(struct session *session, uint64_t counter, const struct buf *box, struct buf *text)
{
	uint8_t nonce[crypto_box_NONCEBYTES];
	uint8_t *plain;

	if (session->clear || box->length < crypto_box_MACBYTES)
		return -EPROTO;
	if (!is_new(session, counter))
		return -EALREADY;
	set_nonce(nonce, counter, false);
	plain = malloc(box->length);
	assert(plain);
	if (crypto_box_open_easy_afternm(plain, (const uint8_t *)box->text, box->length, nonce,
	                                 session->key) != 0) {
		free(plain);
		return -EPROTO;
	}
	remember(session, counter);
	buf_add_bytes(text, plain, box->length - crypto_box_MACBYTES);
	sodium_memzero(plain, box->length);
	free(plain);
	return 0;
}

void session_seal(const struct session *session, uint64_t counter, const char *text, size_t size,
                  struct buf *box)
{
	uint8_t nonce[crypto_box_NONCEBYTES];
	uint8_t *sealed = malloc(size + crypto_box_MACBYTES);

	assert(sealed);
	set_nonce(nonce, counter, true);
	(void)crypto_box_easy_afternm(sealed, (const uint8_t *)text, size, nonce, session->key);
	buf_add_bytes(box, sealed, size + crypto_box_MACBYTES);
	free(sealed);
}

/* --- guessing --- */

/* Who has an IPv6 network has all of its addresses. */
static struct ip network_of(const struct ip *from)
{
	struct ip network = *from;

	if (network.family == IP_V6)
		memset(network.byte + 8, 0, 8);
	return network;
}

static struct guesser *find_guesser(struct sessions *sessions, const struct ip *network)
{
	struct guesser *oldest = &sessions->guessers[0];

	for (size_t i = 0; i < GUESSERS_MAX; i++) {
		struct guesser *guesser = &sessions->guessers[i];

		if (ip_equal(&guesser->ip, network))
			return guesser;
		if (guesser->last_ms < oldest->last_ms)
			oldest = guesser;
	}
	*oldest = (struct guesser){ .ip = *network };
	return oldest;
}

static int64_t wait_of(const struct guesser *guesser)
{
	unsigned over = guesser->wrong < FREE_TRIES ? 0 : guesser->wrong - FREE_TRIES + 1;

	if (!over)
		return 0;
	return over > 8 ? WAIT_MAX_S * 1000LL : (1LL << over) * 1000;
}

unsigned sessions_wait_s(const struct sessions *sessions, const struct ip *from, int64_t now_ms)
{
	struct ip network = network_of(from);
	int64_t until = sessions->last_wrong_ms + ALL_WAIT_MS;

	for (size_t i = 0; i < GUESSERS_MAX; i++) {
		const struct guesser *guesser = &sessions->guessers[i];

		if (ip_equal(&guesser->ip, &network) && now_ms - guesser->last_ms < FORGET_MS &&
		    guesser->last_ms + wait_of(guesser) > until)
			until = guesser->last_ms + wait_of(guesser);
	}
	return until > now_ms ? (unsigned)((until - now_ms + 999) / 1000) : 0;
}

void sessions_count_try(struct sessions *sessions, const struct ip *from, bool good, int64_t now_ms)
{
	struct ip network = network_of(from);
	struct guesser *guesser = find_guesser(sessions, &network);

	if (good || now_ms - guesser->last_ms >= FORGET_MS)
		guesser->wrong = 0;
	guesser->last_ms = now_ms;
	if (good)
		return;
	guesser->wrong++;
	sessions->last_wrong_ms = now_ms;
}
