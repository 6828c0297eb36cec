/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the files of single services share (babeld.c, dnsmasq.c, dhcpcd.c).  Pure.
 *
 * The languages of these programs have no quoting to speak of: a text with a newline, a comma or a
 * '#' in it could say anything.  So no text of a plan is quoted: each is checked
 * by what it has to be, and refused in words if it is something else.
 */
#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"
#include "platform/linux/service/child.h"
#include "platform/linux/service/services.h"

struct arena;
struct buf;
struct diag;

#define SERVICES_MAX 16

struct service_work {
	const struct plan *plan;
	const struct services_context *context;
	struct arena *arena;
	struct diag *diag;
	struct child_spec *specs; /* room for SERVICES_MAX */
	size_t n_specs;
};

/* Each adds the specs that the plan asks for.  What cannot be written is an error in work->diag. */
void babeld_add(struct service_work *work);
void dnsmasq_add(struct service_work *work);
void dhcpcd_add(struct service_work *work);

/* A new spec at the end, or NULL and an error if there are too many. */
struct child_spec *service_spec(struct service_work *work, const char *name, const char *package);

/* A file whose content is taken out of `content`. */
struct child_file *service_file(struct service_work *work, struct child_spec *spec,
                                const char *name, enum child_change change, struct buf *content);

/* The words of a command line, copied: up to the first NULL. */
const char *const *service_argv(struct service_work *work, ...) __attribute__((sentinel));

/* A path in the run folder. */
const char *service_path(const struct service_work *work, const char *name);

/*
 * These give the text back if it is what it has to be; else "" and an error that names the item.
 * An interface's name is letters, digits, '.', '-', '_', as weft makes them and sane people do; a
 * domain is the same in at most 253, a host name is a domain or a part of one.
 */
const char *service_ifname(struct service_work *work, const struct plan_item *item,
                           const char *text);
const char *service_domain(struct service_work *work, const struct plan_item *item,
                           const char *text);
/* One of `words`, which ends with NULL. */
const char *service_word(struct service_work *work, const struct plan_item *item, const char *text,
                         const char *const *words);
