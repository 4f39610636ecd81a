#pragma once

#include <boost/asio/awaitable.hpp>

#include "kube/sleeper.h"

namespace kubegauge::server {

// Gives the pages of code and of constants that are mapped now back to the page cache. A start runs
// through most of the program and its libraries, half of what a server of a cluster of 1,000 nodes
// then has in memory; steady work needs little of it. What is used comes back by a fault a page,
// from the disk only where the system was short of memory.
void UnmapUnusedCode();

// Does so when a start is over, and now and then later: what a large list ran through is not needed
// for long either. The free pages of the heap go back with it: the first lists of all pods leave
// twice as many as the pods then take, between them where the allocator itself gives none back.
// Until cancelled. Keeps a reference.
boost::asio::awaitable<void> KeepResidentMemorySmall(kube::Sleeper& sleeper);

}  // namespace kubegauge::server
