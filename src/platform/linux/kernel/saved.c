/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/saved.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

/* A few hundred bytes per port and setting; a file beyond this is not ours. */
#define FILE_LIMIT (1 << 20)

struct saved *saved_new(struct arena *arena)
{
	struct saved *saved = arena_new_of(arena, struct saved);

	saved->arena = arena;
	return saved;
}

struct saved_link *saved_link(const struct saved *saved, const char *name)
{
	for (struct saved_link *l = saved->links; l; l = l->next) {
		if (!strcmp(l->name, name))
			return l;
	}
	return NULL;
}

struct saved_sysctl *saved_sysctl(const struct saved *saved, const char *path)
{
	for (struct saved_sysctl *s = saved->sysctls; s; s = s->next) {
		if (!strcmp(s->path, path))
			return s;
	}
	return NULL;
}

struct saved_link *saved_link_make(struct saved *saved, const char *name)
{
	struct saved_link *link = saved_link(saved, name);

	if (link)
		return link;
	link = arena_new_of(saved->arena, struct saved_link);
	link->name = arena_strdup(saved->arena, name);
	link->next = saved->links;
	saved->links = link;
	return link;
}

struct saved_sysctl *saved_sysctl_make(struct saved *saved, const char *path)
{
	struct saved_sysctl *sysctl = saved_sysctl(saved, path);

	if (sysctl)
		return sysctl;
	sysctl = arena_new_of(saved->arena, struct saved_sysctl);
	sysctl->path = arena_strdup(saved->arena, path);
	sysctl->next = saved->sysctls;
	saved->sysctls = sysctl;
	return sysctl;
}

void saved_sysctl_follow(struct saved *saved, struct saved_sysctl *sysctl, const char *path,
                         const char *value)
{
	struct saved_sysctl *follower = arena_new_of(saved->arena, struct saved_sysctl);
	struct saved_sysctl **at = &sysctl->followers;

	follower->path = arena_strdup(saved->arena, path);
	follower->value = arena_strdup(saved->arena, value);
	while (*at)
		at = &(*at)->next;
	*at = follower;
}

static bool link_is_empty(const struct saved_link *link)
{
	return !link->has_mtu && !link->has_mac && !link->has_master && !link->has_up;
}

bool saved_is_empty(const struct saved *saved)
{
	for (const struct saved_link *l = saved->links; l; l = l->next) {
		if (!link_is_empty(l))
			return false;
	}
	return !saved->hostname && !saved->sysctls;
}

static void print_text(const char *text, struct buf *out)
{
	if (text)
		buf_add_json(out, text);
	else
		buf_add(out, "null");
}

static void print_link(const struct saved_link *link, struct buf *out)
{
	char mac[MAC_TEXT_SIZE];

	buf_add(out, "\n{\"name\":");
	buf_add_json(out, link->name);
	if (link->has_mtu)
		buf_printf(out, ",\"mtu\":%u", link->mtu);
	if (link->has_mac)
		buf_printf(out, ",\"mac\":\"%s\"", mac_format(&link->mac, mac));
	if (link->has_master) {
		buf_add(out, ",\"master\":");
		print_text(link->master, out);
	}
	if (link->has_up)
		buf_printf(out, ",\"up\":%s", link->up ? "true" : "false");
	buf_add_char(out, '}');
}

static void print_sysctl(const struct saved_sysctl *sysctl, struct buf *out)
{
	const char *comma = "";

	buf_add(out, "\n{\"path\":");
	buf_add_json(out, sysctl->path);
	buf_add(out, ",\"value\":");
	print_text(sysctl->value, out);
	if (sysctl->followers)
		buf_add(out, ",\"followers\":{");
	for (const struct saved_sysctl *f = sysctl->followers; f; f = f->next) {
		buf_add(out, comma);
		buf_add_json(out, f->path);
		buf_add_char(out, ':');
		buf_add_json(out, f->value);
		comma = ",";
	}
	buf_add(out, sysctl->followers ? "}}" : "}");
}

void saved_print(const struct saved *saved, struct buf *out)
{
	const char *comma = "";

	buf_add(out, "{\"hostname\":");
	print_text(saved->hostname, out);
	buf_add(out, ",\n\"links\":[");
	for (const struct saved_link *l = saved->links; l; l = l->next) {
		if (link_is_empty(l))
			continue;
		buf_add(out, comma);
		print_link(l, out);
		comma = ",";
	}
	buf_add(out, "],\n\"sysctls\":[");
	comma = "";
	for (const struct saved_sysctl *s = saved->sysctls; s; s = s->next) {
		buf_add(out, comma);
		print_sysctl(s, out);
		comma = ",";
	}
	buf_add(out, "]}\n");
}

/* The text of a member; false if it is there and no text.  JSON's null is NULL. */
static bool read_text(struct arena *arena, json_object *object, const char *key, const char **text)
{
	json_object *member = NULL;

	if (!json_object_object_get_ex(object, key, &member) || !member)
		return true;
	if (!json_object_is_type(member, json_type_string))
		return false;
	*text = arena_strdup(arena, json_object_get_string(member));
	return true;
}

static bool read_link(struct saved *saved, json_object *object)
{
	const char *name = NULL, *mac = NULL;
	struct saved_link *link;
	json_object *member;

	if (!read_text(saved->arena, object, "name", &name) || !name)
		return false;
	link = saved_link_make(saved, name);
	link->has_mtu = json_object_object_get_ex(object, "mtu", &member);
	if (link->has_mtu)
		link->mtu = (uint32_t)json_object_get_int64(member);
	link->has_up = json_object_object_get_ex(object, "up", &member);
	if (link->has_up)
		link->up = json_object_get_boolean(member);
	link->has_master = json_object_object_get_ex(object, "master", &member);
	if (!read_text(saved->arena, object, "master", &link->master) ||
	    !read_text(saved->arena, object, "mac", &mac))
		return false;
	link->has_mac = mac != NULL;
	return !mac || mac_parse(mac, &link->mac);
}

static bool read_followers(struct saved *saved, struct saved_sysctl *sysctl, json_object *object)
{
	json_object *followers;

	if (!json_object_object_get_ex(object, "followers", &followers))
		return true;
	if (!json_object_is_type(followers, json_type_object))
		return false;
	json_object_object_foreach(followers, path, value)
	{
		if (!json_object_is_type(value, json_type_string))
			return false;
		saved_sysctl_follow(saved, sysctl, path, json_object_get_string(value));
	}
	return true;
}

static bool read_sysctl(struct saved *saved, json_object *object)
{
	const char *path = NULL, *value = NULL;
	struct saved_sysctl *sysctl;

	if (!read_text(saved->arena, object, "path", &path) || !path ||
	    !read_text(saved->arena, object, "value", &value))
		return false;
	sysctl = saved_sysctl_make(saved, path);
	sysctl->value = value;
	return read_followers(saved, sysctl, object);
}

/* Entries are made at the front of their list: reading from the back keeps the order. */
static bool read_list(struct saved *saved, json_object *root, const char *key,
                      bool (*read)(struct saved *saved, json_object *object))
{
	json_object *list;

	if (!json_object_object_get_ex(root, key, &list) ||
	    !json_object_is_type(list, json_type_array))
		return false;
	for (size_t i = json_object_array_length(list); i-- > 0;) {
		json_object *object = json_object_array_get_idx(list, i);

		if (!json_object_is_type(object, json_type_object) || !read(saved, object))
			return false;
	}
	return true;
}

struct saved *saved_parse(struct arena *arena, const char *text)
{
	struct saved *saved = saved_new(arena);
	json_object *root = json_tokener_parse(text);
	bool good = json_object_is_type(root, json_type_object) &&
	            read_text(arena, root, "hostname", &saved->hostname) &&
	            read_list(saved, root, "links", read_link) &&
	            read_list(saved, root, "sysctls", read_sysctl);

	json_object_put(root);
	return good ? saved : NULL;
}

int saved_read(struct arena *arena, const char *path, struct saved **saved)
{
	BUF_AUTO text = { 0 };
	int rc = file_read(path, FILE_LIMIT, &text);

	if (rc == -ENOENT) {
		*saved = saved_new(arena);
		return 0;
	}
	if (rc < 0)
		return rc;
	*saved = saved_parse(arena, buf_text(&text));
	return *saved ? 0 : -EBADMSG;
}

int saved_write(const struct saved *saved, const char *path)
{
	BUF_AUTO text = { 0 };

	if (saved_is_empty(saved))
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	saved_print(saved, &text);
	return file_update(path, text.text, text.length, 0600, NULL);
}
