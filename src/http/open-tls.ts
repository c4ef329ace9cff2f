/** TLS over a connection that stands: verified before anything is sent, with an explanation when it is not. */
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { explainCertificate } from './explain-certificate.ts';

export interface TlsWish {
  host: string;
  context: SecureContext;
  insecure: boolean;
  session: Buffer | undefined;
  keepSession: (session: Buffer) => void;
}

/** Rejects with HttpFailure for a certificate that is not accepted, and with the socket's own error. */
export function openTls(socket: Duplex, wish: TlsWish): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      secureContext: wish.context,
      // A server name is never an address (RFC 6066 §3).
      ...(isIP(wish.host) === 0 && { servername: wish.host }),
      // Checked against the certificate, whether or not it was sent as the server name.
      host: wish.host,
      ...(wish.session !== undefined && { session: wish.session }),
      ALPNProtocols: ['http/1.1'],
      // Refused below by hand: Node itself would throw the certificate away, and with it the reason that people need.
      rejectUnauthorized: false,
    });
    secured.on('error', reject);
    secured.once('close', () => reject(new Error('closed')));
    secured.on('session', wish.keepSession);
    secured.once('secureConnect', () => {
      if (secured.authorized || wish.insecure) return resolve(secured);
      const failure = explainCertificate(
        wish.host,
        String(secured.authorizationError),
        secured.getPeerCertificate(),
      );
      reject(failure);
      secured.destroy();
    });
  });
}
