// The manifests of deploy/: nothing in them that an API server would refuse, and everything in them
// that the server needs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadAllYaml } from '@kubernetes/client-node';
import { Cluster, run, until } from './lib/cluster.mjs';
import { unknownFields } from './lib/strict_fields.mjs';

const overlays = fileURLToPath(new URL('../../../deploy/kustomize/overlays/', import.meta.url));
const build = async (overlay) => {
  const { code, stdout, stderr } = await run('kubectl', ['kustomize', overlays + overlay]);
  assert.equal(code, 0, stderr);
  return loadAllYaml(stdout);
};

for (const overlay of ['unverified-apiservice', 'self-registered', 'high-availability', 'node-agent', 'autoscaler', 'autoscaler-own-api', 'server-autoscaler']) {
  test(`${overlay} has no field that its kinds do not have, and is applied`, async (t) => {
    const objects = await build(overlay);
    for (const object of objects) assert.deepEqual(unknownFields(object), []);
    const cluster = await Cluster.start({ nodes: 0 });
    t.after(() => cluster.stop());
    const applied = await cluster.kubectl(['apply', '--validate=false', '-k', overlays + overlay]);
    assert.equal(applied.code, 0, applied.stderr);
    assert.equal(applied.stdout.trim().split('\n').length, objects.length);
  });
}

// Every account, role and Service that something names is there too.
for (const overlay of ['high-availability', 'node-agent', 'autoscaler', 'server-autoscaler']) {
  test(`${overlay} refers to nothing that it does not bring along`, async () => {
    const objects = await build(overlay);
    const has = (kind, name) => objects.some((object) => object.kind === kind && object.metadata.name === name);
    const ofTheCluster = ['system:auth-delegator', 'extension-apiserver-authentication-reader'];
    for (const object of objects) {
      const { kind, spec } = object;
      for (const subject of object.subjects ?? []) if (subject.kind !== 'Group') assert.ok(has(subject.kind, subject.name), `${object.metadata.name}: ${subject.name}`);
      if (object.roleRef && !ofTheCluster.includes(object.roleRef.name)) assert.ok(has(object.roleRef.kind, object.roleRef.name), object.roleRef.name);
      if (kind === 'APIService') assert.ok(has('Service', spec.service.name), spec.service.name);
      if (kind === 'Deployment' || kind === 'DaemonSet') assert.ok(has('ServiceAccount', spec.template.spec.serviceAccountName), object.metadata.name);
    }
  });
}

const overlaysOfTheServer = ['self-registered', 'high-availability', 'server-autoscaler', 'node-agent'];
const workloads = (objects) => objects.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet');
const deployment = (objects, name) => objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
const argsOf = (workload) => workload.spec.template.spec.containers[0].args;
const flagOf = (workload, name) => argsOf(workload).find((flag) => flag.startsWith(`--${name}=`))?.split('=').slice(1).join('=');

// Two nodes have no room for a third replica that may not stand beside another.
for (const overlay of ['high-availability', 'server-autoscaler']) {
  test(`${overlay} can be rolled out on two nodes, and its replicas serve until clients have turned elsewhere`, async () => {
    const { spec } = deployment(await build(overlay), 'kubegauge');
    assert.ok(spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution);
    assert.deepEqual([spec.replicas, spec.strategy.rollingUpdate.maxUnavailable], [2, 1]);
    assert.equal(flagOf({ spec }, 'shutdown-delay-duration'), '5s');
  });
}

for (const overlay of ['unverified-apiservice', 'high-availability', 'autoscaler', 'server-autoscaler']) {
  test(`${overlay} gives a server the time that it takes to end`, async () => {
    for (const workload of workloads(await build(overlay))) {
      const delaySeconds = parseInt(flagOf(workload, 'shutdown-delay-duration') ?? '0', 10);
      const drainSeconds = 60;
      const farewellSeconds = 5;
      assert.ok(workload.spec.template.spec.terminationGracePeriodSeconds >= delaySeconds + drainSeconds + farewellSeconds);
    }
  });
}

// Whoever is root on a node sees what its kubelet is shown.
for (const overlay of overlaysOfTheServer) {
  test(`${overlay} shows kubelets a service account that may read what they measured, and nothing else`, async () => {
    const objects = await build(overlay);
    const [namespace, name] = flagOf(deployment(objects, 'kubegauge'), 'kubelet-service-account').split('/');
    const rulesOf = (account) => objects.filter(({ subjects }) => subjects?.some((subject) => subject.namespace === namespace && subject.name === account))
      .flatMap(({ roleRef }) => objects.find(({ kind, metadata }) => kind === roleRef.kind && metadata.name === roleRef.name)?.rules ?? []).map((rule) => ({ ...rule }));
    assert.deepEqual(rulesOf(name), [{ apiGroups: [''], resources: ['nodes/metrics', 'nodes/stats'], verbs: ['get'] }]);
    const ofServer = rulesOf('kubegauge').filter(({ resources }) => resources?.some((resource) => /serviceaccounts|nodes\//.test(resource)));
    assert.deepEqual(ofServer, [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [name], verbs: ['create'] }]);
  });
}

test('an autoscaler may touch the HPAs of its own group only, and asks for usage only if it has not measured it', async () => {
  const hpaGroups = { autoscaler: 'autoscaling', 'autoscaler-own-api': 'autoscaling.kubegauge.io', 'server-autoscaler': 'autoscaling' };
  for (const [overlay, group] of Object.entries(hpaGroups)) {
    const roles = (await build(overlay)).filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name.startsWith('system:kubegauge-autoscaler'));
    const rules = roles.flatMap((role) => role.rules);
    const ofHpas = rules.filter(({ resources }) => resources.some((resource) => resource.startsWith('horizontalpodautoscalers')));
    assert.deepEqual(ofHpas.flatMap(({ apiGroups }) => apiGroups), [group, group], overlay);
    assert.equal(rules.some(({ apiGroups }) => apiGroups.includes('metrics.k8s.io')), overlay !== 'server-autoscaler', overlay);
  }
});

test('the server asks the agents where they listen, which is no port of Kubernetes itself, and on Linux only', async () => {
  const objects = await build('node-agent');
  const agent = objects.find(({ kind }) => kind === 'DaemonSet');
  const server = deployment(objects, 'kubegauge');
  const port = flagOf(agent, 'secure-port');
  const [{ containerPort, hostPort }] = agent.spec.template.spec.containers[0].ports;
  assert.deepEqual([flagOf(server, 'kubelet-port'), String(containerPort), String(hostPort)], [port, port, port]);
  assert.ok(Number(port) > 10260 || Number(port) < 10248);
  const { nodeSelector } = agent.spec.template.spec;
  assert.equal(flagOf(server, 'node-selector'), Object.entries(nodeSelector)[0].join('='));
});

// kubegauge itself asks whether a user may get the HPA; the API server must not be stricter.
for (const overlay of ['autoscaler', 'autoscaler-own-api', 'server-autoscaler']) {
  test(`${overlay} lets everybody whom the API server knows ask for an explanation`, async () => {
    const objects = await build(overlay);
    const { roleRef } = objects.find(({ kind, subjects }) => kind === 'ClusterRoleBinding'
      && subjects.some((subject) => subject.kind === 'Group' && subject.name === 'system:authenticated'));
    const { rules } = objects.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === roleRef.name);
    const granted = rules.map(({ apiGroups, resources, verbs }) => ({ apiGroups, resources, verbs }));
    assert.deepEqual(granted, [{ apiGroups: ['explain.kubegauge.io'], resources: ['horizontalpodautoscalers'], verbs: ['get'] }]);
  });
}

test('a misspelt field would be found', () => {
  const pod = { kind: 'Pod', apiVersion: 'v1', spec: { containers: [{ name: 'a', imagePullPolice: 'Always' }] } };
  assert.deepEqual(unknownFields(pod), ['Pod.spec.containers[0].imagePullPolice']);
});

for (const overlay of ['unverified-apiservice', 'high-availability']) {
  test(`${overlay} applied to a cluster makes kubectl top work, with no more rights than it grants`, async (t) => {
    const cluster = await Cluster.start({ nodes: 1 });
    t.after(() => cluster.stop());
    const applied = await cluster.kubectl(['apply', '--validate=false', '-k', overlays + overlay]);
    assert.equal(applied.code, 0, applied.stderr);
    const { args } = (await build(overlay)).find((object) => object.kind === 'Deployment')
      .spec.template.spec.containers[0];
    await cluster.startServer(args.filter((flag) => !/^--(secure-port|cert-dir|metric-resolution)/.test(flag)), {
      service: 'kubegauge', user: 'kubegauge',
    });
    await until(async () => (await cluster.kubectl(['top', 'node'])).code === 0, 'kubectl top to work');
    const refused = cluster.api.answers.filter(({ status, user }) => status === 403 && user?.endsWith(':kubegauge'));
    assert.deepEqual(refused, []);
    const shown = overlay === 'unverified-apiservice' ? 'kubegauge' : 'kubegauge-kubelet';
    assert.deepEqual([...cluster.shownToKubelets], [`system:serviceaccount:kube-system:${shown}`]);
  });
}

test('the agent runs under the account that its manifest makes', async () => {
  const objects = await build('node-agent');
  const daemonSet = objects.find((object) => object.kind === 'DaemonSet');
  const { serviceAccountName } = daemonSet.spec.template.spec;
  assert.ok(objects.some(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === serviceAccountName));
});
