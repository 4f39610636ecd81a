// A real Prometheus scrapes the server over TLS with a token, and agrees with kubectl top.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { Cluster, until } from './lib/cluster.mjs';

const prometheus = process.env.PROMETHEUS ?? '';
const skip = existsSync(prometheus) ? false : 'there is no Prometheus here';
let cluster;
let server;

before(async () => {
  cluster = await Cluster.start({ nodes: 2 });
  cluster.registerApiService('v1beta1');
  server = await cluster.startServer();
});
after(() => cluster.stop());

const scrape = (path) => server.get(path, { token: 'prometheus-token' });

for (const path of ['/metrics', '/metrics/usage']) {
  test(`promtool finds nothing to mend in ${path}`, { skip }, async () => {
    const { status, body, headers } = await scrape(path);
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
    const promtool = join(dirname(prometheus), 'promtool');
    const checking = spawn('sh', ['-c', `"${promtool}" check metrics 2>&1`], { stdio: ['pipe', 'pipe', 'inherit'] });
    checking.stdin.end(body);
    const output = [];
    checking.stdout.on('data', (chunk) => output.push(chunk));
    const code = await new Promise((resolve) => checking.on('close', resolve));
    assert.equal(code, 0, Buffer.concat(output).toString());
  });
}

test('the own metrics have the names of metrics-server', async () => {
  const text = (await scrape('/metrics')).body.toString();
  for (const line of [
    /^metrics_server_kubelet_request_total\{success="true"\} [1-9]/m,
    /^metrics_server_kubelet_request_duration_seconds_bucket\{node="node-1",le="0\.005"\} /m,
    /^metrics_server_kubelet_last_request_time_seconds\{node="node-2"\} 1\.\d+e\+09|^metrics_server_kubelet_last_request_time_seconds\{node="node-2"\} \d+/m,
    /^metrics_server_storage_points\{type="node"\} 2$/m,
    /^metrics_server_storage_points\{type="container"\} 6$/m,
    /^metrics_server_manager_tick_duration_seconds_count /m,
    /^metrics_server_api_metric_freshness_seconds_count /m,
    /^process_cpu_seconds_total /m,
    /^rest_client_requests_total\{code="200",host="127\.0\.0\.1:\d+",method="GET"\} [1-9]/m,
    /^rest_client_requests_total\{code="201",host="127\.0\.0\.1:\d+",method="POST"\} [1-9]/m,
  ]) assert.match(text, line);
});

async function startPrometheus() {
  const config = join(cluster.directory, 'prometheus.yml');
  const job = (name, path) => ({
    job_name: name, scheme: 'https', metrics_path: path, scrape_interval: '1s',
    authorization: { credentials: 'prometheus-token' }, tls_config: { insecure_skip_verify: true },
    static_configs: [{ targets: [`127.0.0.1:${server.port}`] }],
  });
  writeFileSync(config, JSON.stringify({ scrape_configs: [job('kubegauge', '/metrics'), job('usage', '/metrics/usage')] }));
  const child = spawn(prometheus, [
    `--config.file=${config}`, `--storage.tsdb.path=${join(cluster.directory, 'tsdb')}`, '--web.listen-address=127.0.0.1:0',
  ], { stdio: ['ignore', 'ignore', 'pipe'] });
  let port;
  createInterface({ input: child.stderr }).on('line', (line) => {
    port ??= /address=127\.0\.0\.1:([1-9]\d*)/.exec(line)?.[1];
  });
  await until(() => port, 'Prometheus to listen');
  const get = (path) => new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    }).on('error', reject).end();
  });
  // It listens before its storage is open, and answers 503 until then.
  await until(async () => (await get('/-/ready')).status === 200, 'Prometheus to be ready');
  const query = async (expression) => {
    const { status, body } = await get(`/api/v1/query?query=${encodeURIComponent(expression)}`);
    assert.equal(status, 200, body);
    return JSON.parse(body).data.result;
  };
  return { query, stop: () => child.kill('SIGTERM') };
}

test('a query returns what kubectl top says', { skip }, async (t) => {
  const { query, stop } = await startPrometheus();
  t.after(stop);
  const cores = 'sum by (pod) (kubegauge_container_cpu_usage_cores{namespace="shop",pod="web-node-1"})';
  await until(async () => (await query(cores)).length > 0, 'the first scrape');
  const { stdout } = await cluster.kubectl(['top', 'pod', '-n', 'shop', 'web-node-1', '--no-headers']);
  const millicores = Number(/ (\d+)m /.exec(stdout)[1]);
  const [{ value }] = await query(cores);
  assert.ok(Math.abs(Number(value[1]) * 1000 - millicores) <= 15, `${value[1]} cores, and ${millicores}m`);
  const up = await query('min(up)');
  assert.equal(up[0].value[1], '1');
});
