/** Certificates made by openssl for one test: an authority of its own and what it signs. Nothing of them is kept. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  cert: string;
  key: string;
}

export interface Authority {
  ca: string;
  caKey: string;
  /** `names`: as in subjectAltName, `DNS:ci.example.com,IP:127.0.0.1`; days as `20200101`, default: long enough. */
  issue(names: string, days?: { from?: string; to?: string }): Certificate;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export function authority(directory: string): Authority {
  const at = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  );
  // `openssl ca` is the one command that takes a start and an end in every version.
  writeFileSync(
    at('ca.cnf'),
    `[ca]\ndefault_ca=own\n[own]\ndatabase=index\nrand_serial=yes\nnew_certs_dir=.\ncertificate=ca.pem\nprivate_key=ca.key\n` +
      `default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n`,
  );
  writeFileSync(at('index'), '');
  let count = 0;
  return {
    ca: readFileSync(at('ca.pem'), 'utf8'),
    caKey: readFileSync(at('ca.key'), 'utf8'),
    issue(names, { from = '20200101', to = '20991231' } = {}) {
      const name = `leaf${count++}`;
      writeFileSync(at(`${name}.ext`), `subjectAltName=${names}\n`);
      openssl('req', '-new', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      openssl(
        ...['ca', '-batch', '-notext', '-config', 'ca.cnf', '-in', `${name}.csr`, '-out', `${name}.pem`],
        ...['-extfile', `${name}.ext`, '-startdate', `${from}000000Z`, '-enddate', `${to}000000Z`],
      );
      return { cert: readFileSync(at(`${name}.pem`), 'utf8'), key: readFileSync(at(`${name}.key`), 'utf8') };
    },
  };
}
