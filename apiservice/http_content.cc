#include "apiservice/http_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <charconv>
#include <optional>

#include "apiservice/http_date.h"
#include "kube/ascii_text.h"

namespace kubegauge::apiservice {
namespace {

std::string_view TakeUntil(char separator, std::string_view& text) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return kube::TrimAsciiSpace(part);
}

// Whether a list of tags names `etag`; weak ones only count where that is enough.
bool Names(std::string_view list, std::string_view etag, bool weak_is_enough) {
  while (!list.empty()) {
    std::string_view member = TakeUntil(',', list);
    if (weak_is_enough && member.starts_with("W/")) member.remove_prefix(2);
    if (member == "*" || member == etag) return true;
  }
  return false;
}

// The time that a header names; nullopt where it names none.
std::optional<int64_t> TimeOf(const Headers& headers, std::string_view name) {
  return ParseHttpDate(std::string(headers.Find(name)));
}

// Whether the client wants the document only as it is not.
bool FailsPrecondition(const Headers& headers, const Content& content) {
  if (const std::string_view wanted = headers.Find("If-Match"); !wanted.empty()) {
    return !Names(wanted, content.etag, /*weak_is_enough=*/false);
  }
  const auto since = TimeOf(headers, "If-Unmodified-Since");
  return since && content.modified_at_seconds > *since;
}

// Whether the client has the document.
bool IsKnown(const Request& request, const Content& content, bool reads) {
  const std::string_view known = request.headers.Find("If-None-Match");
  if (!known.empty()) return Names(known, content.etag, /*weak_is_enough=*/true);
  const auto since = TimeOf(request.headers, "If-Modified-Since");
  return reads && since && content.modified_at_seconds <= *since;
}

// The part that is asked for, unless the client has a part of another document.
std::string_view RangeOf(const Headers& headers, const Content& content) {
  const std::string_view condition = headers.Find("If-Range");
  if (!condition.empty() && condition != content.etag &&
      ParseHttpDate(std::string(condition)) != content.modified_at_seconds) {
    return {};
  }
  return headers.Find("Range");
}

enum class RangeError { kInvalid, kNoOverlap };
struct Range {
  size_t begin = 0;
  size_t size = 0;
  std::optional<RangeError> error = std::nullopt;
};

std::optional<size_t> ParseSize(std::string_view digits) {
  size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// `<first>-<last>`, `<first>-` or `-<how many at the end>`.
Range ParseRange(std::string_view text, size_t size) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {.error = RangeError::kInvalid};
  const std::string_view first_text = kube::TrimAsciiSpace(text.substr(0, dash));
  const std::string_view last_text = kube::TrimAsciiSpace(text.substr(dash + 1));
  const auto first = ParseSize(first_text);
  const auto last = ParseSize(last_text);
  if (first_text.empty()) {
    if (!last) return {.error = RangeError::kInvalid};
    const size_t count = std::min(*last, size);
    return {.begin = size - count, .size = count};
  }
  if (!first) return {.error = RangeError::kInvalid};
  if (*first >= size) return {.error = RangeError::kNoOverlap};
  if (last_text.empty()) return {.begin = *first, .size = size - *first};
  if (!last || *first > *last) return {.error = RangeError::kInvalid};
  return {.begin = *first, .size = std::min(*last, size - 1) - *first + 1};
}

Response NotSatisfiable(RangeError error, size_t size) {
  const bool no_overlap = error == RangeError::kNoOverlap;
  Response response{.status = 416,
                    .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                                {"X-Content-Type-Options", "nosniff"}},
                    .body = no_overlap ? "invalid range: failed to overlap\n" : "invalid range\n",
                    .stream = nullptr};
  if (no_overlap) {
    response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
  }
  return response;
}

}  // namespace

Response ServeContent(const Request& request, const Content& content) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  Response response{
      .headers = {{"Etag", std::string(content.etag)}}, .body = "", .stream = nullptr};
  const bool fails = FailsPrecondition(request.headers, content);
  if (!fails && reads && IsKnown(request, content, reads)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", content.media_type);
  response.headers.emplace_back("Last-Modified", FormatHttpDate(content.modified_at_seconds));
  if (fails || IsKnown(request, content, reads)) {
    response.status = 412;
    return response;
  }
  response.headers.emplace_back("Accept-Ranges", "bytes");
  std::string_view wanted = RangeOf(request.headers, content);
  constexpr std::string_view kUnit = "bytes=";
  if (wanted.empty() || wanted.find(',') != std::string_view::npos) {
    response.body = content.body;
    return response;
  }
  if (!wanted.starts_with(kUnit)) {
    return NotSatisfiable(RangeError::kInvalid, content.body.size());
  }
  const Range range = ParseRange(wanted.substr(kUnit.size()), content.body.size());
  if (range.error) return NotSatisfiable(*range.error, content.body.size());
  response.status = 206;
  response.body = content.body.substr(range.begin, range.size);
  response.headers.emplace_back(
      "Content-Range", fmt::format("bytes {}-{}/{}", range.begin, range.begin + range.size - 1,
                                   content.body.size()));
  return response;
}

bool PrefersGzip(const Headers& headers) {
  std::string_view list = headers.Find("Accept-Encoding");
  while (!list.empty()) {
    std::string_view member = TakeUntil(',', list);
    if (!boost::algorithm::iequals(TakeUntil(';', member), "gzip")) continue;
    const std::string_view parameter = TakeUntil(';', member);
    if (!parameter.starts_with("q=")) return true;
    // No digit but zeros is none at all.
    return parameter.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

}  // namespace kubegauge::apiservice
