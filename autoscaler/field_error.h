#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kubegauge::autoscaler {

// What is wrong with one field of an object, in the words of apimachinery's field.Error.
struct FieldError {
  std::string reason;   // "FieldValueInvalid"
  std::string message;  // "Invalid value: 0: must be greater than 0"
  std::string field;    // "spec.maxReplicas"

  bool operator==(const FieldError&) const = default;
};

// In the order in which they were found.
class FieldErrors {
 public:
  void Required(std::string field, std::string_view why);
  void Invalid(std::string field, std::string_view value, std::string_view why);  // quotes `value`
  void Invalid(std::string field, int64_t value, std::string_view why);
  // `value` as Go prints it.
  void InvalidAs(std::string field, std::string_view value, std::string_view why);
  // `value` as Go prints it.
  void NotSupportedAs(std::string field, std::string_view value,
                      std::span<const std::string_view> supported);
  void Forbidden(std::string field, std::string_view why);
  void TooLong(std::string field, std::string_view why);

  const std::vector<FieldError>& errors() const { return errors_; }
  bool empty() const { return errors_.empty(); }

 private:
  std::vector<FieldError> errors_;
};

// `field: message` of one, `[a, b]` of several, without what would stand there twice.
std::string TextOf(const std::vector<FieldError>& errors);

// The message of the 422: `HorizontalPodAutoscaler.autoscaling "web" is invalid: [a, b]`.
std::string InvalidMessage(std::string_view kind, std::string_view name,
                           const std::vector<FieldError>& errors);

}  // namespace kubegauge::autoscaler
