#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>

#include "kube/credentials.h"
#include "kube/curl_fields.h"

namespace kubegauge::kube {

// Owning pointers to libcurl's objects.
template <auto kFree>
struct CurlDeleter {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using CurlEasyPtr = std::unique_ptr<CURL, CurlDeleter<curl_easy_cleanup>>;
using CurlMultiPtr = std::unique_ptr<CURLM, CurlDeleter<curl_multi_cleanup>>;
using CurlUrlPtr = std::unique_ptr<CURLU, CurlDeleter<curl_url_cleanup>>;
using CurlListPtr = std::unique_ptr<curl_slist, CurlDeleter<curl_slist_free_all>>;

// A handle and what its options refer to. Once it is set up for somebody's credentials, it serves
// one request after the other.
struct CurlHandle {
  CredentialsPtr credentials;  // that it is set up for; null: it has no options
  CurlUrlPtr server;           // taken apart once
  CurlListPtr connect_to;
  CurlFields common_fields;  // of each request
  CurlFields own_fields;     // of its request alone
  // What went wrong with its request.
  std::unique_ptr<std::array<char, CURL_ERROR_SIZE>> error_text;
  CurlEasyPtr easy;  // destroyed first

  // Without options; `easy` is null when there is no memory.
  static CurlHandle Create() {
    return {.error_text = std::make_unique<std::array<char, CURL_ERROR_SIZE>>(),
            .easy = CurlEasyPtr(curl_easy_init())};
  }
};

// libcurl's library-wide state, counted by libcurl itself, thread-safe.
class CurlLibrary {
 public:
  CurlLibrary() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  ~CurlLibrary() { curl_global_cleanup(); }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
};

}  // namespace kubegauge::kube
