// Who may ask: the matrix of credentials, over real TLS handshakes, and what is reloaded live.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { Authority } from './lib/certificates.mjs';
import { Cluster, until } from './lib/cluster.mjs';

const nodes = '/apis/metrics.k8s.io/v1beta1/nodes';
let cluster;
let server;
let stranger;

before(async () => {
  cluster = await Cluster.start({ nodes: 1 });
  stranger = new Authority('stranger-ca');
  server = await cluster.startServer([], { ready: false });
});
after(async () => {
  stranger.remove();
  await cluster.stop();
});

const asViewer = { 'X-Remote-User': 'viewer' };
const userCertificate = () => cluster.authority.sign({ commonName: 'viewer', organizations: ['team'] });
const proxy = (commonName = 'front-proxy-client') => cluster.frontProxyAuthority.sign({ commonName });

const matrix = [
  ['no credential', () => ({}), 403],
  ['a valid token', () => ({ token: 'viewer-token' }), 200],
  ['a valid token without rights', () => ({ token: 'nobody-token' }), 403],
  ['a garbage token', () => ({ token: 'garbage' }), 401],
  ['a front proxy that names a user', () => ({ ...proxy(), headers: asViewer }), 200],
  ['a front proxy that names another user', () => ({ ...proxy(), headers: { 'X-Remote-User': 'nobody' } }), 403],
  ['a front proxy of a name that is not allowed', () => ({ ...proxy('somebody'), headers: asViewer }), 401],
  ['a front proxy that names nobody', () => proxy(), 401],
  ['a user header without a certificate', () => ({ headers: asViewer }), 403],
  ['a user certificate', () => userCertificate(), 200],
  ['a user certificate with a user header', () => ({ ...userCertificate(), headers: { 'X-Remote-User': 'nobody' } }), 200],
  ['a certificate of a stranger', () => stranger.sign({ commonName: 'viewer' }), 401],
  ['a certificate of a stranger with a valid token', () => ({ ...stranger.sign({ commonName: 'x' }), token: 'viewer-token' }), 200],
  ['basic authentication', () => ({ headers: { authorization: 'Basic dXNlcjpwYXNz' } }), 403],
];
for (const [name, options, status] of matrix) {
  test(`${name}: ${status}`, async () => {
    const response = await server.get(nodes, options());
    assert.equal(response.status, status, response.body.toString());
  });
}

test('anybody may ask for health, and nobody for /metrics without the right', async () => {
  for (const path of ['/healthz', '/livez', '/readyz']) assert.equal((await server.get(path)).status, 200);
  assert.equal((await server.get('/metrics')).status, 403);
  assert.equal((await server.get('/metrics', { token: 'prometheus-token' })).status, 200);
});

test('a decision is remembered, and asked for again when it is old', async () => {
  const reviews = () => cluster.api.answers.filter(({ path }) => path.endsWith('/subjectaccessreviews')).length;
  await server.get(nodes, { token: 'viewer-token' });
  const before = reviews();
  for (let i = 0; i < 5; ++i) await server.get(nodes, { token: 'viewer-token' });
  assert.ok(reviews() - before <= 1);
});

test('a new front-proxy authority in the ConfigMap is trusted without a restart', async () => {
  const config = cluster.store.get('configmaps', 'kube-system', 'extension-apiserver-authentication');
  const options = { ...stranger.sign({ commonName: 'front-proxy-client' }), headers: asViewer };
  assert.equal((await server.get(nodes, options)).status, 401);
  cluster.store.put('configmaps', {
    ...config, data: { ...config.data, 'requestheader-client-ca-file': cluster.frontProxyAuthority.pem + stranger.pem },
  });
  await until(async () => (await server.get(nodes, options)).status === 200, 'the new authority to be trusted');
  assert.equal((await server.get(nodes, { ...proxy(), headers: asViewer })).status, 200);
});

test('no token is in any log', () => {
  for (const token of ['viewer-token', 'garbage', 'metrics-server-token']) assert.deepEqual(server.logged(token), []);
});

test('a serving certificate that is replaced on disk is shown without a restart', async () => {
  const [certificate, key] = ['tls.crt', 'tls.key'].map((name) => join(cluster.directory, name));
  const write = (commonName) => {
    const pair = cluster.authority.sign({ commonName, names: ['IP:127.0.0.1'] });
    writeFileSync(key, pair.key);
    writeFileSync(certificate, pair.cert);
  };
  write('first');
  const own = await cluster.startServer([`--tls-cert-file=${certificate}`, `--tls-private-key-file=${key}`], { ready: false });
  const shown = () => new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: own.port, ca: cluster.authority.pem }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.end();
    });
    socket.on('error', reject);
  });
  assert.equal(await shown(), 'first');
  write('second');
  await until(async () => (await shown()) === 'second', 'the new certificate to be shown');
});
