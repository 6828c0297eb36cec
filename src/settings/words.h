/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What will be different, in words, and who will be without a connection meanwhile: told from the
 * difference of two nodes, so that nothing depends on which option was the cause.
 *
 * To say something about another kind of item: a row of the tables in words.c.
 */
struct json;
struct node;

/* Members "effects", "interruptions", "cuts_off" (docs/settings.md). */
void words_print(const struct node *from, const struct node *to, struct json *json);
