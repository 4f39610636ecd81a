#include "server/listener/serving_threads.h"

#include <thread>

namespace kubegauge::server {

ServingThreads::ServingThreads(int threads) {
  for (int i = 0; i < threads; ++i) {
    contexts_.push_back(std::make_unique<boost::asio::io_context>(1));
    until_stopped_.push_back(boost::asio::make_work_guard(*contexts_.back()));
  }
}

ServingThreads::~ServingThreads() {
  until_stopped_.clear();
  while (!contexts_.empty()) contexts_.pop_back();
}

std::vector<boost::asio::any_io_executor> ServingThreads::executors() const {
  std::vector<boost::asio::any_io_executor> all;
  for (const auto& context : contexts_) all.emplace_back(context->get_executor());
  return all;
}

void ServingThreads::Run() {
  std::vector<std::jthread> threads;
  for (const auto& context : contexts_) threads.emplace_back([&context] { context->run(); });
}

void ServingThreads::Stop() {
  for (const auto& context : contexts_) context->stop();
}

}  // namespace kubegauge::server
