import { verify, type X509Certificate } from "node:crypto";

const CERTIFICATE_VERIFY = 15;

/** Hash functions of `SignatureAndHashAlgorithm` (RFC 5246, 7.4.1.4.1) that are still good. */
const HASHES: Record<number, string> = { 4: "sha256", 5: "sha384", 6: "sha512" };
const RSA = 1;
const ECDSA = 3;

/** A message of a handshake, as both sides hash it. */
export interface HandshakeMessage {
	/** `HandshakeType` (RFC 5246, 7.4). */
	readonly msg_type: number;
	readonly fragment: Buffer;
	serialize(): Buffer;
}

/**
 * Whether a client proved that it has the key of its certificate: its CertificateVerify (RFC 5246, 7.4.8) must sign all
 * messages before. werift's DTLS server takes the message without looking at the signature; without this check whoever
 * saw the certificate, which is sent in the clear, could use it.
 *
 * @param messages The whole handshake, in order, without HelloVerifyRequest and what came before it.
 */
export function provesPossession(
	messages: readonly HandshakeMessage[],
	certificate: X509Certificate,
): boolean {
	const at = messages.findIndex((message) => message.msg_type === CERTIFICATE_VERIFY);
	const body = messages[at]?.fragment;
	if (body === undefined || body.length < 4 || body.readUInt16BE(2) !== body.length - 4) return false;
	const hash = HASHES[body.readUInt8(0)];
	const kind = { [RSA]: "rsa", [ECDSA]: "ec" }[body.readUInt8(1)];
	if (hash === undefined || kind === undefined || certificate.publicKey.asymmetricKeyType !== kind)
		return false;
	const signed = Buffer.concat(messages.slice(0, at).map((message) => message.serialize()));
	return verify(hash, signed, certificate.publicKey, body.subarray(4));
}
