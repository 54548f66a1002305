import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { OptionReader } from "../../../server/cli/option-reader.ts";
import { readTurnOptions } from "../../../server/cli/turn-options.ts";

const read = (given: Parameters<typeof readTurnOptions>[0], env = {}) =>
	readTurnOptions(given, new OptionReader(env));
const URL = "turn:turn.example.org:3478?transport=tcp";

describe("the TURN options", () => {
	it("are none without a server", () => {
		expect(read({})).toBeUndefined();
		expect(read({}, { PORTHOLE_TURN_SECRET: "s" })).toBeUndefined();
	});

	it("take the secret from a file, without the line's end", () => {
		const folder = mkdtempSync(join(tmpdir(), "porthole-turn-"));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		const file = join(folder, "secret");
		writeFileSync(file, "from a file\n");
		expect(read({ turn: [URL], "turn-secret-file": file })).toEqual({ urls: [URL], secret: "from a file" });
	});

	it("can be given in the environment", () => {
		const env = { PORTHOLE_TURN: `${URL} turns:[::1]`, PORTHOLE_TURN_SECRET: "s" };
		expect(read({}, env)).toEqual({ urls: [URL, "turns:[::1]"], secret: "s" });
	});

	it.each([
		[{ turn: [URL] }, {}],
		[{ turn: [URL], "turn-secret-file": "/nowhere" }, {}],
		[{ turn: ["http://turn.example.org"] }, { PORTHOLE_TURN_SECRET: "s" }],
		[{ turn: ['turn:a">; rel="x'] }, { PORTHOLE_TURN_SECRET: "s" }],
		[{ turn: new Array(9).fill(URL) }, { PORTHOLE_TURN_SECRET: "s" }],
	])("are refused with a word: %o", (given, env) => {
		expect(() => read(given, env)).toThrow(expect.objectContaining({ code: "bad-option" }));
	});
});
