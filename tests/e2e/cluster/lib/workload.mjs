// A Deployment whose pods share a load: what a Deployment's controller and its kubelet make of it.
export class Workload {
  // Pods of `requestCores` each, which together use `cores`.
  constructor(cluster, { namespace = 'shop', name, replicas, cores, requestCores = 0.1 }) {
    Object.assign(this, { cluster, namespace, name, cores, requestCores });
    this.labels = { app: name };
    this.follow = (event) => {
      if (event.resource === 'deployments' && event.object.metadata.name === name) queueMicrotask(() => this.reconcile());
    };
    cluster.store.on('event', this.follow);
    cluster.api.workloads.push(this);
    cluster.store.put('deployments', {
      metadata: { namespace, name },
      spec: { replicas, selector: { matchLabels: this.labels }, template: { metadata: { labels: this.labels }, spec: {} } },
      status: { replicas: 0 },
    });
  }

  get deployment() {
    return this.cluster.store.get('deployments', this.namespace, this.name);
  }

  get replicas() {
    return this.deployment.spec.replicas;
  }

  setLoad(cores) {
    this.cores = cores;
    this.share();
  }

  reconcile() {
    const { store } = this.cluster;
    const wanted = this.replicas;
    const kubelet = this.cluster.kubelets[0];
    const mine = kubelet.pods.filter((pod) => pod.workload === this.name);
    for (let i = mine.length; i < wanted; ++i) this.addPod(kubelet, i);
    for (const pod of mine.slice(wanted)) {
      kubelet.pods.splice(kubelet.pods.indexOf(pod), 1);
      store.delete('pods', this.namespace, pod.name);
    }
    this.share();
    if (this.deployment.status.replicas !== wanted) {
      store.put('deployments', { ...this.deployment, status: { replicas: wanted } });
    }
  }

  addPod(kubelet, index) {
    const name = `${this.name}-${index}-${Math.random().toString(36).slice(2, 7)}`;
    kubelet.pods.push({ namespace: this.namespace, name, workload: this.name, containers: [{ name: 'app', cores: 0, bytes: 64 << 20 }] });
    const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+Z/, 'Z');
    this.cluster.store.put('pods', {
      metadata: { namespace: this.namespace, name, labels: this.labels },
      spec: { containers: [{ name: 'app', image: 'i', resources: { requests: { cpu: `${this.requestCores * 1000}m` } } }] },
      status: {
        phase: 'Running', startTime: minutesAgo(20),
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: minutesAgo(19) }],
      },
    });
  }

  // Of its pods, as metrics.k8s.io serves it.
  metrics() {
    const timestamp = new Date().toISOString().replace(/\.\d+Z/, 'Z');
    return this.cluster.kubelets[0].pods.filter((pod) => pod.workload === this.name).map(({ namespace, name, containers: [{ cores }] }) => ({
      metadata: { namespace, name, labels: this.labels }, timestamp, window: '15s',
      containers: [{ name: 'app', usage: { cpu: `${Math.round(cores * 1e9)}n`, memory: '64Mi' } }],
    }));
  }

  share() {
    const pods = this.cluster.kubelets[0].pods.filter((pod) => pod.workload === this.name);
    for (const pod of pods) pod.containers[0].cores = this.cores / pods.length;
  }

  // An HPA of autoscaling/v2 on its CPU, in percent of the requests.
  autoscale({ min = 1, max, percent, behavior, table = 'horizontalpodautoscalers' }) {
    this.cluster.store.put(table, {
      metadata: { namespace: this.namespace, name: this.name },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: this.name, apiVersion: 'apps/v1' }, minReplicas: min, maxReplicas: max,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } }],
        ...(behavior && { behavior }),
      },
      status: { desiredReplicas: 0, currentMetrics: null },
    });
  }
}
