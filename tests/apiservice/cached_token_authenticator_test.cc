#include "apiservice/cached_token_authenticator.h"

#include <gmock/gmock.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <numeric>
#include <string>
#include <string_view>
#include <thread>

#include "tests/apiservice/run_awaitable.h"
#include "tests/fakes/manual_clock.h"

namespace kubegauge::apiservice {
namespace {

namespace asio = boost::asio;
using testing::ManualClock;
using testing::RunAwaitable;

constexpr int64_t kSecondNs = 1'000'000'000;

// Answers by the token itself: "bad" is nobody's, "err" is an error.
class CountingTokens final : public TokenAuthenticator {
 public:
  asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> AuthenticateToken(
      std::string token) override {
    ++asked;
    for (int i = 0; i < 3; ++i) {
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
    if (token == "err") co_return absl::UnavailableError("nobody could tell");
    if (token == "bad") co_return std::nullopt;
    co_return UserInfo{.name = "user of " + token};
  }

  std::atomic<int> asked = 0;
};

std::string Shown(const absl::StatusOr<std::optional<UserInfo>>& outcome) {
  if (!outcome.ok()) return std::string(outcome.status().message());
  return outcome->has_value() ? (*outcome)->name : "nobody";
}
std::string Shown(const SharedAuthentication& outcome) {
  if (!outcome.ok()) return Shown(Authentication(outcome.status()));
  return Shown(*outcome == nullptr ? Authentication(std::nullopt) : Authentication(**outcome));
}

class CachedTokens : public ::testing::Test {
 protected:
  std::string Ask(const std::string& token) {
    return Shown(RunAwaitable(cached_.AuthenticateToken(token)));
  }

  ManualClock clock_;
  CountingTokens next_;
  CachedTokenAuthenticator cached_{next_, 10 * kSecondNs, clock_};
};

TEST_F(CachedTokens, AreKnownAtOnceWhileTheyAreRemembered) {
  for (const auto& [token, outcome] : {std::pair("t", "user of t"), std::pair("bad", "nobody")}) {
    EXPECT_FALSE(cached_.AuthenticateTokenAtOnce(token).has_value());
    Ask(token);
    const auto known = cached_.AuthenticateTokenAtOnce(token);
    ASSERT_TRUE(known.has_value());
    EXPECT_EQ(Shown(*known), outcome);
    clock_.Advance(10 * kSecondNs);
    EXPECT_FALSE(cached_.AuthenticateTokenAtOnce(token).has_value());
  }
  EXPECT_EQ(Shown(cached_.AuthenticateTokenAtOnce(std::string(kMaxTokenBytes + 1, 't')).value()),
            "nobody");
}

TEST_F(CachedTokens, AreRememberedForATimeWhetherGoodOrBad) {
  for (const auto& [token, outcome] :
       {std::pair("t", "user of t"), std::pair("bad", "nobody"), std::pair("u", "user of u")}) {
    const int before = next_.asked;
    EXPECT_EQ(Ask(token), outcome);
    clock_.Advance(10 * kSecondNs - 1);
    EXPECT_EQ(Ask(token), outcome);
    EXPECT_EQ(next_.asked, before + 1) << token;
    clock_.Advance(1);
    EXPECT_EQ(Ask(token), outcome);
    EXPECT_EQ(next_.asked, before + 2) << token;
  }
}

TEST_F(CachedTokens, AreAskedForAgainAfterAnError) {
  EXPECT_EQ(Ask("err"), "nobody could tell");
  EXPECT_EQ(Ask("err"), "nobody could tell");
  EXPECT_EQ(next_.asked, 2);
}

TEST_F(CachedTokens, AreNotKeptWhenTheTimeIsZero) {
  CachedTokenAuthenticator uncached(next_, 0, clock_);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(Shown(RunAwaitable(uncached.AuthenticateToken("t"))), "user of t");
  EXPECT_EQ(next_.asked, 3);
}

TEST_F(CachedTokens, AreAskedForOnceByAllWhoWait) {
  asio::io_context io;
  std::vector<std::future<absl::StatusOr<std::optional<UserInfo>>>> outcomes;
  for (int i = 0; i < 20; ++i) {
    for (const char* token : {"t", "err", "bad"}) {
      outcomes.push_back(asio::co_spawn(io, cached_.AuthenticateToken(token), asio::use_future));
    }
  }
  io.run();
  EXPECT_EQ(next_.asked, 3);
  for (size_t i = 0; i < outcomes.size(); i += 3) {
    EXPECT_EQ(Shown(outcomes[i].get()), "user of t");
    EXPECT_EQ(Shown(outcomes[i + 1].get()), "nobody could tell");
    EXPECT_EQ(Shown(outcomes[i + 2].get()), "nobody");
  }
}

TEST_F(CachedTokens, SurviveThatWhoAskedFirstGoesAway) {
  asio::io_context io;
  asio::cancellation_signal gone;
  std::exception_ptr first_error;
  asio::co_spawn(io, cached_.AuthenticateToken("t"),
                 asio::bind_cancellation_slot(
                     gone.slot(), [&](std::exception_ptr error, auto) { first_error = error; }));
  auto second = asio::co_spawn(io, cached_.AuthenticateToken("t"), asio::use_future);
  io.poll_one();
  io.poll_one();
  gone.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_TRUE(first_error != nullptr);
  EXPECT_EQ(Shown(second.get()), "user of t");
  EXPECT_EQ(next_.asked, 1);
}

TEST_F(CachedTokens, AreNobodysUnaskedWhenNoIssuerMakesThemSoLong) {
  EXPECT_EQ(Ask(std::string(kMaxTokenBytes + 1, 'x')), "nobody");
  EXPECT_EQ(next_.asked, 0);
  EXPECT_EQ(Ask(std::string(kMaxTokenBytes, 'x')), "user of " + std::string(kMaxTokenBytes, 'x'));
}

// Says nothing until it is told to.
class SilentTokens final : public TokenAuthenticator {
 public:
  explicit SilentTokens(asio::io_context& io)
      : speaks_(io, asio::steady_timer::time_point::max()) {}

  asio::awaitable<absl::StatusOr<std::optional<UserInfo>>> AuthenticateToken(
      std::string token) override {
    ++asked;
    boost::system::error_code spoken;
    co_await speaks_.async_wait(asio::redirect_error(asio::use_awaitable, spoken));
    co_return UserInfo{.name = "user of " + token};
  }
  void Speak() { speaks_.cancel(); }

  size_t asked = 0;

 private:
  asio::steady_timer speaks_;
};

// The way of who asks with ever new tokens and a short `?timeout=`.
TEST_F(CachedTokens, AreNotAskedForWithoutBoundWhenNobodyWaitsForTheAnswer) {
  asio::io_context io;
  const auto work = asio::make_work_guard(io);
  SilentTokens silent(io);
  CachedTokenAuthenticator cached(silent, 10 * kSecondNs, clock_);
  size_t refused = 0;
  for (int i = 0; i < 10'000; ++i) {
    asio::cancellation_signal gone;
    asio::co_spawn(io, cached.AuthenticateToken(std::to_string(i)),
                   asio::bind_cancellation_slot(
                       gone.slot(), [&](std::exception_ptr error, const auto& outcome) {
                         if (!error && absl::IsResourceExhausted(outcome.status())) ++refused;
                       }));
    io.poll();
    gone.emit(asio::cancellation_type::terminal);
    io.poll();
  }
  EXPECT_EQ(silent.asked + refused, 10'000u);
  EXPECT_LE(silent.asked, kMaxFlightBytes / kFlightOverheadBytes);

  const size_t before = silent.asked;
  silent.Speak();
  io.poll();
  auto later = asio::co_spawn(io, cached.AuthenticateToken("later"), asio::use_future);
  io.poll();
  EXPECT_EQ(silent.asked, before + 1) << "there is room again";
  silent.Speak();
  io.poll();
  EXPECT_EQ(Shown(later.get()), "user of later");
}

// For ThreadSanitizer.
TEST_F(CachedTokens, ServeManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kConnections = 32;
  constexpr int kRequests = 200;
  asio::io_context io(kThreads);
  std::atomic<int> wrong = 0;
  for (int connection = 0; connection < kConnections; ++connection) {
    asio::co_spawn(
        asio::make_strand(io),
        [&, connection]() -> asio::awaitable<void> {
          for (int i = 0; i < kRequests; ++i) {
            const std::string token = std::to_string((i + connection) % 7);
            const auto outcome = co_await cached_.AuthenticateToken(token);
            if (Shown(outcome) != "user of " + token) ++wrong;
            if (i % 50 == 0) clock_.Advance(11 * kSecondNs);
          }
        },
        asio::detached);
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { io.run(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LT(next_.asked, kConnections * kRequests);
}

TEST(KeyedDigest, TellsTextsAndKeysApart) {
  const KeyedDigest digest;
  const KeyedDigest other_key;
  const std::string text(200, 'x');
  EXPECT_EQ(digest.Of(text), digest.Of(text));
  EXPECT_NE(digest.Of(text), digest.Of(text + "x"));
  EXPECT_NE(digest.Of(""), digest.Of("x"));
  EXPECT_NE(digest.Of(text), other_key.Of(text));
}

KeyedDigest::Value SipHashByOpenSsl(const KeyedDigest::Key& key, std::string_view text) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac);
  KeyedDigest::Value digest{};
  size_t size = sizeof digest;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                                   OSSL_PARAM_construct_end()};
  size_t written = 0;
  EXPECT_EQ(EVP_MAC_init(context, key.data(), key.size(), parameters), 1);
  EXPECT_EQ(
      EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(text.data()), text.size()), 1);
  EXPECT_EQ(EVP_MAC_final(context, reinterpret_cast<unsigned char*>(digest.data()), &written,
                          sizeof digest),
            1);
  EVP_MAC_CTX_free(context);
  EVP_MAC_free(mac);
  return digest;
}

TEST(KeyedDigest, IsSipHash) {
  KeyedDigest::Key key;
  std::iota(key.begin(), key.end(), 0);
  const KeyedDigest digest(key);
  std::string text;
  for (int size = 0; size < 600; ++size) {
    EXPECT_EQ(digest.Of(text), SipHashByOpenSsl(key, text)) << size;
    text.push_back(static_cast<char>(size));
  }
}

TEST(ExpiringCache, ForgetsWhatWasUsedLongestAgo) {
  ManualClock clock;
  const KeyedDigest digest;
  ExpiringCache<int> cache(3, clock);
  const auto insert = [&](const char* key, int value) {
    cache.Insert(digest.Of(key), std::make_shared<const int>(value), kSecondNs);
  };
  const auto find = [&](const char* key) {
    const auto value = cache.Find(digest.Of(key));
    return value == nullptr ? 0 : *value;
  };
  insert("a", 1);
  insert("b", 2);
  insert("c", 3);
  EXPECT_EQ(find("a"), 1);
  insert("d", 4);
  EXPECT_EQ(find("b"), 0) << "the one that was not used since";
  EXPECT_EQ(find("a"), 1);
  insert("a", 5);
  EXPECT_EQ(find("a"), 5);
  EXPECT_EQ(cache.size(), 3u);
  clock.Advance(kSecondNs);
  EXPECT_EQ(find("a") + find("c") + find("d"), 0);
  EXPECT_EQ(cache.size(), 0u);
}

}  // namespace
}  // namespace kubegauge::apiservice
