#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scraper/container_rows.h"
#include "scraper/prometheus_grammar.h"
#include "scraper/prometheus_text.h"

namespace kubegauge::scraper {

// The metrics, of all that kubelets expose, that samples are made of.
enum class UsageFamily : uint8_t {
  kNone,
  kContainerCpu,
  kContainerMemory,
  kContainerStart,
  kNodeCpu,
  kNodeMemory,
};

UsageFamily FindUsageFamily(std::string_view metric);

// Calls `use(family, sample, line)` with every sample of the text that is of one of the families,
// and with its number among the samples, from 1. The error is that of the text.
template <typename Use>
absl::Status ForEachUsageSample(PrometheusText& text, Use&& use) {
  PrometheusSample sample;
  std::string_view metric;
  UsageFamily family = UsageFamily::kNone;
  for (uint32_t line = 1;; ++line) {
    const absl::StatusOr<bool> more = text.Next(sample);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    // The text gives a repeated name as the same bytes.
    if (sample.name.data() != metric.data()) {
      metric = sample.name;
      family = FindUsageFamily(metric);
    }
    if (family != UsageFamily::kNone) use(family, sample, line);
  }
}

// Puts the figure of `sample`, a line of the text, into the row. The last line with CPU or memory
// sets the time of the row; lines without a time have `default_time_ns`. False when CPU or memory
// is damaged: not a number, negative, or more than 64 bits hold; it then counts as 0.
bool SetFigure(UsageFamily family, const PrometheusSample& sample, uint32_t line,
               int64_t default_time_ns, ContainerRow& row);

// What is wrong with the figures of a line that made a row damaged, for the log.
std::string DescribeDamage(const PrometheusSample& sample);

// Adds the CPU of a line that is of one of the CPUs to the sum over them. False as above.
bool AddFigureOfOneCpu(const PrometheusSample& sample, ContainerRow& row);

// What upstream keeps of a time of request: whole milliseconds.
int64_t TruncateToMilliseconds(int64_t time_ns);

}  // namespace kubegauge::scraper
