/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A network of stores in one process, on one virtual clock: the daemon's own store and
 * conversation, on links that lose, delay, double and reorder.  A run is made by its seed alone.
 *
 * Nodes stand on a grid and hear the four beside them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct sim;
struct store;

struct sim_options {
	uint64_t seed;
	unsigned n_nodes;
	unsigned n_rows; /* that each says, beside its sign of life */
	/* Links: in a thousand datagrams; milliseconds. */
	unsigned loss, doubled;
	uint32_t delay_ms, jitter_ms;
	bool bad_clocks; /* each node's own epoch, up to years away, and a part in a thousand fast
	                  */
	uint64_t secret; /* of the community; 0: none */
};

struct sim *sim_new(const struct sim_options *options);
void sim_free(struct sim *sim);
AUTO_DEFINE(sim_free, struct sim);

/* Virtual milliseconds since the start. */
uint64_t sim_now(const struct sim *sim);
void sim_run(struct sim *sim, uint64_t for_ms);

/*
 * Runs until all stores that tell the truth are equal, but for signs of life that are not a minute
 * old; false if they are not after `most_ms`.
 */
bool sim_run_until_agreed(struct sim *sim, uint64_t most_ms);
bool sim_has_agreed(const struct sim *sim);

/* Faults. */
void sim_set_loss(struct sim *sim, unsigned loss, unsigned doubled);
/* Cuts the grid in two, or `cut` false: heals it. */
void sim_split(struct sim *sim, bool cut);
/* The link between two neighbours, both ways. */
void sim_cut(struct sim *sim, unsigned node, unsigned other, bool cut);
/* Forgets all but its key, and, if `counts`, how often it has booted. */
void sim_crash(struct sim *sim, unsigned number, bool counts);
/* Says nothing, hears nothing. */
void sim_silence(struct sim *sim, unsigned node, bool silent);
/* Sends what others said long ago, and spoils what it sends. */
void sim_lie(struct sim *sim, unsigned node, bool lies);

/* One node changes one of its rows; and who knows it. */
void sim_change(struct sim *sim, unsigned node);
/* Withdraws one that it says, if any. */
void sim_withdraw(struct sim *sim, unsigned number);

/* Changes a row of node `number`, runs until all know, at most 10 s, and gives for each node how
 * many milliseconds it took; UINT32_MAX for one that does not know.  `times` has room for all
 * nodes. */
void sim_measure_change(struct sim *sim, unsigned number, uint32_t *times);

unsigned sim_n_nodes(const struct sim *sim);
struct store *sim_store(const struct sim *sim, unsigned node);
uint32_t sim_random(struct sim *sim, uint32_t below);

struct sim_stats {
	uint64_t n_datagrams; /* sent, each to one neighbour */
	uint64_t bytes;       /* of them, with 48 of IPv6 and UDP each */
	uint64_t n_lost;
	uint64_t n_links; /* one way */
	uint64_t n_repairs, n_resent, n_bad, n_rows;
};
void sim_stats(const struct sim *sim, struct sim_stats *stats);
