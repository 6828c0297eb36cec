/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A folder and all in it, but nothing that is mounted there. */
#include <ftw.h>
#include <stdio.h>

static inline int remove_one(const char *path, const struct stat *status, int type,
                             struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

/* 0, or -1 with errno. */
static inline int remove_all(const char *folder)
{
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
