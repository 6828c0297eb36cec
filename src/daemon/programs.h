/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The programs that a plan needs, kept running, and what its uplinks have learned.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "net/ip.h"

struct buf;
struct children;
struct diag;
struct event_base;
struct json;
struct plan;
struct delegated;
struct plan_uplink;
struct programs;
struct string_list;

/* `changed` is told when an uplink works better or worse: the plan is to be made true again.
 * `folder` is RUN/weft.  A guest (owner.h) starts no program and gives no address: its uplinks are
 * those that others have made.  NULL and errno if it cannot be used. */
struct programs *programs_new(struct event_base *base, const char *folder, bool guest,
                              void (*changed)(void *data), void *data);
/* What runs runs on. */
void programs_free(struct programs *programs);

/* A better way than a poor one is known by way of another node, in IPv4 and IPv6.  True if that
 * matters and is new: the plan is to be made true again. */
bool programs_know_elsewhere(struct programs *programs, const bool elsewhere[2]);

/* Other nodes of the cloud have networks for its clients.  True if that is new: as above. */
bool programs_know_delegated(struct programs *programs, const struct delegated *heard);

/* A guest looks who has a way out now.  True if that is new: as above. */
bool programs_look(struct programs *programs);

/*
 * Adds the default routes of this plan's uplinks.  A poor one is not used while there is a better
 * way by another node, nor announced: that node's way must not be by this one.
 */
void programs_add_routes(struct programs *programs, struct plan *plan);

/* Whether the programs can be told what the plan has for them: -EINVAL with `diag`, and nothing is
 * changed. */
int programs_check(const struct programs *programs, const struct plan *plan,
                   struct diag *diag) MUST_CHECK;
/*
 * Makes the plan's programs run and no others.  What is wrong is in `diag`; the rest runs: -ENOENT
 * if all that is wrong is that programs are not installed, else another negative errno.
 */
int programs_update(struct programs *programs, const struct plan *plan, struct diag *diag,
                    struct buf *report, size_t *n_changes) MUST_CHECK;
/*
 * Ends all of them, and removes what they would have removed had they ended well.  Each is a line
 * in `report`.  What stays is in `diag`, and a negative errno comes back.
 */
int programs_stop(struct programs *programs, struct diag *diag, struct buf *report);

/* To the one of this name, if it runs. */
void programs_signal(const struct programs *programs, const char *name, int number);

/* What a DHCP client says.  `changed`: the plan is to be made true again. */
int programs_uplink_event(struct programs *programs, const struct string_list *variables,
                          struct diag *diag, bool *changed);

/* How an uplink is, in words that follow its name, and whether it works. */
const char *programs_uplink_words(struct programs *programs, const struct plan_uplink *wanted,
                                  enum ip_family family, bool *works);

struct uplink_health;
/* How the uplinks are. */
const struct uplink_health *programs_health(const struct programs *programs);

/* Sentences about what does not run, as elements of an array. */
void programs_print_problems(const struct programs *programs, struct json *json);

/* Two members of the status: "programs" and "uplinks". */
void programs_print_json(const struct programs *programs, struct json *json);
