// Watching usage, which metrics-server does not offer: with client-node, through the aggregator.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KubeConfig, Watch } from '@kubernetes/client-node';
import { Cluster, until } from './lib/cluster.mjs';

let cluster;

before(async () => {
  cluster = await Cluster.start({ nodes: 1 });
  cluster.registerApiService('v1beta1');
  await cluster.startServer();
});
after(() => cluster.stop());

test('a watch begins with what is there and goes on with each new sample', async (t) => {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig('viewer-token'));
  const events = [];
  const request = await new Watch(config).watch('/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods', {},
    (type, object) => events.push(`${type} ${object.metadata.name}`), () => {});
  t.after(() => request.abort());
  await until(() => events.includes('ADDED web-node-1') && events.includes('ADDED db-node-1'), 'the first state');
  await until(() => events.includes('MODIFIED web-node-1'), 'a new sample');
  cluster.store.delete('pods', 'shop', 'db-node-1');
  await until(() => events.includes('DELETED db-node-1'), 'the pod that is gone');
});

test('kubectl finds what can be watched', async () => {
  const { code, stdout, stderr } = await cluster.kubectl(['api-resources', '--api-group=metrics.k8s.io', '-o', 'wide']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /nodes +metrics\.k8s\.io\/v1beta1 +false +NodeMetrics +.*get,list.*watch/);
});
