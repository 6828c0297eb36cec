/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/observed.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"

struct observed *observed_new(struct arena *arena)
{
	struct observed *observed = arena_new_of(arena, struct observed);

	observed->arena = arena;
	observed->links_end = &observed->links;
	observed->addresses_end = &observed->addresses;
	observed->routes_end = &observed->routes;
	observed->rules_end = &observed->rules;
	observed->sysctls_end = &observed->sysctls;
	return observed;
}

struct kernel_link *observed_link(const struct observed *observed, const char *name)
{
	for (struct kernel_link *l = observed->links; name && l; l = l->next) {
		if (!strcmp(l->is.name, name))
			return l;
	}
	return NULL;
}

const struct kernel_link *observed_link_at(const struct observed *observed, int index)
{
	for (struct kernel_link *l = observed->links; l; l = l->next) {
		if (l->index == index)
			return l;
	}
	return NULL;
}

struct kernel_sysctl *observed_sysctl(const struct observed *observed, const char *path)
{
	for (struct kernel_sysctl *s = observed->sysctls; s; s = s->next) {
		if (!strcmp(s->path, path))
			return s;
	}
	return NULL;
}

#define APPEND(observed_, list_, entry_)                                                  \
	do {                                                                              \
		*(observed_)->list_ = arena_alloc((observed_)->arena, sizeof(*(entry_))); \
		**(observed_)->list_ = *(entry_);                                         \
		(*(observed_)->list_)->next = NULL;                                       \
		(observed_)->list_ = &(*(observed_)->list_)->next;                        \
	} while (0)

void observed_add_link(struct observed *observed, const struct kernel_link *link)
{
	APPEND(observed, links_end, link);
}

void observed_add_address(struct observed *observed, const struct kernel_address *address)
{
	APPEND(observed, addresses_end, address);
}

void observed_add_route(struct observed *observed, const struct kernel_route *route)
{
	APPEND(observed, routes_end, route);
}

void observed_add_rule(struct observed *observed, const struct kernel_rule *rule)
{
	APPEND(observed, rules_end, rule);
}

/* The kernel writes tabs between numbers and a newline at the end; people write spaces. */
static char *tidy(struct arena *arena, const char *text)
{
	char *tidied = arena_strdup(arena, text), *to = tidied;

	for (const char *from = tidied; *from; from++) {
		if (!isspace((unsigned char)*from))
			*to++ = *from;
		else if (to > tidied && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > tidied && to[-1] == ' ')
		to--;
	*to = '\0';
	return tidied;
}

void observed_add_sysctl(struct observed *observed, const struct kernel_sysctl *sysctl)
{
	struct kernel_sysctl tidied = *sysctl;

	tidied.value = sysctl->value ? tidy(observed->arena, sysctl->value) : NULL;
	APPEND(observed, sysctls_end, &tidied);
}

void observed_add_follower(struct observed *observed, struct kernel_sysctl *sysctl,
                           const char *path, const char *value)
{
	struct kernel_sysctl *follower = arena_new_of(observed->arena, struct kernel_sysctl);

	follower->path = arena_strdup(observed->arena, path);
	follower->value = tidy(observed->arena, value);
	follower->next = sysctl->followers;
	sysctl->followers = follower;
}

const struct kernel_sysctl *sysctl_follower(const struct kernel_sysctl *sysctl, const char *path)
{
	const struct kernel_sysctl *follower = sysctl->followers;

	while (follower && strcmp(follower->path, path) != 0)
		follower = follower->next;
	return follower;
}

const struct filter_chain *filter_chain_find(const struct filter_chain *chains, const char *family,
                                             const char *name)
{
	while (chains && (strcmp(chains->family, family) != 0 || strcmp(chains->name, name) != 0))
		chains = chains->next;
	return chains;
}

bool sysctl_names_link(const char *path, char ifname[IFNAME_SIZE])
{
	static const char *const folders[] = { "net/ipv4/conf/", "net/ipv6/conf/",
		                               "net/ipv4/neigh/", "net/ipv6/neigh/" };
	size_t length;

	for (size_t i = 0; i < ARRAY_LENGTH(folders); i++) {
		if (strncmp(path, folders[i], strlen(folders[i])) != 0)
			continue;
		path += strlen(folders[i]);
		length = strcspn(path, "/");
		if (length >= IFNAME_SIZE)
			return false;
		memcpy(ifname, path, length);
		ifname[length] = '\0';
		return true;
	}
	return false;
}
