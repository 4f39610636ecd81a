#include "server/verb_agent.h"

namespace kubegauge::server {

int RunAgent(const AgentOptions&) { return 1; }

}  // namespace kubegauge::server
