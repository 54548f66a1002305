import { describe, expect, test } from "vitest";
import { RepeatedRecords } from "../../../../server/webrtc/werift/repeated-records.ts";

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
