/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The program as `shared-state-multiwriter`, which asks the daemon by HTTP as a neighbour would. */
struct buf;

/* Exit statuses.  `input`: an object, each member of which becomes an entry of this node. */
int multiwriter_insert(const char *type, const struct buf *input, const char *author);
int multiwriter_get(const char *type);
/* What a CGI program would do: takes what a neighbour said, prints all there is. */
int multiwriter_answer(const char *path, const char *type, const struct buf *input);
