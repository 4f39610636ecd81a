// What objects and lists say of themselves.

#include <fmt/format.h>

#include "apiservice/openapi_definitions.h"
#include "apiservice/openapi_schema.h"

namespace kubegauge::apiservice {
namespace {

using enum Presence;

constexpr std::string_view kMergedSet =
    R"({"x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge"})";
constexpr std::string_view kMergedByUid =
    R"({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["uid"],
        "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "uid"})";

constexpr PropertySchema kObjectMeta[] = {
    {"annotations", "map[string]string",
     "Notes of tools about the object, by their keys; nothing selects objects by them."},
    {"creationTimestamp", "meta.Time",
     "When the object was made; metrics are made at the moment at which they are asked for."},
    {"deletionGracePeriodSeconds", "int64",
     "How many seconds an object that is being deleted has to end by itself."},
    {"deletionTimestamp", "meta.Time",
     "When the object goes or may be forced to go; it is absent until a deletion was asked for."},
    {"finalizers", "[]string",
     "Who still has to clean up before the object goes; it goes once none is left.", kOptional,
     kMergedSet},
    {"generateName", "string",
     "The beginning of a name that the server completes if the object was made without one."},
    {"generation", "int64", "Counts the changes of what is wanted of the object."},
    {"labels", "map[string]string",
     "What selectors find the object by; metrics have the labels of their node or pod."},
    {"managedFields", "[]meta.ManagedFieldsEntry",
     "Which fields each manager has set, for server-side apply.", kOptional, kAtomicList},
    {"name", "string",
     "The name, of which a namespace has one for each kind; metrics have that of their node or "
     "pod."},
    {"namespace", "string",
     "The namespace that the name belongs to; it is empty for what belongs to none, as nodes do."},
    {"ownerReferences", "[]meta.OwnerReference",
     "The objects that this one exists for; it is collected as garbage after the last of them.",
     kOptional, kMergedByUid},
    {"resourceVersion", "string",
     "Changes whenever the object does; a client may compare it for equality and watch from it."},
    {"selfLink", "string", "Deprecated: servers leave it out."},
    {"uid", "string",
     "Tells the object from all others of any time, also from those of the same name."},
};

constexpr PropertySchema kListMeta[] = {
    {"continue", "string",
     "If not empty, there is more: a request with this token and the same options gives the next "
     "part."},
    {"remainingItemCount", "int64",
     "About how many objects are left for the next parts, where the server knows."},
    {"resourceVersion", "string",
     "The state of the server that the list shows; a client may watch from it."},
    {"selfLink", "string", "Deprecated: servers leave it out."},
    {"shardInfo", "meta.ShardInfo",
     "Says that the list has only one shard of the objects; it is absent from a whole list."},
};

constexpr PropertySchema kShardInfo[] = {
    {"selector", "string", "The shardSelector that the list was asked for with.", kRequired},
};

constexpr PropertySchema kOwnerReference[] = {
    {"apiVersion", "string", "The group and version of the owner.", kRequired},
    {"blockOwnerDeletion", "bool",
     "Whether a foreground deletion of the owner waits until this object is gone."},
    {"controller", "bool", "Whether the owner is the controller that manages this object."},
    {"kind", "string", "The kind of the owner.", kRequired},
    {"name", "string", "The name of the owner.", kRequired},
    {"uid", "string", "The UID of the owner.", kRequired},
};

constexpr PropertySchema kManagedFieldsEntry[] = {
    {"apiVersion", "string", "The group and version whose schema the fields belong to."},
    {"fieldsType", "string", "How fieldsV1 is written; FieldsV1 is the only form."},
    {"fieldsV1", "meta.FieldsV1", "The fields that the manager has set."},
    {"manager", "string", "The name of the program or person that has set the fields."},
    {"operation", "string", "How they were set: Apply or Update."},
    {"subresource", "string",
     "The subresource that they were set through; it is empty for the object itself."},
    {"time", "meta.Time", "When the manager last changed what it has set."},
};

constexpr DefinitionSchema kMetadataDefinitions[] = {
    {"FieldsV1",
     "A tree of fields, each a key with the tree below it: f:NAME is a member, k:KEYS and v:VALUE "
     "are items of a list, and a dot is the field itself.",
     {}},
    {"ListMeta", "What a list says of itself; lists of metrics leave all of it empty.", kListMeta},
    {"ManagedFieldsEntry", "The fields of an object that one manager has set in one way.",
     kManagedFieldsEntry},
    {"ObjectMeta",
     "What every object says of itself; metrics have only a name, a namespace, labels and "
     "creationTimestamp.",
     kObjectMeta},
    {"OwnerReference",
     "Names an object that another one exists for, in the same namespace or in none.",
     kOwnerReference, false, R"({"x-kubernetes-map-type": "atomic"})"},
    {"ShardInfo", "Which part of all objects a list has.", kShardInfo},
};

}  // namespace

void AddMetadataDefinitions(nlohmann::json& definitions) {
  const auto meta = [](std::string_view name) { return fmt::format("{}.{}", kMetaPackage, name); };
  AddDefinitions(
      {.prefix = kMetaPackage, .group = "", .version = "v1", .definitions = kMetadataDefinitions},
      definitions);
  definitions[meta("Time")] = {
      {"type", "string"},
      {"format", "date-time"},
      {"description", "A moment in UTC as RFC 3339 writes it, such as 2026-01-02T03:04:05Z."}};
  definitions[meta("Duration")] = {
      {"type", "string"},
      {"description", "A length of time as Go writes it, such as 15.062s or 1m0.5s."}};
  definitions[fmt::format("{}.Quantity", kResourcePackage)] = {
      {"type", "string"},
      {"oneOf", {{{"type", "string"}}, {{"type", "number"}}}},
      {"description",
       "An amount such as 250m or 64Mi: a decimal number with a suffix, which is decimal (n, u, m, "
       "k, M, G, T, P, E), binary (Ki, Mi, Gi, Ti, Pi, Ei) or an exponent (e3), or without one."}};
}

}  // namespace kubegauge::apiservice
