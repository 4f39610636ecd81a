#include "apiservice/yaml_text.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "apiservice/yaml_key_order.h"
#include "apiservice/yaml_scalar.h"

namespace kubegauge::apiservice {
namespace {

using Json = nlohmann::json;

constexpr int kIndent = 2;

bool IsNested(const Json& json) { return json.is_structured() && !json.empty(); }

void Indent(int columns, std::string& out) { out.append(static_cast<size_t>(columns), ' '); }

// What stands behind a key or a dash on the same line, with the line's end.
void AppendLeaf(const Json& json, int indent, std::string& out) {
  if (json.is_string()) {
    AppendYamlScalar(json.get_ref<const std::string&>(), indent + kIndent, out);
  } else {
    out.append(json.dump());  // numbers, truth values, null, and what is empty
  }
  out.push_back('\n');
}

using Member = Json::object_t::value_type;
using Members = std::span<const Member*>;

// A merge sort of our own: upstream's order of keys is not transitive (`2`, `10`, `1b`), which the
// sorts of the standard library need not survive.
void Sort(Members members, std::vector<const Member*>& sorted) {
  if (members.size() < 2) return;
  const Members left = members.first(members.size() / 2);
  const Members right = members.subspan(left.size());
  Sort(left, sorted);
  Sort(right, sorted);
  sorted.clear();
  size_t next_left = 0;
  for (const Member* member : right) {
    while (next_left < left.size() && !YamlKeyLess(member->first, left[next_left]->first)) {
      sorted.push_back(left[next_left++]);
    }
    sorted.push_back(member);
  }
  sorted.insert(sorted.end(), left.begin() + static_cast<ptrdiff_t>(next_left), left.end());
  std::copy(sorted.begin(), sorted.end(), members.begin());
}

std::vector<const Member*> SortedMembers(const Json& object) {
  std::vector<const Member*> members;
  members.reserve(object.size());
  for (const Member& member : object.get_ref<const Json::object_t&>()) members.push_back(&member);
  std::vector<const Member*> scratch;
  Sort(members, scratch);
  return members;
}

void AppendSequence(const Json& sequence, int indent, bool on_line, std::string& out);

// The members of an object; the first without indentation where it stands behind a dash.
void AppendMembers(const Json& object, int indent, bool on_line, std::string& out) {
  for (const Member* member : SortedMembers(object)) {
    const auto& [key, value] = *member;
    if (!on_line) Indent(indent, out);
    on_line = false;
    AppendYamlKey(key, indent, out);
    out.push_back(':');
    if (!IsNested(value)) {
      out.push_back(' ');
      AppendLeaf(value, indent, out);
      continue;
    }
    out.push_back('\n');
    if (value.is_object()) {
      AppendMembers(value, indent + kIndent, false, out);
    } else {
      AppendSequence(value, indent, false, out);
    }
  }
}

void AppendItem(const Json& item, int indent, std::string& out) {
  out.append("- ");
  if (!IsNested(item)) {
    AppendLeaf(item, indent, out);
  } else if (item.is_object()) {
    AppendMembers(item, indent + kIndent, true, out);
  } else {
    AppendSequence(item, indent + kIndent, true, out);
  }
}

void AppendSequence(const Json& sequence, int indent, bool on_line, std::string& out) {
  for (const Json& item : sequence) {
    if (!on_line) Indent(indent, out);
    on_line = false;
    AppendItem(item, indent, out);
  }
}

}  // namespace

void AppendYaml(const Json& json, std::string& out) {
  if (!IsNested(json)) return AppendLeaf(json, 0, out);
  if (json.is_object()) return AppendMembers(json, 0, false, out);
  AppendSequence(json, 0, false, out);
}

std::string YamlOfJson(std::string_view json) {
  std::string yaml;
  AppendYaml(Json::parse(json), yaml);
  return yaml;
}

}  // namespace kubegauge::apiservice
