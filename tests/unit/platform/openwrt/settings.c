/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "rendered.h"

extern const struct renderer renderer_settings;

/* This renderer asks for its files itself. */
static void run(struct rendered *r)
{
	struct render render = {
		.plan = r->plan,
		.config = r->config,
		.facts = &r->facts,
		.files = r->files,
		.arena = r->arena,
		.diag = r->diag,
	};

	renderer_settings.render(&render, NULL);
}

static const char *text_of(struct rendered *r, const char *package)
{
	buf_done(&r->text);
	uci_print(files_uci(r->files, package), &r->text);
	return buf_text(&r->text);
}

static void sections_are_written_whole(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	struct uci_document *document = files_make_uci(r->files, "olsrd2");

	(void)state;
	uci_set(document, uci_add_section(document, "interface", NULL), "ignore", "1");
	uci_set(document, uci_add_section(document, "olsrv2", "lime"), "old", "1");
	plan_add_setting(
		r->plan, "olsrd2", "olsrv2", "lime",
		(const char *const[]){ "failfast=a=b", "lan+=10.0.0.1/8", "lan+=fd00::/64", NULL });
	run(r);
	assert_string_equal(text_of(r, "olsrd2"), "\n\nconfig olsrv2 'lime'\n"
	                                          "\toption failfast 'a=b'\n"
	                                          "\tlist lan '10.0.0.1/8'\n"
	                                          "\tlist lan 'fd00::/64'\n\n");
}

static void watchdogs_stand_beside_those_of_people(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	struct uci_document *document = files_make_uci(r->files, "watchcat");
	const char *packages[] = { "lime-hwd-watchcat" };

	(void)state;
	uci_set(document, uci_add_section(document, "watchcat", NULL), "period", "6h");
	uci_set(document, uci_add_section(document, "watchcat", "mine"), "period", "1h");
	run(r);
	assert_non_null(strstr(text_of(r, "watchcat"), "6h"));
	r->facts.packages = packages;
	r->facts.n_packages = 1;
	uci_add_section(document, "watchcat", "lm_hwd_watchcat_old");
	run(r);
	assert_string_equal(text_of(r, "watchcat"),
	                    "\n\nconfig watchcat 'mine'\n\toption period '1h'\n\n");
}

static void files_of_bird_come_and_go(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");
	const char *written;

	(void)state;
	plan_add_file(r->plan, "etc/bird4.conf", "router id 10.0.0.1;\n");
	run(r);
	written = files_text(r->files, "etc/bird4.conf");
	assert_non_null(strstr(written, "\nrouter id 10.0.0.1;\n"));
	assert_int_equal(written[0], '#');
	plan_free(r->plan);
	r->plan = plan_new();
	files_set_text(r->files, "etc/bird6.conf", "# mine\n", 0644);
	run(r);
	assert_null(files_text(r->files, "etc/bird4.conf"));
	assert_string_equal(files_text(r->files, "etc/bird6.conf"), "# mine\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_written_whole),
		cmocka_unit_test(watchdogs_stand_beside_those_of_people),
		cmocka_unit_test(files_of_bird_come_and_go),
	};

	return RUN(tests);
}
