/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What is wrong with a node, the worst first, each in words that say what to do.  Pure: the daemon
 * says what it sees, this says what it means.
 *
 * To notice one more thing: a row of the table in diagnosis.c.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;

#define DIAGNOSIS_MAX 64 /* of each kind of thing that is seen */

struct diagnosis_program {
	const char *name, *state; /* "running", "waiting", "missing", "stopping" */
	unsigned restarts;
};

/* One family of an uplink. */
struct diagnosis_health {
	const char *health; /* "good", "fair", "poor", "sick"; NULL: not known */
	const char *why;    /* words, or NULL */
	unsigned loss_percent, delay_ms;
};

struct diagnosis_uplink {
	const char *port;
	bool carrier, up;
	struct diagnosis_health health[2]; /* IPv4, IPv6 */
};

/* A link to another node. */
struct diagnosis_link {
	const char *node, *port; /* `node` may be NULL: not known yet */
	int quality_percent;     /* -1: not measured */
	int reference_percent;   /* as it was in the last hours; -1: not known */
	bool down;               /* it was there then, and is not now */
};

/* A way to the Internet, by family. */
struct diagnosis_way {
	bool known; /* anything is said about it */
	bool is_there;
	const char *by; /* the node that it goes through; NULL: this one */
};

/* All members may be left out: what is not known is not wrong. */
struct diagnosis_facts {
	const char *name;              /* the node's */
	bool first_start;              /* nobody has given it a network */
	const char *refused, *failure; /* the first line of what was said */
	bool last_good, nothing_applied;
	unsigned pending_id, pending_s; /* settings that wait to be confirmed */
	bool clock_is_wrong;
	bool meshes; /* it could have neighbours */
	size_t n_neighbours;
	unsigned pool_used, pool_size; /* addresses for devices */
	const char *same_name; /* of another node that is called like this one, its address */
	struct diagnosis_way ways[2]; /* IPv4, IPv6 */
	struct diagnosis_program programs[DIAGNOSIS_MAX];
	size_t n_programs;
	struct diagnosis_uplink uplinks[DIAGNOSIS_MAX];
	size_t n_uplinks;
	struct diagnosis_link links[DIAGNOSIS_MAX];
	size_t n_links;
};

enum diagnosis_severity {
	DIAGNOSIS_WRONG,   /* somebody is without something */
	DIAGNOSIS_WARNING, /* it will be, or is worse than it was */
	DIAGNOSIS_HINT,    /* good to know */
};

/*
 * What is usual of a link whose qualities a minute each are these, oldest first, -1 where it was
 * not there: the median of all but the last five; -1 if there were less than ten of those.  And
 * whether it was there most of that time, but none of the last three minutes.
 */
int diagnosis_usual(const int *points, size_t n, bool *gone);

/* Members "well" and "findings" of the object that is open. */
void diagnosis_print(const struct diagnosis_facts *facts, struct json *json);
