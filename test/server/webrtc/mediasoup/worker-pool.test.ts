import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
	loadMediasoup,
	WorkerPool,
	type WorkerPoolOptions,
} from "../../../../server/webrtc/mediasoup/worker-pool.ts";
import { hasMediasoup } from "../../../support/mediasoup.ts";

let pool: WorkerPool;
const open = (options: Partial<WorkerPoolOptions> = {}) => {
	pool = new WorkerPool({ addresses: ["127.0.0.1"], tcp: false, workers: 1, ...options });
	return pool;
};
afterEach(() => pool?.close());

describe.runIf(hasMediasoup())("mediasoup's workers", { timeout: 20_000 }, () => {
	it("are as many processes as were asked for, and the emptiest is picked", async () => {
		const picked = await open({ workers: 3 }).pick();
		picked.viewers++;
		const second = await pool.pick(picked);
		second.viewers++;
		const third = await pool.pick(picked);
		expect(new Set([picked, second, third].map(({ worker }) => worker.pid)).size).toBe(3);
		third.viewers++;
		expect(await pool.pick(second)).toBe(second);
		expect(pool.viewers).toBe(3);
	});

	it("leave out an address that this machine does not have", async () => {
		await expect(open({ addresses: ["192.0.2.1", "127.0.0.1"] }).start()).resolves.toBeUndefined();
		await pool.close();
		await expect(open({ addresses: ["192.0.2.1"] }).start()).rejects.toMatchObject({ code: "no-address" });
	});

	it("take a port each out of a range, and say when there are too few", async () => {
		const probe = createSocket("udp4").bind(0, "127.0.0.1");
		await once(probe, "listening");
		const { port } = probe.address();
		probe.close();
		await expect(open({ workers: 2, portRange: [port, port] }).start()).rejects.toMatchObject({
			code: "no-address",
			message: expect.stringContaining("--workers"),
		});
	});

	it("are gone when the pool is closed, also twice", async () => {
		const { worker } = await open().pick();
		await pool.close();
		await pool.close();
		expect(() => process.kill(worker.pid, 0)).toThrow(/ESRCH/);
	});

	it("that die young are not replaced, and it is told", async () => {
		const died = Promise.withResolvers<Error>();
		const { worker } = await open({ died: died.resolve }).pick();
		process.kill(worker.pid, "SIGKILL");
		await expect(died.promise).resolves.toBeInstanceOf(Error);
		await expect(pool.pick()).rejects.toMatchObject({ code: "mediasoup-failed" });
	});

	it("that cannot be started are told with the reason", async () => {
		const load = async () => ({
			mediasoup: { version: "0", createWorker: () => Promise.reject(new Error("wrong settings")) },
			workerBin: "",
		});
		await expect(open({ load }).start()).rejects.toMatchObject({
			code: "mediasoup-failed",
			cause: expect.objectContaining({ message: "wrong settings" }),
		});
	});
});

it("a missing worker is told with what brings it", async () => {
	const folder = await mkdtemp(join(tmpdir(), "porthole-mediasoup-"));
	await expect(loadMediasoup(join(folder, "mediasoup-worker"))).rejects.toMatchObject({
		code: "mediasoup-missing",
		message: expect.stringContaining("npm run mediasoup"),
	});
	await rm(folder, { recursive: true });
});

it.runIf(hasMediasoup())("the installed one has the version that this code was written for", async () => {
	const { mediasoup } = await loadMediasoup();
	expect(mediasoup.version).toBe("3.27.1");
});
