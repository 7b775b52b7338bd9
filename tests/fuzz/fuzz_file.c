/* SPDX-License-Identifier: MIT */
/*
 * Hostile files, for libFuzzer: a small sound file, and a program that damages
 * it and calls the library on it in turns. So the file also changes under
 * whoever has it open, as it does when another process goes wild (I10).
 *
 * The input is steps of 12 bytes: what to do, where, a 16 bit index, a 64 bit
 * value. The base file is made anew in each run, so inputs outlive changes of
 * its layout. Time stands still but for the steps that move it.
 *
 * With SLI_FUZZ_SALVAGE in the environment it also checks and repairs, once in
 * an input, since that takes as long as tens of views.
 *
 * Beside crashes, hangs and what the sanitizers see, it is a failure if
 *   - a call that failed says nothing, or something else than it returned;
 *   - sli_registry_open() fails and has changed the file;
 *   - an event that was recorded is not in the totals;
 *   - text without an end, or a number that is none, is handed out;
 *   - sli_file_repair() makes a file that sli_file_check() finds unsound.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena/audit.h"
#include "calls.h"
#include "expect.h"
#include "place.h"
#include "program.h"
#include "registry/header.h"
#include "sample.h"
#include "still.h"

static struct {
	char directory[200];
	char path[256], saved[256];
	int fd;
	unsigned char *map;    /* of the file, as long as it was made */
	unsigned char *base;   /* what it was then */
	unsigned char *before; /* what it was before a call */
	size_t bytes;
	size_t bytes_now;
	bool is_written; /* by other than damage() */
	struct {
		uint64_t *word, was;
	} damaged[STEPS_MAX];
	uint32_t damages;
	bool may_salvage, has_salvaged;
	struct sli__geometry geometry;
	struct sli__parts parts; /* of indicator 0 */
} file;

/* ---- a file to begin with ---- */

static void
make_directory(void)
{
	const char *parent = getenv("TMPDIR");

	snprintf(file.directory, sizeof(file.directory), "%s/sli-fuzz-XXXXXX",
	    parent != NULL ? parent : "/dev/shm");
	must(mkdtemp(file.directory) != NULL, "mkdtemp");
	snprintf(file.path, sizeof(file.path), "%s/registry", file.directory);
	snprintf(file.saved, sizeof(file.saved), "%s/saved", file.directory);
}

static void
remove_directory(void)
{
	unlink(file.path);
	unlink(file.saved);
	rmdir(file.directory);
}

static void
find_parts(void)
{
	struct sli_registry *reg = NULL;
	struct sli_indicator *ind = NULL;
	struct sli__buckets buckets;

	must(sli_registry_view(file.path, &reg, NULL) == SLI_OK, "view");
	file.geometry = reg->arena.geometry;
	ind = sli__indicator_get(reg, 0);
	must(ind != NULL, "indicator 0");
	must(sli__indicator_spec_check(&file.geometry, &ind->spec, &buckets,
		 &file.parts, NULL) == SLI_OK,
	    "its parts");
	sli_registry_close(reg);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct stat st;

	(void)argc;
	(void)argv;
	file.may_salvage = getenv("SLI_FUZZ_SALVAGE") != NULL;
	make_directory();
	atexit(remove_directory);
	sample_make_file(file.path);
	file.fd = open(file.path, O_RDWR | O_CLOEXEC);
	must(file.fd >= 0 && fstat(file.fd, &st) == 0, "open");
	file.bytes = file.bytes_now = (size_t)st.st_size;
	file.map = mmap(NULL, file.bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
	    file.fd, 0);
	must(file.map != MAP_FAILED, "mmap");
	file.base = malloc(file.bytes);
	file.before = malloc(file.bytes);
	must(file.base != NULL && file.before != NULL, "malloc");
	memcpy(file.base, file.map, file.bytes);
	find_parts();
	return 0;
}

static void
resize(size_t bytes)
{
	must(ftruncate(file.fd, (off_t)bytes) == 0, "ftruncate");
	file.bytes_now = bytes;
	file.is_written = true;
}

static void
restore(void)
{
	if (file.is_written) {
		resize(file.bytes);
		memcpy(file.map, file.base, file.bytes);
	}
	while (!file.is_written && file.damages > 0) {
		file.damages--;
		*file.damaged[file.damages].word =
		    file.damaged[file.damages].was;
	}
	file.is_written = false;
	file.damages = 0;
	file.has_salvaged = false;
}

/* ---- damage ---- */

static uint64_t *
word_at(uint64_t offset)
{
	return offset + sizeof(uint64_t) <= file.bytes_now ?
	    (void *)(file.map + offset) :
	    NULL;
}

static void
damage(const struct step *s)
{
	struct area a = place_area((enum place)(s->place % PLACES), file.bytes,
	    &file.geometry, &file.parts);
	uint64_t *word = word_at(a.offset + s->index % a.words * 8), *from;

	if (word == NULL)
		return;
	file.damaged[file.damages].word = word;
	file.damaged[file.damages++].was = *word;
	switch (s->op) {
	case OP_SET:
		*word = s->value;
		break;
	case OP_XOR:
		*word ^= s->value;
		break;
	case OP_ADD:
		*word += s->value;
		break;
	case OP_COPY:
		from = word_at(s->value % (file.bytes / 8) * 8);
		if (from != NULL)
			*word = *from;
		break;
	case OP_STAMP: /* of a boundary that may well be */
		*word = still_now() / sample_slot_ns(s->value >> 8) * 2 -
		    (s->value & 0xff);
		break;
	default:
		*word = still_now() + s->value;
		break;
	}
}

static void
sum_copy(uint64_t offset)
{
	struct sli__block *b = (void *)(file.map + offset);

	if (offset + sizeof(*b) <= file.bytes_now)
		b->checksum = sli__checksum(&b->geometry, sizeof(b->geometry));
}

/* An attacker can work out checksums too. */
static void
sum_again(void)
{
	const struct sli__geometry *g = &file.geometry;
	struct sli__indicator_entry *inds = (void *)(file.map +
	    g->indicators_offset);
	struct sli__slo_entry *slos = (void *)(file.map + g->slos_offset);
	struct sli__audit_entry *audits = (void *)(file.map + g->audit_offset);
	struct sli__zone_entry *zones = (void *)(file.map + g->zones_offset);
	uint32_t i;

	file.is_written = true;
	sum_copy(0);
	sum_copy(sli__header_copy_offset(g));
	if (file.bytes_now < g->cells_offset)
		return;
	for (i = 0; i < g->max_indicators; i++)
		if (inds[i].life >= SLI__LIFE_ALIVE)
			inds[i].life = sli__life_of(&inds[i].spec,
			    sizeof(inds[i].spec));
	for (i = 0; i < g->max_slos; i++)
		if (slos[i].life >= SLI__LIFE_ALIVE)
			slos[i].life = sli__life_of(&slos[i].spec,
			    sizeof(slos[i].spec));
	for (i = 0; i < SLI__ZONE_PLACES; i++)
		if (zones[i].life >= SLI__LIFE_ALIVE)
			zones[i].life = sli__life_of(&zones[i].zone,
			    sizeof(zones[i].zone));
	for (i = 0; i < 4; i++)
		audits[i].checksum = sli__checksum(&audits[i].record,
					 sizeof(audits[i].record)) +
		    audits[i].number;
}

/* ---- calls ---- */

static void
open_one(struct sli_registry **reg, bool is_view)
{
	size_t at, bytes = file.bytes_now;
	struct stat st;

	if (*reg != NULL)
		return;
	if (!is_view) {
		file.is_written = true;
		memcpy(file.before, file.map, bytes);
	}
	*reg = is_view ? calls_view(file.path) : calls_open(file.path);
	must(fstat(file.fd, &st) == 0, "fstat");
	file.bytes_now = (size_t)st.st_size;
	if (*reg != NULL || is_view)
		return;
	must(file.bytes_now == bytes, "a failed open has changed the length");
	if (memcmp(file.before, file.map, bytes) == 0)
		return;
	for (at = 0; file.before[at] == file.map[at]; at++)
		;
	fprintf(stderr, "fuzz_file: byte %zu of the file has changed\n", at);
	must(false, "a failed open has changed the file");
}

static void
salvage(const struct step *s)
{
	file.has_salvaged = true;
	if (s->op == OP_CHECK) {
		calls_check(file.path);
		return;
	}
	if (!calls_repair(file.path, file.saved, s->index))
		return;
	must(calls_check(file.saved) == SLI_OK, "what was saved is unsound");
	must(unlink(file.saved) == 0, "what was saved is not there");
}

static void
close_one(struct sli_registry **reg)
{
	calls_close(*reg);
	*reg = NULL;
}

static void
run_step(const struct step *s, struct sli_registry **view,
    struct sli_registry **reg)
{
	struct sli_registry *one = s->place % 2 == 0 ? *view : *reg;

	switch (s->op) {
	case OP_SUM:
		sum_again();
		break;
	case OP_VIEW:
		open_one(view, true);
		break;
	case OP_OPEN:
		open_one(reg, false);
		break;
	case OP_CLOSE:
		close_one(s->place % 2 == 0 ? view : reg);
		break;
	case OP_READ:
		calls_read(one, s->index, s->value);
		break;
	case OP_WRITE:
		calls_write(*reg, s->index, s->value);
		break;
	case OP_CHANGE:
		calls_change(one, s->index, s->value);
		break;
	case OP_TIME:
		still_move(s->value);
		break;
	case OP_CHECK:
	case OP_REPAIR:
		if (file.may_salvage && !file.has_salvaged)
			salvage(s);
		break;
	case OP_RESIZE:
		/* Under an open registry it would raise SIGBUS. */
		if (*view == NULL && *reg == NULL)
			resize(s->value % (file.bytes + 1));
		break;
	default:
		damage(s);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sli_registry *view = NULL, *reg = NULL;
	struct step step;
	size_t i;

	still_reset();
	for (i = 0; i < STEPS_MAX && program_step(data, size, i, &step); i++)
		run_step(&step, &view, &reg);
	/* What was opened is read whatever the program does. */
	if (view == NULL && reg == NULL)
		open_one(&view, true);
	calls_read(view, 0, 0);
	calls_read(reg, 0, 0);
	close_one(&view);
	close_one(&reg);
	restore();
	return 0;
}
