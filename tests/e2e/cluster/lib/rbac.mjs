// Role-based access control over the objects of a store, as the real API server evaluates it.

const matches = (list, value) => (list ?? []).some((entry) => entry === '*' || entry === value);

function pathMatches(patterns, path) {
  return (patterns ?? []).some(
    (pattern) => pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))));
}

function ruleAllows(rule, request) {
  if (!matches(rule.verbs, request.verb)) return false;
  if (request.path !== undefined) return pathMatches(rule.nonResourceURLs, request.path);
  const resource = request.subresource
    ? `${request.resource}/${request.subresource}` : request.resource;
  const named = matches(rule.resources, resource) ||
    (request.subresource && (rule.resources ?? []).includes(`*/${request.subresource}`));
  return matches(rule.apiGroups, request.group) && named &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(request.name));
}

function isSubject(subject, user) {
  if (subject.kind === 'User') return subject.name === user.name;
  if (subject.kind === 'Group') return user.groups.includes(subject.name);
  return user.name === `system:serviceaccount:${subject.namespace}:${subject.name}`;
}

function rulesOf(store, roleRef, namespace) {
  const roles = roleRef.kind === 'Role' ? store.list('roles', namespace) : store.list('clusterroles');
  return roles.find((role) => role.metadata.name === roleRef.name)?.rules ?? [];
}

// `request`: {verb, group, resource, subresource, name, namespace} or {verb, path}.
export function isAllowed(store, user, request) {
  if (user.groups.includes('system:masters')) return true;
  const bindings = [
    ...store.list('clusterrolebindings'),
    ...(request.namespace ? store.list('rolebindings', request.namespace) : []),
  ];
  return bindings.some((binding) =>
    (binding.subjects ?? []).some((subject) => isSubject(subject, user)) &&
    rulesOf(store, binding.roleRef, binding.metadata.namespace)
      .some((rule) => ruleAllows(rule, request)));
}
