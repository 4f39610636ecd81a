#include "autoscaler/written_json.h"

#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

namespace kubegauge::autoscaler {
namespace {

// What walks over JSON calls itself for each level.
constexpr size_t kMaxDepth = 256;

Json PlainNumber(std::string_view text) {
  const char* const end = text.data() + text.size();
  if (text.find_first_of(".eE") == std::string_view::npos) {
    int64_t number = 0;
    if (std::from_chars(text.data(), end, number).ec == std::errc()) return number;
    uint64_t large = 0;
    if (std::from_chars(text.data(), end, large).ec == std::errc()) return large;
  }
  double value = 0;
  std::from_chars(text.data(), end, value);
  return value;
}

// Builds what the parser tells of.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(Json& root) : root_(root) {}

  bool null() override { return Put(nullptr); }
  bool boolean(bool value) override { return Put(value); }
  bool number_integer(number_integer_t value) override { return Put(value); }
  bool number_unsigned(number_unsigned_t value) override { return Put(value); }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return Put(WrittenNumber(text));
  }
  bool string(string_t& value) override { return Put(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(size_t /*size*/) override { return Open(Json::object()); }
  bool key(string_t& value) override {
    key_ = std::move(value);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(size_t /*size*/) override { return Open(Json::array()); }
  bool end_array() override { return Close(); }
  bool parse_error(size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& /*error*/) override {
    return false;
  }

 private:
  Json& Add(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    Json& holder = *open_.back();
    if (holder.is_array()) return holder.emplace_back(std::move(value));
    auto& members = holder.get_ref<Json::object_t&>();
    return members.emplace_back(std::move(key_), std::move(value)).second;
  }
  bool Put(Json value) {
    Add(std::move(value));
    return true;
  }
  // What is open is the last in what it is in, so that it stays where it is.
  bool Open(Json value) {
    if (open_.size() >= kMaxDepth) return false;
    open_.push_back(&Add(std::move(value)));
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  Json& root_;
  std::vector<Json*> open_;
  std::string key_;
};

}  // namespace

Json WrittenNumber(std::string_view text) {
  Json number = PlainNumber(text);
  if (!number.is_number_float() || number.dump() == text) return number;
  return Json::binary({text.begin(), text.end()});
}

bool IsNumber(const Json& json) { return json.is_number() || json.is_binary(); }

std::string NumberText(const Json& json) {
  if (!json.is_binary()) return json.dump();
  const Json::binary_t& text = json.get_binary();
  return {text.begin(), text.end()};
}

Json WithPlainNumbers(Json json) {
  if (json.is_binary()) return PlainNumber(NumberText(json));
  if (json.is_structured()) {
    for (Json& value : json) value = WithPlainNumbers(std::move(value));
  }
  return json;
}

Json ParseWrittenJson(std::string_view text) {
  // The parser would skip it; Go takes it for a fault.
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) return Json(Json::value_t::discarded);
  Json json;
  Builder builder(json);
  if (Json::sax_parse(text, &builder)) return json;
  return Json(Json::value_t::discarded);
}

}  // namespace kubegauge::autoscaler
