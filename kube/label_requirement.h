#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace kubegauge::kube {

enum class LabelOperator : uint8_t {
  kExists,
  kDoesNotExist,
  kEquals,
  kDoubleEquals,
  kNotEquals,
  kIn,
  kNotIn,
  kGreaterThan,
  kLessThan,
};

// One condition on one label key.
class Requirement {
 public:
  // Checks key, values and their number as apimachinery's labels.NewRequirement; what is wrong is
  // InvalidArgument with upstream's text. `values` are kept as they are, though their order and how
  // often one comes do not matter.
  static absl::StatusOr<Requirement> Create(std::string key, LabelOperator op,
                                            std::vector<std::string> values);

  const std::string& key() const { return key_; }
  LabelOperator op() const { return op_; }
  const std::vector<std::string>& values() const { return values_; }

  // `value` is that of the label key(), with data() == nullptr where the object has no such label.
  bool Matches(std::string_view value) const;

  // With the values in order.
  std::string ToString() const;

  bool operator==(const Requirement&) const = default;

 private:
  Requirement(std::string key, LabelOperator op, std::vector<std::string> values, int64_t bound)
      : key_(std::move(key)), values_(std::move(values)), bound_(bound), op_(op) {}

  std::string key_;
  std::vector<std::string> values_;
  int64_t bound_;  // the number of kGreaterThan and kLessThan; else 0
  LabelOperator op_;
};

}  // namespace kubegauge::kube
