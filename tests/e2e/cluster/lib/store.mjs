// The objects of a cluster, with resource versions and the events that watches follow.
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';

export class Conflict extends Error {}

const keyOf = (object) => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

export class Store extends EventEmitter {
  constructor() {
    super();
    this.setMaxListeners(0);
    this.version = 100;
    this.objects = new Map(); // resource -> key -> object
    this.history = []; // {version, resource, type, object, previous}
    this.oldestVersion = 100; // a watch from before it is told 410
  }

  table(resource) {
    if (!this.objects.has(resource)) this.objects.set(resource, new Map());
    return this.objects.get(resource);
  }

  list(resource, namespace) {
    return [...this.table(resource).values()]
      .filter((object) => !namespace || object.metadata.namespace === namespace)
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  get(resource, namespace, name) {
    return this.table(resource).get(`${namespace ?? ''}/${name}`);
  }

  // Creates or replaces; a resourceVersion in `object` must be the current one.
  put(resource, object) {
    const previous = this.table(resource).get(keyOf(object));
    const expected = object.metadata.resourceVersion;
    if (expected && previous && expected !== previous.metadata.resourceVersion) throw new Conflict();
    const stored = structuredClone(object);
    stored.metadata.uid = previous?.metadata.uid ?? randomUUID();
    stored.metadata.creationTimestamp ??= new Date().toISOString().replace(/\.\d+Z/, 'Z');
    this.record(resource, previous ? 'MODIFIED' : 'ADDED', stored, previous);
    return stored;
  }

  delete(resource, namespace, name) {
    const previous = this.get(resource, namespace, name);
    if (!previous) return undefined;
    this.record(resource, 'DELETED', structuredClone(previous), previous);
    return previous;
  }

  record(resource, type, object, previous) {
    object.metadata.resourceVersion = String(++this.version);
    if (type === 'DELETED') this.table(resource).delete(keyOf(object));
    else this.table(resource).set(keyOf(object), object);
    const event = { version: this.version, resource, type, object, previous };
    this.history.push(event);
    this.emit('event', event);
  }

  // Forgets the past, as etcd's compaction does: older watches cannot be resumed.
  compact() {
    this.history = [];
    this.oldestVersion = this.version + 1;
    this.version += 1;
  }
}
