/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What is to be done to get from what is to what shall be, in an order that works.
 * Pure: the kernel is not asked and not told anything here.
 *
 * A step changes one thing of one object.  It knows the object before and after, so undoing it
 * is doing it with the two exchanged.
 */
#include <stdbool.h>
#include <stddef.h>

#include "platform/linux/kernel/observed.h"

struct saved;

enum step_kind {
	STEP_LINK, /* struct kernel_link: makes it with all that it has, or removes it */
	STEP_MTU,  /* struct kernel_link, like those that follow: one member changes */
	STEP_MAC,
	STEP_MASTER,
	STEP_UP,
	STEP_PLAIN,    /* what kernel_link.plain means; cannot be undone and need not be */
	STEP_BATADV,   /* settings of batman-adv */
	STEP_ADDRESS,  /* struct kernel_address */
	STEP_ROUTE,    /* struct kernel_route; with both before and after it is exchanged at once */
	STEP_RULE,     /* struct kernel_rule */
	STEP_SYSCTL,   /* struct kernel_sysctl */
	STEP_HOSTNAME, /* const char */
	STEP_FILTER,   /* struct filter_change */
	STEP_N_KINDS,
};

/* Tables of nftables: commands for one transaction, and the chains that are there after it. */
struct filter_change {
	const char *commands;
	const struct filter_chain *chains;
	bool known; /* whether `chains` is all there is */
};

struct step {
	struct step *next;
	enum step_kind kind;
	const void *before, *after;      /* NULL: not there */
	const struct plan_item *because; /* NULL: the plan does not have it any more */
	const char *text;                /* "set mtu of eth0 to 1536 (was 1500)" */
	bool optional;                   /* the world goes on without it: failing is a warning */
};

/* In the arena of `wanted`; NULL if all is as it shall be. */
struct step *steps_of(const struct observed *observed, const struct observed *wanted);

/* The same step backwards. */
struct step step_inverse(const struct step *step);

/* Takes down what things that were not made by weft are like before a step changes them, unless
 * that is in `saved` already. */
void steps_save(const struct step *steps, struct saved *saved);
