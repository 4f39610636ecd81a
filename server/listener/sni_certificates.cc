#include "server/listener/sni_certificates.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/ip/address.hpp>
#include <memory>

#include "apiservice/openssl.h"
#include "server/flags/flag_values.h"

namespace kubegauge::server {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, apiservice::OpenSslDeleter<GENERAL_NAMES_free>>;

std::string TextOf(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string AddressText(const std::string& bytes) {
  namespace ip = boost::asio::ip;
  if (bytes.size() == 4) {
    ip::address_v4::bytes_type v4;
    std::copy(bytes.begin(), bytes.end(), v4.begin());
    return ip::make_address_v4(v4).to_string();
  }
  if (bytes.size() != 16) return "";
  ip::address_v6::bytes_type v6;
  std::copy(bytes.begin(), bytes.end(), v6.begin());
  return ip::make_address_v6(v6).to_string();
}

std::string CommonName(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  return index < 0 ? "" : TextOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
}

// The parts of a text between commas, each without the white space around it.
std::vector<std::string> SplitTrimmed(const std::string& text) {
  std::vector<std::string> parts = Split(text, ',');
  for (std::string& part : parts) boost::algorithm::trim(part);
  return parts;
}

std::string_view WithoutFinalDot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

}  // namespace

absl::StatusOr<SniFiles> ParseSniFiles(const std::string& flag) {
  const size_t colon = flag.find(':');
  const std::vector<std::string> files = SplitTrimmed(flag.substr(0, colon));
  SniFiles parsed;
  if (colon != std::string::npos) {
    parsed.patterns = SplitTrimmed(flag.substr(colon + 1));
    if (parsed.patterns == std::vector<std::string>{""}) {
      return absl::InvalidArgumentError("empty names list is not allowed");
    }
  }
  if (files.size() != 2 || files.front().empty() || files.back().empty()) {
    return absl::InvalidArgumentError("expected comma separated certificate and key file paths");
  }
  parsed.certificate_path = files.front();
  parsed.key_path = files.back();
  return parsed;
}

absl::StatusOr<std::vector<std::string>> NamesInCertificate(std::string_view pem) {
  const auto chain = apiservice::ParseCertificates(pem);
  if (!chain.ok()) return chain.status();
  const X509* certificate = chain->front().get();
  std::vector<std::string> found;
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) found.push_back(TextOf(name->d.dNSName));
    if (name->type == GEN_IPADD) found.push_back(AddressText(TextOf(name->d.iPAddress)));
  }
  if (found.empty()) found.push_back(CommonName(certificate));
  return found;
}

int MatchServerName(std::string_view pattern, std::string_view name) {
  pattern = WithoutFinalDot(pattern);
  name = WithoutFinalDot(name);
  if (boost::algorithm::iequals(pattern, name)) return 2;
  const size_t dot = name.find('.');
  const bool wildcard = pattern.starts_with("*.") && dot != std::string_view::npos && dot > 0;
  return wildcard && boost::algorithm::iequals(pattern.substr(1), name.substr(dot)) ? 1 : 0;
}

}  // namespace kubegauge::server
