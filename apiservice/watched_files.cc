#include "apiservice/watched_files.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <utility>

#include "kube/read_file.h"

namespace kubegauge::apiservice {
namespace {

constexpr size_t kMaxFileBytes = 4 * 1024 * 1024;

}  // namespace

WatchedFiles::WatchedFiles(std::vector<std::filesystem::path> paths, Taker taker,
                           spdlog::logger& log)
    : paths_(std::move(paths)), taker_(std::move(taker)), log_(log) {}

absl::Status WatchedFiles::Check() {
  std::vector<std::string> contents;
  for (const std::filesystem::path& path : paths_) {
    absl::StatusOr<std::string> content = kube::ReadFile(path, kMaxFileBytes);
    if (!content.ok()) return content.status();
    contents.push_back(*std::move(content));
  }
  absl::Status taken = Take(contents);
  for (std::string& content : contents) OPENSSL_cleanse(content.data(), content.size());
  return taken;
}

absl::Status WatchedFiles::Take(const std::vector<std::string>& contents) {
  std::vector<Digest> digests(contents.size());
  for (size_t i = 0; i < contents.size(); ++i) {
    SHA256(reinterpret_cast<const unsigned char*>(contents[i].data()), contents[i].size(),
           digests[i].data());
  }
  if (digests == last_) return absl::OkStatus();
  last_ = std::move(digests);
  const absl::Status taken = taker_(contents);
  if (taken.ok()) return absl::OkStatus();
  return absl::Status(taken.code(), fmt::format("{}: {}", Names(), std::string(taken.message())));
}

boost::asio::awaitable<void> WatchedFiles::Run(kube::Sleeper& sleeper,
                                               std::chrono::nanoseconds interval) {
  while (true) {
    co_await sleeper.SleepFor(interval);
    const absl::Status checked = Check();
    const std::string error(checked.message());
    if (!checked.ok() && error != logged_error_) {
      log_.error("Changed files not taken, the last ones stay in use error=\"{}\"", error);
    }
    logged_error_ = error;
  }
}

std::string WatchedFiles::Names() const {
  std::string names;
  for (const std::filesystem::path& path : paths_) {
    if (!names.empty()) names.append(" and ");
    names.append(path.string());
  }
  return names;
}

}  // namespace kubegauge::apiservice
