#include "autoscaler/field_error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "kube/go_quote.h"

namespace kubegauge::autoscaler {
namespace {

std::string WithDetail(std::string_view text, std::string_view why) {
  return why.empty() ? std::string(text) : fmt::format("{}: {}", text, why);
}

}  // namespace

void FieldErrors::Required(std::string field, std::string_view why) {
  errors_.push_back({"FieldValueRequired", WithDetail("Required value", why), std::move(field)});
}

void FieldErrors::Invalid(std::string field, std::string_view value, std::string_view why) {
  InvalidAs(std::move(field), kube::GoQuote(value), why);
}

void FieldErrors::Invalid(std::string field, int64_t value, std::string_view why) {
  InvalidAs(std::move(field), fmt::to_string(value), why);
}

void FieldErrors::InvalidAs(std::string field, std::string_view value, std::string_view why) {
  errors_.push_back({"FieldValueInvalid", WithDetail(fmt::format("Invalid value: {}", value), why),
                     std::move(field)});
}

void FieldErrors::NotSupportedAs(std::string field, std::string_view value,
                                 std::span<const std::string_view> supported) {
  std::vector<std::string> quoted;
  for (const std::string_view one : supported) quoted.push_back(kube::GoQuote(one));
  errors_.push_back(
      {"FieldValueNotSupported",
       fmt::format("Unsupported value: {}: supported values: {}", value, fmt::join(quoted, ", ")),
       std::move(field)});
}

void FieldErrors::Forbidden(std::string field, std::string_view why) {
  errors_.push_back({"FieldValueForbidden", WithDetail("Forbidden", why), std::move(field)});
}

void FieldErrors::TooLong(std::string field, std::string_view why) {
  errors_.push_back({"FieldValueTooLong", WithDetail("Too long", why), std::move(field)});
}

std::string TextOf(const std::vector<FieldError>& errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    std::string text = fmt::format("{}: {}", error.field, error.message);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  return texts.size() == 1 ? texts.front() : fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string InvalidMessage(std::string_view kind, std::string_view name,
                           const std::vector<FieldError>& errors) {
  return fmt::format("{} {} is invalid: {}", kind, kube::GoQuote(name), TextOf(errors));
}

}  // namespace kubegauge::autoscaler
