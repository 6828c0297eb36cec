/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the machine was before weft changed it: of what was there already, each thing that weft
 * sets.  It is on disk before the thing is changed, so that it can be put back by a weft that
 * knows nothing else, after whatever end the one before had.  What weft made itself is not in
 * it: that carries weft's mark and goes away.
 *
 * The file belongs into a folder that does not outlive a boot, as what it tells does not either.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "net/mac.h"

struct arena;
struct buf;

/* Each member counts only if its `has_` is true. */
struct saved_link {
	struct saved_link *next;
	const char *name;
	bool has_mtu, has_mac, has_master, has_up;
	uint32_t mtu;
	struct mac mac;
	const char *master; /* NULL: none */
	bool up;
};

struct saved_sysctl {
	struct saved_sysctl *next;
	const char *path;
	const char *value; /* NULL: there was no such file, nothing is to be put back */
	/* Those that the kernel changes together with it, each with its value and no followers. */
	struct saved_sysctl *followers;
};

struct saved {
	struct arena *arena;
	const char *hostname; /* NULL: not changed */
	struct saved_link *links;
	struct saved_sysctl *sysctls; /* the last changed first */
};

struct saved *saved_new(struct arena *arena);

/* NULL if nothing of it is saved. */
struct saved_link *saved_link(const struct saved *saved, const char *name);
struct saved_sysctl *saved_sysctl(const struct saved *saved, const char *path);

/* Finds or makes the entry. */
struct saved_link *saved_link_make(struct saved *saved, const char *name);
struct saved_sysctl *saved_sysctl_make(struct saved *saved, const char *path);
/* Both texts are copied. */
void saved_sysctl_follow(struct saved *saved, struct saved_sysctl *sysctl, const char *path,
                         const char *value);

bool saved_is_empty(const struct saved *saved);

/* JSON; the same content gives the same text. */
void saved_print(const struct saved *saved, struct buf *out);
/* NULL if it is not what saved_print() writes. */
struct saved *saved_parse(struct arena *arena, const char *text);

/* An empty one if there is no file.  -EBADMSG if the file is not one of ours. */
int saved_read(struct arena *arena, const char *path, struct saved **saved) MUST_CHECK;
/* Whole or not at all; an empty one removes the file. */
int saved_write(const struct saved *saved, const char *path) MUST_CHECK;
