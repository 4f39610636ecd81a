#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kube/clock.h"

namespace kubegauge::scraper {

// Decides which of many like log lines are written: for each key (a node, a file) the first, then
// at most one in an interval, which tells how many were held back. Keeps at most max_keys keys;
// when there are more, the new ones are counted as one more. Not thread-safe.
class LogLimiter {
 public:
  LogLimiter(int64_t interval_ns, size_t max_keys, const kube::Clock& clock);

  // How many lines of `key` were held back since the last one, when this one is to be written.
  std::optional<uint64_t> Admit(std::string_view key);

 private:
  struct Record {
    int64_t written_at_ns;
    uint64_t held_back = 0;
  };
  using Records = std::map<std::string, Record, std::less<>>;

  std::optional<uint64_t> Admit(Record& record, int64_t now_ns) const;
  void ForgetOld(int64_t now_ns);

  int64_t interval_ns_;
  size_t max_keys_;
  const kube::Clock& clock_;
  Records records_;
  std::optional<Record> shared_;  // of the keys for which there was no room
};

}  // namespace kubegauge::scraper
