// What a reconcile costs when nothing changes: `kubegauge autoscaler` against an API server of canned
// answers on the loopback, over TLS and HTTP/2 as the real one speaks it.
//
//   KUBEGAUGE_BINARY=build/kubegauge node tests/bench/reconcile_load.mjs [--hpas=1000] [--pods=30]
//       [--period=15] [--seconds=60] [--in-process] [--json]
//
// With --in-process it is `kubegauge server --autoscaler`, which measures the pods itself, by the
// kubelets of kubelet_simulator (KUBELET_SIMULATOR; built beside the benchmarks). The same server is
// then run without --autoscaler, and its CPU time subtracted. With --json the API server has no
// protobuf of metrics.k8s.io; with --no-target-watch it forbids to watch Deployments, so that each
// reconcile reads its scale.
//
// Prints the CPU time for each reconcile, and the memory. The processes are ended after that.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Authority } from '../e2e/cluster/lib/certificates.mjs';
import { encodeList } from '../e2e/cluster/lib/protobuf.mjs';

const numbers = { hpas: '1000', pods: '30', period: '15', seconds: '60', 'first-port': '21000' };
const { values } = parseArgs({ options: {
  ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { type: 'string', default: value }])),
  'in-process': { type: 'boolean' }, json: { type: 'boolean' }, 'no-target-watch': { type: 'boolean' },
} });
const [hpas, pods, period, seconds, firstPort] = Object.keys(numbers).map((name) => Number(values[name]));
const inProcess = values['in-process'];
const binary = process.env.KUBEGAUGE_BINARY;
const simulator = process.env.KUBELET_SIMULATOR ?? join(dirname(binary), 'tests/bench/kubelet_simulator');
const namespaces = 100;
const ticksPerSecond = 100;
const protobufType = 'application/vnd.kubernetes.protobuf';
// Half of them is used, as the HPAs want it.
const requests = inProcess ? { cpu: '310m', memory: '183Mi' } : { cpu: '100m', memory: '128Mi' };

const namespaceOf = (i) => `ns-${i % namespaces}`;
const namesOf = (i) => Array.from({ length: pods }, (_, p) => `web-${i}-65847cf6ff-${10_000 + p * 37}`);
const longAgo = '2026-01-01T00:00:00Z';
const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z');

function hpaOf(i) {
  const target = (name) => ({ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization: 50 } } });
  return {
    kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2',
    metadata: { name: `web-${i}`, namespace: namespaceOf(i), uid: `hpa-${i}`, resourceVersion: '1', creationTimestamp: longAgo },
    spec: { scaleTargetRef: { kind: 'Deployment', name: `web-${i}`, apiVersion: 'apps/v1' }, minReplicas: 1, maxReplicas: 100, metrics: [target('cpu'), target('memory')] },
    status: { desiredReplicas: 0, currentMetrics: null },
  };
}

function podsOf(i) {
  return namesOf(i).map((name) => ({
    metadata: { name, namespace: namespaceOf(i), uid: name, resourceVersion: '1', creationTimestamp: longAgo, labels: { app: `web-${i}`, 'pod-template-hash': '65847cf6ff' } },
    spec: { containers: ['app', 'istio-proxy'].map((container) => ({ name: container, image: 'i', resources: { requests } })) },
    status: { phase: 'Running', startTime: longAgo, conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: longAgo }] },
  }));
}

// One for each HPA: that many pods are on each, as kubelet_simulator has them.
function nodeOf(i) {
  return {
    metadata: { name: `node-${i}`, uid: `node-${i}`, resourceVersion: '1', creationTimestamp: longAgo },
    status: { conditions: [{ type: 'Ready', status: 'True' }], addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: firstPort + i } } },
  };
}

// Both metrics are on their targets.
function metricsOf(namespace, app) {
  const items = namesOf(Number(app.slice('web-'.length))).map((name) => ({
    metadata: { name, namespace, creationTimestamp: now(), labels: { app } }, timestamp: now(), window: '15.062s',
    containers: [
      { name: 'app', usage: { cpu: '50123456n', memory: '65012Ki' } },
      { name: 'istio-proxy', usage: { cpu: '49876544n', memory: '66060Ki' } },
    ],
  }));
  return { kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items };
}

class CannedApi {
  constructor() {
    this.hpas = new Map(Array.from({ length: hpas }, (_, i) => [`${namespaceOf(i)}/web-${i}`, hpaOf(i)]));
    this.version = 1;
    this.scaleReads = 0;
    this.writes = 0;
    this.watches = new Set();
    this.measured = new Map(); // bodies, by media type and app
  }

  async start(tls) {
    this.server = createSecureServer({ ...tls, allowHTTP1: true }, (request, response) => this.serve(request, response));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  async serve(request, response) {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // given up by the client, as it may where the machine is busy
    }
    const url = new URL(request.url, 'https://api');
    if (url.searchParams.get('watch') === 'true') return this.watch(url, response);
    const measured = /\/metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods$/.exec(url.pathname);
    if (measured) return this.measure(request, response, measured[1], url.searchParams.get('labelSelector').split('=')[1]);
    const answer = this.answer(request.method, url, chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : undefined);
    const body = Buffer.from(JSON.stringify(answer ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, message: 'not found' }));
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  }

  // As of the first time it is asked for: usage is never too old for an HPA.
  measure(request, response, namespace, app) {
    const type = !values.json && request.headers.accept.startsWith(protobufType) ? protobufType : 'application/json';
    const key = `${type} ${app}`;
    if (!this.measured.has(key)) {
      const list = metricsOf(namespace, app);
      this.measured.set(key, type === protobufType ? encodeList(list.apiVersion, 'PodMetrics', list) : Buffer.from(JSON.stringify(list)));
    }
    const body = this.measured.get(key);
    response.writeHead(200, { 'content-type': type, 'content-length': body.length });
    response.end(body);
  }

  watch(url, response) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders?.();
    if (url.pathname.endsWith('/horizontalpodautoscalers')) this.watches.add(response);
    const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: String(this.version) } } };
    const bookmarks = setInterval(() => response.write(`${JSON.stringify(bookmark)}\n`), 60_000);
    response.on('close', () => {
      clearInterval(bookmarks);
      this.watches.delete(response);
    });
  }

  answer(method, { pathname }, body) {
    if (method !== 'GET') return this.write(pathname, body);
    const group = (name, version) => ({ name, versions: [{ groupVersion: `${name}/${version}`, version }], preferredVersion: { groupVersion: `${name}/${version}`, version } });
    const scale = /\/namespaces\/([^/]+)\/deployments\/([^/]+)\/scale$/.exec(pathname);
    if (scale) {
      ++this.scaleReads;
      const [, namespace, name] = scale;
      return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name, namespace, uid: name, resourceVersion: '7', creationTimestamp: longAgo }, spec: { replicas: pods }, status: { replicas: pods, selector: `app=${name}` } };
    }
    if (pathname.includes('/leases/')) return this.lease;
    return {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [group('apps', 'v1'), group('autoscaling', 'v2')] },
      '/apis/apps/v1': { kind: 'APIResourceList', groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }, { name: 'deployments/scale', kind: 'Scale', group: 'autoscaling', version: 'v1', namespaced: true }] },
      '/api/v1/nodes': { kind: 'NodeList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: pathname === '/api/v1/nodes' ? Array.from({ length: hpas }, (_, i) => nodeOf(i)) : [] },
      '/api/v1/pods': { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: pathname === '/api/v1/pods' ? [...this.hpas.keys()].flatMap((_, i) => podsOf(i)) : [] },
      '/apis/apps/v1/deployments': values['no-target-watch'] ? undefined : { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '7' }, items: pathname === '/apis/apps/v1/deployments' ? [...this.hpas.values()].map(({ metadata: { name, namespace } }) => ({ metadata: { name, namespace, uid: name, resourceVersion: '7', creationTimestamp: longAgo } })) : [] },
      '/apis/autoscaling/v2/horizontalpodautoscalers': { kind: 'HorizontalPodAutoscalerList', apiVersion: 'autoscaling/v2', metadata: { resourceVersion: String(this.version) }, items: [...this.hpas.values()] },
    }[pathname];
  }

  write(pathname, body) {
    if (pathname.includes('/leases')) {
      this.lease = { ...body, metadata: { ...body.metadata, uid: 'lease', resourceVersion: String(++this.version) } };
      return this.lease;
    }
    ++this.writes;
    const status = /\/namespaces\/([^/]+)\/horizontalpodautoscalers\/([^/]+)\/status$/.exec(pathname);
    if (!status) return body;
    const hpa = this.hpas.get(`${status[1]}/${status[2]}`);
    Object.assign(hpa, { status: body.status, metadata: { ...hpa.metadata, resourceVersion: String(++this.version) } });
    for (const watch of this.watches) watch.write(`${JSON.stringify({ type: 'MODIFIED', object: hpa })}\n`);
    return hpa;
  }
}

const directory = mkdtempSync(join(tmpdir(), 'kubegauge-load-'));
const authority = new Authority('load-ca');
const api = new CannedApi();
await api.start(authority.sign({ commonName: 'api', names: ['IP:127.0.0.1'] }));
const kubeconfig = join(directory, 'kubeconfig');
writeFileSync(kubeconfig, JSON.stringify({
  apiVersion: 'v1', kind: 'Config', 'current-context': 'c', contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }], users: [{ name: 'u', user: { token: 't' } }],
  clusters: [{ name: 'c', cluster: { server: `https://127.0.0.1:${api.port}`, 'certificate-authority-data': Buffer.from(authority.pem).toString('base64') } }],
}));
const serving = ['--bind-address=127.0.0.1', '--secure-port=0', `--cert-dir=${directory}`, '--authentication-skip-lookup', '--authorization-always-allow-paths=/metrics'];
const syncing = `--horizontal-pod-autoscaler-sync-period=${period}s`;
const authorities = join(directory, 'kubelets.pem');
const scraping = ['--kubelet-use-node-status-port', '--kubelet-preferred-address-types=InternalIP', `--kubelet-certificate-authority=${authorities}`, '--metric-resolution=15s'];
const sleep = (s) => new Promise((resolve) => setTimeout(resolve, 1000 * s));
const children = [];

function start(command, args, stdio) {
  const child = spawn(command, args, { stdio });
  children.push(child);
  return child;
}

// Resolves with the line that says so.
function said(stream, text) {
  return new Promise((resolve) => createInterface({ input: stream }).on('line', (line) => line.includes(text) && resolve(line)));
}

// How many reconciles the process that serves `address` has done.
async function reconcilesOf(address) {
  const text = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: address.split(':').at(-1), path: '/metrics', rejectUnauthorized: false, agent: false }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve(Buffer.concat(chunks).toString());
    }).on('error', reject).end();
  });
  const counts = [...text.matchAll(/^horizontal_pod_autoscaler_controller_reconciliations_total\{[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

// What a process takes in `seconds`, once it has settled: milliseconds of CPU, reconciles, and what
// it asks the API server for.
async function measure(verb, args, ready) {
  const child = start(binary, [verb, `--kubeconfig=${kubeconfig}`, ...serving, ...args], ['ignore', 'ignore', 'pipe']);
  const [serves] = await Promise.all([said(child.stderr, 'Serving address'), said(child.stderr, ready)]);
  const address = /address="?([^" ]+)/.exec(serves)[1];
  const now = async () => {
    const reconciles = await reconcilesOf(address);
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const [user, system] = fields.slice(11, 13).map((ticks) => 1000 * ticks / ticksPerSecond);
    return { user, system, reconciles, scaleReads: api.scaleReads, writes: api.writes };
  };
  await sleep(3 * period); // until every status has been written
  const before = await now();
  await sleep(seconds);
  const taken = Object.fromEntries(Object.entries(await now()).map(([name, value]) => [name, value - before[name]]));
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1] / 1024;
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGTERM');
  await ended;
  return { ...taken, resident };
}

async function measureInProcess() {
  const kubelets = start(simulator, [authorities, firstPort, hpas, namespaces].map(String), ['ignore', 'pipe', 'inherit']);
  await said(kubelets.stdout, 'ready');
  const both = await measure('server', [...scraping, '--autoscaler', syncing], 'Leads identity');
  const scrapes = await measure('server', scraping, 'Serving address');
  console.log(`scraping alone: ${((scrapes.user + scrapes.system) / seconds).toFixed(1)} ms of CPU a second`);
  return { ...both, user: both.user - scrapes.user, system: both.system - scrapes.system };
}

try {
  if (inProcess && pods !== 30) throw new Error('the kubelets of kubelet_simulator have 30 pods');
  const { user, system, reconciles, scaleReads, writes, resident } = await (inProcess ? measureInProcess() : measure('autoscaler', [syncing], 'Leads identity'));
  console.log(`${hpas} HPAs of 2 resource metrics and ${pods} pods, every ${period} s: ${reconciles} reconciles, ${scaleReads} scale reads and ${writes} writes in ${seconds} s`);
  console.log(`${((user + system) / reconciles).toFixed(3)} ms of CPU a reconcile (${(user / reconciles).toFixed(3)} user, ${(system / reconciles).toFixed(3)} system), ${resident.toFixed(1)} MB resident`);
} finally {
  for (const child of children) child.kill('SIGKILL');
  api.server.close();
  authority.remove();
  rmSync(directory, { recursive: true, force: true });
  setTimeout(() => process.exit(), 1000).unref();
}
