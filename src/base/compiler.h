/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the compiler can do for us, under one name for gcc and clang.
 */
#include <stddef.h>

#define PRINTF(format_, first_) __attribute__((format(printf, format_, first_)))
#define MUST_CHECK              __attribute__((warn_unused_result))

/*
 * `AUTO(plan_free) struct plan *plan` calls plan_free(plan) when the variable goes
 * out of scope.  The function must take NULL.  Hand the object on with take().
 */
#define AUTO(function_) __attribute__((cleanup(auto_##function_)))

/* Declares what AUTO needs; stands once, beside the function, in its header. */
#define AUTO_DEFINE(function_, type_)                       \
	static inline void auto_##function_(type_ **object) \
	{                                                   \
		function_(*object);                         \
	}                                                   \
	struct auto_swallows_semicolon

#define take(object_)                                   \
	({                                              \
		__typeof__(object_) taken_ = (object_); \
		(object_) = NULL;                       \
		taken_;                                 \
	})

#define ARRAY_LENGTH(array_) (sizeof(array_) / sizeof((array_)[0]))

#define container_of(member_pointer_, type_, member_) \
	((type_ *)(void *)((char *)(member_pointer_)-offsetof(type_, member_)))

/* Whether the build looks for mistakes in the use of memory, which takes memory without end. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif
