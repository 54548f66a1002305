import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, stat, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../../../server/devices/clock.ts";
import type { Address } from "../../../../../server/devices/hxfr/transport/address.ts";
import { connect } from "../../../../../server/devices/hxfr/transport/connect.ts";
import { listen } from "../../../../../server/devices/hxfr/transport/listen.ts";
import { loadAddon } from "../../../../../server/native/load.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const deps = { addon: loadAddon(), clock: systemClock };
const unix = async (): Promise<Extract<Address, { kind: "unix" }>> => ({
	kind: "unix",
	path: join(await temporaryFolder(), "a.sock"),
});

async function greeting(address: Address) {
	const listener = await listen(address, deps, (stream) => void stream.end("welcome"));
	onTestFinished(() => listener.close());
	return listener;
}

describe("a listener", () => {
	it("on a path is for this user alone, and its file goes with it", async () => {
		const address = await unix();
		const listener = await greeting(address);
		expect((await stat(address.path)).mode & 0o777).toBe(0o600);
		expect(await text(await connect(address, deps))).toBe("welcome");
		await listener.close();
		await expect(stat(address.path)).rejects.toThrow("ENOENT");
	});

	it("on a TCP port tells which was free", async () => {
		const { address } = await greeting({ kind: "tcp", host: "127.0.0.1", port: 0 });
		expect(address).toMatchObject({ port: expect.toSatisfy((port: number) => port > 0) });
		expect(await text(await connect(address, deps))).toBe("welcome");
	});

	it("awaits a monitor's guest behind the path and the port", async () => {
		const { path } = await unix();
		await greeting({ kind: "hybrid", path, port: 52 });
		expect(await text(await connect({ kind: "unix", path: `${path}_52` }, deps))).toBe("welcome");
	});

	it("leaves the path to whoever listens there, and that one undisturbed", async () => {
		const address = await unix();
		await greeting(address);
		await expect(greeting(address)).rejects.toThrow(expect.objectContaining({ code: "hxfr-address-taken" }));
		expect(await text(await connect(address, deps))).toBe("welcome");
	});

	it("leaves a port to whoever listens there", async () => {
		const { address } = await greeting({ kind: "tcp", host: "127.0.0.1", port: 0 });
		await expect(greeting(address)).rejects.toThrow(expect.objectContaining({ code: "hxfr-address-taken" }));
	});

	it("takes the place of a process that was killed", async () => {
		const address = await unix();
		const script = `require("node:net").createServer().listen(${JSON.stringify(address.path)}, () => console.log("up"))`;
		const before = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
		await once(before.stdout, "data");
		const gone = once(before, "exit");
		before.kill("SIGKILL");
		await gone;
		expect((await stat(address.path)).isSocket()).toBe(true);
		await greeting(address);
		expect(await text(await connect(address, deps))).toBe("welcome");
	});

	it("removes no file that is no socket", async () => {
		const address = await unix();
		await writeFile(address.path, "mine");
		await expect(greeting(address)).rejects.toThrow(expect.objectContaining({ code: "hxfr-address-taken" }));
		expect((await stat(address.path)).size).toBe(4);
	});

	it("says why it cannot where it may not", async () => {
		const address = await unix();
		const missing = { kind: "unix", path: `${address.path}/none/a.sock` } as const;
		await expect(greeting(missing)).rejects.toThrow(expect.objectContaining({ code: "hxfr-unreachable" }));
		await chmod(join(address.path, ".."), 0o700);
	});
});

describe("a connection", () => {
	it.each<[string, Address]>([
		["a path that is not there", { kind: "unix", path: "/nowhere/at/all.sock" }],
		["a port where nobody listens", { kind: "tcp", host: "127.0.0.1", port: 1 }],
		["every context id", { kind: "vsock", cid: 0xffffffff, port: 1 }],
		["a descriptor that is none", { kind: "fd", descriptor: 9999 }],
	])("to %s is refused with a code", async (_, address) => {
		await expect(connect(address, deps)).rejects.toThrow(
			expect.objectContaining({ code: "hxfr-unreachable" }),
		);
	});

	it("to a descriptor that is no stream is refused", async () => {
		const { openSync, closeSync } = await import("node:fs");
		const descriptor = openSync("/dev/null", "r");
		onTestFinished(() => closeSync(descriptor));
		await expect(connect({ kind: "fd", descriptor }, deps)).rejects.toThrow(/file descriptor/);
	});

	it("is closed on the other side too when it is destroyed", async () => {
		const address = await unix();
		const closed = Promise.withResolvers<void>();
		const listener = await listen(address, deps, (stream) => {
			stream.resume();
			stream.on("close", closed.resolve);
		});
		onTestFinished(() => listener.close());
		const stream = createConnection({ path: address.path });
		await once(stream, "connect");
		stream.destroy();
		await closed.promise;
	});
});
