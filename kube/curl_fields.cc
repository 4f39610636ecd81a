#include "kube/curl_fields.h"

#include "kube/header_text.h"

namespace kubegauge::kube {

void CurlFields::Clear() {
  text_.clear();
  line_starts_.clear();
  sound_ = true;
}

void CurlFields::Add(std::string_view name, std::string_view value) {
  sound_ = sound_ && !name.empty() && name.find(':') == std::string_view::npos &&
           IsHeaderText(name) && IsHeaderText(value);
  BeginLine(name);
  // libcurl takes "Name;" for a field without a value, "Name:" for one not to be sent.
  text_.append(value.empty() ? ";" : ": ").append(value).push_back('\0');
}

void CurlFields::Omit(std::string_view name) {
  BeginLine(name);
  text_.append(":").push_back('\0');
}

curl_slist* CurlFields::ListBefore(curl_slist* others) {
  list_.resize(line_starts_.size());
  curl_slist* next = others;
  for (size_t i = list_.size(); i-- > 0;) {
    list_[i] = {.data = text_.data() + line_starts_[i], .next = next};
    next = &list_[i];
  }
  return next;
}

void CurlFields::BeginLine(std::string_view name) {
  line_starts_.push_back(text_.size());
  text_.append(name);
}

}  // namespace kubegauge::kube
