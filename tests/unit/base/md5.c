/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/md5.h"

#include "../test.h"

static void check(const char *text, const char *hex)
{
	uint8_t digest[MD5_SIZE];
	char seen[2 * MD5_SIZE + 1];

	md5(text, strlen(text), digest);
	for (unsigned i = 0; i < MD5_SIZE; i++)
		snprintf(seen + 2 * (size_t)i, 3, "%02x", digest[i]);
	assert_string_equal(seen, hex);
}

/* RFC 1321, appendix A.5. */
static void the_vectors_of_the_rfc_hold(void **state)
{
	(void)state;
	check("", "d41d8cd98f00b204e9800998ecf8427e");
	check("a", "0cc175b9c0f1b6a831c399e269772661");
	check("abc", "900150983cd24fb0d6963f7d28e17f72");
	check("message digest", "f96b697d7cb7938d525a2f31aaf161d0");
	check("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b");
	check("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	      "d174ab98d277d9f5a5611c2c9f419d9f");
	check("12345678901234567890123456789012345678901234567890123456789012345678901234567890",
	      "57edf4a22be3c955ac49da2e2107b67a");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_vectors_of_the_rfc_hold) };

	return RUN(tests);
}
