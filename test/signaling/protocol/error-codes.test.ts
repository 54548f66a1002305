import { describe, expect, it } from "vitest";
import { errorCodes, factsOf, knownCode } from "../../../signaling/protocol/error-codes.ts";
import { readSources } from "../../support/source-tree.ts";

const codes = Object.keys(errorCodes);
const sources = readSources(["app", "server", "signaling", "native"]).filter(
	({ path }) => path !== "signaling/protocol/error-codes.ts",
);

describe("the error codes", () => {
	it("are written as codes are, with what they mean and what to do", () => {
		for (const [code, { means, remedy }] of Object.entries(errorCodes)) {
			expect(code).toMatch(/^[a-z][a-z0-9-]{0,47}$/);
			expect(means, code).toMatch(/^\S.*\.$/);
			expect(remedy, code).toMatch(/^\S.*\.$/);
		}
	});

	it("are each used in the source", () => {
		expect(codes.length).toBeGreaterThan(100);
		const all = sources.map(({ text }) => text).join("\n");
		expect(codes.filter((code) => !all.includes(`"${code}"`))).toEqual([]);
	});

	it("are all that is thrown, and all that a viewer or a host is ended with", () => {
		// The compiler holds PortholeError to the catalogue; reasons and the addon's errors are plain text.
		const raised =
			/(?:\b(?:PortholeError|Declined|GatewayRefusal|declined|refuse|hxfrError|simulatorError|CodedError|Error|End)\w*[({]\s*|\bcode: )"([a-z]+(?:-[a-z0-9]+)+)"/g;
		const raisedCodes = sources
			.filter(({ path }) => !/^native\/.*(test|check)|KeyboardEvent/.test(path))
			.flatMap(({ text }) => [...text.matchAll(raised)].map(([, code = ""]) => code));
		expect(raisedCodes.length).toBeGreaterThan(100);
		expect([...new Set(raisedCodes)].filter((code) => !codes.includes(code))).toEqual([]);
	});

	it("from outside are taken when they are known", () => {
		expect([knownCode("device-off"), knownCode("ENOENT"), knownCode("", "device-off")]).toEqual([
			"device-off",
			"internal",
			"device-off",
		]);
		expect([factsOf("needs-pin")?.status, factsOf("bad-option")?.status, factsOf("constructor")]).toEqual([
			401,
			undefined,
			undefined,
		]);
	});
});
