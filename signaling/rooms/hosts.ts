import type { Audit } from "../audit.ts";
import type { HostPass } from "../auth/host-keys.ts";
import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import {
	type FromHost,
	fromHostSchema,
	type HostHello,
	MAX_HOST_MESSAGE_BYTES,
	PROTOCOL_VERSION,
	type ToHost,
} from "../protocol/messages.ts";
import type { Pace } from "../rate-limit.ts";
import type { Admission } from "./admission.ts";
import { Connection } from "./connection.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import type { DeviceRequests } from "./device-requests.ts";
import type { Publications, PublishHost } from "./publications.ts";
import type { Viewers } from "./viewers.ts";

interface ConnectedHost {
	readonly connection: Connection<typeof fromHostSchema, ToHost>;
	readonly ids: DeviceIds;
	readonly prefix: string;
	/** Makes devices of published streams. */
	readonly publishers: boolean;
}

interface HostsDeps {
	readonly directory: DeviceDirectory;
	readonly metrics: Metrics;
	readonly audit: Audit;
	readonly viewers: Viewers;
	readonly admission: Admission;
	readonly requests: DeviceRequests;
	readonly publications: Publications;
}

/** A host speaks for all its viewers, a thousand on a device. */
const HOST_BUDGET: Pace = { burst: 20_000, perSecond: 5_000 };

/** The hosts that are connected. */
export class Hosts {
	readonly #hosts = new Map<string, ConnectedHost>();
	readonly #deps: HostsDeps;

	constructor(deps: HostsDeps) {
		this.#deps = deps;
	}

	/** Lets in a host whose key has been checked. The newer of two with one id stays. */
	join(socket: SocketLike, hello: HostHello, pass: HostPass): void {
		const { metrics, directory, audit, requests, publications } = this.#deps;
		const before = this.#hosts.get(pass.id);
		const ids = new DeviceIds(pass.prefix);
		let known: ReadonlySet<string> = new Set();
		const connection = new Connection<typeof fromHostSchema, ToHost>(socket, fromHostSchema, {
			longest: MAX_HOST_MESSAGE_BYTES,
			budget: HOST_BUDGET,
			message: (message) => {
				if (message.type !== "devices") return this.#receive(pass.id, message);
				known = this.#update(pass, hello.name, message, known);
			},
			refused: (code) => metrics.refusedMessages.inc({ code }),
			closed: () => {
				if (this.#hosts.get(pass.id)?.connection !== connection) return;
				this.#hosts.delete(pass.id);
				audit.note({ event: "host-lost", name: hello.name, grantId: pass.id });
				directory.loseHost(pass.id);
				requests.loseHost(pass.id);
				publications.loseHost(pass.id);
			},
		});
		const { publishers = false } = hello;
		this.#hosts.set(pass.id, { connection, ids, prefix: pass.prefix, publishers });
		before?.connection.close({ code: "superseded", message: `${hello.name} connected again elsewhere.` });
		audit.note({ event: "host-joined", name: hello.name, grantId: pass.id });
		const welcome = () =>
			connection.send({ type: "welcome", version: PROTOCOL_VERSION, prefix: pass.prefix });
		// What a host was told holds, also when this process is killed a moment later.
		if (pass.bound) pass.bound.then(welcome, () => connection.close());
		else welcome();
	}

	/** Says something to a host, in its own device ids. */
	tell(hostId: string, message: ToHost): void {
		const host = this.#hosts.get(hostId);
		if (!host) return;
		const own = "deviceId" in message ? { ...message, deviceId: host.ids.inward(message.deviceId) } : message;
		host.connection.send(own);
	}

	has(hostId: string): boolean {
		return this.#hosts.has(hostId);
	}

	/** Hosts that make devices of published streams. */
	publishHosts(): PublishHost[] {
		return [...this.#hosts].flatMap(([id, { prefix, publishers }]) => (publishers ? [{ id, prefix }] : []));
	}

	/** Ends a host for good: its devices are gone with it. */
	dismiss(hostId: string, reason: { code: string; message: string }): void {
		this.#hosts.get(hostId)?.connection.close(reason);
		this.#deps.directory.update(hostId, []);
	}

	/** Hangs up on a host that has connected to another node since; it may come back. */
	release(hostId: string): void {
		this.#hosts.get(hostId)?.connection.close();
	}

	closeAll(): void {
		for (const { connection } of [...this.#hosts.values()]) connection.close();
	}

	/** Takes a host's list, and tells the host who waits for what is new in it. Gives the ids that it has now. */
	#update(
		{ id: hostId, prefix }: HostPass,
		name: string,
		message: Extract<FromHost, { type: "devices" }>,
		known: ReadonlySet<string>,
	): ReadonlySet<string> {
		const { directory, viewers, admission } = this.#deps;
		const host = this.#hosts.get(hostId);
		if (!host) return known;
		const { devices, refused } = host.ids.outward(message.devices);
		directory.update(hostId, prefix === "" ? devices : devices.map((device) => ({ ...device, host: name })));
		if (refused.length > 0) {
			const words = `Not offered, as their ids are too long behind ${prefix}: ${refused.join(", ")}. Give shorter ones (?id=…).`;
			const reason = { code: "device-id-too-long", message: words.slice(0, 400) };
			host.connection.send({ type: "error", reason, final: false });
		}
		const ids = new Set(devices.map((device) => device.id));
		const fresh = new Set([...ids].filter((id) => !known.has(id)));
		viewers.announceAll(fresh);
		admission.arrived(fresh);
		return ids;
	}

	#receive(hostId: string, message: Exclude<FromHost, { type: "devices" }>): void {
		const { viewers, requests, publications } = this.#deps;
		switch (message.type) {
			case "offer":
				return viewers.fromHost(hostId, message.viewerId, {
					type: "offer",
					peerId: message.peerId,
					sdp: message.sdp,
				});
			case "answer":
				return viewers.fromHost(hostId, message.viewerId, { type: "answer", sdp: message.sdp });
			case "published":
				return publications.answered(hostId, message);
			case "unpublished":
				return publications.gone(hostId, message.requestId);
			case "end":
				return viewers.fromHost(hostId, message.viewerId, {
					type: "ended",
					reason: message.reason,
					final: message.final,
				});
			case "touched":
				return viewers.touched(hostId, message.viewerId);
			case "quality":
				return viewers.setQuality(hostId, message.viewerId, message.quality);
			case "screenshot":
			case "done":
				return requests.answer(hostId, message);
			case "ping":
				return;
		}
	}
}

/** Longest device id that others may see; see `deviceSchema`. */
const MAX_ID = 64;

/** What one host calls its devices, and what everybody else does: the same with the host's prefix before it. */
export class DeviceIds {
	readonly #prefix: string;

	constructor(prefix: string) {
		this.#prefix = prefix;
	}

	/** Devices under the ids that others see; those whose id would be too long are in `refused`, by the host's own id. */
	outward(devices: readonly DeviceDescription[]): { devices: DeviceDescription[]; refused: string[] } {
		const outward = devices.map((device) => ({ ...device, id: this.#prefix + device.id }));
		return {
			devices: outward.filter(({ id }) => id.length <= MAX_ID),
			refused: outward.filter(({ id }) => id.length > MAX_ID).map(({ id }) => this.inward(id)),
		};
	}

	/** The host's own id of one of its devices. */
	inward(deviceId: string): string {
		return deviceId.slice(this.#prefix.length);
	}
}
