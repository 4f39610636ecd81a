#pragma once

namespace kubegauge::kube {

// The query of a request that does kube-controller-manager's work in its place: as whose the API
// server notes the fields that it writes. Without it, the name would be that of the User-Agent. Who
// leaves fields to a manager of that name (Argo CD's `managedFieldsManagers`, to name one) would
// then take the fields back from a controller of another name.
inline constexpr char kFieldManagerQuery[] = "?fieldManager=kube-controller-manager";

}  // namespace kubegauge::kube
