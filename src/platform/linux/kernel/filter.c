/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/filter.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "plan/numbers.h"
#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/steps.h"

/* Far more than the rules of any node. */
#define FILE_LIMIT (1 << 20)
/* As often the tables are asked for while they change. */
#define TRIES_MAX 3

/* What changes by itself is left out: counters, elements of sets. */
#define LISTING_FLAGS (NFT_CTX_OUTPUT_HANDLE | NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_TERSE)

static const char *const families[] = { "bridge", "inet" };

/* --- talking to nftables --- */

static struct nft_ctx *context_of(struct kernel *kernel)
{
	if (kernel->nft)
		return kernel->nft;
	kernel->nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (kernel->nft) {
		nft_ctx_buffer_output(kernel->nft);
		nft_ctx_buffer_error(kernel->nft);
	}
	return kernel->nft;
}

void filter_close(struct kernel *kernel)
{
	if (kernel->nft)
		nft_ctx_free(kernel->nft);
	kernel->nft = NULL;
}

/* The output is valid until the next command; NULL if it failed. */
static const char *run(struct kernel *kernel, const char *commands, unsigned flags)
{
	struct nft_ctx *context = context_of(kernel);

	if (!context)
		return NULL;
	nft_ctx_output_set_flags(context, flags);
	if (nft_run_cmd_from_buffer(context, commands) != 0)
		return NULL;
	return nft_ctx_get_output_buffer(context);
}

/*
 * A transaction.  From a buffer, nftables (1.0.6) does not say which line it refuses; from a file
 * it does.
 */
static int run_all(struct kernel *kernel, const char *commands)
{
	struct nft_ctx *context = context_of(kernel);
	int fd = memfd_create("weft-filter", MFD_CLOEXEC);
	char path[32];
	int rc = -1;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (context && fd >= 0 &&
	    write(fd, commands, strlen(commands)) == (ssize_t)strlen(commands)) {
		nft_ctx_output_set_flags(context, 0);
		rc = nft_run_cmd_from_filename(context, path);
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

/* The line of `commands` with this number, from 1. */
static void quote_line(const char *commands, unsigned number, char *line, size_t size)
{
	for (unsigned i = 1; i < number && *commands; i++) {
		commands += strcspn(commands, "\n");
		commands += *commands == '\n';
	}
	snprintf(line, size, "%.*s", (int)strcspn(commands, "\n"), commands);
}

/* The number in "FILE:LINE:FROM-TO: Error: WHAT"; 0 if there is none. */
static unsigned line_number(const char *said)
{
	const char *colon = strchr(said, ':');

	return colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
}

static int explain(struct kernel *kernel, const char *commands)
{
	const char *said = kernel->nft ? nft_ctx_get_error_buffer(kernel->nft) : "";
	const char *what = strstr(said, "Error: ");
	unsigned number = what ? line_number(said) : 0;
	char line[256] = "";

	if (number)
		quote_line(commands, number, line, sizeof(line));
	what = what ? what + strlen("Error: ") : "nftables does not work here";
	snprintf(kernel->words, sizeof(kernel->words), "%.*s%s%s", (int)strcspn(what, "\n"), what,
	         *line ? ", in: " : "", line);
	return -EINVAL;
}

static bool has_table(const char *tables, const char *family)
{
	char line[64];

	snprintf(line, sizeof(line), "table %s %s\n", family, NFT_TABLE);
	return strstr(tables, line);
}

/* The text of those of our tables that are there; -EINVAL if nftables does not tell. */
static int list_tables(struct kernel *kernel, unsigned flags, struct buf *out)
{
	bool there[ARRAY_LENGTH(families)];
	const char *text = run(kernel, "list tables\n", 0);
	char command[64];

	if (!text)
		return explain(kernel, "");
	for (size_t i = 0; i < ARRAY_LENGTH(families); i++)
		there[i] = has_table(text, families[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(families); i++) {
		if (!there[i])
			continue;
		snprintf(command, sizeof(command), "list table %s %s\n", families[i], NFT_TABLE);
		text = run(kernel, command, flags);
		if (!text)
			return explain(kernel, command);
		buf_add(out, text);
	}
	return 0;
}

static int take_nothing(const struct nlmsghdr *reply, void *data)
{
	(void)reply;
	(void)data;
	return 0;
}

/* Whether this kernel has nftables at all: asked by the number of its generation, which every one
 * that has knows. */
static bool is_missing(void)
{
	struct nl_message message;
	struct nl nl;
	int rc = nl_open(&nl, NETLINK_NETFILTER);

	if (rc == 0) {
		nl_message_init(&message, (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETGEN, 0);
		nl_body_of(&message, struct nfgenmsg)->nfgen_family = AF_UNSPEC;
		rc = nl_get(&nl, &message, take_nothing, NULL);
	}
	nl_close(&nl);
	return rc == -EPROTONOSUPPORT || rc == -EINVAL || rc == -EOPNOTSUPP;
}

/* --- what was written down --- */

static void file_of(const struct kernel *kernel, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/filter.json", kernel->folder);
}

static int write_down(struct kernel *kernel, const struct filter_chain *chains)
{
	BUF_AUTO listing = { 0 }, text = { 0 };
	char path[PATH_MAX];
	int rc;

	rc = list_tables(kernel, LISTING_FLAGS, &listing);
	if (rc < 0)
		return rc;
	buf_add(&text, "{\"listing\":");
	buf_add_json(&text, buf_text(&listing));
	buf_add(&text, ",\n\"chains\":[");
	for (const struct filter_chain *c = chains; c; c = c->next) {
		buf_add(&text, "\n{\"family\":");
		buf_add_json(&text, c->family);
		buf_add(&text, ",\"name\":");
		buf_add_json(&text, c->name);
		buf_add(&text, ",\"head\":");
		buf_add_json(&text, c->head);
		buf_add(&text, ",\"rules\":");
		buf_add_json(&text, c->rules);
		buf_add(&text, c->next ? "}," : "}");
	}
	buf_add(&text, "]}\n");
	file_of(kernel, path);
	return file_write(path, text.text, text.length, 0600);
}

static const char *text_of(struct arena *arena, json_object *object, const char *key)
{
	json_object *member = NULL;

	if (!json_object_object_get_ex(object, key, &member) ||
	    !json_object_is_type(member, json_type_string))
		return NULL;
	return arena_strdup(arena, json_object_get_string(member));
}

/* False if one is not whole. */
static bool read_chains(struct arena *arena, json_object *list, struct filter_chain **chains)
{
	size_t count = json_object_array_length(list);

	for (size_t i = 0; i < count; i++) {
		json_object *object = json_object_array_get_idx(list, i);
		struct filter_chain *chain = arena_new_of(arena, struct filter_chain);

		chain->family = text_of(arena, object, "family");
		chain->name = text_of(arena, object, "name");
		chain->head = text_of(arena, object, "head");
		chain->rules = text_of(arena, object, "rules");
		if (!chain->family || !chain->name || !chain->head || !chain->rules)
			return false;
		*chains = chain;
		chains = &chain->next;
	}
	return true;
}

static bool parse(struct arena *arena, json_object *root, const char *listing,
                  struct filter_chain **chains)
{
	const char *then = text_of(arena, root, "listing");
	json_object *list = NULL;

	return then && !strcmp(then, listing) && json_object_object_get_ex(root, "chains", &list) &&
	       json_object_is_type(list, json_type_array) && read_chains(arena, list, chains);
}

/* Whether the chains are still as they were written down. */
static bool read_down(struct kernel *kernel, struct arena *arena, const char *listing,
                      struct filter_chain **chains)
{
	BUF_AUTO text = { 0 };
	char path[PATH_MAX];
	json_object *root;
	bool good;

	file_of(kernel, path);
	if (file_read(path, FILE_LIMIT, &text) < 0)
		return false;
	root = json_tokener_parse(buf_text(&text));
	good = json_object_is_type(root, json_type_object) && parse(arena, root, listing, chains);
	json_object_put(root);
	return good;
}

/* --- the two functions --- */

/* "add" first: only what is there can be deleted. */
static char *restore_commands(struct arena *arena, const char *now)
{
	BUF_AUTO out = { 0 };

	for (size_t i = 0; i < ARRAY_LENGTH(families); i++)
		buf_printf(&out, "add table %s " NFT_TABLE "\ndelete table %s " NFT_TABLE "\n",
		           families[i], families[i]);
	buf_add(&out, now);
	return arena_strdup(arena, out.text);
}

/* The listing for comparing, and the one to make the tables from again. */
static int list_twice(struct kernel *kernel, struct buf *listing, struct buf *now)
{
	int rc = list_tables(kernel, LISTING_FLAGS, listing);

	return rc < 0 || !listing->length ? rc : list_tables(kernel, 0, now);
}

int filter_observe(struct kernel *kernel, struct observed *observed)
{
	struct kernel_filter *filter = &observed->filter;
	BUF_AUTO listing = { 0 }, now = { 0 };
	int rc = list_twice(kernel, &listing, &now);

	/* A table that went away between two questions is no longer there at the second try. */
	for (int i = 1; i < TRIES_MAX && rc < 0 && !is_missing(); i++) {
		buf_done(&listing);
		buf_done(&now);
		rc = list_twice(kernel, &listing, &now);
	}
	if (rc < 0 && !is_missing())
		return rc;
	*filter = (struct kernel_filter){ .known = true };
	filter->restore = restore_commands(observed->arena, buf_text(&now));
	if (!listing.length)
		return 0;
	filter->bridge_table = strstr(listing.text, "table bridge ");
	filter->inet_table = strstr(listing.text, "table inet ");
	filter->known = read_down(kernel, observed->arena, listing.text, &filter->chains);
	if (!filter->known)
		filter->chains = NULL;
	return 0;
}

int filter_step(struct kernel *kernel, const struct step *step)
{
	const struct filter_change *after = step->after;
	char path[PATH_MAX];

	file_of(kernel, path);
	if (run_all(kernel, after->commands) != 0)
		return explain(kernel, after->commands);
	/* The tables are as they shall be; without the file they will be made once more. */
	if (!after->known || !after->chains || write_down(kernel, after->chains) < 0)
		(void)unlink(path);
	return 0;
}
