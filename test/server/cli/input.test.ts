import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inputCommand } from "../../../server/cli/input.ts";
import { writeServing } from "../../../server/serving-file.ts";
import { loadKeys } from "../../../signaling/auth/state-files.ts";
import { FakeBaguetteGateway } from "../../fakes/fake-baguette-gateway.ts";

let state: string;
let gateway: FakeBaguetteGateway;
let printed: string;
let url: string;
beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-input-"));
	gateway = new FakeBaguetteGateway((await loadKeys(state)).ownerToken);
	url = await gateway.listen();
	await writeServing(state, { pid: process.pid, url });
	printed = "";
});
afterEach(async () => {
	await gateway.close();
	await rm(state, { recursive: true });
});

const stdout = {
	write(text: string) {
		printed += text;
		return true;
	},
};
const input = (stdin: string | Buffer[], ...args: string[]) =>
	inputCommand([...args, "--state", state], {
		stdin: Readable.from(typeof stdin === "string" ? [Buffer.from(stdin)] : stdin),
		stdout,
	});
const TAP = '{"type":"tap","x":1,"y":2.5,"width":10,"height":10}';

describe("porthole input", () => {
	it("gives each line to the device in order over one connection, and answers each", async () => {
		const lines = [TAP, '{"type":"dance"}', "no JSON", TAP];
		expect(await input(`${lines.join("\n")}\n`, "phone")).toBe(0);
		expect(gateway.lines).toEqual(lines);
		expect(gateway.connections).toBe(1);
		expect(printed).toBe(
			'{"ok":true}\n{"ok":false,"error":"unknown kind: dance"}\n{"ok":false,"error":"invalid JSON"}\n{"ok":true}\n',
		);
	});

	it("takes lines in whatever pieces they come, and the last without its end", async () => {
		const pieces = [...Buffer.from(`${TAP}\r\n${TAP}`)].map((byte) => Buffer.of(byte));
		await input(pieces, "phone");
		expect(gateway.lines).toEqual([TAP, TAP]);
	});

	it("answers empty lines and endless ones without asking the server", async () => {
		const endless = Array.from({ length: 9 }, () => Buffer.alloc(1024 * 1024, "a"));
		await input([...endless, Buffer.from(`\n\n${TAP}\n`)], "phone");
		const invalid = '{"ok":false,"error":"invalid JSON"}\n';
		expect(printed).toBe(`${invalid}${invalid}{"ok":true}\n`);
		expect(gateway.lines).toEqual([TAP]);
	});

	it.each([
		["--udid", "phone"],
		["--udid=phone", ""],
	])("takes the device as %s too", async (...args) => {
		await input(TAP, ...args.filter((arg) => arg !== ""));
		expect(gateway.lines).toEqual([TAP]);
	});

	it("ends well when there is nothing to do", async () => {
		expect(await input("", "phone")).toBe(0);
		expect([printed, gateway.connections]).toEqual(["", 0]);
	});

	it("passes on what the server says of another device", async () => {
		expect(await input(TAP, "nowhere/else")).toBe(0);
		expect(printed).toBe('{"ok":false,"error":"unknown udid: nowhere%2Felse"}\n');
	});

	it("tells in the same form what is refused before a device is looked for", async () => {
		const stranger = await mkdtemp(join(tmpdir(), "porthole-input-"));
		await loadKeys(stranger);
		await writeServing(stranger, { pid: process.pid, url });
		await inputCommand(["phone", "--state", stranger], { stdin: Readable.from([Buffer.from(TAP)]), stdout });
		await rm(stranger, { recursive: true });
		expect(printed).toBe('{"ok":false,"error":"Show a token."}\n');
	});

	it("fails when the server is gone", async () => {
		await gateway.close();
		await expect(input(TAP, "phone")).rejects.toMatchObject({ code: "not-running" });
		gateway = new FakeBaguetteGateway("");
		await gateway.listen();
	});

	it.each([
		["no device", []],
		["two devices", ["phone", "tablet"]],
		["an empty one", ["--udid="]],
		["what it does not take", ["phone", "--dance"]],
	])("refuses %s", async (_, args) => {
		await expect(input(TAP, ...args)).rejects.toMatchObject({ code: "bad-option" });
	});
});
