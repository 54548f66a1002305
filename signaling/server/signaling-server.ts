import type { SocketLike } from "../client.ts";
import type { Access } from "../grants/access.ts";
import type { Metrics } from "../metrics.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import type { Hello } from "../protocol/messages.ts";
import { DeviceDirectory } from "./device-directory.ts";
import { awaitHello, turnAway } from "./greeting.ts";
import { Hosts } from "./hosts.ts";
import { Viewers } from "./viewers.ts";
import { Watchers } from "./watchers.ts";

export interface SignalingDeps {
	readonly access: Access;
	readonly metrics: Metrics;
	readonly now?: () => number;
}

/** Pairs viewers with devices. Sees descriptions and SDP, never a picture. */
export class SignalingServer {
	readonly #access: Access;
	readonly #metrics: Metrics;
	readonly #directory: DeviceDirectory;
	readonly #viewers: Viewers;
	readonly #hosts: Hosts;
	readonly #watchers: Watchers;
	#closed = false;

	constructor({ access, metrics, now = Date.now }: SignalingDeps) {
		this.#access = access;
		this.#metrics = metrics;
		this.#directory = new DeviceDirectory(now, (ids) => this.#devicesChanged(ids));
		this.#hosts = new Hosts(this.#directory, metrics);
		this.#viewers = new Viewers(this.#directory, access, metrics, (hostId, message) =>
			this.#hosts.tell(hostId, message),
		);
		this.#watchers = new Watchers(this.#directory, metrics);
	}

	/** Takes a connection; `cookie` is the header it came with. Nothing is told before a good hello. */
	accept(socket: SocketLike, cookie?: string): void {
		if (this.#closed) {
			return turnAway(socket, { code: "closing", message: "The server is shutting down." }, false);
		}
		awaitHello(socket, {
			hello: (hello) => this.#greet(socket, hello, cookie),
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
		});
	}

	devices(): DeviceDescription[] {
		return this.#directory.list();
	}

	device(id: string): DeviceDescription | undefined {
		return this.#directory.describe(id);
	}

	/** Ends every connection; clients come back by themselves when someone listens again, and media goes on meanwhile. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#viewers.closeAll();
		this.#watchers.closeAll();
		this.#hosts.closeAll();
	}

	#greet(socket: SocketLike, hello: Hello, cookie: string | undefined): void {
		if (hello.as === "host") {
			if (this.#access.isHost(hello.key)) return this.#hosts.join(socket, hello, this.#viewers);
			return this.#refuse(socket, "wrong-host-key", "The host key is wrong.");
		}
		const role = this.#access.roleOf({ token: hello.token, cookie });
		if (!role) {
			const given = hello.token === undefined ? "no-token" : "wrong-token";
			return this.#refuse(socket, given, "Open the link that was printed when Porthole started.");
		}
		if (hello.as === "viewer") this.#viewers.join(socket, hello, role);
		else this.#watchers.join(socket);
	}

	#refuse(socket: SocketLike, code: string, message: string): void {
		this.#metrics.refusedRequests.inc({ reason: code });
		turnAway(socket, { code, message }, true);
	}

	#devicesChanged(ids: readonly string[]): void {
		for (const id of ids) this.#viewers.deviceChanged(id);
		this.#watchers.devicesChanged();
		this.#metrics.devices.reset();
		for (const device of this.#directory.list()) this.#metrics.devices.inc({ state: device.state });
	}
}
