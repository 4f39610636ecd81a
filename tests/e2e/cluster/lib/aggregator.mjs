// kube-aggregator: passes requests for the group of an APIService on to its server, as the user.
import { request as httpsRequest } from 'node:https';
import { failure } from './resources.mjs';

const hopByHop = new Set(['authorization', 'connection', 'host', 'transfer-encoding', 'keep-alive']);

function proxyHeaders(request, user) {
  const headers = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!hopByHop.has(name) && !name.startsWith('x-remote-')) headers[name] = value;
  }
  headers['X-Remote-User'] = user.name;
  headers['X-Remote-Group'] = user.groups;
  headers['X-Forwarded-Uri'] = request.url;
  return headers;
}

export class Aggregator {
  // `frontProxy`: {cert, key}. `endpoints`: "namespace/service" → port on the loopback.
  constructor({ frontProxy, endpoints }) {
    this.frontProxy = frontProxy;
    this.endpoints = endpoints;
  }

  tlsOptions({ service, caBundle, insecureSkipTLSVerify }) {
    const name = `${service.name}.${service.namespace}.svc`;
    if (insecureSkipTLSVerify) return { rejectUnauthorized: false, servername: name };
    return { ca: Buffer.from(caBundle ?? '', 'base64').toString(), servername: name };
  }

  async proxy(apiService, user, request, response, body) {
    const { service } = apiService.spec;
    const port = this.endpoints.get(`${service.namespace}/${service.name}`);
    await new Promise((resolve) => {
      const unavailable = (error) => {
        if (!response.headersSent) {
          response.writeHead(503, { 'content-type': 'text/plain' });
        }
        response.end(`error trying to reach service: ${error.message}`);
        resolve();
      };
      if (!port) return unavailable(new Error(`no endpoints of ${service.namespace}/${service.name}`));
      const upstream = httpsRequest({
        host: '127.0.0.1', port, path: request.url, method: request.method,
        headers: proxyHeaders(request, user), cert: this.frontProxy.cert, key: this.frontProxy.key,
        ...this.tlsOptions(apiService.spec),
      }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
        answer.on('end', resolve);
        answer.on('error', unavailable);
      });
      upstream.on('error', unavailable);
      response.on('close', () => upstream.destroy());
      upstream.end(body);
    });
  }
}

export const serviceUnavailable = failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
