# The whole build. Wildcards over src/*/*.c: a new file needs no edit here.
#   make            build/gradus                     make unit     unit tests of pure code
#   make asan       the same under address and undefined-behaviour sanitizers, in build-asan/
#   make tsan       under the thread sanitizer, in build-tsan/      make fuzz      the fuzz targets, with clang (script/fuzz)
#   make check      the house rules (tests/house)    make web      the interface, with Node

B       ?= build
CC      ?= gcc
CXX     ?= g++
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
PKGS    := libmicrohttpd gnutls sqlite3 libpq libsodium icu-i18n icu-uc libcurl libpcre2-8 zlib simdjson gsl libcrypto
OPT     ?= -O2 -g
SAN     ?=
WARN    := -Wall -Wextra -Wshadow -Wno-missing-field-initializers -Wno-override-init
CPPFLAGS += -D_GNU_SOURCE -Isrc -I$(B) $(shell pkg-config --cflags $(PKGS))
CFLAGS   += -std=gnu11 $(OPT) $(SAN) $(WARN) -fno-strict-aliasing -pthread
CXXFLAGS += -std=c++17 $(OPT) $(SAN) -Wall -Wextra -pthread
LDLIBS   += $(shell pkg-config --libs $(PKGS)) -lcsv -lm -lpthread -lstdc++

SRC_C  := $(sort $(wildcard src/*/*.c))
SRC_CC := $(sort $(wildcard src/*/*.cc))
OBJ    := $(SRC_C:src/%.c=$(B)/%.o) $(SRC_CC:src/%.cc=$(B)/%.o)
LIBOBJ := $(filter-out $(B)/app/main.o,$(OBJ)) $(B)/embed.o
UNIT   := $(sort $(wildcard tests/unit/test_*.c))
UNITS  := $(UNIT:tests/unit/%.c=$(B)/unit/%)
FUZZ   := $(sort $(wildcard tests/fuzz/fuzz_*.c))
TOOLS  := $(sort $(wildcard tests/*/tool_*.c bench/*.c))

PACKED := $(wildcard sql/*.sql src/text/*.txt web/tracker/*.js demo/*.csv models/*.model) $(shell find web/dist -type f 2>/dev/null)

all: $(if $(wildcard src/app/main.c),$(B)/gradus,$(B)/libgradus.a)

$(B)/libgradus.a: $(LIBOBJ)
	@mkdir -p $(@D); rm -f $@; ar rcs $@ $^

$(B)/gradus: $(B)/app/main.o $(B)/libgradus.a
	$(CXX) $(SAN) -o $@ $^ $(LDLIBS)

# What lives inside the program. The list is kept in a file, so that one file more or less packs anew.
$(B)/embed.list: FORCE
	@mkdir -p $(@D); echo "$(PACKED)" | cmp -s - $@ || echo "$(PACKED)" >$@

$(B)/tool/embed: tools/embed.c
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -std=gnu11 -O2 $(WARN) -o $@ $< -lsodium -lz

$(B)/embed.c: $(B)/tool/embed $(B)/embed.list $(PACKED)
	$(B)/tool/embed $@ $(PACKED)

$(B)/embed.o: $(B)/embed.c src/base/embed.h
	$(CC) $(CPPFLAGS) -std=gnu11 -O0 -c -o $@ $<

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Only what tells the version is compiled anew with each commit.
$(B)/version: FORCE
	@mkdir -p $(@D); echo "$(VERSION)" | cmp -s - $@ || echo "$(VERSION)" >$@

$(B)/app/serve.o: $(B)/version
$(B)/app/serve.o: CPPFLAGS += -DGRADUS_VERSION='"$(VERSION)"'

$(B)/%.o: src/%.cc
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(B)/libgradus.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(B)/libgradus.a -lcmocka $(LDLIBS)

$(B)/bench/%: bench/%.c $(B)/libgradus.a
	@mkdir -p $(@D)
	$(CC) -I. $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(B)/libgradus.a $(LDLIBS)

# The library's ceiling is the library's alone: ours stands before one of its functions (src/net/http_error.c).
$(B)/bench/ceiling_http: bench/ceiling_http.c
	@mkdir -p $(@D)
	$(CC) -I. $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LDLIBS)

# The optimal assignment has referees of its own.
$(B)/bench/match_peer.o: bench/match_peer.cc
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<
$(B)/bench/match: $(B)/bench/match_peer.o
$(B)/bench/match: LDLIBS := $(B)/bench/match_peer.o -lglpk $(LDLIBS)
$(B)/bench/learn: LDLIBS += -lxgboost

# The program as it is, but for the log's pieces: they are small, so that the log is carried over all the time.
$(B)/crash/checkpoint.o: src/db/checkpoint.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -DCHECKPOINT_BEGIN_PAGES=200 -MMD -MP -c -o $@ $<
$(B)/crash/gradus: $(B)/app/main.o $(B)/crash/checkpoint.o $(B)/libgradus.a
	$(CXX) $(SAN) -o $@ $^ $(LDLIBS)

# Loaded before the program, which it knows nothing of.
$(B)/crash/power.so: tests/crash/power.c tests/crash/power.h
	@mkdir -p $(@D)
	$(CC) -I. -O1 -Wall -Wextra -std=gnu11 -fPIC -shared -o $@ $< -ldl

$(B)/crash/%: tests/crash/%.c $(B)/libgradus.a
	@mkdir -p $(@D)
	$(CC) -I. $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(B)/libgradus.a $(LDLIBS)

benches: $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))

unit: $(UNITS)

asan:
	$(MAKE) B=build-asan OPT="-O1 -g1" SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined" $(or $(T),all unit)
tsan:
	$(MAKE) B=build-tsan OPT="-O1 -g1" SAN="-fsanitize=thread" $(or $(T),all)

# Fuzz targets: `make fuzz` builds all with libFuzzer, `make fuzz T=json` one; in other builds a driver of our own feeds them.
DRIVER ?= tests/fuzz/driver.c
$(B)/fuzz/%: tests/fuzz/%.c $(B)/libgradus.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(DRIVER) -o $@ $< $(B)/libgradus.a $(LDLIBS)
fuzz:
	$(MAKE) B=build-fuzz CC=clang CXX=clang++ DRIVER=-fsanitize=fuzzer OPT="-O1 -g" WARN="-w" \
		SAN="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize=vptr -fno-sanitize-recover=undefined" \
		$(if $(T),build-fuzz/fuzz/fuzz_$(T),$(FUZZ:tests/%.c=build-fuzz/%))

check: all
	@B=$(B) bash tests/house/run.sh

clean:
	rm -rf build build-asan build-tsan build-fuzz

-include $(OBJ:.o=.d) $(UNITS:%=%.d) $(B)/crash/checkpoint.d $(patsubst bench/%.c,$(B)/bench/%.d,$(wildcard bench/*.c))
FORCE:
# The interface; the next make packs it.
web:
	@bash -c '. script/lib.sh && mkdir -p build && web_here'

.PHONY: all unit benches asan tsan fuzz check clean web FORCE
.DELETE_ON_ERROR:
