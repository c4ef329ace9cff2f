/** Errors that no server on loopback can cause. */
import t from 'tap';
import { explainConnectError, explainRequestError } from '../../src/http/explain-error.ts';

const coded = (code: string) => Object.assign(new Error('text with a secret'), { code });

t.test('while connecting', async t => {
  const hop = { secure: true, host: 'h', port: 443 };
  for (const [code, expected] of [
    ['EHOSTUNREACH', { code: 'network', message: 'there is no route to h:443 (EHOSTUNREACH)' }],
    ['ENETUNREACH', { code: 'network', message: 'there is no route to h:443 (ENETUNREACH)' }],
    ['EMFILE', { code: 'network', message: 'no free file descriptor for a connection to h:443 (EMFILE)' }],
    ['EAI_AGAIN', { code: 'dns', message: 'the name h could not be looked up (EAI_AGAIN)' }],
    ['ETIMEDOUT', { code: 'connect_timeout', message: 'h:443 does not answer' }],
    ['ECONNRESET', { code: 'reset', message: 'h:443 reset the connection before anything was sent' }],
    ['EWHATEVER', { code: 'network', message: 'no connection to h:443 (EWHATEVER)' }],
  ] as const) {
    t.match(explainConnectError(coded(code), hop), expected);
  }
  const several = Object.assign(new AggregateError([coded('ECONNREFUSED')]), { code: 'ECONNREFUSED' });
  t.match(explainConnectError(several, hop), { code: 'refused' });
  t.match(explainConnectError(null, hop), { code: 'network' });
});

t.test('while the request is under way', async t => {
  for (const [code, expected] of [
    ['EPIPE', { code: 'reset' }],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', { code: 'tls' }],
    ['ETIMEDOUT', { code: 'timeout', message: 'the connection to h timed out' }],
    ['EWHATEVER', { code: 'network', message: 'the request to h failed (EWHATEVER)' }],
  ] as const) {
    const failure = explainRequestError(coded(code), 'h');
    t.match(failure, expected);
    t.notMatch(failure.message, /secret/);
  }
});
