#include "autoscaler/object_meta_reader.h"

#include <optional>
#include <string>
#include <utility>

#include "autoscaler/written_json.h"

namespace kubegauge::autoscaler {
namespace {

// Reads members of objects into JSON: what was readable is set in `out`.
class MemberReader {
 public:
  MemberReader(GoJsonReader& reader, Json& out) : reader_(reader), out_(out) {}

  GoJsonReader::Field Text(const char* name, std::string_view type = "string") {
    return {name, [this, name, type](const Json& value) {
              std::string text;
              reader_.Text(value, text, type);
              Set(name, value.is_string(), std::move(text));
            }};
  }
  GoJsonReader::Field Integer64(const char* name) {
    return {name, [this, name](const Json& value) {
              int64_t number = 0;
              reader_.Integer64(value, number);
              Set(name, value.is_number_integer(), number);
            }};
  }
  GoJsonReader::Field Boolean(const char* name) {
    return {name, [this, name](const Json& value) {
              bool flag = false;
              reader_.Boolean(value, flag);
              Set(name, value.is_boolean(), flag);
            }};
  }
  GoJsonReader::Field Time(const char* name) {
    return {name, [this, name](const Json& value) {
              std::optional<int64_t> time_ns;
              reader_.Time(value, time_ns);
              SetOrClear(name, value, value.is_string(), value);
            }};
  }
  GoJsonReader::Field TextMap(const char* name) {
    return {name, [this, name](const Json& value) {
              Json map = Json::object();
              // One that comes again adds to the first.
              if (value.is_object() && out_.contains(name)) map = std::move(out_[name]);
              reader_.StringMap(
                  value, [&](const std::string& key, const std::string& text) { map[key] = text; });
              SetOrClear(name, value, value.is_object(), std::move(map));
            }};
  }
  GoJsonReader::Field TextList(const char* name) {
    return {name, [this, name](const Json& value) {
              Json list = Json::array();
              reader_.List(value, "[]string", [&](const Json& item) {
                std::string text;
                reader_.Text(item, text);
                list.push_back(std::move(text));
              });
              SetOrClear(name, value, value.is_array(), std::move(list));
            }};
  }
  template <class ReadItem>
  GoJsonReader::Field List(const char* name, std::string_view type, ReadItem read_item) {
    return {name, [this, name, type, read_item](const Json& value) {
              Json list = Json::array();
              reader_.List(value, type,
                           [&](const Json& item) { list.push_back(read_item(reader_, item)); });
              SetOrClear(name, value, value.is_array(), std::move(list));
            }};
  }
  GoJsonReader::Field Raw(const char* name) {
    return {name, [this, name](const Json& value) {
              SetOrClear(name, value, !value.is_null(), WithPlainNumbers(value));
            }};
  }

 private:
  void Set(const char* name, bool readable, Json value) {
    if (readable) out_[name] = std::move(value);
  }
  // Of what has a nil in Go: null, where the member comes again, takes away what was there.
  void SetOrClear(const char* name, const Json& written, bool readable, Json value) {
    if (written.is_null()) out_.erase(name);
    Set(name, readable, std::move(value));
  }

  GoJsonReader& reader_;
  Json& out_;
};

Json ReadOwner(GoJsonReader& reader, const Json& json) {
  Json owner = Json::object();
  MemberReader member(reader, owner);
  reader.Struct(json, "v1.OwnerReference",
                {member.Text("apiVersion"), member.Text("kind"), member.Text("name"),
                 member.Text("uid", "types.UID"), member.Boolean("controller"),
                 member.Boolean("blockOwnerDeletion")});
  // Of an owner upstream writes these whether they were there or not.
  Json ordered = Json::object();
  for (const char* name : {"apiVersion", "kind", "name", "uid"}) {
    ordered[name] = owner.value(name, "");
  }
  for (const char* name : {"controller", "blockOwnerDeletion"}) {
    if (owner.contains(name)) ordered[name] = owner[name];
  }
  return ordered;
}

Json ReadManager(GoJsonReader& reader, const Json& json) {
  Json manager = Json::object();
  MemberReader member(reader, manager);
  reader.Struct(json, "v1.ManagedFieldsEntry",
                {member.Text("manager"), member.Text("operation", "v1.ManagedFieldsOperationType"),
                 member.Text("apiVersion"), member.Time("time"), member.Text("fieldsType"),
                 member.Raw("fieldsV1"), member.Text("subresource")});
  return manager;
}

}  // namespace

Json ReadObjectMeta(GoJsonReader& reader, const Json& json) {
  Json read = Json::object();
  MemberReader member(reader, read);
  reader.Struct(
      json, "v1.ObjectMeta",
      {member.Text("name"), member.Text("generateName"), member.Text("namespace"),
       member.Text("selfLink"), member.Text("uid", "types.UID"), member.Text("resourceVersion"),
       member.Integer64("generation"), member.Time("creationTimestamp"),
       member.Time("deletionTimestamp"), member.Integer64("deletionGracePeriodSeconds"),
       member.TextMap("labels"), member.TextMap("annotations"),
       member.List("ownerReferences", "[]v1.OwnerReference", ReadOwner),
       member.TextList("finalizers"),
       member.List("managedFields", "[]v1.ManagedFieldsEntry", ReadManager)});
  Json ordered = Json::object();
  for (const char* name :
       {"name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation",
        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels",
        "annotations", "ownerReferences", "finalizers", "managedFields"}) {
    if (const auto found = read.find(name); found != read.end()) ordered[name] = *found;
  }
  return ordered;
}

}  // namespace kubegauge::autoscaler
