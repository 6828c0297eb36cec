/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/keys.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../test.h"
#include "base/buf.h"
#include "base/file.h"

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weft-keys-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "state.key", "state.boots" };
	char path[96];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

static const char *path_of(const char *name)
{
	static char path[96];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void test_load(void **state)
{
	struct keys first, again;
	struct stat info;

	(void)state;
	assert_int_equal(keys_load(folder, &first), 0);
	assert_int_equal(stat(path_of("state.key"), &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(keys_load(folder, &again), 0);
	assert_memory_equal(&first, &again, sizeof(first));
}

static void test_damaged(void **state)
{
	static const char *const texts[] = { "", "abc\n", "no key at all, but of a fair length\n" };
	struct keys keys;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		BUF_AUTO text = { 0 };

		assert_int_equal(file_write(path_of("state.key"), texts[i], strlen(texts[i]), 0600),
		                 0);
		assert_int_equal(keys_load(folder, &keys), -EINVAL);
		assert_int_equal(file_read(path_of("state.key"), 100, &text), 0);
		assert_string_equal(buf_text(&text), texts[i]);
	}
}

static void test_boots(void **state)
{
	uint32_t boots = 0;

	(void)state;
	assert_int_equal(keys_count_boot(folder, &boots), 0);
	assert_int_equal(boots, 1);
	assert_int_equal(keys_count_boot(folder, &boots), 0);
	assert_int_equal(boots, 2);
	assert_int_equal(keys_set_boots(folder, 70), 0);
	assert_int_equal(keys_count_boot(folder, &boots), 0);
	assert_int_equal(boots, 71);
	assert_int_equal(file_write(path_of("state.boots"), "half a numb", 11, 0600), 0);
	assert_int_equal(keys_count_boot(folder, &boots), 0);
	assert_int_equal(boots, 1);
}

static void test_sign(void **state)
{
	uint8_t signature[STATE_SIGNATURE_SIZE];
	struct keys keys;
	struct state_crypto crypto;

	(void)state;
	assert_int_equal(keys_load(folder, &keys), 0);
	crypto = keys_crypto(&keys);
	assert_null(crypto.seal);
	crypto.sign(crypto.context, "words", 5, signature);
	assert_true(crypto.verify(crypto.context, keys.public_key, "words", 5, signature));
	assert_false(crypto.verify(crypto.context, keys.public_key, "wordz", 5, signature));
	signature[63] ^= 1;
	assert_false(crypto.verify(crypto.context, keys.public_key, "words", 5, signature));
}

static void test_seal(void **state)
{
	uint8_t sealed[5 + STATE_SEAL_SIZE], other[sizeof(sealed)], plain[sizeof(sealed)];
	struct keys keys;
	struct state_crypto crypto;

	(void)state;
	assert_int_equal(keys_load(folder, &keys), 0);
	assert_int_equal(keys_set_community(&keys, "a secret"), 0);
	crypto = keys_crypto(&keys);
	crypto.seal(crypto.context, (const uint8_t *)"words", 5, sealed);
	crypto.seal(crypto.context, (const uint8_t *)"words", 5, other);
	assert_memory_not_equal(sealed, other, sizeof(sealed));
	assert_true(crypto.open(crypto.context, sealed, sizeof(sealed), plain));
	assert_memory_equal(plain, "words", 5);
	assert_false(crypto.open(crypto.context, sealed, sizeof(sealed) - 1, plain));
	assert_false(crypto.open(crypto.context, sealed, 3, plain));
	sealed[30] ^= 1;
	assert_false(crypto.open(crypto.context, sealed, sizeof(sealed), plain));
	assert_int_equal(keys_set_community(&keys, "another secret"), 0);
	assert_false(crypto.open(crypto.context, other, sizeof(other), plain));
	assert_int_equal(keys_set_community(&keys, NULL), 0);
	assert_null(keys_crypto(&keys).open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_load, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_boots, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sign, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_seal, set_up, tear_down),
	};

	return RUN(tests);
}
