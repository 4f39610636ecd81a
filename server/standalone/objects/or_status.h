#pragma once

#include <utility>
#include <variant>

#include "apiservice/status.h"

namespace kubegauge::server {

// A value, or the Kubernetes Status that a client gets instead.
template <class T>
class OrStatus {
 public:
  OrStatus(T value) : result_(std::move(value)) {}                     // NOLINT: as StatusOr
  OrStatus(apiservice::Status status) : result_(std::move(status)) {}  // NOLINT: as StatusOr

  bool ok() const { return std::holds_alternative<T>(result_); }
  const apiservice::Status& status() const { return std::get<apiservice::Status>(result_); }

  T& operator*() & { return std::get<T>(result_); }
  const T& operator*() const& { return std::get<T>(result_); }
  T&& operator*() && { return std::get<T>(std::move(result_)); }
  T* operator->() { return &std::get<T>(result_); }
  const T* operator->() const { return &std::get<T>(result_); }

 private:
  std::variant<T, apiservice::Status> result_;
};

}  // namespace kubegauge::server
