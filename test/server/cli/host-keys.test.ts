import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hostKeysCommand } from "../../../server/cli/host-keys.ts";
import { writeServing } from "../../../server/serving-file.ts";
import { Access } from "../../../signaling/auth/access.ts";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import { HostKeys } from "../../../signaling/auth/host-keys.ts";
import { loadKeys } from "../../../signaling/auth/state-files.ts";
import { hostKeyRoutes } from "../../../signaling/http/host-keys.ts";
import type { Listener } from "../../../signaling/http/listener.ts";
import { serveRoutes } from "../../support/http-server.ts";

let state: string;
let hostKeys: HostKeys;
let listener: Listener;
let printed: string;

beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-host-keys-"));
	printed = "";
	vi.spyOn(console, "log").mockImplementation((line: string) => {
		printed += `${line}\n`;
	});
	const keys = await loadKeys(state);
	hostKeys = new HostKeys({ signingKey: keys.signingKey });
	const signaling = { hostIsHere: () => false, dismissHost() {} };
	const access = new Access(keys, new GrantBook(keys.signingKey));
	listener = await serveRoutes(hostKeyRoutes(hostKeys, signaling), { access });
	await writeServing(state, { pid: process.pid, url: `http://127.0.0.1:${listener.port}` });
});
afterEach(async () => {
	vi.restoreAllMocks();
	await listener.close();
	await rm(state, { recursive: true });
});

const run = (...args: string[]) => hostKeysCommand([...args, "--state", state]);

describe("porthole host-keys", () => {
	it("makes a key and prints it alone", async () => {
		expect(await run("add", "attic")).toBe(0);
		expect(hostKeys.admit({ key: printed.trim(), hostId: "h1", name: "Attic" }).prefix).toBe("attic.");
	});

	it("lists keys with whose they are, as a table or as JSON", async () => {
		const { id, key } = await hostKeys.issue("studio");
		hostKeys.admit({ key, hostId: "h1", name: "Studio" });
		await hostKeys.issue("spare");
		await run();
		expect(printed).toMatch(new RegExp(`^${id}  studio +offline studio\\.\\* \\(Studio\\)$`, "m"));
		expect(printed).toMatch(/ {2}spare +not used yet$/m);
		printed = "";
		await run("list", "--json");
		expect(JSON.parse(printed).hostKeys).toMatchObject([
			{ id, host: { prefix: "studio." } },
			{ label: "spare" },
		]);
	});

	it("revokes a key", async () => {
		const { id } = await hostKeys.issue("studio");
		expect(await run("revoke", id)).toBe(0);
		expect(hostKeys.list()).toEqual([]);
		await expect(run("revoke", id)).rejects.toMatchObject({ code: "no-such-host-key" });
	});

	it.each([["revoke"], ["revoke", "../x"], ["lend"], ["add", "one", "two"], ["--colour"]])(
		"refuses what it does not know: %s %s",
		async (...args) => {
			const words = expect.objectContaining({ code: "bad-option", message: expect.stringMatching(/--help/) });
			await expect(run(...args.filter((arg) => typeof arg === "string"))).rejects.toThrow(words);
		},
	);

	it("helps", async () => {
		expect(await hostKeysCommand(["--help"])).toBe(0);
		expect(printed).toContain("porthole host-keys revoke ID");
	});
});
