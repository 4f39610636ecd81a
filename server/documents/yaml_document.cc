#include "server/documents/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "autoscaler/written_json.h"
#include "kube/go_quote.h"
#include "kube/utf8.h"
#include "server/documents/json_document.h"

namespace kubegauge::server {
namespace {

using autoscaler::Json;

// An alias is read where it stands: without a limit a short text could be a very large document.
constexpr size_t kMaxNodes = 200'000;
// As many as strict decoding tells of unknown fields.
constexpr size_t kMaxRepeats = 100;

template <class T, class... Base>
std::optional<T> Number(std::string_view text, Base... base) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <size_t kSize>
bool IsOneOf(std::string_view text, const std::string_view (&texts)[kSize]) {
  return std::find(std::begin(texts), std::end(texts), text) != std::end(texts);
}

// Takes the prefix of a number's base away: 0x, 0o, 0b, or the 0 of old octal numbers.
int TakeBase(std::string_view& digits) {
  if (digits.size() < 2 || digits.front() != '0') return 10;
  const std::string_view mark = digits.substr(1, 1);
  const int base = mark == "x" || mark == "X" ? 16 : mark == "b" || mark == "B" ? 2 : 8;
  digits.remove_prefix(base != 8 || mark == "o" || mark == "O" ? 2 : 1);
  return base;
}

// `digits` without a sign.
std::optional<Json> IntegerOf(std::string_view digits, bool negative) {
  const int base = TakeBase(digits);
  const auto magnitude = Number<uint64_t>(digits, base);
  if (!magnitude) return std::nullopt;
  if (!negative) return Json(*magnitude);
  constexpr uint64_t kMost = uint64_t{1} << 63;
  if (*magnitude > kMost) return std::nullopt;
  return Json(static_cast<int64_t>(-*magnitude));
}

// A float as Go's json.Marshal writes it: the shortest digits, with an exponent if it is far off.
std::string GoJsonFloat(double value) {
  constexpr int kMostDigits = 17;  // that a double needs
  char buffer[64];
  const auto scientific =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  std::string text(buffer, scientific.ptr);
  const size_t mark = text.find('e');
  const int exponent = std::stoi(text.substr(mark + 1));
  if (exponent < -6 || exponent > 20) {
    if (text[mark + 2] == '0') text.erase(mark + 2, 1);
    return text;
  }
  if (exponent < kMostDigits) {
    const auto fixed =
        std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
    return {buffer, fixed.ptr};
  }
  text.resize(mark);
  std::erase(text, '.');
  text.resize(static_cast<size_t>(exponent + 1) + (value < 0 ? 1 : 0), '0');
  return text;
}

// A whole number is an integer in JSON, however it was written.
std::optional<Json> FloatOf(std::string_view digits, bool negative) {
  constexpr double kIntegers = 9e18;
  if (!digits.starts_with('.') && (digits.empty() || digits[0] < '0' || digits[0] > '9')) {
    return std::nullopt;
  }
  const auto magnitude = Number<double>(digits);
  if (!magnitude) return std::nullopt;
  const double value = negative ? -*magnitude : *magnitude;
  if (*magnitude < kIntegers && std::trunc(value) == value) {
    return Json(static_cast<int64_t>(value));
  }
  return autoscaler::WrittenNumber(GoJsonFloat(value));
}

// A plain scalar as kubectl's YAML 1.1 (sigs.k8s.io/yaml) reads it; what is quoted is text.
Json ScalarOf(const YAML::Node& node) {
  constexpr std::string_view kNull[] = {"", "~", "null", "Null", "NULL"};
  constexpr std::string_view kTrue[] = {"true", "True", "TRUE", "y",  "Y", "yes",
                                        "Yes",  "YES",  "on",   "On", "ON"};
  constexpr std::string_view kFalse[] = {"false", "False", "FALSE", "n",   "N",  "no",
                                         "No",    "NO",    "off",   "Off", "OFF"};
  const std::string& text = node.Scalar();
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;
  if (IsOneOf(text, kNull)) return nullptr;
  if (IsOneOf(text, kTrue)) return true;
  if (IsOneOf(text, kFalse)) return false;
  const bool negative = text.starts_with('-');
  std::string digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (digits.starts_with('_')) return text;
  std::erase(digits, '_');
  if (const auto integer = IntegerOf(digits, negative)) return *integer;
  return FloatOf(digits, negative).value_or(text);
}

// A key as a text: of what is no text, the JSON.
std::string KeyOf(const YAML::Node& node) {
  if (!node.IsScalar()) return "";
  const Json scalar = ScalarOf(node);
  if (scalar.is_string()) return scalar.get<std::string>();
  return autoscaler::IsNumber(scalar) ? autoscaler::NumberText(scalar) : scalar.dump();
}

// A key as Go's verb %#v shows it.
std::string GoSyntaxOf(const YAML::Node& key) {
  const std::string text = KeyOf(key);
  if (!key.IsScalar() || ScalarOf(key).is_string()) return kube::GoQuote(text);
  return ScalarOf(key).is_null() ? "<nil>" : text;
}

// Where Go's reader sees a value begin; one that is not there is where its key is.
int LineOf(const YAML::Node& key, const YAML::Node& value) {
  const bool is_absent = value.IsNull() && value.Scalar().empty();
  return (is_absent ? key : value).Mark().line + 1;
}

bool IsMergeKey(const YAML::Node& key) {
  return key.IsScalar() && key.Scalar() == "<<" &&
         (key.Tag() == "?" || key.Tag() == "tag:yaml.org,2002:merge");
}

// Sorted by their keys, as upstream turns YAML into JSON: so it finds the faults of an object in
// that order.
using Members = std::map<std::string, Json>;

class YamlReader {
 public:
  explicit YamlReader(std::string_view text) : text_(text) {}

  absl::StatusOr<Json> Read(const YAML::Node& node, int depth) {
    if (absl::Status status = Count(depth); !status.ok()) return status;
    if (node.IsScalar()) return ScalarOf(node);
    if (node.IsSequence()) return ReadSequence(node, depth);
    if (node.IsMap()) return ReadMap(node, depth);
    return Json(nullptr);
  }

  std::vector<std::string> TakeRepeats() { return std::move(repeats_); }

 private:
  absl::StatusOr<Json> ReadSequence(const YAML::Node& node, int depth) {
    Json items = Json::array();
    for (const YAML::Node& item : node) {
      absl::StatusOr<Json> json = Read(item, depth + 1);
      if (!json.ok()) return json;
      items.push_back(*std::move(json));
    }
    return items;
  }

  absl::StatusOr<Json> ReadMap(const YAML::Node& node, int depth) {
    Members object;
    if (absl::Status status = ReadMembers(node, depth, object); !status.ok()) return status;
    Json::object_t members;
    for (auto& [key, value] : object) members.emplace_back(key, std::move(value));
    return Json(std::move(members));
  }

  absl::Status ReadMembers(const YAML::Node& map, int depth, Members& object) {
    for (const auto& member : map) {
      if (IsMergeKey(member.first)) {
        absl::Status status = Merge(member.first, member.second, depth + 1, object);
        if (!status.ok()) return status;
        continue;
      }
      absl::StatusOr<Json> json = Read(member.second, depth + 1);
      if (!json.ok()) return json.status();
      const bool in_block = map.Style() == YAML::EmitterStyle::Block;
      if (in_block && member.second.IsNull() && LacksColon(member.first)) {
        return absl::InvalidArgumentError(
            fmt::format("line {}: could not find expected ':'", member.first.Mark().line + 2));
      }
      const auto kept = object.insert_or_assign(KeyOf(member.first), *std::move(json));
      if (!kept.second) NoteRepeat(member.first, member.second);
    }
    return absl::OkStatus();
  }

  // Reads the members of the map that `<<` stands for, or of several, where it stands.
  absl::Status Merge(const YAML::Node& key, const YAML::Node& value, int depth, Members& object) {
    // Upstream takes no alias of a list. What an alias stands for is before it.
    const bool is_alias = value.Mark().pos < key.Mark().pos;
    if (!value.IsSequence() || is_alias) return MergeMap(value, depth, object);
    // Backwards, as the first has precedence.
    for (size_t i = value.size(); i > 0; --i) {
      if (absl::Status status = MergeMap(value[i - 1], depth, object); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status MergeMap(const YAML::Node& map, int depth, Members& object) {
    if (!map.IsMap()) {
      return absl::InvalidArgumentError("map merge requires map or sequence of maps as the value");
    }
    if (absl::Status status = Count(depth); !status.ok()) return status;
    return ReadMembers(map, depth, object);
  }

  absl::Status Count(int depth) {
    if (depth <= kMaxDocumentDepth && ++nodes_ <= kMaxNodes) return absl::OkStatus();
    return absl::InvalidArgumentError("the document is too deep or too large");
  }

  // Whether a plain key of a block has no colon behind it, which this parser reads as one without a
  // value.
  bool LacksColon(const YAML::Node& key) {
    if (key.Tag() != "?") return false;
    // Aliases come by a key again and again: it is looked at once, as blanks may be many.
    if (!looked_at_.insert(key.Mark().pos).second) return false;
    const auto begin = std::min(static_cast<size_t>(key.Mark().pos), text_.size());
    std::string_view after = text_.substr(begin);
    // Not so where the parser has replaced bytes before it.
    if (!after.starts_with(key.Scalar())) return false;
    after.remove_prefix(key.Scalar().size());
    const size_t next = after.find_first_not_of(" \t\r");
    if (next != std::string_view::npos && after[next] != '\n') return false;
    const std::string_view before = text_.substr(0, begin);
    const size_t mark = before.find_last_not_of(' ');
    return mark == std::string_view::npos || before[mark] != '?';
  }

  void NoteRepeat(const YAML::Node& key, const YAML::Node& value) {
    if (repeats_.size() >= kMaxRepeats) return;
    repeats_.push_back(
        fmt::format("line {}: key {} already set in map", LineOf(key, value), GoSyntaxOf(key)));
  }

  const std::string_view text_;
  size_t nodes_ = 0;
  std::unordered_set<int> looked_at_;
  std::vector<std::string> repeats_;
};

// `line` counts from 0.
bool IsIndentedByTab(std::string_view text, int line) {
  size_t begin = 0;
  for (; line > 0; --line) {
    const size_t newline = text.find('\n', begin);
    if (newline == std::string_view::npos) return false;
    begin = newline + 1;
  }
  const size_t first = text.find_first_not_of(' ', begin);
  return first != std::string_view::npos && text[first] == '\t';
}

// What Go's reader says of the same fault; empty where it has no words of its own for it.
std::string_view GoWords(const YAML::Exception& error, std::string_view text) {
  constexpr std::string_view kNoToken = "found character that cannot start any token";
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"illegal map value", "mapping values are not allowed in this context"},
      {"illegal map key", "mapping keys are not allowed in this context"},
      {"illegal block entry", "block sequence entries are not allowed in this context"},
      {"unknown token", kNoToken},
      {"illegal tab when looking for indentation",
       "found a tab character that violates indentation"},
      {"invalid unicode", "found invalid Unicode character escape code"},
      {"illegal document indicator in scalar", "found unexpected document indicator"},
  };
  const auto found = std::find_if(std::begin(kWords), std::end(kWords), [&](const auto& words) {
    return std::string_view(error.msg).starts_with(words.first);
  });
  if (found == std::end(kWords)) return "";
  if (found->first == "illegal map value" && IsIndentedByTab(text, error.mark.line)) {
    return kNoToken;
  }
  const auto place = static_cast<size_t>(error.mark.pos);
  const bool is_at_end = text.find_first_not_of(" \t", place) == std::string_view::npos;
  if (found->first == "illegal document indicator in scalar" && is_at_end) {
    return "found unexpected end of stream";
  }
  return found->second;
}

std::string FaultOf(const YAML::Exception& error, std::string_view text) {
  const std::string_view words = GoWords(error, text);
  if (words.empty()) return fmt::format("line {}: {}", error.mark.line + 1, error.msg);
  if (error.mark.line == 0) return std::string(words);  // Go names no first line
  return fmt::format("line {}: {}", error.mark.line + 1, words);
}

// What Go's reader says of bytes that are not UTF-8; empty where all are.
std::string_view Utf8FaultOf(std::string_view text) {
  text.remove_prefix(kube::ValidUtf8Size(text));
  if (text.empty()) return "";
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  const size_t width = lead >= 0xF8   ? 0
                       : lead >= 0xF0 ? 4
                       : lead >= 0xE0 ? 3
                       : lead >= 0xC0 ? 2
                                      : 0;
  if (width == 0) return "invalid leading UTF-8 octet";
  if (text.size() < width) return "incomplete UTF-8 octet sequence";
  for (size_t i = 1; i < width; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return "invalid trailing UTF-8 octet";
  }
  const bool is_too_long =
      lead < 0xC2 || (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  return is_too_long ? "invalid length of a UTF-8 sequence" : "invalid Unicode character";
}

// Of a text in UTF-16, which the parser knows by it.
bool HasWideByteOrderMark(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

// The parser counts places without it.
std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

std::vector<YAML::Node> Load(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t");
  const bool ends_blank = last != std::string_view::npos && text[last] == '\n';
  if (!ends_blank) return YAML::LoadAll(std::string(text));
  // Without the separator this parser would let a text end within quotes.
  const std::string separated = fmt::format("{}---\n", text.substr(0, last + 1));
  std::vector<YAML::Node> documents = YAML::LoadAll(separated);
  // Blanks in the last line may belong to a value.
  return text.ends_with('\n') ? documents : YAML::LoadAll(std::string(text));
}

}  // namespace

absl::StatusOr<std::vector<YamlDocument>> ParseYamlDocuments(std::string_view text) {
  text = WithoutByteOrderMark(text);
  const std::string_view fault = HasWideByteOrderMark(text) ? "" : Utf8FaultOf(text);
  if (!fault.empty()) return absl::InvalidArgumentError(std::string(fault));
  std::vector<YamlDocument> documents;
  try {
    for (const YAML::Node& node : Load(text)) {
      if (!node || node.IsNull()) continue;
      YamlReader reader(text);
      absl::StatusOr<Json> json = reader.Read(node, 0);
      if (!json.ok()) return json.status();
      documents.push_back({*std::move(json), reader.TakeRepeats()});
    }
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(FaultOf(error, text));
  }
  return documents;
}

}  // namespace kubegauge::server
