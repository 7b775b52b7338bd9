/* SPDX-License-Identifier: MIT */
#ifndef SLI_VERSION_H
#define SLI_VERSION_H

/*
 * The one place the version is written: the Makefile reads it from here for
 * the soname and for libsli.pc.
 */
#define SLI_VERSION_MAJOR 0
#define SLI_VERSION_MINOR 1
#define SLI_VERSION_PATCH 0
#define SLI_VERSION "0.1.0"

#endif /* SLI_VERSION_H */
