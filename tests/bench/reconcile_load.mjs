// What a reconcile costs when nothing changes: `kubegauge autoscaler` against an API server of canned
// answers on the loopback, over TLS and HTTP/2 as the real one speaks it.
//
//   KUBEGAUGE_BINARY=build/kubegauge node tests/bench/reconcile_load.mjs [--hpas=1000] [--pods=30]
//       [--period=15] [--seconds=60]
//
// Prints the CPU time of the autoscaler for each reconcile, and its memory. The process under test is
// ended after that.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Authority } from '../e2e/cluster/lib/certificates.mjs';

const { values } = parseArgs({ options: Object.fromEntries([['hpas', '1000'], ['pods', '30'], ['period', '15'], ['seconds', '60']].map(([name, value]) => [name, { type: 'string', default: value }])) });
const [hpas, pods, period, seconds] = ['hpas', 'pods', 'period', 'seconds'].map((name) => Number(values[name]));
const namespaces = 100;
const ticksPerSecond = 100;

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
    spec: { containers: ['app', 'istio-proxy'].map((container) => ({ name: container, image: 'i', resources: { requests: { cpu: '100m', memory: '128Mi' } } })) },
    status: { phase: 'Running', startTime: longAgo, conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: longAgo }] },
  }));
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
    this.reconciles = 0;
    this.writes = 0;
    this.watches = new Set();
  }

  async start(tls) {
    this.server = createSecureServer({ ...tls, allowHTTP1: true }, (request, response) => this.serve(request, response));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  async serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, 'https://api');
    if (url.searchParams.get('watch') === 'true') return this.watch(url, response);
    const answer = this.answer(request.method, url, chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : undefined);
    const body = Buffer.from(JSON.stringify(answer ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, message: 'not found' }));
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  }

  watch(url, response) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders?.();
    if (url.pathname.endsWith('/horizontalpodautoscalers')) this.watches.add(response);
    response.on('close', () => this.watches.delete(response));
  }

  answer(method, { pathname, searchParams }, body) {
    if (method !== 'GET') return this.write(pathname, body);
    const group = (name, version) => ({ name, versions: [{ groupVersion: `${name}/${version}`, version }], preferredVersion: { groupVersion: `${name}/${version}`, version } });
    const scale = /\/namespaces\/([^/]+)\/deployments\/([^/]+)\/scale$/.exec(pathname);
    if (scale) {
      ++this.reconciles;
      const [, namespace, name] = scale;
      return { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name, namespace, uid: name, resourceVersion: '7', creationTimestamp: longAgo }, spec: { replicas: pods }, status: { replicas: pods, selector: `app=${name}` } };
    }
    const measured = /\/metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods$/.exec(pathname);
    if (measured) return metricsOf(measured[1], searchParams.get('labelSelector').split('=')[1]);
    if (pathname.includes('/leases/')) return this.lease;
    return {
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [group('apps', 'v1'), group('autoscaling', 'v2')] },
      '/apis/apps/v1': { kind: 'APIResourceList', groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }, { name: 'deployments/scale', kind: 'Scale', group: 'autoscaling', version: 'v1', namespaced: true }] },
      '/api/v1/pods': { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: pathname === '/api/v1/pods' ? [...this.hpas.keys()].flatMap((_, i) => podsOf(i)) : [] },
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
const autoscaler = spawn(process.env.KUBEGAUGE_BINARY, ['autoscaler', `--kubeconfig=${kubeconfig}`, '--bind-address=127.0.0.1', '--secure-port=0', `--cert-dir=${directory}`, '--authentication-skip-lookup', `--horizontal-pod-autoscaler-sync-period=${period}s`], { stdio: ['ignore', 'ignore', 'pipe'] });
const leads = new Promise((resolve) => createInterface({ input: autoscaler.stderr }).on('line', (line) => line.includes('Leads identity') && resolve()));
const sleep = (s) => new Promise((resolve) => setTimeout(resolve, 1000 * s));
const cpuTicks = () => {
  const fields = readFileSync(`/proc/${autoscaler.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return [Number(fields[11]), Number(fields[12])];
};

try {
  await leads;
  await sleep(3 * period); // until every status has been written
  const before = { ticks: cpuTicks(), reconciles: api.reconciles, writes: api.writes };
  await sleep(seconds);
  const [user, system] = cpuTicks().map((ticks, i) => 1000 * (ticks - before.ticks[i]) / ticksPerSecond);
  const reconciles = api.reconciles - before.reconciles;
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${autoscaler.pid}/status`, 'utf8'))[1];
  console.log(`${hpas} HPAs of 2 resource metrics and ${pods} pods, every ${period} s: ${reconciles} reconciles and ${api.writes - before.writes} writes in ${seconds} s`);
  console.log(`${((user + system) / reconciles).toFixed(3)} ms of CPU a reconcile (${(user / reconciles).toFixed(3)} user, ${(system / reconciles).toFixed(3)} system), ${(resident / 1024).toFixed(1)} MB resident`);
} finally {
  autoscaler.kill('SIGTERM');
  api.server.close();
  authority.remove();
  rmSync(directory, { recursive: true, force: true });
  setTimeout(() => process.exit(), 1000).unref();
}
