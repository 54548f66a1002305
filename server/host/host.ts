import { connectSignaling, type SignalingLink, type SocketLike } from "../../signaling/client.ts";
import type { DeviceDescription, DevicePolicy } from "../../signaling/protocol/device.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import {
	type FromHost,
	type HostHello,
	MAX_HOST_MESSAGE_BYTES,
	type Reason,
	type ToHost,
	toHostSchema,
} from "../../signaling/protocol/messages.ts";
import type { WallClock } from "../../signaling/protocol/time.ts";
import type { Clock } from "../devices/clock.ts";
import { devicePolicy } from "../devices/device-spec.ts";
import type { Device, DeviceEnd, DeviceSpec, Rate } from "../devices/provider.ts";
import type { DeviceRegistry } from "../devices/registry.ts";
import type { Log } from "../log.ts";
import type { ToldControl } from "../viewers/control.ts";
import type { GatewayTickets } from "../viewers/gateway-session.ts";
import type { MediaEngine } from "../webrtc/media.ts";
import { bezelImageOf, type DeviceAnswer, screenshotOf, switchPower } from "./device-requests.ts";
import { HostedDevice, type HostedDeviceDeps, type SessionCounts } from "./hosted-device.ts";
import { type OpenPublished, Publications } from "./publications.ts";

export interface HostDeps {
	readonly registry: DeviceRegistry;
	readonly engine: MediaEngine;
	readonly rate: Partial<Rate>;
	readonly encoder?: string;
	readonly clock: Clock;
	readonly wall: WallClock;
	/** See `HostedDeviceDeps.decoder`. */
	readonly decoder?: HostedDeviceDeps["decoder"];
	readonly count: SessionCounts;
	readonly log: Log;
	/** Opens a connection to signaling. */
	readonly openSocket: () => SocketLike;
	readonly hello: HostHello;
	/** Makes devices of published streams; absent: this host takes none. */
	readonly openPublished?: OpenPublished;
	/** Of gateways in this process; absent: there are none. */
	readonly gatewayTickets?: GatewayTickets;
	/** Signaling let this host in; others put the prefix before the ids of its devices. */
	readonly joined?: (prefix: string) => void;
	/** Signaling sent this host away for good. */
	readonly refused?: (reason: Reason) => void;
}

/** Longest wait before signaling is tried again, ms: hosts are few, and viewers wait for them. */
const LONGEST_WAIT = 2_000;
/** A signaling server that stays away is told of again every so many attempts. */
const TELL_EVERY = 30;

/** How long viewers have, ms, to be announced by a signaling server that is new or was away. */
export const ANNOUNCED_WITHIN = 60_000;

/** Rules of a device that no spec made. */
const openToAll: DevicePolicy = { askFirst: "never", touchTakes: true };

/** A device that has ended, kept in the list with its reason until somebody asks for it again. */
interface Ended {
	readonly spec: DeviceSpec;
	readonly description: DeviceDescription;
}

/** The process beside the devices: opens them, tells signaling of them, and gives each viewer its session. */
export class Host {
	readonly #deps: HostDeps;
	/** One without a spec cannot be opened again. */
	readonly #devices = new Map<string, { spec: DeviceSpec | undefined; hosted: HostedDevice }>();
	readonly #ended = new Map<string, Ended>();
	/** Devices that are being opened. */
	readonly #opening = new Set<Promise<string>>();
	/** Ended devices that are being opened again, by id. */
	readonly #reopening = new Map<string, Promise<string>>();
	/** Control of each device as signaling last sent it; devices that have ended are kept too. */
	readonly #controls = new Map<string, ToldControl>();
	readonly #publications: Publications | undefined;
	#cancelReconcile = () => {};
	#link: SignalingLink<FromHost> | undefined;
	#telling = false;
	#closed = false;

	constructor(deps: HostDeps) {
		this.#deps = deps;
		this.#publications =
			deps.openPublished &&
			new Publications({
				open: deps.openPublished,
				taken: (deviceId) => this.#devices.has(deviceId) || this.#ended.has(deviceId),
				adopt: (device) => this.#host(device, undefined, openToAll),
				send: (message) => this.#send(message),
				log: deps.log,
			});
	}

	/** Opens a device and offers it. Throws PortholeError as the provider does, `device-id-taken` or `host-stopped`. */
	async addDevice(spec: DeviceSpec): Promise<string> {
		const opening = this.#open(spec);
		this.#opening.add(opening);
		try {
			return await opening;
		} finally {
			this.#opening.delete(opening);
		}
	}

	/** This host's devices, those that have ended too. */
	list(): DeviceDescription[] {
		const live = [...this.#devices.values()].map(({ hosted }) => hosted.describe());
		return [...live, ...[...this.#ended.values()].map(({ description }) => description)];
	}

	/** A device that is on the list and has not ended, for what concerns no viewer. */
	device(deviceId: string): Device | undefined {
		return this.#devices.get(deviceId)?.hosted.device;
	}

	/** Connects to signaling and stays connected. Peers outlive a lost connection. */
	start(): void {
		const { log, openSocket, hello, clock } = this.#deps;
		this.#link = connectSignaling<typeof toHostSchema, FromHost>({
			open: openSocket,
			clock,
			longestWait: LONGEST_WAIT,
			longestMessage: MAX_HOST_MESSAGE_BYTES,
			hello: () => hello,
			schema: toHostSchema,
			onMessage: (message) => this.#receive(message),
			onStatus: (status) => {
				if (status.state === "waiting" && status.attempt % TELL_EVERY === 1)
					log.warn("signaling is away, trying again", { attempt: status.attempt });
			},
			onBadMessage: (error) => log.error("signaling said what this host cannot read", { error }),
		});
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#publications?.close();
		this.#cancelReconcile();
		const reason = { code: "host-stopped", message: "Porthole was stopped on the computer of this device." };
		const entries = [...this.#devices.values()];
		this.#devices.clear();
		const closing = entries.map(({ hosted }) => hosted.close(reason, false));
		await Promise.allSettled([...closing, ...this.#opening]);
		this.#link?.close();
		await this.#deps.engine.close();
	}

	async #open(spec: DeviceSpec): Promise<string> {
		const policy = devicePolicy(spec);
		const device = await this.#deps.registry.open(spec);
		if (this.#closed || this.#devices.has(device.id)) {
			await device.close();
			if (this.#closed)
				throw new PortholeError("host-stopped", `${spec.text}: the host was stopped meanwhile.`);
			const words = `${spec.text}: there is already a device ${device.id}. Give this one another id with ?id=NAME.`;
			throw new PortholeError("device-id-taken", words);
		}
		this.#host(device, spec, policy);
		return device.id;
	}

	#host(device: Device, spec: DeviceSpec | undefined, policy: DevicePolicy): void {
		const deps: HostedDeviceDeps = {
			...this.#deps,
			policy,
			changed: () => this.#tellDevices(),
			// Later, since a device that is gone already says so before it is in the list.
			ended: (end) => queueMicrotask(() => this.#deviceEnded(device.id, end)),
			offer: (viewerId, peerId, sdp) => this.#send({ type: "offer", viewerId, peerId, sdp }),
			answer: (viewerId, sdp) => this.#send({ type: "answer", viewerId, sdp }),
			endViewer: (viewerId, reason, final) => this.#send({ type: "end", viewerId, reason, final }),
			touched: (viewerId) => this.#send({ type: "touched", viewerId }),
			quality: (viewerId, quality) => this.#send({ type: "quality", viewerId, quality }),
		};
		const hosted = new HostedDevice(device, deps);
		const control = this.#controls.get(device.id);
		if (control) hosted.setControl(control);
		this.#ended.delete(device.id);
		this.#devices.set(device.id, { spec, hosted });
		this.#tellDevices();
	}

	#receive(message: ToHost): void {
		switch (message.type) {
			case "welcome":
				this.#deps.joined?.(message.prefix);
				this.#reconcile();
				return this.#tellDevices();
			case "viewer-joined":
				return this.#join(message);
			case "publish":
				return void this.#publications?.publish(message);
			case "unpublish":
				return this.#publications?.unpublish(message.requestId);
			case "control":
				return this.#setControl(message.deviceId, message);
			case "screenshot-wanted":
				return void this.#sendScreenshot(message.requestId, message.deviceId);
			case "switch-power":
				return void this.#answerOrder(
					message.requestId,
					switchPower(message.deviceId, this.device(message.deviceId), message.on),
				);
			case "bezel-wanted":
				return void this.#answerOrder(
					message.requestId,
					bezelImageOf(message.deviceId, this.device(message.deviceId), message.name),
				);
			case "answer": {
				const hosted = this.#hostedBy(message.viewerId);
				return void hosted?.acceptAnswer(message.viewerId, message.peerId, message.sdp);
			}
			case "viewer-left":
				return void this.#hostedBy(message.viewerId)?.leave(message.viewerId);
			case "error":
				this.#deps.log.error("signaling refused this host", { reason: message.reason });
				if (!message.final) return;
				this.#link?.close();
				return this.#deps.refused?.(message.reason);
			case "pong":
				return;
		}
	}

	#join(message: Extract<ToHost, { type: "viewer-joined" }>): void {
		const { viewerId, deviceId, role, number, media, player, gatewayTicket } = message;
		const join = (flows: boolean) => {
			const hosted = this.#devices.get(deviceId)?.hosted;
			if (gatewayTicket === undefined) return hosted?.join(viewerId, { role, number }, flows, player);
			hosted?.joinByGateway(viewerId, { role, number }, this.#deps.gatewayTickets?.redeem(gatewayTicket));
		};
		if (this.#devices.has(deviceId)) return join(media);
		const ended = this.#ended.get(deviceId);
		if (!ended) return;
		this.#reopen(deviceId, ended.spec)
			.then(() => join(false))
			.catch((error: unknown) => {
				const code = error instanceof PortholeError ? error.code : "device-not-opened";
				const message = ended.description.note ?? "The device is gone.";
				this.#send({ type: "end", viewerId, reason: { code, message }, final: true });
			});
	}

	async #sendScreenshot(requestId: string, deviceId: string): Promise<void> {
		const hosted = this.#devices.get(deviceId)?.hosted;
		this.#send({ type: "screenshot", requestId, ...(await screenshotOf(deviceId, hosted)) });
	}

	async #answerOrder(requestId: string, answer: Promise<DeviceAnswer>): Promise<void> {
		this.#send({ type: "done", requestId, ...(await answer) });
	}

	#setControl(deviceId: string, control: ToldControl): void {
		const entry = this.#devices.get(deviceId);
		if (!entry && !this.#ended.has(deviceId)) return;
		this.#controls.set(deviceId, control);
		entry?.hosted.setControl(control);
	}

	/** Signaling greets anew: viewers whom it does not announce again in time have nobody who could send them away. */
	#reconcile(): void {
		this.#cancelReconcile();
		for (const { hosted } of this.#devices.values()) hosted.unannounceAll();
		this.#cancelReconcile = this.#deps.clock.after(ANNOUNCED_WITHIN, () => {
			for (const { hosted } of this.#devices.values()) hosted.endUnannounced().catch(() => {});
		});
	}

	/** However many viewers ask for an ended device, it is opened once. */
	#reopen(deviceId: string, spec: DeviceSpec): Promise<string> {
		let opening = this.#reopening.get(deviceId);
		if (!opening) {
			opening = this.addDevice(spec).finally(() => this.#reopening.delete(deviceId));
			this.#reopening.set(deviceId, opening);
		}
		return opening;
	}

	#hostedBy(viewerId: string): HostedDevice | undefined {
		for (const { hosted } of this.#devices.values()) if (hosted.has(viewerId)) return hosted;
		return undefined;
	}

	#deviceEnded(deviceId: string, end: DeviceEnd): void {
		const entry = this.#devices.get(deviceId);
		if (!entry) return;
		this.#devices.delete(deviceId);
		if (entry.spec) this.#ended.set(deviceId, { spec: entry.spec, description: entry.hosted.describe() });
		else this.#controls.delete(deviceId);
		this.#deps.log.warn("a device ended", { deviceId, code: end.code, message: end.message });
		entry.hosted
			.close({ code: end.code, message: end.message.slice(0, 400) }, true)
			.catch((error: unknown) => this.#deps.log.error("closing an ended device failed", { deviceId, error }));
		this.#tellDevices();
	}

	/** Changes that come together are told together. */
	#tellDevices(): void {
		if (this.#telling) return;
		this.#telling = true;
		queueMicrotask(() => {
			this.#telling = false;
			this.#send({ type: "devices", devices: this.list() });
		});
	}

	#send(message: FromHost): void {
		this.#link?.send(message);
	}
}
