// Certificates as a cluster has them, made by the openssl command.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function openssl(args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

// An authority that signs; `pem` is its certificate.
export class Authority {
  constructor(commonName) {
    this.directory = mkdtempSync(join(tmpdir(), 'kubegauge-ca-'));
    this.serial = 0;
    openssl(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
      '-days', '30', '-subj', `/CN=${commonName}`, '-keyout', this.path('ca.key'),
      '-out', this.path('ca.crt')]);
    this.pem = readFileSync(this.path('ca.crt'), 'utf8');
  }

  path(name) {
    return join(this.directory, name);
  }

  // `names`: subject alternative names as openssl spells them, "IP:127.0.0.1" or "DNS:a".
  sign({ commonName, organizations = [], names = [], days = 7 }) {
    const id = `leaf${++this.serial}`;
    const subject = organizations.map((name) => `/O=${name}`).join('') + `/CN=${commonName}`;
    openssl(['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
      '-subj', subject, '-keyout', this.path(`${id}.key`), '-out', this.path(`${id}.csr`)]);
    const usage = names.length > 0 ? 'serverAuth' : 'clientAuth';
    const alternatives = names.length > 0 ? `subjectAltName=${names.join(',')}\n` : '';
    writeFileSync(this.path(`${id}.ext`), `extendedKeyUsage=${usage}\n${alternatives}`);
    openssl(['x509', '-req', '-in', this.path(`${id}.csr`), '-CA', this.path('ca.crt'), '-CAkey',
      this.path('ca.key'), '-set_serial', String(this.serial), '-days', String(days), '-extfile',
      this.path(`${id}.ext`), '-out', this.path(`${id}.crt`)]);
    return {
      cert: readFileSync(this.path(`${id}.crt`), 'utf8'),
      key: readFileSync(this.path(`${id}.key`), 'utf8'),
    };
  }

  remove() {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
