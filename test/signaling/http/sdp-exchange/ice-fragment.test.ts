import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIceFragment, ufragOf } from "../../../../signaling/http/sdp-exchange/ice-fragment.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { browserOffer } from "../../../support/browser-offer.ts";

const good = [
	"a=group:BUNDLE 0 1",
	"m=audio 9 UDP/TLS/RTP/SAVPF 111",
	"a=mid:0",
	"a=ice-ufrag:EsAw",
	"a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
	"a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1",
	"a=end-of-candidates",
];

describe("a trickled fragment", () => {
	it("says whose candidates it has", () => {
		const fragment = readIceFragment(`${good.join("\r\n")}\r\n`);
		expect(fragment).toMatchObject({ ufrag: "EsAw", password: "P2uYro0UCOQ4zxjKXaWCBui1" });
		expect(fragment.candidates).toHaveLength(1);
	});

	it.each([
		["", "nothing"],
		["hello", "a word"],
		["a=ice-ufrag:EsAw", "no password"],
		["a=ice-ufrag:E\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "a short ufrag"],
		[`${good.join("\n")}\na=ice-ufrag:other`, "two ufrags"],
		["a=x\n".repeat(600), "too much"],
	])("is refused when it is %j (%s)", (text) => {
		expect(() => readIceFragment(text)).toThrow(expect.objectContaining({ code: "bad-fragment" }));
	});

	it("is read or refused by a code, whatever it is", () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 300 }), (text) => {
				try {
					readIceFragment(text);
				} catch (error) {
					expect(error).toBeInstanceOf(PortholeError);
				}
			}),
		);
	});
});

it("an offer's user fragment is found", () => {
	expect(ufragOf(browserOffer())).toBe("EsAw");
	expect(ufragOf("v=0\r\n")).toBe("");
});
