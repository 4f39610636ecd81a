// A kubelet: serves the usage of its pods over TLS, asks the API server who may read it, and can be
// told to misbehave.
import { TlsServer } from './tls_server.mjs';

const seconds = (ms) => (ms / 1000).toFixed(9);

export class Kubelet {
  // `pods`: [{namespace, name, containers: [{name, cores, bytes}]}]. `authorize(request, subresource)`
  // gives a status: 200, 401 or 403.
  constructor({ name, tls, pods, authorize }) {
    this.name = name;
    this.pods = pods;
    this.authorize = authorize;
    this.mode = 'ok';
    this.missing = new Set(); // paths answered 404
    this.startedMs = Date.now() - 3600_000;
    this.requests = [];
    this.used = new Map();
    this.server = new TlsServer(tls, (request, response) => this.serve(request, response));
  }

  async serve(request, response) {
    const path = request.url.split('?')[0];
    this.requests.push(path);
    if (this.missing.has(path)) return void response.writeHead(404).end('404 page not found\n');
    if (this.mode !== 'ok') return this.misbehave(response);
    const subresource = path.startsWith('/stats') ? 'stats' : 'metrics';
    const status = await this.authorize(request, this.name, subresource);
    if (status !== 200) {
      return void response.writeHead(status).end(status === 401 ? 'Unauthorized' : 'Forbidden (user=x)');
    }
    const bodies = {
      '/metrics/resource': () => this.resourceMetrics(),
      '/stats/summary': () => JSON.stringify(this.summary()),
      '/metrics/cadvisor': () => this.cadvisorMetrics(),
    };
    if (!bodies[path]) return void response.writeHead(404).end();
    response.end(bodies[path]());
  }

  misbehave(response) {
    switch (this.mode) {
      case 'error':
        return void response.writeHead(500).end('Internal Error: runtime is down');
      case 'html':
        return void response.end('<html><body>Sign in to the hotel network</body></html>');
      case 'broken-utf8':
        return void response.end(Buffer.from([0xff, 0xfe, 0x80, 0x0a]));
      case 'silent':
        return;
      case 'drip': {
        const timer = setInterval(() => response.write('#'), 1000);
        return void response.on('close', () => clearInterval(timer));
      }
      case 'endless': {
        const line = Buffer.alloc(65536, '# \n');
        const pump = () => { while (!response.destroyed && response.write(line)); };
        response.on('drain', pump);
        return pump();
      }
      default:
        throw new Error(`no such mode: ${this.mode}`);
    }
  }

  // Cumulative CPU milliseconds of something that uses `cores` of late, since the start. Counts on as
  // the cores change.
  cpuMs(user, nowMs) {
    const used = this.used.get(user.key) ?? { ms: 0, atMs: this.startedMs };
    used.ms += user.cores * (nowMs - used.atMs);
    used.atMs = nowMs;
    this.used.set(user.key, used);
    return used.ms;
  }

  totals(nowMs) {
    const containers = this.pods.flatMap((pod) => pod.containers);
    const cores = containers.reduce((sum, container) => sum + container.cores, 0.05);
    const bytes = containers.reduce((sum, container) => sum + container.bytes, 64 << 20);
    return { cores, bytes, cpuMs: this.cpuMs({ key: 'node', cores }, nowMs) };
  }

  resourceMetrics() {
    const now = Date.now();
    const cpu = [];
    const memory = [];
    const start = [];
    for (const pod of this.pods) {
      for (const container of pod.containers) {
        const labels = `{container="${container.name}",namespace="${pod.namespace}",pod="${pod.name}"}`;
        cpu.push(`container_cpu_usage_seconds_total${labels} ${seconds(this.cpuMs({ key: `${pod.namespace}/${pod.name}/${container.name}`, cores: container.cores }, now))} ${now}`);
        memory.push(`container_memory_working_set_bytes${labels} ${container.bytes} ${now}`);
        start.push(`container_start_time_seconds${labels} ${this.startedMs / 1000}`);
      }
    }
    const node = this.totals(now);
    return [
      '# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container in core-seconds',
      '# TYPE container_cpu_usage_seconds_total counter', ...cpu,
      '# TYPE container_memory_working_set_bytes gauge', ...memory,
      '# TYPE container_start_time_seconds gauge', ...start,
      '# TYPE node_cpu_usage_seconds_total counter',
      `node_cpu_usage_seconds_total ${seconds(node.cpuMs)} ${now}`,
      '# TYPE node_memory_working_set_bytes gauge',
      `node_memory_working_set_bytes ${node.bytes} ${now}`,
      '# TYPE resource_scrape_error gauge', 'resource_scrape_error 0', '',
    ].join('\n');
  }

  summary() {
    const now = Date.now();
    const time = new Date(now).toISOString().replace(/\.\d+Z/, 'Z');
    const startTime = new Date(this.startedMs).toISOString().replace(/\.\d+Z/, 'Z');
    const cpu = (key, cores) => ({
      time, usageNanoCores: Math.round(cores * 1e9),
      usageCoreNanoSeconds: Math.round(this.cpuMs({ key, cores }, now) * 1e6),
    });
    const memory = (bytes) => ({ time, usageBytes: bytes, workingSetBytes: bytes, rssBytes: bytes });
    const node = this.totals(now);
    return {
      node: { nodeName: this.name, startTime, cpu: cpu('node', node.cores), memory: memory(node.bytes) },
      pods: this.pods.map((pod) => ({
        podRef: { name: pod.name, namespace: pod.namespace, uid: `uid-${pod.name}` },
        startTime,
        containers: pod.containers.map((container) => ({
          name: container.name, startTime, cpu: cpu(`${pod.namespace}/${pod.name}/${container.name}`, container.cores), memory: memory(container.bytes),
        })),
      })),
    };
  }

  cadvisorMetrics() {
    const now = Date.now();
    const lines = [];
    const node = this.totals(now);
    const root = 'container="",id="/",image="",name="",namespace="",pod=""';
    lines.push(`container_cpu_usage_seconds_total{container="",cpu="total",id="/",image="",name="",namespace="",pod=""} ${seconds(node.cpuMs)} ${now}`);
    lines.push(`container_memory_working_set_bytes{${root}} ${node.bytes} ${now}`);
    lines.push(`container_start_time_seconds{${root}} ${Math.floor(this.startedMs / 1000)}`);
    for (const pod of this.pods) {
      for (const container of pod.containers) {
        const rest = `id="/kubepods/${pod.name}/${container.name}",image="i",name="${container.name}-id",namespace="${pod.namespace}",pod="${pod.name}"`;
        lines.push(`container_cpu_usage_seconds_total{container="${container.name}",cpu="total",${rest}} ${seconds(this.cpuMs({ key: `${pod.namespace}/${pod.name}/${container.name}`, cores: container.cores }, now))} ${now}`);
        lines.push(`container_memory_working_set_bytes{container="${container.name}",${rest}} ${container.bytes} ${now}`);
        lines.push(`container_start_time_seconds{container="${container.name}",${rest}} ${Math.floor(this.startedMs / 1000)}`);
      }
    }
    return `${lines.sort().join('\n')}\n`;
  }
}
