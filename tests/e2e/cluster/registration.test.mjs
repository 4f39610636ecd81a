// --register-apiservice: replicas agree on one authority, and the aggregator verifies them by it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster, until } from './lib/cluster.mjs';

let cluster;
const registering = ['--register-apiservice', '--service-name=kubegauge'];
const start = () => cluster.startServer(registering, { service: 'kubegauge', user: 'kubegauge' });
const apiService = (version) => cluster.store.get('apiservices', undefined, `${version}.metrics.k8s.io`);
const secret = () => cluster.store.get('secrets', 'kube-system', 'kubegauge-serving');

before(async () => {
  cluster = await Cluster.start({ nodes: 1 });
  cluster.grantRegistration('kubegauge');
});
after(() => cluster.stop());

test('two replicas that start at once share one authority', async () => {
  await Promise.all([start(), start()]);
  await until(() => apiService('v1beta1') && apiService('v1'), 'both APIServices');
  const certificate = Buffer.from(secret().data['tls.crt'], 'base64').toString();
  assert.match(certificate, /^-----BEGIN CERTIFICATE-----/);
  for (const version of ['v1beta1', 'v1']) {
    const { spec } = apiService(version);
    assert.ok(spec.caBundle);
    assert.equal(spec.insecureSkipTLSVerify ?? false, false);
    assert.deepEqual(spec.service, { namespace: 'kube-system', name: 'kubegauge', port: 443 });
  }
});

test('the aggregator verifies every replica', async () => {
  for (const server of cluster.servers) {
    cluster.endpoints.set('kube-system/kubegauge', server.port);
    const { code, stderr } = await cluster.kubectl(['top', 'node']);
    assert.equal(code, 0, stderr);
  }
});

test('an APIService that somebody changed is put right', async () => {
  const { spec, metadata } = apiService('v1beta1');
  cluster.store.put('apiservices', { metadata, spec: { ...spec, caBundle: Buffer.from('nonsense').toString('base64') } });
  await until(() => apiService('v1beta1').spec.caBundle === spec.caBundle, 'the caBundle to be restored');
});

test('a private key is in no log', () => {
  for (const server of cluster.servers) assert.equal(server.logged('PRIVATE KEY').length, 0);
});
