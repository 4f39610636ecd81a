#pragma once

#include <prometheus/registry.h>

#include <memory>
#include <utility>
#include <vector>

namespace kubegauge::server {

// A registry that takes sources of metrics of any kind too, which come after its own families.
class MetricsRegistry final : public prometheus::Registry {
 public:
  // For the time before anybody collects.
  void Append(std::shared_ptr<const prometheus::Collectable> source) {
    sources_.push_back(std::move(source));
  }

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::vector<std::shared_ptr<const prometheus::Collectable>> sources_;
};

}  // namespace kubegauge::server
