// A machine without a cluster scales Deployments: by itself, and by autoscalers that share the work.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, run, ServerProcess, until } from './lib/cluster.mjs';

class Machine {
  static async start(t, flags = []) {
    const directory = mkdtempSync(join(tmpdir(), 'kubegauge-machine-'));
    const machine = new Machine();
    machine.directory = directory;
    machine.kubeconfig = join(directory, 'state', 'kubeconfig');
    machine.processes = [new ServerProcess(['standalone', `--state-dir=${join(directory, 'state')}`, '--secure-port=0', '--simulated-start-delay=200ms', ...flags])];
    t.after(async () => {
      for (const process of machine.processes.reverse()) await process.stop();
      rmSync(directory, { recursive: true, force: true });
    });
    await machine.processes[0].listening();
    return machine;
  }

  async kubectl(...args) {
    const { code, stdout, stderr } = await run(process.env.KUBECTL ?? 'kubectl', ['--kubeconfig', this.kubeconfig, ...args]);
    assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async apply(object) {
    const file = join(this.directory, 'object.json');
    writeFileSync(file, JSON.stringify(object));
    return this.kubectl('apply', '-f', file);
  }

  // A Deployment of one pod that asks for 100m, with a simulated load.
  deploy(name, load) {
    const labels = { app: name };
    return this.apply({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, annotations: { 'kubegauge.io/simulated-load': load } },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'i', resources: { requests: { cpu: '100m' } } }] } } },
    });
  }

  async autoscale(name, max) {
    await this.kubectl('autoscale', 'deployment', name, '--cpu-percent=50', '--min=1', `--max=${max}`);
    await this.kubectl('annotate', 'hpa', name, 'kubegauge.io/sync-period=1s');
  }

  async replicas(name) {
    return Number(await this.kubectl('get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}'));
  }

  async startAutoscaler() {
    const process = new ServerProcess([
      'autoscaler', `--kubeconfig=${this.kubeconfig}`, '--bind-address=127.0.0.1', '--secure-port=0',
      `--cert-dir=${mkdtempSync(join(this.directory, 'certs-'))}`, '--authentication-skip-lookup', '--react-to-samples',
    ]);
    this.processes.push(process);
    await process.listening();
    return process;
  }
}

test('a load step scales a Deployment up, and after stabilization down', async (t) => {
  const machine = await Machine.start(t, ['--horizontal-pod-autoscaler-downscale-stabilization=3s']);
  await machine.deploy('web', 'steps:0s=40m,5s=190m,16s=30m');
  await machine.autoscale('web', 4);
  await until(async () => (await machine.replicas('web')) === 4, 'four replicas');
  assert.match(await machine.kubectl('get', 'hpa', 'web'), /Deployment\/web +cpu: \d+%\/50%/);
  const told = await run(binary, ['explain', 'web', `--kubeconfig=${machine.kubeconfig}`]);
  assert.match(told.stdout, /^default\/web at /, told.stderr);
  await until(async () => (await machine.replicas('web')) === 1, 'one replica again');
  assert.match(await machine.kubectl('describe', 'hpa', 'web'), /SuccessfulRescale .* New size: 1; reason: All metrics below target/);
});

test('with the timings of kube-controller-manager, the work of a killed leader goes on within 15 s', async (t) => {
  const machine = await Machine.start(t, ['--autoscaler=false']);
  const first = await machine.startAutoscaler();
  await until(() => first.logged('Leads identity').length === 1, 'a leader');
  const second = await machine.startAutoscaler();
  await machine.deploy('busy', 'steps:0s=40m,10s=190m');
  await machine.autoscale('busy', 4);
  await until(async () => /busy/.test(await machine.kubectl('get', 'hpa')), 'the HPA');
  await new Promise((resolve) => first.process.on('exit', resolve) && first.process.kill('SIGKILL'));
  const killedMs = Date.now();
  await until(() => second.logged('Leads identity').length === 1, 'the second to lead', 15_000);
  await until(async () => (await machine.replicas('busy')) === 4, 'four replicas');
  t.diagnostic(`four replicas ${Date.now() - killedMs} ms after the leader was killed`);
  const events = JSON.parse(await machine.kubectl('get', 'events', '-o', 'json')).items.filter(({ reason }) => reason === 'SuccessfulRescale');
  const generation = Number(await machine.kubectl('get', 'deployment', 'busy', '-o', 'jsonpath={.metadata.generation}'));
  assert.equal(events.reduce((sum, { count }) => sum + count, 0), generation - 1, 'each change of the Deployment is one decision');
});
