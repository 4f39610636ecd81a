#include "server/flags/flag_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "kube/go_duration.h"
#include "kube/go_quote.h"
#include "kube/quantity.h"
#include "server/flags/flag_values.h"

namespace kubegauge::server {
namespace {

// A setter that parses and stores.
template <class T, class Parse>
auto Storing(T* target, Parse parse) {
  return [target, parse](const std::string& value) -> absl::Status {
    auto parsed = parse(value);
    if (!parsed.ok()) return parsed.status();
    *target = *std::move(parsed);
    return absl::OkStatus();
  };
}

// A setter that parses a list. The first use replaces the default, others append.
template <class T, class Parse>
auto Appending(std::vector<T>* target, Parse parse) {
  return [target, parse, used = false](const std::string& value) mutable -> absl::Status {
    absl::StatusOr<std::vector<T>> values = parse(value);
    if (!values.ok()) return values.status();
    if (!std::exchange(used, true)) target->clear();
    std::ranges::move(*values, std::back_inserter(*target));
    return absl::OkStatus();
  };
}

absl::StatusOr<std::vector<int32_t>> ParseInt32s(const std::string& text) {
  std::vector<int32_t> values;
  for (const std::string& item : Split(text, ',')) {
    const absl::StatusOr<int32_t> value = ParseGoInt32(item);
    if (!value.ok()) return value.status();
    values.push_back(*value);
  }
  return values;
}

absl::StatusOr<uint16_t> ParsePort(const std::string& text) {
  const absl::StatusOr<int64_t> value = ParseGoInt(text);
  if (!value.ok()) return value.status();
  if (*value < 0 || *value > std::numeric_limits<uint16_t>::max()) {
    return absl::InvalidArgumentError("must be between 0 and 65535");
  }
  return static_cast<uint16_t>(*value);
}

// As net.ParseIP, which knows no zones, of a text without the space around it.
absl::StatusOr<std::string> ParseIp(const std::string& text) {
  boost::system::error_code error;
  const std::string trimmed(absl::StripAsciiWhitespace(text));
  const auto address = boost::asio::ip::make_address(trimmed, error);
  if (error || trimmed.find('%') != std::string::npos) {
    return absl::InvalidArgumentError(fmt::format("failed to parse IP: {}", kube::GoQuote(text)));
  }
  return address.to_string();
}

// Whether `text` is a value of the type, which may be one that has no rules.
absl::Status CheckValue(std::string_view type, const std::string& text) {
  if (type == "bool") return ParseGoBool(text).status();
  if (type == "int") return ParseGoInt(text).status();
  if (type == "uint") return ParseGoUint(text).status();
  if (type == "float") return ParseGoFloat(text).status();
  if (type == "duration") return kube::ParseGoDuration(text).status();
  if (type == "quantity") return kube::Quantity::Parse(text).status();
  if (type == "pattern=N,...") return CheckPatternLevels(text);
  return absl::OkStatus();
}

template <class T>
std::string ListText(const std::vector<T>& values) {
  return values.empty() ? "" : fmt::format("[{}]", fmt::join(values, ","));
}

std::string Quoted(const std::string& text) {
  return text.empty() ? "" : fmt::format("\"{}\"", text);
}

}  // namespace

void FlagSet::BeginSection(std::string heading) { sections_.push_back({std::move(heading), {}}); }

void FlagSet::AddFlag(Flag flag) { sections_.back().flags.push_back(std::move(flag)); }

void FlagSet::Add(std::string name, bool* target, std::string help) {
  AddFlag({.name = std::move(name),
           .help = std::move(help),
           .default_text = *target ? "true" : "",
           .may_stand_bare = true,
           .set = Storing(target, ParseGoBool)});
}

void FlagSet::Add(std::string name, std::string* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "string",
           .help = std::move(help),
           .default_text = Quoted(*target),
           .set = [target](const std::string& value) {
             *target = value;
             return absl::OkStatus();
           }});
}

void FlagSet::Add(std::string name, int64_t* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "int",
           .help = std::move(help),
           .default_text = *target == 0 ? "" : std::to_string(*target),
           .set = Storing(target, ParseGoInt)});
}

void FlagSet::Add(std::string name, uint16_t* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "int",
           .help = std::move(help),
           .default_text = std::to_string(*target),
           .set = Storing(target, ParsePort)});
}

void FlagSet::Add(std::string name, double* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "float",
           .help = std::move(help),
           .default_text = *target == 0 ? "" : fmt::format("{}", *target),
           .set = Storing(target, ParseGoFloat)});
}

void FlagSet::Add(std::string name, float* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "float32",
           .help = std::move(help),
           .default_text = *target == 0 ? "" : fmt::format("{}", *target),
           .set = Storing(target, ParseGoFloat32)});
}

void FlagSet::Add(std::string name, std::vector<std::string>* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "strings",
           .help = std::move(help),
           .default_text = ListText(*target),
           .set = Appending(target, ParseCommaSeparated)});
}

void FlagSet::Add(std::string name, std::vector<int32_t>* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "int32Slice",
           .help = std::move(help),
           .default_text = ListText(*target),
           .set = Appending(target, ParseInt32s)});
}

void FlagSet::AddDuration(std::string name, int64_t* target_ns, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "duration",
           .help = std::move(help),
           .default_text = *target_ns == 0 ? "" : kube::FormatGoDuration(*target_ns),
           .set = Storing(target_ns, kube::ParseGoDuration)});
}

void FlagSet::AddIp(std::string name, std::string* target, std::string help) {
  AddFlag({.name = std::move(name),
           .type = "ip",
           .help = std::move(help),
           .default_text = *target,
           .set = [set = Storing(target, ParseIp)](const std::string& value) {
             return value.empty() ? absl::OkStatus() : set(value);
           }});
}

void FlagSet::AddCustom(std::string name, std::string type, std::string default_text,
                        std::string help,
                        std::function<absl::Status(const std::string& value)> set) {
  AddFlag({.name = std::move(name),
           .type = std::move(type),
           .help = std::move(help),
           .default_text = std::move(default_text),
           .set = std::move(set)});
}

void FlagSet::AddInert(std::string name, std::string type, std::string reason,
                       std::string default_text) {
  const bool boolean = type == "bool";
  AddFlag({.name = std::move(name),
           .type = boolean ? "" : type,
           .help = fmt::format("Accepted and has no effect: {}", reason),
           .default_text = std::move(default_text),
           .may_stand_bare = boolean,
           .set = [type](const std::string& value) { return CheckValue(type, value); }});
}

void FlagSet::Abbreviate(char shorthand) { sections_.back().flags.back().shorthand = shorthand; }

const FlagSet::Flag* FlagSet::Find(std::string_view name) const {
  for (const Section& section : sections_) {
    for (const Flag& flag : section.flags) {
      if (flag.name == name) return &flag;
    }
  }
  return nullptr;
}

const FlagSet::Flag* FlagSet::FindShorthand(char shorthand) const {
  for (const Section& section : sections_) {
    for (const Flag& flag : section.flags) {
      if (flag.shorthand == shorthand) return &flag;
    }
  }
  return nullptr;
}

// One reading of a command line.
class FlagSet::Parser {
 public:
  Parser(const FlagSet& flags, const std::vector<std::string>& arguments)
      : flags_(flags), next_(arguments.begin()), end_(arguments.end()) {}

  absl::StatusOr<Parsed> Run() {
    while (next_ != end_) {
      const std::string& argument = *next_++;
      if (argument == "--") {
        parsed_.positional.insert(parsed_.positional.end(), next_, end_);
        break;
      }
      absl::Status status = Take(argument);
      if (!status.ok()) return status;
    }
    return std::move(parsed_);
  }

 private:
  absl::Status Take(const std::string& argument) {
    if (argument.starts_with("--")) return TakeLong(argument);
    if (argument.size() > 1 && argument.front() == '-') return TakeShort(argument);
    parsed_.positional.push_back(argument);
    return absl::OkStatus();
  }

  absl::Status TakeLong(const std::string& argument) {
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (name.empty() || name.front() == '-') {
      return absl::InvalidArgumentError(fmt::format("bad flag syntax: {}", argument));
    }
    const Flag* flag = flags_.Find(name);
    if (flag == nullptr && name == help_.name) flag = &help_;
    if (flag == nullptr) {
      return absl::InvalidArgumentError(fmt::format("unknown flag: --{}", name));
    }
    if (equals != std::string::npos) return Set(*flag, argument.substr(equals + 1));
    if (flag->may_stand_bare) return Set(*flag, "true");
    if (next_ == end_) {
      return absl::InvalidArgumentError(fmt::format("flag needs an argument: {}", argument));
    }
    return Set(*flag, *next_++);
  }

  // Several letters may share one argument; the first that takes a value takes all behind it.
  absl::Status TakeShort(const std::string& argument) {
    for (size_t i = 1; i < argument.size(); ++i) {
      const char letter = argument[i];
      const Flag* flag = flags_.FindShorthand(letter);
      if (flag == nullptr && letter == help_.shorthand) flag = &help_;
      if (flag == nullptr) {
        return absl::InvalidArgumentError(
            fmt::format("unknown shorthand flag: '{}' in -{}", letter, argument.substr(i)));
      }
      const std::string rest = argument.substr(i + 1);
      if (rest.size() > 1 && rest.front() == '=') return Set(*flag, rest.substr(1));
      if (flag->may_stand_bare) {
        absl::Status status = Set(*flag, "true");
        if (!status.ok()) return status;
        continue;
      }
      if (!rest.empty()) return Set(*flag, rest);
      if (next_ == end_) {
        return absl::InvalidArgumentError(
            fmt::format("flag needs an argument: '{}' in -{}", letter, argument.substr(i)));
      }
      return Set(*flag, *next_++);
    }
    return absl::OkStatus();
  }

  static absl::Status Set(const Flag& flag, const std::string& value) {
    const absl::Status status = flag.set(value);
    if (status.ok()) return status;
    const std::string spelled = flag.shorthand == 0
                                    ? fmt::format("--{}", flag.name)
                                    : fmt::format("-{}, --{}", flag.shorthand, flag.name);
    return absl::InvalidArgumentError(fmt::format("invalid argument {} for \"{}\" flag: {}",
                                                  kube::GoQuote(value), spelled,
                                                  std::string(status.message())));
  }

  const FlagSet& flags_;
  std::vector<std::string>::const_iterator next_;
  std::vector<std::string>::const_iterator end_;
  Parsed parsed_;
  const Flag help_ = {.name = "help",
                      .shorthand = 'h',
                      .may_stand_bare = true,
                      .set = Storing(&parsed_.help, ParseGoBool)};
};

absl::StatusOr<FlagSet::Parsed> FlagSet::Parse(const std::vector<std::string>& arguments) const {
  return Parser(*this, arguments).Run();
}

std::string FlagSet::Help() const {
  std::string out;
  for (const Section& section : sections_) {
    out += fmt::format("\n{}:\n\n", section.heading);
    std::vector<std::string> heads;
    size_t width = 0;
    for (const Flag& flag : section.flags) {
      const std::string letter =
          flag.shorthand == 0 ? "    " : fmt::format("-{}, ", flag.shorthand);
      const std::string type = flag.type.empty() ? "" : " " + flag.type;
      heads.push_back(fmt::format("  {}--{}{}", letter, flag.name, type));
      width = std::max(width, heads.back().size());
    }
    for (size_t i = 0; i < heads.size(); ++i) {
      const Flag& flag = section.flags[i];
      out += fmt::format("{:<{}}   {}", heads[i], width, flag.help);
      if (!flag.default_text.empty()) out += fmt::format(" (default {})", flag.default_text);
      out += '\n';
    }
  }
  return out;
}

std::vector<std::string> FlagSet::Names() const {
  std::vector<std::string> names;
  for (const Section& section : sections_) {
    for (const Flag& flag : section.flags) names.push_back(flag.name);
  }
  return names;
}

}  // namespace kubegauge::server
