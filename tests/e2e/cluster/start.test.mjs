// Starts that do not go smoothly.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster, ServerProcess, until } from './lib/cluster.mjs';

let cluster;

before(async () => { cluster = await Cluster.start({ nodes: 1 }); });
after(() => cluster.stop());

test('an API server that is down at the start is waited for, with a clear log', async () => {
  const port = cluster.api.server.port;
  await cluster.api.server.stop();
  const flags = ['--authentication-tolerate-lookup-failure'];
  const starting = cluster.startServer(flags, { ready: false });
  await until(() => cluster.servers[0].log.some((line) => line.includes(String(port))), 'a log line that names the server');
  assert.equal(cluster.servers[0].process.exitCode, null);
  await cluster.api.server.start();
  const server = await starting;
  await until(() => server.isReady(), 'the server to be ready');
  assert.equal(await server.stop(), 0);
});

// A client that came sooner would see a part of the cluster.
test('a server is ready when all nodes have usage, or some time after the first when one is dead', async (t) => {
  const two = await Cluster.start({ nodes: 2 });
  t.after(() => two.stop());
  two.registerApiService('v1beta1');
  two.kubelets[1].mode = 'error';
  const server = await two.startServer(['--metric-resolution=20s'], { ready: false });
  await until(async () => (await two.kubectl(['top', 'node', 'node-1'])).code === 0, 'usage of the first node');
  const servedMs = Date.now();
  const { body } = await server.get('/readyz/metric-storage-ready', { token: 'admin-token' });
  assert.equal(String(body), 'internal server error: no metrics to serve\n');
  await until(() => server.isReady(), 'the server to be ready');
  const waitedMs = Date.now() - servedMs;
  assert.ok(waitedMs > 5000, `${waitedMs} ms`);
});

test('the end of the program by SIGTERM is exit code 0', async () => {
  const server = await cluster.startServer();
  assert.equal(await server.stop(), 0);
});

for (const [flag, message] of [
  ['--no-such-flag', 'Error: unknown flag: --no-such-flag'],
  ['--metric-resolution=5s', 'Error: metric-resolution should be a time duration at least 10s, but value 5s provided'],
]) {
  test(`${flag} is refused in upstream's words`, async () => {
    const server = new ServerProcess(['server', flag]);
    assert.equal(await server.exited, 2);
    await until(() => server.log.includes(message), 'the message');
  });
}
