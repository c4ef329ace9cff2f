/** How a webhook's target is reached, checked at the door. */
import { z } from 'zod';
import { NO_PROXY, type Reach } from '../model/reach.ts';
import { PROXY_WANTED, proxyUrl } from '../net/proxy-url.ts';
import { checkAuthorities, checkClientCertificate } from './certificates.ts';

const noPem = (check: () => string | null, problems: z.core.$RefinementCtx, path: string) => {
  const problem = check();
  if (problem !== null) problems.addIssue({ code: 'custom', path: [path], message: problem });
};

export const reach: z.ZodType<Reach> = z
  .strictObject({
    proxy: z.union([z.literal(NO_PROXY), proxyUrl], { error: `${PROXY_WANTED}, or none` }).nullable(),
    ca: z.string().max(1_000_000, 'a CA file of at most 1 MB is wanted').nullable(),
    client_cert: z.string().max(100_000, 'a certificate file of at most 100 kB is wanted').nullable(),
    client_key: z.string().max(100_000, 'a key file of at most 100 kB is wanted').nullable(),
    insecure: z.boolean(),
  })
  .superRefine(({ ca, client_cert, client_key }, problems) => {
    if (ca !== null) noPem(() => checkAuthorities(ca), problems, 'ca');
    if (client_cert === null && client_key === null) return;
    if (client_cert === null || client_key === null) {
      const message = '--client-cert and --client-key go together';
      return problems.addIssue({ code: 'custom', path: ['client_cert'], message });
    }
    noPem(() => checkClientCertificate(client_cert, client_key), problems, 'client_cert');
  });
