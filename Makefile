# SPDX-License-Identifier: MIT
#
#   make                 build/libsli.a and build/libsli.so.0
#   make tool            build/sli, the command (ncurses, jansson, simdjson,
#                        zlib)
#   make spec, export, deliver, otlp, http
#                        build/libsli-spec.* and so on: libraries beside it
#   make node            bindings/node, the addon for Node.js
#   make check           unit, model, short stress, lint and consumer tests
#   make check-asan      the tests under AddressSanitizer and the checker of
#                        undefined behaviour; also check-ubsan (that alone),
#                        check-tsan, check-valgrind
#   make check-aarch64   unit and model tests, cross-built, under qemu-user
#   make check-node      the tests of the addon for Node.js
#   make check-consumer  install, build outsiders against it, uninstall
#   make stress          the stress tests in full
#   make fuzz            the fuzz targets, FUZZ_RUNS executions of each
#   make bench           measure, and print the tables of the README
#   make demo            the demo service under load
#   make deps            install what these need from the distribution
#   make lint, format    how the code reads
#   make install         to $(DESTDIR)$(PREFIX); `make uninstall` undoes it
#   make install-tool    the command, too; install-spec and so on
#
# V=1 shows the commands. CC, CXX, CPPFLAGS, CFLAGS, CXXFLAGS, LDFLAGS, DESTDIR,
# PREFIX (or prefix), BINDIR, LIBDIR and INCLUDEDIR are the user's.

prefix ?= /usr/local
PREFIX ?= $(prefix)
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
BINDIR ?= $(PREFIX)/bin
CFLAGS ?= -O2 -g
CXXFLAGS ?= -O2 -g

# A check-* target below is this Makefile called again with another BUILD
# directory and other VARIANT flags, so that builds never mix.
BUILD = build
VARIANT =

VERSION := $(shell sed -n 's/.*define SLI_VERSION "\(.*\)"/\1/p' \
	include/sli/version.h)
SONAME := libsli.so.$(firstword $(subst ., ,$(VERSION)))

WARNINGS = -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wcast-qual \
	-Wundef -Wvla
COMPILE = $(CC) -std=c11 $(WARNINGS) -fvisibility=hidden -Iinclude \
	$(CPPFLAGS) $(VARIANT) $(CFLAGS)
COMPILE_CXX = $(CXX) -std=c++17 -Wall -Wextra -fno-exceptions -fno-rtti \
	-fvisibility=hidden -Iinclude $(CPPFLAGS) $(VARIANT) $(CXXFLAGS)
LINK = $(CC) $(VARIANT) $(CFLAGS) $(LDFLAGS)

# Libraries beside libsli, libsli-NAME from src/NAME: what they need beyond it
# (others of them, and by its names of pkg-config), and their headers.
# Who needs another of them comes before it, as linkers want archives.
ADDONS = spec deliver otlp http export
spec_PACKAGES = yaml-0.1
export_PACKAGES = zlib libprotobuf-c
export_LDLIBS = -lm
deliver_NEEDS = export
otlp_NEEDS = export
otlp_PACKAGES = libcurl jansson zlib
http_NEEDS = export
http_PACKAGES = libmicrohttpd zlib
$(foreach name,$(ADDONS), \
	$(eval $(name)_HEADERS := $(wildcard include/sli/$(name)*.h)))

SOURCES := $(filter-out $(foreach dir,tool $(ADDONS),src/$(dir)/%), \
	$(wildcard src/*/*.c))
STATIC := $(SOURCES:%.c=$(BUILD)/static/%.o)
SHARED := $(SOURCES:%.c=$(BUILD)/shared/%.o)
LIBRARIES := $(BUILD)/libsli.a $(BUILD)/libsli.so $(BUILD)/$(SONAME)

TOOL := $(patsubst %.c,$(BUILD)/static/%.o,$(wildcard src/tool/*.c)) \
	$(patsubst %.cc,$(BUILD)/static/%.o,$(wildcard src/tool/*.cc))
TOOL_PACKAGES = ncursesw jansson simdjson zlib \
	$(foreach name,$(ADDONS),$($(name)_PACKAGES))
TOOL_TESTS := $(wildcard tests/tool/test_*.sh)
TOOL_HELPERS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/tool/*.c))

ADDON_SCRIPTS := $(wildcard $(ADDONS:%=tests/%/test_*.sh))
ADDON_HELPERS = $(foreach name,$(ADDONS),$($(name)_HELPERS))

SUPPORT := $(patsubst %.c,$(BUILD)/static/%.o,$(wildcard tests/support/*.c))
TESTS := $(patsubst %.c,$(BUILD)/%,$(filter-out \
	$(foreach dir,$(ADDONS),tests/$(dir)/%),$(wildcard tests/*/test_*.c)))
BENCHES := $(patsubst %.c,$(BUILD)/%,$(wildcard bench/bench_*.c))
BENCH_SUPPORT := $(patsubst %.c,$(BUILD)/static/%.o, \
	$(filter-out bench/bench_%,$(wildcard bench/*.c)))

ifeq ($(V),1)
say = @:
Q =
else
say = @printf '%-7s %s\n'
Q = @
MAKEFLAGS += --no-print-directory
endif

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# ---- build ----

.PHONY: all $(ADDONS) tool tests benches clean
all: $(LIBRARIES)
tool: $(BUILD)/sli
tests: $(TESTS)
benches: $(BENCHES)

# Another compiler or other flags: everything is built anew.
.PHONY: FORCE
$(BUILD)/flags: FORCE
	@mkdir -p '$(@D)'
	@echo '$(COMPILE) $(COMPILE_CXX) $(LDFLAGS)' | cmp -s - '$@' || \
		echo '$(COMPILE) $(COMPILE_CXX) $(LDFLAGS)' >'$@'

# The benches are outsiders, which see nothing but the public headers.
INTERNAL = -Isrc
$(BUILD)/static/tests/%.o: INTERNAL = -Isrc -D_GNU_SOURCE
$(BUILD)/static/tests/support/%.o \
$(BUILD)/static/tests/export/%.o: INTERNAL = -Isrc -D_GNU_SOURCE \
	-I$(BUILD)/gen/export -DTEST_DATA='"$(CURDIR)/tests/data"'
$(BUILD)/static/bench/%.o: INTERNAL =
$(BUILD)/static/tests/spec/%.o: INTERNAL = -Isrc -D_GNU_SOURCE \
	-DSPEC_DATA='"$(CURDIR)/tests/spec/data"'
$(BUILD)/static/src/tool/%.o: INTERNAL = \
	$(shell pkg-config --cflags $(TOOL_PACKAGES))

$(BUILD)/static/%.o: %.c $(BUILD)/flags
	@mkdir -p '$(@D)'
	$(say) CC $<
	$(Q)$(COMPILE) $(INTERNAL) -MMD -MP -c -o $@ $<

# simdjson, in which sli reads logs, is C++.
$(BUILD)/static/%.o: %.cc $(BUILD)/flags
	@mkdir -p '$(@D)'
	$(say) CXX $<
	$(Q)$(COMPILE_CXX) -MMD -MP -c -o $@ $<

# The page's files are in it, by the assembler's .incbin.
$(BUILD)/static/src/http/pages.o $(BUILD)/shared/src/http/pages.o: \
	$(wildcard src/http/*.html src/http/*.css src/http/*.js)

# Messages of protobuf-c; what is generated is not held to our warnings.
GENERATED := $(patsubst src/%.proto,$(BUILD)/gen/%.pb-c.h, \
	$(wildcard src/*/*.proto))
$(BUILD)/static/src/export/%.o $(BUILD)/shared/src/export/%.o: \
	INTERNAL = -Isrc -I$(BUILD)/gen/export

$(BUILD)/gen/%.pb-c.c $(BUILD)/gen/%.pb-c.h: src/%.proto
	@mkdir -p '$(@D)'
	$(say) PROTOC $<
	$(Q)protoc-c --c_out='$(@D)' --proto_path='$(<D)' $<

$(BUILD)/static/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags
	@mkdir -p '$(@D)'
	$(say) CC $<
	$(Q)$(COMPILE) -w -c -o $@ $<

$(BUILD)/shared/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags
	@mkdir -p '$(@D)'
	$(say) CC '$< (shared)'
	$(Q)$(COMPILE) -w -fPIC -c -o $@ $<

$(BUILD)/shared/%.o: %.c $(BUILD)/flags
	@mkdir -p '$(@D)'
	$(say) CC '$< (shared)'
	$(Q)$(COMPILE) $(INTERNAL) -fPIC -MMD -MP -c -o $@ $<

$(BUILD)/libsli.a: $(STATIC)
	$(say) AR $@
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

# nodelete: a thread that has recorded may leave in its rseq area a pointer to
# a descriptor in the library, which the kernel reads at its next preemption.
# After dlclose() that would be a pointer to nothing.
$(BUILD)/libsli.so.$(VERSION): $(SHARED) src/libsli.map
	$(say) LINK $@
	$(Q)$(LINK) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs -Wl,-z,nodelete \
		-Wl,--version-script=src/libsli.map -o $@ $(SHARED)

$(BUILD)/$(SONAME) $(BUILD)/libsli.so: $(BUILD)/libsli.so.$(VERSION)
	$(Q)ln -sf $(<F) $@

# addon NAME
define addon
$1_SONAME := libsli-$1.so.$(firstword $(subst ., ,$(VERSION)))
$1_GENERATED := $(filter $(BUILD)/gen/$1/%,$(GENERATED))
$1_OBJECTS := $(patsubst %.c,%.o,$(wildcard src/$1/*.c)) \
	$$($1_GENERATED:$(BUILD)/%.h=%.o)
$1_STATIC := $$($1_OBJECTS:%=$(BUILD)/static/%)
$1_SHARED := $$($1_OBJECTS:%=$(BUILD)/shared/%)
$1_LIBS = $(if $($1_PACKAGES),$$$$(pkg-config --libs $($1_PACKAGES)))
$1_TEST_LIBS = $$$$(pkg-config --libs $($1_PACKAGES) jansson \
	$(foreach name,$($1_NEEDS),$($(name)_PACKAGES)))
$1_SUPPORT := $(patsubst %.c,$(BUILD)/static/%.o, \
	$(filter-out tests/$1/test_%,$(wildcard tests/$1/*.c)))
$1_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/$1/test_*.c))

$1: $(BUILD)/libsli-$1.a $(BUILD)/libsli-$1.so $(BUILD)/$$($1_SONAME)

$(BUILD)/libsli-$1.a: $$($1_STATIC)
	$$(say) AR $$@
	$$(Q)rm -f $$@
	$$(Q)$$(AR) rcs $$@ $$^

$(BUILD)/libsli-$1.so.$(VERSION): $$($1_SHARED) src/libsli.map \
		$(BUILD)/libsli.so $($1_NEEDS:%=$(BUILD)/libsli-%.so)
	$$(say) LINK $$@
	$$(Q)$$(LINK) -shared -Wl,-soname,$$($1_SONAME) -Wl,-z,defs \
		-Wl,--version-script=src/libsli.map -o $$@ $$($1_SHARED) \
		-L$(BUILD) $($1_NEEDS:%=-lsli-%) -lsli $$($1_LIBS) \
		$($1_LDLIBS)

$(BUILD)/$$($1_SONAME) $(BUILD)/libsli-$1.so: \
		$(BUILD)/libsli-$1.so.$(VERSION)
	$$(Q)ln -sf $$(<F) $$@

$$($1_TESTS): $(BUILD)/tests/$1/%: $(BUILD)/static/tests/$1/%.o \
		$$($1_SUPPORT) $(SUPPORT) $(BUILD)/libsli-$1.a \
		$($1_NEEDS:%=$(BUILD)/libsli-%.a) $(BUILD)/libsli.a
	@mkdir -p '$$(@D)'
	$$(say) LINK $$@
	$$(Q)$$(LINK) -o $$@ $$^ $$($1_TEST_LIBS) -lcmocka -lm -pthread

$1_HELPERS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/$1/*/*.c))
$$($1_HELPERS): $(BUILD)/tests/$1/%: $(BUILD)/static/tests/$1/%.o \
		$(BUILD)/libsli-$1.a $($1_NEEDS:%=$(BUILD)/libsli-%.a) \
		$(BUILD)/libsli.a
	@mkdir -p '$$(@D)'
	$$(say) LINK $$@
	$$(Q)$$(LINK) -o $$@ $$^ $$($1_TEST_LIBS) -lm -pthread

$1_ALL := $$($1_STATIC) $$($1_SHARED) $$($1_SUPPORT) \
	$$($1_TESTS:$(BUILD)/%=$(BUILD)/static/%.o) \
	$$($1_HELPERS:$(BUILD)/%=$(BUILD)/static/%.o)
$$($1_ALL): | $$($1_GENERATED)
ADDON_OBJECTS += $$($1_ALL)
endef
$(foreach name,$(ADDONS),$(eval $(call addon,$(name))))

$(BUILD)/tests/%: $(BUILD)/static/tests/%.o $(SUPPORT) $(BUILD)/libsli.a
	@mkdir -p '$(@D)'
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $^ -lcmocka -lm -pthread

$(BUILD)/sli: $(TOOL) $(ADDONS:%=$(BUILD)/libsli-%.a) $(BUILD)/libsli.a
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $^ $$(pkg-config --libs $(TOOL_PACKAGES)) \
		-lstdc++ -lm

$(BUILD)/bench/bench_hdr $(BUILD)/bench/bench_text: BENCH_ADDON = -lsli-export
$(BUILD)/bench/bench_hdr $(BUILD)/bench/bench_text: \
	$(BUILD)/libsli-export.so $(BUILD)/$(export_SONAME)

# What libsli is compared with, where it is there.
ifneq ($(wildcard /usr/include/prometheus/text_serializer.h),)
$(BUILD)/bench/bench_text: BENCH_ADDON += -lprometheus-cpp-core -lstdc++
$(BUILD)/bench/bench_text: $(BUILD)/static/bench/peer.o
endif

$(BUILD)/bench/%: $(BUILD)/static/bench/%.o $(BENCH_SUPPORT) $(LIBRARIES)
	@mkdir -p '$(@D)'
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $(filter %.o,$^) -L$(BUILD) $(BENCH_ADDON) -lsli \
		-Wl,-rpath,'$$ORIGIN/..' -lm -pthread

clean:
	$(say) RM $(BUILD)
	$(Q)rm -rf '$(BUILD)'

-include $(patsubst %.o,%.d,$(STATIC) $(SHARED) $(ADDON_OBJECTS) $(TOOL) \
	$(SUPPORT) $(BENCH_SUPPORT) \
	$(TOOL_HELPERS:$(BUILD)/%=$(BUILD)/static/%.o) \
	$(TESTS:$(BUILD)/%=$(BUILD)/static/%.o) \
	$(BENCHES:$(BUILD)/%=$(BUILD)/static/%.o))

# ---- test ----

# RUN: what tests/run.sh is to run. SLI_TEST_SCALE is a percentage.
# The stress tests run again as where rseq is not registered.
QUICK = unit model SLI_TEST_SCALE=20 stress \
	SLI_TEST_SCALE=5 GLIBC_TUNABLES=glibc.pthread.rseq=0 stress GLIBC_TUNABLES=
SLOW = SLI_TEST_SCALE=10 unit model stress $(ADDONS)
# No model test has threads.
THREADED = SLI_TEST_SCALE=10 unit stress export deliver otlp http
RUN = $(QUICK)

VALGRIND = valgrind -q --leak-check=full --show-leak-kinds=definite,possible \
	--errors-for-leak-kinds=definite,possible --error-exitcode=99 \
	--child-silent-after-fork=yes

# ThreadSanitizer wants its part of the address space, which a randomised
# layout may have taken; not every container lets us ask for the plain one.
TSAN_WRAP = $(shell setarch -R true 2>/dev/null && echo setarch -R)

SYSROOT = $(CURDIR)/build/aarch64/sysroot
CROSS = aarch64-linux-gnu
CROSS_LIB = $(SYSROOT)/usr/lib/$(CROSS)

.PHONY: run check check-asan check-ubsan check-tsan check-valgrind
.PHONY: check-aarch64 check-consumer check-tool $(ADDONS:%=check-%)
.PHONY: stress fuzz bench demo
run: $(TESTS) $(foreach name,$(filter $(ADDONS),$(RUN)),$($(name)_TESTS))
	+$(Q)WRAP='$(WRAP)' CC='$(CC)' MAKE='$(MAKE)' \
		tests/run.sh '$(BUILD)' $(RUN)

check:
	$(Q).ci/deps.sh build check tool page peers $(ADDONS)
	+$(Q)$(MAKE) all $(ADDONS) tool $(TOOL_HELPERS) $(ADDON_HELPERS)
	+$(Q)$(MAKE) run RUN='$(QUICK) $(ADDONS) .ci/lint.sh \
		tests/consumer/check.sh SLI_TEST_SCALE=100 $(ADDON_SCRIPTS) \
		$(TOOL_TESTS)'

check-asan:
	$(Q).ci/deps.sh build check tool $(ADDONS)
	+$(Q)$(MAKE) run BUILD=build/asan RUN='$(SLOW)' \
		VARIANT='-fsanitize=address,undefined \
			-fno-sanitize-recover=undefined -fno-omit-frame-pointer'

check-ubsan:
	$(Q).ci/deps.sh build check tool $(ADDONS)
	+$(Q)$(MAKE) run BUILD=build/ubsan RUN='$(SLOW)' \
		VARIANT='-fsanitize=undefined -fno-sanitize-recover=all'

# It cannot see through ck's inline assembly: __atomic and the atomic shards.
check-tsan:
	$(Q).ci/deps.sh build check tool $(ADDONS)
	+$(Q)$(MAKE) run BUILD=build/tsan RUN='$(THREADED)' WRAP='$(TSAN_WRAP)' \
		VARIANT='-fsanitize=thread -DSLI_ATOMIC_BUILTIN'

check-valgrind:
	$(Q).ci/deps.sh build check valgrind
	+$(Q)$(MAKE) run RUN='SLI_TEST_SCALE=5 unit model' WRAP='$(VALGRIND)'

check-aarch64:
	$(Q).ci/deps.sh build check aarch64
	$(Q).ci/sysroot.sh arm64 '$(SYSROOT)' libck-dev libcmocka-dev libcmocka0
	+$(Q)$(MAKE) all run RUN='SLI_TEST_SCALE=20 unit model' \
		BUILD=build/aarch64 CC=$(CROSS)-gcc AR=$(CROSS)-ar \
		CPPFLAGS='-isystem $(SYSROOT)/usr/include' \
		LDFLAGS='-L$(CROSS_LIB) -Wl,-rpath,$(CROSS_LIB)' \
		WRAP='qemu-aarch64 -L /usr/$(CROSS)'

check-consumer:
	$(Q).ci/deps.sh build check
	+$(Q)$(MAKE) all
	+$(Q)$(MAKE) run TESTS= RUN=tests/consumer/check.sh

check-tool:
	$(Q).ci/deps.sh build check tool
	+$(Q)$(MAKE) tool $(TOOL_HELPERS)
	+$(Q)$(MAKE) run TESTS= RUN='$(TOOL_TESTS)'

$(ADDONS:%=check-%): check-%:
	$(Q).ci/deps.sh build check tool page peers $(ADDONS)
	+$(Q)$(MAKE) $* tool $(TOOL_HELPERS) $($*_HELPERS)
	+$(Q)$(MAKE) run TESTS= RUN='$* $(wildcard tests/$*/test_*.sh)'

# bindings/node builds itself, on an archive of position-independent code.
.PHONY: node check-node
node:
	$(Q).ci/deps.sh build export node
	+$(Q)$(MAKE) -C bindings/node

check-node:
	$(Q).ci/deps.sh build export node
	+$(Q)$(MAKE) -C bindings/node check

stress:
	$(Q).ci/deps.sh build check
	+$(Q)$(MAKE) run RUN=stress

FUZZ_RUNS = 100000
fuzz:
	$(Q).ci/deps.sh build fuzz
	$(Q)tests/fuzz/run.sh '$(FUZZ_RUNS)'

bench:
	$(Q).ci/deps.sh build check tool bench
	+$(Q)$(MAKE) benches tool $(BUILD)/tests/tool/recorder \
		$(BUILD)/tests/tool/requests
	$(Q)set -e; for bench in $(BENCHES); do $$bench; done
	$(Q)bench/top.sh '$(BUILD)'
	$(Q)bench/replay.sh '$(BUILD)'

# The service is built as any user would: by pkg-config, from an installation.
demo:
	$(Q).ci/deps.sh build tool demo
	$(Q)mkdir -p '$(BUILD)/demo'
	+$(Q)SLI_PREFIX=$$(realpath '$(BUILD)/demo') && export SLI_PREFIX && \
		$(MAKE) -j2 all tool export http && \
		$(MAKE) install install-tool install-export install-http \
			DESTDIR= PREFIX="$$SLI_PREFIX" && \
		CC='$(CC)' bench/service/demo.sh

# ---- keep ----

.PHONY: deps lint format
deps:
	$(Q).ci/deps.sh build check tool page peers bench demo node $(ADDONS)

lint:
	$(Q).ci/deps.sh build lint
	$(Q)CC='$(CC)' .ci/lint.sh all

format:
	$(Q).ci/deps.sh lint
	$(Q)clang-format -i $(wildcard include/*/*.h src/*/*.[ch] \
		tests/*/*.[ch] tests/*/*/*.[ch] bench/*.[ch] bench/*/*.[ch])

# ---- install ----

# Which directories were not there before is kept in build/, so that uninstall
# takes away what install has made and no more.
MADE = $(BUILD)/made-directories
ADDON_HEADERS := $(foreach name,$(ADDONS),$($(name)_HEADERS))
HEADERS := $(filter-out $(ADDON_HEADERS),$(wildcard include/sli/*.h))
PC = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' \
	-e 's|@LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|' \
	-e 's|@INCLUDEDIR@|$(INCLUDEDIR:$(PREFIX)/%=$${prefix}/%)|'

.PHONY: install $(ADDONS:%=install-%) install-tool uninstall
install: all
	$(say) INSTALL '$(DESTDIR)$(PREFIX)'
	$(Q)for dir in '$(DESTDIR)$(INCLUDEDIR)/sli' \
	    '$(DESTDIR)$(LIBDIR)/pkgconfig'; do \
		up=$$dir; \
		while [ ! -d "$$up" ]; do \
			echo "$$up"; up=$$(dirname "$$up"); \
		done >>$(MADE); \
		mkdir -p "$$dir" || exit; \
	done
	$(Q)install -m 644 $(HEADERS) '$(DESTDIR)$(INCLUDEDIR)/sli'
	$(Q)install -m 644 $(BUILD)/libsli.a '$(DESTDIR)$(LIBDIR)'
	$(Q)install -m 755 $(BUILD)/libsli.so.$(VERSION) '$(DESTDIR)$(LIBDIR)'
	$(Q)ln -sf libsli.so.$(VERSION) '$(DESTDIR)$(LIBDIR)/$(SONAME)'
	$(Q)ln -sf $(SONAME) '$(DESTDIR)$(LIBDIR)/libsli.so'
	$(Q)$(PC) libsli.pc.in >'$(DESTDIR)$(LIBDIR)/pkgconfig/libsli.pc'

$(foreach name,$(ADDONS),$(eval \
	install-$(name): $($(name)_NEEDS:%=install-%)))
$(ADDONS:%=install-%): install-%: install %
	$(Q)install -m 644 $($*_HEADERS) '$(DESTDIR)$(INCLUDEDIR)/sli'
	$(Q)install -m 644 $(BUILD)/libsli-$*.a '$(DESTDIR)$(LIBDIR)'
	$(Q)install -m 755 $(BUILD)/libsli-$*.so.$(VERSION) \
		'$(DESTDIR)$(LIBDIR)'
	$(Q)ln -sf libsli-$*.so.$(VERSION) \
		'$(DESTDIR)$(LIBDIR)/$($*_SONAME)'
	$(Q)ln -sf $($*_SONAME) '$(DESTDIR)$(LIBDIR)/libsli-$*.so'
	$(Q)$(PC) src/$*/libsli-$*.pc.in \
		>'$(DESTDIR)$(LIBDIR)/pkgconfig/libsli-$*.pc'

install-tool: tool
	$(say) INSTALL '$(DESTDIR)$(BINDIR)/sli'
	$(Q)[ -d '$(DESTDIR)$(BINDIR)' ] || echo '$(DESTDIR)$(BINDIR)' >>$(MADE)
	$(Q)mkdir -p '$(DESTDIR)$(BINDIR)'
	$(Q)install -m 755 $(BUILD)/sli '$(DESTDIR)$(BINDIR)'

uninstall:
	$(say) RM '$(DESTDIR)$(PREFIX)'
	$(Q)rm -f $(patsubst include/%,'$(DESTDIR)$(INCLUDEDIR)/%', \
			$(HEADERS) $(ADDON_HEADERS)) \
		$(foreach name,libsli $(ADDONS:%=libsli-%), \
			$(patsubst %,'$(DESTDIR)$(LIBDIR)/%',$(name).a \
			$(name).so $(SONAME:libsli%=$(name)%) \
			$(name).so.$(VERSION) pkgconfig/$(name).pc)) \
		'$(DESTDIR)$(BINDIR)/sli'
	$(Q)rmdir '$(DESTDIR)$(INCLUDEDIR)/sli' 2>/dev/null || true
	$(Q)[ ! -f $(MADE) ] || { \
		sort -ru $(MADE) | while read -r dir; do \
			[ ! -d "$$dir" ] || rmdir "$$dir" 2>/dev/null || \
				echo "$$dir"; \
		done >$(MADE).left; mv $(MADE).left $(MADE); }
