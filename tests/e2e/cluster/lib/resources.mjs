// What the API server knows of the kinds it stores: group version, plural and scope.
export const kinds = [
  { prefix: '/api/v1', kind: 'Node', resource: 'nodes' },
  { prefix: '/api/v1', kind: 'Namespace', resource: 'namespaces' },
  { prefix: '/api/v1', kind: 'Pod', resource: 'pods', namespaced: true },
  { prefix: '/api/v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true },
  { prefix: '/api/v1', kind: 'Secret', resource: 'secrets', namespaced: true },
  { prefix: '/api/v1', kind: 'Service', resource: 'services', namespaced: true },
  { prefix: '/api/v1', kind: 'ServiceAccount', resource: 'serviceaccounts', namespaced: true },
  { prefix: '/api/v1', kind: 'Event', resource: 'events', namespaced: true },
  { prefix: '/apis/apps/v1', kind: 'Deployment', resource: 'deployments', namespaced: true, scalable: true },
  { prefix: '/apis/apps/v1', kind: 'DaemonSet', resource: 'daemonsets', namespaced: true },
  { prefix: '/apis/autoscaling/v2', kind: 'HorizontalPodAutoscaler', resource: 'horizontalpodautoscalers', namespaced: true },
  { prefix: '/apis/autoscaling.kubegauge.io/v2', kind: 'HorizontalPodAutoscaler', resource: 'horizontalpodautoscalers', namespaced: true, table: 'own-hpas' },
  { prefix: '/apis/apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', resource: 'customresourcedefinitions' },
  { prefix: '/apis/coordination.k8s.io/v1', kind: 'Lease', resource: 'leases', namespaced: true },
  { prefix: '/apis/policy/v1', kind: 'PodDisruptionBudget', resource: 'poddisruptionbudgets', namespaced: true },
  { prefix: '/apis/rbac.authorization.k8s.io/v1', kind: 'ClusterRole', resource: 'clusterroles' },
  { prefix: '/apis/rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', resource: 'clusterrolebindings' },
  { prefix: '/apis/rbac.authorization.k8s.io/v1', kind: 'Role', resource: 'roles', namespaced: true },
  { prefix: '/apis/rbac.authorization.k8s.io/v1', kind: 'RoleBinding', resource: 'rolebindings', namespaced: true },
  { prefix: '/apis/apiregistration.k8s.io/v1', kind: 'APIService', resource: 'apiservices' },
];

export const groupVersionOf = (prefix) => prefix.replace(/^\/apis?\//, '');
export const groupOf = (prefix) => (prefix.startsWith('/apis/') ? prefix.split('/')[2] : '');

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

export function resourceList(prefix) {
  return {
    kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersionOf(prefix),
    resources: kinds.filter((entry) => entry.prefix === prefix).flatMap((entry) => [{
      name: entry.resource, singularName: entry.kind.toLowerCase(),
      namespaced: Boolean(entry.namespaced), kind: entry.kind, verbs,
    }, ...(entry.scalable ? [{
      name: `${entry.resource}/scale`, singularName: '', namespaced: true, group: 'autoscaling', version: 'v1',
      kind: 'Scale', verbs: ['get', 'patch', 'update'],
    }] : [])]),
  };
}

// The groups that are stored, and those that APIServices bring.
export function groupList(apiServices) {
  const versions = new Map();
  const add = (group, version) => versions.set(group, [...(versions.get(group) ?? []), version]);
  for (const prefix of new Set(kinds.map((entry) => entry.prefix))) {
    if (prefix.startsWith('/apis/')) add(...groupVersionOf(prefix).split('/'));
  }
  for (const { spec } of apiServices) add(spec.group, spec.version);
  const groups = [...versions].map(([name, list]) => {
    const entries = list.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: entries, preferredVersion: entries[0] };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

export function failure(code, reason, message) {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
