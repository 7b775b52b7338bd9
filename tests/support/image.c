/* SPDX-License-Identifier: MIT */
#include "image.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"

static void
forget(struct image *image)
{
	if (image->bytes > 0)
		assert_int_equal(munmap(image->map, image->bytes), 0);
	free(image->saved);
	image->map = image->saved = NULL;
	image->bytes = 0;
}

static void
remap(struct image *image, size_t bytes)
{
	forget(image);
	if (bytes == 0)
		return;
	image->map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, image->fd, 0);
	assert_ptr_not_equal(image->map, MAP_FAILED);
	image->saved = malloc(bytes);
	assert_non_null(image->saved);
	memcpy(image->saved, image->map, bytes);
	image->bytes = bytes;
}

bool
image_has_changed(struct image *image)
{
	struct stat st;
	bool is_new = false;

	if (image->fd < 0) {
		image->fd = open(image->path, O_RDONLY | O_CLOEXEC);
		if (image->fd < 0)
			return false;
		is_new = true;
	}
	assert_int_equal(fstat(image->fd, &st), 0);
	if ((size_t)st.st_size != image->bytes) {
		remap(image, (size_t)st.st_size);
		return true;
	}
	if (image->bytes == 0 ||
	    memcmp(image->saved, image->map, image->bytes) == 0)
		return is_new;
	memcpy(image->saved, image->map, image->bytes);
	return true;
}

void
image_watch(struct image *image, const char *path)
{
	memset(image, 0, sizeof(*image));
	image->path = path;
	image->fd = -1;
	(void)image_has_changed(image);
}

void
image_close(struct image *image)
{
	forget(image);
	if (image->fd >= 0)
		close(image->fd);
}

void
image_copy(const struct image *image, const char *path)
{
	int fd;

	unlink(path);
	if (image->fd < 0)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, image->saved, image->bytes), image->bytes);
	close(fd);
}
