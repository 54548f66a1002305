import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	bindingSuccess,
	hasIntegrity,
	parseBindingRequest,
	roleConflictError,
} from "../../../../server/webrtc/ice/stun.ts";

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

/** RFC 5769, 2.1: a request with the password `VOkJxbRl1RmTxUk/WvJxBt`. */
const PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";
const request = hex(`000100582112a442b7e7a701bc34d686fa87dfae
	802200105354554e207465737420636c69656e74
	002400046e0001ff
	80290008932ff9b151263b36
	000600096576746a3a68367659202020
	000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
	80280004e57a3bcb`);

function parsed(packet = request) {
	const result = parseBindingRequest(packet);
	if (result === undefined) throw new Error("not taken as a request");
	return result;
}

describe("STUN binding requests", () => {
	it("reads the sample of RFC 5769, 2.1, and knows its password", () => {
		expect(parsed()).toMatchObject({ username: "evtj:h6vY", priority: 0x6e0001ff, roleConflict: true });
		expect(hasIntegrity(parsed(), PASSWORD)).toBe(true);
	});

	it("refuses any other password", () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 40 }), (password) => {
				expect(hasIntegrity(parsed(), password)).toBe(password === PASSWORD);
			}),
		);
	});

	it("refuses a change of any bit that the integrity covers", () => {
		const covered = request.length - 8;
		fc.assert(
			fc.property(fc.nat(covered * 8 - 1), (bit) => {
				const forged = Buffer.from(request);
				forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
				const result = parseBindingRequest(forged);
				expect(result !== undefined && hasIntegrity(result, PASSWORD)).toBe(false);
			}),
		);
	});

	it("takes nothing without integrity, cut short, or of another kind", () => {
		expect(parseBindingRequest(hex("000100002112a442b7e7a701bc34d686fa87dfae"))).toBeUndefined();
		for (let end = 0; end < request.length; end++) {
			expect(parseBindingRequest(request.subarray(0, end))).toBeUndefined();
		}
		const indication = Buffer.from(request);
		indication.writeUInt16BE(0x0011, 0);
		expect(parseBindingRequest(indication)).toBeUndefined();
	});

	it("never throws, whatever comes", () => {
		const body = fc.uint8Array({ maxLength: 80 });
		fc.assert(
			fc.property(body, (bytes) => {
				const packet = Buffer.concat([request.subarray(0, 20), bytes]);
				packet.writeUInt16BE(bytes.length, 2);
				parseBindingRequest(packet);
				parseBindingRequest(Buffer.from(bytes));
			}),
		);
	});
});

describe("STUN responses", () => {
	it("say an IPv4 address as in RFC 5769, 2.2", () => {
		const response = bindingSuccess(parsed(), "192.0.2.1", 32853, PASSWORD);
		expect(response.subarray(0, 4)).toEqual(hex("0101002c"));
		expect(response.subarray(20, 32)).toEqual(hex("002000080001a147e112a643"));
	});

	it("say an IPv6 address as in RFC 5769, 2.3", () => {
		const response = bindingSuccess(parsed(), "2001:db8:1234:5678:11:2233:4455:6677", 32853, PASSWORD);
		expect(response.subarray(20, 44)).toEqual(hex("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"));
	});

	it("say shortened IPv6 addresses", () => {
		const value = bindingSuccess(parsed(), "::1", 1, PASSWORD).subarray(28, 44);
		for (let i = 0; i < 16; i++) value[i] = (value[i] ?? 0) ^ (request[4 + i] ?? 0);
		expect(value).toEqual(hex("00000000000000000000000000000001"));
	});

	it("carry integrity and fingerprint that another implementation accepts", async () => {
		const { parseMessage } = await import("werift");
		for (const response of [
			bindingSuccess(parsed(), "127.0.0.1", 9, PASSWORD),
			roleConflictError(parsed(), PASSWORD),
		]) {
			expect(parseMessage(response, Buffer.from(PASSWORD))).toBeDefined();
			expect(parseMessage(response, Buffer.from("another"))).toBeUndefined();
		}
	});
});
