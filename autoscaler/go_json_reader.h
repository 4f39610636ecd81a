#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "autoscaler/boxed.h"
#include "autoscaler/shared_text.h"
#include "autoscaler/written_amount.h"
#include "kube/quantity.h"

namespace kubegauge::autoscaler {

using Json = nlohmann::ordered_json;

// Reads JSON into structs as the API server's decoder does (sigs.k8s.io/json): members in the order
// of the text, null as absent, and the first value of a wrong type named in Go's words: `json:
// cannot unmarshal string into Go struct field HorizontalPodAutoscalerSpec.spec.maxReplicas of type
// int32`. A quantity or time that does not parse ends the reading with its own words. One reader
// reads one document; not thread-safe.
//
// Types are Go's, such as "[]@.MetricSpec"; "@" stands for the package of the document's version.
class GoJsonReader {
 public:
  enum class KeyCase : uint8_t {
    kSensitive,
    kInsensitive,  // as Go's own encoding/json, which reads annotations
  };

  explicit GoJsonReader(std::string_view package = "v2", KeyCase key_case = KeyCase::kSensitive)
      : package_(package), key_case_(key_case) {}

  struct Field {
    std::string_view name;  // empty: there is no such field
    std::function<void(const Json& value)> read;
  };

  // Reads the members of `json`, an object of the Go type `type` ("@.MetricTarget"); what is not an
  // object is the error.
  void Struct(const Json& json, std::string_view type, std::initializer_list<Field> fields);

  // `read_item` is called for each item.
  void List(const Json& json, std::string_view type,
            const std::function<void(const Json& item)>& read_item);
  // Reads into `items`: as Go, a list that comes again reads into the items of the first.
  template <class Item, class ReadItem>
  void List(const Json& json, std::string_view type, std::vector<Item>& items, ReadItem read_item) {
    size_t count = 0;
    List(json, type, [&](const Json& item) {
      if (count == items.size()) items.emplace_back();
      read_item(item, items[count++]);
    });
    if (json.is_array() || json.is_null()) items.resize(count);
  }
  void StringMap(const Json& json,
                 const std::function<void(const std::string& key, const std::string& value)>& take);

  void Text(const Json& json, std::string& value, std::string_view type = "string");
  void Text(const Json& json, SharedText& value, std::string_view type = "string");
  void Boolean(const Json& json, bool& value);
  void Integer(const Json& json, int32_t& value);
  void Integer64(const Json& json, int64_t& value);
  void Amount(const Json& json, kube::Quantity& value);
  void Amount(const Json& json, WrittenAmount& value);
  // metav1.Time; null is no time.
  void Time(const Json& json, std::optional<int64_t>& unix_ns);

  // A value that is absent unless it is there and not null. What comes again adds to it.
  template <class T, class Read>
  void Optional(const Json& json, std::optional<T>& value, Read read) {
    ReadInto(json, value, read);
  }
  template <class T, class Read>
  void Optional(const Json& json, Boxed<T>& value, Read read) {
    ReadInto(json, value, read);
  }

  // The error of what was read; its message is Go's.
  absl::Status status() const;
  // `unknown field "spec.foo"` for each member that no field was for, `duplicate field "spec.foo"`
  // for each that came again, in the order of the text, at most 100 as upstream.
  const std::vector<std::string>& strict_errors() const { return strict_errors_; }

 private:
  template <class AnyOptional, class Read>
  static void ReadInto(const Json& json, AnyOptional& value, Read read) {
    if (json.is_null()) return value.reset();
    if (!value) value.emplace();
    read(*value);
  }
  // False, and an error is noted, where the value has another type; false for null too.
  bool Is(const Json& json, bool right, std::string_view type);
  const Field* FindField(std::initializer_list<Field> fields, std::string_view key) const;
  void NoteStrictError(std::string_view what, std::string_view key);
  void MismatchError(std::string_view what, std::string_view type);
  std::string MismatchText(std::string_view what, std::string_view type) const;
  template <class T>
  void ReadInteger(const Json& json, std::string_view type, T& value);

  const std::string_view package_;
  const KeyCase key_case_;
  std::string struct_name_;  // of the innermost struct, without its package
  std::vector<std::string_view> path_;
  std::string place_;  // "spec.metrics[0]"
  std::vector<std::string> strict_errors_;
  std::string type_error_;  // the first
  std::string fatal_;       // ends the reading
};

}  // namespace kubegauge::autoscaler
