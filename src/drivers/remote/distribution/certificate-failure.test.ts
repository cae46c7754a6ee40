import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alertText, certificateFailure } from './certificate-failure.ts';

const failure = (code: string, more: object = {}): Error => Object.assign(new Error('x'), { code, ...more });
const named = (subjectaltname?: string): Error =>
  failure('ERR_TLS_CERT_ALTNAME_INVALID', { cert: { subjectaltname } });
const said = (error: Error, host: string): string | undefined =>
  certificateFailure(error, host)?.replace('tls: failed to verify certificate: x509: ', '');

test('verdicts of OpenSSL are told in the words of Go', () => {
  assert.equal(
    said(failure('DEPTH_ZERO_SELF_SIGNED_CERT'), 'r.test'),
    'certificate signed by unknown authority',
  );
  assert.equal(said(failure('CERT_HAS_EXPIRED'), 'r.test'), 'certificate has expired or is not yet valid');
  assert.equal(said(failure('ECONNRESET'), 'r.test'), undefined);
});

test('a certificate of another name says which', () => {
  const names = 'DNS:a.test, DNS:*.b.test, IP Address:203.0.113.9';
  assert.equal(said(named(names), 'r.test'), 'certificate is valid for a.test, *.b.test, not r.test');
  assert.equal(said(named(names), '203.0.113.7'), 'certificate is valid for 203.0.113.9, not 203.0.113.7');
  const noAddress = "cannot validate certificate for 2001:db8::1 because it doesn't contain any IP SANs";
  assert.equal(said(named('DNS:a.test'), '2001:db8::1'), noAddress);
  assert.equal(
    said(named('IP Address:203.0.113.9'), 'r.test'),
    'certificate is not valid for any names, but wanted to match r.test',
  );
  assert.equal(said(named(), 'r.test'), 'certificate relies on legacy Common Name field, use SANs instead');
});

test('whatever a certificate holds, something is said', () =>
  fc.assert(
    fc.property(fc.anything(), fc.string(), (cert, host) => {
      const error = failure('ERR_TLS_CERT_ALTNAME_INVALID', { cert });
      assert.match(certificateFailure(error, host) ?? '', /^tls: failed to verify certificate: x509: /);
    }),
  ));

test('what the other side says of our certificate', () => {
  assert.equal(
    alertText(failure('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')),
    'remote error: tls: certificate required',
  );
  assert.equal(alertText(failure('EPROTO')), undefined);
});
