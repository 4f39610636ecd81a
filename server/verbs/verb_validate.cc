#include "server/verbs/verb_validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "apiservice/json_text.h"
#include "apiservice/yaml_text.h"
#include "autoscaler/hpa_admission.h"
#include "kube/kubernetes_version.h"
#include "server/cli/command_line.h"
#include "server/documents/json_document.h"
#include "server/replay/line_source.h"
#include "server/validate/answer.h"
#include "server/validate/manifests.h"

namespace kubegauge::server {
namespace {

using autoscaler::Json;

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError("is a directory: name the files in it");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError("cannot be opened");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int Fail(const std::string& where, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", where.c_str(), why.c_str());
  return kExitFailure;
}

void Warn(const std::string& where, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    if (warning.empty()) continue;
    std::fprintf(stderr, "%s: Warning: %s\n", where.c_str(), warning.c_str());
  }
}

void Print(const Json& object, const ValidateOptions& options, bool first) {
  const std::string json = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (options.output == "json") {
    std::printf("%s\n", apiservice::IndentJson(json).c_str());
  } else {
    std::printf("%s%s", first ? "" : "---\n", apiservice::YamlOfJson(json).c_str());
  }
}

autoscaler::AdmissionOptions AdmissionFor(const ValidateOptions& options) {
  constexpr int kRecordedMinor = 26;
  const int usual = options.vectors ? kRecordedMinor : kube::kKubernetesMinor;
  return AdmissionOf(options.kubernetes_minor == 0 ? usual : options.kubernetes_minor,
                     options.scale_to_zero);
}

// Answers to one manifest; false if it is refused.
bool ValidateManifest(const std::string& where, const Manifest& manifest,
                      const ValidateOptions& options, bool first) {
  const autoscaler::AdmissionOptions admission = AdmissionFor(options);
  const auto answer = autoscaler::AdmitCreate(manifest.json, admission);
  Warn(where, {DeprecationOf(manifest.json)});
  Warn(where, manifest.repeats);
  Warn(where, answer.warnings);
  if (!answer.ok()) {
    Fail(where, answer.message);
    return false;
  }
  Print(ObjectAsStored(manifest.json, answer, admission.rules), options, first);
  return true;
}

int ValidateFile(const std::string& path, const ValidateOptions& options, bool& first) {
  const absl::StatusOr<std::string> text = ReadAll(path);
  if (!text.ok()) return Fail(path, std::string(text.status().message()));
  const auto manifests = ReadManifests(*text);
  if (!manifests.ok()) return Fail(path, std::string(manifests.status().message()));
  if (std::ranges::all_of(*manifests, IsOfAnotherKind, &Manifest::json)) {
    return Fail(path, "has no HorizontalPodAutoscaler in it");
  }
  int exit_code = kExitOk;
  for (size_t i = 0; i < manifests->size(); ++i) {
    const std::string where =
        manifests->size() == 1 ? path : fmt::format("{}: document {}", path, i + 1);
    const Manifest& manifest = (*manifests)[i];
    if (IsOfAnotherKind(manifest.json)) continue;
    if (ValidateManifest(where, manifest, options, first)) {
      first = false;
    } else {
      exit_code = kExitFailure;
    }
  }
  return exit_code;
}

int AnswerVectors(const std::string& path, const ValidateOptions& options) {
  auto lines = replay::LineSource::Open(path);
  if (!lines.ok()) return Fail(path, std::string(lines.status().message()));
  const autoscaler::AdmissionOptions admission = AdmissionFor(options);
  for (;;) {
    const auto line = (*lines)->Next();
    const std::string where = fmt::format("{}:{}", path, (*lines)->line_number());
    if (!line.ok()) return Fail(where, std::string(line.status().message()));
    if (!*line) return kExitOk;
    const absl::StatusOr<Json> record = ParseJsonDocument(**line, Repeats::kKept);
    if (!record.ok()) return Fail(where, std::string(record.status().message()));
    if (!record->is_object() || !record->contains("manifest") ||
        !record->at("manifest").is_object()) {
      return Fail(where, "is no JSON object with a \"manifest\"");
    }
    const Json& manifest = record->at("manifest");
    const Json answer =
        AnswerJson(manifest, autoscaler::AdmitCreate(manifest, admission), admission.rules);
    std::printf("%s\n", answer.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  }
}

}  // namespace

int RunValidate(const ValidateOptions& options) {
  int exit_code = kExitOk;
  bool first = true;
  for (const std::string& path : options.files) {
    const int code =
        options.vectors ? AnswerVectors(path, options) : ValidateFile(path, options, first);
    if (code != kExitOk) exit_code = code;
  }
  return exit_code;
}

}  // namespace kubegauge::server
