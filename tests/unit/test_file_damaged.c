/* SPDX-License-Identifier: MIT */
/*
 * Files in which bits were flipped: refused with a reason and left as they are,
 * or all goes on.
 */
#include "damage.h"

#include "indicator/bind.h"
#include "slo/slo.h"

/* ---- flipped ---- */

static void
test_damaged_header_bit_is_refused_or_of_no_matter(void **state)
{
	const size_t version = offsetof(struct sli__block, version);
	const size_t stride = damage_stride();
	const size_t changing = offsetof(struct sli__block, used_bytes);
	struct image *image = &file.sound;
	size_t bit;
	int status;

	(void)state;
	for (bit = 0; bit < 8 * sizeof(struct sli__block); bit += stride) {
		image->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		status = try_both(image, image->size);
		if (bit / 8 < changing &&
		    (bit / 8 < version || bit / 8 >= version + 16))
			assert_true(
			    status == SLI_ECORRUPT || status == SLI_EVERSION);
		/* By the copy of the header. */
		if (status != SLI_OK && bit / stride % 97 == 0) {
			image_write(image, image->size, file.path);
			expect_saved(100, 100);
		}
		image->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

/* A bit of each byte of [offset, offset + bytes). */
static void
flip_bytes(uint64_t offset, size_t bytes, int expected)
{
	unsigned char *byte, was;
	size_t i;
	int status;

	for (i = 0; i < bytes; i += damage_stride()) {
		byte = &file.sound.bytes[offset + i];
		was = *byte;
		*byte ^= (unsigned char)(1 << random_below(&file.rnd, 8));
		status = try_both(&file.sound, file.sound.size);
		if (expected != SLI_OK)
			assert_int_equal(status, expected);
		*byte = was;
	}
}

static uint64_t
entry_offset(uint64_t index)
{
	return file.geometry.indicators_offset +
	    index * sizeof(struct sli__indicator_entry);
}

static void
test_damaged_indicator_is_refused_or_goes_on(void **state)
{
	const size_t head = offsetof(struct sli__indicator_entry, spec);

	(void)state;
	flip_bytes(entry_offset(0), head, SLI_OK);
	flip_bytes(entry_offset(0) + head, sizeof(struct sli__indicator_spec),
	    SLI_ECORRUPT);
	/* A byte of the place that nobody has taken is of no matter. */
	file.sound.bytes[entry_offset(3) + head + 3] ^= 0x10;
	assert_int_equal(try_both(&file.sound, file.sound.size), SLI_OK);
}

static void
test_damaged_slo_is_refused_or_goes_on(void **state)
{
	const uint64_t offset = file.geometry.slos_offset;
	const size_t head = offsetof(struct sli__slo_entry, spec);

	(void)state;
	flip_bytes(offset, head, SLI_OK);
	flip_bytes(offset + head, sizeof(struct sli__slo_spec), SLI_ECORRUPT);
}

static void
test_damaged_indicator_is_lost_and_the_other_saved(void **state)
{
	struct image *image = &file.sound;

	(void)state;
	image->bytes[entry_offset(0) +
	    offsetof(struct sli__indicator_entry, spec.slot_ns)] ^= 1;
	image_write(image, image->size, file.path);
	expect_open_refused(file.path, SLI_ECORRUPT, "indicator 0", "damaged");
	expect_saved(0, 100);
}

/* ---- numbers that are anything ---- */

static uint64_t
any_number(struct random *rnd)
{
	switch (random_below(rnd, 4)) {
	case 0:
		return random_magnitude(rnd, 64);
	case 1:
		return UINT64_C(1) << random_below(rnd, 64);
	case 2:
		return (uint64_t)0 - random_below(rnd, 100);
	default:
		return random_below(rnd, 100);
	}
}

static void
set_word(uint64_t offset, uint64_t value)
{
	memcpy(file.sound.bytes + offset, &value, sizeof(value));
}

/* Each word of [offset, offset + bytes) in turn, and the sums made to fit. */
static void
set_each_word(uint64_t offset, size_t bytes, void (*sum)(void))
{
	uint64_t at, was, rounds, n = test_scaled(4);

	for (at = offset; at < offset + bytes;
	     at += sizeof(was) * damage_stride()) {
		memcpy(&was, file.sound.bytes + at, sizeof(was));
		for (rounds = 0; rounds < n; rounds++) {
			set_word(at, any_number(&file.rnd));
			sum();
			try_both(&file.sound, file.sound.size);
		}
		set_word(at, was);
		sum();
	}
}

static void
no_sum(void)
{
}

static void
sum_header(void)
{
	set_word(offsetof(struct sli__block, checksum),
	    sli__checksum(
		file.sound.bytes + offsetof(struct sli__block, geometry),
		sizeof(struct sli__geometry)));
}

static void
sum_indicator(void)
{
	set_word(entry_offset(0) + offsetof(struct sli__indicator_entry, life),
	    sli__life_of(file.sound.bytes + entry_offset(0) +
		    offsetof(struct sli__indicator_entry, spec),
		sizeof(struct sli__indicator_spec)));
}

static void
sum_slo(void)
{
	const uint64_t slo = file.geometry.slos_offset;

	set_word(slo + offsetof(struct sli__slo_entry, life),
	    sli__life_of(
		file.sound.bytes + slo + offsetof(struct sli__slo_entry, spec),
		sizeof(struct sli__slo_spec)));
}

static void
sum_zone(void)
{
	const uint64_t zone = file.geometry.zones_offset;

	set_word(zone + offsetof(struct sli__zone_entry, life),
	    sli__life_of(file.sound.bytes + zone +
		    offsetof(struct sli__zone_entry, zone),
		sizeof(struct sli__zone)));
}

static void
test_damaged_words_of_header_and_entries_do_no_harm(void **state)
{
	(void)state;
	set_each_word(0, sizeof(struct sli__block), no_sum);
	set_each_word(offsetof(struct sli__block, geometry),
	    sizeof(struct sli__geometry), sum_header);
	set_each_word(entry_offset(0),
	    offsetof(struct sli__indicator_entry, spec), no_sum);
	set_each_word(
	    entry_offset(0) + offsetof(struct sli__indicator_entry, spec),
	    sizeof(struct sli__indicator_spec), sum_indicator);
	set_each_word(file.geometry.slos_offset,
	    offsetof(struct sli__slo_entry, spec), no_sum);
	set_each_word(
	    file.geometry.slos_offset + offsetof(struct sli__slo_entry, spec),
	    sizeof(struct sli__slo_spec), sum_slo);
	/* Of the zone its name and first changes. */
	set_each_word(file.geometry.zones_offset, 128, no_sum);
	set_each_word(
	    file.geometry.zones_offset + offsetof(struct sli__zone_entry, zone),
	    128, sum_zone);
}

/* Cells, rings, processes, audit records: a few words at a time. */
static void
test_damaged_words_anywhere_do_no_harm(void **state)
{
	const uint64_t first = file.geometry.processes_offset / 8;
	const uint64_t words = file.geometry.size_bytes / 8 - first;
	struct image damaged = { malloc(file.sound.size), file.sound.size };
	uint64_t rounds, i, n = test_scaled(400), number;

	(void)state;
	assert_non_null(damaged.bytes);
	for (rounds = 0; rounds < n; rounds++) {
		memcpy(damaged.bytes, file.sound.bytes, damaged.size);
		for (i = random_below(&file.rnd, 30) + 1; i > 0; i--) {
			number = any_number(&file.rnd);
			memcpy(damaged.bytes +
				8 * (first + random_below(&file.rnd, words)),
			    &number, sizeof(number));
		}
		try_both(&damaged, damaged.size);
		image_write(&damaged, damaged.size, file.path);
		use_status(sli_file_check(file.path, NULL, NULL, NULL));
		assert_true(is_as_written(&damaged, damaged.size));
	}
	image_drop(&damaged);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_damaged_header_bit_is_refused_or_of_no_matter),
		TEST(test_damaged_indicator_is_refused_or_goes_on),
		TEST(test_damaged_slo_is_refused_or_goes_on),
		TEST(test_damaged_indicator_is_lost_and_the_other_saved),
		TEST(test_damaged_words_of_header_and_entries_do_no_harm),
		TEST(test_damaged_words_anywhere_do_no_harm),
	};

	return cmocka_run_group_tests(tests, damage_group, NULL);
}
