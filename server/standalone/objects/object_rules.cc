#include "server/standalone/objects/object_rules.h"

#include <fmt/format.h>

#include <utility>

#include "server/standalone/objects/object_metadata.h"
#include "server/standalone/objects/scale_view.h"
#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

class PlainRulesImpl final : public ObjectRules {
 public:
  void PrepareForCreate(Json&) const override {}
  void PrepareForUpdate(const Json&, Json&) const override {}
};

class LeaseRulesImpl final : public ObjectRules {
 public:
  FieldErrors ValidateCreate(const Json& object) const override {
    FieldErrors errors;
    const int64_t duration = NumberAt(object, "/spec/leaseDurationSeconds", 1);
    if (duration <= 0) {
      errors.push_back(InvalidValue("spec.leaseDurationSeconds", fmt::format("{}", duration),
                                    "must be greater than 0"));
    }
    const int64_t transitions = NumberAt(object, "/spec/leaseTransitions");
    if (transitions < 0) {
      errors.push_back(InvalidValue("spec.leaseTransitions", fmt::format("{}", transitions),
                                    "must be greater than or equal to 0"));
    }
    return errors;
  }
};

class NamespaceRulesImpl final : public ObjectRules {
 public:
  void SetDefaults(Json& object) const override {
    object["metadata"]["labels"][std::string(kNamespaceNameLabel)] = MetadataText(object, "name");
    object["spec"]["finalizers"] = {"kubernetes"};
    object["status"]["phase"] = "Active";
  }
};

}  // namespace

void ObjectRules::Keep(const char* member, const Json& old, Json& object) {
  object.erase(member);
  if (old.contains(member)) object[member] = old[member];
}

const ObjectRules& PlainRules() {
  static const PlainRulesImpl rules;
  return rules;
}

const ObjectRules& LeaseRules() {
  static const LeaseRulesImpl rules;
  return rules;
}

const ObjectRules& NamespaceRules() {
  static const NamespaceRulesImpl rules;
  return rules;
}

}  // namespace kubegauge::server
