/* SPDX-License-Identifier: MIT */
#ifndef SLI_BENCH_PLACE_H
#define SLI_BENCH_PLACE_H

/*
 * Where registries are measured: in private memory, in a file in $TMPDIR or
 * /tmp, and in a file in memory (/dev/shm). Files are removed when the program
 * ends.
 */

enum place { PLACE_MEMORY, PLACE_TMPDIR, PLACE_SHM, PLACES };

/* 0 if there is no such place on this machine. */
int place_exists(enum place place);

/* "memory", or the directory and its file system: "/tmp, ext4". */
const char *place_name(enum place place);

/* A path for a file of its own, that is not there yet; never freed. */
const char *place_path(enum place place);

#endif /* SLI_BENCH_PLACE_H */
