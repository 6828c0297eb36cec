/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The way to the kernel that observe.c and the doers of steps share: open sockets, and the words
 * for what went wrong last.
 */
#include <stdint.h>

#include "base/compiler.h"
#include "platform/linux/kernel/nl.h"

struct nft_ctx;
struct step;

struct kernel {
	struct nl route, generic;
	uint16_t batadv;     /* number of its generic netlink family; 0: not asked for yet */
	struct nft_ctx *nft; /* NULL until it is needed */
	const char *folder;  /* the run folder, borrowed */
	char words[512];     /* why the last step failed */
};

int kernel_open(struct kernel *kernel, const char *folder) MUST_CHECK;
void kernel_close(struct kernel *kernel);

/* Does one step.  On failure the kernel's own words are in kernel->words. */
int kernel_step(struct kernel *kernel, const struct step *step) MUST_CHECK;

/* What does the steps of a kind, one file an object.  Each returns 0 or -errno with
 * kernel->words set. */
int link_step(struct kernel *kernel, const struct step *step);
int batadv_step(struct kernel *kernel, const struct step *step);
int address_step(struct kernel *kernel, const struct step *step);
int route_step(struct kernel *kernel, const struct step *step);
int rule_step(struct kernel *kernel, const struct step *step);
int sysctl_step(struct kernel *kernel, const struct step *step);
int hostname_step(struct kernel *kernel, const struct step *step);
int filter_step(struct kernel *kernel, const struct step *step);

/* Passes `rc` on, with words for it in kernel->words if it is a failure. */
int kernel_asked(struct kernel *kernel, struct nl *nl, int rc);
/* Sends a request to rtnetlink. */
int kernel_request(struct kernel *kernel, struct nl_message *message);
