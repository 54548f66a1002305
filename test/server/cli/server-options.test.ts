import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseCommand } from "../../../server/cli/options.ts";
import { serverOptions, serverOptionsOf } from "../../../server/cli/server-options.ts";

const spec = { name: "serve", about: "", options: serverOptions };
const read = (args: readonly string[], env = {}) =>
	serverOptionsOf("serve", parseCommand(spec, args, env).options);

it.each([
	[[], "localhost", false],
	[["--lan"], "all", true],
	[["--host", "127.0.0.9"], "127.0.0.9", false],
	[["--host", "10.0.0.5"], "10.0.0.5", true],
])("%j: %s", (args, host, lan) => {
	expect(read(args)).toMatchObject({ host, lan, port: 8400 });
});

const URL = "turn:turn.example.org:3478?transport=tcp";

describe("the TURN options", () => {
	const turn = (args: readonly string[], env = {}) => read(args, env).turn;

	it("are none without a server", () => {
		expect(turn([])).toBeUndefined();
		expect(turn([], { PORTHOLE_TURN_SECRET: "s" })).toBeUndefined();
	});

	it("take the secret from a file, without the line's end", () => {
		const folder = mkdtempSync(join(tmpdir(), "porthole-turn-"));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		const file = join(folder, "secret");
		writeFileSync(file, "from a file\n");
		const expected = { urls: [URL], secret: "from a file" };
		expect(turn(["--turn", URL, "--turn-secret-file", file])).toEqual(expected);
		expect(turn([], { PORTHOLE_TURN: URL, PORTHOLE_TURN_SECRET_FILE: file })).toEqual(expected);
	});

	it("can be given in the environment", () => {
		const env = { PORTHOLE_TURN: `${URL} turns:[::1]`, PORTHOLE_TURN_SECRET: "s" };
		expect(turn([], env)).toEqual({ urls: [URL, "turns:[::1]"], secret: "s" });
	});

	it.each([
		[["--turn", URL], {}],
		[["--turn", URL, "--turn-secret-file", "/nowhere"], {}],
		[["--turn", "http://turn.example.org"], { PORTHOLE_TURN_SECRET: "s" }],
		[["--turn", 'turn:a">; rel="x'], { PORTHOLE_TURN_SECRET: "s" }],
		[new Array(9).fill(["--turn", URL]).flat(), { PORTHOLE_TURN_SECRET: "s" }],
		[["--turn", URL, "--turn-secret", "s"], {}],
	])("are refused with a word: %o", (args, env) => {
		expect(() => turn(args, env)).toThrow(expect.objectContaining({ code: "bad-option" }));
	});
});
