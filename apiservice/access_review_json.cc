#include "apiservice/access_review_json.h"

#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/json_text.h"
#include "apiservice/list_options.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"

namespace kubegauge::apiservice {
namespace {

constexpr size_t kUsualSpecBytes = 512;

struct SelectorRequirement {
  std::string_view key;
  std::string_view op;
  std::vector<std::string> values;
};

// Writes one JSON object, member by member; members with nothing to say are left out.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }
  void End() { out_.push_back('}'); }

  void Name(std::string_view name) {
    if (out_.back() != '{') out_.push_back(',');
    AppendJsonString(name, out_);
    out_.push_back(':');
  }
  void String(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    Name(name);
    AppendJsonString(value, out_);
  }
  void Strings(std::string_view name, const std::vector<std::string>& values) {
    if (values.empty()) return;
    Name(name);
    out_.push_back('[');
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_.push_back(',');
      AppendJsonString(values[i], out_);
    }
    out_.push_back(']');
  }

 private:
  std::string& out_;
};

std::vector<SelectorRequirement> RequirementsOf(const kube::FieldSelector& selector) {
  std::vector<SelectorRequirement> requirements;
  for (const kube::FieldTerm& term : selector.terms()) {
    requirements.push_back({.key = term.field,
                            .op = term.op == kube::FieldOperator::kEquals ? "In" : "NotIn",
                            .values = {term.value}});
  }
  return requirements;
}

std::string_view ReviewOperator(kube::LabelOperator op) {
  switch (op) {
    case kube::LabelOperator::kEquals:
    case kube::LabelOperator::kDoubleEquals:
    case kube::LabelOperator::kIn:
      return "In";
    case kube::LabelOperator::kNotEquals:
    case kube::LabelOperator::kNotIn:
      return "NotIn";
    case kube::LabelOperator::kExists:
      return "Exists";
    case kube::LabelOperator::kDoesNotExist:
      return "DoesNotExist";
    case kube::LabelOperator::kGreaterThan:
    case kube::LabelOperator::kLessThan:
      return {};
  }
  return {};
}

std::vector<SelectorRequirement> RequirementsOf(const kube::LabelSelector& selector) {
  std::vector<SelectorRequirement> requirements;
  for (const kube::Requirement& requirement : selector.requirements()) {
    const std::string_view op = ReviewOperator(requirement.op());
    if (op.empty()) continue;
    requirements.push_back({.key = requirement.key(), .op = op, .values = requirement.values()});
  }
  return requirements;
}

void AppendRequirements(const std::vector<SelectorRequirement>& requirements, std::string& out) {
  out.append(R"({"requirements":[)");
  for (size_t i = 0; i < requirements.size(); ++i) {
    if (i > 0) out.push_back(',');
    ObjectWriter writer(out);
    writer.String("key", requirements[i].key);
    writer.String("operator", requirements[i].op);
    writer.Strings("values", requirements[i].values);
    writer.End();
  }
  out.append("]}");
}

// `Selector::Parse` of kube/.
template <class Selector>
void AppendSelector(std::string_view name, const std::string& whole_text, ObjectWriter& writer,
                    std::string& out) {
  const std::string_view text = ReviewedSelector(whole_text);
  if (text.empty()) return;
  const absl::StatusOr<Selector> selector = Selector::Parse(text);
  if (!selector.ok()) return;
  const std::vector<SelectorRequirement> requirements = RequirementsOf(*selector);
  if (requirements.empty()) return;
  writer.Name(name);
  AppendRequirements(requirements, out);
}

void AppendResourceAttributes(const RequestInfo& info, std::string& out) {
  ObjectWriter writer(out);
  writer.String("namespace", info.namespace_name);
  writer.String("verb", info.verb);
  writer.String("group", info.api_group);
  writer.String("version", info.api_version);
  writer.String("resource", info.resource);
  writer.String("subresource", info.subresource);
  writer.String("name", info.name);
  AppendSelector<kube::FieldSelector>("fieldSelector", info.field_selector, writer, out);
  AppendSelector<kube::LabelSelector>("labelSelector", info.label_selector, writer, out);
  writer.End();
}

void AppendNonResourceAttributes(const RequestInfo& info, std::string& out) {
  ObjectWriter writer(out);
  writer.String("path", info.path);
  writer.String("verb", info.verb);
  writer.End();
}

}  // namespace

std::string_view ReviewedSelector(std::string_view selector) {
  return selector.size() <= kMaxReviewedSelectorBytes ? selector : std::string_view();
}

std::string AccessReviewSpecJson(const UserInfo& user, const RequestInfo& info) {
  std::string json;
  json.reserve(kUsualSpecBytes);
  ObjectWriter spec(json);
  if (info.is_resource_request) {
    spec.Name("resourceAttributes");
    AppendResourceAttributes(info, json);
  } else {
    spec.Name("nonResourceAttributes");
    AppendNonResourceAttributes(info, json);
  }
  spec.String("user", user.name);
  spec.Strings("groups", user.groups);
  if (!user.extra.empty()) {
    spec.Name("extra");
    ObjectWriter extra(json);
    for (const auto& [key, values] : user.extra) extra.Strings(key, values);
    extra.End();
  }
  spec.String("uid", user.uid);
  spec.End();
  return json;
}

std::string AccessReviewJson(const std::string& spec_json) {
  std::string json(R"({"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1",)"
                   R"("metadata":{"creationTimestamp":null},"spec":)");
  json.append(spec_json);
  json.append(R"(,"status":{"allowed":false}})");
  return json;
}

}  // namespace kubegauge::apiservice
