// One watch of the API server: events of a resource behind a resource version, as they come.
import { encodeWatchEvent } from './protobuf.mjs';
import { failure } from './resources.mjs';

// `view`: {select(object) → boolean, encode(object) → object, kind, apiVersion, protobuf}.
export function serveWatch(store, resource, query, view, response) {
  const write = (type, object) => {
    if (view.protobuf) response.write(encodeWatchEvent(view.apiVersion, view.kind, type, object));
    else response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const send = (event) => {
    if (event.resource !== resource) return;
    const now = event.type !== 'DELETED' && view.select(event.object);
    const before = event.previous !== undefined && view.select(event.previous);
    if (!now && !before) return;
    const type = now ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED';
    write(type, view.encode(now ? event.object : { ...event.previous, metadata: { ...event.previous.metadata, resourceVersion: event.object.metadata.resourceVersion } }));
  };
  response.writeHead(200, { 'content-type': view.protobuf ? 'application/vnd.kubernetes.protobuf;stream=watch' : 'application/json' });
  response.flushHeaders();
  const from = Number(query.get('resourceVersion') ?? 0);
  if (from !== 0 && from < store.oldestVersion) {
    write('ERROR', failure(410, 'Expired', `too old resource version: ${from} (${store.version})`));
    return void response.end();
  }
  if (from === 0) {
    for (const object of store.list(resource)) send({ resource, type: 'ADDED', object });
  } else {
    store.history.filter((event) => event.version > from).forEach(send);
  }
  store.on('event', send);
  const bookmark = () => write('BOOKMARK', view.encode({ kind: view.kind, apiVersion: view.apiVersion, metadata: { resourceVersion: String(store.version) } }));
  const bookmarks = query.get('allowWatchBookmarks') === 'true' ? setInterval(bookmark, 2000) : undefined;
  const ending = setTimeout(() => response.end(), 1000 * Number(query.get('timeoutSeconds') ?? 300));
  response.on('close', () => {
    store.off('event', send);
    clearInterval(bookmarks);
    clearTimeout(ending);
  });
}
