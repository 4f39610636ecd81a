// kubegauge autoscaler in kube-controller-manager's place: workloads follow their load, one process
// of several works, and decisions are explained to those who may see the HPA.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { binary, Cluster, run, until } from './lib/cluster.mjs';
import { Workload } from './lib/workload.mjs';

const quick = ['--horizontal-pod-autoscaler-sync-period=1s', '--horizontal-pod-autoscaler-downscale-stabilization=3s'];
const fastElection = ['--leader-elect-lease-duration=4s', '--leader-elect-renew-deadline=2s', '--leader-elect-retry-period=500ms'];

let cluster;
before(async () => {
  cluster = await Cluster.start({ nodes: 1 });
  await cluster.apply('autoscaler');
});
after(() => cluster.stop());

async function startAutoscaler(t, flags) {
  const autoscaler = await cluster.startAutoscaler([...quick, ...flags]);
  t.after(() => autoscaler.stop());
  return autoscaler;
}

const scaleWrites = (name) => cluster.api.answers.filter(({ method, path, status }) =>
  method === 'PUT' && path.endsWith(`/deployments/${name}/scale`) && status === 200);
const hpaOf = (name) => cluster.store.get('horizontalpodautoscalers', 'shop', name);
const conditionOf = (name, type) => hpaOf(name).status.conditions?.find((condition) => condition.type === type);
const explain = (name, args = [], token = 'admin-token') =>
  run(binary, ['explain', `shop/${name}`, `--kubeconfig=${cluster.kubeconfig(token)}`, ...args]);

test('replicas follow the load that metrics.k8s.io tells of, within what the manifests grant', async (t) => {
  const workload = new Workload(cluster, { name: 'front', replicas: 2, cores: 0.4 });
  workload.autoscale({ max: 10, percent: 50 });
  const autoscaler = await startAutoscaler(t, []);
  await until(() => workload.replicas === 8, 'eight replicas');
  await until(() => hpaOf('front').status.desiredReplicas === 8, 'the status');
  assert.equal(conditionOf('front', 'ScalingActive').reason, 'ValidMetricFound');
  assert.equal(hpaOf('front').status.currentMetrics[0].resource.name, 'cpu');
  const events = () => cluster.store.list('events', 'shop').filter(({ involvedObject }) => involvedObject.name === 'front');
  await until(() => events().some(({ reason }) => reason === 'SuccessfulRescale'), 'the event');
  const rescaled = events().find(({ reason }) => reason === 'SuccessfulRescale');
  assert.match(rescaled.message, /^New size: \d+; reason: cpu resource utilization \(percentage of request\) above target$/);
  assert.equal(rescaled.source.component, 'horizontal-pod-autoscaler');

  workload.setLoad(0.08);
  await until(() => workload.replicas < 6, 'fewer replicas again');
  const refused = cluster.api.answers.filter(({ status, user }) => status === 403 && user?.endsWith(':kubegauge-autoscaler'));
  assert.deepEqual(refused, []);
  const metrics = (await autoscaler.get('/metrics', { token: 'admin-token' })).body.toString();
  assert.match(metrics, /horizontal_pod_autoscaler_controller_reconciliations_total\{action="scale_up",error="none"\} \d/);
  const alive = (await autoscaler.get('/livez?verbose', { token: 'admin-token' })).body.toString();
  assert.match(alive, /^\[\+\]leaderElection ok$/m);
  assert.equal(await autoscaler.stop(), 0);
  assert.equal(cluster.store.get('leases', 'kube-system', 'kubegauge-autoscaler').spec.holderIdentity, '', 'the Lease is given back');
});

test('the scale of a workload that stays as it is is read no more, and what others do to it is seen', async (t) => {
  const workload = new Workload(cluster, { namespace: 'calm', name: 'quiet', replicas: 2, cores: 0.1 });
  workload.autoscale({ max: 10, percent: 50 });
  const readsOf = (part) => cluster.api.answers.filter(({ method, path }) => method === 'GET' && path.includes(part)).length;
  const scaleReads = () => readsOf('/deployments/quiet/scale');
  const looks = () => readsOf('/metrics.k8s.io/v1beta1/namespaces/calm/pods');
  await startAutoscaler(t, []);
  await until(() => looks() >= 3, 'the status, and the second reading');
  const known = scaleReads();
  await until(() => looks() >= 8, 'five looks more');
  assert.equal(scaleReads(), known);
  cluster.store.put('deployments', { ...workload.deployment, spec: { ...workload.deployment.spec, replicas: 6 } });
  await until(() => workload.replicas < 6, 'fewer replicas again');
});

test('an <unknown> is understood from explain alone', async (t) => {
  const workload = new Workload(cluster, { name: 'careless', replicas: 2, cores: 0.2 });
  workload.autoscale({ max: 10, percent: 50 });
  await until(() => cluster.store.list('pods', 'shop').filter((pod) => pod.metadata.labels.app === 'careless').length === 2, 'the pods');
  for (const pod of cluster.store.list('pods', 'shop').filter((one) => one.metadata.labels.app === 'careless')) {
    cluster.store.put('pods', { ...pod, spec: { containers: [{ name: 'app', image: 'i' }] } });
  }
  await startAutoscaler(t, []);
  let told;
  await until(async () => (told = await explain('careless')).stdout.includes('missing request'), 'the explanation');
  assert.match(told.stdout, /missing request for cpu in container app of Pod careless-\d-/);
  assert.match(told.stdout, /set resources\.requests\.cpu of container app in the pod template/);
  const json = JSON.parse((await explain('careless', ['-o', 'json'])).stdout);
  assert.equal(json.decisions[0].trace.branch, 'metrics');

  const stranger = await explain('careless', [], 'nobody-token');
  assert.equal(stranger.code, 1);
  assert.match(stranger.stderr, /horizontalpodautoscalers.* is forbidden: User "nobody"/);
  const nothing = await explain('no-such');
  assert.match(nothing.stderr, /nothing was decided yet for shop\/no-such/);
});

test('when the leader is killed under load, another goes on, and nothing is written twice', async (t) => {
  const workload = new Workload(cluster, { name: 'busy', replicas: 1, cores: 0.1 });
  const leader = await startAutoscaler(t, fastElection);
  await until(() => leader.logged('Leads identity').length === 1, 'a leader');
  const standby = await startAutoscaler(t, fastElection);
  workload.autoscale({ max: 4, percent: 50 });
  await until(() => workload.replicas === 2, 'the leader to scale');
  workload.setLoad(0.4);
  leader.process.kill('SIGKILL');
  await until(() => standby.logged('Leads identity').length === 1, 'the other to lead');
  await until(() => workload.replicas === 4, 'the other to scale');
  const changes = cluster.store.history.filter(({ resource, object, previous }) =>
    resource === 'deployments' && object.metadata.name === 'busy' && previous && previous.spec.replicas !== object.spec.replicas);
  assert.equal(scaleWrites('busy').length, changes.length, 'no write repeated another');
  const lease = cluster.store.get('leases', 'kube-system', 'kubegauge-autoscaler');
  assert.ok(lease.spec.leaseTransitions >= 1);
});

test('beside another autoscaler it scales by a resource of its own', async (t) => {
  const workload = new Workload(cluster, { name: 'managed', replicas: 1, cores: 0.2 });
  workload.autoscale({ max: 4, percent: 50, table: 'own-hpas' });
  await cluster.apply('autoscaler-own-api');
  t.after(() => cluster.apply('autoscaler'));
  await startAutoscaler(t, ['--hpa-api=autoscaling.kubegauge.io/v2']);
  await until(() => workload.replicas === 4, 'four replicas');
  await until(() => cluster.store.get('own-hpas', 'shop', 'managed').status.desiredReplicas === 4, 'its status');
  const ofOwnApi = ({ involvedObject }) => involvedObject.apiVersion === 'autoscaling.kubegauge.io/v2';
  await until(() => cluster.store.list('events', 'shop').some(ofOwnApi), 'its event');
});

test('a leader that cannot renew its Lease writes no more', async (t) => {
  const workload = new Workload(cluster, { name: 'orphan', replicas: 1, cores: 0.1 });
  workload.autoscale({ max: 8, percent: 50 });
  const leader = await startAutoscaler(t, fastElection);
  await until(() => workload.replicas === 2, 'the leader to scale');
  const isLease = (path) => path.includes('/leases/');
  t.after(() => { cluster.api.refuses = () => false; });
  cluster.api.refuses = (method, path) => method !== 'GET' && isLease(path);
  await until(() => leader.logged('Leads no more').length === 1, 'the leader to give up', 10_000);
  const before = cluster.api.answers.length;
  workload.setLoad(0.4);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const writes = cluster.api.answers.slice(before).filter(({ method, path, user }) => method !== 'GET' && user?.endsWith(':kubegauge-autoscaler') && !isLease(path) && !path.includes('/namespaces/kube-system/events'));
  assert.deepEqual(writes, []);
  const metrics = async () => (await leader.get('/metrics', { token: 'admin-token' })).body.toString();
  assert.match(await metrics(), /leader_election_master_status\{name="kubegauge-autoscaler"\} 0/);
  assert.doesNotMatch(await metrics(), /desired_replicas\{/, 'who does not lead knows of no replicas');

  cluster.api.refuses = () => false;
  await until(() => workload.replicas === 8, 'the work to go on');
  assert.match(await metrics(), /leader_election_master_status\{name="kubegauge-autoscaler"\} 1/);
  assert.match(await metrics(), /rest_client_requests_total\{code="500",host="127\.0\.0\.1:\d+",method="PUT"\} \d/);
  const reasons = cluster.store.list('events', 'shop').filter(({ involvedObject }) => involvedObject.name === 'orphan').map(({ message }) => message);
  assert.ok(!reasons.some((message) => message.includes('not sent')), 'what was not written is nobody\'s event');
});

test('server --autoscaler reacts to its own fresh samples, within what its manifests grant', async () => {
  const own = await Cluster.start({ nodes: 1 });
  try {
    await own.apply('server-autoscaler');
    const workload = new Workload(own, { name: 'front', replicas: 1, cores: 0.1 });
    workload.autoscale({ max: 10, percent: 50 });
    const hpa = own.store.get('horizontalpodautoscalers', 'shop', 'front');
    own.store.put('horizontalpodautoscalers', { ...hpa, metadata: { ...hpa.metadata, annotations: { 'kubegauge.io/sync-period': '1s' } } });
    const server = await own.startServer([
      '--metric-resolution=10s', '--register-apiservice', '--kubelet-service-account=kube-system/kubegauge-kubelet',
      '--autoscaler', '--react-to-samples', '--shutdown-delay-duration=60s',
    ], { service: 'kubegauge', user: 'kubegauge' });
    await until(() => workload.replicas === 2, 'two replicas');
    const told = await run(binary, ['explain', 'shop/front', `--kubeconfig=${own.kubeconfig('admin-token')}`]);
    assert.match(told.stdout, /What was measured/, told.stderr);
    const eventsOf = (reason) => own.store.list('events', 'shop').filter((event) => event.reason === reason);
    assert.deepEqual(eventsOf('FailedGetResourceMetric'), [], 'nothing was decided before the first samples');
    const refused = own.api.answers.filter(({ status, user }) => status === 403 && user?.endsWith(':kubegauge'));
    assert.deepEqual(refused, []);

    server.process.kill('SIGTERM');
    const holder = () => own.store.get('leases', 'kube-system', 'kubegauge-autoscaler').spec.holderIdentity;
    await until(() => holder() === '', 'the Lease to be given back');
    assert.equal(server.process.exitCode, null, 'before the last request is answered');
    server.process.kill('SIGKILL');
  } finally {
    await own.stop();
  }
});
