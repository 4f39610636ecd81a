#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "autoscaler/decision.h"
#include "autoscaler/hpa.h"
#include "autoscaler/hpa_table.h"
#include "autoscaler/text_pool.h"

namespace kubegauge::autoscaler {

// What was decided for an HPA, once or several times in a row. Immutable.
struct DecisionRecord {
  int64_t first_ns = 0;  // wall time, of the first of these decisions
  int64_t last_ns = 0;   // of the newest, which all the rest is of
  uint32_t count = 1;
  int32_t min_replicas = 1;
  int32_t max_replicas = 0;
  int32_t current_replicas = 0;
  int32_t desired_replicas = 0;
  bool rescaled = false;
  // Nothing could be decided, or what was decided could not be written. An error without it is that
  // of some of the metrics, or of the status.
  bool failed = false;
  bool scale_up_disabled = false;  // by the selectPolicy of the HPA's behavior
  bool scale_down_disabled = false;
  SharedText error;
  DecisionTrace trace;
  uint32_t more_metrics = 0;  // that the trace is without, as they were too many
};
using DecisionRecordPtr = std::shared_ptr<const DecisionRecord>;

// How many decisions are kept, and how much of one.
struct DecisionLogLimits {
  size_t per_hpa = 100;
  size_t in_all = 20'000;
  // About what they take in memory, but for the newest of each HPA.
  size_t bytes_per_hpa = size_t{1} << 20;
  size_t bytes_in_all = size_t{32} << 20;
  size_t metrics = 64;
  size_t left_out_pods = 10;  // the names of, for each metric
};

// The last decisions of each HPA, for `explain`. A decision that says the same as the one before is
// counted there, so that a quiet hour takes one record. When there are too many in all, those that
// were made longest ago go first, whosever they are; the newest of each HPA stays. Long names and
// errors are kept as Shorten() leaves them. Thread-safe.
class DecisionLog {
 public:
  explicit DecisionLog(const DecisionLogLimits& limits = {}) : limits_(limits) {}

  // Gives the record that was the newest before; null where nothing was known of the HPA.
  DecisionRecordPtr Record(const Hpa& hpa, const Outcome& outcome, int64_t now_ns);
  void Forget(std::string_view namespace_name, std::string_view name);
  void Clear();

  // The newest first; empty for an HPA that nothing is known of.
  std::vector<DecisionRecordPtr> Of(std::string_view namespace_name, std::string_view name) const;
  size_t size() const;

 private:
  struct Records;
  using ByHpa = HpaTable<Records>;
  // The HPAs that have more than their newest record, once for each of those, by age.
  using Ages = std::list<ByHpa::value_type*>;
  struct OlderRecord {
    DecisionRecordPtr record;
    size_t bytes = 0;
    Ages::iterator age;
  };
  struct Records {
    DecisionRecordPtr newest;
    std::list<OlderRecord> older;  // the newest at the back
    size_t older_bytes = 0;
  };

  void KeepAsOlder(ByHpa::value_type& hpa, DecisionRecordPtr record);
  void DropTooMany(Records& records);
  void DropOldest(Records& records);
  void Drop(DecisionRecordPtr& record);

  const DecisionLogLimits limits_;
  mutable std::mutex mutex_;
  TextPool texts_;  // what decisions of many HPAs say alike
  ByHpa by_hpa_;
  Ages older_;
  size_t older_bytes_ = 0;
};

}  // namespace kubegauge::autoscaler
