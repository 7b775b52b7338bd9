/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <unistd.h>

#include "../support/random.h"
#include "../support/scale.h"
#include "fixture.h"
#include "zones.h"

/* Real files, damaged: what is not refused is used. */

static const char *const samples[] = { "Africa/Casablanca", "Asia/Gaza",
	"Australia/Lord_Howe", "Europe/Dublin", "Pacific/Apia", "Etc/UTC" };

static size_t
read_sample(const char *name, unsigned char *to, size_t max)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), DATABASE "/%s", name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	n = read(fd, to, max);
	close(fd);
	assert_in_range(n, 1, max - 1);
	return (size_t)n;
}

/* A zone that was read is one, and its queries end. Returns whether it was. */
static uint64_t
is_harmless(const unsigned char *bytes, size_t length)
{
	struct sli__zone zone;
	int64_t t, first;

	if (parse_bytes(bytes, length, &zone, NULL) != SLI_OK)
		return 0;
	assert_int_equal(sli__zone_check(&zone, NULL), SLI_OK);
	for (t = FROM_2020_S; t < UNTIL_2036_S; t += 86400 * 365) {
		first = sli__zone_first(&zone, t);
		if (first + sli__zone_offset(&zone, first) < t)
			fail_msg("local %lld is before it comes", (long long)t);
	}
	return 1;
}

static void
test_zone_file_cut_anywhere_is_refused(void **state)
{
	unsigned char bytes[8192];
	struct sli__zone zone;
	size_t length, cut, i;

	(void)state;
	for (i = 0; i < LENGTH(samples); i++) {
		length = read_sample(samples[i], bytes, sizeof(bytes));
		assert_int_equal(parse_bytes(bytes, length, &zone, NULL),
		    SLI_OK);
		for (cut = 0; cut < length; cut++)
			if (parse_bytes(bytes, cut, &zone, NULL) !=
			    SLI_ECORRUPT)
				fail_msg("%s is read when cut at %zu",
				    samples[i], cut);
	}
}

static void
test_zone_file_with_a_bit_flipped_is_refused_or_harmless(void **state)
{
	unsigned char bytes[8192];
	uint64_t read = 0, all = 0;
	size_t length, bit, i;
	size_t step = (size_t)(100 / test_scaled(100));

	(void)state;
	step = step > 0 ? step : 1;
	for (i = 0; i < LENGTH(samples); i++) {
		length = read_sample(samples[i], bytes, sizeof(bytes));
		for (bit = 0; bit < 8 * length; bit += step) {
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
			read += is_harmless(bytes, length);
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
			all++;
		}
	}
	print_message("%llu of %llu were read\n", (unsigned long long)read,
	    (unsigned long long)all);
	assert_in_range(read, 1, all - 1);
}

static void
test_zone_file_with_bytes_changed_is_refused_or_harmless(void **state)
{
	static const unsigned char edges[] = { 0, 1, 0x7f, 0x80, 0xff, ',',
		'-' };
	struct random rnd = { random_seed() };
	uint64_t round, rounds = test_scaled(200000), read = 0;
	unsigned char good[8192], bytes[8192];
	size_t length = 0, at, n;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)rnd.state);
	for (round = 0; round < rounds; round++) {
		if (round % 1000 == 0)
			length = read_sample(
			    samples[random_below(&rnd, LENGTH(samples))], good,
			    sizeof(good));
		memcpy(bytes, good, length);
		for (n = random_below(&rnd, 4) + 1; n > 0; n--) {
			/* Headers and rules are short: hit them often. */
			at = random_below(&rnd, length);
			if (random_percent(&rnd, 30))
				at = random_below(&rnd, 64);
			else if (random_percent(&rnd, 40))
				at = length - 1 - random_below(&rnd, 30);
			bytes[at] = random_percent(&rnd, 50) ?
			    edges[random_below(&rnd, LENGTH(edges))] :
			    (unsigned char)random_next(&rnd);
		}
		read += is_harmless(bytes, length);
	}
	assert_in_range(read, 1, rounds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zone_file_cut_anywhere_is_refused),
		cmocka_unit_test(
		    test_zone_file_with_a_bit_flipped_is_refused_or_harmless),
		cmocka_unit_test(
		    test_zone_file_with_bytes_changed_is_refused_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
