#include "scraper/local_source.h"

#include <string>
#include <string_view>
#include <utility>

#include "kube/go_quote.h"

namespace kubegauge::scraper {
namespace {

constexpr int64_t kLogIntervalNs = 60'000'000'000;
constexpr size_t kMaxLogKeys = 1000;

UsagePoint PointOf(const cgroup::UsageReading& usage, int64_t start_time_ns) {
  return {.start_time_ns = start_time_ns,
          .timestamp_ns = usage.timestamp_ns,
          .cpu_ns = usage.cpu_ns,
          .working_set_bytes = usage.working_set_bytes};
}

// Of the message of a cgroup::ReadFailure.
std::string_view PathIn(std::string_view message) { return message.substr(0, message.find(": ")); }

}  // namespace

LocalSource::LocalSource(std::unique_ptr<cgroup::NodeReader> reader, const kube::Clock& clock,
                         spdlog::logger& log)
    : reader_(std::move(reader)), log_(log), limiter_(kLogIntervalNs, kMaxLogKeys, clock) {}

boost::asio::awaitable<absl::StatusOr<const Sample*>> LocalSource::Collect() {
  reader_->Read(reading_);
  LogFailures();
  FillSample(reading_, sample_);
  co_return &sample_;
}

void LocalSource::LogFailures() {
  failures_ += reading_.failures.size();
  for (const cgroup::ReadFailure& failure : reading_.failures) {
    const std::string message(failure.status.message());
    const auto held_back = limiter_.Admit(PathIn(message));
    if (!held_back) continue;
    // Quoted, as the message shows what the file has, which may be anything.
    log_.warn("Cgroup reading failed pod={} error={} failures_total={} held_back={}",
              failure.pod.empty() ? "-" : failure.pod, kube::GoQuote(message), failures_,
              *held_back);
  }
}

void FillSample(const cgroup::NodeReading& reading, Sample& sample) {
  sample.Clear();
  if (reading.usage) sample.node = PointOf(*reading.usage, reading.boot_time_ns);
  for (const cgroup::PodReading& pod : reading.pods) {
    if (pod.containers.empty()) continue;
    sample.pods.push_back({.namespace_name = pod.namespace_name,
                           .name = pod.name,
                           .first_container = static_cast<uint32_t>(sample.containers.size()),
                           .container_count = static_cast<uint32_t>(pod.containers.size())});
    for (const cgroup::ContainerReading& container : pod.containers) {
      ContainerSample& added = sample.containers.emplace_back();
      added.name = container.name;
      added.identity = container.identity;
      const int64_t start_time_ns = container.start_is_certain ? container.start_time_ns : 0;
      if (container.usage) added.point = PointOf(*container.usage, start_time_ns);
    }
  }
}

}  // namespace kubegauge::scraper
