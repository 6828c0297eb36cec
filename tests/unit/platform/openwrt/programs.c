/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/programs.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../../remove.h"
#include "../../test.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "config/config.h"
#include "uci/uci.h"

static char root[] = "/tmp/weft-programs-XXXXXX";

static const char *below(const char *path)
{
	static char full[256];

	snprintf(full, sizeof(full), "%s/%s", root, path);
	return full;
}

static void put(const char *path, const char *text, unsigned mode)
{
	char folder[256];

	snprintf(folder, sizeof(folder), "%s", below(path));
	*strrchr(folder, '/') = '\0';
	assert_int_equal(file_make_folder(folder, 0755), 0);
	assert_int_equal(file_write(below(path), text, strlen(text), mode), 0);
}

/* Each program of the tests adds a line to this file. */
static void assert_log(const char *text)
{
	BUF_AUTO log = { 0 };

	(void)!file_read(below("log"), 4096, &log);
	assert_string_equal(buf_text(&log), text);
}

static void assert_said(const struct diag *diag, const char *text)
{
	BUF_AUTO said = { 0 };

	diag_print(diag, &said);
	assert_string_equal(buf_text(&said), text);
}

static int setup(void **state)
{
	(void)state;
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
	if (!mkdtemp(root))
		return -1;
	setenv("LOG", below("log"), 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return remove_all(root);
}

static void hooks_run_by_name_with_their_action(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();

	(void)state;
	put("etc/hotplug.d/lime-config/20-b", "#!/bin/sh\necho b $ACTION >> $LOG\n", 0755);
	put("etc/hotplug.d/lime-config/10-$(a)", "#!/bin/sh\necho \"a $ACTION\" >> $LOG\n", 0755);
	setenv("ACTION", "of somebody else", 1);
	programs_run_hooks(root, "merged", diag);
	programs_run_hooks(root, "post", diag);
	assert_log("a merged\nb merged\na post\nb post\n");
	assert_said(diag, "");
}

static void hooks_that_fail_are_told_and_the_rest_runs(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	BUF_AUTO text = { 0 };

	(void)state;
	put("etc/hotplug.d/lime-config/1", "#!/bin/sh\nexit 3\n", 0755);
	put("etc/hotplug.d/lime-config/2", "echo no shell reads this >> $LOG\n", 0755);
	put("etc/hotplug.d/lime-config/3", "#!/bin/sh\n", 0644);
	put("etc/hotplug.d/lime-config/4", "#!/bin/sh\nkill -9 $$\n", 0755);
	put("etc/hotplug.d/lime-config/5", "#!/bin/sh\necho last >> $LOG\n", 0755);
	programs_run_hooks(root, "pre", diag);
	assert_log("last\n");
	buf_printf(&text,
	           "%1$s/etc/hotplug.d/lime-config/1: warning: pre: ended with status 3\n"
	           "%1$s/etc/hotplug.d/lime-config/2: warning: pre: this is no program; the first "
	           "line of a script says of what, as #!/bin/sh does\n"
	           "%1$s/etc/hotplug.d/lime-config/3: warning: pre: cannot be run: Permission "
	           "denied\n"
	           "%1$s/etc/hotplug.d/lime-config/4: warning: pre: ended by signal 9\n",
	           root);
	assert_said(diag, buf_text(&text));
}

static void no_folder_of_hooks_is_no_mistake(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();

	(void)state;
	programs_run_hooks(root, "pre", diag);
	assert_said(diag, "");
}

static void run_assets(const char *text, struct diag *diag)
{
	AUTO(uci_free) struct uci_document *layer = uci_parse("lime-community", text, strlen(text),
	                                                      diag);
	AUTO(config_free) struct config *config = config_merge(&layer, 1);

	programs_run_assets(root, config, diag);
}

static void assets_run_at_their_time(void **state)
{
	static const char config[] = "config run_asset always\n"
				     "\toption asset 'node/always'\n"
				     "\toption when 'ATCONFIG'\n"
				     "config run_asset once\n"
				     "\toption asset 'community/once'\n"
				     "\toption when 'ATFIRSTBOOT'\n";
	AUTO(diag_free) struct diag *diag = diag_new();

	(void)state;
	put("etc/lime-assets/community/once", "#!/bin/sh\necho once >> $LOG\n", 0644);
	put("etc/lime-assets/node/always", "#!/bin/sh\necho always >> $LOG\n", 0644);
	run_assets(config, diag);
	assert_log("once\nalways\n");
	assert_int_equal(access(below(PROGRAMS_FIRST_BOOT), F_OK), 0);
	run_assets(config, diag);
	assert_log("once\nalways\nalways\n");
	assert_said(diag, "");
}

static void assets_that_are_not_there_are_told(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();

	(void)state;
	put("etc/config/tool", "#!/bin/sh\necho out of the folder >> $LOG\n", 0755);
	run_assets("config run_asset a\n"
	           "\toption asset 'community/../../config/tool'\n"
	           "config run_asset b\n"
	           "\toption asset 'community/absent'\n"
	           "config run_asset c\n",
	           diag);
	assert_log("");
	assert_said(diag, "lime-community:4:15: warning: b.asset: cannot be run: No such file or "
	                  "directory\n"
	                  "lime-community:5:1: ignored: c: asset is missing\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hooks_run_by_name_with_their_action, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(hooks_that_fail_are_told_and_the_rest_runs, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(no_folder_of_hooks_is_no_mistake, setup, teardown),
		cmocka_unit_test_setup_teardown(assets_run_at_their_time, setup, teardown),
		cmocka_unit_test_setup_teardown(assets_that_are_not_there_are_told, setup,
		                                teardown),
	};

	return RUN(tests);
}
