#include "server/documents/json_document.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "autoscaler/written_json.h"
#include "kube/go_quote.h"
#include "kube/utf8.h"

namespace kubegauge::server {
namespace {

using autoscaler::Json;

constexpr char kUnexpectedEnd[] = "unexpected end of JSON input";

void AppendUtf8(uint32_t rune, std::string& out) {
  if (rune < 0x80) {
    out += static_cast<char>(rune);
    return;
  }
  const int more = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
  constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[more] | rune >> (6 * more));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (rune >> (6 * i) & 0x3F));
}

// A byte as Go's scanner names it, which takes it for a code point.
std::string Named(char c) {
  if (c == '\'') return R"('\'')";
  if (c == '"') return R"('"')";
  std::string text;
  AppendUtf8(static_cast<unsigned char>(c), text);
  const std::string quoted = kube::GoQuote(text);
  return fmt::format("'{}'", std::string_view(quoted).substr(1, quoted.size() - 2));
}

// Reads by recursive descent. The first fault ends it; from then on nothing is read.
class JsonParser {
 public:
  JsonParser(std::string_view text, Repeats repeats) : rest_(text), repeats_(repeats) {}

  absl::StatusOr<Json> ParseOne() {
    Json json;
    ReadValue(0, json);
    SkipSpace();
    if (error_.empty() && !rest_.empty()) Refuse("after top-level value");
    if (!error_.empty()) return absl::InvalidArgumentError(error_);
    return json;
  }

  absl::StatusOr<std::vector<Json>> ParseAll() {
    std::vector<Json> documents;
    for (SkipSpace(); error_.empty() && !rest_.empty(); SkipSpace()) {
      ReadValue(0, documents.emplace_back());
    }
    if (!error_.empty()) return absl::InvalidArgumentError(error_);
    return documents;
  }

 private:
  void ReadValue(int depth, Json& json) {
    if (depth > kMaxDocumentDepth) return Fail("exceeded max depth");
    SkipSpace();
    if (rest_.empty()) return Fail(kUnexpectedEnd);
    switch (rest_.front()) {
      case '{':
        return ReadObject(depth, json);
      case '[':
        return ReadArray(depth, json);
      case '"':
        json = ReadString();
        return;
      case 't':
        return ReadWord("true", true, json);
      case 'f':
        return ReadWord("false", false, json);
      case 'n':
        return ReadWord("null", nullptr, json);
      default:
        return rest_.front() == '-' || IsDigit() ? ReadNumber(json)
                                                 : Refuse("looking for beginning of value");
    }
  }

  void ReadObject(int depth, Json& json) {
    json = Json::object();
    Take();
    SkipSpace();
    if (TakeIf('}')) return;
    while (error_.empty()) {
      SkipSpace();
      if (rest_.empty()) return Fail(kUnexpectedEnd);
      if (rest_.front() != '"') return Refuse("looking for beginning of object key string");
      std::string key = ReadString();
      SkipSpace();
      if (!TakeIf(':')) return Refuse("after object key");
      Json value;
      ReadValue(depth + 1, value);
      if (!error_.empty()) return;
      Put(std::move(key), std::move(value), json);
      SkipSpace();
      if (TakeIf('}')) return;
      if (!TakeIf(',')) return Refuse("after object key:value pair");
    }
  }

  void Put(std::string key, Json value, Json& object) const {
    if (repeats_ == Repeats::kKept) {
      object.get_ref<Json::object_t&>().emplace_back(std::move(key), std::move(value));
    } else {
      object[std::move(key)] = std::move(value);
    }
  }

  void ReadArray(int depth, Json& json) {
    json = Json::array();
    Take();
    SkipSpace();
    if (TakeIf(']')) return;
    while (error_.empty()) {
      Json element;
      ReadValue(depth + 1, element);
      if (!error_.empty()) return;
      json.push_back(std::move(element));
      SkipSpace();
      if (TakeIf(']')) return;
      if (!TakeIf(',')) return Refuse("after array element");
    }
  }

  std::string ReadString() {
    std::string text;
    Take();
    while (error_.empty()) {
      if (rest_.empty()) {
        Fail(kUnexpectedEnd);
      } else if (TakeIf('"')) {
        break;
      } else if (static_cast<unsigned char>(rest_.front()) < 0x20) {
        Refuse("in string literal");
      } else if (TakeIf('\\')) {
        ReadEscape(text);
      } else {
        text += Take();
      }
    }
    return kube::ToValidUtf8(text);
  }

  void ReadEscape(std::string& text) {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) return Fail(kUnexpectedEnd);
    if (TakeIf('u')) {
      uint32_t rune = ReadHex();
      if (rune >> 10 == 0x36 && rest_.starts_with("\\u")) {  // half of a pair
        const std::string_view before = rest_;
        rest_.remove_prefix(2);
        const uint32_t low = ReadHex();
        if (error_.empty() && low >> 10 != 0x37) rest_ = before;
        rune = low >> 10 == 0x37 ? 0x10000 + ((rune & 0x3FF) << 10) + (low & 0x3FF) : 0xFFFD;
      }
      AppendUtf8(rune >> 11 == 0x1B ? 0xFFFD : rune, text);
      return;
    }
    const size_t at = kEscapes.find(rest_.front());
    if (at == std::string_view::npos) return Refuse("in string escape code");
    Take();
    text += kMeanings[at];
  }

  uint32_t ReadHex() {
    uint32_t rune = 0;
    for (int i = 0; i < 4 && error_.empty(); ++i) {
      if (rest_.empty()) {
        Fail(kUnexpectedEnd);
        break;
      }
      uint32_t digit = 0;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 1, digit, 16);
      if (error != std::errc()) {
        Refuse("in \\u hexadecimal character escape");
        break;
      }
      Take();
      rune = rune << 4 | digit;
    }
    return rune;
  }

  void ReadWord(std::string_view word, Json value, Json& json) {
    Take();
    for (const char expected : word.substr(1)) {
      if (rest_.empty()) return Fail(kUnexpectedEnd);
      if (rest_.front() != expected) {
        return Refuse(fmt::format("in literal {} (expecting {})", word, Named(expected)));
      }
      Take();
    }
    json = std::move(value);
  }

  void ReadNumber(Json& json) {
    const std::string_view begin = rest_;
    TakeIf('-');
    if (!TakeIf('0')) TakeDigits("in numeric literal");
    if (error_.empty() && TakeIf('.')) TakeDigits("after decimal point in numeric literal");
    if (error_.empty() && (TakeIf('e') || TakeIf('E'))) {
      if (!TakeIf('+')) TakeIf('-');
      TakeDigits("in exponent of numeric literal");
    }
    if (!error_.empty()) return;
    json = autoscaler::WrittenNumber(begin.substr(0, begin.size() - rest_.size()));
  }

  void TakeDigits(std::string_view where) {
    if (rest_.empty()) return Fail(kUnexpectedEnd);
    if (!IsDigit()) return Refuse(where);
    while (IsDigit()) Take();
  }

  bool IsDigit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

  void SkipSpace() {
    const size_t at = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at);
  }

  char Take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool TakeIf(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // The next character is none that may stand there.
  void Refuse(std::string_view where) {
    if (rest_.empty()) return Fail(kUnexpectedEnd);
    Fail(fmt::format("invalid character {} {}", Named(rest_.front()), where));
  }

  void Fail(std::string error) {
    if (error_.empty()) error_ = std::move(error);
  }

  std::string_view rest_;
  const Repeats repeats_;
  std::string error_;
};

}  // namespace

absl::StatusOr<Json> ParseJsonDocument(std::string_view text, Repeats repeats) {
  return JsonParser(text, repeats).ParseOne();
}

absl::StatusOr<std::vector<Json>> ParseJsonDocuments(std::string_view text, Repeats repeats) {
  return JsonParser(text, repeats).ParseAll();
}

}  // namespace kubegauge::server
