/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "rendered.h"

extern const struct renderer renderer_others;

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

	renderer_others.render(&render, NULL);
}

static const struct file_change *change_of(struct rendered *r, const char *path)
{
	size_t n;
	const struct file_change *changes = files_changes(r->files, &n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(changes[i].path, path) == 0)
			return &changes[i];
	}
	return NULL;
}

static void other_settings_of_the_kernel_stay(void **state)
{
	AUTO(rendered_free) struct rendered *r = rendered_new("");

	(void)state;
	files_set_text(r->files, "etc/sysctl.conf",
	               "# mine\nnet.ipv4.conf.all.rp_filter=1\nvm.swappiness=1", 0644);
	run(r);
	assert_string_equal(files_text(r->files, "etc/sysctl.conf"),
	                    "# mine\nvm.swappiness=1\n"
	                    "net.ipv4.conf.default.rp_filter=2\n"
	                    "net.ipv4.conf.all.rp_filter=2\n");
}

static void services_are_switched_by_links(void **state)
{
	AUTO(rendered_free) struct rendered *r =
		rendered_new("config lime network\n\toption use_odhcpd on\n");

	(void)state;
	files_set_text(r->files, "etc/init.d/odhcpd", "#!/bin/sh\nSTART=35\nUSE_PROCD=1\n", 0755);
	files_set_text(r->files, "etc/init.d/dnsmasq", "START=19\nSTOP=5\n", 0755);
	run(r);
	assert_string_equal(change_of(r, "etc/rc.d/S35odhcpd")->after, "../init.d/odhcpd");
	assert_null(change_of(r, "etc/rc.d/S19dnsmasq"));
	plan_add_network(r->plan, &(struct plan_network){ .name = "lm_net_br_lan_anygw_if",
	                                                  .proto = "static" });
	run(r);
	assert_string_equal(change_of(r, "etc/rc.d/S19dnsmasq")->after, "../init.d/dnsmasq");
	assert_string_equal(change_of(r, "etc/rc.d/K05dnsmasq")->after, "../init.d/dnsmasq");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_settings_of_the_kernel_stay),
		cmocka_unit_test(services_are_switched_by_links),
	};

	return RUN(tests);
}
