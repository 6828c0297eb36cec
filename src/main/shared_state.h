/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The program as LibreMesh's tools: links to it called shared-state-async, shared-state and so on
 * (docs/shared-state.md says which of their words it knows).  Scripts of LibreMesh call
 * them; people have `weft state`.
 */
#include <stdbool.h>

bool shared_state_is_called_as(const char *path);
/* An exit status, as the originals give it. */
int shared_state_main(int argc, char **argv);
