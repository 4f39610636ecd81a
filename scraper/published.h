#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>
#include <utility>

namespace kubegauge::scraper {

// A value that some threads replace as a whole while others take it, without locks: none waits for
// one that was stopped midway. (std::atomic<std::shared_ptr> hides a spin lock in libstdc++.)
//
// One word holds the address of the current box and, in its upper 16 bits, how many readers have
// taken hold of that word and not let go yet. Replacing the word moves that count into the box it
// named; whoever brings the box's own count to zero frees it. Up to 65,535 threads may read at
// once.
template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> value) : word_(WordOf(new Box{std::move(value)})) {}
  ~Published() { delete BoxOf(word_.load()); }
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  std::shared_ptr<const T> Get() const {
    uint64_t seen = word_.fetch_add(kOneReader, std::memory_order_acquire) + kOneReader;
    Box* const box = BoxOf(seen);
    std::shared_ptr<const T> value = box->value;
    while (BoxOf(seen) == box) {
      if (word_.compare_exchange_weak(seen, seen - kOneReader, std::memory_order_release,
                                      std::memory_order_relaxed)) {
        return value;
      }
    }
    Settle(box, -1);
    return value;
  }

  void Set(std::shared_ptr<const T> value) {
    const uint64_t old =
        word_.exchange(WordOf(new Box{std::move(value)}), std::memory_order_acq_rel);
    Settle(BoxOf(old), static_cast<int64_t>(old / kOneReader));
  }

 private:
  struct Box {
    std::shared_ptr<const T> value;
    // Readers that still hold the box after it was replaced. Negative while they let go before the
    // replacement has added their number.
    std::atomic<int64_t> readers_left{0};
  };

  static constexpr uint64_t kOneReader = uint64_t{1} << 48;

  // Programs get addresses of more than 48 bits from no system unless they ask for them.
  static uint64_t WordOf(Box* box) {
    const auto word = reinterpret_cast<uint64_t>(box);
    assert(word < kOneReader);
    return word;
  }
  static Box* BoxOf(uint64_t word) { return reinterpret_cast<Box*>(word & (kOneReader - 1)); }

  static void Settle(Box* box, int64_t change) {
    if (box->readers_left.fetch_add(change, std::memory_order_acq_rel) + change == 0) delete box;
  }

  mutable std::atomic<uint64_t> word_;
};

}  // namespace kubegauge::scraper
