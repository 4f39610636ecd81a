#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autoscaler/error_words.h"
#include "autoscaler/explain.h"
#include "kube/rfc3339.h"

namespace kubegauge::autoscaler {
namespace {

bool Has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// Each error of hpa.md 16.1 that an operator can do something about. The first sign that an error
// has counts: what the API server says of itself before what it says of a metric.
struct KnownError {
  std::string_view sign;    // a part of the error
  std::string_view advice;  // {} is the namespace
};
constexpr KnownError kKnownErrors[] = {
    {"forbidden",
     "grant the autoscaler's service account that access: its ClusterRole in deploy/ names all it "
     "needs"},
    {"no metrics returned from resource metrics API",
     "metrics.k8s.io knows none of the pods yet: see `kubectl top pod -n {}`; new pods need one or "
     "two scrapes"},
    {"did not receive metrics for targeted pods",
     "every pod that has a sample is still unready or in its CPU initialization period, or none "
     "has a sample: see `kubectl get pod -n {}` and `kubectl top pod -n {}`"},
    {"no pods returned by selector",
     "the target's selector matches no pod: see the target's status.selector and the pods' labels "
     "in namespace {}"},
    {"no metrics returned matched known pods",
     "the samples are of other pods than the selector matches, or none of the pods requests "
     "anything: compare `kubectl top pod -n {}` with the target's selector"},
    {"unable to fetch metrics from resource metrics API",
     "metrics.k8s.io does not answer: see `kubectl get apiservice v1beta1.metrics.k8s.io`"},
    {"no custom metrics API (custom.metrics.k8s.io) registered",
     "no adapter serves custom.metrics.k8s.io: install one, or use another metric type"},
    {"no known available metric versions found",
     "the adapter of custom.metrics.k8s.io serves neither v1beta2 nor v1beta1: update it"},
    {"results when we asked for exactly one",
     "the metric and its selector have to name one series of the described object"},
    {"unable to map kind",
     "the kind of describedObject is not served: check its apiVersion and kind"},
    {"unable to fetch metrics from custom metrics API",
     "ask the adapter for the metric: `kubectl get --raw "
     "/apis/custom.metrics.k8s.io/v1beta1/namespaces/{}/…`"},
    {"no metrics returned from custom metrics API",
     "the adapter has no value of that metric for any of the pods in namespace {}"},
    {"unable to fetch metrics from external metrics API",
     "ask the adapter for the metric: `kubectl get --raw "
     "/apis/external.metrics.k8s.io/v1beta1/namespaces/{}/…`"},
    {"no metrics returned from external metrics API",
     "the adapter knows no series of that name and selector in namespace {}"},
    {"selector is required",
     "the target's scale names no selector (status.selector): its scale subresource has no "
     "labelSelectorPath, or its controller has not filled it in"},
    {"are controlled by multiple HPAs",
     "give every HPA pods of its own: none of them is scaled as long as their selectors overlap"},
    {"no matches for kind",
     "the kind of scaleTargetRef is not served: check its apiVersion and kind, and that its "
     "CustomResourceDefinition is installed"},
    {"unexpected GroupVersion string", "write scaleTargetRef.apiVersion as group/version"},
    {"the object has been modified",
     "something else writes the target at the same time: look for another autoscaler, or a tool "
     "that sets its replicas"},
    {"could not find the requested resource",
     "the kind of scaleTargetRef has no scale subresource: an HPA cannot scale it"},
    {"is not a valid label selector operator",
     "the operators of the metric's selector.matchExpressions are In and NotIn, with values, and "
     "Exists and DoesNotExist, without"},
    {"values: Invalid value",
     "in the metric's selector.matchExpressions In and NotIn need values, Exists and DoesNotExist "
     "take none"},
    {"\" not found", "what the HPA points to does not exist in namespace {}"},
};

// An error that names the pod or the API at fault, and what to do about it; {n} is the n-th word of
// the pattern. Without advice it is one that names nothing of use.
struct NamingError {
  std::string_view pattern;
  std::string_view advice;
};
constexpr NamingError kNamingErrors[] = {
    {"failed to get {} container metric value: failed to get {} {}: did not receive metrics for "
     "targeted pods",
     "see whether the pods are ready, and whether they have a container {0}, whose {1} counts: "
     "`kubectl top pod --containers` shows those that are measured; correct "
     "containerResource.container if they have none"},
    {"failed to get cpu resource metric value: failed to get {} {}: did not receive metrics", ""},
    {"failed to get memory resource metric value: failed to get {} {}: did not receive metrics",
     ""},
    {"failed to get {} resource metric value: failed to get {} {}: did not receive metrics for "
     "targeted pods",
     "metrics.k8s.io measures cpu and memory only: take {0} from a metric of type Pods, Object or "
     "External"},
    {"failed to query scale subresource for {}/{}/{}: {} \"{}\" not found",
     "create the {0} {2} in namespace {1}, or correct spec.scaleTargetRef: it names one that does "
     "not exist"},
    {"missing request for {} in container {} of Pod {}",
     "set resources.requests.{0} of container {1} in the pod template: pod {2} has none, and a "
     "utilization is a share of the requests of all containers; or use an averageValue target"},
    {"missing pod-level request for {} in Pod {}",
     "set resources.requests.{0} of the pod or of its containers in the pod template: pod {1} has "
     "none; or use an averageValue target"},
    {"container {} not found in Pod {}",
     "name a container that all pods of the target have: pod {1} has no container {0}"},
    {"could not find the requested resource (get {}.external.metrics.k8s.io)",
     "no adapter serves external.metrics.k8s.io with a metric {0}: install one (`kubectl get "
     "apiservice` lists those that are there), or correct the metric's name"},
    {"could not find the requested resource (get {}.custom.metrics.k8s.io)",
     "no adapter serves custom.metrics.k8s.io with a metric {0}: install one (`kubectl get "
     "apiservice` lists those that are there), or correct the metric's name"},
};

// Whoever makes an HPA decides how long its errors are, and how many.
constexpr size_t kBytesLookedAt = 4096;
constexpr size_t kMetricsAdvisedOn = 32;

std::string AdviceOnNamed(std::string_view error) {
  error = error.substr(0, kBytesLookedAt);
  for (const NamingError& known : kNamingErrors) {
    std::vector<std::string_view> words = WordsOf(error, known.pattern);
    if (words.empty()) continue;
    words.resize(std::max<size_t>(words.size(), 3));
    return fmt::format(fmt::runtime(known.advice), words[0], words[1], words[2]);
  }
  return "";
}

// Which step had the last word, if any changed the number.
const NormalizationStep* DecidingStep(const DecisionTrace& trace) {
  const NormalizationStep* deciding = nullptr;
  for (const NormalizationStep& step : trace.steps) {
    if (step.before != step.after) deciding = &step;
  }
  return deciding;
}

std::string PolicyAdvice(const NormalizationStep& step, const DecisionRecord& record) {
  const bool up = step.reason == "ScaleUpLimit";
  const char* const rules = up ? "scaleUp" : "scaleDown";
  if (up ? record.scale_up_disabled : record.scale_down_disabled) {
    return fmt::format(
        "spec.behavior.{}.selectPolicy is Disabled: with Max or Min it would go to {}", rules,
        step.before);
  }
  return fmt::format(
      "wait for the next period, or allow more in spec.behavior.{}.policies: it goes on to {} "
      "step by step",
      rules, step.before);
}

std::string StabilizationAdvice(const NormalizationStep& step) {
  const bool up = step.reason == "ScaleUpStabilized";
  std::string until = "the older recommendations have left the window";
  if (step.until_ns) {
    until = fmt::format("{}, when the recommendations of {} or {} have left the window",
                        kube::FormatRfc3339(*step.until_ns), step.after, up ? "fewer" : "more");
  }
  return fmt::format(
      "wait until {}, or shorten spec.behavior.{}.stabilizationWindowSeconds: the metrics ask for "
      "{} now",
      until, up ? "scaleUp" : "scaleDown", step.before);
}

std::string StepAdvice(const NormalizationStep& step, const DecisionRecord& record) {
  if (step.reason == "TooManyReplicas") {
    return fmt::format("raise maxReplicas above {}: the metrics ask for {}", record.max_replicas,
                       step.before);
  }
  if (step.reason == "TooFewReplicas") {
    return fmt::format("lower minReplicas below {}: the metrics ask for {}", record.min_replicas,
                       step.before);
  }
  if (step.reason == "ScaleUpLimit" || step.reason == "ScaleDownLimit") {
    return PolicyAdvice(step, record);
  }
  if (step.reason == "ScaleDownStabilized" || step.reason == "ScaleUpStabilized") {
    return StabilizationAdvice(step);
  }
  return "";
}

std::string_view BranchAdvice(DecisionTrace::Branch branch) {
  if (branch != DecisionTrace::Branch::kDisabled) return "";
  return "scale the target up by hand, to one replica or more: the HPA goes on from there";
}

// `look_error`: the error of the look if it is about this metric, of which it says more.
std::string AdviceOnMetric(std::string_view namespace_name, const MetricTrace& metric,
                           std::string_view look_error) {
  if (metric.absent_container) {
    return fmt::format(
        "correct containerResource.container: no pod has a container {}, they have {}",
        metric.absent_container->name, metric.absent_container->others);
  }
  if (Has(look_error, metric.error)) {
    if (std::string advice = AdviceOnNamed(look_error); !advice.empty()) return advice;
  }
  return AdviceOnError(namespace_name, metric.error);
}

// Of a metric that proposes as many replicas as there are.
std::string RatioAdvice(const MetricTrace& metric, int32_t replicas) {
  if (!metric.measured || metric.proposal != replicas) return "";
  const UsageRatio& judged = metric.with_left_out ? *metric.with_left_out : *metric.measured;
  if (metric.within_tolerance) {
    return fmt::format("{}: a ratio above {:g} or below {:g}; it is {:.3f}", metric.name,
                       1 + metric.tolerance_up, 1 - metric.tolerance_down, judged.ratio);
  }
  if (metric.with_left_out) {
    return fmt::format(
        "{}: samples of the pods that are left out; until they are ready and measured they are "
        "counted against a change",
        metric.name);
  }
  if (metric.ready_pods == 0) return "";
  // Replicas are the ratio times the ready pods, rounded up.
  const double ready = metric.ready_pods;
  return fmt::format("{}: a ratio above {:.3g} or of at most {:.3g}; it is {:.3f}", metric.name,
                     std::max(1 + metric.tolerance_up, replicas / ready),
                     std::min(1 - metric.tolerance_down, (replicas - 1) / ready), judged.ratio);
}

}  // namespace

std::string AdviceOnError(std::string_view namespace_name, std::string_view error) {
  error = error.substr(0, kBytesLookedAt);
  if (std::string advice = AdviceOnNamed(error); !advice.empty()) return advice;
  for (const KnownError& known : kKnownErrors) {
    if (Has(error, known.sign)) {
      return fmt::format(fmt::runtime(known.advice), namespace_name, namespace_name);
    }
  }
  return "";
}

std::vector<std::string> Advice(std::string_view namespace_name, const DecisionRecord& record) {
  std::vector<std::string> lines;
  const auto add = [&](std::string_view line) {
    if (line.empty() || std::ranges::find(lines, line) != lines.end()) return;
    lines.emplace_back(line);
  };
  const std::vector<MetricTrace>& all = record.trace.metrics;
  const std::span metrics(all.data(), std::min(all.size(), kMetricsAdvisedOn));
  bool metric_failed = false;
  for (const MetricTrace& metric : metrics) {
    if (metric.error.empty()) continue;
    // The look tells of the first that failed.
    const std::string_view look_error = metric_failed ? "" : std::string_view(record.error);
    metric_failed = true;
    add(AdviceOnMetric(namespace_name, metric, look_error));
  }
  if (!metric_failed && !record.error.empty()) add(AdviceOnError(namespace_name, record.error));
  add(BranchAdvice(record.trace.branch));
  if (const NormalizationStep* step = DecidingStep(record.trace)) {
    add(StepAdvice(*step, record));
  } else if (!record.failed && !record.rescaled) {
    for (const MetricTrace& metric : metrics) {
      add(RatioAdvice(metric, record.current_replicas));
    }
  }
  return lines;
}

}  // namespace kubegauge::autoscaler
