/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The program as LibreMesh's `shared-state-publish-all` and `shared-state-async-publish-all`: runs
 * a folder's publishers now.  An exit status. */
int publish_all(const char *folder);
