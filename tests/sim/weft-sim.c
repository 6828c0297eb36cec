/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Runs a scenario of the shared state on simulated nodes and prints what it cost.
 *
 *	weft-sim SCENARIO [nodes N] [rows N] [seed N] [loss PER-MILLE] [minutes N]
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "sim/sim.h"
#include "state/digest.h"
#include "state/store.h"

#define SHOWN_MAX 40 /* differences, to look at */
#define SETTLE_MS (10u * 60 * 1000)

struct setting {
	struct sim_options options;
	uint32_t minutes;
};

struct scenario {
	const char *name, *doc;
	bool (*run)(struct sim *sim, const struct setting *setting);
};

static void print_since(const struct sim *sim, const struct sim_stats *before, const char *what,
                        uint64_t ms)
{
	struct sim_stats now;
	uint64_t bytes, datagrams;

	sim_stats(sim, &now);
	bytes = now.bytes - before->bytes;
	datagrams = now.n_datagrams - before->n_datagrams;
	printf("%-28s %8" PRIu64 ".%03" PRIu64 " s  %10" PRIu64 " bytes  %8" PRIu64
	       " messages  %8" PRIu64 " rows  %6" PRIu64 " comparisons  %6" PRIu64 " resent\n",
	       what, ms / 1000, ms % 1000, bytes, datagrams, now.n_rows - before->n_rows,
	       now.n_repairs - before->n_repairs, now.n_resent - before->n_resent);
}

static void print_row(unsigned node, const struct row *row)
{
	char text[AUTHOR_TEXT_SIZE];

	if (!row) {
		printf("node %u has none", node);
		return;
	}
	printf("node %u has %s %s of %s, version %" PRIu32 ".%" PRIu32 "%s", node,
	       row->table ? row->table->name : "foreign", row->key,
	       author_format(row_author(row), text), row->version.epoch, row->version.sequence,
	       row->state == ROW_REMOVED ? ", withdrawn" : "");
}

/* The rows of node `a` that `b` has not; how many. */
static unsigned print_difference(const struct sim *sim, unsigned a, unsigned b)
{
	unsigned n = 0;

	for (unsigned leaf = 0; leaf < DIGEST_LEAVES; leaf++) {
		const struct row *row = NULL;

		while ((row = digest_next(sim_store(sim, a), leaf, row))) {
			const struct row *other = digest_find(sim_store(sim, b), row->slot);

			if (other && other->digest == row->digest)
				continue;
			print_row(a, row);
			printf("; ");
			print_row(b, other);
			printf("\n");
			n++;
		}
	}
	return n;
}

static bool agree(struct sim *sim, const char *what, uint64_t most_ms)
{
	struct sim_stats before;
	uint64_t start = sim_now(sim);
	bool agreed;

	sim_stats(sim, &before);
	agreed = sim_run_until_agreed(sim, most_ms);
	print_since(sim, &before, what, sim_now(sim) - start);
	if (!agreed)
		printf("%s: NO AGREEMENT\n", what);
	for (unsigned i = 1, n = 0; !agreed && i < sim_n_nodes(sim) && n < SHOWN_MAX; i++)
		n += print_difference(sim, i, 0) + print_difference(sim, 0, i);
	return agreed;
}

/* All begin at once and know nothing. */
static bool run_start(struct sim *sim, const struct setting *setting)
{
	(void)setting;
	return agree(sim, "agreement from nothing", SETTLE_MS);
}

/* Settled, past the first minute in which restarts are sorted out. */
static bool run_to_peace(struct sim *sim)
{
	if (!agree(sim, "agreement from nothing", SETTLE_MS))
		return false;
	sim_run(sim, 120000);
	return agree(sim, "after settling", SETTLE_MS);
}

static bool run_idle(struct sim *sim, const struct setting *setting)
{
	struct sim_stats before, after;
	double seconds = setting->minutes * 60.0, rate;

	if (!run_to_peace(sim))
		return false;
	sim_stats(sim, &before);
	sim_run(sim, setting->minutes * UINT64_C(60000));
	sim_stats(sim, &after);
	print_since(sim, &before, "idle", setting->minutes * UINT64_C(60000));
	rate = (double)(after.bytes - before.bytes) * 8 / seconds / (double)after.n_links;
	printf("idle cost: %.0f bit/s a neighbour each way, %.0f both ways together\n", rate,
	       2 * rate);
	return agree(sim, "still agreed", SETTLE_MS);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool run_change(struct sim *sim, const struct setting *setting)
{
	unsigned n = setting->options.n_nodes, n_changes = 20;
	uint32_t *times = calloc((size_t)n * n_changes, sizeof(*times));
	struct sim_stats before, after;
	bool good;

	if (!times || !run_to_peace(sim)) {
		free(times);
		return false;
	}
	sim_stats(sim, &before);
	for (unsigned i = 0; i < n_changes; i++)
		sim_measure_change(sim, i ? sim_random(sim, n) : 0, times + (size_t)i * n);
	sim_stats(sim, &after);
	qsort(times, (size_t)n * n_changes, sizeof(*times), compare);
	n *= n_changes;
	printf("one changed row: %.0f bytes a link; known after %" PRIu32 " ms (half), %" PRIu32
	       " ms (99 %%), %" PRIu32 " ms (all)\n",
	       (double)(after.bytes - before.bytes) / n_changes / ((double)after.n_links / 2),
	       times[n / 2], times[n - n / 100 - 1], times[n - 1]);
	good = times[n - 1] != UINT32_MAX;
	free(times);
	return good;
}

static bool run_newcomer(struct sim *sim, const struct setting *setting)
{
	(void)setting;
	if (!run_to_peace(sim))
		return false;
	sim_crash(sim, setting->options.n_nodes / 2, true);
	return agree(sim, "newcomer knows everything", SETTLE_MS);
}

/* Everything that can go wrong, at random, for a while. */
static void trouble(struct sim *sim, unsigned n)
{
	unsigned node = sim_random(sim, n);

	switch (sim_random(sim, 9)) {
	case 0:
		sim_crash(sim, node, true);
		break;
	case 1:
		sim_crash(sim, node, false);
		break;
	case 2:
		sim_silence(sim, node, true);
		break;
	case 3:
		sim_silence(sim, node, false);
		break;
	case 4:
		sim_split(sim, sim_random(sim, 2));
		break;
	case 5:
		sim_withdraw(sim, node);
		break;
	case 6:
		sim_lie(sim, node, true);
		break;
	default:
		sim_change(sim, node);
		break;
	}
}

static bool run_faults(struct sim *sim, const struct setting *setting)
{
	unsigned n = setting->options.n_nodes;

	if (!run_to_peace(sim))
		return false;
	sim_set_loss(sim, 200, 100);
	for (unsigned i = 0; i < setting->minutes * 30; i++) {
		trouble(sim, n);
		sim_run(sim, sim_random(sim, 4000));
	}
	sim_set_loss(sim, setting->options.loss, setting->options.doubled);
	sim_split(sim, false);
	for (unsigned i = 0; i < n; i++) {
		sim_lie(sim, i, false);
		sim_silence(sim, i, false);
	}
	return agree(sim, "agreement after faults", SETTLE_MS);
}

static bool run_split(struct sim *sim, const struct setting *setting)
{
	unsigned n = setting->options.n_nodes;

	if (!run_to_peace(sim))
		return false;
	sim_split(sim, true);
	for (unsigned i = 0; i < n; i++) {
		sim_change(sim, i);
		sim_run(sim, 100);
	}
	sim_run(sim, setting->minutes * UINT64_C(60000));
	sim_split(sim, false);
	return agree(sim, "agreement after a split", SETTLE_MS);
}

static const struct scenario scenarios[] = {
	{ "start", "all begin at once and know nothing", run_start },
	{ "idle", "nothing changes; what it costs", run_idle },
	{ "change", "one row changes; who knows it when", run_change },
	{ "newcomer", "one node forgets everything", run_newcomer },
	{ "split", "two halves, all rows changed, healed", run_split },
	{ "faults", "loss, crashes, splits, lies, changes; then peace", run_faults },
};

static void print_usage(void)
{
	puts("usage: weft-sim SCENARIO [nodes N] [rows N] [seed N] [loss PER-MILLE] "
	     "[doubled PER-MILLE] [delay MS] [jitter MS] [clocks 0|1] [secret N] [minutes N]\n");
	for (size_t i = 0; i < ARRAY_LENGTH(scenarios); i++)
		printf("  %-10s %s\n", scenarios[i].name, scenarios[i].doc);
}

static bool set(struct setting *setting, const char *name, uint32_t number)
{
	struct sim_options *options = &setting->options;

	if (strcmp(name, "nodes") == 0 && number)
		options->n_nodes = number;
	else if (strcmp(name, "rows") == 0)
		options->n_rows = number;
	else if (strcmp(name, "seed") == 0)
		options->seed = number;
	else if (strcmp(name, "loss") == 0)
		options->loss = number;
	else if (strcmp(name, "doubled") == 0)
		options->doubled = number;
	else if (strcmp(name, "delay") == 0)
		options->delay_ms = number;
	else if (strcmp(name, "jitter") == 0)
		options->jitter_ms = number;
	else if (strcmp(name, "clocks") == 0)
		options->bad_clocks = number;
	else if (strcmp(name, "secret") == 0)
		options->secret = number;
	else if (strcmp(name, "minutes") == 0)
		setting->minutes = number;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct setting setting = { .minutes = 60,
		                   .options = { .seed = 1,
		                                .n_nodes = 10,
		                                .n_rows = 2,
		                                .loss = 10,
		                                .delay_ms = 2,
		                                .jitter_ms = 6,
		                                .bad_clocks = true } };
	const struct scenario *scenario = NULL;

	for (size_t i = 0; argc > 1 && i < ARRAY_LENGTH(scenarios); i++) {
		if (strcmp(argv[1], scenarios[i].name) == 0)
			scenario = &scenarios[i];
	}
	for (int i = 2; scenario && i < argc; i += 2) {
		uint32_t number;

		if (i + 1 == argc || !number_parse(argv[i + 1], 0, UINT32_MAX, &number) ||
		    !set(&setting, argv[i], number))
			scenario = NULL;
	}
	if (!scenario) {
		print_usage();
		return 2;
	}
	printf("%s: %u nodes, %u rows each, seed %" PRIu64 ", loss %u in a thousand\n",
	       scenario->name, setting.options.n_nodes, setting.options.n_rows,
	       setting.options.seed, setting.options.loss);
	AUTO(sim_free) struct sim *sim = sim_new(&setting.options);
	return scenario->run(sim, &setting) ? 0 : 1;
}
