# Each header alone, as C; those that base/json_read.cc takes are seen by the C++ compiler in the build.
cd "$(dirname "$0")/../.." || exit 1
flags="-std=gnu11 -D_GNU_SOURCE -w -Isrc $(pkg-config --cflags libmicrohttpd sqlite3 libpq libsodium icu-i18n libcurl libpcre2-8)"
find src -name '*.h' | LC_ALL=C sort | xargs -P "$(nproc)" -n 25 gcc $flags -fsyntax-only -x c 2>&1 | grep error | head -20
