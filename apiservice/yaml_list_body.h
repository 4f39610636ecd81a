#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "apiservice/http.h"
#include "apiservice/yaml_text.h"

namespace kubegauge::apiservice {

// The YAML of what a writer of item_writers.h gives as JSON, made while it is sent: only one item
// at a time is parsed.
template <class Writer>
class YamlListBody final : public BodyStream {
 public:
  using Items = typename Writer::Items;

  YamlListBody(Items items, Writer writer) : items_(std::move(items)), writer_(std::move(writer)) {}

  bool Next(std::string& out) override {
    if (!has_item_) has_item_ = items_.Next();
    if (!has_item_ && items_.is_paused()) return true;
    if (!begun_) Begin(out);
    const size_t part_begin = out.size();
    for (; has_item_ && out.size() - part_begin < kBodyPartBytes; has_item_ = items_.Next()) {
      AppendYaml(is_list_ ? Json::array({Item()}) : Item(), out);
    }
    if (has_item_ || items_.is_paused()) return true;
    if (!behind_.empty()) AppendYaml(behind_, out);
    return false;
  }

 private:
  using Json = nlohmann::json;

  // Writes the members in front of the items, and keeps those behind them.
  void Begin(std::string& out) {
    begun_ = true;
    const std::string head = writer_.Head(has_item_);
    is_list_ = !head.empty();
    if (!is_list_) return;
    Json before = Json::object();
    const Json document = Json::parse(head + std::string(writer_.Tail(has_item_)));
    for (const auto& [key, value] : document.items()) {
      (key <= Writer::kItemsKey ? before : behind_)[key] = value;
    }
    if (!has_item_) return AppendYaml(before, out);
    before.erase(Writer::kItemsKey);
    AppendYaml(before, out);
    out.append(Writer::kItemsKey).append(":\n");
  }

  Json Item() {
    text_.resize(writer_.Bound(items_));
    const char* const end = writer_.Write(items_, text_.data());
    return Json::parse(std::string_view(text_.data(), static_cast<size_t>(end - text_.data())));
  }

  Items items_;
  Writer writer_;
  bool begun_ = false;
  bool has_item_ = false;
  bool is_list_ = false;
  Json behind_ = Json::object();
  std::string text_;
};

}  // namespace kubegauge::apiservice
