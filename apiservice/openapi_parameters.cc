#include "apiservice/openapi_parameters.h"

#include <fmt/format.h>

#include <cstdint>

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

enum class Place : uint8_t {
  kPath,
  kQuery,
  kListQuery,  // of lists and watches only
};

struct Parameter {
  std::string_view name;
  Place place;
  std::string_view type;
  std::string_view description;
};

// By name.
constexpr Parameter kParameters[] = {
    {"allowWatchBookmarks", Place::kListQuery, "boolean",
     "Whether the client takes BOOKMARK events in a watch."},
    {"continue", Place::kListQuery, "string",
     "Has no effect: lists come whole and name no next part."},
    {"fieldSelector", Place::kListQuery, "string",
     "Which objects to give, by metadata.name and metadata.namespace, such as metadata.name=web; "
     "empty: all."},
    {"labelSelector", Place::kListQuery, "string",
     "Which objects to give, by their labels, such as app=web,tier!=test; empty: all."},
    {"limit", Place::kListQuery, "integer",
     "The number of objects that would do; it has no effect, as lists come whole."},
    {"name", Place::kPath, "string", "The name of the node or pod."},
    {"namespace", Place::kPath, "string", "The namespace of the pods."},
    {"pretty", Place::kQuery, "string",
     "Whether JSON is to be indented: true or false; left out, it is for curl, wget and browsers."},
    {"resourceVersion", Place::kListQuery, "string",
     "The state that a watch goes on from; empty or 0: it begins with the objects that there are. "
     "Lists give the newest state in any case."},
    {"resourceVersionMatch", Place::kListQuery, "string",
     "How resourceVersion is meant: Exact or NotOlderThan; it has to be given with "
     "sendInitialEvents."},
    {"sendInitialEvents", Place::kListQuery, "boolean",
     "Whether a watch begins with the objects that there are; with allowWatchBookmarks, a bookmark "
     "marks their end."},
    {"shardSelector", Place::kListQuery, "string", "Has no effect: all shards are given."},
    {"timeoutSeconds", Place::kListQuery, "integer", "After how many seconds a watch ends."},
    {"watch", Place::kListQuery, "boolean",
     "Whether to go on telling what is added, modified and deleted, instead of listing once."},
};

Json Described(const Parameter& parameter) {
  Json json = {{"name", parameter.name},
               {"in", parameter.place == Place::kPath ? "path" : "query"},
               {"type", parameter.type},
               {"description", parameter.description},
               {"uniqueItems", true}};
  if (parameter.place == Place::kPath) json["required"] = true;
  return json;
}

}  // namespace

Json ParametersOf(std::string_view path, bool is_list) {
  Json parameters = Json::array();
  for (const Parameter& parameter : kParameters) {
    const bool applies =
        parameter.place == Place::kQuery || (parameter.place == Place::kListQuery && is_list) ||
        (parameter.place == Place::kPath &&
         path.find(fmt::format("{{{}}}", parameter.name)) != std::string_view::npos);
    if (applies) parameters.push_back(Described(parameter));
  }
  return parameters;
}

}  // namespace kubegauge::apiservice
