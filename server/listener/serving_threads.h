#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

namespace kubegauge::server {

// Threads that each run an io_context of their own. What is bound to one of the executors stays on
// one thread: it needs no strand, and an event wakes no thread but the one that handles it, which
// costs a small request less than a pool that shares its work. For the same reason nothing takes
// work over from a thread that is busy, so that what takes long has to yield.
class ServingThreads {
 public:
  explicit ServingThreads(int threads);
  // Ends what is left on the executors, that of first() last.
  ~ServingThreads();
  ServingThreads(const ServingThreads&) = delete;
  ServingThreads& operator=(const ServingThreads&) = delete;

  // One of each thread, that of first() at the front.
  std::vector<boost::asio::any_io_executor> executors() const;
  // For what needs one of them, whichever: signals, say.
  boost::asio::io_context& first() const { return *contexts_.front(); }

  // Starts the threads, and comes back when they have ended after a Stop. Called once.
  void Run();
  // From any thread; before Run, too.
  void Stop();

 private:
  using WorkGuard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<WorkGuard> until_stopped_;
};

}  // namespace kubegauge::server
