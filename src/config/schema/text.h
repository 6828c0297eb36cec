/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Checks of texts that rows of the tables name.  Each gives NULL, or what is wrong
 * in words that follow the quoted text.
 */

const char *text_check_utf8(const char *text);
/* Labels of letters, digits and dashes, joined by dots (RFC 1123, section 2.1). */
const char *text_check_domain(const char *text);
/* name_device_fault(), net/names.h */
const char *text_check_ifname(const char *text);
/* A path that cannot lead out of its folder. */
const char *text_check_asset(const char *text);
const char *text_check_path(const char *text);
const char *text_check_ip(const char *text);
/* Of a server that can be asked from anywhere. */
const char *text_check_server(const char *text);
/* One line of UTF-8 without control characters. */
const char *text_check_line(const char *text);
/* An IPv6 address, or a network of them. */
const char *text_check_network6(const char *text);
/* Hours of a day, net/hours.h. */
const char *text_check_hours(const char *text);
/* A target of net/probe.h, or "none". */
const char *text_check_service(const char *text);
const char *text_check_probe(const char *text);
