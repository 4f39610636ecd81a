// What a client learns of the server itself: its groups, versions and resources, and its version.

#include "apiservice/openapi_definitions.h"
#include "apiservice/openapi_schema.h"

namespace kubegauge::apiservice {
namespace {

using enum Presence;

constexpr PropertySchema kGroupVersion[] = {
    {"groupVersion", "string", "Both in one text, such as metrics.k8s.io/v1.", kRequired},
    {"version", "string", "The version alone, such as v1.", kRequired},
};

constexpr PropertySchema kServerAddress[] = {
    {"clientCIDR", "string", "The range of addresses of the clients that this is for.", kRequired},
    {"serverAddress", "string", "The server as they reach it: a host, or a host and port.",
     kRequired},
};

constexpr PropertySchema kGroup[] = {
    {"name", "string", "The name of the group, such as metrics.k8s.io.", kRequired},
    {"preferredVersion", "meta.GroupVersionForDiscovery",
     "The version that the server prefers, which is probably stored, too.", kDefaulted},
    {"serverAddressByClientCIDRs", "[]meta.ServerAddressByClientCIDR",
     "Where clients reach the server, by the networks that they are in; the narrowest that fits "
     "counts.",
     kOptional, kAtomicList},
    {"versions", "[]meta.GroupVersionForDiscovery", "The versions that are served of the group.",
     kRequired, kAtomicList},
};

constexpr PropertySchema kGroupList[] = {
    {"groups", "[]meta.APIGroup", "The groups.", kRequired, kAtomicList},
};

// In the order of Go's struct, in which upstream lists what is required; also below.
constexpr PropertySchema kResource[] = {
    {"name", "string", "The name as it stands in paths, such as pods.", kRequired},
    {"singularName", "string",
     "The name of one object for users; empty: the kind in lower case is it.", kRequired},
    {"namespaced", "bool", "Whether the objects belong to namespaces.", kRequired},
    {"group", "string", "The group of the kind, if it is not the one of the list."},
    {"version", "string", "The version of the kind, if it is not the one of the list."},
    {"kind", "string", "The kind of the objects, such as PodMetrics.", kRequired},
    {"verbs", "[]string", "What may be done with the objects: get, list, watch and the like.",
     kRequired},
    {"shortNames", "[]string", "Shorter names that users may write, such as po.", kOptional,
     kAtomicList},
    {"categories", "[]string", "Names that stand for several resources at once, such as all.",
     kOptional, kAtomicList},
    {"storageVersionHash", "string",
     "Changes with the version that objects are stored in; only its equality means something."},
};

constexpr PropertySchema kResourceList[] = {
    {"groupVersion", "string", "The group and version that the resources belong to.", kRequired},
    {"resources", "[]meta.APIResource", "The resources.", kRequired, kAtomicList},
};

constexpr DefinitionSchema kDiscoveryDefinitions[] = {
    {"APIGroup", "A group of the API: its name and versions.", kGroup, true},
    {"APIGroupList", "The groups that a server has.", kGroupList, true},
    {"APIResource", "A resource of the API: what it is called and what may be done with it.",
     kResource},
    {"APIResourceList", "The resources of one group and version.", kResourceList, true},
    {"GroupVersionForDiscovery", "A version of a group, in the two forms that clients need.",
     kGroupVersion},
    {"ServerAddressByClientCIDR", "Where the clients of one network reach the server.",
     kServerAddress},
};

constexpr PropertySchema kInfo[] = {
    {"major", "string", "The major version of the API that is served.", kRequired},
    {"minor", "string", "The minor version of the API that is served.", kRequired},
    {"emulationMajor", "string", "The major version that the server acts like."},
    {"emulationMinor", "string", "The minor version that the server acts like."},
    {"minCompatibilityMajor", "string",
     "The major version of the oldest server that this one gets on with."},
    {"minCompatibilityMinor", "string",
     "The minor version of the oldest server that this one gets on with."},
    {"gitVersion", "string", "The whole version, such as v1.36.0.", kRequired},
    {"gitCommit", "string", "The commit that the server was built from.", kRequired},
    {"gitTreeState", "string", "Whether that had changes besides: clean or dirty.", kRequired},
    {"buildDate", "string", "When the server was built, as RFC 3339 writes it.", kRequired},
    {"goVersion", "string", "The version of Go; it is empty for a server in another language.",
     kRequired},
    {"compiler", "string", "The compiler that the server was built with.", kRequired},
    {"platform", "string", "The system and processor that it was built for, such as linux/amd64.",
     kRequired},
};

constexpr DefinitionSchema kVersionDefinitions[] = {
    {"Info", "The version of the server and how it was built.", kInfo},
};

}  // namespace

void AddDiscoveryDefinitions(nlohmann::json& definitions) {
  AddDefinitions(
      {.prefix = kMetaPackage, .group = "", .version = "v1", .definitions = kDiscoveryDefinitions},
      definitions);
  AddDefinitions(
      {.prefix = kVersionPackage, .group = "", .version = "", .definitions = kVersionDefinitions},
      definitions);
}

}  // namespace kubegauge::apiservice
