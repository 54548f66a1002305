import { X509Certificate } from "node:crypto";
import { CipherContext, HashAlgorithm, NamedCurveAlgorithm, SignatureAlgorithm } from "werift";

type Generated = Awaited<ReturnType<typeof CipherContext.createSelfSignedCertificateWithKey>>;

/** A self-signed certificate with its key, for DTLS. */
export interface Certificate extends Generated {
	/** SHA-256 as in an SDP `a=fingerprint` line: upper-case hexadecimal with colons. */
	readonly fingerprint: string;
}

/** Makes a P-256 certificate. Takes some milliseconds; one serves all peers of an engine. */
export async function createCertificate(): Promise<Certificate> {
	const generated = await CipherContext.createSelfSignedCertificateWithKey(
		{ signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
		NamedCurveAlgorithm.secp256r1_23,
	);
	return { ...generated, fingerprint: new X509Certificate(generated.certPem).fingerprint256 };
}
