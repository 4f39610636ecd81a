// A small kube-apiserver: stored objects with list, watch and writes, RBAC, token and access
// reviews, and the aggregator. It answers as the recorded ones do where kubegauge depends on it.
import { encodeList } from './protobuf.mjs';
import { isAllowed } from './rbac.mjs';
import { failure, groupList, groupOf, groupVersionOf, kinds, resourceList } from './resources.mjs';
import { Conflict } from './store.mjs';
import { readBody, TlsServer } from './tls_server.mjs';
import { serveWatch } from './watch.mjs';

const protobufType = 'application/vnd.kubernetes.protobuf';

function mergePatch(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged = { ...(target ?? {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function parseResource(path) {
  for (const entry of kinds) {
    if (!path.startsWith(`${entry.prefix}/`)) continue;
    const segments = path.slice(entry.prefix.length + 1).split('/');
    const namespace = segments[0] === 'namespaces' && segments.length > 2 ? segments[1] : undefined;
    const [resource, name, subresource] = namespace ? segments.slice(2) : segments;
    if (resource === entry.resource) return { entry, namespace, name, subresource };
  }
  return undefined;
}

// Where the objects of a kind are stored: two groups may have a resource of one name.
const tableOf = (entry) => entry.table ?? entry.resource;

// autoscaling/v1 Scale of a Deployment.
function scaleOf({ metadata, spec, status }) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = Object.entries(spec.selector.matchLabels).map((pair) => pair.join('=')).join(',');
  return {
    kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas }, status: { replicas: status?.replicas ?? 0, selector },
  };
}

const fieldSelectors = {
  'metadata.name': (object) => object.metadata.name,
  'metadata.namespace': (object) => object.metadata.namespace ?? '',
  'status.phase': (object) => object.status?.phase ?? '',
};

function selectorOf(query, namespace) {
  const terms = (query.get('fieldSelector') ?? '').split(',').filter(Boolean).map((term) => term.split('='));
  return (object) => (!namespace || object.metadata.namespace === namespace) &&
    terms.every(([field, value]) => fieldSelectors[field](object) === value);
}

export class ApiServer {
  // `tokens`: token → {name, groups}.
  constructor({ store, tls, tokens, aggregator }) {
    this.store = store;
    this.tokens = tokens;
    this.aggregator = aggregator;
    this.workloads = []; // whose usage metrics.k8s.io tells, where no APIService does
    this.refuses = () => false; // (method, path) → whether the request is answered with 500
    this.answers = []; // {method, path, user, status} of every request that was answered here
    this.server = new TlsServer({ ...tls, requestCert: true, rejectUnauthorized: false },
      (request, response) => this.serve(request, response));
  }

  userOf(request) {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '');
    if (bearer) return this.userOfToken(bearer[1]);
    const certificate = request.socket.getPeerCertificate();
    if (request.socket.authorized && certificate.subject) {
      const groups = [certificate.subject.O ?? []].flat();
      return { name: certificate.subject.CN, groups: [...groups, 'system:authenticated'] };
    }
    return { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  }

  userOfToken(token) {
    const user = this.tokens.get(token);
    return user && { name: user.name, groups: [...(user.groups ?? []), 'system:authenticated'] };
  }

  async serve(request, response) {
    const url = new URL(request.url, 'https://api');
    const user = this.userOf(request);
    const body = await readBody(request);
    response.on('finish', () => this.answers.push({ method: request.method, path: url.pathname, user: user?.name, status: response.statusCode }));
    if (this.refuses(request.method, url.pathname)) return this.answer(response, 500, failure(500, 'InternalError', 'refused by the test'));
    if (!user) return this.answer(response, 401, failure(401, 'Unauthorized', 'Unauthorized'));
    const attributes = this.attributesOf(request.method, url);
    if (!isAllowed(this.store, user, attributes)) {
      return this.answer(response, 403, failure(403, 'Forbidden',
        `${attributes.resource ?? attributes.path} is forbidden: User "${user.name}" cannot ${attributes.verb} it`));
    }
    await this.route(request, response, url, user, body);
  }

  attributesOf(method, url) {
    const [, root, ...rest] = url.pathname.split('/');
    const inGroup = root === 'apis';
    const segments = rest.slice(inGroup ? 2 : 1);
    const verbs = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
    if ((root !== 'api' && root !== 'apis') || segments.length === 0) {
      return { verb: verbs[method].toLowerCase(), path: url.pathname };
    }
    const namespace = segments[0] === 'namespaces' && segments.length > 2 ? segments[1] : undefined;
    const [resource, name, subresource] = namespace ? segments.slice(2) : segments;
    const many = url.searchParams.get('watch') === 'true' ? 'watch' : 'list';
    const byName = /^metadata\.name=([^,]+)$/.exec(url.searchParams.get('fieldSelector') ?? '');
    return {
      verb: method === 'GET' && !name ? many : verbs[method], group: inGroup ? rest[0] : '',
      resource, name: name ?? byName?.[1], subresource, namespace,
    };
  }

  async route(request, response, url, user, body) {
    const path = url.pathname.replace(/\/$/, '');
    const apiServices = this.store.list('apiservices');
    const delegated = apiServices.find(({ spec }) =>
      path === `/apis/${spec.group}/${spec.version}` || path.startsWith(`/apis/${spec.group}/${spec.version}/`));
    if (delegated) return this.aggregator.proxy(delegated, user, request, response, body);
    if (path === '/version') return this.answer(response, 200, { major: '1', minor: '36', gitVersion: 'v1.36.0' });
    if (path === '/api') return this.answer(response, 200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
    if (path === '/apis') return this.answer(response, 200, groupList(apiServices));
    if (kinds.some((entry) => entry.prefix === path)) return this.answer(response, 200, resourceList(path));
    if (path.endsWith('/tokenreviews')) return this.reviewToken(response, JSON.parse(body));
    if (path.endsWith('/subjectaccessreviews')) return this.reviewAccess(response, JSON.parse(body));
    const account = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)\/token$/.exec(path);
    if (account && request.method === 'POST') return this.requestToken(response, account[1], account[2], JSON.parse(body));
    const measured = /^\/apis\/metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods$/.exec(path);
    if (measured && this.workloads.length > 0) return this.answer(response, 200, this.podMetrics(measured[1], url.searchParams));
    const target = parseResource(path);
    if (!target) return this.answer(response, 404, failure(404, 'NotFound', 'the server could not find the requested resource'));
    if (request.method === 'GET') return this.read(request, response, url, target);
    return this.write(request, response, target, body.length > 0 ? JSON.parse(body) : undefined);
  }

  // A metrics-server that has measured everything this moment.
  podMetrics(namespace, query) {
    const [key, value] = query.get('labelSelector').split('=');
    const items = this.workloads.filter((workload) => workload.namespace === namespace && workload.labels[key] === value)
      .flatMap((workload) => workload.metrics());
    return { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items };
  }

  read(request, response, url, { entry, namespace, name, subresource }) {
    if (name) {
      const object = this.store.get(tableOf(entry), namespace, name);
      if (object && subresource === 'scale') return this.answer(response, 200, scaleOf(object));
      return object ? this.answer(response, 200, this.typed(entry, object)) : this.notFound(response, entry, name);
    }
    const accept = request.headers.accept ?? '';
    const query = url.searchParams;
    const metadataOnly = accept.includes('as=PartialObjectMetadata');
    const view = {
      protobuf: accept.startsWith(protobufType) && (metadataOnly || entry.kind === 'Node'),
      kind: metadataOnly ? 'PartialObjectMetadata' : entry.kind,
      apiVersion: metadataOnly ? 'meta.k8s.io/v1' : groupVersionOf(entry.prefix),
      select: selectorOf(query, namespace),
      encode: (object) => (metadataOnly
        ? { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
        : this.typed(entry, object)),
    };
    if (query.get('watch') === 'true') return serveWatch(this.store, tableOf(entry), query, view, response);
    return this.list(response, entry, namespace, query, view);
  }

  // Pages carry the place they end at and the version of the first one.
  list(response, entry, namespace, query, view) {
    const all = this.store.list(tableOf(entry), namespace).filter(view.select).map(view.encode);
    const limit = Number(query.get('limit') ?? 0) || all.length;
    const [version, begin] = (query.get('continue') ?? `${this.store.version}:0`).split(':').map(Number);
    if (version < this.store.oldestVersion) {
      return this.answer(response, 410, failure(410, 'Expired', 'The provided continue parameter is too old'));
    }
    const end = begin + limit;
    const metadata = { resourceVersion: String(version) };
    if (end < all.length) metadata.continue = `${version}:${end}`;
    const list = { kind: `${view.kind}List`, apiVersion: view.apiVersion, metadata, items: all.slice(begin, end) };
    if (view.protobuf) {
      response.writeHead(200, { 'content-type': protobufType });
      return void response.end(encodeList(view.apiVersion, view.kind, list));
    }
    return this.answer(response, 200, list);
  }

  write(request, response, { entry, namespace, name, subresource }, body) {
    const existing = name && this.store.get(tableOf(entry), namespace, name);
    if (request.method === 'POST') {
      const object = { ...body, metadata: { ...body.metadata, ...(namespace && { namespace }) } };
      if (this.store.get(tableOf(entry), namespace, object.metadata.name)) {
        return this.answer(response, 409, failure(409, 'AlreadyExists', `${entry.resource} "${object.metadata.name}" already exists`));
      }
      return this.answer(response, 201, this.typed(entry, this.store.put(tableOf(entry), object)));
    }
    if (!existing) return this.notFound(response, entry, name);
    if (request.method === 'DELETE') {
      this.store.delete(tableOf(entry), namespace, name);
      return this.answer(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
    }
    const merged = request.method === 'PATCH' ? mergePatch(existing, body) : body;
    let object = subresource === 'status' ? { ...existing, metadata: body.metadata ?? existing.metadata, status: merged.status } : merged;
    if (subresource === 'scale') {
      const metadata = { ...existing.metadata, resourceVersion: body.metadata.resourceVersion };
      object = { ...existing, metadata, spec: { ...existing.spec, replicas: body.spec?.replicas ?? 0 } };
    }
    try {
      if (subresource === 'scale') return this.answer(response, 200, scaleOf(this.store.put(tableOf(entry), object)));
      return this.answer(response, 200, this.typed(entry, this.store.put(tableOf(entry), object)));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return this.answer(response, 409, failure(409, 'Conflict', `Operation cannot be fulfilled on ${entry.resource} "${name}": the object has been modified`));
    }
  }

  requestToken(response, namespace, name, request) {
    if (!this.store.get('serviceaccounts', namespace, name)) return this.notFound(response, { resource: 'serviceaccounts', prefix: '/api/v1' }, name);
    const token = `requested-${this.tokens.size}`;
    this.tokens.set(token, { name: `system:serviceaccount:${namespace}:${name}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] });
    const expirationTimestamp = new Date(Date.now() + request.spec.expirationSeconds * 1000).toISOString();
    this.answer(response, 201, { ...request, metadata: { namespace, name }, status: { token, expirationTimestamp } });
  }

  reviewToken(response, review) {
    const user = this.userOfToken(review.spec.token);
    const status = user
      ? { authenticated: true, user: { username: user.name, groups: user.groups } }
      : { user: {}, error: 'invalid bearer token' };
    this.answer(response, 201, { ...review, status });
  }

  reviewAccess(response, review) {
    const { user, groups = [], resourceAttributes, nonResourceAttributes } = review.spec;
    const attributes = resourceAttributes
      ? { group: '', ...resourceAttributes } : { verb: nonResourceAttributes.verb, path: nonResourceAttributes.path };
    const allowed = isAllowed(this.store, { name: user, groups }, attributes);
    this.answer(response, 201, { ...review, status: { allowed } });
  }

  typed(entry, object) {
    return { kind: entry.kind, apiVersion: groupVersionOf(entry.prefix), ...object };
  }

  notFound(response, entry, name) {
    this.answer(response, 404, {
      ...failure(404, 'NotFound', `${entry.resource} "${name}" not found`),
      details: { name, group: groupOf(entry.prefix), kind: entry.resource },
    });
  }

  answer(response, status, body) {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  }
}
