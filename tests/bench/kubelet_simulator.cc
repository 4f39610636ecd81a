// Kubelets of a whole cluster, in one process: serves /metrics/resource of 30 pods of two
// containers each over TLS on many ports of this machine, with counters that go on, until it is
// killed. Writes the certificate of its authority to the file of its first argument and prints
// "ready".
//
//   kubelet_simulator <authority.pem> <first port> <nodes> [<namespaces>]
//
// With a number of namespaces the pods are those of as many Deployments as there are nodes, each of
// 30 pods on nodes far apart: pod p of web-d, in ns-(d % namespaces), runs on node
// (d + p * nodes / 30) % nodes.

#include <fmt/format.h>
#include <sys/resource.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "apiservice/certificate_authority.h"
#include "kube/clock.h"

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
namespace apiservice = kubegauge::apiservice;

constexpr int kPods = 30;

struct Fleet {
  int nodes;
  int namespaces;  // 0: every node has a pod of each of the same 30 services

  // The labels of the pod `pod` of the node `node`.
  std::string PodLabels(int node, int pod) const {
    if (namespaces == 0) {
      return fmt::format("namespace=\"team-{}\",pod=\"service-{:03}-5d8f7c6b-{:05}\"", pod % 10,
                         pod, node);
    }
    const int deployment = (node + nodes - pod * nodes / kPods) % nodes;
    return fmt::format("namespace=\"ns-{}\",pod=\"web-{}-65847cf6ff-{}\"", deployment % namespaces,
                       deployment, 10'000 + pod * 37);
  }
};

// As a kubelet of 1.29 and later writes it.
std::string ResourceBody(const Fleet& fleet, int node, int64_t now_ns) {
  const int64_t now_ms = now_ns / 1'000'000;
  std::string body;
  const auto family = [&](std::string_view name, std::string_view type, auto&& value, bool timed) {
    body += fmt::format("# HELP {0} [STABLE] What {0} says of the container\n# TYPE {0} {1}\n",
                        name, type);
    for (const std::string_view container : {"app", "istio-proxy"}) {
      for (int pod = 0; pod < kPods; ++pod) {
        body += fmt::format("{}{{container=\"{}\",{}}} {}", name, container,
                            fleet.PodLabels(node, pod), value(pod));
        body += timed ? fmt::format(" {}\n", now_ms) : "\n";
      }
    }
  };
  const double seconds = static_cast<double>(now_ms % 100'000'000) / 1000;
  family(
      "container_cpu_usage_seconds_total", "counter",
      [&](int pod) { return fmt::format("{:.9f}", seconds * (1 + pod) / 100); }, true);
  family(
      "container_memory_working_set_bytes", "gauge",
      [&](int pod) { return fmt::format("{:.7e}", 5.2735e7 + pod * 4096.0 * 731); }, true);
  family(
      "container_start_time_seconds", "gauge",
      [&](int pod) { return fmt::format("{:.16e}", 1.6953820587657964e9 + pod * 61.7); }, false);
  body += fmt::format("node_cpu_usage_seconds_total {:.6f} {}\n", seconds * 2, now_ms);
  body += fmt::format("node_memory_working_set_bytes 2.192789504e+09 {}\n", now_ms);
  for (const std::string_view name :
       {"pod_cpu_usage_seconds_total", "pod_memory_working_set_bytes"}) {
    for (int pod = 0; pod < kPods; ++pod) {
      body += fmt::format("{}{{{}}} {} {}\n", name, fleet.PodLabels(node, pod), 5000 + pod, now_ms);
    }
  }
  return body + "resource_scrape_error 0\n";
}

awaitable<void> Serve(tcp::socket socket, asio::ssl::context& context, const Fleet& fleet,
                      int node) {
  asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
  error_code error;
  stream.next_layer().set_option(tcp::no_delay(true), error);
  co_await stream.async_handshake(asio::ssl::stream_base::server,
                                  asio::redirect_error(asio::use_awaitable, error));
  std::string input;
  while (!error) {
    input.clear();
    co_await asio::async_read_until(stream, asio::dynamic_buffer(input), "\r\n\r\n",
                                    asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    const bool known = input.starts_with("GET /metrics/resource ");
    const std::string body =
        known ? ResourceBody(fleet, node, kubegauge::kube::SystemClock().WallNs())
              : std::string("Forbidden");
    // Go's server writes so long an answer in chunks.
    const std::string answer =
        known ? fmt::format(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
                    body.size(), body)
              : fmt::format("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{}", body.size(),
                            body);
    co_await asio::async_write(stream, asio::buffer(answer),
                               asio::redirect_error(asio::use_awaitable, error));
  }
}

awaitable<void> Accept(tcp::acceptor& acceptor, asio::ssl::context& context, const Fleet& fleet,
                       int node) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), Serve(std::move(socket), context, fleet, node),
                   asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fputs("usage: kubelet_simulator <authority.pem> <first port> <nodes> [<namespaces>]\n",
               stderr);
    return 2;
  }
  const int first_port = std::atoi(argv[2]);
  const Fleet fleet{.nodes = std::atoi(argv[3]), .namespaces = argc == 5 ? std::atoi(argv[4]) : 0};
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  const int64_t now_ns = kubegauge::kube::SystemClock().WallNs();
  const auto authority = *apiservice::CertificateAuthority::Create("kubelets", now_ns);
  const auto pair = *authority.IssueServing(
      {.common_name = "system:node", .dns_names = {}, .ip_addresses = {"127.0.0.1"}}, now_ns);
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain(asio::buffer(pair.certificate));
  context.use_private_key(asio::buffer(pair.private_key), asio::ssl::context::pem);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  std::ofstream(argv[1]) << authority.pem().certificate;

  asio::io_context io(1);
  std::vector<std::unique_ptr<tcp::acceptor>> acceptors;
  for (int node = 0; node < fleet.nodes; ++node) {
    const auto port = static_cast<uint16_t>(first_port + node);
    acceptors.push_back(
        std::make_unique<tcp::acceptor>(io, tcp::endpoint(asio::ip::address_v4::loopback(), port)));
    asio::co_spawn(io, Accept(*acceptors.back(), context, fleet, node), asio::detached);
  }
  std::puts("ready");
  std::fflush(stdout);
  io.run();
}
