/* SPDX-License-Identifier: MIT */
#include "document.h"

#include <stdlib.h>

struct written written;

int
write_down(const void *bytes, size_t length, void *arg)
{
	(void)arg;
	if (length >= sizeof(written.bytes) - written.length)
		return -1;
	memcpy(written.bytes + written.length, bytes, length);
	written.length += length;
	written.bytes[written.length] = '\0';
	return 0;
}

json_t *
parse_written(void)
{
	json_error_t error;
	json_t *root = json_loadb(written.bytes, written.length,
	    JSON_REJECT_DUPLICATES, &error);

	if (root == NULL)
		fail_msg("%s at %d: %s", error.text, error.position,
		    written.bytes);
	return root;
}

json_t *
at(json_t *root, const char *path)
{
	json_t *found = root;
	char key[64];
	size_t length;
	const char *step = path;

	while (found != NULL && *step != '\0') {
		length = strcspn(step, "/");
		assert_true(length < sizeof(key));
		memcpy(key, step, length);
		key[length] = '\0';
		found = json_is_array(found) ?
		    json_array_get(found, strtoul(key, NULL, 10)) :
		    json_object_get(found, key);
		step += length + (step[length] == '/');
	}
	if (found == NULL)
		fail_msg("there is no %s", path);
	return found;
}

json_int_t
number_at(json_t *root, const char *path)
{
	const json_t *found = at(root, path);

	if (!json_is_integer(found))
		fail_msg("%s is no integer", path);
	return json_integer_value(found);
}

const char *
text_at(json_t *root, const char *path)
{
	const json_t *found = at(root, path);

	if (!json_is_string(found))
		fail_msg("%s is no text", path);
	return json_string_value(found);
}
