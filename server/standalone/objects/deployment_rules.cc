#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "server/standalone/objects/int_or_percent.h"
#include "server/standalone/objects/label_selection.h"
#include "server/standalone/objects/object_rules.h"
#include "server/standalone/objects/pod_template.h"
#include "server/standalone/objects/scale_view.h"
#include "server/standalone/objects/simulated_load.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

constexpr char kRollingUpdate[] = "RollingUpdate";
constexpr char kRecreate[] = "Recreate";

void Default(Json& object, const char* key, const Json& value) {
  if (!object.contains(key)) object[key] = value;
}

void CheckNotNegative(const Json& object, const char* pointer, const std::string& field,
                      FieldErrors& errors) {
  const int64_t number = NumberAt(object, pointer);
  if (number >= 0) return;
  errors.push_back(
      InvalidValue(field, fmt::format("{}", number), "must be greater than or equal to 0"));
}

// The selector has to be there, to parse, and to select the template's pods.
void ValidateSelector(std::string_view kind, const Json& object, FieldErrors& errors) {
  const Json::json_pointer at("/spec/selector");
  if (!object.contains(at)) {
    errors.push_back(RequiredValue("spec.selector", ""));
    return;
  }
  const auto selector = SelectorOf(object.at(at));
  if (!selector.ok()) {
    errors.push_back(InvalidValue("spec.selector", object.at(at).dump(),
                                  std::string(selector.status().message())));
    return;
  }
  if (selector->empty()) {
    errors.push_back(InvalidValue("spec.selector", object.at(at).dump(),
                                  fmt::format("empty selector is invalid for {}", kind)));
    return;
  }
  const Json labels =
      object.value(Json::json_pointer("/spec/template/metadata/labels"), Json::object());
  if (Selects(*selector, labels)) return;
  errors.push_back(InvalidValue("spec.template.metadata.labels", labels.dump(),
                                "`selector` does not match template `labels`"));
}

// Without what is empty: a selector says as much with it.
nlohmann::json MeaningOf(const Json& selector) {
  if (!selector.is_structured()) return selector;
  nlohmann::json meaning = selector.is_array() ? nlohmann::json::array() : nlohmann::json::object();
  for (const auto& [key, value] : selector.items()) {
    if (selector.is_array()) {
      meaning.push_back(MeaningOf(value));
    } else if (!value.empty()) {
      meaning[key] = MeaningOf(value);
    }
  }
  return meaning;
}

void ValidateImmutableSelector(const Json& old, const Json& object, FieldErrors& errors) {
  const Json::json_pointer at("/spec/selector");
  const Json selector = object.value(at, Json());
  if (MeaningOf(old.value(at, Json())) == MeaningOf(selector)) return;
  errors.push_back(InvalidValue("spec.selector", selector.dump(), "field is immutable"));
}

void ValidateIntOrPercent(const std::string& field, const Json& value, FieldErrors& errors) {
  if (value.is_number_integer()) {
    if (value.get<int64_t>() >= 0) return;
    errors.push_back(InvalidValue(field, value.dump(), "must be greater than or equal to 0"));
  } else if (!ResolveIntOrPercent(value, 100, /*round_up=*/true)) {
    errors.push_back(InvalidValue(
        field, value.dump(),
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  "
        "or '93%', regex used for validation is '[0-9]+%')"));
  }
}

void ValidateStrategy(const Json& spec, FieldErrors& errors) {
  const Json strategy = spec.value("strategy", Json::object());
  const std::string type = strategy.value("type", "");
  if (type != kRollingUpdate && type != kRecreate) {
    // Upstream shows the struct of its own that has both.
    errors.push_back({.reason = "FieldValueNotSupported",
                      .message = fmt::format("Unsupported value: {{\"Type\":{},\"RollingUpdate\":"
                                             "null}}: supported values: \"Recreate\", "
                                             "\"RollingUpdate\"",
                                             Json(type).dump()),
                      .field = "spec.strategy"});
    return;
  }
  const std::string path = "spec.strategy.rollingUpdate";
  if (!strategy.contains("rollingUpdate")) return;
  if (type == kRecreate) {
    errors.push_back(
        ForbiddenValue(path, "may not be specified when strategy `type` is 'Recreate'"));
    return;
  }
  const Json& rolling = strategy["rollingUpdate"];
  const Json unavailable = rolling.value("maxUnavailable", Json(0));
  const Json surge = rolling.value("maxSurge", Json(0));
  ValidateIntOrPercent(path + ".maxUnavailable", unavailable, errors);
  ValidateIntOrPercent(path + ".maxSurge", surge, errors);
  constexpr int64_t kWhole = 100;
  if (ResolveIntOrPercent(unavailable, kWhole, /*round_up=*/true) == 0 &&
      ResolveIntOrPercent(surge, kWhole, /*round_up=*/true) == 0) {
    errors.push_back(InvalidValue(path + ".maxUnavailable", unavailable.dump(),
                                  "may not be 0 when `maxSurge` is 0"));
  }
  if (unavailable.is_string() && ResolveIntOrPercent(unavailable, kWhole, true) > kWhole) {
    errors.push_back(InvalidValue(path + ".maxUnavailable", unavailable.dump(),
                                  "must not be greater than 100%"));
  }
}

// A load that nobody can read is refused when it is written, not ignored later.
void ValidateSimulation(const Json& object, FieldErrors& errors) {
  const Json annotations =
      object.value(Json::json_pointer("/metadata/annotations"), Json::object());
  const auto check = [&](const char* name, const absl::Status& status) {
    if (status.ok()) return;
    errors.push_back(InvalidValue(fmt::format("metadata.annotations[{}]", name),
                                  annotations[name].dump(), std::string(status.message())));
  };
  if (annotations.contains(kLoadAnnotation)) {
    check(kLoadAnnotation,
          SimulatedLoad::Parse(annotations[kLoadAnnotation].get<std::string>()).status());
  }
  if (annotations.contains(kMemoryAnnotation)) {
    check(kMemoryAnnotation,
          ParseSimulatedMemory(annotations[kMemoryAnnotation].get<std::string>()).status());
  }
}

class DeploymentRulesImpl final : public ObjectRules {
 public:
  void PrepareForCreate(Json& object) const override { object["status"] = Json::object(); }

  void SetDefaults(Json& object) const override {
    Json& spec = object["spec"];
    Default(spec, "replicas", 1);
    Json& strategy = spec["strategy"];
    Default(strategy, "type", kRollingUpdate);
    if (strategy["type"] == kRollingUpdate) {
      Default(strategy["rollingUpdate"], "maxUnavailable", "25%");
      Default(strategy["rollingUpdate"], "maxSurge", "25%");
    }
    Default(spec, "revisionHistoryLimit", 10);
    Default(spec, "progressDeadlineSeconds", 600);
    SetPodTemplateDefaults(spec["template"]);
  }

  FieldErrors ValidateCreate(const Json& object) const override {
    FieldErrors errors;
    CheckNotNegative(object, "/spec/replicas", "spec.replicas", errors);
    ValidateSelector("deployment", object, errors);
    ValidatePodTemplate("spec.template", object["spec"]["template"], errors);
    ValidateStrategy(object["spec"], errors);
    CheckNotNegative(object, "/spec/minReadySeconds", "spec.minReadySeconds", errors);
    CheckNotNegative(object, "/spec/revisionHistoryLimit", "spec.revisionHistoryLimit", errors);
    const int64_t deadline = NumberAt(object, "/spec/progressDeadlineSeconds");
    if (deadline <= NumberAt(object, "/spec/minReadySeconds")) {
      errors.push_back(InvalidValue("spec.progressDeadlineSeconds", fmt::format("{}", deadline),
                                    "must be greater than minReadySeconds"));
    }
    ValidateSimulation(object, errors);
    return errors;
  }

  void PrepareForStatusUpdate(const Json& old, Json& object) const override {
    Keep("spec", old, object);
    Keep("labels", old["metadata"], object["metadata"]);
  }

  FieldErrors ValidateUpdate(const Json& old, const Json& object) const override {
    FieldErrors errors = ValidateCreate(object);
    ValidateImmutableSelector(old, object, errors);
    return errors;
  }
};

class ReplicaSetRulesImpl final : public ObjectRules {
 public:
  void PrepareForCreate(Json& object) const override { object["status"] = {{"replicas", 0}}; }

  void SetDefaults(Json& object) const override {
    Default(object["spec"], "replicas", 1);
    SetPodTemplateDefaults(object["spec"]["template"]);
  }

  FieldErrors ValidateCreate(const Json& object) const override {
    FieldErrors errors;
    CheckNotNegative(object, "/spec/replicas", "spec.replicas", errors);
    ValidateSelector("replicaset", object, errors);
    ValidatePodTemplate("spec.template", object["spec"]["template"], errors);
    return errors;
  }

  FieldErrors ValidateUpdate(const Json& old, const Json& object) const override {
    FieldErrors errors = ValidateCreate(object);
    ValidateImmutableSelector(old, object, errors);
    return errors;
  }
};

}  // namespace

const ObjectRules& DeploymentRules() {
  static const DeploymentRulesImpl rules;
  return rules;
}

const ObjectRules& ReplicaSetRules() {
  static const ReplicaSetRulesImpl rules;
  return rules;
}

}  // namespace kubegauge::server
