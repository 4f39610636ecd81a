// Whatever happens on the way, a cache holds at each moment what the API server held at one moment,
// never goes back in time, and in the end holds what the server does.

#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <map>
#include <random>

#include "kube/pod_meta_cache.h"
#include "kube/reflector.h"
#include "tests/fakes/manual_clock.h"
#include "tests/fakes/manual_sleeper.h"
#include "tests/fakes/scripted_api_client.h"
#include "tests/kube/api_bodies.h"
#include "tests/kube/body_encoder.h"

namespace kubegauge::kube {
namespace {

using testing::Encoder;
using testing::ManualClock;
using testing::ManualSleeper;
using testing::ObjectSpec;
using testing::ScriptedApiClient;
using Script = ScriptedApiClient::Script;
using Contents = std::map<std::string, std::string>;  // name to value

class Dice final : public RandomSource {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  double Unit() override { return std::uniform_real_distribution<double>(0, 1)(engine_); }
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(engine_); }
  bool OneIn(int sides) { return Below(sides) == 0; }

 private:
  std::mt19937 engine_;
};

std::string Parameter(const std::string& target, const std::string& key) {
  for (const char* separator : {"?", "&"}) {
    const size_t at = target.find(separator + key + "=");
    if (at == std::string::npos) continue;
    const size_t begin = at + key.size() + 2;
    return target.substr(begin, target.find('&', begin) - begin);
  }
  return "";
}

int Number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The contents of a collection at each of its versions, of which the oldest are forgotten.
class History {
 public:
  struct Change {
    const char* type;
    std::string name;
    std::string value;
  };

  int version() const { return static_cast<int>(versions_.size()) - 1; }
  int oldest() const { return oldest_; }
  const Contents& At(int version) const { return versions_[static_cast<size_t>(version)]; }
  const Change& ChangeTo(int version) const { return changes_[static_cast<size_t>(version)]; }

  void Mutate(Dice& dice) {
    Contents next = versions_.back();
    const std::string name = fmt::format("p{}", dice.Below(12));
    const std::string value = fmt::format("{}", dice.Below(1000));
    if (!next.contains(name)) {
      changes_.push_back({"ADDED", name, value});
      next[name] = value;
    } else if (dice.OneIn(2)) {
      changes_.push_back({"DELETED", name, next[name]});
      next.erase(name);
    } else {
      changes_.push_back({"MODIFIED", name, value});
      next[name] = value;
    }
    versions_.push_back(std::move(next));
  }
  void Compact(Dice& dice) { oldest_ += dice.Below(version() - oldest_ + 1); }

 private:
  std::vector<Contents> versions_{{}};
  std::vector<Change> changes_{{}};
  int oldest_ = 0;
};

// Answers of an API server over a history that goes on with every request.
class FickleServer {
 public:
  FickleServer(WireFormat format, Dice& dice) : encoder_{format}, dice_(dice) {}

  Script Answer(const kube::ApiRequest& request) {
    if (fickle_) {
      for (int i = dice_.Below(6); i > 0; --i) history_.Mutate(dice_);
      if (dice_.OneIn(6)) history_.Compact(dice_);
      if (dice_.OneIn(8)) return {.failure = absl::UnavailableError("connection refused")};
      if (dice_.OneIn(12)) return Refuse(dice_.OneIn(2) ? 503 : 429, "Busy");
    }
    return Parameter(request.target, "watch").empty() ? List(request.target)
                                                      : Watch(request.target);
  }
  // From now on nothing changes or fails.
  void BecomeReliable() { fickle_ = false; }
  const History& history() const { return history_; }

 private:
  static ObjectSpec Spec(const std::string& name, const std::string& value, int version) {
    return {.namespace_name = "ns",
            .name = name,
            .resource_version = fmt::format("{}", version),
            .labels = {{"v", value}}};
  }

  Script Body(std::string body, unsigned status = 200) {
    Script script{.status = status, .headers = {{"content-type", encoder_.ContentType()}}};
    while (!body.empty()) {
      const size_t size = std::min(body.size(), static_cast<size_t>(1 + dice_.Below(400)));
      script.chunks.push_back(body.substr(0, size));
      body.erase(0, size);
    }
    return script;
  }
  Script Refuse(unsigned code, const std::string& reason) {
    return Body(encoder_.Status(static_cast<int32_t>(code), reason, "no"), code);
  }

  // A continue token is "<version>.<first name of the page>".
  Script List(const std::string& target) {
    const std::string token = Parameter(target, "continue");
    int version = history_.version();
    std::string first;
    if (!token.empty()) {
      version = Number(token);
      first = token.substr(token.find('.') + 1);
      if (version < history_.oldest()) return Refuse(410, "Expired");
    } else if (const std::string asked = Parameter(target, "resourceVersion"); !asked.empty()) {
      // Not older than what was asked for.
      version = std::max(version - dice_.Below(4), std::max(Number(asked), history_.oldest()));
      if (fickle_ && asked != "0" && dice_.OneIn(10)) return Refuse(410, "Expired");
    }
    const Contents& contents = history_.At(version);
    const bool paged = !Parameter(target, "limit").empty() && dice_.OneIn(2);
    std::vector<ObjectSpec> page;
    std::string next;
    for (auto it = contents.lower_bound(first); it != contents.end(); ++it) {
      if (paged && page.size() == 3) {
        next = fmt::format("{}.{}", version, it->first);
        break;
      }
      page.push_back(Spec(it->first, it->second, version));
    }
    Script script = Body(encoder_.List(fmt::format("{}", version), next, page));
    if (fickle_ && dice_.OneIn(10)) CutOff(script);
    return script;
  }

  Script Watch(const std::string& target) {
    const int from = Number(Parameter(target, "resourceVersion"));
    if (from < history_.oldest()) {
      if (dice_.OneIn(2)) return Refuse(410, "Expired");
      return Body(encoder_.ErrorEvent(410, "Expired", "too old resource version"));
    }
    std::string body;
    for (int version = from + 1; version <= history_.version(); ++version) {
      const auto& change = history_.ChangeTo(version);
      body += encoder_.Event(change.type, Spec(change.name, change.value, version));
      if (dice_.OneIn(3)) body += Bookmark(version);
    }
    if (body.empty()) body = Bookmark(from);
    Script script = Body(std::move(body));
    if (fickle_ && dice_.OneIn(3)) CutOff(script);
    return script;
  }
  std::string Bookmark(int version) const {
    return encoder_.Event("BOOKMARK", {.resource_version = fmt::format("{}", version)});
  }

  void CutOff(Script& script) {
    script.chunks.resize(static_cast<size_t>(dice_.Below(static_cast<int>(script.chunks.size()))));
    if (dice_.OneIn(2)) script.end = absl::AbortedError("connection reset");
  }

  const Encoder encoder_;
  Dice& dice_;
  History history_;
  bool fickle_ = true;
};

Contents ContentsOf(const ObjectCache<ObjectMetaKind>& cache) {
  Contents contents;
  for (const ObjectMetaRef& meta : cache.Objects()) {
    contents.emplace(meta->name(), meta->FindLabel("v"));
  }
  return contents;
}

class ReflectorHistoryTest : public ::testing::TestWithParam<uint32_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, ReflectorHistoryTest, ::testing::Range(0u, 200u));

TEST_P(ReflectorHistoryTest, CacheFollowsTheServer) {
  constexpr int kFickleRequests = 120;
  constexpr int kReliableRequests = 12;  // enough for a list and a watch behind some backoffs
  Dice dice(GetParam());
  FickleServer server(dice.OneIn(2) ? WireFormat::kProtobuf : WireFormat::kJson, dice);
  boost::asio::io_context context(1);
  int requests = 0;
  ScriptedApiClient client([&](const ApiRequest& request) -> Script {
    if (++requests == kFickleRequests) server.BecomeReliable();
    if (requests == kFickleRequests + kReliableRequests) context.stop();
    return server.Answer(request);
  });
  ManualClock clock;
  ManualSleeper sleeper(clock);
  spdlog::logger logger("silent");
  ObjectCache<ObjectMetaKind> cache;
  Contents told;
  const auto tell = [&](const ObjectMetaRef& meta) {
    told[std::string(meta->name())] = std::string(meta->FindLabel("v"));
  };
  cache.SetHandlers({.added =
                         [&](const ObjectMetaRef& meta) {
                           EXPECT_FALSE(told.contains(std::string(meta->name())));
                           tell(meta);
                         },
                     .updated =
                         [&](const ObjectMetaRef& before, const ObjectMetaRef& after) {
                           EXPECT_EQ(told.at(std::string(before->name())), before->FindLabel("v"));
                           tell(after);
                         },
                     .deleted =
                         [&](const ObjectMetaRef& meta) {
                           EXPECT_EQ(told.erase(std::string(meta->name())), 1u);
                         }});
  int reached = 0;  // the cache's contents are those of this version, or of a later one
  cache.SetOnChange([&] {
    const Contents contents = ContentsOf(cache);
    EXPECT_EQ(contents, told);
    while (reached <= server.history().version() && server.history().At(reached) != contents) {
      ++reached;
    }
    ASSERT_LE(reached, server.history().version()) << "contents that the server never had";
  });
  Reflector reflector({.name = "pods", .path = "/p", .list_accept = "L", .watch_accept = "W"},
                      cache, {client, clock, sleeper, dice, logger});
  boost::asio::co_spawn(context, reflector.Run(), boost::asio::detached);
  context.run();

  EXPECT_TRUE(cache.synced());
  EXPECT_EQ(ContentsOf(cache), server.history().At(server.history().version()));
  EXPECT_GT(server.history().version(), 100);
}

}  // namespace
}  // namespace kubegauge::kube
