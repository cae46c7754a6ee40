/** Certificates that are not believed, in the words of Go's crypto/x509. */
import { isIP } from 'node:net';
import { systemCode } from '../../../errors/minke-error.ts';

const untrusted = 'certificate signed by unknown authority';
const outOfDate = 'certificate has expired or is not yet valid';

/** OpenSSL's verdicts, by Node's codes. */
const verdicts: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: outOfDate,
  CERT_NOT_YET_VALID: outOfDate,
};

/** `DNS:r.test, IP Address:203.0.113.9`: what Node's error says of the certificate. */
function alternativeNames(error: Error): string {
  const certificate = 'cert' in error ? error.cert : undefined;
  return typeof certificate === 'object' &&
    certificate !== null &&
    'subjectaltname' in certificate &&
    typeof certificate.subjectaltname === 'string'
    ? certificate.subjectaltname
    : '';
}

const ofKind = (names: string, kind: string): string[] =>
  names.split(', ').flatMap((name) => (name.startsWith(`${kind}:`) ? [name.slice(kind.length + 1)] : []));

function otherName(host: string, names: string): string {
  const addresses = ofKind(names, 'IP Address');
  const domains = ofKind(names, 'DNS');
  if (isIP(host) !== 0)
    return addresses.length === 0
      ? `cannot validate certificate for ${host} because it doesn't contain any IP SANs`
      : `certificate is valid for ${addresses.join(', ')}, not ${host}`;
  if (names === '') return 'certificate relies on legacy Common Name field, use SANs instead';
  return domains.length === 0
    ? `certificate is not valid for any names, but wanted to match ${host}`
    : `certificate is valid for ${domains.join(', ')}, not ${host}`;
}

/**
 * Undefined where the failure is none of a certificate.
 * @param host as it was dialled; an address without brackets
 */
export function certificateFailure(error: Error, host: string): string | undefined {
  const code = systemCode(error) ?? '';
  const verdict =
    verdicts[code] ??
    (code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? otherName(host, alternativeNames(error)) : undefined);
  return verdict === undefined ? undefined : `tls: failed to verify certificate: x509: ${verdict}`;
}

/** What the other side says of ours (RFC 8446, 6.2), where it says so by a TLS alert; Go's words. */
export function alertText(error: Error): string | undefined {
  const code = systemCode(error) ?? '';
  const alerts: Readonly<Record<string, string>> = {
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'certificate required',
    ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'bad certificate',
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'unknown certificate authority',
    ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'expired certificate',
    ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'handshake failure',
    ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'protocol version not supported',
  };
  const alert = alerts[code];
  return alert === undefined ? undefined : `remote error: tls: ${alert}`;
}
