/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* One renderer on a few files, without a plan. */
#include <errno.h>

#include "../../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "config/config.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

#define BOX_FILES 8

struct box_file {
	const char *path, *text;
	unsigned mode;
	int error;
};

struct box {
	struct box_file list[BOX_FILES];
	size_t n_files;
	struct config *config;
	struct files *files;
	struct diag *diag;
	struct arena *arena;
};

static inline int box_read(void *data, const char *path, struct buf *out, unsigned *mode)
{
	const struct box *box = data;

	for (size_t i = 0; i < box->n_files; i++) {
		if (strcmp(box->list[i].path, path) != 0)
			continue;
		if (box->list[i].error)
			return box->list[i].error;
		buf_add(out, box->list[i].text);
		*mode = box->list[i].mode;
		return 0;
	}
	return -ENOENT;
}

static inline void box_put(struct box *box, const char *path, const char *text, unsigned mode)
{
	assert_true(box->n_files < BOX_FILES);
	box->list[box->n_files++] = (struct box_file){ path, text, mode, 0 };
}

static inline const char *box_secret(struct arena *arena)
{
	return arena_strdup(arena, "$5$random");
}

static inline void box_render(struct box *box, const struct renderer *renderer, const char *config)
{
	AUTO(uci_free) struct uci_document *layer = NULL;
	struct render render;

	box->diag = diag_new();
	box->arena = arena_new();
	layer = uci_parse("lime-community", config, strlen(config), box->diag);
	box->config = config_merge(&layer, 1);
	box->files = files_new(box_read, box, box->diag);
	render = (struct render){
		.config = box->config,
		.files = box->files,
		.arena = box->arena,
		.diag = box->diag,
		.today = 20000,
		.make_secret = box_secret,
	};
	renderer->render(&render, NULL);
}

/* What a file shall hold; NULL: it stays as it is. */
static inline const struct file_change *box_change(struct box *box, const char *path)
{
	size_t n;
	const struct file_change *changes = files_changes(box->files, &n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(changes[i].path, path) == 0)
			return &changes[i];
	}
	return NULL;
}

static inline void assert_after(struct box *box, const char *path, const char *text)
{
	const struct file_change *change = box_change(box, path);

	if (!text) {
		assert_null(change);
		return;
	}
	assert_non_null(change);
	assert_string_equal(change->after, text);
}

static inline void assert_said(const struct box *box, const char *text)
{
	BUF_AUTO said = { 0 };

	diag_print(box->diag, &said);
	assert_string_equal(buf_text(&said), text);
}

static inline void box_done(struct box *box)
{
	config_free(box->config);
	files_free(box->files);
	diag_free(box->diag);
	arena_free(box->arena);
}

#define BOX_AUTO __attribute__((cleanup(box_done))) struct box
