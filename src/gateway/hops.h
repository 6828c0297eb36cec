/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The routers on a way, each by what it answers to a packet that lives just long enough to get
 * there.  Pure: time is an argument, in microseconds.
 *
 * A round asks each of them once.  What has not answered when the next round begins is lost.
 */
#include <stdbool.h>
#include <stdint.h>

#include "net/ip.h"

enum {
	HOPS_MAX = 16
};

struct hop {
	struct ip address; /* IP_NONE: has never answered */
	uint32_t sent, answered;
	uint32_t silent;   /* questions since the last answer that nobody answered */
	uint32_t delay_us; /* smoothed */
	int64_t asked_us;  /* 0: no question is on its way */
	uint16_t id;       /* of that question */
	bool arrived;      /* it was the one whom all this is meant for */
};

struct hops {
	struct hop hop[HOPS_MAX]; /* the first is next to here */
	unsigned rounds;
};

/* How many of them are to be asked: up to the end of the way, or a few more than have answered. */
unsigned hops_wanted(const struct hops *hops);
/* A round begins. */
void hops_round(struct hops *hops);
void hops_asked(struct hops *hops, unsigned n, uint16_t id, int64_t now_us);
/* An answer; `id` as it came back, 0 if it did not. */
void hops_answered(struct hops *hops, unsigned n, uint16_t id, const struct ip *from, bool arrived,
                   int64_t now_us);
/* Of the questions that are over; -1 if that cannot be told: some routers never answer. */
int hops_loss_percent(const struct hop *hop);
