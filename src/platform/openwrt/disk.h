/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The files of a box on its disk. */
struct buf;

/* A files_reader; `data` is the root folder, a text without a slash at its end. */
int disk_read(void *data, const char *path, struct buf *out);
