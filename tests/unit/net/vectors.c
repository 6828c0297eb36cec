/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Our functions against what LibreMesh's own gave: every row of every file in
 * $WEFT_GOLDEN/vectors, or in tests/golden/vectors.
 *
 * A row that records a defect of the original is known by a rule (never by its place), and then
 * what docs/differences.md promises is asserted instead.  A file or a column that this test does
 * not know is a failure, so that nothing is passed over in silence.
 */
#include <dirent.h>
#include <errno.h>

#include "../test.h"
#include "base/arena.h"
#include "base/md5.h"
#include "net/identity.h"
#include "net/names.h"
#include "net/template.h"

#define COLUMNS   16
#define LINE_SIZE 4096

struct row {
	const char *file;
	unsigned line;
	size_t n_columns;
	const char *names[COLUMNS], *values[COLUMNS];
	struct arena *arena;
};

static bool is_defect; /* set by a checker for a row that it met by a rule */

static const char *get(const struct row *row, const char *name)
{
	for (size_t i = 0; i < row->n_columns; i++) {
		if (strcmp(row->names[i], name) == 0)
			return row->values[i];
	}
	fail_msg("%s has no column %s", row->file, name);
	return NULL;
}

static void expect(const struct row *row, const char *column, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) != 0)
		fail_msg("%s:%u: %s: got '%s', expected '%s'", row->file, row->line, column, got,
		         wanted);
}

/* What we give is what the row says. */
static void expect_same(const struct row *row, const char *column, const char *got)
{
	expect(row, column, got, get(row, column));
}

static void expect_number(const struct row *row, const char *column, unsigned long got)
{
	expect_same(row, column, arena_printf(row->arena, "%lu", got));
}

static const char *ip_text(const struct row *row, struct ip ip)
{
	char text[IP_TEXT_SIZE];

	return arena_strdup(row->arena, ip_format(&ip, text));
}

static const char *prefix_text(const struct row *row, struct prefix prefix)
{
	char text[PREFIX_TEXT_SIZE];

	return arena_strdup(row->arena, prefix_format(&prefix, text));
}

static struct ip ip_in(const struct row *row, const char *column)
{
	struct ip ip;

	if (!ip_parse(get(row, column), &ip))
		fail_msg("%s:%u: %s is no address", row->file, row->line, column);
	return ip;
}

static struct mac mac_in(const struct row *row, const char *column)
{
	struct mac mac;

	if (!mac_parse(get(row, column), &mac))
		fail_msg("%s:%u: %s is no MAC", row->file, row->line, column);
	return mac;
}

static struct template_ids ids_of(const struct row *row, const char *ssid, struct mac mac)
{
	struct template_ids ids = template_ids_of(ssid, &mac);
	char *line = arena_printf(row->arena, "%s\n", ssid);
	uint8_t hash[MD5_SIZE];

	/* The first difference of docs/differences.md: always the SSID's own bytes. */
	md5(line, strlen(line), hash);
	assert_memory_equal(ids.network, hash, MD5_SIZE);
	return ids;
}

/* Rule: an SSID that a shell reads otherwise than it is written.  We hash its bytes and warn. */
static bool is_shell_defect(const char *ssid, bool same)
{
	if (!same && template_ssid_warning(ssid))
		is_defect = true;
	return is_defect;
}

static void check_ids(const struct row *row, bool decimal)
{
	const char *ssid = get(row, "ssid");
	struct template_ids ids = ids_of(row, ssid, (struct mac){ 0 });
	bool same = true;

	for (unsigned i = 0; i < 6; i++) {
		const char *column = arena_printf(row->arena, "N%u", i + 1);

		same = same && strtoul(get(row, column), NULL, 16) == ids.network[i];
	}
	if (is_shell_defect(ssid, same))
		return;
	for (unsigned i = 0; i < 6; i++) {
		const char *column = arena_printf(row->arena, "N%u", i + 1);

		expect_same(row, column, arena_printf(row->arena, "%02x", ids.network[i]));
		if (decimal)
			expect_number(row, arena_printf(row->arena, "%sdec", column),
			              ids.network[i]);
	}
}

static void check_ssid_netid(const struct row *row)
{
	check_ids(row, true);
}

static void check_ssid_quirk(const struct row *row)
{
	if (!template_ssid_warning(get(row, "ssid")))
		fail_msg("%s:%u: no warning for '%s'", row->file, row->line, get(row, "ssid"));
	check_ids(row, false);
}

static void check_anygw_mac(const struct row *row)
{
	const char *ssid = get(row, "ssid");
	struct template_ids ids = ids_of(row, ssid, (struct mac){ 0 });
	const char *text = template_expand(row->arena, get(row, "template"), &ids, TEMPLATE_HEX,
	                                   TEMPLATE_N);
	struct mac mac;

	if (is_shell_defect(ssid, strcmp(text, get(row, "mac")) == 0))
		return;
	expect_same(row, "mac", text);
	assert_true(mac_parse(text, &mac));
}

static void check_batadv_mac(const struct row *row)
{
	struct mac primary = mac_in(row, "primary_mac");
	struct mac mac = identity_batadv_mac(get(row, "ifname"), &primary);
	char text[MAC_TEXT_SIZE];

	expect_same(row, "macaddr", mac_format(&mac, text));
	expect_number(row, "mtu", identity_batadv_mtu(get(row, "ifname")));
}

/* Rule: an argument that is no VLAN is refused, whatever the original made of it. */
static void check_batadv_vlan(const struct row *row)
{
	const char *ssid = get(row, "ssid"), *recorded = get(row, "vid");
	struct template_ids ids = ids_of(row, ssid, (struct mac){ 0 });
	unsigned vid = 0;
	int rc = identity_vlan_id(get(row, "vlan_argument"), &ids, &vid);

	if (recorded[strspn(recorded, "0123456789")] || strtoul(recorded, NULL, 10) > 4094) {
		is_defect = true;
		assert_int_equal(rc, -EINVAL);
		return;
	}
	assert_int_equal(rc, 0);
	if (!is_shell_defect(ssid, strtoul(recorded, NULL, 10) == vid))
		expect_number(row, "vid", vid);
}

/* Rule: an empty name becomes one that is made of the MAC. */
static void check_hostname(const struct row *row)
{
	struct mac mac = mac_in(row, "mac");
	struct template_ids ids = ids_of(row, "", mac);
	const char *name = template_hostname(row->arena, get(row, "template"), &ids);

	is_defect = !*get(row, "hostname");
	if (is_defect)
		expect(row, "hostname", name,
		       arena_printf(row->arena, "LiMe-%02x%02x%02x", mac.byte[3], mac.byte[4],
		                    mac.byte[5]));
	else
		expect_same(row, "hostname", name);
}

static void check_is_valid_hostname(const struct row *row)
{
	expect_same(row, "valid", name_is_hostname(get(row, "hostname")) ? "true" : "false");
}

/* Rule: a negative size of the DHCP pool is none. */
static void check_pool(const struct row *row, const struct prefix *address)
{
	uint32_t size = prefix_pool_size(address, 2);

	is_defect = get(row, "dhcp_limit_for_start_2")[0] == '-';
	if (is_defect)
		assert_int_equal(size, 0);
	else
		expect_number(row, "dhcp_limit_for_start_2", size);
}

/* Rule: where the original stops with a traceback we say what is wrong with the template.  The last
 * column tells why the original replaced an address, which lan_ipaddr already shows. */
static void check_ipv4(const struct row *row)
{
	const char *ssid = get(row, "ssid");
	struct template_ids ids = ids_of(row, ssid, mac_in(row, "mac"));
	bool anygw = strcmp(get(row, "anygw_enabled"), "1") == 0;
	struct prefix address, anygw4;
	const char *wrong = identity_address(row->arena, get(row, "template"), &ids, IP_V4, anygw,
	                                     &address);

	if (strcmp(get(row, "lan_ipaddr"), "ERROR") == 0) {
		is_defect = true;
		assert_non_null(wrong);
		return;
	}
	assert_null(wrong);
	if (is_shell_defect(ssid, strcmp(ip_text(row, address.ip), get(row, "lan_ipaddr")) == 0))
		return;
	anygw4 = identity_anygw_address(&address);
	expect_same(row, "lan_ipaddr", ip_text(row, address.ip));
	expect_same(row, "lan_netmask", ip_text(row, prefix_netmask(&address)));
	expect_number(row, "prefix", address.length);
	expect_same(row, "network", ip_text(row, prefix_network(&address).ip));
	expect_same(row, "anygw_ipv4", ip_text(row, anygw4.ip));
	check_pool(row, &address);
}

/* Rule: a host part of 0 or 1 is the network's or the anygw address.  Gives what it must be. */
static struct ip unreserved_v6(const struct row *row, unsigned length)
{
	struct ip host = ip_in(row, "host"), network = ip_in(row, "network");
	struct ip first = ip_add(&network, 1);
	struct prefix prefix = { network, (uint8_t)length };

	if (length > 126 || (!ip_equal(&host, &network) && !ip_equal(&host, &first)))
		return host;
	is_defect = true;
	return length > 103 ? prefix_last(&prefix) : ip_add(&host, 0x1000000);
}

static void check_ipv6_anygw(const struct row *row, const struct prefix *address)
{
	struct prefix anygw = identity_anygw_address(address);

	expect_same(row, "network", ip_text(row, prefix_network(address).ip));
	expect_same(row, "anygw_ip6addr", prefix_text(row, anygw));
	expect_same(row, "anygw_route6_target", prefix_text(row, prefix_network(&anygw)));
}

static void check_ipv6(const struct row *row)
{
	const char *ssid = get(row, "ssid");
	struct template_ids ids = ids_of(row, ssid, mac_in(row, "mac"));
	struct prefix address, recorded;
	const char *wrong = identity_address(row->arena, get(row, "template"), &ids, IP_V6, true,
	                                     &address);

	if (strcmp(get(row, "lan_ip6addr"), "ERROR") == 0) {
		is_defect = true;
		assert_non_null(wrong);
		return;
	}
	assert_null(wrong);
	assert_true(prefix_parse(get(row, "lan_ip6addr"), &recorded));
	if (is_shell_defect(ssid, strcmp(ip_text(row, prefix_network(&address).ip),
	                                 get(row, "network")) == 0))
		return;
	recorded.ip = unreserved_v6(row, recorded.length);
	expect(row, "lan_ip6addr", prefix_text(row, address), prefix_text(row, recorded));
	check_ipv6_anygw(row, &address);
}

static void check_mac2ipv6ll(const struct row *row)
{
	struct mac mac = mac_in(row, "mac");

	expect_same(row, "link_local", ip_text(row, ip_link_local(&mac)));
}

static void check_template(const struct row *row, const struct template_ids *ids, unsigned letters,
                           const char *const columns[2])
{
	const char *text = get(row, "template");

	expect_same(row, columns[0], template_expand(row->arena, text, ids, TEMPLATE_HEX, letters));
	expect_same(row, columns[1],
	            template_expand(row->arena, text, ids, TEMPLATE_DECIMAL, letters));
}

static void check_mac_template(const struct row *row)
{
	static const char *const columns[] = { "applyMacTemplate16", "applyMacTemplate10" };
	struct template_ids ids = ids_of(row, "", mac_in(row, "mac"));

	check_template(row, &ids, TEMPLATE_M, columns);
}

static void check_net_template(const struct row *row)
{
	static const char *const columns[] = { "applyNetTemplate16", "applyNetTemplate10" };
	const char *ssid = get(row, "ssid");
	struct template_ids ids = ids_of(row, ssid, (struct mac){ 0 });
	const char *text = template_expand(row->arena, get(row, "template"), &ids, TEMPLATE_HEX,
	                                   TEMPLATE_N);

	if (!is_shell_defect(ssid, strcmp(text, get(row, columns[0])) == 0))
		check_template(row, &ids, TEMPLATE_N, columns);
}

/* Rule: Linux has no name of more than 15 letters, so we give none. */
static bool is_name_defect(const char *recorded, bool made)
{
	is_defect = strlen(recorded) >= IFNAME_SIZE;
	assert_int_equal(made, !is_defect);
	return is_defect;
}

static void check_radio_ifname(const struct row *row)
{
	char name[IFNAME_SIZE];
	bool made = name_radio_ifname(get(row, "radio"), get(row, "mode"), get(row, "suffix"),
	                              name);

	if (!is_name_defect(get(row, "ifname"), made))
		expect_same(row, "ifname", name);
}

static void check_vlan_iface(const struct row *row)
{
	const char *ifname = get(row, "base_ifname"), *suffix = get(row, "suffix");
	unsigned vid = (unsigned)strtoul(get(row, "vid"), NULL, 10);
	char name[IFNAME_SIZE];
	bool made = name_vlan(ifname, vid, name);

	if (!is_name_defect(get(row, "linux_vlan_name"), made))
		expect_same(row, "linux_vlan_name", name);
	expect_same(row, "uci_interface",
	            name_section(row->arena, ifname, arena_printf(row->arena, "%s_if", suffix)));
	if (vid == 0) { /* no device of its own, so no type either */
		expect_same(row, "vlan_type", "-");
		expect_same(row, "uci_device", name_section(row->arena, ifname, ""));
		expect_same(row, "device_ifname", "-");
		return;
	}
	expect_same(row, "uci_device",
	            name_section(row->arena, ifname, arena_printf(row->arena, "%s_dev", suffix)));
	expect_same(row, "device_ifname", name_device_parent(row->arena, ifname));
}

/* How many bytes at the end of `text` are the beginning of a UTF-8 character without its rest. */
static size_t broken_end(const char *text)
{
	size_t length = strlen(text), back = 0;
	unsigned char lead;

	while (back < length && back < 3 && ((unsigned char)text[length - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back == length)
		return 0;
	lead = (unsigned char)text[length - 1 - back];
	if ((lead >= 0xc2 && back < 1) || (lead >= 0xe0 && back < 2) || (lead >= 0xf0 && back < 3))
		return back + 1;
	return 0;
}

/* Rule: the original cuts inside of a character, we before it. */
static void check_ssid_resolve(const struct row *row)
{
	struct template_ids ids = ids_of(row, "", mac_in(row, "mac"));
	const char *recorded = get(row, "ssid");
	size_t broken = strlen(recorded) == 32 ? broken_end(recorded) : 0;

	ids.hostname = get(row, "hostname");
	is_defect = broken > 0;
	expect(row, "ssid", template_ssid(row->arena, get(row, "template"), &ids),
	       arena_strndup(row->arena, recorded, strlen(recorded) - broken));
}

/* The files there are, with their columns. */
static const struct vectors {
	const char *file;
	const char *header;
	void (*check)(const struct row *row);
} all[] = {
	{ "anygw_mac.tsv", "template\tssid\tmac", check_anygw_mac },
	{ "batadv_mac.tsv", "ifname\tprimary_mac\tmacaddr\tmtu", check_batadv_mac },
	{ "batadv_vlan.tsv", "vlan_argument\tssid\tvid", check_batadv_vlan },
	{ "hostname.tsv", "template\tmac\thostname", check_hostname },
	{ "ipv4.tsv",
	  "template\tmac\tssid\tanygw_enabled\tlan_ipaddr\tlan_netmask\tprefix\tnetwork\tanygw_ipv4"
	  "\tdhcp_limit_for_start_2\treplaced_because",
	  check_ipv4 },
	{ "ipv6.tsv",
	  "template\tmac\tssid\tlan_ip6addr\thost\tnetwork\tanygw_ip6addr\tanygw_route6_target",
	  check_ipv6 },
	{ "is_valid_hostname.tsv", "hostname\tvalid", check_is_valid_hostname },
	{ "mac2ipv6ll.tsv", "mac\tlink_local", check_mac2ipv6ll },
	{ "mac_template.tsv", "template\tmac\tapplyMacTemplate16\tapplyMacTemplate10",
	  check_mac_template },
	{ "net_template.tsv", "template\tssid\tapplyNetTemplate16\tapplyNetTemplate10",
	  check_net_template },
	{ "radio_ifname.tsv", "radio\tmode\tsuffix\tifname", check_radio_ifname },
	{ "ssid_netid.tsv",
	  "ssid\tN1\tN2\tN3\tN4\tN5\tN6\tN1dec\tN2dec\tN3dec\tN4dec\tN5dec\tN6dec",
	  check_ssid_netid },
	{ "ssid_netid_shell_quirks.tsv", "ssid\tN1\tN2\tN3\tN4\tN5\tN6", check_ssid_quirk },
	{ "ssid_resolve.tsv", "template\tmac\thostname\tssid", check_ssid_resolve },
	{ "vlan_iface.tsv",
	  "base_ifname\tvid\tsuffix\tvlan_type\tuci_interface\tlinux_vlan_name\tuci_device"
	  "\tdevice_ifname",
	  check_vlan_iface },
};

static const char *folder(void)
{
	static char path[LINE_SIZE];
	const char *golden = getenv("WEFT_GOLDEN"), *source = getenv("WEFT_SOURCE");

	if (golden && *golden)
		snprintf(path, sizeof(path), "%s/vectors", golden);
	else
		snprintf(path, sizeof(path), "%s/tests/golden/vectors", source ? source : ".");
	return path;
}

/* Reads a line without its end; false at the end of the file. */
static bool read_line(FILE *file, char line[LINE_SIZE])
{
	if (!fgets(line, LINE_SIZE, file))
		return false;
	assert_true(strlen(line) < LINE_SIZE - 1);
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static size_t split(char *line, const char *columns[COLUMNS])
{
	size_t n = 0;

	for (char *next = line, *column; (column = strsep(&next, "\t"));) {
		assert_true(n < COLUMNS);
		columns[n++] = column;
	}
	return n;
}

static void check_line(const struct vectors *vectors, const char *header, char *line,
                       unsigned number)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct row row = { .file = vectors->file, .line = number, .arena = arena };

	row.n_columns = split(arena_strdup(arena, header), row.names);
	if (split(line, row.values) != row.n_columns)
		fail_msg("%s:%u: not as many columns as the header has", row.file, row.line);
	is_defect = false;
	vectors->check(&row);
}

static void check_file(const struct vectors *vectors)
{
	char path[LINE_SIZE * 2], header[LINE_SIZE], line[LINE_SIZE];
	unsigned n_rows = 0, n_defects = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder(), vectors->file);
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	if (!read_line(file, header) || strcmp(header, vectors->header) != 0)
		fail_msg("%s: the columns are not those that this test knows", path);
	while (read_line(file, line)) {
		check_line(vectors, header, line, ++n_rows + 1);
		n_defects += is_defect;
	}
	fclose(file);
	printf("%s: %u rows checked, %u of them our own result instead of a defect\n",
	       vectors->file, n_rows, n_defects);
	if (n_rows == 0)
		fail_msg("%s: no rows", path);
}

static void every_row_is_as_recorded_or_as_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(all); i++)
		check_file(&all[i]);
}

static bool is_known(const char *file)
{
	for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
		if (strcmp(all[i].file, file) == 0)
			return true;
	}
	return false;
}

static void every_file_is_known(void **state)
{
	DIR *dir = opendir(folder());

	(void)state;
	if (!dir)
		fail_msg("%s: %s", folder(), strerror(errno));
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] != '.' && !is_known(entry->d_name))
			fail_msg("%s/%s: nothing in this test checks it; add it to the table",
			         folder(), entry->d_name);
	}
	closedir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_is_known),
		cmocka_unit_test(every_row_is_as_recorded_or_as_documented),
	};

	return RUN(tests);
}
