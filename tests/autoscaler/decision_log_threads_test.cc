// Readers of the log while decisions are recorded.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "autoscaler/decision_log.h"

namespace kubegauge::autoscaler {
namespace {

Hpa NumberedHpa(int number) {
  Hpa hpa;
  hpa.meta.namespace_name = "shop";
  hpa.meta.name = "hpa-" + std::to_string(number);
  hpa.spec.max_replicas = 10;
  return hpa;
}

TEST(DecisionLogThreads, SeeDecisionsInOrder) {
  constexpr int kHpas = 5;
  constexpr int kDecisions = 1000;
  DecisionLog log({.per_hpa = 10, .in_all = 30});
  std::atomic<int> faults{0};
  std::atomic<bool> is_over{false};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      for (int number = 0; !is_over; number = (number + 1) % kHpas) {
        const std::vector<DecisionRecordPtr> records =
            log.Of("shop", "hpa-" + std::to_string(number));
        for (size_t r = 1; r < records.size(); ++r) {
          if (records[r - 1]->first_ns <= records[r]->first_ns) ++faults;
          if (records[r]->error != records[r - 1]->error) ++faults;
        }
        if (log.size() > 30 + kHpas) ++faults;
      }
    });
  }
  for (int d = 0; d < kDecisions; ++d) {
    Outcome outcome{.current_replicas = 1, .desired_replicas = d / kHpas % 10};
    outcome.error = "the metrics API is down";
    log.Record(NumberedHpa(d % kHpas), outcome, d);
    if (d % 100 == 0) log.Forget("shop", "hpa-0");
  }
  is_over = true;
  readers.clear();
  EXPECT_EQ(faults, 0);
  EXPECT_EQ(log.Of("shop", "hpa-1").front()->desired_replicas, (kDecisions - 1) / kHpas % 10);
}

}  // namespace
}  // namespace kubegauge::autoscaler
