#include "apiservice/accept.h"

#include <algorithm>
#include <charconv>

#include "apiservice/protobuf_writer.h"

namespace kubegauge::apiservice {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// Takes what stands before the next `separator` off the front of `text`.
std::string_view TakeUntil(char separator, std::string_view& text) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return part;
}

// A quality that is no number is none.
float ParseQuality(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  float q = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), q);
  return error == std::errc() && end == text.data() + text.size() ? q : 0;
}

void ReadParameter(std::string_view parameter, AcceptClause& clause) {
  const std::string_view key = Trim(TakeUntil('=', parameter));
  if (parameter.empty() || parameter.find('=') != std::string_view::npos) return;
  if (key == "q") clause.q = ParseQuality(parameter);
  const std::string_view value = Trim(parameter);
  if (key == "as") clause.as = value;
  if (key == "g") clause.group = value;
  if (key == "v") clause.version = value;
  if (key == "as" || key == "g" || key == "v") clause.transforms = true;
  if (key == "stream") clause.stream = value;
  if (key == "sv") clause.server_version = value;
  if (key == "pretty") clause.pretty = value == "1";
}

// Upstream's order, which is none: a clause without a wildcard stands before one with it even when
// its q is lower.
bool StandsBefore(const AcceptClause& a, const AcceptClause& b) {
  return a.q > b.q || (a.type != "*" && b.type == "*") || (a.subtype != "*" && b.subtype == "*");
}

int Wildcards(const AcceptClause& clause) { return (clause.type == "*") + (clause.subtype == "*"); }

// Sorts as Go does: what comes of an order that is none depends on that. Go takes another way with
// more clauses than any client has.
void Sort(std::vector<AcceptClause>& clauses) {
  constexpr size_t kMaxInsertionSort = 12;
  if (clauses.size() > kMaxInsertionSort) {
    std::stable_sort(clauses.begin(), clauses.end(),
                     [](const AcceptClause& a, const AcceptClause& b) {
                       return a.q != b.q ? a.q > b.q : Wildcards(a) < Wildcards(b);
                     });
    return;
  }
  for (size_t i = 1; i < clauses.size(); ++i) {
    for (size_t j = i; j > 0 && StandsBefore(clauses[j], clauses[j - 1]); --j) {
      std::swap(clauses[j], clauses[j - 1]);
    }
  }
}

bool Contains(std::string_view media_types, std::string_view media_type) {
  while (!media_types.empty()) {
    if (Trim(TakeUntil(',', media_types)) == media_type) return !media_type.empty();
  }
  return false;
}

// Whether `serves` any member of a list header, its parameters dropped.
template <class Serves>
bool AnyMember(std::string_view list, Serves serves) {
  while (!list.empty()) {
    std::string_view member = TakeUntil(',', list);
    if (serves(Trim(TakeUntil(';', member)))) return true;
  }
  return false;
}

}  // namespace

std::string_view MediaType(Encoding encoding) {
  switch (encoding) {
    case Encoding::kYaml:
      return "application/yaml";
    case Encoding::kProtobuf:
      return kProtobufMediaType;
    case Encoding::kJson:
      break;
  }
  return "application/json";
}

bool AcceptClause::Covers(std::string_view media_type) const {
  if (type == "*") return subtype == "*";
  const size_t slash = media_type.find('/');
  return type == media_type.substr(0, slash) &&
         (subtype == "*" || subtype == media_type.substr(slash + 1));
}

bool ParametersAllowed(const AcceptClause& clause, Encoding encoding, bool transformable) {
  // YAML has no frames for streams.
  const bool stream_allowed =
      clause.stream.empty() || (clause.stream == "watch" && encoding != Encoding::kYaml);
  return stream_allowed &&
         (clause.server_version.empty() || (transformable && clause.server_version == "v1"));
}

std::vector<AcceptClause> ParseAccept(std::string_view accept) {
  std::vector<AcceptClause> clauses;
  while (!accept.empty()) {
    std::string_view text = Trim(TakeUntil(',', accept));
    std::string_view media_type = TakeUntil(';', text);
    AcceptClause clause;
    clause.type = Trim(TakeUntil('/', media_type));
    if (media_type.empty() && clause.type != "*") continue;
    clause.subtype = media_type.empty() ? "*" : Trim(TakeUntil('/', media_type));
    if (!media_type.empty()) continue;
    while (!text.empty()) ReadParameter(TakeUntil(';', text), clause);
    clauses.push_back(clause);
  }
  Sort(clauses);
  return clauses;
}

bool RouterAccepts(std::string_view accept, std::string_view media_types) {
  return accept.empty() || AnyMember(accept, [&](std::string_view media_type) {
           return media_type == "*/*" || Contains(media_types, media_type);
         });
}

bool RouterConsumes(std::string_view content_type, std::string_view media_types) {
  return content_type.empty() || AnyMember(content_type, [&](std::string_view media_type) {
           return Contains(media_types, media_type);
         });
}

}  // namespace kubegauge::apiservice
