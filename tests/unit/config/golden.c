/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What the original merged: of each case in $WEFT_GOLDEN/cases (by default the copies in
 * tests/golden) lime-defaults, lime-community and lime-node give its lime-autogen.  What the
 * original adds later (radios it saw, ports it found, a primary interface that is not
 * there) is left out on both sides.
 */
#include <dirent.h>

#include "base/diag.h"
#include "base/file.h"
#include "config/bands.h"
#include "sample.h"

static const char *own_copies(void)
{
	static char own[4096];

	snprintf(own, sizeof(own), "%s/tests/golden", getenv("WEFT_SOURCE"));
	return own;
}

static const char *golden(void)
{
	return getenv("WEFT_GOLDEN") ? getenv("WEFT_GOLDEN") : own_copies();
}

/* NULL if there is no such file. */
static struct uci_document *read_file(const char *format, const char *name)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO path = { 0 }, text = { 0 };

	buf_printf(&path, "%s/cases/%s/%s", golden(), name, format);
	if (file_read(path.text, UCI_FILE_LIMIT, &text) < 0)
		return NULL;
	return uci_parse(format, buf_text(&text), text.length, diag);
}

static bool is_left_out(const char *section, const char *option)
{
	return !strncmp(section, "lm_hwd_", 7) || !strcmp(option, "phy_macaddr") ||
	       !strcmp(option, "dynack") || !strcmp(option, "primary_interface");
}

static size_t count(const struct config *config)
{
	size_t n = 0;

	for (const struct config_section *s = config->sections; s; s = s->next) {
		for (const struct config_option *o = s->options; o; o = o->next)
			n += !is_left_out(s->name, o->name);
	}
	return n;
}

static void check_option(const char *name, const struct config_section *ours,
                         const struct config_option *theirs)
{
	const struct config_option *option = ours ? config_option(ours, theirs->name) : NULL;

	if (!option) {
		fail_msg("%s: no %s", name, theirs->values[0].origin.where);
		return;
	}
	assert_int_equal(option->n_values, theirs->n_values);
	for (size_t i = 0; i < theirs->n_values; i++)
		assert_string_equal(option->values[i].text, theirs->values[i].text);
	assert_int_equal(option->is_list, theirs->is_list);
}

static void check_same(const char *name, const struct config *ours, const struct config *theirs)
{
	for (const struct config_section *s = theirs->sections; s; s = s->next) {
		const struct config_section *same = config_section(ours, s->name);

		if (same)
			assert_string_equal(same->type, s->type);
		for (const struct config_option *o = s->options; o; o = o->next) {
			if (!is_left_out(s->name, o->name))
				check_option(name, same, o);
		}
	}
	assert_int_equal(count(ours), count(theirs));
}

static struct uci_document *defaults(void)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO path = { 0 }, text = { 0 };

	buf_printf(&path, "%s/lime-defaults.uci", own_copies());
	assert_int_equal(file_read(path.text, UCI_FILE_LIMIT, &text), 0);
	return uci_parse("lime-defaults", buf_text(&text), text.length, diag);
}

/* Which box a lime-<mac> is for is not known here. */
static bool has_mac_file(const char *name)
{
	BUF_AUTO path = { 0 };
	struct dirent *entry;
	bool found = false;
	DIR *folder;

	buf_printf(&path, "%s/cases/%s/input/etc/config", golden(), name);
	folder = opendir(path.text);
	while (folder && (entry = readdir(folder)))
		found |= !strncmp(entry->d_name, "lime-", 5) &&
		         strspn(entry->d_name + 5, "0123456789abcdef") == 12;
	if (folder)
		closedir(folder);
	return found;
}

/* The original rewrote such files before it merged them. */
static bool is_old_form(const struct uci_document *document)
{
	const struct uci_section *wifi = document ? uci_section(document, "wifi") : NULL;

	return wifi && bands_is_old(wifi);
}

static void check_case(const char *name, unsigned *n_cases)
{
	AUTO(uci_free) struct uci_document *autogen = read_file("expected/etc/config/lime-autogen",
	                                                        name);
	AUTO(uci_free) struct uci_document *low = defaults();
	AUTO(uci_free) struct uci_document *community = read_file("input/etc/config/lime-community",
	                                                          name);
	AUTO(uci_free) struct uci_document *node = read_file("input/etc/config/lime-node", name);
	struct uci_document *layers[] = { low, community, node };
	AUTO(config_free) struct config *ours = config_merge(layers, ARRAY_LENGTH(layers));
	AUTO(config_free) struct config *theirs = config_merge(&autogen, 1);

	if (!autogen || (!community && !node) || has_mac_file(name) || is_old_form(community) ||
	    is_old_form(node))
		return;
	check_same(name, ours, theirs);
	++*n_cases;
}

static void layers_merge_as_in_the_original(void **state)
{
	BUF_AUTO path = { 0 };
	unsigned n_cases = 0;
	struct dirent *entry;
	DIR *folder;

	(void)state;
	buf_printf(&path, "%s/cases", golden());
	folder = opendir(path.text);
	while (folder && (entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			check_case(entry->d_name, &n_cases);
	}
	if (folder)
		closedir(folder);
	printf("%u cases\n", n_cases);
	assert_true(n_cases > 20 || getenv("WEFT_GOLDEN"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(layers_merge_as_in_the_original) };

	return RUN(tests);
}
