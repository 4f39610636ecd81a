#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <utility>

namespace kubegauge::scraper {

// How many scrapes may be under way at once, so that a start with thousands of nodes does not hold
// thousands of bodies. A scrape that waits for a slow kubelet gives its slot back early. For one
// executor's thread.
class ScrapeSlots {
 public:
  ScrapeSlots(boost::asio::any_io_executor executor, size_t count)
      : executor_(executor), free_(count) {}
  ScrapeSlots(const ScrapeSlots&) = delete;
  ScrapeSlots& operator=(const ScrapeSlots&) = delete;

  // One slot, or none. Given back at the end.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(ScrapeSlots* slots) : slots_(slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      Release();
      slots_ = std::exchange(other.slots_, nullptr);
      return *this;
    }
    ~Slot() { Release(); }
    void Release() {
      if (ScrapeSlots* slots = std::exchange(slots_, nullptr)) slots->Give();
    }

   private:
    ScrapeSlots* slots_ = nullptr;
  };

  // Waits for a slot, in the order of the calls.
  boost::asio::awaitable<Slot> Take();

 private:
  void Give();

  const boost::asio::any_io_executor executor_;
  size_t free_;
  std::deque<boost::asio::steady_timer*> waiting_;  // each cancelled when a slot is its own
};

}  // namespace kubegauge::scraper
