/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/babel_monitor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 32

/* A line in words. */
struct line {
	char text[BABEL_LINE_MAX + 1];
	const char *words[WORDS_MAX];
	size_t n_words;
};

/* --- lists --- */

/* The four lists of a state are alike but for what is in them. */
struct list {
	void **items;
	size_t *count, size, max;
};

static void *item_at(const struct list *list, size_t i)
{
	return (char *)*list->items + i * list->size;
}

/* Room for one more; NULL where the list has all it may have. */
static void *list_add(const struct list *list)
{
	size_t n = *list->count;

	if (n == list->max)
		return NULL;
	/* Doubled at each power of two, so nobody has to keep how much room there is. */
	if ((n & (n - 1)) == 0) {
		void *items = realloc(*list->items, (n ? 2 * n : 1) * list->size);

		if (!items)
			abort();
		*list->items = items;
	}
	(*list->count)++;
	return memset(item_at(list, n), 0, list->size);
}

static void list_remove(const struct list *list, size_t i)
{
	size_t after = --*list->count - i;

	memmove(item_at(list, i), item_at(list, i + 1), after * list->size);
}

/* --- words --- */

static bool split(const char *text, size_t length, struct line *line)
{
	char *at = line->text;

	if (length > BABEL_LINE_MAX || memchr(text, '\0', length))
		return false;
	memcpy(line->text, text, length);
	line->text[length] = '\0';
	for (line->n_words = 0;; line->n_words++) {
		at += strspn(at, " \t\r");
		if (!*at)
			return true;
		if (line->n_words == WORDS_MAX)
			return false;
		line->words[line->n_words] = at;
		at += strcspn(at, " \t\r");
		if (*at)
			*at++ = '\0';
	}
}

/* The word after `name`, looked for from the `first` on; "" if there is none. */
static const char *value_of(const struct line *line, size_t first, const char *name)
{
	for (size_t i = first; i + 1 < line->n_words; i += 2) {
		if (strcmp(line->words[i], name) == 0)
			return line->words[i + 1];
	}
	return "";
}

static bool parse_number(const char *text, int base, uint64_t max, uint64_t *number)
{
	static const char digits[] = "0123456789abcdef";
	char *end;

	if (!*text || strlen(text) > 16 ||
	    strspn(text, base == 16 ? digits : "0123456789") != strlen(text))
		return false;
	errno = 0;
	*number = strtoull(text, &end, base);
	return errno == 0 && *end == '\0' && *number <= max;
}

static bool number_of(const struct line *line, const char *name, uint32_t *number)
{
	uint64_t value;

	if (!parse_number(value_of(line, 3, name), 10, UINT32_MAX, &value))
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool ifname_of(const char *text, char ifname[IFNAME_SIZE])
{
	size_t length = strlen(text);

	if (length == 0 || length >= IFNAME_SIZE)
		return false;
	memcpy(ifname, text, length + 1);
	return true;
}

static bool router_of(const char *text, char router[BABEL_ID_SIZE])
{
	if (strlen(text) != BABEL_ID_SIZE - 1 ||
	    strspn(text, "0123456789abcdef:") != BABEL_ID_SIZE - 1)
		return false;
	memcpy(router, text, BABEL_ID_SIZE);
	return true;
}

/* --- one kind of line each: a value out of the words, and whether two mean the same thing --- */

static bool read_interface(const struct line *line, void *value)
{
	struct babel_interface *interface = value;

	interface->up = strcmp(value_of(line, 3, "up"), "true") == 0;
	(void)ip_parse(value_of(line, 3, "ipv4"), &interface->ipv4);
	(void)ip_parse(value_of(line, 3, "ipv6"), &interface->ipv6);
	return ifname_of(line->words[2], interface->name);
}

static bool same_interface(const void *a, const void *b)
{
	const struct babel_interface *left = a, *right = b;

	return strcmp(left->name, right->name) == 0;
}

static bool read_neighbour(const struct line *line, void *value)
{
	struct babel_neighbour *neighbour = value;
	uint64_t reach;

	if (!parse_number(line->words[2], 16, UINT64_MAX, &neighbour->id) ||
	    !parse_number(value_of(line, 3, "reach"), 16, UINT16_MAX, &reach))
		return false;
	neighbour->reach = (uint16_t)reach;
	return ip_parse(value_of(line, 3, "address"), &neighbour->address) &&
	       ifname_of(value_of(line, 3, "if"), neighbour->ifname) &&
	       number_of(line, "rxcost", &neighbour->rxcost) &&
	       number_of(line, "txcost", &neighbour->txcost) &&
	       number_of(line, "cost", &neighbour->cost);
}

static bool same_neighbour(const void *a, const void *b)
{
	const struct babel_neighbour *left = a, *right = b;

	return left->id == right->id;
}

static bool read_xroute(const struct line *line, void *value)
{
	struct babel_xroute *xroute = value;

	return prefix_parse(value_of(line, 3, "prefix"), &xroute->prefix) &&
	       prefix_parse(value_of(line, 3, "from"), &xroute->from) &&
	       number_of(line, "metric", &xroute->metric);
}

static bool same_xroute(const void *a, const void *b)
{
	const struct babel_xroute *left = a, *right = b;

	return prefix_equal(&left->prefix, &right->prefix) &&
	       prefix_equal(&left->from, &right->from);
}

static bool read_route(const struct line *line, void *value)
{
	struct babel_route *route = value;

	route->installed = strcmp(value_of(line, 3, "installed"), "yes") == 0;
	return parse_number(line->words[2], 16, UINT64_MAX, &route->id) &&
	       prefix_parse(value_of(line, 3, "prefix"), &route->prefix) &&
	       prefix_parse(value_of(line, 3, "from"), &route->from) &&
	       router_of(value_of(line, 3, "id"), route->router) &&
	       number_of(line, "metric", &route->metric) &&
	       number_of(line, "refmetric", &route->refmetric) &&
	       ip_parse(value_of(line, 3, "via"), &route->via) &&
	       ifname_of(value_of(line, 3, "if"), route->ifname);
}

static bool same_route(const void *a, const void *b)
{
	const struct babel_route *left = a, *right = b;

	return left->id == right->id;
}

union value {
	struct babel_interface interface;
	struct babel_neighbour neighbour;
	struct babel_xroute xroute;
	struct babel_route route;
};

static const struct kind {
	const char *name;
	bool (*read)(const struct line *line, void *value);
	bool (*same)(const void *a, const void *b);
	size_t items, count; /* where they are in the state */
	size_t size, max;
} kinds[] = {
	{ "interface", read_interface, same_interface, offsetof(struct babel_state, interfaces),
	  offsetof(struct babel_state, n_interfaces), sizeof(struct babel_interface),
	  BABEL_INTERFACES_MAX },
	{ "neighbour", read_neighbour, same_neighbour, offsetof(struct babel_state, neighbours),
	  offsetof(struct babel_state, n_neighbours), sizeof(struct babel_neighbour),
	  BABEL_NEIGHBOURS_MAX },
	{ "xroute", read_xroute, same_xroute, offsetof(struct babel_state, xroutes),
	  offsetof(struct babel_state, n_xroutes), sizeof(struct babel_xroute), BABEL_XROUTES_MAX },
	{ "route", read_route, same_route, offsetof(struct babel_state, routes),
	  offsetof(struct babel_state, n_routes), sizeof(struct babel_route), BABEL_ROUTES_MAX },
};

static struct list list_of(struct babel_state *state, const struct kind *kind)
{
	return (struct list){
		.items = (void **)(void *)((char *)state + kind->items),
		.count = (size_t *)(void *)((char *)state + kind->count),
		.size = kind->size,
		.max = kind->max,
	};
}

static bool take_value(struct babel_state *state, const struct kind *kind, const char *verb,
                       const union value *value)
{
	struct list list = list_of(state, kind);
	bool flush = strcmp(verb, "flush") == 0;
	size_t i = 0;
	void *to;

	if (!flush && strcmp(verb, "add") != 0 && strcmp(verb, "change") != 0)
		return false;
	while (i < *list.count && !kind->same(item_at(&list, i), value))
		i++;
	if (flush) {
		if (i < *list.count)
			list_remove(&list, i);
		return true;
	}
	to = i < *list.count ? item_at(&list, i) : list_add(&list);
	if (to)
		memcpy(to, value, kind->size);
	return to != NULL;
}

static bool take_line(struct babel_state *state, const struct line *line)
{
	union value value;

	/* What it says of itself when it is connected to. */
	if (line->n_words == 2 && strcmp(line->words[0], "my-id") == 0)
		return router_of(line->words[1], state->router);
	if (line->n_words < 3)
		return true;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(line->words[1], kinds[i].name) != 0)
			continue;
		memset(&value, 0, sizeof(value));
		return kinds[i].read(line, &value) &&
		       take_value(state, &kinds[i], line->words[0], &value);
	}
	return true; /* a newer babeld may tell more */
}

enum babel_answer babel_state_line(struct babel_state *state, const char *text, size_t length)
{
	struct line line;

	if (!split(text, length, &line)) {
		state->n_refused++;
		return BABEL_ANSWER_MORE;
	}
	if (line.n_words >= 1 && strcmp(line.words[0], "ok") == 0)
		return BABEL_ANSWER_OK;
	if (line.n_words >= 1 && strcmp(line.words[0], "no") == 0)
		return BABEL_ANSWER_NO;
	if (line.n_words >= 1 && strcmp(line.words[0], "bad") == 0)
		return BABEL_ANSWER_BAD;
	if (!take_line(state, &line))
		state->n_refused++;
	return BABEL_ANSWER_MORE;
}

bool babel_line_is_flushed(const char *text, size_t length, struct prefix *prefix)
{
	struct babel_xroute xroute = { 0 };
	struct line line;

	if (!split(text, length, &line) || line.n_words < 3 ||
	    strcmp(line.words[0], "flush") != 0 || strcmp(line.words[1], "xroute") != 0 ||
	    !read_xroute(&line, &xroute) || xroute.from.length)
		return false;
	*prefix = xroute.prefix;
	return true;
}

void babel_state_done(struct babel_state *state)
{
	free(state->interfaces);
	free(state->neighbours);
	free(state->xroutes);
	free(state->routes);
	memset(state, 0, sizeof(*state));
}
