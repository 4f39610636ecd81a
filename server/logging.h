#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kubegauge::server {

enum class LogFormat { kText, kJson };

struct LogOptions {
  LogFormat format = LogFormat::kText;
  std::optional<std::string> unknown_format;  // what was asked for instead
  // As Kubernetes counts: 0 to 3 informational, 4 and 5 debug, from 6 on everything.
  int verbosity = 0;
};

// What upstream's logger can be told more, to no effect here: checked only.
struct LogStreamOptions {
  int64_t flush_frequency_ns = 5'000'000'000;
  bool splits_text = false;
  bool splits_json = false;
  bool buffers_text = false;
  bool buffers_json = false;
};

// A log line taken apart: `constant message key=value other="a \"quoted\" value"`.
struct LogLine {
  std::string_view message;
  std::vector<std::pair<std::string_view, std::string>> fields;  // values unquoted
};

// Views into `text`, in linear time. What does not end in key=value pairs is all message, and so is
// what could begin to at too many places.
LogLine ParseLogLine(std::string_view text);

// The program's logger, which writes whole lines to `stream` (not owned): as text,
// `2026-11-22T21:36:03.123Z info message key=value`, or as one JSON object with ts, level, msg and
// a member for each field. Of a line of more than 4 KiB it writes the beginning. Thread-safe.
std::shared_ptr<spdlog::logger> MakeLogger(const LogOptions& options, std::FILE* stream);

}  // namespace kubegauge::server
