#pragma once

#include <cstddef>

namespace kubegauge::server {

// The heap of a program of few threads that runs for months beside others. It is jemalloc's: what
// a reconcile, a scrape and a request take and free is not found again in the cache by glibc's
// allocator, which takes a fourth of each. A program under a sanitizer has the sanitizer's.

// Has memory that a start or a large list took go back to the system. Called once, first in main.
void KeepHeapSmall();

// Gives the system the pages of the heap that nobody uses, at once, but for what other threads keep
// for themselves. For any thread.
void GiveBackFreeHeap();

// The bytes that are allocated, what the allocator rounds up included.
size_t HeapBytesInUse();

}  // namespace kubegauge::server
