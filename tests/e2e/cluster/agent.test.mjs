// `kubegauge agent` answers as a kubelet does, to those who may ask a kubelet.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Cluster, ServerProcess, until } from './lib/cluster.mjs';

let cluster;
let agent;

before(async () => {
  cluster = await Cluster.start({ nodes: 0 });
  cluster.grantRegistration('kubegauge');
  const kubeconfig = cluster.kubeconfig('kubegauge-token');
  agent = new ServerProcess([
    'agent', `--kubeconfig=${kubeconfig}`, '--bind-address=127.0.0.1', '--secure-port=0', '--node-name=this-machine',
    `--cert-dir=${mkdtempSync(join(cluster.directory, 'agent-'))}`,
  ]);
  agent.port = await agent.listening();
});
after(async () => {
  await agent.stop();
  await cluster.stop();
});

test('credentials are asked for as a kubelet asks', async () => {
  const anonymous = await agent.get('/metrics/resource');
  assert.equal(anonymous.status, 401);
  assert.equal(anonymous.body.toString(), 'Unauthorized');
  const refused = await agent.get('/metrics/resource', { token: 'nobody-token' });
  assert.equal(refused.status, 403);
  assert.equal(refused.body.toString(), 'Forbidden (user=nobody, verb=get, resource=nodes, subresource(s)=[metrics])\n');
});

test('the three bodies are those of a kubelet', async () => {
  const get = (path) => agent.get(path, { token: 'metrics-server-token' });
  await until(async () => /\nnode_cpu_usage_seconds_total \d/.test((await get('/metrics/resource')).body.toString()), 'the node to be measured');
  const summary = JSON.parse((await get('/stats/summary?only_cpu_and_memory=true')).body);
  assert.equal(summary.node.nodeName, 'this-machine');
  assert.ok(summary.node.memory.workingSetBytes > 0);
  assert.match((await get('/metrics/cadvisor')).body.toString(), /container_memory_working_set_bytes\{[^}]*id="\/"/);
});

test('the server scrapes the agent in a kubelet\'s place', async () => {
  cluster.registerApiService('v1beta1');
  cluster.store.put('nodes', {
    metadata: { name: 'this-machine', labels: {} },
    status: { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], conditions: [{ type: 'Ready', status: 'True' }] },
  });
  await cluster.startServer([`--kubelet-port=${agent.port}`, '--kubelet-insecure-tls'], { ready: false });
  await until(async () => (await cluster.kubectl(['top', 'node', 'this-machine'])).code === 0, 'kubectl top to show the machine');
});
