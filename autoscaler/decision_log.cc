#include "autoscaler/decision_log.h"

#include <algorithm>
#include <utility>

#include "autoscaler/shorten.h"

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
         a.more_metrics == b.more_metrics && a.trace.branch == b.trace.branch &&
         a.trace.raw_desired == b.trace.raw_desired &&
         std::ranges::equal(a.trace.metrics, b.trace.metrics, SameMetric) &&
         std::ranges::equal(a.trace.steps, b.trace.steps, SameStep);
}

bool IsDisabled(const Boxed<ScalingRules>& rules) {
  return rules && rules->select_policy == "Disabled";
}

kube::ObjectKey KeyOf(const Hpa& hpa) { return {hpa.meta.namespace_name, hpa.meta.name}; }

void ShortenText(SharedText& text) {
  if (text.str().size() > kMaxKeptText) text = Shorten(text);
}

void Bound(const DecisionLogLimits& limits, DecisionRecord& record) {
  ShortenText(record.error);
  std::vector<MetricTrace>& metrics = record.trace.metrics;
  if (metrics.size() > limits.metrics) {
    record.more_metrics = static_cast<uint32_t>(metrics.size() - limits.metrics);
    metrics.resize(limits.metrics);
    metrics.shrink_to_fit();
  }
  for (MetricTrace& metric : metrics) {
    ShortenText(metric.name);
    ShortenText(metric.error);
    if (metric.left_out.size() > limits.left_out_pods) {
      metric.left_out.resize(limits.left_out_pods);
    }
    metric.left_out.shrink_to_fit();
  }
}

DecisionRecord RecordOf(const Hpa& hpa, const Outcome& outcome, int64_t now_ns,
                        const DecisionLogLimits& limits) {
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
  Bound(limits, record);
  return record;
}

// About: texts that other records share count as its own.
size_t BytesOf(const DecisionRecord& record) {
  size_t bytes = sizeof(record) + record.error.str().size() +
                 record.trace.steps.capacity() * sizeof(NormalizationStep) +
                 record.trace.metrics.capacity() * sizeof(MetricTrace);
  for (const MetricTrace& metric : record.trace.metrics) {
    bytes += metric.name.str().size() + metric.error.str().size();
    if (const auto& absent = metric.absent_container) {
      bytes += sizeof(*absent) + absent->name.size() + absent->others.size();
    }
    for (const LeftOutPod& pod : metric.left_out) bytes += sizeof(pod) + pod.name.size();
  }
  return bytes;
}

std::vector<SharedText> TextsOf(const DecisionRecord& record) {
  std::vector<SharedText> texts = {record.error};
  for (const MetricTrace& metric : record.trace.metrics) {
    texts.push_back(metric.name);
    texts.push_back(metric.error);
  }
  return texts;
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
  DecisionRecord record = RecordOf(hpa, outcome, now_ns, limits_);
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
    KeepAsOlder(*known, std::move(records.newest));
  }
  records.newest = std::make_shared<const DecisionRecord>(std::move(record));
  DropTooMany(records);
  return before;
}

void DecisionLog::KeepAsOlder(ByHpa::value_type& hpa, DecisionRecordPtr record) {
  const size_t bytes = BytesOf(*record);
  hpa.second.older.push_back({std::move(record), bytes, older_.insert(older_.end(), &hpa)});
  hpa.second.older_bytes += bytes;
  older_bytes_ += bytes;
}

void DecisionLog::DropTooMany(Records& records) {
  while (!records.older.empty() &&
         (records.older.size() >= limits_.per_hpa || records.older_bytes > limits_.bytes_per_hpa)) {
    DropOldest(records);
  }
  while (!older_.empty() &&
         (by_hpa_.size() + older_.size() > limits_.in_all || older_bytes_ > limits_.bytes_in_all)) {
    DropOldest(older_.front()->second);
  }
}

void DecisionLog::DropOldest(Records& records) {
  OlderRecord& oldest = records.older.front();
  records.older_bytes -= oldest.bytes;
  older_bytes_ -= oldest.bytes;
  older_.erase(oldest.age);
  Drop(oldest.record);
  records.older.pop_front();
}

void DecisionLog::Drop(DecisionRecordPtr& record) {
  std::vector<SharedText> texts = TextsOf(*record);
  record.reset();
  for (SharedText& text : texts) texts_.Release(text);
}

void DecisionLog::Forget(std::string_view namespace_name, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto known = by_hpa_.find(kube::ObjectKey{namespace_name, name});
  if (known == by_hpa_.end()) return;
  while (!known->second.older.empty()) DropOldest(known->second);
  Drop(known->second.newest);
  by_hpa_.erase(known);
}

void DecisionLog::Clear() {
  const std::lock_guard lock(mutex_);
  older_.clear();
  older_bytes_ = 0;
  by_hpa_.clear();
  texts_ = {};
}

std::vector<DecisionRecordPtr> DecisionLog::Of(std::string_view namespace_name,
                                               std::string_view name) const {
  const std::lock_guard lock(mutex_);
  std::vector<DecisionRecordPtr> found;
  const auto known = by_hpa_.find(kube::ObjectKey{namespace_name, name});
  if (known == by_hpa_.end()) return found;
  found.push_back(known->second.newest);
  for (auto older = known->second.older.rbegin(); older != known->second.older.rend(); ++older) {
    found.push_back(older->record);
  }
  return found;
}

size_t DecisionLog::size() const {
  const std::lock_guard lock(mutex_);
  return by_hpa_.size() + older_.size();
}

}  // namespace kubegauge::autoscaler
