# The front door of kubegauge. Every target installs the Debian packages it misses (packages.txt).

SHELL := /bin/bash
JOBS ?= $(shell nproc)
BUILD := build
STATE_DIR ?= $(BUILD)/standalone
RESOLUTION ?= 1s
PACKAGES := $(shell sed -e 's/\#.*//' packages.txt)

.DEFAULT_GOAL := build
.PHONY: build run test check sanitize asan tsan bench fuzz packages format tidy clean

## build: the program, at build/kubegauge
build: packages
	@cmake --preset release >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log
	cmake --build --preset release --target kubegauge -j $(JOBS)

## run: measure this machine and serve it; prints what to try
run: build
	exec $(BUILD)/kubegauge standalone --state-dir $(STATE_DIR) --metric-resolution $(RESOLUTION)

## test: everything once: the program and its end-to-end tests as users run it, the other unit tests
## under AddressSanitizer and UndefinedBehaviorSanitizer
test: packages
	cmake --preset release
	cmake --build --preset release --target kubegauge plain_tests benchmarks -j $(JOBS)
	ctest --preset release -L plain -j $(JOBS)
	$(MAKE) asan

## check: build and run all tests, and benchmarks, in the release build
check: packages
	cmake --preset release
	cmake --build --preset release -j $(JOBS)
	ctest --preset release -j $(JOBS)

## sanitize: the unit tests under the sanitizers
sanitize: asan tsan

## asan: those that read and write bytes, under AddressSanitizer and UndefinedBehaviorSanitizer
asan: packages
	cmake --preset asan
	cmake --build --preset asan -j $(JOBS)
	ctest --preset asan -j $(JOBS)

## tsan: those with threads, under ThreadSanitizer
tsan: packages
	cmake --preset tsan
	cmake --build --preset tsan -j $(JOBS)
	ctest --preset tsan -j $(JOBS)

## bench: the benchmarks, on a release build
bench: packages
	cmake --preset release
	cmake --build --preset release -j $(JOBS)
	set -e; for b in $(BUILD)/tests/bench/*_bench; do $$b; done

## fuzz: a minute of each fuzzer, with clang
fuzz: packages
	@command -v clang++ >/dev/null || { apt-get update && apt-get install -y --no-install-recommends clang; }
	cmake --preset fuzz
	cmake --build --preset fuzz -j $(JOBS)
	set -e; for f in build-fuzz/tests/fuzz/*_fuzz; do \
	  mkdir -p build-fuzz/corpus-$$(basename $$f); \
	  $$f -max_total_time=60 -print_final_stats=1 build-fuzz/corpus-$$(basename $$f) \
	    tests/fuzz/corpus/$$(basename $$f); done

# Asks dpkg first, so that a machine that has all of them needs neither root nor a network. Some
# packages of Node.js bring npm along; Debian's own does not.
packages:
	@missing=$$(for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  echo "installing:" $$missing; \
	  $$as_root apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $$missing; \
	fi
	@command -v npm >/dev/null || { as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends npm; }

## format: clang-format over all sources
format:
	git ls-files '*.cc' '*.h' | xargs clang-format -i

## tidy: clang-tidy over all sources, one by one; without gcc's precompiled headers, which clang
## cannot read
tidy: packages
	@command -v clang-tidy >/dev/null || { apt-get update && apt-get install -y --no-install-recommends clang-tidy; }
	cmake --preset release -B build-tidy -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
	  -DCMAKE_UNITY_BUILD=OFF
	git ls-files '*.cc' | grep -v -e tests/ -e cmake/ | xargs -P $(JOBS) -n 4 clang-tidy \
	  -p build-tidy --quiet --extra-arg=-Wno-unknown-warning-option

clean:
	rm -rf build build-asan build-tsan build-fuzz build-tidy
