/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The bridge of the clients in /etc/config/network. */
struct render;
struct uci_document;

/* Its ports are those of the plan. */
void bridge_render(const struct render *render, struct uci_document *document);
/* Without lan the bridge is OpenWrt's, and only the cloud comes and goes. */
void bridge_join(const struct render *render, struct uci_document *document);
