/* SPDX-License-Identifier: MIT */
#ifndef SLI_API_H
#define SLI_API_H

/*
 * Linkage and initialisers, for the other headers. A program needs nothing
 * from here but what the macros of the headers it includes expand to.
 */

#if defined(__GNUC__)
#define SLI_API __attribute__((visibility("default")))
#define SLI_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SLI_API
#define SLI_MUST_CHECK
#endif

#ifdef __cplusplus
#define SLI_BEGIN_DECLS extern "C" {
#define SLI_END_DECLS }

template <class T> inline T
sli_config_init()
{
	T config = T();

	config.struct_size = static_cast<unsigned int>(sizeof(T));
	return config;
}
#define SLI_CONFIG_INIT(type) sli_config_init<type>()
#else
#define SLI_BEGIN_DECLS
#define SLI_END_DECLS
/* clang-format off */
#define SLI_CONFIG_INIT(type) { .struct_size = sizeof(type) }
/* clang-format on */
#endif

#endif /* SLI_API_H */
