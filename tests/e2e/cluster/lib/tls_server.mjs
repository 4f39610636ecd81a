// An HTTPS server on a free port of the loopback that can be taken down and brought back.
import { createServer } from 'node:https';

export class TlsServer {
  constructor(options, handle) {
    this.options = options;
    this.handle = handle;
    this.port = 0;
    this.sockets = new Set();
  }

  async start() {
    this.server = createServer(this.options, (request, response) => {
      Promise.resolve(this.handle(request, response)).catch((error) => {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
        response.end(`fake: ${error.stack}`);
      });
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.server.on('tlsClientError', () => {});
    await new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = this.server.address().port;
  }

  // Cuts every connection and refuses new ones, until start is called again on the same port.
  async stop() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
