/* SPDX-License-Identifier: MIT */
/* Appending to descriptors that may have no room. */
#include <signal.h>
#include <sys/socket.h>

#include "../support/random.h"
#include "appended.h"

/* What was read of a stream, in pieces as long as it liked. */
struct reader {
	int fd;
	char line[8192];
	size_t used;
	uint64_t lines, torn;
	uint64_t next; /* number that the next line should have at least */
};

/* A line is a number and as many x as it says; it is not to be torn. */
static size_t
make_line(char *to, uint64_t number, size_t filler)
{
	size_t length = (size_t)sprintf(to, "%llu %zu ",
	    (unsigned long long)number, filler);

	memset(to + length, 'x', filler);
	to[length + filler] = '\n';
	return length + filler + 1;
}

static void
check_line(struct reader *r)
{
	unsigned long long number;
	size_t filler;
	char *end = r->line + r->used - 1, *x;
	int at = 0;

	r->lines++;
	*end = '\0';
	if (sscanf(r->line, "%llu %zu %n", &number, &filler, &at) != 2)
		at = 0;
	x = r->line + at;
	if (at == 0 || (size_t)(end - x) != filler ||
	    strspn(x, "x") != filler || number < r->next)
		r->torn++;
	r->next = number + 1;
	r->used = 0;
}

/* As much as there is, up to max bytes. */
static void
read_some(struct reader *r, size_t max)
{
	char piece[4096];
	ssize_t n, i;

	for (; max > 0; max -= (size_t)n) {
		n = read(r->fd, piece,
		    max < sizeof(piece) ? max : sizeof(piece));
		if (n <= 0)
			return;
		for (i = 0; i < n; i++) {
			r->line[r->used++] = piece[i];
			if (piece[i] == '\n' || r->used == sizeof(r->line))
				check_line(r);
		}
	}
}

static int
not_blocking(int fd)
{
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static void
test_stream_pipe_that_is_full_refuses_a_batch(void **state)
{
	struct sli_error err;
	char bytes[1000];
	int fd[2], n = 0;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	open_fd(fd[1]);
	/* No batch has a part of it in the pipe: what is full stays full. */
	assert_int_equal(put("a\n", NULL), SLI_OK);
	while (put_line('a', 4096, &err) == SLI_OK)
		n++;
	if (appended().pending_bytes == 0)
		assert_int_equal(err.status, SLI_EBUSY);
	assert_true(n > 0);
	assert_int_equal(put("b\n", &err), SLI_EBUSY);
	assert_error(&err, SLI_EBUSY, "batch of 2 bytes", "fd");
	assert_int_equal(appended().dropped_batches, 2);

	/* The caller's descriptor blocks as before. */
	assert_int_equal(fcntl(fd[1], F_GETFL) & O_NONBLOCK, 0);
	assert_true(read(fd[0], bytes, sizeof(bytes)) == sizeof(bytes));
	close(fd[0]);
	(void)sli_appender_close(appender, NULL);
	assert_int_equal(close(fd[1]), 0);
}

/* Whatever the sizes: lines come whole, in order, all that were accepted. */
static void
test_stream_rest_of_a_batch_goes_before_the_next(void **state)
{
	uint64_t seed = random_seed(), number, accepted = 0, refused = 0;
	struct random rnd = { seed };
	struct reader r = { 0 };
	static char line[8192];
	size_t length;
	int fd[2], i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	assert_int_equal(pipe(fd), 0);
	assert_true(fcntl(fd[1], F_SETPIPE_SZ, 8192) > 0);
	open_fd(fd[1]);
	r.fd = not_blocking(fd[0]);
	for (number = 0; number < 4000; number++) {
		sli_appender_begin(appender);
		for (i = 0; i < 3; i++) {
			length = make_line(line, 3 * number + (uint64_t)i,
			    random_magnitude(&rnd, 12));
			assert_int_equal(
			    sli_appender_write(line, length, appender), 0);
		}
		if (sli_appender_commit(appender, NULL) == SLI_OK)
			accepted++;
		else
			refused++;
		read_some(&r, random_magnitude(&rnd, 14));
	}
	assert_true(accepted > 100 && refused > 100);
	assert_int_equal(appended().batches, accepted);
	assert_int_equal(appended().dropped_batches, refused);
	for (number *= 3; appended().pending_bytes > 0; number++) {
		read_some(&r, sizeof(line));
		line[make_line(line, number, 0)] = '\0';
		(void)put(line, NULL);
	}
	close_appender();
	read_some(&r, SIZE_MAX);
	assert_int_equal(r.torn, 0);
	assert_true(r.lines >= 3 * accepted);
	assert_int_equal(r.used, 0);
	close(fd[0]);
	close(fd[1]);
}

static void
test_stream_closed_with_a_rest_says_what_is_torn(void **state)
{
	struct sli_error err;
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	open_fd(not_blocking(fd[1]));
	assert_int_equal(put_line('a', 1 << 20, NULL), SLI_OK);
	assert_true(appended().pending_bytes > 0);
	assert_int_equal(sli_appender_close(appender, &err), SLI_EIO);
	assert_error(&err, SLI_EIO, "bytes", "torn");
	close(fd[0]);
	close(fd[1]);
}

/* SIGPIPE has its default, which would be our end, and is left at it. */
static void
test_stream_without_a_reader_is_an_error(void **state)
{
	struct sli_error err;
	sigset_t pending;
	int fd[2], type;

	(void)state;
	for (type = 0; type < 2; type++) {
		assert_int_equal(type == 0 ?
			pipe(fd) :
			socketpair(AF_UNIX, SOCK_STREAM, 0, fd),
		    0);
		open_fd(fd[1]);
		assert_int_equal(put("a\n", NULL), SLI_OK);
		close(fd[0]);
		assert_int_equal(put("b\n", &err), SLI_EIO);
		assert_error(&err, SLI_EIO, "batch of 2 bytes", "Broken pipe");
		close_appender();
		close(fd[1]);
	}
	assert_int_equal(sigpending(&pending), 0);
	assert_int_equal(sigismember(&pending, SIGPIPE), 0);
}

static void
test_stream_socket_does_not_block(void **state)
{
	struct sli_error err;
	char buffer[4096];
	int fd[2];
	uint64_t sent = 0, got = 0;
	ssize_t n;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	open_fd(fd[1]);
	while (put_line('a', 1000, &err) == SLI_OK)
		sent += 1000;
	assert_int_equal(err.status, SLI_EBUSY);
	assert_int_equal(fcntl(fd[1], F_GETFL) & O_NONBLOCK, 0);
	not_blocking(fd[0]);
	while ((n = read(fd[0], buffer, sizeof(buffer))) > 0)
		got += (uint64_t)n;
	assert_int_equal(sli_appender_close(appender, NULL), SLI_OK);
	while ((n = read(fd[0], buffer, sizeof(buffer))) > 0)
		got += (uint64_t)n;
	assert_int_equal(got, sent);
	close(fd[0]);
	close(fd[1]);
}

static void
test_stream_disk_that_is_full_drops_the_batch(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct sli_error err;

	(void)state;
	if (fd < 0)
		skip();
	open_fd(fd);
	assert_int_equal(put("a\n", &err), SLI_ENOSPC);
	assert_error(&err, SLI_ENOSPC, "batch of 2 bytes", "No space");
	assert_true(appended().dropped_bytes == 2);
	assert_true(appended().pending_bytes == 0);
	close_appender();
	close(fd);
}

static void
test_stream_file_is_appended_to_where_it_stands(void **state)
{
	const char *path = scratch_path("out");
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "header\n", 7), 7);
	open_fd(fd);
	assert_int_equal(put("a\n", NULL), SLI_OK);
	assert_int_equal(write(fd, "b\n", 2), 2);
	assert_int_equal(put("c\n", NULL), SLI_OK);
	close_appender();
	assert_int_equal(close(fd), 0);
	expect_text(path, "header\na\nb\nc\n");
}

static void
test_stream_that_cannot_be_written_to_is_refused(void **state)
{
	struct sli_appender_config cfg = SLI_APPENDER_CONFIG_INIT;
	struct sli_appender *a;
	struct sli_error err;
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	cfg.fd = fd[0];
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "fd", "reading only");
	close(fd[0]);
	close(fd[1]);
	cfg.fd = fd[1];
	assert_int_equal(sli_appender_open(&cfg, &a, &err), SLI_EINVAL);
	assert_error(&err, SLI_EINVAL, "fd", "Bad file descriptor");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stream_pipe_that_is_full_refuses_a_batch),
		TEST(test_stream_rest_of_a_batch_goes_before_the_next),
		TEST(test_stream_closed_with_a_rest_says_what_is_torn),
		TEST(test_stream_without_a_reader_is_an_error),
		TEST(test_stream_socket_does_not_block),
		TEST(test_stream_disk_that_is_full_drops_the_batch),
		TEST(test_stream_file_is_appended_to_where_it_stands),
		TEST(test_stream_that_cannot_be_written_to_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
