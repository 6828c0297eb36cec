/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Makes changes of files true on the disk. */
#include <stddef.h>

#include "base/compiler.h"
#include "platform/openwrt/files.h"

struct diag;

/* `root` has no slash at its end ("" is the machine's own).  A negative errno, with a message. */
int write_changes(const char *root, const struct file_change *changes, size_t n_changes,
                  struct diag *diag) MUST_CHECK;
