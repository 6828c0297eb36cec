/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/conf.h"

#include <ctype.h>
#include <string.h>

bool conf_word(const char *text, const struct plan_item *item, struct diag *diag)
{
	size_t good = 0;

	while (text && text[good] &&
	       (isalnum((unsigned char)text[good]) || strchr("._-:/@", text[good])))
		good++;
	if (good && !text[good])
		return true;
	diag_add(diag, DIAG_ERROR, &item->because,
	         "'%s' cannot be written into a program's configuration", text ? text : "");
	return false;
}
