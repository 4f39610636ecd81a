#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "server/standalone/objects/patches.h"

namespace kubegauge::server {
namespace {

constexpr size_t kMaxOperations = 10'000;
constexpr size_t kMaxCopiedBytes = size_t{3} << 20;

// How much a `copy` would add; 0 for other operations and for what is not there.
size_t CopiedBytes(const Json& object, const Json& operation) {
  if (operation.value("op", "") != "copy") return 0;
  const Json::json_pointer from(operation.value("from", ""));
  return object.contains(from) ? object.at(from).dump().size() : 0;
}

// Whether upstream's library finds the place of an operation: the whole object can only be tested,
// and replaced by what has places too.
bool HasPlace(const Json& operation) {
  if (operation.value("path", "/") != "") return true;
  const std::string op = operation.value("op", "");
  return op == "test" || (op == "replace" && operation.at("value").is_structured());
}

}  // namespace

absl::StatusOr<Json> ApplyJsonPatch(Json object, const Json& patch) {
  if (!patch.is_array()) return absl::InvalidArgumentError("a JSON patch is an array");
  if (patch.size() > kMaxOperations) {
    return absl::InvalidArgumentError(
        fmt::format("The allowed maximum operations in a JSON patch is {}, got {}", kMaxOperations,
                    patch.size()));
  }
  size_t copied_bytes = 0;
  try {
    for (const Json& operation : patch) {
      copied_bytes += CopiedBytes(object, operation);
      if (copied_bytes > kMaxCopiedBytes) {
        return absl::InvalidArgumentError(
            fmt::format("Unable to complete the copy, the accumulated size increase of copy is {}, "
                        "exceeding the limit {}",
                        copied_bytes, kMaxCopiedBytes));
      }
      if (!HasPlace(operation)) {
        return absl::FailedPreconditionError("the whole object is not the place of an operation");
      }
      object.patch_inplace(Json::array({operation}));
    }
  } catch (const Json::exception& error) {
    return absl::FailedPreconditionError(error.what());
  }
  return object;
}

Json WithSortedMembers(const Json& object) {
  if (!object.is_object()) return object;
  const auto& members = object.get_ref<const Json::object_t&>();
  const std::map<std::string, Json> sorted(members.begin(), members.end());
  return sorted;
}

Json ApplyMergePatch(Json object, const Json& patch) {
  if (!patch.is_object()) return patch;
  if (!object.is_object()) object = Json::object();
  for (const auto& [key, value] : patch.items()) {
    if (value.is_null()) {
      object.erase(key);
    } else {
      const auto known = object.find(key);
      object[key] = ApplyMergePatch(known == object.end() ? Json() : Json(*known), value);
    }
  }
  return WithSortedMembers(object);
}

}  // namespace kubegauge::server
