#pragma once

#include "server/cluster/options.h"
#include "server/flags/flag_set.h"

namespace kubegauge::server {

// Adds every flag of metrics-server v0.9 (wire.md F) and kubegauge's own to `flags`, which set
// `options`. Each works, or its help says that it has no effect and why.
void AddServerFlags(FlagSet& flags, ServerOptions& options, bool& show_version);

// The parts, each a section of the help.
void AddKubeletFlags(FlagSet& flags, KubeletFlags& kubelet);
void AddServingFlags(FlagSet& flags, ServingFlags& serving);
void AddAccessFlags(FlagSet& flags, AccessFlags& access);
void AddRequestFlags(FlagSet& flags, RequestFlags& requests);
void AddRegistrationFlags(FlagSet& flags, RegistrationFlags& registration);
void AddLogFlags(FlagSet& flags, LogOptions& log);
// metrics-server's flags of parts that kubegauge does not have.
void AddInertFlags(FlagSet& flags, LogStreamOptions& log_streams);

}  // namespace kubegauge::server
