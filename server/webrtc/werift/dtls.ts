import { verify, X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import {
	CipherContext,
	DtlsServer,
	HashAlgorithm,
	NamedCurveAlgorithm,
	ProtectionProfileAeadAes128Gcm,
	ProtectionProfileAes128CmHmacSha1_80,
	SignatureAlgorithm,
} from "werift";
import type { MasterKeys, SrtpProfile } from "../rtp/srtp.ts";
import type { Fingerprint } from "../sdp/session-description.ts";

/** Datagrams of a handshake, with all retransmissions, that are looked at. */
const MAX_HANDSHAKE_PACKETS = 200;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const APPLICATION_DATA = 23;

export interface DtlsEvents {
	/** The handshake is done and the other side is who its answer says. */
	connected(keys: { local: MasterKeys; remote: MasterKeys }): void;
	data(data: Buffer): void;
	/** The handshake failed or the other side ended the connection. */
	closed(reason: "dtls-failed" | "left"): void;
	/** One of these functions threw: an error of ours, which the library would take for the other side's. It is closed. */
	failed(error: unknown): void;
	send(packet: Buffer): void;
}

/** The DTLS 1.2 server side of one connection (RFC 6347) with keys for SRTP (RFC 5764). */
export class DtlsSession {
	readonly #server: DtlsServer;
	readonly #transport: ReturnType<typeof createTransport>;
	readonly #fingerprints: readonly Fingerprint[];
	readonly #repeated = new RepeatedRecords();
	readonly #events: DtlsEvents;
	#handshakePackets = 0;
	#connected = false;
	#closed = false;

	/** `fingerprints`: of the certificate that the other side must show. */
	constructor(certificate: Certificate, fingerprints: readonly Fingerprint[], events: DtlsEvents) {
		this.#events = events;
		this.#fingerprints = fingerprints;
		this.#transport = createTransport((packet) => {
			if (!this.#closed) this.#tell(() => events.send(packet));
		});
		this.#server = new DtlsServer({
			cert: certificate.certPem,
			key: certificate.keyPem,
			signatureHash: certificate.signatureHash,
			transport: this.#transport,
			srtpProfiles: [ProtectionProfileAeadAes128Gcm, ProtectionProfileAes128CmHmacSha1_80],
			extendedMasterSecret: true,
			certificateRequest: true,
		});
		this.#server.onConnect.subscribe(() => this.#verify());
		this.#server.onData.subscribe((data) => {
			if (this.#connected && !this.#closed) this.#tell(() => events.data(data));
		});
		this.#server.onError.subscribe(() => this.#end("dtls-failed"));
		this.#server.onClose.subscribe(() => this.#end(this.#connected ? "left" : "dtls-failed"));
	}

	/** Takes a DTLS packet; one that makes no sense is dropped. */
	receive(packet: Buffer): void {
		if (this.#closed || !this.#isWelcome(packet)) return;
		const rest = packet[0] === APPLICATION_DATA ? packet : this.#repeated.removeFrom(packet);
		if (rest.length === 0) return;
		try {
			this.#transport.onData(rest);
		} catch {
			// Cut short or not DTLS at all.
		}
	}

	/** Sends to the other side; only after `connected`. */
	async sendData(data: Buffer): Promise<void> {
		if (this.#connected && !this.#closed) await this.#server.send(data);
	}

	close(): void {
		this.#closed = true;
		// Lets a handshake that is still retransmitting stop at its next turn.
		this.#server.dtls.flight = Number.MAX_SAFE_INTEGER;
	}

	/**
	 * Handshake packets are counted, and a client hello that comes late must not reach the library: it would start over
	 * and lose the connection.
	 */
	#isWelcome(packet: Buffer): boolean {
		if (packet[0] === APPLICATION_DATA) return true;
		if (this.#connected && packet[0] === HANDSHAKE && packet[13] === CLIENT_HELLO) return false;
		return ++this.#handshakePackets <= MAX_HANDSHAKE_PACKETS;
	}

	#verify(): void {
		if (this.#connected || this.#closed) return;
		const profile = profileOf(this.#server.srtp.srtpProfile);
		if (profile === undefined || !this.#isExpectedClient()) return this.#end("dtls-failed");
		const keys = this.#server.extractSessionKeys(16, profile === "AEAD_AES_128_GCM" ? 12 : 14);
		this.#connected = true;
		this.#tell(() =>
			this.#events.connected({
				local: { profile, key: keys.localKey, salt: keys.localSalt },
				remote: { profile, key: keys.remoteKey, salt: keys.remoteSalt },
			}),
		);
	}

	/** RFC 8122, 5: one fingerprint of a hash that we know must fit, and the key must be there. */
	#isExpectedClient(): boolean {
		const raw = this.#server.remoteCertificate;
		if (raw === undefined) return false;
		const certificate = new X509Certificate(raw);
		if (!provesPossession(this.#server.dtls.sortedHandshakeCache, certificate)) return false;
		return this.#fingerprints.some(({ algorithm, value }) => {
			if (algorithm === "sha-256") return certificate.fingerprint256 === value;
			return algorithm === "sha-512" && certificate.fingerprint512 === value;
		});
	}

	/** Whatever is told is told within the library, which takes what is thrown there for a broken handshake or packet. */
	#tell(event: () => void): void {
		try {
			event();
		} catch (error) {
			this.close();
			this.#events.failed(error);
		}
	}

	#end(reason: "dtls-failed" | "left"): void {
		if (this.#closed) return;
		this.close();
		this.#events.closed(reason);
	}
}

function profileOf(id: number | undefined): SrtpProfile | undefined {
	if (id === ProtectionProfileAeadAes128Gcm) return "AEAD_AES_128_GCM";
	return id === ProtectionProfileAes128CmHmacSha1_80 ? "AES128_CM_HMAC_SHA1_80" : undefined;
}

/** The library's idea of a socket, over ours. */
function createTransport(send: (packet: Buffer) => void) {
	return {
		type: "ice",
		address: {} as AddressInfo,
		closed: false,
		onData: (_packet: Buffer): void => {},
		send: async (packet: Buffer): Promise<void> => send(packet),
		close: async (): Promise<void> => {},
	};
}

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

const HEADER = 13;

/**
 * Takes out of DTLS packets (RFC 6347, 4.1) what a client repeats of its certificate and keys because an answer was
 * slow. The library would take a repeated key exchange for a new one and derive other keys than the client, which then
 * waits for ever. Client hellos and encrypted records stay: what lost answers they stand for is sent again.
 */
export class RepeatedRecords {
	readonly #seen = new Set<string>();

	/** The packet without records that came before; empty when nothing is left, as it is when it is cut short. */
	removeFrom(packet: Buffer): Buffer {
		const kept: Buffer[] = [];
		for (let at = 0; at < packet.length; ) {
			if (packet.length < at + HEADER) return packet;
			const end = at + HEADER + packet.readUInt16BE(at + 11);
			const record = packet.subarray(at, end);
			if (!this.#isRepeated(record)) kept.push(record);
			at = end;
		}
		return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
	}

	#isRepeated(record: Buffer): boolean {
		const plain = record.readUInt16BE(3) === 0;
		if (record[0] !== HANDSHAKE || !plain || record[HEADER] === CLIENT_HELLO) return false;
		// Record numbers are new each time, what the records hold is not.
		const body = record.toString("latin1", HEADER);
		if (this.#seen.has(body)) return true;
		this.#seen.add(body);
		return false;
	}
}
