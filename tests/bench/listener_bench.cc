// How many small requests and how many bytes of large lists the HTTPS listener serves, the clients
// being on the same machine.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "apiservice/http.h"
#include "tests/bench/bench_server.h"
#include "tests/server/listener/https_client.h"

namespace kubegauge {
namespace {

namespace asio = boost::asio;

constexpr size_t kListBytes = 10'000'000;
constexpr std::string_view kEndOfChunks = "\r\n0\r\n\r\n";

class ListStream final : public apiservice::BodyStream {
 public:
  bool Next(std::string& out) override {
    const size_t part = std::min(left_, apiservice::kBodyPartBytes);
    out.append(part, 'x');
    left_ -= part;
    return left_ > 0;
  }

 private:
  size_t left_ = kListBytes;
};

class Service final : public apiservice::HttpService {
 public:
  asio::awaitable<apiservice::Response> Serve(apiservice::Request request) override {
    apiservice::Response response;
    response.headers = {{"Content-Type", "application/json"},
                        {"Cache-Control", "no-cache, private"}};
    if (request.path == "/stream") {
      response.stream = std::make_unique<ListStream>();
    } else if (request.path == "/whole") {
      response.body.assign(kListBytes, 'x');
    } else {
      response.body = "ok";
    }
    co_return response;
  }
};

void SmallRequests(benchmark::State& state, uint16_t port) {
  testing::HttpsClient client(port, {});
  std::array<char, 4096> answer;
  for (auto _ : state) {
    if (!client.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                     "Accept: application/json\r\nUser-Agent: bench\r\n\r\n") ||
        client.Read(answer.data(), answer.size()) == 0) {
      state.SkipWithError(client.error().c_str());
      return;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void Lists(benchmark::State& state, uint16_t port, std::string_view request) {
  testing::HttpsClient client(port, {});
  std::vector<char> answer(64 * 1024);
  const bool chunked = request.find("stream") != std::string_view::npos;
  for (auto _ : state) {
    size_t total = 0;
    bool complete = !client.Send(request);
    while (!complete) {
      const size_t read = client.Read(answer.data(), answer.size());
      total += read;
      complete = read == 0;
      if (total < kListBytes) continue;
      complete = !chunked || (read >= kEndOfChunks.size() &&
                              std::string_view(answer.data(), read).ends_with(kEndOfChunks));
    }
    if (total < kListBytes) {
      state.SkipWithError(client.error().c_str());
      return;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kListBytes));
}

}  // namespace
}  // namespace kubegauge

int main(int argc, char** argv) {
  using namespace kubegauge;
  benchmark::Initialize(&argc, argv);
  Service service;
  const bench::BenchServer server(service);
  const uint16_t port = server.port();
  benchmark::RegisterBenchmark("SmallRequests", SmallRequests, port)->Threads(4)->UseRealTime();
  benchmark::RegisterBenchmark("WholeList10MB", Lists, port,
                               "GET /whole HTTP/1.1\r\nHost: localhost\r\n\r\n")
      ->UseRealTime();
  benchmark::RegisterBenchmark("StreamedList10MB", Lists, port,
                               "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
      ->UseRealTime();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
