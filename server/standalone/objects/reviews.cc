#include "server/standalone/objects/reviews.h"

#include <utility>

#include "server/standalone/objects/write_status.h"

namespace kubegauge::server {
namespace {

using apiservice::UserInfo;

// Nobody else than these gets so far, and they may do everything.
bool MayDoEverything(const UserInfo& user) { return user.InGroup(apiservice::kMastersGroup); }

Json Answered(const Json& question, Json status) {
  Json answer = {{"metadata", question.value("metadata", Json::object())}};
  if (question.contains("spec")) answer["spec"] = question["spec"];
  answer["status"] = std::move(status);
  return answer;
}

class WhoAmI final : public Review {
 public:
  OrStatus<Json> Answer(const Json& question, const UserInfo& user) const override {
    Json info = {{"username", user.name}};
    if (!user.uid.empty()) info["uid"] = user.uid;
    if (!user.groups.empty()) info["groups"] = user.groups;
    for (const auto& [key, values] : user.extra) info["extra"][key] = values;
    return Answered(question, {{"userInfo", std::move(info)}});
  }
};

class MayI final : public Review {
 public:
  OrStatus<Json> Answer(const Json& question, const UserInfo& user) const override {
    const Json spec = question.value("spec", Json::object());
    const bool of_resource = spec.contains("resourceAttributes");
    const bool of_path = spec.contains("nonResourceAttributes");
    if (of_resource && of_path) {
      return Unanswerable(InvalidValue("spec.nonResourceAttributes",
                                       spec["nonResourceAttributes"].dump(),
                                       "cannot be specified in combination with "
                                       "resourceAttributes"));
    }
    if (!of_resource && !of_path) {
      return Unanswerable(InvalidValue("spec.resourceAttributes", "null",
                                       "exactly one of nonResourceAttributes or "
                                       "resourceAttributes must be specified"));
    }
    return Answered(question, {{"allowed", MayDoEverything(user)}});
  }

 private:
  static apiservice::Status Unanswerable(apiservice::Status::Cause why) {
    return Invalid("authorization.k8s.io", "", "", {std::move(why)});
  }
};

class WhatMayI final : public Review {
 public:
  OrStatus<Json> Answer(const Json& question, const UserInfo& user) const override {
    if (question.value(Json::json_pointer("/spec/namespace"), "").empty()) {
      return apiservice::BadRequest("no namespace on request");
    }
    const Json all = Json::array({"*"});
    Json resources = Json::array();
    Json paths = Json::array();
    if (MayDoEverything(user)) {
      resources.push_back({{"verbs", all}, {"apiGroups", all}, {"resources", all}});
      paths.push_back({{"verbs", all}, {"nonResourceURLs", all}});
    }
    return Answered(question, {{"resourceRules", std::move(resources)},
                               {"nonResourceRules", std::move(paths)},
                               {"incomplete", false}});
  }
};

}  // namespace

const Review& SelfReview() {
  static const WhoAmI review;
  return review;
}

const Review& SelfAccessReview() {
  static const MayI review;
  return review;
}

const Review& SelfRulesReview() {
  static const WhatMayI review;
  return review;
}

}  // namespace kubegauge::server
