#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kubegauge::server {

// The flags of a verb that takes the place of a Kubernetes component: grammar, help and error texts
// are those of pflag, so that an operator's manifests and habits keep working. `--name=value` or
// `--name value`, `-l value` or `-lvalue`, booleans bare or `=true`, lists separated by commas or
// repeated; `--` ends the flags. Not thread-safe; the targets outlive it.
class FlagSet {
 public:
  // Flags added from now on stand under this heading of the help.
  void BeginSection(std::string heading);

  // What a target holds when its flag is added is the default that the help shows.
  void Add(std::string name, bool* target, std::string help);
  void Add(std::string name, std::string* target, std::string help);
  void Add(std::string name, int64_t* target, std::string help);
  void Add(std::string name, uint16_t* target, std::string help);
  void Add(std::string name, double* target, std::string help);
  void Add(std::string name, float* target, std::string help);
  // The first use replaces the default, others append.
  void Add(std::string name, std::vector<std::string>* target, std::string help);
  void Add(std::string name, std::vector<int32_t>* target, std::string help);
  // Go durations, in nanoseconds.
  void AddDuration(std::string name, int64_t* target_ns, std::string help);
  // An IP address in its canonical text.
  void AddIp(std::string name, std::string* target, std::string help);
  // A value that `set` reads; an error's message is what stands behind `flag: ` in pflag's.
  void AddCustom(std::string name, std::string type, std::string default_text, std::string help,
                 std::function<absl::Status(const std::string& value)> set);
  // A flag that is accepted and has no effect, for `reason`. Its value is checked as one of its
  // type is: bool, which may stand bare, int, uint, float, duration, quantity or pattern=N,...; of
  // any other type it may be any text. `default_text`: what upstream's help shows, may be empty.
  void AddInert(std::string name, std::string type, std::string reason,
                std::string default_text = "");

  // Gives the flag added last a letter of its own.
  void Abbreviate(char shorthand);

  // What Parse found beside the values it set.
  struct Parsed {
    bool help = false;  // -h or --help
    std::vector<std::string> positional;
  };
  // An error has pflag's text.
  absl::StatusOr<Parsed> Parse(const std::vector<std::string>& arguments) const;

  // The sections with their flags, types, texts and defaults.
  std::string Help() const;
  // The names of all flags, in the order they were added.
  std::vector<std::string> Names() const;

 private:
  struct Flag {
    std::string name;
    char shorthand = 0;
    std::string type;  // as the help shows it
    std::string help;
    std::string default_text;  // empty: none is shown
    bool may_stand_bare = false;
    std::function<absl::Status(const std::string& value)> set;
  };
  struct Section {
    std::string heading;
    std::vector<Flag> flags;
  };
  class Parser;

  void AddFlag(Flag flag);
  const Flag* Find(std::string_view name) const;
  const Flag* FindShorthand(char shorthand) const;

  std::vector<Section> sections_;
};

}  // namespace kubegauge::server
