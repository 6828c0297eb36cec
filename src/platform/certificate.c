/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/certificate.h"

#include <errno.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "net/ip.h"
#include "platform/mbed.h"

#define NAME "https.pem"
/* A clock may be wrong when it is made, and nobody makes a new one. */
#define VALID_FROM  "20200101000000"
#define VALID_UNTIL "20491231235959"

/* --- making --- */

/* Backwards, as DER is written.  The length, or less than 0. */
static int write_name(unsigned char **at, unsigned char *start, const char *name)
{
	struct ip ip;
	bool is_address = ip_parse(name, &ip);
	const char *bytes = is_address ? (const char *)ip.byte : name;
	size_t size = is_address ? (ip.family == IP_V4 ? 4 : 16) : strlen(name);
	int tag = MBEDTLS_ASN1_CONTEXT_SPECIFIC | (is_address ? 7 : 2);

	return mbedtls_asn1_write_tagged_string(at, start, tag, bytes, size);
}

static int set_names(mbedtls_x509write_cert *made, const char *const *names, size_t n_names)
{
	unsigned char bytes[1024];
	unsigned char *at = bytes + sizeof(bytes);
	size_t length;
	int r;

	for (size_t i = n_names; i-- > 0;) {
		r = write_name(&at, bytes, names[i]);
		if (r < 0)
			return r;
	}
	length = (size_t)(bytes + sizeof(bytes) - at);
	r = mbedtls_asn1_write_len(&at, bytes, length);
	if (r >= 0)
		r = mbedtls_asn1_write_tag(&at, bytes,
		                           MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);
	if (r < 0)
		return r;
	return mbedtls_x509write_crt_set_extension(made, MBEDTLS_OID_SUBJECT_ALT_NAME,
	                                           MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME),
	                                           0, at, (size_t)(bytes + sizeof(bytes) - at));
}

static int set_serial(mbedtls_x509write_cert *made)
{
	mbedtls_mpi serial;
	int r;

	mbedtls_mpi_init(&serial);
	r = mbedtls_mpi_fill_random(&serial, 15, mbed_random, NULL);
	if (r == 0)
		r = mbedtls_x509write_crt_set_serial(made, &serial);
	mbedtls_mpi_free(&serial);
	return r;
}

static int sign(mbedtls_pk_context *pk, const char *const *names, size_t n_names,
                unsigned char *text, size_t room)
{
	static const char subject[] = "CN=weft,O=a node of a community mesh network";
	mbedtls_x509write_cert made;
	int r;

	mbedtls_x509write_crt_init(&made);
	mbedtls_x509write_crt_set_version(&made, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&made, MBEDTLS_MD_SHA256);
	mbedtls_x509write_crt_set_subject_key(&made, pk);
	mbedtls_x509write_crt_set_issuer_key(&made, pk);
	r = set_serial(&made);
	if (r == 0)
		r = mbedtls_x509write_crt_set_subject_name(&made, subject);
	if (r == 0)
		r = mbedtls_x509write_crt_set_issuer_name(&made, subject);
	if (r == 0)
		r = mbedtls_x509write_crt_set_validity(&made, VALID_FROM, VALID_UNTIL);
	if (r == 0)
		r = mbedtls_x509write_crt_set_basic_constraints(&made, 0, -1);
	if (r == 0)
		r = set_names(&made, names, n_names);
	if (r == 0)
		r = mbedtls_x509write_crt_pem(&made, text, room, mbed_random, NULL);
	mbedtls_x509write_crt_free(&made);
	return r;
}

static int make(const char *const *names, size_t n_names, struct buf *pem)
{
	unsigned char text[4096];
	mbedtls_pk_context pk;
	int r;

	mbedtls_pk_init(&pk);
	r = mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
	if (r == 0)
		r = mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk), mbed_random,
		                        NULL);
	if (r == 0)
		r = mbedtls_pk_write_key_pem(&pk, text, sizeof(text));
	if (r == 0) {
		buf_add(pem, (const char *)text);
		r = sign(&pk, names, n_names, text, sizeof(text));
	}
	if (r == 0)
		buf_add(pem, (const char *)text);
	mbedtls_pk_free(&pk);
	sodium_memzero(text, sizeof(text));
	return r == 0 ? 0 : -EIO;
}

/* --- reading --- */

static int fail(struct diag *diag, const char *path, const char *why)
{
	diag_add(diag, DIAG_ERROR, NULL, "%s: %s", path, why);
	return -EINVAL;
}

static int check(const char *path, const struct buf *pem, struct diag *diag)
{
	/* A size counts the zero at the end of PEM. */
	const unsigned char *bytes = (const unsigned char *)buf_text(pem);
	mbedtls_pk_context pk;
	mbedtls_x509_crt crt;
	int r = 0;

	mbedtls_pk_init(&pk);
	mbedtls_x509_crt_init(&crt);
	if (mbed_parse_key(&pk, bytes, pem->length + 1) != 0)
		r = fail(diag, path, "has no private key in PEM, or one with a password");
	else if (mbedtls_x509_crt_parse(&crt, bytes, pem->length + 1) != 0)
		r = fail(diag, path, "has no certificate in PEM");
	else if (mbed_check_pair(&crt.pk, &pk) != 0)
		r = fail(diag, path, "has a first certificate that is not for its key");
	mbedtls_x509_crt_free(&crt);
	mbedtls_pk_free(&pk);
	return r;
}

int certificate_load(const char *folder, const char *const *names, size_t n_names, struct buf *pem,
                     struct diag *diag)
{
	BUF_AUTO path = { 0 };
	int r;

	buf_printf(&path, "%s/" NAME, folder);
	r = file_read(path.text, CERTIFICATE_MAX, pem);
	if (r == 0)
		return check(path.text, pem, diag);
	if (r != -ENOENT) {
		diag_add(diag, DIAG_ERROR, NULL, "%s cannot be read: %s", path.text, file_fault(r));
		return -EINVAL;
	}
	r = make(names, n_names, pem);
	if (r == 0)
		r = file_write(path.text, pem->text, pem->length, 0600);
	if (r < 0)
		diag_add(diag, DIAG_ERROR, NULL, "cannot make %s: %s", path.text, strerror(-r));
	return r;
}
