/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/write.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../remove.h"
#include "../../test.h"
#include "base/diag.h"
#include "base/file.h"
#include "model.h"

/* What a box has before, and shall have behind it.  Three hundred bytes are several writes. */
static const char long_text[] =
	"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n"
	"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n"
	"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n";

static const struct sample {
	const char *path, *before, *after; /* NULL: not there */
	bool link;
} samples[] = {
	{ "etc/config/network", "network before", long_text, false },
	{ "etc/config/system", "the same", "the same", false },
	{ "etc/config/wireless", "wireless before", "wireless after", false },
	{ "etc/config/babeld", NULL, "babeld after", false },
	{ "etc/config/6relayd", "something", "", false },
	{ "etc/dnsmasq.d/anygw.conf", NULL, "dnsmasq after", false },
	{ "usr/share/nft/anygw.nft", NULL, "../lime/anygw.nft", true },
	{ "etc/old", "old", NULL, false },
};

#define N_SAMPLES ARRAY_LENGTH(samples)

static struct file_change change_of(const struct sample *sample)
{
	return (struct file_change){
		.kind = !sample->after ? FILE_CHANGE_REMOVE
		        : sample->link ? FILE_CHANGE_LINK
		                       : FILE_CHANGE_WRITE,
		.path = sample->path,
		.after = sample->after,
		.size = sample->after ? strlen(sample->after) : 0,
		.mode = 0640,
	};
}

static int write_samples(struct disk *disk)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct file_change changes[N_SAMPLES];
	int rc;

	for (size_t i = 0; i < N_SAMPLES; i++)
		changes[i] = change_of(&samples[i]);
	rc = write_changes(disk, changes, N_SAMPLES, diag, NULL);
	assert_int_equal(rc < 0, diag_has_errors(diag));
	return rc;
}

static int recover(struct disk *disk)
{
	AUTO(diag_free) struct diag *diag = diag_new();

	return write_recover(disk, diag, NULL);
}

/* ---- on the model ---- */

static void fill(struct model *m)
{
	static const char *const folders[] = { "etc", "etc/config", "usr", "usr/share" };

	model_init(m);
	for (size_t i = 0; i < ARRAY_LENGTH(folders); i++)
		model_add(m, folders[i], DISK_FOLDER, "", 0755);
	for (size_t i = 0; i < N_SAMPLES; i++) {
		if (samples[i].before)
			model_add(m, samples[i].path, DISK_FILE, samples[i].before, 0600);
	}
	model_save(m);
}

static bool has_text(struct model *m, const char *path, const char *text)
{
	const struct model_node *node = model_node(m, path);

	return text ? node && node->now_size == strlen(text) &&
	                       !memcmp(node->now, text, node->now_size)
	            : !node;
}

/* Also that nothing else is there but folders. */
static bool is_all(struct model *m, bool after)
{
	size_t n_files = 0;

	for (size_t i = 0; i < N_SAMPLES; i++) {
		const char *text = after ? samples[i].after : samples[i].before;

		if (!has_text(m, samples[i].path, text))
			return false;
		n_files += !!text;
	}
	for (int i = 0; i < m->n_names; i++)
		n_files -= m->names[i].now != MODEL_NONE &&
		           m->nodes[m->names[i].now].kind != DISK_FOLDER;
	return n_files == 0;
}

static int count_calls(void)
{
	struct model *m = test_malloc(sizeof(*m));
	int n;

	fill(m);
	assert_int_equal(write_samples(&m->disk), 0);
	assert_true(is_all(m, true));
	n = m->n_changes;
	test_free(m);
	return n;
}

static void test_writes_what_differs(void **state)
{
	struct model *m = test_malloc(sizeof(*m));
	int n_nodes, same;

	(void)state;
	fill(m);
	same = model_name(m, "etc/config/system")->now;
	assert_int_equal(write_samples(&m->disk), 0);
	assert_true(is_all(m, true));
	assert_int_equal(model_name(m, "etc/config/system")->now, same);
	assert_int_equal(model_node(m, "etc/config/network")->mode, 0600);
	assert_int_equal(model_node(m, "etc/config/babeld")->mode, 0640);
	n_nodes = m->n_nodes;
	m->n_changes = 0;
	assert_int_equal(write_samples(&m->disk), 0);
	assert_int_equal(m->n_nodes, n_nodes);
	assert_int_equal(m->n_changes, 0);
	test_free(m);
}

static void test_follows_links_to_files(void **state)
{
	static const struct file_change changes[] = {
		{ FILE_CHANGE_WRITE, "etc/one", NULL, "after", 5, 0644 },
		{ FILE_CHANGE_WRITE, "etc/two", NULL, "after", 5, 0644 },
	};
	struct model *m = test_malloc(sizeof(*m));
	AUTO(diag_free) struct diag *diag = diag_new();
	size_t n_changed;

	(void)state;
	fill(m);
	model_add(m, "etc/one", DISK_LINK, "config/system", 0777);
	model_add(m, "etc/two", DISK_LINK, "/etc/two", 0777);
	assert_int_equal(write_changes(&m->disk, changes, 1, diag, &n_changed), 0);
	assert_int_equal(n_changed, 1);
	assert_true(has_text(m, "etc/config/system", "after"));
	assert_true(has_text(m, "etc/one", "config/system"));
	assert_int_equal(write_changes(&m->disk, changes + 1, 1, diag, &n_changed), -ELOOP);
	test_free(m);
}

static void test_power_may_fail_at_every_call(void **state)
{
	struct model *m = test_malloc(sizeof(*m));
	int n = count_calls();
	int n_old = 0, n_new = 0;

	(void)state;
	for (int call = 0; call <= n; call++) {
		for (uint32_t seed = 0; seed < 40; seed++) {
			fill(m);
			m->seed = seed * 1000 + (uint32_t)call;
			m->power = call;
			(void)!write_samples(&m->disk);
			model_restart(m);
			assert_int_equal(recover(&m->disk), 0);
			assert_true(is_all(m, false) || is_all(m, true));
			n_old += is_all(m, false);
			n_new += is_all(m, true);
		}
	}
	assert_true(n_old > 0 && n_new > 0);
	print_message("%d calls, 40 ways each: %d times all old, %d times all new\n", n, n_old,
	              n_new);
	test_free(m);
}

static void test_power_may_fail_while_recovering(void **state)
{
	struct model *m = test_malloc(sizeof(*m));
	int n = count_calls();

	(void)state;
	for (int call = 0; call <= n; call++) {
		for (int again = 0; again <= n; again++) {
			bool new;

			fill(m);
			m->seed = (uint32_t)(call * 1000 + again);
			m->power = call;
			(void)!write_samples(&m->disk);
			model_restart(m);
			new = model_node(m, WRITE_JOURNAL);
			m->power = again;
			(void)!recover(&m->disk);
			model_restart(m);
			assert_int_equal(recover(&m->disk), 0);
			assert_true(is_all(m, false) || is_all(m, true));
			assert_true(!new || is_all(m, true));
		}
	}
	test_free(m);
}

static void test_each_call_may_fail(void **state)
{
	struct model *m = test_malloc(sizeof(*m));
	int n = count_calls();

	(void)state;
	for (int call = 0; call < n; call++) {
		fill(m);
		m->fails = call;
		if (write_samples(&m->disk) == 0) {
			assert_true(is_all(m, true));
			continue;
		}
		m->fails = -1;
		if (!model_node(m, WRITE_JOURNAL))
			assert_true(is_all(m, false) || is_all(m, true));
		assert_int_equal(recover(&m->disk), 0);
		assert_true(is_all(m, false) || is_all(m, true));
	}
	test_free(m);
}

static void test_disk_may_be_full(void **state)
{
	struct model *m = test_malloc(sizeof(*m));
	int n_full = 0;

	(void)state;
	for (size_t room = 0; room < 3000; room++) {
		int rc;

		fill(m);
		m->room = model_used(m) + room;
		rc = write_samples(&m->disk);
		n_full += rc == -ENOSPC;
		assert_true(rc == 0 || rc == -ENOSPC);
		assert_true(is_all(m, rc == 0));
	}
	assert_in_range(n_full, 900, 2900);
	test_free(m);
}

static void test_recovery_leaves_later_edits_alone(void **state)
{
	struct model *m = test_malloc(sizeof(*m));
	struct model_node *node;

	(void)state;
	fill(m);
	assert_int_equal(write_samples(&m->disk), 0);
	node = model_node(m, "etc/config/network");
	node->now[0] = 'X';
	assert_int_equal(recover(&m->disk), 0);
	assert_int_equal(node->now[0], 'X');
	assert_ptr_equal(model_node(m, "etc/config/network"), node);
	test_free(m);
}

static void test_damaged_journal_is_not_used(void **state)
{
	struct model *m = test_malloc(sizeof(*m));
	AUTO(diag_free) struct diag *diag = diag_new();

	(void)state;
	fill(m);
	model_add(m, WRITE_JOURNAL, DISK_FILE, "weft journal 1 1\nhalf", 0600);
	assert_int_equal(write_recover(&m->disk, diag, NULL), 0);
	assert_int_equal(diag_count(diag, DIAG_WARNING), 1);
	assert_true(is_all(m, false));
	test_free(m);
}

/* ---- on a real disk ---- */

static char root[] = "/tmp/weft-write-XXXXXX";

/* Ends the process instead of the changing call number `left`. */
struct killer {
	struct disk disk, real;
	int left;
};

static struct disk *count_down(struct disk *disk)
{
	struct killer *killer = container_of(disk, struct killer, disk);

	if (killer->left-- == 0)
		_exit(77);
	return &killer->real;
}

static int kill_create(struct disk *disk, const char *path, unsigned mode)
{
	struct disk *real = count_down(disk);

	return real->create(real, path, mode);
}

static int kill_own(struct disk *disk, int file, const struct disk_status *status)
{
	struct disk *real = count_down(disk);

	return real->own(real, file, status);
}

static ssize_t kill_write(struct disk *disk, int file, const void *bytes, size_t size)
{
	struct disk *real = count_down(disk);

	return real->write(real, file, bytes, size > 64 ? 64 : size);
}

static int kill_sync(struct disk *disk, int file)
{
	struct disk *real = count_down(disk);

	return real->sync(real, file);
}

static int kill_close(struct disk *disk, int file)
{
	struct disk *real = count_down(disk);

	return real->close(real, file);
}

static int kill_make_link(struct disk *disk, const char *target, const char *path)
{
	struct disk *real = count_down(disk);

	return real->make_link(real, target, path);
}

static int kill_make_folder(struct disk *disk, const char *path)
{
	struct disk *real = count_down(disk);

	return real->make_folder(real, path);
}

static int kill_rename(struct disk *disk, const char *from, const char *to)
{
	struct disk *real = count_down(disk);

	return real->rename(real, from, to);
}

static int kill_remove(struct disk *disk, const char *path)
{
	struct disk *real = count_down(disk);

	return real->remove(real, path);
}

static int kill_sync_folder(struct disk *disk, const char *path)
{
	struct disk *real = count_down(disk);

	return real->sync_folder(real, path);
}

static int kill_sync_all(struct disk *disk, const char *folder)
{
	struct disk *real = count_down(disk);

	return real->sync_all(real, folder);
}

static void make_killer(struct killer *killer, int left)
{
	killer->real = disk_of(root);
	killer->left = left;
	killer->disk = killer->real;
	killer->disk.create = kill_create;
	killer->disk.own = kill_own;
	killer->disk.write = kill_write;
	killer->disk.sync = kill_sync;
	killer->disk.close = kill_close;
	killer->disk.make_link = kill_make_link;
	killer->disk.make_folder = kill_make_folder;
	killer->disk.rename = kill_rename;
	killer->disk.remove = kill_remove;
	killer->disk.sync_folder = kill_sync_folder;
	killer->disk.sync_all = kill_sync_all;
}

static int n_found;

static int count_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)path;
	(void)status;
	(void)where;
	n_found += type == FTW_F || type == FTW_SL || type == FTW_SLN;
	return 0;
}

static const char *below(const char *path)
{
	static char full[256];

	snprintf(full, sizeof(full), "%s/%s", root, path);
	return full;
}

static void fill_root(void)
{
	(void)remove_all(root);
	assert_int_equal(file_make_folder(below("etc/config"), 0755), 0);
	for (size_t i = 0; i < N_SAMPLES; i++) {
		const char *text = samples[i].before;

		if (text)
			assert_int_equal(
				file_write(below(samples[i].path), text, strlen(text), 0600), 0);
	}
}

static bool is_all_real(bool after)
{
	int n_files = 0;

	for (size_t i = 0; i < N_SAMPLES; i++) {
		const char *text = after ? samples[i].after : samples[i].before;
		char found[1024];
		ssize_t size = -1;
		int fd;

		n_files += !!text;
		if (samples[i].link) {
			size = readlink(below(samples[i].path), found, sizeof(found));
		} else {
			fd = open(below(samples[i].path), O_RDONLY);
			size = fd < 0 ? -1 : read(fd, found, sizeof(found));
			close(fd);
		}
		if (text ? size != (ssize_t)strlen(text) || memcmp(found, text, strlen(text)) != 0
		         : size != -1)
			return false;
	}
	n_found = 0;
	assert_int_equal(nftw(root, count_one, 16, FTW_PHYS), 0);
	return n_found == n_files;
}

/* True if it ended by itself. */
static bool run_and_kill(int left)
{
	struct killer killer;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		make_killer(&killer, left);
		_exit(write_samples(&killer.disk) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	return WEXITSTATUS(status) == 0;
}

static void test_process_may_end_at_every_call(void **state)
{
	struct disk disk = disk_of(root);
	bool ended = false;
	int n_old = 0, n_new = 0;

	(void)state;
	assert_non_null(mkdtemp(root));
	for (int left = 0; !ended; left++) {
		fill_root();
		ended = run_and_kill(left);
		assert_int_equal(recover(&disk), 0);
		assert_true(is_all_real(false) || is_all_real(true));
		n_old += is_all_real(false);
		n_new += is_all_real(true);
	}
	assert_true(n_old > 0 && n_new > 0);
	print_message("killed at %d calls: %d times all old, %d times all new\n", n_old + n_new - 1,
	              n_old, n_new);
	assert_int_equal(remove_all(root), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writes_what_differs),
		cmocka_unit_test(test_follows_links_to_files),
		cmocka_unit_test(test_power_may_fail_at_every_call),
		cmocka_unit_test(test_power_may_fail_while_recovering),
		cmocka_unit_test(test_each_call_may_fail),
		cmocka_unit_test(test_disk_may_be_full),
		cmocka_unit_test(test_recovery_leaves_later_edits_alone),
		cmocka_unit_test(test_damaged_journal_is_not_used),
		cmocka_unit_test(test_process_may_end_at_every_call),
	};

	return RUN(tests);
}
