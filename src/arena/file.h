/* SPDX-License-Identifier: MIT */
#ifndef SLI_ARENA_FILE_H
#define SLI_ARENA_FILE_H

/*
 * The file under a registry: opening it with suspicion, its space, its locks.
 *
 * Locks are on bytes past any data, and belong to the open file description
 * (fcntl(2), F_OFD_SETLK): the kernel drops them when the last process that has
 * it is gone, by whatever end, in whatever pid namespace. (Locks of a process
 * would go when any descriptor of the file is closed, and a mutex in the file
 * would stay locked after a power loss.)
 *
 *   LOCK_BYTE         the lock of registration
 *   LOCK_BYTE + 1 + i process i of the table lives
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sli/status.h>

enum sli__file_mode {
	SLI__FILE_READ,	  /* a view */
	SLI__FILE_WRITE,  /* one that is there */
	SLI__FILE_CREATE, /* or make an empty one */
	SLI__FILE_NEW	  /* make an empty one */
};

/* All zero but the descriptors, which are -1: memory that is no file. */
struct sli__file {
	int fd;		   /* holds the process byte */
	int lock_fd;	   /* holds the lock of registration */
	int is_new;	   /* there was none */
	int is_made;	   /* there was none, or an empty one */
	uint64_t lock_pid; /* to whom lock_fd belongs */
	uint64_t device, inode;
	void *map;
	size_t map_bytes;
	uint64_t lost;	  /* 1: its memory is being replaced, 2: it is */
	uint64_t sync_ns; /* 0: never */
};

/*
 * sli__fail() for a system call, as in "cannot open the file: ...": without a
 * locale, the errors that a user meets in words, others by number.
 */
int sli__file_fail(struct sli_error *err, const char *what, int error);

void sli__file_init(struct sli__file *file);

/*
 * Open and check: a regular file, and for writing one that is ours alone to
 * write. Waits for the lock of registration, which the caller then has.
 * Errors: SLI_ENOENT, SLI_EEXIST, SLI_EACCES, SLI_EBUSY, SLI_ENOMEM, SLI_EIO.
 */
int sli__file_open(struct sli__file *file, const char *path,
    enum sli__file_mode mode, struct sli_error *err);

/* Is a descriptor still one of the file? Errors: SLI_EIO. */
int sli__file_check(const struct sli__file *file, int fd,
    struct sli_error *err);

/* Also unmaps it. */
void sli__file_close(struct sli__file *file);

/* Remove a file that sli__file_open() has made. */
void sli__file_remove(const struct sli__file *file, const char *path);

int sli__file_size(const struct sli__file *file, uint64_t *bytes,
    struct sli_error *err);

/* Is the name gone? Is it shorter than what is mapped? */
bool sli__file_is_deleted(const struct sli__file *file);
bool sli__file_is_cut(const struct sli__file *file);

/* bytes at offset, all of them. */
int sli__file_read(const struct sli__file *file, void *to, size_t bytes,
    uint64_t offset, struct sli_error *err);

/* The first place from offset on that may not be zero, or UINT64_MAX. */
uint64_t sli__file_next_data(const struct sli__file *file, uint64_t offset);

int sli__file_write(const struct sli__file *file, const void *from,
    size_t bytes, uint64_t offset, struct sli_error *err);

/* Make it so long; what is new is a hole. */
int sli__file_resize(const struct sli__file *file, uint64_t bytes,
    struct sli_error *err);

/*
 * Have disk space for [from, to), so that no write there raises SIGBUS.
 * Errors: SLI_ENOSPC, SLI_EIO. Does nothing for memory.
 */
int sli__file_reserve(const struct sli__file *file, uint64_t from, uint64_t to,
    struct sli_error *err);

/* The same, and all zero after it; memory that is no file is zero already. */
int sli__file_clear(const struct sli__file *file, uint64_t from, uint64_t to,
    struct sli_error *err);

int sli__file_map(struct sli__file *file, uint64_t bytes, bool writable,
    struct sli_error *err);

/*
 * Put zeros of this process in the place of a file that was lost; false:
 * another thread does it. Async-signal-safe.
 */
bool sli__file_replace(struct sli__file *file);

/*
 * Start writing [from, to) to the disk. Waits for no write, but for a place in
 * the disk's queue. Async-signal-safe.
 */
void sli__file_write_out(const struct sli__file *file, uint64_t from,
    uint64_t to);
int sli__file_sync(const struct sli__file *file, struct sli_error *err);

/* The lock of registration. None in memory, nor if the file is lost. */
int sli__file_lock(struct sli__file *file, struct sli_error *err);
void sli__file_unlock(struct sli__file *file);

/* The byte of process i: take it, and does another hold it? */
bool sli__file_hold(const struct sli__file *file, uint32_t i);
bool sli__file_is_held(const struct sli__file *file, uint32_t i);
bool sli__file_is_shared(const struct sli__file *file); /* any process byte */

#endif /* SLI_ARENA_FILE_H */
