#include "server/heap.h"

#ifdef KUBEGAUGE_JEMALLOC
#include <jemalloc/jemalloc.h>

#include <cstdint>

// jemalloc reads it before main. Arenas are as many as threads that work; pages that are free for a
// second are soon taken again, or not for long.
extern "C" {
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000,muzzy_decay_ms:0";
}

namespace kubegauge::server {

void KeepHeapSmall() {}

void GiveBackFreeHeap() {
  ::mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  constexpr const char* kAllArenas = "arena.4096.purge";  // MALLCTL_ARENAS_ALL
  ::mallctl(kAllArenas, nullptr, nullptr, nullptr, 0);
}

size_t HeapBytesInUse() {
  ::mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  uint64_t epoch = 1;  // statistics are those of when it was last written
  ::mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
  size_t bytes = 0;
  size_t size = sizeof bytes;
  ::mallctl("stats.allocated", &bytes, &size, nullptr, 0);
  return bytes;
}

}  // namespace kubegauge::server

#else
#include <malloc.h>

namespace kubegauge::server {

void KeepHeapSmall() {
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

void GiveBackFreeHeap() { ::malloc_trim(0); }

size_t HeapBytesInUse() {
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace kubegauge::server

#endif
