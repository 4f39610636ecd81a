#include "server/replay/line_source.h"

#include <fmt/format.h>
#include <lzma.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace kubegauge::server::replay {
namespace {

constexpr size_t kBlockBytes = 64 * 1024;
constexpr std::string_view kXzMagic(
    "\xFD"
    "7zXZ\0",
    6);
constexpr uint64_t kXzMemoryBytes = uint64_t{512} << 20;

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

absl::StatusOr<size_t> ReadBlock(std::FILE* file, char* out, size_t size) {
  const size_t count = std::fread(out, 1, size, file);
  if (count == 0 && std::ferror(file) != 0) {
    return absl::DataLossError(fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  return count;
}

class PlainLines final : public LineSource {
 public:
  PlainLines(File file, std::string first) : file_(std::move(file)), first_(std::move(first)) {}

 private:
  absl::StatusOr<bool> ReadMore(std::string& buffer) override {
    if (!first_.empty()) {
      buffer += std::exchange(first_, {});
      return true;
    }
    const size_t old_size = buffer.size();
    buffer.resize(old_size + kBlockBytes);
    const absl::StatusOr<size_t> count =
        ReadBlock(file_.get(), buffer.data() + old_size, kBlockBytes);
    buffer.resize(old_size + (count.ok() ? *count : 0));
    if (!count.ok()) return count.status();
    return *count > 0;
  }

  File file_;
  std::string first_;
};

class XzLines final : public LineSource {
 public:
  XzLines(File file, std::string first) : file_(std::move(file)), input_(std::move(first)) {
    usable_ = lzma_stream_decoder(&stream_, kXzMemoryBytes, LZMA_CONCATENATED) == LZMA_OK;
    stream_.next_in = reinterpret_cast<const uint8_t*>(input_.data());
    stream_.avail_in = input_.size();
  }
  ~XzLines() override { lzma_end(&stream_); }
  XzLines(const XzLines&) = delete;
  XzLines& operator=(const XzLines&) = delete;

 private:
  absl::StatusOr<bool> ReadMore(std::string& buffer) override {
    if (!usable_) return absl::ResourceExhaustedError("cannot be decompressed: out of memory");
    const size_t old_size = buffer.size();
    while (buffer.size() == old_size && !ended_) {
      if (absl::Status status = Refill(); !status.ok()) return status;
      if (absl::Status status = Decompress(buffer); !status.ok()) return status;
    }
    return buffer.size() > old_size;
  }

  absl::Status Refill() {
    if (stream_.avail_in > 0 || input_ended_) return absl::OkStatus();
    input_.resize(kBlockBytes);
    const absl::StatusOr<size_t> count = ReadBlock(file_.get(), input_.data(), input_.size());
    if (!count.ok()) return count.status();
    input_ended_ = *count == 0;
    stream_.next_in = reinterpret_cast<const uint8_t*>(input_.data());
    stream_.avail_in = *count;
    return absl::OkStatus();
  }

  absl::Status Decompress(std::string& buffer) {
    const size_t old_size = buffer.size();
    buffer.resize(old_size + kBlockBytes);
    stream_.next_out = reinterpret_cast<uint8_t*>(buffer.data() + old_size);
    stream_.avail_out = kBlockBytes;
    const lzma_ret result = lzma_code(&stream_, input_ended_ ? LZMA_FINISH : LZMA_RUN);
    buffer.resize(old_size + kBlockBytes - stream_.avail_out);
    if (result == LZMA_OK) return absl::OkStatus();
    if (result != LZMA_STREAM_END) {
      return absl::DataLossError("is not a whole xz file: it is cut off or damaged");
    }
    ended_ = true;
    return absl::OkStatus();
  }

  File file_;
  std::string input_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool usable_ = false;
  bool input_ended_ = false;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<LineSource>> LineSource::Open(const std::string& path) {
  File file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) return absl::NotFoundError(fmt::format("cannot be opened: {}", std::strerror(errno)));
  std::string first(kXzMagic.size(), '\0');
  const absl::StatusOr<size_t> count = ReadBlock(file.get(), first.data(), first.size());
  if (!count.ok()) return count.status();
  first.resize(*count);
  if (first == kXzMagic) return std::make_unique<XzLines>(std::move(file), std::move(first));
  return std::make_unique<PlainLines>(std::move(file), std::move(first));
}

absl::StatusOr<std::optional<std::string_view>> LineSource::Next() {
  buffer_.erase(0, begin_);
  scanned_ = begin_ = 0;
  ++line_number_;
  size_t end = buffer_.find('\n');
  while (end == std::string::npos && !at_end_) {
    if (buffer_.size() > kMaxLineBytes) {
      return absl::ResourceExhaustedError(
          fmt::format("is longer than {} MiB", kMaxLineBytes >> 20));
    }
    scanned_ = buffer_.size();
    const absl::StatusOr<bool> more = ReadMore(buffer_);
    if (!more.ok()) return more.status();
    at_end_ = !*more;
    end = buffer_.find('\n', scanned_);
  }
  if (end == std::string::npos && buffer_.empty()) return std::nullopt;
  begin_ = end == std::string::npos ? buffer_.size() : end + 1;
  return std::string_view(buffer_).substr(0, end);
}

}  // namespace kubegauge::server::replay
