#include "kube/resource_lister.h"

#include <chrono>
#include <memory>
#include <utility>

#include "kube/list_reader.h"

namespace kubegauge::kube {
namespace {

using boost::asio::awaitable;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kListPatience = 60s;
constexpr std::chrono::milliseconds kErrorPatience = 5s;
constexpr size_t kMaxErrorBytes = size_t{64} << 10;

// One page into `sink`; its ListMeta into `meta`.
class PageReading {
 public:
  PageReading(ApiClient& client, ObjectSink& sink, Listing& listing)
      : client_(client), sink_(sink), listing_(listing) {}

  awaitable<std::optional<WatchFailure>> Read(ApiRequest request, ListMeta& meta) {
    absl::StatusOr<std::unique_ptr<ApiStream>> opened = co_await client_.Open(std::move(request));
    if (!opened.ok()) co_return FailureOfConnection(opened.status());
    ApiStream& stream = **opened;
    if (stream.head().status != 200) {
      WatchFailure failure = co_await ReadFailure(stream);
      co_return failure;
    }
    ListReader reader(WireFormatOf(stream.head().Find("content-type")),
                      [this](const EncodedObject& object) { return Take(object); });
    for (;;) {
      const absl::StatusOr<std::string> chunk = co_await stream.Read(kListPatience);
      if (!chunk.ok()) co_return FailureOfConnection(chunk.status());
      if (chunk->empty()) break;
      const absl::Status appended = reader.Append(*chunk);
      if (!appended.ok()) co_return FailureOfBody(appended);
    }
    absl::StatusOr<ListMeta> finished = reader.Finish();
    if (!finished.ok()) co_return FailureOfBody(finished.status());
    meta = *std::move(finished);
    co_return std::nullopt;
  }

 private:
  // One object that cannot be read must not keep all others away.
  absl::Status Take(const EncodedObject& object) {
    absl::Status added = sink_.AddListed(object);
    if (!added.ok() && listing_.unreadable_objects++ == 0) listing_.first_unreadable = added;
    return absl::OkStatus();
  }

  ApiClient& client_;
  ObjectSink& sink_;
  Listing& listing_;
};

}  // namespace

awaitable<WatchFailure> ReadFailure(ApiStream& stream) {
  std::string body;
  while (body.size() < kMaxErrorBytes) {
    const absl::StatusOr<std::string> chunk = co_await stream.Read(kErrorPatience);
    if (!chunk.ok() || chunk->empty()) break;
    body += *chunk;
  }
  co_return FailureOfResponse(stream.head(), body);
}

awaitable<Listing> ListResource(ApiClient& client, const WatchedResource& resource,
                                ObjectSink& sink, std::string resource_version, int limit) {
  Listing listing;
  ListPageQuery query{.limit = limit, .resource_version = resource_version};
  bool begun_anew = false;
  sink.BeginList();
  for (;;) {
    ListMeta meta;
    PageReading reading(client, sink, listing);
    listing.failure = co_await reading.Read(MakeListRequest(resource, query), meta);
    if (listing.failure) {
      const bool forgotten = listing.failure->kind == WatchFailureKind::kExpired;
      if (!forgotten || query.continue_token.empty() || begun_anew) break;
      begun_anew = true;
      listing = Listing{.paged = true};
      query = {.resource_version = resource_version};
      sink.BeginList();
      continue;
    }
    if (meta.resource_version.empty()) {
      listing.failure = FailureOfBody(absl::InvalidArgumentError(
          "a list has no resourceVersion, so that nothing can follow it"));
      break;
    }
    listing.resource_version = std::move(meta.resource_version);
    if (meta.continue_token.empty()) break;
    if (meta.continue_token == query.continue_token) {
      listing.failure =
          FailureOfBody(absl::DataLossError("a page of a list says to continue where it began"));
      break;
    }
    listing.paged = true;
    query = {.limit = limit, .continue_token = std::move(meta.continue_token)};
  }
  co_return listing;
}

}  // namespace kubegauge::kube
