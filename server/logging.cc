#include "server/logging.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <mutex>
#include <optional>

#include "absl/strings/ascii.h"
#include "apiservice/json_text.h"
#include "autoscaler/shorten.h"
#include "kube/utf8.h"

namespace kubegauge::server {
namespace {

bool IsKeyByte(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-'; }

// Of a line. Others decide how long a name or an error is.
constexpr size_t kMaxLogLineBytes = 4096;
// Few messages name what looks like fields, but others' texts may be made of nothing else.
constexpr int kMaxBeginnings = 8;

// The length of the key of `key=` that `text` begins with, or 0. Looks no further than that.
size_t KeySize(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), IsKeyByte);
  return end != text.end() && *end == '=' ? static_cast<size_t>(end - text.begin()) : 0;
}

// Whether `text` is empty or goes on with ` key=`.
bool IsBetweenFields(std::string_view text) {
  return text.empty() || (text.front() == ' ' && KeySize(text.substr(1)) > 0);
}

// Takes a quoted value off the front of `text`, with Go's \" and \\ undone. Error texts are often
// quoted as they are, so a quote within one does not end it.
std::optional<std::string> TakeQuoted(std::string_view& text) {
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"' && IsBetweenFields(text.substr(i + 1))) {
      text.remove_prefix(i + 1);
      return value;
    }
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    value.push_back(text[i]);
  }
  return std::nullopt;
}

std::optional<std::string> TakeValue(std::string_view& text) {
  if (text.starts_with('"')) return TakeQuoted(text);
  const size_t end = std::min(text.find(' '), text.size());
  std::string value(text.substr(0, end));
  text.remove_prefix(end);
  return value;
}

// All of `text` as `key=value key=value`, or nullopt when it is something else.
std::optional<decltype(LogLine::fields)> ParseFields(std::string_view text) {
  decltype(LogLine::fields) fields;
  while (!text.empty()) {
    const std::string_view key = text.substr(0, KeySize(text));
    if (key.empty()) return std::nullopt;
    text.remove_prefix(key.size() + 1);
    std::optional<std::string> value = TakeValue(text);
    if (!value || (!text.empty() && text.front() != ' ')) return std::nullopt;
    fields.emplace_back(key, *std::move(value));
    if (!text.empty()) text.remove_prefix(1);
  }
  return fields;
}

// "2026-11-22T21:36:03.123Z"
std::string TimeText(spdlog::log_clock::time_point time) {
  const auto since_epoch = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(seconds.count())), millis);
}

std::string_view LevelName(const spdlog::details::log_msg& message) {
  const spdlog::string_view_t name = spdlog::level::to_string_view(message.level);
  return {name.data(), name.size()};
}

// `payload`, or of a long one the beginning. What is cut is nearly always a quoted value, which is
// closed then.
std::string BoundedText(spdlog::string_view_t payload) {
  const std::string_view text(payload.data(), payload.size());
  if (text.size() <= kMaxLogLineBytes) return std::string(text);
  return autoscaler::Shorten(text, kMaxLogLineBytes) + '"';
}

// A line break in a value would look like another line.
void AppendOneLine(std::string text, std::string& out) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  kube::AppendForTerminal(text, out);
}

std::string TextLine(const spdlog::details::log_msg& message) {
  std::string line = fmt::format("{} {} ", TimeText(message.time), LevelName(message));
  AppendOneLine(BoundedText(message.payload), line);
  line.push_back('\n');
  return line;
}

void AppendMember(std::string_view key, std::string_view value, std::string& out) {
  out.push_back(out.empty() ? '{' : ',');
  apiservice::AppendJsonString(key, out);
  out.push_back(':');
  apiservice::AppendJsonString(value, out);
}

std::string JsonLine(const spdlog::details::log_msg& message) {
  const std::string text = BoundedText(message.payload);
  const LogLine parsed = ParseLogLine(text);
  std::string line;
  AppendMember("ts", TimeText(message.time), line);
  AppendMember("level", LevelName(message), line);
  AppendMember("msg", parsed.message, line);
  for (const auto& [key, value] : parsed.fields) AppendMember(key, value, line);
  line.append("}\n");
  return line;
}

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(LogFormat format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string line = format_ == LogFormat::kJson ? JsonLine(message) : TextLine(message);
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(format_);
  }

 private:
  LogFormat format_;
};

// Each line is one write, so that the lines of several threads do not mix and none is lost at exit.
class StreamSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit StreamSink(std::FILE* stream) : stream_(stream) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::fwrite(line.data(), 1, line.size(), stream_);
    std::fflush(stream_);
  }
  void flush_() override { std::fflush(stream_); }

 private:
  std::FILE* stream_;
};

spdlog::level::level_enum LevelOf(int verbosity) {
  if (verbosity >= 6) return spdlog::level::trace;
  return verbosity >= 4 ? spdlog::level::debug : spdlog::level::info;
}

}  // namespace

LogLine ParseLogLine(std::string_view text) {
  // The message ends where the rest of the line reads as pairs: at the first such space.
  int beginnings = 0;
  for (size_t space = text.find(' '); space != std::string_view::npos;
       space = text.find(' ', space + 1)) {
    if (KeySize(text.substr(space + 1)) == 0) continue;
    if (++beginnings > kMaxBeginnings) break;
    auto fields = ParseFields(text.substr(space + 1));
    if (fields) return {.message = text.substr(0, space), .fields = *std::move(fields)};
  }
  return {.message = text, .fields = {}};
}

std::shared_ptr<spdlog::logger> MakeLogger(const LogOptions& options, std::FILE* stream) {
  auto sink = std::make_shared<StreamSink>(stream);
  sink->set_formatter(std::make_unique<LineFormatter>(options.format));
  auto logger = std::make_shared<spdlog::logger>("kubegauge", std::move(sink));
  logger->set_level(LevelOf(options.verbosity));
  return logger;
}

}  // namespace kubegauge::server
