#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "autoscaler/go_json_reader.h"
#include "autoscaler/hpa_codec.h"

namespace kubegauge::autoscaler {

// Makes the fields of a struct of autoscaling, whatever its version: what is called `name` in JSON
// is read into the second argument. A field without a name is not there. They keep references.
class HpaFields {
 public:
  using Field = GoJsonReader::Field;

  explicit HpaFields(GoJsonReader& reader) : reader_(reader) {}

  template <class AnyText>  // std::string or SharedText
  Field Text(std::string_view name, AnyText& text, std::string_view type = "string") const {
    return {name, [&reader = reader_, &text, type](const Json& value) {
              reader.Text(value, text, type);
            }};
  }
  Field Integer(std::string_view name, int32_t& number) const {
    return {name,
            [&reader = reader_, &number](const Json& value) { reader.Integer(value, number); }};
  }
  Field Integer(std::string_view name, std::optional<int32_t>& number) const {
    return Pointer(name, number, [&reader = reader_](const Json& value, int32_t& one) {
      reader.Integer(value, one);
    });
  }
  Field Integer(std::string_view name, std::optional<int64_t>& number) const {
    return Pointer(name, number, [&reader = reader_](const Json& value, int64_t& one) {
      reader.Integer64(value, one);
    });
  }
  template <class Quantity>
  Field Amount(std::string_view name, Boxed<Quantity>& amount) const {
    return Pointer(name, amount, [&reader = reader_](const Json& value, Quantity& one) {
      reader.Amount(value, one);
    });
  }
  Field Time(std::string_view name, std::optional<int64_t>& unix_ns) const {
    return {name,
            [&reader = reader_, &unix_ns](const Json& value) { reader.Time(value, unix_ns); }};
  }
  Field Reference(std::string_view name, CrossVersionObjectReference& reference) const {
    return {name, [&reader = reader_, &reference](const Json& value) {
              ReadReference(reader, value, "@.CrossVersionObjectReference", reference);
            }};
  }
  Field Selector(std::string_view name, MetricIdentifier& metric) const {
    return Pointer(name, metric.selector,
                   [&reader = reader_](const Json& value, kube::SelectorObject& selector) {
                     ReadSelector(reader, value, selector);
                   });
  }

  // Of a list of the Go type `type`; `read(json, item)` reads an item.
  template <class Item, class Read>
  Field List(std::string_view name, std::string_view type, std::vector<Item>& items,
             Read read) const {
    return {name, [&reader = reader_, &items, type, read](const Json& value) {
              reader.List(value, type, items, read);
            }};
  }
  // Absent unless it is there and not null; `read(json, one)` reads what there is.
  template <class Optional, class Read>
  Field Pointer(std::string_view name, Optional& pointer, Read read) const {
    return {name, [&reader = reader_, &pointer, read](const Json& value) {
              reader.Optional(value, pointer, [&](auto& one) { read(value, one); });
            }};
  }

 private:
  GoJsonReader& reader_;
};

}  // namespace kubegauge::autoscaler
