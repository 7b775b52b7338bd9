/* SPDX-License-Identifier: MIT */
#ifndef SUPPORT_IMAGE_H
#define SUPPORT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

/* What a file holds, while another process writes it through a mapping. */
struct image {
	const char *path;
	int fd;	   /* -1: it is not there yet */
	void *map; /* shared with its writers */
	void *saved;
	size_t bytes;
};

void image_watch(struct image *image, const char *path);
void image_close(struct image *image);

/* Since the last look, which this one is now. */
bool image_has_changed(struct image *image);

/* Make another file of what was last seen; none if there was none. */
void image_copy(const struct image *image, const char *path);

#endif /* SUPPORT_IMAGE_H */
