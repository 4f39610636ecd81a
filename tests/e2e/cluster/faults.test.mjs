// Kubelets that misbehave cost their own nodes' freshness and nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster, until } from './lib/cluster.mjs';

const faults = ['error', 'html', 'broken-utf8', 'silent', 'drip', 'endless'];
let cluster;
let server;

before(async () => {
  cluster = await Cluster.start({ nodes: faults.length + 3 });
  cluster.registerApiService('v1beta1');
  cluster.kubelets[faults.length].missing.add('/metrics/resource');
  cluster.kubelets[faults.length + 1].missing.add('/metrics/resource').add('/stats/summary');
  server = await cluster.startServer();
});
after(() => cluster.stop());

const node = async (name) => {
  const { body } = await server.get(`/apis/metrics.k8s.io/v1beta1/nodes/${name}`, { token: 'admin-token' });
  return JSON.parse(body);
};

test('a node without /metrics/resource is read from its summary, or from cadvisor', async () => {
  for (const index of [faults.length, faults.length + 1]) {
    const { name } = cluster.kubelets[index];
    await until(async () => (await node(name)).kind === 'NodeMetrics', `${name} to have metrics`);
  }
});

test('each fault leaves the last good points of its node, and the others fresh', async () => {
  const healthy = cluster.kubelets.at(-1).name;
  const before = await Promise.all(cluster.kubelets.map((kubelet) => node(kubelet.name)));
  for (const item of before) assert.equal(item.kind, 'NodeMetrics', JSON.stringify(item));
  faults.forEach((mode, i) => { cluster.kubelets[i].mode = mode; });
  const last = before.at(-1).timestamp;
  await until(async () => (await node(healthy)).timestamp > last, 'the healthy node to be scraped');
  await until(() => faults.every((_, i) => server.log.some((line) => line.includes(`node=${cluster.kubelets[i].name} `))), 'each failure to be logged');
  for (let i = 0; i < faults.length; ++i) {
    const now = await node(cluster.kubelets[i].name);
    assert.equal(now.kind, 'NodeMetrics', `${faults[i]}: ${JSON.stringify(now)}`);
    const lines = server.log.filter((line) => line.includes(`node=${cluster.kubelets[i].name} `));
    assert.equal(lines.length, 1, `one line a change of state, not ${lines.join('\n')}`);
  }
});

test('a kubelet that recovers is served fresh again', async () => {
  const { name } = cluster.kubelets[0];
  const { timestamp } = await node(name);
  cluster.kubelets[0].mode = 'ok';
  await until(async () => (await node(name)).timestamp > timestamp, 'the node to recover');
});
