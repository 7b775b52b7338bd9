/* SPDX-License-Identifier: MIT */
/*
 * The one file in C++: jansson, which writes the documents of the other
 * commands, reads 0.5 million such lines a second here, simdjson 18 million.
 */
#define SIMDJSON_EXCEPTIONS 0

#include "log_json.h"

#include <new>

#include <simdjson.h>

extern "C" {
#include "log_input.h"
#include "mem.h"
}

using namespace simdjson;

static_assert(LOG_PADDING >= SIMDJSON_PADDING, "what simdjson may look at");

struct log_json {
	ondemand::parser parser;
};

namespace
{

/* What is looked for in an object. */
struct search {
	const char *keys[LOG_FIELDS];
	log_text *out[LOG_FIELDS];
	size_t count;

	void
	add(const char *key, log_text *into)
	{
		keys[count] = key;
		out[count++] = into;
	}
};

/* What is left of a wanted key behind a field's name; NULL: another key. */
const char *
rest_of(const char *key, const char *name)
{
	while (*key != '\0' && *key == *name) {
		key++;
		name++;
	}
	return *name == '"' && (*key == '\0' || *key == '.') ? key : nullptr;
}

error_code
take(ondemand::value value, log_text *out)
{
	ondemand::json_type type;
	std::string_view text;
	error_code error = value.type().get(type);

	*out = { nullptr, 0 };
	if (error)
		return error;
	switch (type) {
	case ondemand::json_type::string:
		error = value.get_string().get(text);
		break;
	case ondemand::json_type::number:
	case ondemand::json_type::boolean:
		text = value.raw_json_token();
		while (!text.empty() && (unsigned char)text.back() <= ' ')
			text.remove_suffix(1);
		break;
	default:
		return SUCCESS;
	}
	if (!error)
		*out = { text.data(), text.size() };
	return error;
}

error_code
walk(ondemand::object object, const search &wanted)
{
	for (auto result : object) {
		ondemand::field field;
		ondemand::object below;
		log_text text;
		search here, inner;
		error_code error = std::move(result).get(field);

		if (error)
			return error;
		here.count = inner.count = 0;
		for (size_t i = 0; i < wanted.count; i++) {
			const char *rest = rest_of(wanted.keys[i],
			    field.key().raw());

			if (rest == nullptr)
				continue;
			if (*rest == '.')
				inner.add(rest + 1, wanted.out[i]);
			else
				here.add(rest, wanted.out[i]);
		}
		if (here.count > 0) {
			error = take(field.value(), &text);
			for (size_t i = 0; i < here.count; i++)
				*here.out[i] = text;
		} else if (inner.count > 0 &&
		    !field.value().get_object().get(below))
			error = walk(below, inner);
		if (error)
			return error;
	}
	return SUCCESS;
}

} // namespace

struct log_json *
log_json_new(void)
{
	return new (mem_array(1, sizeof(log_json))) log_json;
}

void
log_json_free(struct log_json *json)
{
	if (json == nullptr)
		return;
	json->~log_json();
	free(json);
}

int
log_json_line(struct log_json *json, const char *line, size_t length,
    const char *const *keys, struct log_text *out, size_t count,
    struct log_why *why)
{
	ondemand::document document;
	ondemand::object object;
	search wanted;
	const char *behind;
	error_code error;

	wanted.count = 0;
	for (size_t i = 0; i < count; i++)
		if (keys[i] != nullptr)
			wanted.add(keys[i], &out[i]);

	error = json->parser.iterate(line, length, length + LOG_PADDING)
		    .get(document);
	if (!error)
		error = document.get_object().get(object);
	if (!error)
		error = walk(object, wanted);
	if (!error && document.current_location().get(behind) != OUT_OF_BOUNDS)
		error = TRAILING_CONTENT;
	if (error == SUCCESS)
		return 0;
	if (error == INCORRECT_TYPE)
		return log_refuse(why, "no JSON object");
	return log_refuse(why, "no JSON: %s", error_message(error));
}
