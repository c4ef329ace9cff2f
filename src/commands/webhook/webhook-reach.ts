/** The options that say how a webhook's target is reached: proxy, authorities, client certificate. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { maskProxy } from '../../masking/mask-url.ts';
import { PLAIN_REACH, type Reach } from '../../model/reach.ts';
import { reach } from '../../webhooks/webhook-input.ts';
import { text } from '../arguments.ts';
import type { Args } from '../context.ts';

export function reachOptions(yargs: Argv): Argv {
  return yargs
    .option('proxy', text('Proxy for this webhook; none: no proxy; empty: use the settings'))
    .option('ca', text("PEM file of the authorities to trust instead of the machine's; empty: the machine's"))
    .option('client-cert', text('PEM file of the client certificate; empty: none'))
    .option('client-key', text('PEM file of its private key'))
    .option('insecure', { type: 'boolean', describe: 'Accept any certificate; --no-insecure: no longer' });
}

/** Of PEM files, to read them at all. */
const LARGEST = 1_000_000;

/**
 * What the options say, on top of what stands; the files are read and checked now.
 * @throws BelfryError `usage` or `invalid`
 */
export async function readReach(argv: Args, base: Reach = PLAIN_REACH): Promise<Reach> {
  if ((argv.clientCert === undefined) !== (argv.clientKey === undefined) && argv.clientCert !== '') {
    throw new BelfryError('usage', 'Give --client-cert and --client-key together.');
  }
  const candidate: Reach = {
    proxy: argv.proxy === undefined ? base.proxy : argv.proxy || null,
    ca: await pemFile('--ca', argv.ca, base.ca),
    client_cert: await pemFile('--client-cert', argv.clientCert, base.client_cert),
    // Without a certificate there is no key either.
    client_key: await pemFile('--client-key', argv.clientKey ?? argv.clientCert, base.client_key),
    insecure: argv.insecure ?? base.insecure,
  };
  const result = reach.safeParse(candidate);
  if (!result.success) {
    const problems = result.error.issues.map(({ code, path: [field], message }) => {
      // What TLS says of a certificate is a sentence of its own.
      const wanted = code !== 'custom' || field === 'proxy' ? 'wanted ' : '';
      const got = field === 'proxy' ? `, got ${JSON.stringify(maskProxy(candidate.proxy ?? ''))}` : '';
      const file = {
        ca: argv.ca,
        client_cert: argv.clientCert,
        client_key: argv.clientKey ?? argv.clientCert,
      }[String(field)];
      return `--${String(field).replace('_', '-')}${file ? ` ${file}` : ''}: ${wanted}${message}${got}`;
    });
    throw new BelfryError('invalid', [...new Set(problems)].join('\n'));
  }
  checkByTls(result.data);
  return result.data;
}

async function pemFile(
  option: string,
  given: string | undefined,
  base: string | null,
): Promise<string | null> {
  if (given === undefined) return base;
  if (given === '') return null;
  const path = resolve(given);
  try {
    const { size } = await stat(path);
    if (size > LARGEST)
      throw new BelfryError('invalid', `${option} ${given}: wanted a PEM file, got ${size} bytes`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof BelfryError) throw cause;
    throw new BelfryError(
      'invalid',
      `${option} ${given}: cannot be read (${(cause as { code?: string }).code})`,
      {
        hint: 'belfry reads the file once, as the owner of its home; it is not needed afterwards.',
        cause,
      },
    );
  }
}

function checkByTls(reach: Reach): void {
  const code = tlsProblem(reach);
  if (code !== null)
    throw new BelfryError(
      'invalid',
      `The CA file or the client certificate cannot be used for TLS (${code})`,
    );
}

/** What OpenSSL itself refuses, as a key that is too short: its code. Null: it can be used. */
export function tlsProblem({ ca, client_cert: cert, client_key: key }: Reach): string | null {
  try {
    createSecureContext({ ...(ca !== null && { ca }), ...(cert !== null && key !== null && { cert, key }) });
    return null;
  } catch (cause) {
    return (cause as { code?: string }).code ?? 'unreadable';
  }
}
