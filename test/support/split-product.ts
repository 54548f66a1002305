import { rm } from "node:fs/promises";
import { WebSocket } from "ws";
import { parseServeOptions } from "../../server/cli/serve.ts";
import type { Log } from "../../server/log.ts";
import type { ServeOptions } from "../../server/options.ts";
import { createHost, createRegistry } from "../../server/start-host.ts";
import { startSignaling } from "../../server/start-signaling.ts";
import type { AccessKeys } from "../../signaling/auth/access.ts";
import { loadKeys } from "../../signaling/auth/state-files.ts";
import type { SocketLike } from "../../signaling/client.ts";
import { createMetrics } from "../../signaling/metrics.ts";
import { type Address, newStateFolder } from "./product.ts";

/** Signaling and a host that reach each other over a real WebSocket, so that one can go while the other stays. */
export interface SplitProduct extends Address {
	/** Ends signaling; the host stays and tries to come back to it. */
	stopSignaling(): Promise<void>;
	/** Starts signaling again, on the same port and with the same secrets. */
	startSignaling(): Promise<void>;
	close(): Promise<void>;
}

const HOST_KEY = "host-key-of-the-tests";
const silent: Log = { error() {}, warn() {}, info() {} };

/** Starts signaling and a host with these devices in this process. */
export async function startSplitProduct(devices: readonly string[]): Promise<SplitProduct> {
	const state = await newStateFolder();
	const keys = await loadKeys(state);
	const closing = new AsyncDisposableStack();
	closing.defer(() => rm(state, { recursive: true, force: true }));
	const options = parseServeOptions(["--port", "0", "--state", state], {});
	let signaling = await openSignaling(options, keys);
	const { port } = signaling;
	closing.defer(() => signaling.close());
	try {
		const registry = createRegistry();
		const identity = { hostId: "local", name: "A computer", key: HOST_KEY };
		const host = await createHost(options, identity, {
			metrics: createMetrics(),
			log: silent,
			registry,
			openSocket: () => new WebSocket(`ws://localhost:${port}/signal`) as unknown as SocketLike,
		});
		closing.defer(() => host.close());
		host.start();
		for (const spec of devices) await host.addDevice(registry.parse(spec));
	} catch (error) {
		await closing.disposeAsync();
		throw error;
	}
	return {
		origin: `http://localhost:${port}`,
		ownerToken: keys.ownerToken,
		stopSignaling: () => signaling.close(),
		async startSignaling() {
			signaling = await openSignaling({ ...options, port }, keys);
		},
		close: () => closing.disposeAsync(),
	};
}

function openSignaling(options: ServeOptions, keys: AccessKeys) {
	return startSignaling(options, keys, { metrics: createMetrics(), log: silent, ownHostKey: HOST_KEY });
}
