/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/view.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json_reader.h"
#include "compat/type.h"
#include "state/store.h"
#include "state/tables/tables.h"

/* Of the multi-writer protocol an entry has a number that only grows. */
#define COUNTS_MAX 256

struct count {
	char key[ROW_KEY_MAX + 1];
	int64_t changes;
};

/* What programs on this machine have said without being asked: they have to say it again. */
#define LENT_MAX 512

struct lent {
	char key[ROW_KEY_MAX + 1]; /* of a document */
	uint64_t until;
};

struct compat_view {
	struct compat_state state;
	struct store *store;
	char hostname[AUTHOR_ID_MAX + 1];
	uint64_t now;
	struct compat_view_stats stats;
	struct count counts[COUNTS_MAX];
	size_t n_counts;
	struct lent lent[LENT_MAX];
	size_t n_lent;
};

/* --- names of authors --- */

struct signer {
	struct author_id author;
	const char *name;
};

/* The nodes that sign what they say, by what they say they are called. */
struct signers {
	struct signer *signers;
	size_t count;
};

static void find_signers(const struct compat_view *view, struct arena *arena,
                         struct signers *signers)
{
	const struct state_table *table = &state_table_node_info;
	const struct row *row = NULL;
	size_t count = 0;

	while ((row = store_next(view->store, table, row)))
		count += row_is_signed(row);
	signers->signers = arena_array_of(arena, struct signer, count + 1);
	signers->count = 0;
	while ((row = store_next(view->store, table, row))) {
		struct signer *signer = &signers->signers[signers->count];

		if (!row_is_signed(row) || author_equal(row_author(row), store_self(view->store)))
			continue;
		signer->author = *row_author(row);
		signer->name = arena_strdup(arena, row->key);
		signers->count++;
	}
}

static bool is_signer(const struct compat_view *view, const struct signers *signers,
                      const char *name)
{
	if (!strcmp(name, view->hostname))
		return true;
	for (size_t i = 0; i < signers->count; i++) {
		if (!strcmp(signers->signers[i].name, name))
			return true;
	}
	return false;
}

static const char *name_of(const struct compat_view *view, const struct signers *signers,
                           const struct row *row, struct arena *arena)
{
	const struct author_id *author = row_author(row);
	char text[AUTHOR_TEXT_SIZE];

	if (*view->hostname && author_equal(author, store_self(view->store)))
		return view->hostname;
	for (size_t i = 0; i < signers->count; i++) {
		if (author_equal(&signers->signers[i].author, author))
			return signers->signers[i].name;
	}
	return arena_strdup(arena, author_format(author, text));
}

/* --- lives --- */

/* Seconds that are left to an entry by its own words. */
static uint32_t seconds_of(const struct compat_type *type, const struct compat_peer *peer,
                           const struct compat_entry *entry)
{
	int64_t most = (int64_t)type->ttl_s + type->interval_s + 1, ttl = entry->ttl;

	if (peer->protocol == COMPAT_MULTIWRITER)
		return type->table->lifetime_s;
	if (ttl < 0)
		ttl = 0;
	if (peer->protocol == COMPAT_HTTP)
		ttl = (ttl < COMPAT_BLEACHES_MAX ? ttl : COMPAT_BLEACHES_MAX) * COMPAT_BLEACH_S;
	return (uint32_t)(ttl < most ? ttl : most);
}

/* What is left to a row, in the protocol's unit; 0: it is not worth telling. */
static int64_t ttl_of(const struct compat_view *view, const struct compat_type *type,
                      const struct compat_peer *peer, const struct row *row)
{
	int64_t most = (int64_t)type->ttl_s + type->interval_s + 1;
	int64_t left = (int64_t)(row_remaining_ms(row, view->now) / 1000);

	if (peer->protocol == COMPAT_MULTIWRITER)
		return row_is_signed(row)
		               ? (int64_t)row->version.epoch * 65536 + row->version.sequence
		               : 1;
	if (left > most)
		left = most;
	if (peer->protocol == COMPAT_ASYNC)
		return left;
	left /= COMPAT_BLEACH_S;
	return left < COMPAT_BLEACHES_MAX ? left : COMPAT_BLEACHES_MAX;
}

/* --- taking --- */

struct taking {
	struct compat_view *view;
	const struct compat_type *type;
	const struct compat_peer *peer;
	const struct compat_entry *entry;
	struct arena *arena;
	bool own; /* a tool on this machine speaks for this node */
};

/* LibreMesh's rule, among the words of one author: what lives longer is newer. */
static bool is_older(const struct taking *taking, const struct row *known)
{
	struct compat_view *view = taking->view;
	uint64_t left = row_remaining_ms(known, view->now) / 1000;
	uint32_t said = seconds_of(taking->type, taking->peer, taking->entry);

	if (taking->peer->protocol == COMPAT_MULTIWRITER)
		return false;
	/* There, of equals the one that was first stays; here, the one that comes. */
	if (taking->peer->protocol == COMPAT_HTTP && taking->entry->data)
		return said / COMPAT_BLEACH_S <= left / COMPAT_BLEACH_S;
	return said < left;
}

static void count_result(struct compat_view *view, int r)
{
	view->stats.n_taken += r == 0;
	view->stats.n_known += r == -EALREADY;
	view->stats.n_refused += r < 0 && r != -EALREADY;
}

static struct lent *find_lent(struct compat_view *view, const char *key)
{
	for (size_t i = 0; i < view->n_lent; i++) {
		if (!strcmp(view->lent[i].key, key))
			return &view->lent[i];
	}
	return NULL;
}

/* This node's rows live as long as it does.  Those of programs do not: a voucher that nobody
 * publishes any more is to go. */
static int lend(const struct taking *taking, const char *key)
{
	struct compat_view *view = taking->view;
	struct lent *lent = find_lent(view, key);

	if (strlen(key) > ROW_KEY_MAX)
		return -EINVAL;
	if (!lent && view->n_lent == LENT_MAX)
		return -ENOSPC;
	if (!lent)
		lent = &view->lent[view->n_lent++];
	memcpy(lent->key, key, strlen(key) + 1);
	lent->until = view->now +
	              1000U * (uint64_t)seconds_of(taking->type, taking->peer, taking->entry);
	return 0;
}

static void take_back_lent(struct compat_view *view)
{
	for (size_t i = view->n_lent; i-- > 0;) {
		if (view->lent[i].until > view->now)
			continue;
		(void)store_remove(view->store, &state_table_documents, view->lent[i].key,
		                   view->now);
		view->lent[i] = view->lent[--view->n_lent];
	}
}

static int put_own(const struct taking *taking, const char *key, const void *object)
{
	struct compat_view *view = taking->view;
	const struct state_table *table = taking->type->table;
	int r = 0;

	if (!object)
		return store_remove(view->store, table, key, view->now);
	if (taking->type->form == COMPAT_FORM_DOCUMENT)
		r = lend(taking, key);
	return r < 0 ? r : store_put(view->store, table, key, object, 0, view->now);
}

/* An object of NULL withdraws. */
static void put(const struct taking *taking, const char *key, const void *object)
{
	struct compat_view *view = taking->view;
	const struct state_table *table = taking->type->table;
	const struct row *known;
	struct author_id author;

	if (taking->own) {
		count_result(view, put_own(taking, key, object));
		return;
	}
	if (author_from_name(taking->entry->author, &author) < 0) {
		view->stats.n_refused++;
		return;
	}
	known = store_find(view->store, table, key, &author);
	if ((known && is_older(taking, known)) || (!known && !object)) {
		view->stats.n_known++;
		return;
	}
	count_result(view,
	             store_import(view->store, table, key,
	                          &(struct store_heard){
					  taking->entry->author, object,
					  seconds_of(taking->type, taking->peer, taking->entry) },
	                          view->now));
}

static void *new_object(const struct taking *taking)
{
	return arena_alloc(taking->arena, taking->type->table->shape->size);
}

static void refuse(const struct taking *taking)
{
	taking->view->stats.n_refused++;
}

/* Keys are MACs, addresses and names: of all of them upper and lower case mean the same, and ours
 * are lower, but for names. */
static const char *key_of(const struct taking *taking)
{
	char *key = arena_strdup(taking->arena, taking->entry->key);
	struct mac mac;

	if (mac_parse(key, &mac))
		(void)mac_format(&mac, key);
	return key;
}

static void take_row(const struct taking *taking)
{
	const struct compat_entry *entry = taking->entry;
	void *object = new_object(taking);

	if (!entry->data)
		put(taking, key_of(taking), NULL);
	else if (compat_read_object(taking->type, entry->data, entry->data_size, taking->arena,
	                            object))
		put(taking, key_of(taking), object);
	else
		refuse(taking);
}

static void take_document(const struct taking *taking)
{
	const struct compat_entry *entry = taking->entry;
	const char *key = arena_printf(taking->arena, "%s:%s", taking->type->name, entry->key);
	BUF_AUTO data = { 0 };

	if (!entry->data) {
		put(taking, key, NULL);
		return;
	}
	json_print_compact(entry->data, entry->data_size, &data);
	put(taking, key, &(struct document_row){ buf_text(&data) });
}

/* "mac" of a lease, which becomes the key. */
static bool read_lease_mac(const struct compat_entry *entry, char text[MAC_TEXT_SIZE])
{
	struct json_reader r;
	struct mac mac;
	char name[8], value[MAC_TEXT_SIZE];
	bool found = false;

	json_reader_init(&r, entry->data, entry->data_size);
	if (json_reader_peek(&r) != JSON_OBJECT)
		return false;
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, name, sizeof(name))) {
		if (strcmp(name, "mac") != 0 || json_reader_peek(&r) != JSON_TEXT) {
			json_reader_skip(&r);
			continue;
		}
		found = json_reader_text(&r, value, sizeof(value)) && mac_parse(value, &mac);
	}
	if (!found || r.failed || mac_is_zero(&mac) || (mac.byte[0] & 1))
		return false;
	(void)mac_format(&mac, text);
	return true;
}

/* Whoever takes an address back does not say whose it was. */
static void withdraw_lease(const struct taking *taking, const struct ip *ip)
{
	const struct row *row = NULL;
	struct author_id author;
	const char *key = NULL;

	if (author_from_name(taking->entry->author, &author) < 0)
		return;
	while (!key && (row = store_next(taking->view->store, taking->type->table, row))) {
		struct lease_row lease;

		if (author_equal(row_author(row), &author) &&
		    row_read(row, taking->arena, &lease) == 0 && ip_equal(&lease.ip, ip))
			key = arena_strdup(taking->arena, row->key);
	}
	if (key)
		put(taking, key, NULL);
}

static void take_lease(const struct taking *taking)
{
	const struct compat_entry *entry = taking->entry;
	struct lease_row *lease = new_object(taking);
	char mac[MAC_TEXT_SIZE];
	struct ip ip;

	if (!ip_parse(entry->key, &ip)) {
		refuse(taking);
		return;
	}
	if (!entry->data) {
		withdraw_lease(taking, &ip);
		return;
	}
	if (!read_lease_mac(entry, mac) ||
	    !compat_read_object(taking->type, entry->data, entry->data_size, taking->arena,
	                        lease)) {
		refuse(taking);
		return;
	}
	lease->ip = ip;
	/* How long the client holds it is not said; no longer than the entry lives is safe. */
	lease->valid_s = taking->type->ttl_s;
	put(taking, mac, lease);
}

/* Rows of a node's links that it does not name any more. */
static void withdraw_links(const struct taking *taking, const struct string_list *named)
{
	const struct row *row = NULL;
	struct string_list gone = { 0 };
	struct author_id author;

	if (author_from_name(taking->entry->author, &author) < 0)
		return;
	gone.items = arena_array_of(taking->arena, const char *, taking->type->table->max_rows + 1);
	while ((row = store_next(taking->view->store, taking->type->table, row))) {
		bool there = !author_equal(row_author(row), &author) ||
		             gone.count >= taking->type->table->max_rows;

		for (size_t i = 0; i < named->count && !there; i++)
			there = !strcmp(named->items[i], row->key);
		if (!there)
			gone.items[gone.count++] = arena_strdup(taking->arena, row->key);
	}
	for (size_t i = 0; i < gone.count; i++)
		put(taking, gone.items[i], NULL);
}

/* Each "link key": {...} of "links", which has been entered. */
static void take_each_link(const struct taking *taking, struct json_reader *r,
                           struct string_list *named)
{
	size_t most = taking->type->table->max_rows;
	char key[ROW_KEY_MAX + 1];

	named->items = arena_array_of(taking->arena, const char *, most);
	while (json_reader_member(r, key, sizeof(key)) && named->count < most) {
		void *object = new_object(taking);
		const char *bytes;
		size_t size;

		if (!json_reader_raw(r, &bytes, &size))
			return;
		if (!compat_read_object(taking->type, bytes, size, taking->arena, object)) {
			refuse(taking);
			continue;
		}
		*(const char **)object = taking->entry->key; /* `host` is the first of each */
		named->items[named->count] = arena_strdup(taking->arena, key);
		put(taking, named->items[named->count++], object);
	}
}

static void take_links(const struct taking *taking)
{
	const struct compat_entry *entry = taking->entry;
	struct string_list named = { 0 };
	struct json_reader r;
	char name[8];

	json_reader_init(&r, entry->data, entry->data_size);
	if (!entry->data || json_reader_peek(&r) != JSON_OBJECT || !key_is_name(entry->key)) {
		refuse(taking);
		return;
	}
	json_reader_enter(&r, '{');
	while (json_reader_member(&r, name, sizeof(name))) {
		if (strcmp(name, "links") != 0 || json_reader_peek(&r) != JSON_OBJECT) {
			json_reader_skip(&r);
			continue;
		}
		json_reader_enter(&r, '{');
		take_each_link(taking, &r, &named);
		break;
	}
	withdraw_links(taking, &named);
}

/* "10.13.5.9 phone": false if it is anything else. */
static bool read_hosts_key(const struct compat_entry *entry, char address[IP_TEXT_SIZE],
                           const char **name)
{
	size_t length = strcspn(entry->key, " \t");
	struct ip ip;

	if (length >= IP_TEXT_SIZE || !entry->key[length])
		return false;
	memcpy(address, entry->key, length);
	address[length] = '\0';
	*name = entry->key + length + strspn(entry->key + length, " \t");
	/* The domain is everybody's own; a line may say it. */
	return ip_parse(address, &ip) && key_is_domain(*name);
}

/* All lines of one author for one name are one row: those before this one have been taken. */
static void take_hosts(const struct taking *taking, const struct compat_slice *slice)
{
	struct name_row row = { 0 };
	char address[IP_TEXT_SIZE];
	const char *name, *other;
	char *label;

	if (!read_hosts_key(taking->entry, address, &name)) {
		refuse(taking);
		return;
	}
	label = arena_strndup(taking->arena, name, strcspn(name, "."));
	row.addresses.items = arena_array_of(taking->arena, const char *, 8);
	for (size_t i = 0; i < slice->count && row.addresses.count < 6; i++) {
		const struct compat_entry *entry = &slice->entries[i];

		if (strcmp(entry->author, taking->entry->author) != 0 || !entry->data ||
		    !read_hosts_key(entry, address, &other) || strcmp(other, name) != 0)
			continue;
		/* The first line of a name stands for all of them. */
		if (!row.addresses.count && strcmp(entry->key, taking->entry->key) != 0)
			return;
		row.addresses.items[row.addresses.count++] = arena_strdup(taking->arena, address);
	}
	put(taking, label, row.addresses.count ? &row : NULL);
}

/* Among all who write one entry the greatest number wins; we remember what we have seen. */
static bool is_news_of_many(struct compat_view *view, const struct compat_entry *entry)
{
	struct count *count = NULL;

	for (size_t i = 0; i < view->n_counts && !count; i++) {
		if (!strcmp(view->counts[i].key, entry->key))
			count = &view->counts[i];
	}
	if (count && entry->ttl <= count->changes)
		return false;
	if (!count && (view->n_counts == COUNTS_MAX || strlen(entry->key) > ROW_KEY_MAX))
		return true;
	if (!count)
		count = &view->counts[view->n_counts++];
	memcpy(count->key, entry->key, strlen(entry->key) + 1);
	count->changes = entry->ttl;
	return true;
}

static void take_entry(const struct taking *taking, const struct compat_slice *slice)
{
	switch (taking->type->form) {
	case COMPAT_FORM_OBJECT:
	case COMPAT_FORM_TEXT:
		take_row(taking);
		break;
	case COMPAT_FORM_LINKS:
		take_links(taking);
		break;
	case COMPAT_FORM_LEASE:
		take_lease(taking);
		break;
	case COMPAT_FORM_HOSTS:
		take_hosts(taking, slice);
		break;
	case COMPAT_FORM_DOCUMENT:
		take_document(taking);
		break;
	}
}

static void merge(void *data, const struct compat_peer *peer, const char *name,
                  const struct compat_slice *slice)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct compat_view *view = data;
	struct taking taking = { .view = view, .peer = peer, .arena = arena };
	struct signers signers;

	taking.type = compat_type_find(name, peer->protocol);
	if (!taking.type)
		return;
	find_signers(view, arena, &signers);
	for (size_t i = 0; i < slice->count; i++) {
		struct compat_entry entry = slice->entries[i];

		/* In a protocol that cannot say that something is gone, this is how it is said. */
		if (entry.data_size == 4 && !memcmp(entry.data, "null", 4))
			entry.data = NULL;
		taking.entry = &entry;
		taking.own = peer->local && *view->hostname &&
		             !strcmp(entry.author, view->hostname);
		if (!taking.own && is_signer(view, &signers, taking.entry->author))
			view->stats.n_foreign++;
		else if (peer->protocol == COMPAT_MULTIWRITER &&
		         !is_news_of_many(view, taking.entry))
			view->stats.n_known++;
		else
			take_entry(&taking, slice);
	}
}

/* --- telling --- */

struct telling {
	const struct compat_view *view;
	const struct compat_type *type;
	const struct compat_peer *peer;
	struct arena *arena;
	struct signers signers;
	struct compat_slice *slice;
};

/* What was printed moves to the arena. */
static void set_data(const struct telling *telling, struct compat_entry *entry,
                     const struct buf *data)
{
	entry->data = arena_strndup(telling->arena, buf_text(data), data->length);
	entry->data_size = data->length;
}

static void add(const struct telling *telling, const struct row *row, const char *key,
                const struct buf *data)
{
	struct compat_entry entry = {
		.key = key,
		.author = name_of(telling->view, &telling->signers, row, telling->arena),
		.ttl = ttl_of(telling->view, telling->type, telling->peer, row),
	};

	if (entry.ttl < 1)
		return;
	set_data(telling, &entry, data);
	(void)compat_slice_add(telling->slice, telling->arena, &entry);
}

static void tell_lease(const struct telling *telling, const struct row *row,
                       const struct lease_row *lease)
{
	BUF_AUTO data = { 0 };
	char ip[IP_TEXT_SIZE];

	buf_add_char(&data, '{');
	compat_print_members(telling->type, lease, &data);
	buf_printf(&data, ",\"mac\":\"%s\"}", row->key);
	add(telling, row, arena_strdup(telling->arena, ip_format(&lease->ip, ip)), &data);
}

static void tell_hosts(const struct telling *telling, const struct row *row,
                       const struct name_row *name)
{
	BUF_AUTO data = { 0 };

	buf_add(&data, "true");
	for (size_t i = 0; i < name->addresses.count; i++)
		add(telling, row,
		    arena_printf(telling->arena, "%s %s", name->addresses.items[i], row->key),
		    &data);
}

static void tell_object(const struct telling *telling, const struct row *row, const void *object)
{
	BUF_AUTO data = { 0 };

	buf_add_char(&data, '{');
	/* The host name is the key as well, and the original says it twice. */
	if (telling->type->table == &state_table_coordinates)
		buf_printf(&data, "\"hostname\":\"%s\",", row->key);
	compat_print_members(telling->type, object, &data);
	buf_add_char(&data, '}');
	add(telling, row, arena_strdup(telling->arena, row->key), &data);
}

static void tell_text(const struct telling *telling, const struct row *row, const void *object)
{
	const struct state_table *table = telling->type->table;
	BUF_AUTO data = { 0 };

	field_print_json(shape_field(table->shape, telling->type->members[0].field), object, &data);
	add(telling, row, arena_strdup(telling->arena, row->key), &data);
}

/* The table has documents of other types too. */
static void tell_document(const struct telling *telling, const struct row *row,
                          const struct document_row *document)
{
	size_t prefix = strlen(telling->type->name);
	BUF_AUTO data = { 0 };

	if (strncmp(row->key, telling->type->name, prefix) != 0 || row->key[prefix] != ':' ||
	    !document->data)
		return;
	buf_add(&data, document->data);
	add(telling, row, arena_strdup(telling->arena, row->key + prefix + 1), &data);
}

/* It is written when a node starts or changes, and goes on meanwhile. */
static void add_uptime(const struct telling *telling, const struct row *row,
                       struct node_info_row *info)
{
	uint64_t uptime = info->uptime_s + row_age_ms(row, telling->view->now) / 1000;

	info->uptime_s = uptime < UINT32_MAX ? (uint32_t)uptime : UINT32_MAX;
}

static void tell_row(const struct telling *telling, const struct row *row)
{
	void *object = arena_alloc(telling->arena, telling->type->table->shape->size);

	if (row_read(row, telling->arena, object) < 0)
		return;
	/* Of a LibreMesh node it is what that one said last. */
	if (telling->type->table == &state_table_node_info && row_is_signed(row))
		add_uptime(telling, row, object);
	switch (telling->type->form) {
	case COMPAT_FORM_OBJECT:
		tell_object(telling, row, object);
		break;
	case COMPAT_FORM_TEXT:
		tell_text(telling, row, object);
		break;
	case COMPAT_FORM_LEASE:
		tell_lease(telling, row, object);
		break;
	case COMPAT_FORM_HOSTS:
		tell_hosts(telling, row, object);
		break;
	case COMPAT_FORM_DOCUMENT:
		tell_document(telling, row, object);
		break;
	case COMPAT_FORM_LINKS:
		break;
	}
}

/* --- telling links: rows become members of their node's entry --- */

struct told_link {
	const struct row *row;
	const char *host;
	const void *object;
};

static int compare_links(const void *a, const void *b)
{
	const struct told_link *left = a, *right = b;
	int r = strcmp(left->host, right->host);

	if (!r)
		r = strcmp(left->row->key, right->row->key);
	/* What is signed comes first, and is what counts. */
	return r ? r : row_is_signed(right->row) - row_is_signed(left->row);
}

static void print_location(const struct telling *telling, const char *host, struct buf *out)
{
	const struct compat_view *view = telling->view;
	const struct row *row = store_believe(view->store, &state_table_node_info, host, view->now);
	struct node_info_row info = { 0 };

	if (!row || row_read(row, telling->arena, &info) < 0)
		return;
	if (info.latitude && info.longitude)
		buf_printf(out, "\"src_loc\":{\"lat\":\"%s\",\"long\":\"%s\"},", info.latitude,
		           info.longitude);
}

/* Those of one host, from the first on.  Returns how many. */
static size_t tell_host(const struct telling *telling, const struct told_link *links, size_t count)
{
	BUF_AUTO data = { 0 };
	size_t i;

	buf_add_char(&data, '{');
	print_location(telling, links->host, &data);
	buf_add(&data, "\"links\":{");
	for (i = 0; i < count && !strcmp(links[i].host, links->host); i++) {
		if (i && !strcmp(links[i].row->key, links[i - 1].row->key))
			continue;
		buf_printf(&data, "%s\"%s\":{", i ? "," : "", links[i].row->key);
		compat_print_members(telling->type, links[i].object, &data);
		buf_add_char(&data, '}');
	}
	buf_add(&data, "}}");
	add(telling, links->row, links->host, &data);
	return i;
}

static void tell_links(const struct telling *telling)
{
	const struct state_table *table = telling->type->table;
	const struct row *row = NULL;
	struct told_link *links;
	size_t n = 0, count = 0;

	while ((row = store_next(telling->view->store, table, row)))
		count++;
	links = arena_array_of(telling->arena, struct told_link, count + 1);
	while ((row = store_next(telling->view->store, table, row)) && n < count) {
		void *object = arena_alloc(telling->arena, table->shape->size);

		if (row_read(row, telling->arena, object) < 0)
			continue;
		/* `host` is the first member of each kind of link. */
		links[n] = (struct told_link){ row, *(const char **)object, object };
		n += links[n].host != NULL;
	}
	if (n)
		qsort(links, n, sizeof(*links), compare_links);
	for (size_t i = 0; i < n;)
		i += tell_host(telling, &links[i], n - i);
}

static void collect(void *data, const struct compat_peer *peer, const char *name,
                    struct arena *arena, struct compat_slice *slice)
{
	const struct compat_view *view = data;
	struct telling telling = { .view = view, .peer = peer, .arena = arena, .slice = slice };
	const struct row *row = NULL;

	telling.type = compat_type_find(name, peer->protocol);
	if (!telling.type)
		return;
	find_signers(view, arena, &telling.signers);
	if (telling.type->form == COMPAT_FORM_LINKS)
		tell_links(&telling);
	while (telling.type->form != COMPAT_FORM_LINKS &&
	       (row = store_next(view->store, telling.type->table, row))) {
		if (row == store_believe(view->store, telling.type->table, row->key, view->now))
			tell_row(&telling, row);
	}
	compat_slice_sort(slice);
}

static bool knows(void *data, const struct compat_peer *peer, const char *type)
{
	(void)data;
	return compat_type_find(type, peer->protocol) != NULL;
}

/* --- the view --- */

struct compat_view *compat_view_new(struct store *store)
{
	struct compat_view *view = calloc(1, sizeof(*view));

	assert(view);
	view->store = store;
	view->state = (struct compat_state){ view, knows, merge, collect };
	return view;
}

void compat_view_free(struct compat_view *view)
{
	free(view);
}

void compat_view_set_name(struct compat_view *view, const char *hostname)
{
	strncpy(view->hostname, hostname, sizeof(view->hostname) - 1);
}

void compat_view_set_time(struct compat_view *view, uint64_t now)
{
	view->now = now;
	take_back_lent(view);
}

const struct compat_state *compat_view_state(const struct compat_view *view)
{
	return &view->state;
}

struct compat_view_stats compat_view_stats(const struct compat_view *view)
{
	return view->stats;
}
