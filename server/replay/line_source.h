#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace kubegauge::server::replay {

// A line that is longer is an error.
inline constexpr size_t kMaxLineBytes = size_t{256} << 20;

// The lines of a text file, plain or compressed with xz, which its first bytes tell; "-" is
// standard input. Holds one line and one block at a time. Not thread-safe.
class LineSource {
 public:
  // Errors: kNotFound for a file that cannot be opened.
  static absl::StatusOr<std::unique_ptr<LineSource>> Open(const std::string& path);

  virtual ~LineSource() = default;

  // The next line without its end, valid until the next call; nullopt after the last. kDataLoss for
  // what cannot be read or decompressed, kResourceExhausted for a line of more than kMaxLineBytes.
  absl::StatusOr<std::optional<std::string_view>> Next();
  // Of the line that Next() gave last or failed at, from 1.
  size_t line_number() const { return line_number_; }

 protected:
  // Appends some more bytes; false where there are none left.
  virtual absl::StatusOr<bool> ReadMore(std::string& buffer) = 0;

 private:
  std::string buffer_;
  size_t begin_ = 0;    // of the next line
  size_t scanned_ = 0;  // no line ends before here
  size_t line_number_ = 0;
  bool at_end_ = false;
};

}  // namespace kubegauge::server::replay
