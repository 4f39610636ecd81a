// kubegauge in metrics-server's place, seen through the aggregator by kubectl and client-node.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { CoreV1Api, KubeConfig, Metrics, topNodes, topPods } from '@kubernetes/client-node';
import { Cluster, until } from './lib/cluster.mjs';

let cluster;
let readyAfterMs;

before(async () => {
  cluster = await Cluster.start({ nodes: 3 });
  cluster.registerApiService('v1beta1');
  cluster.registerApiService('v1');
  const started = Date.now();
  await cluster.startServer();
  readyAfterMs = Date.now() - started;
});
after(() => cluster.stop());

const cells = (output) => output.trim().split('\n').slice(1).map((line) => line.split(/\s+/));
const millicores = (text) => Number(text.replace('m', ''));

function assertNear(actual, expected, what) {
  assert.ok(Math.abs(actual - expected) <= Math.max(2, expected * 0.05), `${what}: ${actual}, not ${expected}`);
}

// The first usage is the kubelet's own rate: metrics-server needs two scrapes.
test('serves the first usage within two seconds of its start', () => {
  assert.ok(readyAfterMs < 2000, `ready after ${readyAfterMs} ms`);
});

for (const [name, program] of [['this machine', undefined], ['Debian 12', process.env.OLD_KUBECTL]]) {
  const skip = program !== undefined && !existsSync(program) ? 'there is no such kubectl here' : false;
  test(`kubectl top of ${name} shows what the kubelets say`, { skip }, async () => {
    const nodes = await cluster.kubectl(['top', 'node'], { program });
    assert.equal(nodes.code, 0, nodes.stderr);
    assert.deepEqual(cells(nodes.stdout).map((row) => row[0]), ['node-1', 'node-2', 'node-3']);
    for (const [, cpu, , memory] of cells(nodes.stdout)) {
      assertNear(millicores(cpu), 850, 'cpu of a node');
      assert.equal(memory, '584Mi');
    }
    const pods = await cluster.kubectl(['top', 'pod', '-A', '--containers'], { program });
    assert.equal(pods.code, 0, pods.stderr);
    const rows = cells(pods.stdout);
    assert.equal(rows.length, 9);
    const [, , , cpu, memory] = rows.find(([, pod, container]) => pod === 'web-node-2' && container === 'app');
    assertNear(millicores(cpu), 250, 'cpu of a container');
    assert.equal(memory, '100Mi');
  });
}

test('client-node reads the same', async () => {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig('admin-token'));
  const metrics = new Metrics(config);
  const nodes = await topNodes(config.makeApiClient(CoreV1Api));
  assert.deepEqual(nodes.map((status) => status.Node.metadata.name).sort(), ['node-1', 'node-2', 'node-3']);
  const pods = await topPods(config.makeApiClient(CoreV1Api), metrics, 'shop');
  assert.equal(pods.length, 6);
  const list = await metrics.getNodeMetrics();
  assert.equal(list.kind, 'NodeMetricsList');
  assert.equal(list.items[0].usage.memory, '584Mi');
});

test('kubectl get shows tables, yaml and json', async () => {
  const table = await cluster.kubectl(['get', 'nodes.metrics.k8s.io']);
  assert.match(table.stdout, /^NAME +CPU +MEMORY +WINDOW\nnode-1 +\d+[mun]? +584Mi +\d+/);
  const yaml = await cluster.kubectl(['get', 'pods.metrics.k8s.io', '-n', 'shop', 'db-node-1', '-o', 'yaml']);
  assert.match(yaml.stdout, /kind: PodMetrics\n/);
  const v1 = await cluster.kubectl(['get', '--raw', '/apis/metrics.k8s.io/v1/nodes/node-1']);
  assert.equal(JSON.parse(v1.stdout).apiVersion, 'metrics.k8s.io/v1');
});

test('selectors choose pods by label and field', async () => {
  const web = await cluster.kubectl(['top', 'pod', '-A', '-l', 'app=web']);
  assert.deepEqual(cells(web.stdout).map((row) => row[1]), ['web-node-1', 'web-node-2', 'web-node-3']);
  const one = await cluster.kubectl(['get', '--raw', '/apis/metrics.k8s.io/v1beta1/pods?fieldSelector=metadata.name%3Ddb-node-2']);
  assert.deepEqual(JSON.parse(one.stdout).items.map((item) => item.metadata.name), ['db-node-2']);
});

test('users may do what RBAC grants them', async () => {
  assert.equal((await cluster.kubectl(['top', 'node'], { token: 'viewer-token' })).code, 0);
  const refused = await cluster.kubectl(['get', '--raw', '/apis/metrics.k8s.io/v1beta1/nodes'], { token: 'nobody-token' });
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /nodes.* is forbidden: User "nobody" cannot list/);
});

test('pods that come, go and stop running are followed', async () => {
  const kubelet = cluster.kubelets[0];
  const name = 'late';
  const containers = [{ name: 'app', cores: 0.1, bytes: 10 << 20 }];
  kubelet.pods.push({ namespace: 'shop', name, containers });
  cluster.addPod('shop', name, { app: 'late' }, containers);
  const top = () => cluster.kubectl(['get', '--raw', `/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/${name}`]);
  await until(async () => (await top()).code === 0, 'the new pod to have metrics');
  cluster.addPod('shop', name, { app: 'late' }, containers, 'Succeeded');
  await until(async () => /pods "late" not found/.test((await top()).stderr), 'the pod to be gone');
});

test('a new node is scraped at once', async () => {
  const started = Date.now();
  await cluster.addNode('node-4');
  const get = () => cluster.kubectl(['get', '--raw', '/apis/metrics.k8s.io/v1beta1/nodes/node-4']);
  await until(async () => (await get()).code === 0, 'the new node to have metrics');
  assert.ok(Date.now() - started < 5_000);
});

test('an outage of the API server costs nothing that is known', async () => {
  await cluster.api.server.stop();
  const { status } = await cluster.servers[0].get('/readyz');
  assert.equal(status, 200);
  cluster.store.delete('pods', 'shop', 'db-node-3');
  cluster.store.compact();
  await cluster.api.server.start();
  const pods = () => cluster.kubectl(['get', '--raw', '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods']);
  await until(async () => {
    const { code, stdout } = await pods();
    return code === 0 && !stdout.includes('db-node-3') && stdout.includes('db-node-2');
  }, 'the caches to catch up');
});
