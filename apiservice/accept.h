#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "apiservice/http.h"

namespace kubegauge::apiservice {

// The encodings of resources and discovery documents, in the order in which they are preferred.
enum class Encoding { kJson, kYaml, kProtobuf };
std::string_view MediaType(Encoding encoding);

// `application/json, application/yaml, application/vnd.kubernetes.protobuf`, as refusals list them.
inline constexpr char kMediaTypes[] =
    "application/json, application/yaml, application/vnd.kubernetes.protobuf";

// One clause of an Accept header; views into the header. Parameters that upstream does not know, or
// that have no value, are passed over.
struct AcceptClause {
  std::string_view type;
  std::string_view subtype;
  // The kind of object that the answer is to be turned into.
  bool transforms = false;  // whether any of as, g and v is there
  std::string_view as;
  std::string_view group;
  std::string_view version;
  std::string_view stream;
  std::string_view server_version;
  bool pretty = false;
  float q = 1.0F;

  bool Covers(std::string_view media_type) const;
  bool TransformsTo(std::string_view to_group, std::string_view to_kind) const {
    return as == to_kind && group == to_group;
  }
};

// Whether an answer can be as the parameters ask other than those of a transformation;
// `transformable` says that it is of the API's own objects.
bool ParametersAllowed(const AcceptClause& clause, Encoding encoding, bool transformable);

// The clauses in the order in which upstream tries them: nearly by q, then concrete before
// wildcard, then as they stand.
std::vector<AcceptClause> ParseAccept(std::string_view accept);

// The first clause that covers an encoding that `allows(clause, encoding)`, and that encoding.
template <class Allows>
std::optional<std::pair<AcceptClause, Encoding>> FirstAllowed(std::string_view accept,
                                                              Allows allows) {
  for (const AcceptClause& clause : ParseAccept(accept)) {
    for (const Encoding encoding : {Encoding::kJson, Encoding::kYaml, Encoding::kProtobuf}) {
      if (clause.Covers(MediaType(encoding)) && allows(clause, encoding)) {
        return std::pair(clause, encoding);
      }
    }
  }
  return std::nullopt;
}

// Whether the router in front of the negotiation lets an Accept header pass: it only knows whole
// types without their parameters, and the wildcard for all of them (wire.md A.10). `media_types`
// are those of the path, with commas between them.
bool RouterAccepts(std::string_view accept, std::string_view media_types = kMediaTypes);

// Likewise the Content-Type of a request for a document; one without passes.
bool RouterConsumes(std::string_view content_type, std::string_view media_types = kMediaTypes);

}  // namespace kubegauge::apiservice
