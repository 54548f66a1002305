import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { SocketStream } from "../../../../../server/devices/hxfr/transport/socket-stream.ts";
import { loadAddon } from "../../../../../server/native/load.ts";
import { root } from "../../../../../setup/step.mjs";

/** A child with a SocketStream over the socket that it was given, which sends back what it gets; and our end. */
async function startEcho(mode = "echo") {
	const script = join(root, "test", "support", "descriptor-echo.ts");
	const child = spawn(process.execPath, [script, mode], { stdio: ["ignore", "pipe", "inherit", "pipe"] });
	onTestFinished(() => void child.kill("SIGKILL"));
	const gone = once(child, "exit");
	let said = "";
	child.stdout?.on("data", (text) => (said += text));
	const ready = async (words: string) => expect.poll(() => said, { timeout: 10_000 }).toContain(words);
	await ready("ready");
	return { ours: child.stdio[3] as Duplex, gone, said: () => said, ready };
}

describe("a stream over a socket of the addon", { timeout: 20_000 }, () => {
	it("carries bytes both ways unchanged, however many, and waits for who does not read", async () => {
		const { ours } = await startEcho();
		const bytes = randomBytes(8 * 1024 * 1024);
		ours.pause();
		ours.write(bytes);
		// Neither end reads on: what it has not taken stays here.
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(ours.writableLength).toBeGreaterThan(bytes.length / 2);
		const hash = createHash("sha256");
		let length = 0;
		await new Promise<void>((resolve) => {
			ours.on("data", (chunk: Buffer) => {
				hash.update(chunk);
				length += chunk.length;
				if (length === bytes.length) resolve();
			});
			ours.resume();
		});
		expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
	});

	it("ends when the other end does, and keeps its process no longer", async () => {
		const { ours, gone, said } = await startEcho();
		ours.resume();
		ours.end("bye");
		expect(await gone).toEqual([0, null]);
		expect(said()).toMatch(/closed/);
	});

	it("tells of a broken connection when it writes", async () => {
		const { ours, gone, said } = await startEcho("write");
		ours.pause();
		ours.destroy();
		expect(await gone).toEqual([0, null]);
		expect(said()).toMatch(/closed/);
	});

	it("takes no descriptor that is no socket, and leaves one alone that is in use", async () => {
		const failed = expect.objectContaining({ code: "socket-failed" });
		expect(() => new SocketStream(loadAddon(), { descriptor: 9999 })).toThrow(failed);
		const server = createServer().listen(0, "127.0.0.1");
		await once(server, "listening");
		const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
		expect(() => new SocketStream(loadAddon(), { descriptor: fd })).toThrow(failed);
		await new Promise((resolve) => server.close(resolve));
	});
});
