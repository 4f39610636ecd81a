#pragma once

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "kube/object_cache.h"
#include "kube/pod_meta_cache.h"
#include "kube/reflector.h"
#include "tests/fakes/constant_random.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/patience_watcher.h"
#include "tests/fakes/scripted_api_client.h"
#include "tests/kube/api_bodies.h"
#include "tests/kube/body_encoder.h"

namespace kubegauge::testing {

// A reflector of pods' metadata against an API server that gives the answers of a test one by one.
class ReflectorHarness {
 public:
  using Script = ScriptedApiClient::Script;

  explicit ReflectorHarness(kube::WireFormat format, double random = 0.0)
      : encoder{format}, random_(random) {
    logger_.set_pattern("%l %v");
    cache.SetOnChange([this] { ++changes; });
  }

  Script Body(std::string body, unsigned status = 200) const {
    return {.status = status,
            .headers = {{"content-type", encoder.ContentType()}},
            .chunks = {std::move(body)}};
  }
  Script List(const std::string& version, const std::string& token,
              const std::vector<ObjectSpec>& specs) const {
    return Body(encoder.List(version, token, specs));
  }
  Script Error(unsigned code, const std::string& reason, const std::string& message) const {
    return Body(encoder.Status(static_cast<int32_t>(code), reason, message), code);
  }
  Script Watch(std::deque<std::string> chunks, absl::Status end = absl::OkStatus()) const {
    Script script = Body("");
    script.chunks = std::move(chunks);
    script.end = std::move(end);
    return script;
  }
  static Script Unreachable() { return {.failure = absl::UnavailableError("connection refused")}; }

  // Runs until all answers are given and digested.
  void Run(std::deque<Script> answers) {
    ScriptedApiClient client([&](const kube::ApiRequest& request) {
      if (answers.empty()) {
        slept = sleeper_.slept();
        log = log_stream_.str();
        context_.stop();
        return Unreachable();
      }
      targets.push_back(request.target);
      served.push_back(Names());
      Script answer = std::move(answers.front());
      answers.pop_front();
      return answer;
    });
    PatienceWatcher watcher(client, clock);
    kube::Reflector reflector(
        {.name = "pods", .path = "/p", .list_accept = "L", .watch_accept = "W"}, cache,
        {watcher, clock, sleeper_, random_, logger_});
    boost::asio::co_spawn(context_, reflector.Run(), boost::asio::detached);
    context_.run();
    requests = client.requests();
    patiences = watcher.patiences();
  }

  // "name=value of the label v" of each object.
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const kube::ObjectMetaRef& meta : cache.Objects()) {
      names.insert(fmt::format("{}={}", meta->name(), meta->FindLabel("v")));
    }
    return names;
  }

  const Encoder encoder;
  ManualClock clock;
  kube::ObjectCache<kube::ObjectMetaKind> cache;
  int changes = 0;
  std::vector<std::string> targets;
  std::vector<std::set<std::string>> served;  // when each request came
  std::vector<kube::ApiRequest> requests;
  std::vector<std::chrono::milliseconds> patiences;
  std::vector<std::chrono::nanoseconds> slept;
  std::string log;

 private:
  ConstantRandom random_;
  ManualSleeper sleeper_{clock};
  std::ostringstream log_stream_;
  spdlog::logger logger_{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(log_stream_)};
  boost::asio::io_context context_{1};
};

}  // namespace kubegauge::testing
