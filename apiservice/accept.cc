#include "apiservice/accept.h"

#include <algorithm>
#include <charconv>

#include "apiservice/protobuf_writer.h"

namespace kubegauge::apiservice {
namespace {

constexpr std::string_view kWhitespace = " \t";

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kWhitespace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhitespace) - begin + 1);
}

// Takes what stands before the next `separator` off the front of `text`.
std::string_view TakeUntil(char separator, std::string_view& text) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return Trim(part);
}

// A quality that is no number is none.
double ParseQuality(std::string_view text) {
  double q = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), q);
  return error == std::errc() && end == text.data() + text.size() ? q : 0;
}

void ReadParameter(std::string_view parameter, AcceptClause& clause) {
  const std::string_view key = TakeUntil('=', parameter);
  const std::string_view value = Trim(parameter);
  if (key == "as") clause.as = value;
  if (key == "g") clause.group = value;
  if (key == "v") clause.version = value;
  if (key == "as" || key == "g" || key == "v") clause.transforms = true;
  if (key == "stream") clause.stream = value;
  if (key == "sv") clause.server_version = value;
  if (key == "pretty") clause.pretty = value == "1";
  if (key == "q") clause.q = ParseQuality(value);
}

bool IsServed(std::string_view media_type) {
  return media_type == "*/*" || media_type == MediaType(Encoding::kJson) ||
         media_type == MediaType(Encoding::kYaml) || media_type == MediaType(Encoding::kProtobuf);
}

// Whether any member of a list header, its parameters dropped, is served.
bool AnyServed(std::string_view list) {
  while (!list.empty()) {
    std::string_view member = TakeUntil(',', list);
    if (IsServed(TakeUntil(';', member))) return true;
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

std::vector<AcceptClause> ParseAccept(std::string_view accept) {
  std::vector<AcceptClause> clauses;
  while (!accept.empty()) {
    std::string_view text = TakeUntil(',', accept);
    std::string_view media_type = TakeUntil(';', text);
    AcceptClause clause;
    clause.type = TakeUntil('/', media_type);
    clause.subtype = Trim(media_type);
    if (clause.type == "*" && clause.subtype.empty()) clause.subtype = "*";
    while (!text.empty()) ReadParameter(TakeUntil(';', text), clause);
    if (!clause.type.empty() && !clause.subtype.empty()) clauses.push_back(clause);
  }
  std::stable_sort(clauses.begin(), clauses.end(),
                   [](const AcceptClause& a, const AcceptClause& b) {
                     return a.q != b.q ? a.q > b.q : a.wildcards() < b.wildcards();
                   });
  return clauses;
}

bool RouterAccepts(std::string_view accept) { return Trim(accept).empty() || AnyServed(accept); }

bool RouterConsumes(std::string_view content_type) {
  return content_type.empty() || AnyServed(content_type);
}

}  // namespace kubegauge::apiservice
