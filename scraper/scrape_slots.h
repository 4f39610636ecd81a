#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <utility>

namespace kubegauge::scraper {

// How many scrapes that begin without a connection may be under way at once, so that a start with
// thousands of nodes does not shake hands with thousands of kubelets at once, each for seconds. A
// scrape that waits for a slow kubelet gives its slot back early. For one executor's thread.
// Outlives its slots and calls.
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

  size_t free_slots() const { return free_; }

 private:
  // A call of Take that waits. Leaves the list when its coroutine ends, however that comes.
  struct Waiter : boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    explicit Waiter(const boost::asio::any_io_executor& executor)
        : timer(executor, boost::asio::steady_timer::time_point::max()) {}
    boost::asio::steady_timer timer;  // cancelled when a slot is its own
  };

  void Give();

  const boost::asio::any_io_executor executor_;
  size_t free_;
  boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiting_;
};

}  // namespace kubegauge::scraper
