#include "server/resident_memory.h"

#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "server/heap.h"

namespace kubegauge::server {
namespace {

constexpr std::chrono::minutes kAfterStart{1};
constexpr std::chrono::minutes kInterval{10};

// Only segments that nobody may write to: they are on the disk as they are in memory.
void UnmapConstantSegments(const dl_phdr_info& object, uintptr_t page_bytes) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t begin = object.dlpi_addr + segment.p_vaddr;
    const uintptr_t end = begin + segment.p_memsz;
    const uintptr_t first_page = begin - begin % page_bytes;
    ::madvise(reinterpret_cast<void*>(first_page), end - first_page, MADV_DONTNEED);
  }
}

}  // namespace

void UnmapUnusedCode() {
  // The loader lets no library come or go meanwhile.
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void*) {
        const bool is_of_kernel = object->dlpi_addr == ::getauxval(AT_SYSINFO_EHDR);
        if (!is_of_kernel) {
          UnmapConstantSegments(*object, static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE)));
        }
        return 0;
      },
      nullptr);
}

boost::asio::awaitable<void> KeepResidentMemorySmall(kube::Sleeper& sleeper) {
  for (std::chrono::minutes wait = kAfterStart;; wait = kInterval) {
    co_await sleeper.SleepFor(wait);
    GiveBackFreeHeap();
    UnmapUnusedCode();
  }
}

}  // namespace kubegauge::server
