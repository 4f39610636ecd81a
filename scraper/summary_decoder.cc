#include "scraper/summary_decoder.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "kube/rfc3339.h"

namespace kubegauge::scraper {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;
using simdjson::ondemand::array;
using simdjson::ondemand::field;
using simdjson::ondemand::object;
using simdjson::ondemand::raw_json_string;
using simdjson::ondemand::value;

// The figures of the node or of a container; empty what is missing.
struct Stats {
  std::string_view name;
  std::optional<int64_t> start_time_ns;
  std::optional<int64_t> cpu_time_ns;
  std::optional<uint64_t> cpu_ns;
  std::optional<uint64_t> nanocores;
  std::optional<uint64_t> working_set_bytes;
};

enum class Reading : bool { kContinue, kDone };

// Calls `read(key, value, reading)` for the members of an object until it sets `reading` to kDone:
// what then follows in the object is passed over.
template <typename Read>
error_code ForEachMember(object& members, Read read) {
  Reading reading = Reading::kContinue;
  for (auto member_or : members) {
    field member;
    if (const error_code error = std::move(member_or).get(member)) return error;
    if (const error_code error = read(member.key(), member.value(), reading)) return error;
    if (reading == Reading::kDone) break;
  }
  return SUCCESS;
}

// The same for a value that may also be null.
template <typename Read>
error_code ForEachMember(value& json, Read read) {
  bool is_null;
  if (const error_code error = json.is_null().get(is_null)) return error;
  if (is_null) return SUCCESS;
  object members;
  if (const error_code error = json.get_object().get(members)) return error;
  return ForEachMember(members, read);
}

template <typename Read>
error_code ForEachElement(value& json, Read read) {
  bool is_null;
  if (const error_code error = json.is_null().get(is_null)) return error;
  if (is_null) return SUCCESS;
  array elements;
  if (const error_code error = json.get_array().get(elements)) return error;
  for (auto element_or : elements) {
    value element;
    if (const error_code error = std::move(element_or).get(element)) return error;
    if (const error_code error = read(element)) return error;
  }
  return SUCCESS;
}

// Leaves the text as it is when the value is null.
error_code ReadText(value& json, std::string_view& text) {
  bool is_null;
  if (const error_code error = json.is_null().get(is_null)) return error;
  return is_null ? SUCCESS : json.get_string().get(text);
}

error_code ReadNumber(value& json, std::optional<uint64_t>& number) {
  bool is_null;
  if (const error_code error = json.is_null().get(is_null)) return error;
  if (is_null) return SUCCESS;
  uint64_t read;
  if (const error_code error = json.get_uint64().get(read)) return error;
  number = read;
  return SUCCESS;
}

// A time that no kubelet can mean, such as that of year 1 for none, is taken as missing.
error_code ReadTime(value& json, std::optional<int64_t>& time_ns) {
  std::string_view text;
  if (const error_code error = ReadText(json, text)) return error;
  if (text.data() == nullptr) return SUCCESS;
  const absl::StatusOr<int64_t> read = kube::ParseRfc3339(text);
  if (read.ok()) {
    time_ns = *read;
  } else if (!absl::IsOutOfRange(read.status())) {
    return simdjson::INCORRECT_TYPE;
  }
  return SUCCESS;
}

error_code ReadCpu(value& json, Stats& stats) {
  return ForEachMember(json, [&](raw_json_string key, value& member, Reading& reading) {
    error_code error = SUCCESS;
    if (key == "time") {
      error = ReadTime(member, stats.cpu_time_ns);
    } else if (key == "usageNanoCores") {
      error = ReadNumber(member, stats.nanocores);
    } else if (key == "usageCoreNanoSeconds") {
      error = ReadNumber(member, stats.cpu_ns);
    }
    if (stats.cpu_time_ns && stats.nanocores && stats.cpu_ns) reading = Reading::kDone;
    return error;
  });
}

error_code ReadMemory(value& json, Stats& stats) {
  return ForEachMember(json, [&](raw_json_string key, value& member, Reading& reading) {
    if (key != "workingSetBytes") return SUCCESS;
    reading = Reading::kDone;
    return ReadNumber(member, stats.working_set_bytes);
  });
}

// The node has its name under another key, which is of no use.
error_code ReadStats(value& json, Stats& stats) {
  bool has_cpu = false;
  bool has_memory = false;
  return ForEachMember(json, [&](raw_json_string key, value& member, Reading& reading) {
    error_code error = SUCCESS;
    if (key == "name") {
      error = ReadText(member, stats.name);
    } else if (key == "startTime") {
      error = ReadTime(member, stats.start_time_ns);
    } else if (key == "cpu") {
      has_cpu = true;
      error = ReadCpu(member, stats);
    } else if (key == "memory") {
      has_memory = true;
      error = ReadMemory(member, stats);
    }
    const bool has_rest = stats.start_time_ns && !stats.name.empty();
    if (has_cpu && has_memory && has_rest) reading = Reading::kDone;
    return error;
  });
}

UsagePoint PointOf(const Stats& stats) {
  return {.start_time_ns = stats.start_time_ns.value_or(0),
          .timestamp_ns = stats.cpu_time_ns.value_or(0),
          .cpu_ns = stats.cpu_time_ns ? stats.cpu_ns.value_or(0) : 0,
          .working_set_bytes = stats.working_set_bytes.value_or(0)};
}

error_code ReadContainer(value& json, ContainerRows& rows) {
  Stats stats;
  if (const error_code error = ReadStats(json, stats)) return error;
  ContainerRow row{.container = stats.name, .point = PointOf(stats)};
  // The row then counts as one of a container without CPU.
  if (!stats.start_time_ns) row.point.cpu_ns = 0;
  row.instantaneous_nanocores = stats.nanocores;
  row.cpu_line = row.memory_line = row.start_line = rows.size() + 1;
  rows.Add(row);
  return SUCCESS;
}

error_code ReadPodRef(value& json, std::string_view& namespace_name, std::string_view& name) {
  return ForEachMember(json, [&](raw_json_string key, value& member, Reading&) {
    if (key == "name") return ReadText(member, name);
    if (key == "namespace") return ReadText(member, namespace_name);
    return SUCCESS;
  });
}

error_code ReadPod(value& json, ContainerRows& rows) {
  std::string_view name;
  std::string_view namespace_name;
  bool has_containers = false;
  const uint32_t first_row = rows.size();
  const error_code error =
      ForEachMember(json, [&](raw_json_string key, value& member, Reading& reading) {
        error_code error = SUCCESS;
        if (key == "podRef") {
          error = ReadPodRef(member, namespace_name, name);
        } else if (key == "containers") {
          has_containers = true;
          error = ForEachElement(member,
                                 [&](value& container) { return ReadContainer(container, rows); });
        }
        if (has_containers && !name.empty() && !namespace_name.empty()) reading = Reading::kDone;
        return error;
      });
  for (uint32_t row = first_row; row < rows.size(); ++row) {
    rows[row].namespace_name = namespace_name;
    rows[row].pod = name;
  }
  return error;
}

error_code ReadNode(value& json, Sample& sample) {
  Stats stats;
  if (const error_code error = ReadStats(json, stats)) return error;
  const UsagePoint point = PointOf(stats);
  if (point.cpu_ns == 0 || point.working_set_bytes == 0) return SUCCESS;
  sample.node = point;
  sample.node_instantaneous_nanocores = stats.nanocores;
  return SUCCESS;
}

}  // namespace

class SummaryDecoder::Reader {
 public:
  error_code Read(const ResponseBody& body, ContainerRows& rows, Sample& sample);

 private:
  simdjson::padded_string_view Pad(const ResponseBody& body);

  simdjson::ondemand::parser parser_;
  std::string copy_;
};

simdjson::padded_string_view SummaryDecoder::Reader::Pad(const ResponseBody& body) {
  static_assert(kBodyPadding >= simdjson::SIMDJSON_PADDING);
  if (body.readable_after >= simdjson::SIMDJSON_PADDING) {
    return simdjson::padded_string_view(body.text, body.text.size() + body.readable_after);
  }
  copy_.reserve(body.text.size() + simdjson::SIMDJSON_PADDING);
  copy_.assign(body.text);
  return simdjson::padded_string_view(copy_);
}

error_code SummaryDecoder::Reader::Read(const ResponseBody& body, ContainerRows& rows,
                                        Sample& sample) {
  simdjson::ondemand::document document;
  if (const error_code error = parser_.iterate(Pad(body)).get(document)) return error;
  object root;
  if (const error_code error = document.get_object().get(root)) return error;
  const error_code error = ForEachMember(root, [&](raw_json_string key, value& member, Reading&) {
    if (key == "node") return ReadNode(member, sample);
    if (key != "pods") return SUCCESS;
    return ForEachElement(member, [&](value& pod) { return ReadPod(pod, rows); });
  });
  if (error != SUCCESS) return error;
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? SUCCESS : simdjson::TRAILING_CONTENT;
}

SummaryDecoder::SummaryDecoder() : reader_(std::make_unique<Reader>()) {}
SummaryDecoder::~SummaryDecoder() = default;

absl::StatusOr<const Sample*> SummaryDecoder::Decode(const ResponseBody& body,
                                                     int64_t /*default_time_ns*/) {
  rows_.Clear();
  sample_.Clear();
  if (const error_code error = reader_->Read(body, rows_, sample_)) {
    return absl::InvalidArgumentError(fmt::format("/stats/summary is not a kubelet's summary: {}",
                                                  simdjson::error_message(error)));
  }
  rows_.AppendTo(sample_);
  return &sample_;
}

}  // namespace kubegauge::scraper
