/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/web/password.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "daemon/log.h"

#define FILE_LIMIT 4096
#define MEMORY     (4UL * 1024 * 1024)
#define PASSES     3

struct stored {
	char hash[PASSWORD_N][crypto_pwhash_STRBYTES]; /* "": none */
};

static const char *const words[PASSWORD_N] = {
	[PASSWORD_NODE] = "node",
	[PASSWORD_COMMUNITY] = "community",
};

static void print_path(const char *root, const char *name, struct buf *path)
{
	buf_printf(path, "%s/etc/weft%s", strcmp(root, "/") ? root : "", name);
}

static void take_line(struct stored *stored, const char *line, size_t length)
{
	for (size_t i = 0; i < PASSWORD_N; i++) {
		size_t word = strlen(words[i]);
		const char *hash = line + word + 1;

		if (length <= word + 1 || strncmp(line, words[i], word) != 0 || line[word] != ' ' ||
		    length - word - 1 >= sizeof(stored->hash[i]))
			continue;
		memcpy(stored->hash[i], hash, length - word - 1);
		stored->hash[i][length - word - 1] = '\0';
	}
}

/* A file that cannot be read is no reason to let everybody in: false then. */
static bool load(const char *root, struct stored *stored)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };
	const char *line;
	int r;

	memset(stored, 0, sizeof(*stored));
	print_path(root, "/passwords", &path);
	r = file_read(path.text, FILE_LIMIT, &text);
	if (r < 0 && r != -ENOENT) {
		log_line(LOG_PRIORITY_ERROR, "cannot read %s: %s", path.text, strerror(-r));
		return false;
	}
	for (line = buf_text(&text); *line;) {
		size_t length = strcspn(line, "\n");

		take_line(stored, line, length);
		line += length + (line[length] == '\n');
	}
	return true;
}

bool password_is_set(const char *root)
{
	struct stored stored;

	if (!load(root, &stored))
		return true;
	for (size_t i = 0; i < PASSWORD_N; i++) {
		if (*stored.hash[i])
			return true;
	}
	return false;
}

bool password_has(const char *root, enum password_which which)
{
	struct stored stored;

	return !load(root, &stored) || *stored.hash[which];
}

enum password_which password_check(const char *root, const char *password)
{
	enum password_which which = PASSWORD_N;
	size_t length = strlen(password);
	struct stored stored;

	if (!length || length > PASSWORD_MAX || !load(root, &stored))
		return PASSWORD_N;
	/* The community's may do more. */
	for (size_t i = 0; i < PASSWORD_N; i++) {
		if (*stored.hash[i] &&
		    crypto_pwhash_str_verify(stored.hash[i], password, length) == 0)
			which = (enum password_which)i;
	}
	return which;
}

static int refuse(struct diag *diag, const char *why)
{
	diag_add(diag, DIAG_ERROR, NULL, "%s", why);
	return -EINVAL;
}

static int check_new(const char *password, struct diag *diag)
{
	size_t length = strlen(password);

	if (length < PASSWORD_MIN)
		return refuse(diag, "a password has 10 characters at least");
	if (length > PASSWORD_MAX)
		return refuse(diag, "a password has 128 bytes at most");
	if (strspn(password, (char[]){ password[0], 0 }) == length)
		return refuse(diag, "a password is more than one character again and again");
	return 0;
}

int password_set(const char *root, enum password_which which, const char *password,
                 struct diag *diag)
{
	struct stored stored;
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };
	int r = check_new(password, diag);

	if (r < 0)
		return r;
	if (!load(root, &stored))
		return -EIO;
	if (crypto_pwhash_str_alg(stored.hash[which], password, strlen(password), PASSES, MEMORY,
	                          crypto_pwhash_ALG_ARGON2ID13) != 0)
		return -ENOMEM;
	for (size_t i = 0; i < PASSWORD_N; i++) {
		if (*stored.hash[i])
			buf_printf(&text, "%s %s\n", words[i], stored.hash[i]);
	}
	print_path(root, "", &path);
	r = file_make_folder(path.text, 0755);
	if (r == 0) {
		buf_done(&path);
		print_path(root, "/passwords", &path);
		r = file_write(path.text, text.text, text.length, 0600);
	}
	if (r < 0)
		diag_add(diag, DIAG_ERROR, NULL, "cannot write %s: %s", path.text, strerror(-r));
	return r;
}
