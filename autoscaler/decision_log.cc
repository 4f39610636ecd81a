#include "autoscaler/decision_log.h"

#include <algorithm>

namespace kubegauge::autoscaler {
namespace {

bool SameMetric(const MetricTrace& a, const MetricTrace& b) {
  return a.name == b.name && a.error == b.error && a.proposal == b.proposal;
}

bool SameStep(const NormalizationStep& a, const NormalizationStep& b) {
  return a.kind == b.kind && a.before == b.before && a.after == b.after && a.reason == b.reason;
}

// Whether both say the same, however much the measured values moved.
bool SaysTheSame(const DecisionRecord& a, const DecisionRecord& b) {
  return !a.rescaled && !b.rescaled && a.current_replicas == b.current_replicas &&
         a.desired_replicas == b.desired_replicas && a.min_replicas == b.min_replicas &&
         a.max_replicas == b.max_replicas && a.failed == b.failed && a.error == b.error &&
         a.trace.branch == b.trace.branch && a.trace.raw_desired == b.trace.raw_desired &&
         std::ranges::equal(a.trace.metrics, b.trace.metrics, SameMetric) &&
         std::ranges::equal(a.trace.steps, b.trace.steps, SameStep);
}

bool IsDisabled(const Boxed<ScalingRules>& rules) {
  return rules && rules->select_policy == "Disabled";
}

kube::ObjectKey KeyOf(const Hpa& hpa) { return {hpa.meta.namespace_name, hpa.meta.name}; }

DecisionRecord RecordOf(const Hpa& hpa, const Outcome& outcome, int64_t now_ns,
                        size_t left_out_pods) {
  DecisionRecord record{.first_ns = now_ns,
                        .last_ns = now_ns,
                        .min_replicas = hpa.spec.min_replicas.value_or(1),
                        .max_replicas = hpa.spec.max_replicas,
                        .current_replicas = outcome.current_replicas,
                        .desired_replicas = outcome.desired_replicas,
                        .rescaled = outcome.scaled_to.has_value(),
                        .failed = outcome.failed,
                        .error = outcome.error,
                        .trace = outcome.trace};
  if (hpa.spec.behavior) {
    record.scale_up_disabled = IsDisabled(hpa.spec.behavior->scale_up);
    record.scale_down_disabled = IsDisabled(hpa.spec.behavior->scale_down);
  }
  for (MetricTrace& metric : record.trace.metrics) {
    if (metric.left_out.size() > left_out_pods) metric.left_out.resize(left_out_pods);
    metric.left_out.shrink_to_fit();
  }
  return record;
}

void ShareTexts(TextPool& texts, DecisionRecord& record) {
  texts.Share(record.error);
  for (MetricTrace& metric : record.trace.metrics) {
    texts.Share(metric.name);
    texts.Share(metric.error);
  }
}

}  // namespace

DecisionRecordPtr DecisionLog::Record(const Hpa& hpa, const Outcome& outcome, int64_t now_ns) {
  DecisionRecord record = RecordOf(hpa, outcome, now_ns, limits_.left_out_pods);
  const std::lock_guard lock(mutex_);
  ShareTexts(texts_, record);
  auto known = by_hpa_.find(KeyOf(hpa));
  if (known == by_hpa_.end()) {
    known = by_hpa_.try_emplace({hpa.meta.namespace_name, hpa.meta.name}).first;
  }
  Records& records = known->second;
  const DecisionRecordPtr before = records.newest;
  if (records.newest != nullptr && SaysTheSame(*records.newest, record)) {
    record.first_ns = records.newest->first_ns;
    record.count = records.newest->count + 1;
  } else if (records.newest != nullptr) {
    records.older.emplace_back(std::move(records.newest), older_.insert(older_.end(), &*known));
  }
  records.newest = std::make_shared<const DecisionRecord>(std::move(record));
  if (records.older.size() >= limits_.per_hpa) DropOldest(records);
  if (by_hpa_.size() + older_.size() > limits_.in_all && !older_.empty()) {
    DropOldest(older_.front()->second);
  }
  return before;
}

void DecisionLog::DropOldest(Records& records) {
  older_.erase(records.older.front().second);
  records.older.pop_front();
}

void DecisionLog::Forget(std::string_view namespace_name, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = by_hpa_.find(kube::ObjectKey{namespace_name, name});
  if (known == by_hpa_.end()) return;
  while (!known->second.older.empty()) DropOldest(known->second);
  by_hpa_.erase(known);
}

void DecisionLog::Clear() {
  const std::lock_guard lock(mutex_);
  older_.clear();
  by_hpa_.clear();
}

std::vector<DecisionRecordPtr> DecisionLog::Of(std::string_view namespace_name,
                                               std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<DecisionRecordPtr> found;
  const auto known = by_hpa_.find(kube::ObjectKey{namespace_name, name});
  if (known == by_hpa_.end()) return found;
  found.push_back(known->second.newest);
  for (auto older = known->second.older.rbegin(); older != known->second.older.rend(); ++older) {
    found.push_back(older->first);
  }
  return found;
}

size_t DecisionLog::size() const {
  const std::lock_guard lock(mutex_);
  return by_hpa_.size() + older_.size();
}

}  // namespace kubegauge::autoscaler
