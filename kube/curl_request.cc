#include "kube/curl_request.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "kube/curl_fields.h"
#include "kube/issuer_check.h"

namespace kubegauge::kube {
namespace {

constexpr long kKeepaliveIdleSeconds = 30;
constexpr long kKeepaliveIntervalSeconds = 10;

// Sets options of one handle; remembers whether all were taken.
class Options {
 public:
  explicit Options(CURL* easy) : easy_(easy) {}

  template <class T>
  void Set(CURLoption option, T value) {
    if (result_ == CURLE_OK) result_ = curl_easy_setopt(easy_, option, value);
  }
  void Set(CURLoption option, const std::string& value) { Set(option, value.c_str()); }
  // Refers to `text`, which must outlive the handle.
  void SetBlob(CURLoption option, const std::string& text) {
    curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
    Set(option, &blob);
  }
  CURLcode result() const { return result_; }

 private:
  CURL* const easy_;
  CURLcode result_ = CURLE_OK;
};

bool HasBody(const ApiRequest& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

// Whether it is a path with a query whose characters all may stand in the first line of a request.
bool IsTarget(std::string_view text) {
  return text.starts_with('/') && std::ranges::none_of(text, [](char c) {
           return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '#';
         });
}

// Those of each request, whatever it asks for.
void SetCommonFields(const CurlEndpoint& endpoint, const Credentials& credentials,
                     CurlFields& fields) {
  fields.Clear();
  if (!endpoint.tls_server_name.empty()) fields.Add("Host", endpoint.server.HostPort());
  // libcurl prints each field anew for each request, this one twice where it is an option; but as a
  // field a proxy would not be told of it.
  if (endpoint.proxy_url.empty() && !endpoint.user_agent.empty()) {
    fields.Add("User-Agent", endpoint.user_agent);
  }
  if (!credentials.authorization.empty()) fields.Add("Authorization", credentials.authorization);
  for (const auto& [name, value] : endpoint.headers) fields.Add(name, value);
}

void SetOwnFields(const ApiRequest& request, CurlFields& fields) {
  fields.Clear();
  if (!request.accept.empty()) fields.Add("Accept", request.accept);
  if (!request.content_type.empty()) fields.Add("Content-Type", request.content_type);
  if (HasBody(request)) {
    // What libcurl would say of a body by itself.
    if (request.content_type.empty()) fields.Omit("Content-Type");
    fields.Omit("Expect");
  }
  for (const auto& [name, value] : request.headers) fields.Add(name, value);
}

std::string RootOf(const CurlEndpoint& endpoint) {
  const UrlAddress& server = endpoint.server;
  const std::string& name = endpoint.tls_server_name;
  return fmt::format(
      "{}://{}", server.is_https ? "https" : "http",
      name.empty() ? server.HostPort() : UrlAddress{.host = name, .port = server.port}.HostPort());
}

// libcurl takes a URL apart and puts it together several times; a target it only passes on. But a
// proxy that is no tunnel has to be told all of the URL.
bool PassesTarget(const CurlEndpoint& endpoint) { return endpoint.server.is_https; }

// libcurl has no option for the TLS name alone: the URL has that name, and the connection goes to
// the server nevertheless.
void SetServer(const CurlEndpoint& endpoint, CurlHandle& handle, Options& options) {
  if (!endpoint.tls_server_name.empty()) {
    handle.connect_to.reset(
        curl_slist_append(nullptr, fmt::format("::{}", endpoint.server.HostPort()).c_str()));
  }
  options.Set(CURLOPT_CONNECT_TO, handle.connect_to.get());
  options.Set(CURLOPT_PATH_AS_IS, 1L);
  if (!PassesTarget(endpoint)) return;
  const std::string root = RootOf(endpoint);
  handle.server.reset(curl_url());
  if (curl_url_set(handle.server.get(), CURLUPART_URL, root.c_str(), 0) == CURLUE_OK) {
    options.Set(CURLOPT_CURLU, handle.server.get());
  } else {
    options.Set(CURLOPT_URL, root);  // the transfer will tell what is wrong with it
  }
}

void SetTarget(const CurlEndpoint& endpoint, const ApiRequest& request, Options& options) {
  const std::string path = endpoint.server.path + request.target;
  if (PassesTarget(endpoint)) {
    options.Set(CURLOPT_REQUEST_TARGET, path);
  } else {
    options.Set(CURLOPT_URL, RootOf(endpoint) + path);
  }
}

void SetMethod(const ApiRequest& request, Options& options) {
  options.Set(CURLOPT_HTTPGET, 1L);  // whatever the request before was
  if (HasBody(request)) {
    options.Set(CURLOPT_POST, 1L);
    options.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    options.Set(CURLOPT_POSTFIELDS, request.body.data());
  } else if (request.method == "HEAD") {
    options.Set(CURLOPT_NOBODY, 1L);
  }
  options.Set(CURLOPT_CUSTOMREQUEST, request.method);
}

CURLcode PrepareTls(CURL*, void* context, void*) {
  CheckIssuersBySignature(SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(context)));
  return CURLE_OK;
}

// libcurl has OpenSSL free its buffers, 33 KiB, with each record. The connection that all requests
// share takes them again at once.
CURLcode PrepareSharedTls(CURL* handle, void* context, void* nothing) {
  SSL_CTX_clear_mode(static_cast<SSL_CTX*>(context), SSL_MODE_RELEASE_BUFFERS);
  return PrepareTls(handle, context, nothing);
}

bool UsesOpenSsl() {
  const char* const library = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return library != nullptr && std::string_view(library).starts_with("OpenSSL/");
}

void SetTls(const CurlEndpoint& endpoint, const Credentials& credentials, HttpVersion version,
            Options& options) {
  if (UsesOpenSsl()) {
    options.Set(CURLOPT_SSL_CTX_FUNCTION,
                version == HttpVersion::kBest ? &PrepareSharedTls : &PrepareTls);
  }
  options.Set(CURLOPT_SSL_VERIFYPEER, endpoint.insecure_skip_tls_verify ? 0L : 1L);
  options.Set(CURLOPT_SSL_VERIFYHOST, endpoint.insecure_skip_tls_verify ? 0L : 2L);
  options.Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!credentials.authority.empty()) {
    // Beside a blob libcurl still trusts its default directory of authorities.
    options.Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    options.Set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    options.SetBlob(CURLOPT_CAINFO_BLOB, credentials.authority);
  }
  if (!credentials.client_certificate.empty()) {
    options.Set(CURLOPT_SSLCERTTYPE, "PEM");
    options.Set(CURLOPT_SSLKEYTYPE, "PEM");
    options.SetBlob(CURLOPT_SSLCERT_BLOB, credentials.client_certificate);
    options.SetBlob(CURLOPT_SSLKEY_BLOB, credentials.client_key);
  }
}

// "" is libcurl's word for no proxy, not even one of the environment.
void SetProxy(const CurlEndpoint& endpoint, Options& options) {
  std::string proxy = endpoint.proxy_url;
  // Go lets the proxy resolve the name, which libcurl calls socks5h.
  constexpr std::string_view kSocks5 = "socks5://";
  if (proxy.starts_with(kSocks5)) proxy = fmt::format("socks5h://{}", proxy.substr(kSocks5.size()));
  options.Set(CURLOPT_PROXY, proxy);
  options.Set(CURLOPT_NOPROXY, "");
  options.Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void SetConnection(const CurlEndpoint& endpoint, HttpVersion version, Options& options) {
  options.Set(CURLOPT_NOSIGNAL, 1L);
  options.Set(CURLOPT_QUICK_EXIT, 1L);  // a name that is being resolved must not hold up its end
  options.Set(CURLOPT_PROTOCOLS_STR, "http,https");
  options.Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(endpoint.connect_timeout.count()));
  options.Set(CURLOPT_TCP_KEEPALIVE, 1L);
  options.Set(CURLOPT_TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  options.Set(CURLOPT_TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  const bool best = version == HttpVersion::kBest;
  options.Set(CURLOPT_HTTP_VERSION,
              static_cast<long>(best ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  options.Set(CURLOPT_PIPEWAIT, best ? 1L : 0L);
}

// All that does not change from one request to the next.
void SetUpFor(const CurlEndpoint& endpoint, const Credentials& credentials, HttpVersion version,
              CurlHandle& handle, Options& options) {
  curl_easy_reset(handle.easy.get());
  SetServer(endpoint, handle, options);
  if (!endpoint.proxy_url.empty()) options.Set(CURLOPT_USERAGENT, endpoint.user_agent);
  options.Set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  SetConnection(endpoint, version, options);
  SetProxy(endpoint, options);
  SetTls(endpoint, credentials, version, options);
  SetCommonFields(endpoint, credentials, handle.common_fields);
}

}  // namespace

std::string CurlEndpoint::Origin() const {
  return fmt::format("{}://{}", server.is_https ? "https" : "http", server.HostPort());
}

absl::Status SetUpRequest(const CurlEndpoint& endpoint, const ApiRequest& request,
                          const CredentialsPtr& credentials, HttpVersion version,
                          CurlHandle& handle) {
  if (!IsTarget(request.target)) {
    return absl::InvalidArgumentError("the target is not a path with a query, percent-encoded");
  }
  if (handle.easy == nullptr) return absl::ResourceExhaustedError("no memory for a request");
  Options options(handle.easy.get());
  if (handle.credentials != credentials) {
    SetUpFor(endpoint, *credentials, version, handle, options);
    handle.credentials = credentials;
  }
  SetOwnFields(request, handle.own_fields);
  if (!handle.own_fields.sound() || !handle.common_fields.sound()) {
    return absl::InvalidArgumentError("a header field is empty or holds a control character");
  }
  options.Set(CURLOPT_HTTPHEADER,
              handle.own_fields.ListBefore(handle.common_fields.ListBefore(nullptr)));
  SetTarget(endpoint, request, options);
  SetMethod(request, options);
  if (options.result() == CURLE_OK) return absl::OkStatus();
  handle.credentials = nullptr;
  return absl::FailedPreconditionError(
      fmt::format("libcurl: {}", curl_easy_strerror(options.result())));
}

}  // namespace kubegauge::kube
