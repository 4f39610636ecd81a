// A cluster to try kubegauge in: API server with aggregator, kubelets, users, and the programs that
// talk to it. Everything listens on the loopback and ends with stop().
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Aggregator } from './aggregator.mjs';
import { ApiServer } from './api_server.mjs';
import { Authority } from './certificates.mjs';
import { Kubelet } from './kubelet.mjs';
import { isAllowed } from './rbac.mjs';
import { Store } from './store.mjs';

export const binary = process.env.KUBEGAUGE_BINARY;
const serviceAccount = (name) => ({
  name: `system:serviceaccount:kube-system:${name}`, groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system'],
});

// What upstream's manifests grant, and the users of the tests.
function seed(store, tokens) {
  const rule = (apiGroups, resources, verbs) => ({ apiGroups, resources, verbs });
  const bind = (name, subject) => store.put('clusterrolebindings', {
    metadata: { name }, roleRef: { kind: 'ClusterRole', name }, subjects: [subject],
  });
  const server = { kind: 'ServiceAccount', namespace: 'kube-system', name: 'metrics-server' };
  store.put('clusterroles', { metadata: { name: 'system:metrics-server' }, rules: [rule([''], ['nodes/metrics', 'nodes/stats'], ['get']), rule([''], ['pods', 'nodes'], ['get', 'list', 'watch'])] });
  bind('system:metrics-server', server);
  store.put('clusterroles', { metadata: { name: 'system:auth-delegator' }, rules: [rule(['authentication.k8s.io'], ['tokenreviews'], ['create']), rule(['authorization.k8s.io'], ['subjectaccessreviews'], ['create'])] });
  bind('system:auth-delegator', server);
  store.put('roles', { metadata: { namespace: 'kube-system', name: 'extension-apiserver-authentication-reader' }, rules: [{ ...rule([''], ['configmaps'], ['get', 'list', 'watch']), resourceNames: ['extension-apiserver-authentication'] }] });
  store.put('rolebindings', { metadata: { namespace: 'kube-system', name: 'metrics-server-auth-reader' }, roleRef: { kind: 'Role', name: 'extension-apiserver-authentication-reader' }, subjects: [server] });
  store.put('clusterroles', { metadata: { name: 'system:discovery' }, rules: [{ verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz', '/version'] }] });
  bind('system:discovery', { kind: 'Group', name: 'system:authenticated' });
  store.put('clusterroles', { metadata: { name: 'monitoring' }, rules: [{ verbs: ['get'], nonResourceURLs: ['/metrics', '/metrics/*'] }] });
  bind('monitoring', { kind: 'User', name: 'prometheus' });
  store.put('clusterroles', { metadata: { name: 'viewer' }, rules: [rule(['metrics.k8s.io', ''], ['pods', 'nodes'], ['get', 'list', 'watch'])] });
  bind('viewer', { kind: 'User', name: 'viewer' });
  tokens.set('metrics-server-token', serviceAccount('metrics-server'));
  tokens.set('kubegauge-token', serviceAccount('kubegauge'));
  tokens.set('kubegauge-autoscaler-token', serviceAccount('kubegauge-autoscaler'));
  tokens.set('admin-token', { name: 'admin', groups: ['system:masters'] });
  tokens.set('viewer-token', { name: 'viewer' });
  tokens.set('nobody-token', { name: 'nobody' });
  tokens.set('prometheus-token', { name: 'prometheus' });
  for (const name of ['default', 'kube-system', 'shop']) store.put('namespaces', { metadata: { name } });
}

export class Cluster {
  static async start({ nodes = 2 } = {}) {
    const cluster = new Cluster();
    await cluster.initialize(nodes);
    return cluster;
  }

  async initialize(nodes) {
    this.directory = mkdtempSync(join(tmpdir(), 'kubegauge-cluster-'));
    this.authority = new Authority('cluster-ca');
    this.frontProxyAuthority = new Authority('front-proxy-ca');
    this.store = new Store();
    this.tokens = new Map();
    this.endpoints = new Map();
    this.servers = [];
    this.kubelets = [];
    this.shownToKubelets = new Set(); // names of the users that asked them
    seed(this.store, this.tokens);
    this.store.put('configmaps', {
      metadata: { namespace: 'kube-system', name: 'extension-apiserver-authentication' },
      data: {
        'client-ca-file': this.authority.pem,
        'requestheader-client-ca-file': this.frontProxyAuthority.pem,
        'requestheader-username-headers': '["X-Remote-User"]',
        'requestheader-group-headers': '["X-Remote-Group"]',
        'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
        'requestheader-allowed-names': '["front-proxy-client"]',
      },
    });
    const serving = this.authority.sign({ commonName: 'kube-apiserver', names: ['IP:127.0.0.1', 'DNS:kubernetes'] });
    this.aggregator = new Aggregator({
      frontProxy: this.frontProxyAuthority.sign({ commonName: 'front-proxy-client' }), endpoints: this.endpoints,
    });
    this.api = new ApiServer({
      store: this.store, tokens: this.tokens, aggregator: this.aggregator,
      tls: { ...serving, ca: this.authority.pem },
    });
    await this.api.server.start();
    for (let i = 1; i <= nodes; ++i) await this.addNode(`node-${i}`);
  }

  // Two pods a node: `shop/web-<node>` of two containers, `shop/db-<node>` of one.
  async addNode(name) {
    const pods = [
      { namespace: 'shop', name: `web-${name}`, containers: [{ name: 'app', cores: 0.25, bytes: 100 << 20 }, { name: 'proxy', cores: 0.05, bytes: 20 << 20 }] },
      { namespace: 'shop', name: `db-${name}`, containers: [{ name: 'mysql', cores: 0.5, bytes: 400 << 20 }] },
    ];
    const tls = this.authority.sign({ commonName: `system:node:${name}`, names: ['IP:127.0.0.1', `DNS:${name}`] });
    const kubelet = new Kubelet({ name, tls, pods, authorize: (request, node, subresource) => this.authorizeKubelet(request, node, subresource) });
    await kubelet.server.start();
    this.kubelets.push(kubelet);
    this.store.put('nodes', {
      metadata: { name, labels: { 'kubernetes.io/hostname': name, pool: 'a' } },
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }, { type: 'Hostname', address: name }],
        capacity: { cpu: '4', memory: '8Gi' }, allocatable: { cpu: '4', memory: '8Gi' },
        conditions: [{ type: 'Ready', status: 'True' }],
        daemonEndpoints: { kubeletEndpoint: { Port: kubelet.server.port } },
      },
    });
    for (const pod of pods) this.addPod(pod.namespace, pod.name, { app: pod.name.split('-')[0] }, pod.containers);
    return kubelet;
  }

  addPod(namespace, name, labels, containers, phase = 'Running') {
    const spec = { containers: containers.map((container) => ({ name: container.name, image: 'i' })) };
    this.store.put('pods', { metadata: { namespace, name, labels }, spec, status: { phase } });
  }

  authorizeKubelet(request, node, subresource) {
    const user = this.api.userOf(request);
    this.shownToKubelets.add(user?.name);
    if (!user || user.name === 'system:anonymous') return 401;
    return isAllowed(this.store, user, { verb: 'get', group: '', resource: 'nodes', subresource, name: node }) ? 200 : 403;
  }

  // A kubeconfig of `token`; gives its path.
  kubeconfig(token, server = `https://127.0.0.1:${this.api.server.port}`) {
    const path = join(this.directory, `kubeconfig-${token}`);
    writeFileSync(path, JSON.stringify({
      apiVersion: 'v1', kind: 'Config', 'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(this.authority.pem).toString('base64') } }],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }));
    return path;
  }

  // Starts `kubegauge server` as upstream's manifest does, plus `flags`, and waits until it listens.
  async startServer(flags = [], { service = 'metrics-server', user = 'metrics-server', ready = true } = {}) {
    const certDir = mkdtempSync(join(this.directory, 'certs-'));
    const kubeconfig = this.kubeconfig(`${user}-token`);
    const server = new ServerProcess([
      'server', `--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`, '--bind-address=127.0.0.1', '--secure-port=0',
      `--cert-dir=${certDir}`, '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
      '--kubelet-use-node-status-port', '--metric-resolution=10s', '--kubelet-request-timeout=5s', ...flags,
    ]);
    this.servers.push(server);
    server.port = await server.listening();
    this.endpoints.set(`kube-system/${service}`, server.port);
    if (ready) await until(() => server.isReady(), 'the server to be ready');
    return server;
  }

  // Starts `kubegauge autoscaler` as the service account of its manifests, which are to be applied.
  async startAutoscaler(flags = []) {
    const kubeconfig = this.kubeconfig('kubegauge-autoscaler-token');
    const autoscaler = new ServerProcess([
      'autoscaler', `--kubeconfig=${kubeconfig}`, '--bind-address=127.0.0.1', '--secure-port=0',
      `--cert-dir=${mkdtempSync(join(this.directory, 'certs-'))}`, ...flags,
    ]);
    this.servers.push(autoscaler);
    autoscaler.port = await autoscaler.listening();
    this.endpoints.set('kube-system/kubegauge-autoscaler', autoscaler.port);
    await until(() => autoscaler.isReady(), 'the autoscaler to be ready');
    return autoscaler;
  }

  async apply(overlay) {
    const applied = await this.kubectl(['apply', '--validate=false', '-k', fileURLToPath(new URL(`../../../../deploy/kustomize/overlays/${overlay}`, import.meta.url))]);
    if (applied.code !== 0) throw new Error(applied.stderr);
  }

  // What the overlay self-registered grants on top of upstream's rights, to a service account.
  grantRegistration(name) {
    const subjects = [{ kind: 'ServiceAccount', namespace: 'kube-system', name }];
    const grant = (clusterRole, extra) => {
      if (extra) this.store.put('clusterroles', { metadata: { name: clusterRole }, rules: extra });
      this.store.put('clusterrolebindings', { metadata: { name: `${clusterRole}:${name}` }, roleRef: { kind: 'ClusterRole', name: clusterRole }, subjects });
    };
    grant('system:metrics-server');
    grant('system:auth-delegator');
    grant('registration', [
      { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: ['create', 'get', 'update'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'get', 'update'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
    ]);
  }

  registerApiService(version, { service = 'metrics-server' } = {}) {
    this.store.put('apiservices', {
      metadata: { name: `${version}.metrics.k8s.io` },
      spec: {
        group: 'metrics.k8s.io', version, insecureSkipTLSVerify: true, groupPriorityMinimum: 100,
        versionPriority: 100, service: { namespace: 'kube-system', name: service },
      },
    });
  }

  kubectl(args, { token = 'admin-token', program = process.env.KUBECTL ?? 'kubectl' } = {}) {
    return run(program, ['--kubeconfig', this.kubeconfig(token), ...args]);
  }

  async stop() {
    for (const server of this.servers) await server.stop();
    for (const kubelet of this.kubelets) await kubelet.server.stop();
    await this.api.server.stop();
    this.authority.remove();
    this.frontProxyAuthority.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

// A running `kubegauge`; its log is kept line by line.
export class ServerProcess {
  constructor(args) {
    this.log = [];
    this.process = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.exited = new Promise((resolve) => this.process.on('exit', (code) => resolve(code)));
    createInterface({ input: this.process.stderr }).on('line', (line) => this.log.push(line));
  }

  async listening() {
    const serving = /Serving address="?[^ "]*:(\d+)/;
    await until(() => this.log.some((line) => serving.test(line)) || this.process.exitCode !== null, 'the server to listen');
    const line = this.log.find((entry) => serving.test(entry));
    if (!line) throw new Error(`kubegauge ended:\n${this.log.join('\n')}`);
    return Number(serving.exec(line)[1]);
  }

  get(path, { token, headers = {}, ...tls } = {}) {
    return httpsGet({ port: this.port, path, rejectUnauthorized: false, ...tls, headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) } });
  }

  async isReady() {
    return (await this.get('/readyz')).status === 200;
  }

  logged(text) {
    return this.log.filter((line) => line.includes(text));
  }

  async stop() {
    if (this.process.exitCode === null) this.process.kill('SIGTERM');
    return this.exited;
  }
}

export async function httpsGet({ headers, ...options }) {
  const { request } = await import('node:https');
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', agent: false, headers, ...options }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000, ...options }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code ?? 1 : 0, stdout, stderr });
    });
  });
}

// Asks `condition` again and again until it holds. The limit is for a run that hangs, on the slowest
// machine; a test that promises a time says it.
export async function until(condition, what, limitMs = 120_000) {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
