#include "kube/curl_engines.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace kubegauge::kube {
namespace {

void CloseOnStrand(std::shared_ptr<CurlEngine> engine) {
  const CurlEngine::Strand strand = engine->strand();
  boost::asio::post(strand, [engine = std::move(engine)] { engine->Close(); });
}

}  // namespace

std::unique_ptr<CurlEngines> CurlEngines::Create(boost::asio::any_io_executor executor) {
  std::shared_ptr<CurlEngine> first = CurlEngine::Create(executor);
  if (first == nullptr) return nullptr;
  return std::unique_ptr<CurlEngines>(new CurlEngines(std::move(executor), std::move(first)));
}

CurlEngines::CurlEngines(boost::asio::any_io_executor executor, std::shared_ptr<CurlEngine> first)
    : executor_(std::move(executor)), current_(std::move(first)) {}

std::shared_ptr<CurlEngine> CurlEngines::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void CurlEngines::Replace(const std::shared_ptr<CurlEngine>& silent) {
  const std::lock_guard lock(mutex_);
  if (closed_ || silent != current_) return;
  std::shared_ptr<CurlEngine> next = CurlEngine::Create(executor_);
  if (next == nullptr) return;
  std::erase_if(retired_, [](const auto& engine) { return engine.expired(); });
  retired_.push_back(silent);
  current_ = std::move(next);
}

void CurlEngines::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  CloseOnStrand(current_);
  for (const auto& retired : retired_) {
    if (std::shared_ptr<CurlEngine> engine = retired.lock()) CloseOnStrand(std::move(engine));
  }
}

}  // namespace kubegauge::kube
