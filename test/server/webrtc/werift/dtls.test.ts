import fc from "fast-check";
import { beforeAll, describe, expect, it, test } from "vitest";
import { DtlsClient } from "werift";
import {
	type Certificate,
	createCertificate,
	DtlsSession,
	RepeatedRecords,
} from "../../../../server/webrtc/werift/dtls.ts";

describe("a DTLS session", () => {
	let ours: Certificate;
	let theirs: Certificate;

	beforeAll(async () => {
		[ours, theirs] = await Promise.all([createCertificate(), createCertificate()]);
	});

	/** A session and a client that shows `theirs`, wired together; `profiles` is what the client offers for SRTP. */
	function pair(fingerprint: string, profiles: (1 | 7)[] = [7, 1], ourFault?: "connected" | "data") {
		const events: string[] = [];
		const failIn = (event: typeof ourFault) => {
			if (event === ourFault) throw new TypeError(`a mistake in ${event}`);
		};
		const data: string[] = [];
		let keys: Parameters<ConstructorParameters<typeof DtlsSession>[2]["connected"]>[0] | undefined;
		const session = new DtlsSession(ours, [{ algorithm: "sha-256", value: fingerprint }], {
			connected: (agreed) => {
				keys = agreed;
				events.push("connected");
				failIn("connected");
			},
			data: (bytes) => {
				data.push(bytes.toString());
				failIn("data");
			},
			closed: (reason) => events.push(reason),
			failed: (error) => events.push(String(error)),
			send: (packet) => queueMicrotask(() => transport.onData(packet)),
		});
		const transport = {
			type: "test",
			address: { address: "", family: "", port: 0 },
			closed: false,
			onData: (_packet: Buffer) => {},
			send: async (packet: Buffer) => queueMicrotask(() => session.receive(packet)),
			close: async () => {},
		};
		const client = new DtlsClient({
			cert: theirs.certPem,
			key: theirs.keyPem,
			signatureHash: theirs.signatureHash,
			transport,
			srtpProfiles: profiles,
			extendedMasterSecret: true,
		});
		return { events, data, session, client, transport, keys: () => keys };
	}

	it.each([
		["AEAD_AES_128_GCM", [7, 1], 12],
		["AES128_CM_HMAC_SHA1_80", [1], 14],
	] as const)("agrees on keys for %s", async (profile, offered, saltLength) => {
		const { events, session, client, keys } = pair(theirs.fingerprint, [...offered]);
		await client.connect();
		await expect.poll(() => events).toEqual(["connected"]);
		const expected = client.extractSessionKeys(16, saltLength);
		expect(keys()).toEqual({
			local: { profile, key: expected.remoteKey, salt: expected.remoteSalt },
			remote: { profile, key: expected.localKey, salt: expected.localSalt },
		});
		session.close();
	});

	it("agrees on keys with a client that repeats itself because we are slow", async () => {
		const { events, session, client, transport, keys } = pair(theirs.fingerprint);
		const waiting: Buffer[] = [];
		transport.send = async (packet) => {
			if (waiting.push(packet) > 1) return;
			setImmediate(() => {
				const flight = waiting.splice(0);
				for (const sent of [...flight, ...flight]) session.receive(sent);
			});
		};
		await client.connect();
		await expect.poll(() => events).toEqual(["connected"]);
		expect(keys()?.remote.key).toEqual(client.extractSessionKeys(16, 12).localKey);
		session.close();
	});

	it("tells a mistake of our own as ours, not as the client's", async () => {
		const { events, client } = pair(theirs.fingerprint, [7, 1], "connected");
		await client.connect();
		await expect.poll(() => events).toEqual(["connected", "TypeError: a mistake in connected"]);
		const later = pair(theirs.fingerprint, [7, 1], "data");
		await later.client.connect();
		await expect.poll(() => later.events).toEqual(["connected"]);
		await later.client.send(Buffer.from("hello"));
		await expect.poll(() => later.events).toEqual(["connected", "TypeError: a mistake in data"]);
	});

	it("refuses a certificate that the answer did not name", async () => {
		const { events, client } = pair(ours.fingerprint);
		await client.connect();
		await expect.poll(() => events).toEqual(["dtls-failed"]);
	});

	it("refuses a certificate whose key the client does not have", async () => {
		const { events, client } = pair(theirs.fingerprint);
		const impostor = await createCertificate();
		client.cipher.parseX509(theirs.certPem, impostor.keyPem, theirs.signatureHash);
		await client.connect();
		await expect.poll(() => events).toEqual(["dtls-failed"]);
	});

	it("stays connected when an old client hello or noise comes late", async () => {
		const { events, data, session, client, transport } = pair(theirs.fingerprint);
		const sent: Buffer[] = [];
		const send = transport.send;
		transport.send = (packet) => {
			sent.push(packet);
			return send(packet);
		};
		await client.connect();
		await expect.poll(() => events).toEqual(["connected"]);
		const [hello] = sent;
		if (hello === undefined) throw new Error("the client sent no hello");
		session.receive(hello);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => session.receive(Buffer.from([22, ...bytes]))),
		);
		await client.send(Buffer.from("still here"));
		await expect.poll(() => data).toEqual(["still here"]);
		expect(events).toEqual(["connected"]);
		session.close();
	});
});

const HANDSHAKE = 22;
const CHANGE_CIPHER_SPEC = 20;
const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const KEY_EXCHANGE = 16;

let number = 0;

/** A DTLS 1.2 record with a fresh record number. */
function record(type: number, body: readonly number[], epoch = 0): Buffer {
	const header = Buffer.alloc(13);
	header[0] = type;
	header.writeUInt16BE(0xfefd, 1);
	header.writeUInt16BE(epoch, 3);
	header.writeUIntBE(++number, 5, 6);
	header.writeUInt16BE(body.length, 11);
	return Buffer.concat([header, Buffer.from(body)]);
}

describe("repeated records", () => {
	test("lets everything through the first time", () => {
		const packet = Buffer.concat([
			record(HANDSHAKE, [CERTIFICATE, 1, 2]),
			record(HANDSHAKE, [KEY_EXCHANGE, 3]),
			record(CHANGE_CIPHER_SPEC, [1]),
			record(HANDSHAKE, [9, 9, 9], 1),
		]);
		expect(new RepeatedRecords().removeFrom(packet)).toEqual(packet);
	});

	test("takes out what came before, whatever its record number, and keeps what is encrypted", () => {
		const repeated = new RepeatedRecords();
		repeated.removeFrom(record(HANDSHAKE, [KEY_EXCHANGE, 3]));
		const finished = record(HANDSHAKE, [9, 9, 9], 1);
		repeated.removeFrom(finished);
		const again = Buffer.concat([record(HANDSHAKE, [KEY_EXCHANGE, 3]), finished]);
		expect(repeated.removeFrom(again)).toEqual(finished);
		expect(repeated.removeFrom(record(HANDSHAKE, [KEY_EXCHANGE, 3]))).toHaveLength(0);
	});

	test("keeps other messages of the same kind, and every client hello", () => {
		const repeated = new RepeatedRecords();
		repeated.removeFrom(record(HANDSHAKE, [KEY_EXCHANGE, 3]));
		const other = record(HANDSHAKE, [KEY_EXCHANGE, 4]);
		expect(repeated.removeFrom(other)).toEqual(other);
		repeated.removeFrom(record(HANDSHAKE, [CLIENT_HELLO, 5]));
		const hello = record(HANDSHAKE, [CLIENT_HELLO, 5]);
		expect(repeated.removeFrom(hello)).toEqual(hello);
	});

	test.each([1, 12, 13, 14])("leaves a packet alone that is cut off after %i bytes", (length) => {
		const packet = record(HANDSHAKE, [KEY_EXCHANGE, 3]).subarray(0, length);
		expect(new RepeatedRecords().removeFrom(packet)).toEqual(packet);
	});
});
