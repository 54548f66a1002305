import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { DtlsClient } from "werift";
import { type Certificate, createCertificate } from "../../../../server/webrtc/werift/certificate.ts";
import { DtlsSession } from "../../../../server/webrtc/werift/dtls.ts";

describe("a DTLS session", () => {
	let ours: Certificate;
	let theirs: Certificate;

	beforeAll(async () => {
		[ours, theirs] = await Promise.all([createCertificate(), createCertificate()]);
	});

	/** A session and a client that shows `theirs`, wired together; `profiles` is what the client offers for SRTP. */
	function pair(fingerprint: string, profiles: (1 | 7)[] = [7, 1]) {
		const events: string[] = [];
		const data: string[] = [];
		let keys: Parameters<ConstructorParameters<typeof DtlsSession>[2]["connected"]>[0] | undefined;
		const session = new DtlsSession(ours, [{ algorithm: "sha-256", value: fingerprint }], {
			connected: (agreed) => {
				keys = agreed;
				events.push("connected");
			},
			data: (bytes) => data.push(bytes.toString()),
			closed: (reason) => events.push(reason),
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
