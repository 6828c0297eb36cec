/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The built page, read from its folder into memory that can be handed to a process without files.
 */
#include <stddef.h>

#include "base/compiler.h"

#define SITE_FOLDER "/usr/share/weft/www"

/*
 * A sealed memory file with a bundle (http/bundle.h) of the files below the folder; a NAME.gz is
 * the packed form of NAME, and what packs well is packed here if it is not.  Its descriptor, the
 * caller's, and its size; -ENOENT if there is no such folder or nothing in it.
 */
int site_load(const char *folder, size_t *size) MUST_CHECK;
