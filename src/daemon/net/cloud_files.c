/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/cloud_files.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/log.h"
#include "net/ip.h"
#include "net/mac.h"
#include "platform/linux/service/dnsmasq.h"
#include "state/table.h"

#define FILE_MAX (512U * 1024) /* bytes; a cloud of thousands */
#define LINE_MAX 320

static const char *const paths[NET_N_FILES] = {
	[NET_FILE_RESERVATIONS] = DNSMASQ_RESERVATIONS "/cloud",
	[NET_FILE_NAMES] = DNSMASQ_HOSTS "/cloud",
	[NET_FILE_SERVERS] = "cloud.servers",
	[NET_FILE_COLLISIONS] = "cloud.collisions",
};

void cloud_files_remove(const char *folder)
{
	for (size_t i = 0; i < NET_N_FILES; i++) {
		BUF_AUTO path = { 0 };

		buf_printf(&path, "%s/%s", folder, paths[i]);
		(void)unlink(path.text);
	}
}

bool cloud_collision_read(const char *line, struct cloud_collision *collision)
{
	char copy[LINE_MAX], *rest = NULL, *parts[4];

	if (strlen(line) >= sizeof(copy))
		return false;
	memcpy(copy, line, strlen(line) + 1);
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
		parts[i] = strtok_r(i ? NULL : copy, " ", &rest);
		if (!parts[i])
			return false;
	}
	if (strtok_r(NULL, " ", &rest) || !key_is_name(parts[0]) || !key_is_name(parts[3]) ||
	    !ip_parse(parts[1], &collision->holder) || !ip_parse(parts[2], &collision->other))
		return false;
	memcpy(collision->name, parts[0], strlen(parts[0]) + 1);
	memcpy(collision->alias, parts[3], strlen(parts[3]) + 1);
	return true;
}

static bool is_reservation(char *line)
{
	char *ip = strchr(line, ','), *name = ip ? strchr(ip + 1, ',') : NULL;
	struct mac mac;
	struct ip address;

	if (!ip)
		return false;
	*ip++ = '\0';
	if (name)
		*name++ = '\0';
	return mac_parse(line, &mac) && !mac_is_zero(&mac) && !(mac.byte[0] & 1) &&
	       ip_parse(ip, &address) && address.family == IP_V4 && (!name || key_is_name(name));
}

static bool is_name(char *line)
{
	char *name = strchr(line, ' '), *bare;
	struct ip address;

	if (!name)
		return false;
	*name++ = '\0';
	bare = strchr(name, ' ');
	if (bare)
		*bare++ = '\0';
	/* A name, or a full name, behind which the bare one may stand. */
	return ip_parse(line, &address) && (!bare || (key_is_name(bare) && strchr(name, '.'))) &&
	       key_is_domain(name);
}

static bool is_server(char *line)
{
	static const char start[] = "server=/";
	char *domain = line + sizeof(start) - 1, *ip;
	struct ip address;

	if (strncmp(line, start, sizeof(start) - 1) != 0)
		return false;
	ip = strchr(domain, '/');
	if (!ip)
		return false;
	*ip++ = '\0';
	return key_is_domain(domain) && ip_parse(ip, &address);
}

/* NAME HOLDER OTHER ALIAS */
static bool is_collision(char *line)
{
	struct cloud_collision collision;

	return cloud_collision_read(line, &collision);
}

bool cloud_line_is_good(enum net_file_kind file, const char *line)
{
	char copy[LINE_MAX];

	if (strlen(line) >= sizeof(copy))
		return false;
	memcpy(copy, line, strlen(line) + 1);
	switch (file) {
	case NET_FILE_RESERVATIONS:
		return is_reservation(copy);
	case NET_FILE_NAMES:
		return is_name(copy);
	case NET_FILE_SERVERS:
		return is_server(copy);
	case NET_FILE_COLLISIONS:
		return is_collision(copy);
	case NET_N_FILES:
		break;
	}
	return false;
}

static bool has_line(const char *text, const char *line, size_t length)
{
	for (const char *at = text; (at = strstr(at, line)); at += length) {
		if ((at == text || at[-1] == '\n') && at[length] == '\n')
			return true;
	}
	return false;
}

/* Lines that are good, in `good`; whether one of those that were written is not among them. */
static bool sift(struct cloud_files *files, enum net_file_kind file, struct buf *good)
{
	BUF_AUTO before = { 0 };
	char *line, *rest = NULL;
	bool lost = false;

	for (line = strtok_r(files->parts[file].text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (cloud_line_is_good(file, line))
			buf_printf(good, "%s\n", line);
		else
			files->n_refused++;
	}
	buf_add(&before, buf_text(&files->written[file]));
	rest = NULL;
	for (line = before.text ? strtok_r(before.text, "\n", &rest) : NULL; line && !lost;
	     line = strtok_r(NULL, "\n", &rest))
		lost = !has_line(buf_text(good), line, strlen(line));
	return lost;
}

static bool finish(struct cloud_files *files, enum net_file_kind file)
{
	BUF_AUTO good = { 0 };
	BUF_AUTO path = { 0 };
	BUF_AUTO folder = { 0 };
	bool lost = sift(files, file, &good);
	int r;

	assert(file < NET_N_FILES);
	buf_done(&files->parts[file]);
	buf_printf(&path, "%s/%s", files->folder, paths[file]);
	buf_add_bytes(&folder, path.text, (size_t)(strrchr(path.text, '/') - path.text));
	r = file_make_folder(folder.text, 0755);
	if (r == 0)
		r = file_update(path.text, buf_text(&good), good.length, 0644, NULL);
	if (r < 0) {
		log_line(LOG_PRIORITY_ERROR, "cannot write %s: %s", path.text, strerror(-r));
		return false;
	}
	files->n_changes[file] += strcmp(buf_text(&good), buf_text(&files->written[file])) != 0;
	buf_done(&files->written[file]);
	files->written[file] = good;
	good = (struct buf){ 0 };
	return lost;
}

bool cloud_files_take(struct cloud_files *files, const struct net_message *message)
{
	const struct net_file *part = message->body;
	struct buf *parts = &files->parts[part->file];

	if (parts->length + message->size > FILE_MAX) {
		files->n_refused++;
		return false;
	}
	buf_add_bytes(parts, part->text, message->size - sizeof(*part));
	if (!part->last)
		return false;
	/* There is always something to go through. */
	buf_add(parts, "");
	return finish(files, (enum net_file_kind)part->file);
}

int cloud_files_read(const char *folder, enum net_file_kind file, struct buf *out)
{
	BUF_AUTO path = { 0 };

	buf_printf(&path, "%s/%s", folder, paths[file]);
	return file_read(path.text, FILE_MAX, out);
}

bool cloud_collision_of(const char *lines, const struct ip *other,
                        struct cloud_collision *collision)
{
	while (*(lines += strspn(lines, "\n"))) {
		size_t length = strcspn(lines, "\n");
		char line[LINE_MAX];

		if (length < sizeof(line)) {
			memcpy(line, lines, length);
			line[length] = '\0';
			if (cloud_collision_read(line, collision) &&
			    (!other || ip_equal(&collision->other, other)))
				return true;
		}
		lines += length;
	}
	return false;
}

void cloud_files_done(struct cloud_files *files)
{
	for (size_t i = 0; i < NET_N_FILES; i++) {
		buf_done(&files->parts[i]);
		buf_done(&files->written[i]);
	}
}
