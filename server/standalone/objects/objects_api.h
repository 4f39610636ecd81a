#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiservice/handler.h"
#include "apiservice/in_flight_limit.h"
#include "kube/clock.h"
#include "kube/random_source.h"
#include "kube/sleeper.h"
#include "server/standalone/objects/object_query.h"
#include "server/standalone/objects/object_store.h"
#include "server/standalone/objects/object_view.h"
#include "server/standalone/objects/object_writer.h"

namespace kubegauge::server {

struct ObjectsApiParts {
  ObjectStore& store;
  const kube::Clock& clock;
  kube::RandomSource& random;
  kube::Sleeper& sleeper;
};

// The requests for the objects of the store, under /api/v1 and /apis/<group>/<version>: get, list,
// watch, create, update, patch, delete and deletecollection, with /status and /scale, and for what
// who asks may do. Answers as kube-apiserver does, errors included, as JSON or YAML. Thread-safe;
// keeps references.
//
// A page of a list shows the objects of the moment: a continue token says where to go on, not in
// which past state, so it never expires.
class ObjectsApi final : public apiservice::Handler {
 public:
  explicit ObjectsApi(const ObjectsApiParts& parts);

  // Whether the path is below the group and version of one of the store's resources.
  static bool Serves(const apiservice::RequestInfo& info);
  apiservice::Response Handle(const apiservice::AdmittedRequest& admitted) override;

 private:
  struct Context;

  apiservice::Response Get(const Context& context);
  apiservice::Response List(const Context& context);
  apiservice::Response Watch(const Context& context);
  apiservice::Response Create(const Context& context);
  // The answer to a question that is created and not kept.
  apiservice::Response Review(const Context& context, const WriteTarget& target,
                              const RequestBody& body, std::vector<std::string>& warnings);
  apiservice::Response Update(const Context& context);
  apiservice::Response Patch(const Context& context);
  apiservice::Response Delete(const Context& context);
  apiservice::Response DeleteCollection(const Context& context);
  apiservice::Response AnswerWritten(const Context& context, const OrStatus<Written>& written);

  ObjectStore& store_;
  const kube::Clock& clock_;
  kube::RandomSource& random_;
  kube::Sleeper& sleeper_;
  ObjectWriter writer_;
  apiservice::InFlightLimit watches_;
};

}  // namespace kubegauge::server
