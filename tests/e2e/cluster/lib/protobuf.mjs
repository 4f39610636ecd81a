// Kubernetes' protobuf for the few kinds that kubegauge asks for in it: Node, the metadata of pods,
// and PodMetrics. Written from the field numbers of the public .proto files.

function varint(value) {
  const bytes = [];
  let rest = BigInt(value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);

function bytes(field, value) {
  const buffer = Buffer.isBuffer(value) ? value : Buffer.from(value ?? '', 'utf8');
  return Buffer.concat([varint((field << 3) | 2), varint(buffer.length), buffer]);
}

const message = (field, parts) => bytes(field, Buffer.concat(parts));
const each = (list, encode) => (list ?? []).map(encode);
const map = (field, entries) =>
  Object.entries(entries ?? {}).map(([key, value]) => message(field, [bytes(1, key), bytes(2, value)]));

const objectMeta = (field, meta) =>
  message(field, [
    bytes(1, meta.name), bytes(3, meta.namespace), bytes(5, meta.uid),
    bytes(6, meta.resourceVersion), ...map(11, meta.labels), ...map(12, meta.annotations),
  ]);

const listMeta = (field, meta) =>
  message(field, [bytes(2, meta.resourceVersion), bytes(3, meta.continue ?? '')]);

const quantities = (field, entries) =>
  Object.entries(entries ?? {}).map(([key, value]) => message(field, [bytes(1, key), message(2, [bytes(1, value)])]));

const node = (object) => {
  const status = object.status ?? {};
  return Buffer.concat([
    objectMeta(1, object.metadata),
    message(3, [
      ...quantities(1, status.capacity), ...quantities(2, status.allocatable),
      ...each(status.conditions, (c) => message(4, [bytes(1, c.type), bytes(2, c.status)])),
      ...each(status.addresses, (a) => message(5, [bytes(1, a.type), bytes(2, a.address)])),
      message(6, [message(1, [number(1, status.daemonEndpoints?.kubeletEndpoint?.Port ?? 0)])]),
    ]),
  ]);
};

const timestamp = (field, time) => message(field, [number(1, Math.floor(Date.parse(time) / 1000))]);

// The window is of seconds, such as "15.062s".
const podMetrics = (object) =>
  Buffer.concat([
    objectMeta(1, object.metadata), timestamp(2, object.timestamp),
    message(3, [number(1, Math.round(1e9 * parseFloat(object.window)))]),
    ...each(object.containers, (c) => message(4, [bytes(1, c.name), ...quantities(2, c.usage)])),
  ]);

const partialMetadata = (object) => objectMeta(1, object.metadata);

const status = (object) =>
  Buffer.concat([bytes(2, object.status), bytes(3, object.message), bytes(4, object.reason),
    number(6, object.code)]);

// The message of an object of `kind`.
function encodeObject(kind, object) {
  if (kind === 'Node') return node(object);
  if (kind === 'PodMetrics') return podMetrics(object);
  if (kind === 'PartialObjectMetadata') return partialMetadata(object);
  return status(object);
}

// With its magic number and envelope.
function wrap(apiVersion, kind, raw) {
  return Buffer.concat([
    Buffer.from('k8s\0', 'latin1'),
    message(1, [bytes(1, apiVersion), bytes(2, kind)]), bytes(2, raw), bytes(3, ''), bytes(4, ''),
  ]);
}

export function encodeList(apiVersion, kind, list) {
  const items = each(list.items, (item) => bytes(2, encodeObject(kind, item)));
  return wrap(apiVersion, `${kind}List`, Buffer.concat([listMeta(1, list.metadata), ...items]));
}

// A frame of a watch: its length, then a WatchEvent around the wrapped object.
export function encodeWatchEvent(apiVersion, kind, type, object) {
  const isStatus = type === 'ERROR';
  const wrapped = wrap(isStatus ? 'v1' : apiVersion, isStatus ? 'Status' : kind,
    encodeObject(isStatus ? 'Status' : kind, object));
  const event = Buffer.concat([bytes(1, type), message(2, [bytes(1, wrapped)])]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}
