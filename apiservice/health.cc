#include "apiservice/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "kube/go_quote.h"

namespace kubegauge::apiservice {
namespace {

Response Text(unsigned status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = std::move(body),
          .stream = nullptr};
}

std::string Quoted(const std::set<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(kube::GoQuote(name));
  return fmt::format("{}", fmt::join(quoted, ","));
}

std::set<std::string> ExcludedChecks(std::string_view query) {
  const std::vector<std::string> values = QueryValues(query, "exclude");
  return {values.begin(), values.end()};
}

}  // namespace

HealthEndpoint::HealthEndpoint(std::string root, std::vector<HealthCheck> checks)
    : root_(std::move(root)), checks_(std::move(checks)) {}

bool HealthEndpoint::Serves(std::string_view path) const {
  return path.starts_with('/') && (path.substr(1) == root_ || FindCheck(path) != nullptr);
}

const HealthCheck* HealthEndpoint::FindCheck(std::string_view path) const {
  const size_t prefix = root_.size() + 2;
  if (path.size() <= prefix || path.substr(1, root_.size()) != root_ || path[prefix - 1] != '/') {
    return nullptr;
  }
  const auto check = std::find_if(checks_.begin(), checks_.end(), [&](const HealthCheck& each) {
    return each.name == path.substr(prefix);
  });
  return check == checks_.end() ? nullptr : &*check;
}

Response HealthEndpoint::Handle(const AdmittedRequest& admitted) {
  const HealthCheck* const check = FindCheck(admitted.info.path);
  return check == nullptr ? HandleAll(admitted.request.query) : HandleOne(*check);
}

Response HealthEndpoint::HandleAll(std::string_view query) const {
  std::set<std::string> excluded = ExcludedChecks(query);
  std::string lines;
  bool failed = false;
  for (const HealthCheck& check : checks_) {
    if (excluded.erase(check.name) > 0) {
      lines.append(fmt::format("[+]{} excluded: ok\n", check.name));
    } else if (check.check().ok()) {
      lines.append(fmt::format("[+]{} ok\n", check.name));
    } else {
      failed = true;
      lines.append(fmt::format("[-]{} failed: reason withheld\n", check.name));
    }
  }
  if (!excluded.empty()) {
    lines.append(fmt::format("warn: some health checks cannot be excluded: no matches for {}\n",
                             Quoted(excluded)));
  }
  if (failed) return Text(500, lines + fmt::format("{} check failed\n", root_));
  if (!HasQueryKey(query, "verbose")) return Text(200, "ok");
  return Text(200, lines + fmt::format("{} check passed\n", root_));
}

Response HealthEndpoint::HandleOne(const HealthCheck& check) const {
  const absl::Status status = check.check();
  if (status.ok()) {
    return {.headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = "ok",
            .stream = nullptr};
  }
  return Text(500, fmt::format("internal server error: {}\n", std::string(status.message())));
}

}  // namespace kubegauge::apiservice
