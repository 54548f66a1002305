import type { Duplex } from "node:stream";
import type { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import type { AccessUnit, Device } from "../../provider.ts";
import { hxfrError } from "../errors.ts";
import type { Address } from "../transport/address.ts";
import type { TransportDeps } from "../transport/connect.ts";
import { type Listener, listen } from "../transport/listen.ts";
import { Connection } from "../wire/connection.ts";
import { ERROR_CODE, FEATURE, MAX_SCREENSHOT, type Message, VERSION } from "../wire/message.ts";
import { type AskedRate, askedRate, grantedConfig } from "./asked-rate.ts";
import { PullDelivery, PushDelivery } from "./delivery.ts";
import { EncodeService, type EncodeServiceOptions } from "./encode-service.ts";
import { Scanout, type ScanoutOptions, type Subscriber } from "./scanout.ts";

/** As many as stock hosts take. */
export const MAX_CLIENTS = 16;

export interface HxfrServerOptions extends EncodeServiceOptions {
	readonly addon: EncodeServiceOptions["addon"] & TransportDeps["addon"];
	readonly clock: Clock;
	/** One for each client and device. */
	readonly openInput: (clientId: string, device: Device) => InputPath;
	/** A client has gone, and why. */
	readonly clientEnded: (clientId: string, why: PortholeError) => void;
}

/** The host's end of HXFR: devices as scanouts 1, 2, …, on any number of addresses. */
export class HxfrServer {
	readonly #options: HxfrServerOptions;
	readonly #scanouts = new Map<number, Scanout>();
	readonly #clients = new Set<ClientSession>();
	readonly #listeners: Listener[] = [];
	#clientCount = 0;
	#closed: Promise<void> | undefined;

	constructor(options: HxfrServerOptions) {
		this.#options = options;
	}

	get clients(): number {
		return this.#clients.size;
	}

	/** Offers a device as the next scanout; gives its number. Throws PortholeError as its provider does. */
	async addDevice(open: ScanoutOptions["open"]): Promise<number> {
		const id = this.#scanouts.size + 1;
		const scanout = new Scanout(id, {
			...this.#options,
			open,
			changed: () => {
				for (const client of this.#clients) client.scanoutsChanged();
			},
		});
		this.#scanouts.set(id, scanout);
		await scanout.start();
		return id;
	}

	/** Takes clients at an address; gives it with the port that was chosen. Throws PortholeError as `listen` does. */
	async listen(address: Address): Promise<Address> {
		const listener = await listen(address, this.#options, (stream) => this.accept(stream));
		this.#listeners.push(listener);
		return listener.address;
	}

	/** A client has connected. */
	accept(stream: Duplex): void {
		const id = `client ${++this.#clientCount}`;
		const full = this.#clients.size >= MAX_CLIENTS;
		const client: ClientSession = new ClientSession(id, stream, this.#scanouts, this.#options, (why) => {
			this.#clients.delete(client);
			this.#options.clientEnded(id, why);
		});
		if (full || this.#closed) {
			const words = full ? `There are ${MAX_CLIENTS} clients already.` : "The host is being stopped.";
			return client.refuse(ERROR_CODE.internal, hxfrError("hxfr-refused", words));
		}
		this.#clients.add(client);
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	async #close(): Promise<void> {
		const listeners = this.#listeners.map((listener) => listener.close());
		await Promise.all([...this.#scanouts.values()].map((scanout) => scanout.close()));
		for (const client of [...this.#clients]) client.close();
		await Promise.all(listeners);
	}
}

/** A client that neither subscribed nor sent pixels for so long is disconnected, as by stock hosts, ms. */
const IDLE_LIMIT = 60_000;

/** Where a client's input goes: it is checked, merged with that of others, and released when the client is silent. */
interface InputPath {
	receive(bytes: Uint8Array): void;
	release(): void;
}

/** One client, whatever generation it speaks. */
class ClientSession {
	readonly id: string;
	readonly #scanouts: ReadonlyMap<number, Scanout>;
	readonly #options: HxfrServerOptions;
	readonly #ended: (why: PortholeError) => void;
	readonly #connection: Connection;
	readonly #encoding: EncodeService;
	readonly #inputs = new Map<Device, InputPath>();
	#greeted = false;
	#subscription:
		| { scanout: Scanout; push?: PushDelivery; pull?: PullDelivery; subscriber: Subscriber }
		| undefined;
	#asked: AskedRate = {};
	#cancelIdle = () => {};

	constructor(
		id: string,
		stream: Duplex,
		scanouts: ReadonlyMap<number, Scanout>,
		options: HxfrServerOptions,
		ended: (why: PortholeError) => void,
	) {
		this.id = id;
		this.#scanouts = scanouts;
		this.#options = options;
		this.#ended = ended;
		this.#connection = new Connection(stream, {
			message: (message) => this.#take(message),
			drained: () => this.#subscription?.push?.drained(),
			refusal: ({ message }) => ({ type: "error", session: 0, code: ERROR_CODE.invalid, message }),
			closed: (why) => this.#closed(why),
		});
		this.#encoding = new EncodeService(
			options,
			(message) => this.#connection.send(message),
			// A client that sends faster than we encode has to wait: one frame is in hand, the next in the socket.
			(busy) => (busy ? this.#connection.pause() : this.#connection.resume()),
		);
		this.#waitIdle();
	}

	/** The list of scanouts has changed. */
	scanoutsChanged(): void {
		if (this.#greeted) this.#sendScanouts();
	}

	/** Says why, then hangs up. */
	refuse(code: number, why: PortholeError): void {
		this.#connection.closeAfter({ type: "error", session: 0, code, message: why.message }, why);
	}

	close(): void {
		this.#connection.close();
	}

	#take(message: Message): void {
		this.#waitIdle();
		switch (message.type) {
			case "hello":
				this.#greeted = true;
				return this.#sendScanouts();
			case "ping":
				return this.#connection.send({ type: "pong", session: message.session });
			case "subscribe":
				return this.#subscribe(message.scanout);
			case "unsubscribe":
				if (this.#subscription?.scanout.id === message.scanout) this.#unsubscribe();
				return;
			case "keyframe-request":
				return this.#keyframeNeeded();
			case "config-request":
				return this.#configure(message);
			case "frame-request":
				if (message.pixels) return this.#encoding.take(message);
				return this.#pull(message);
			case "enable-scanout": {
				const { scanout, session } = message;
				const success = this.#scanouts.get(scanout)?.device !== undefined;
				const connector = `Virtual-${scanout + 1}`;
				return this.#connection.send({ type: "scanout-response", session, scanout, success, connector });
			}
			case "input":
				return this.#input(message.scanout, message.input);
			case "screenshot-request":
				return void this.#sendScreenshot(message.scanout);
			default:
				// A client must not switch a device off; all other messages are for a host to send.
				return;
		}
	}

	#sendScanouts(): void {
		const scanouts = [...this.#scanouts.values()].flatMap((scanout) => scanout.facts ?? []);
		const features = FEATURE.keyframes | FEATURE.input | FEATURE.times;
		this.#connection.send({ type: "scanouts", session: 0, version: VERSION, features, scanouts });
	}

	#subscribe(id: number): void {
		this.#unsubscribe();
		const scanout = this.#scanouts.get(id);
		const answer = (success: boolean) =>
			this.#connection.send({ type: "subscribe-response", session: id & 0xffff, scanout: id, success });
		if (!scanout?.device) return answer(false);
		const push = new PushDelivery({
			connection: this.#connection,
			clock: this.#options.clock,
			scanout: id,
			tellsTimes: () => this.#greeted,
			bitrate: () => scanout.rate.bitrate,
			keyframeNeeded: () => this.#keyframeNeeded(),
			stuck: () =>
				this.#connection.close(hxfrError("hxfr-silent", "The client took no frames for too long.")),
		});
		answer(true);
		this.#follow(scanout, (unit) => push.offer(unit), { push });
	}

	/** Generation 1 with a resource id: the next frame of that scanout. */
	#pull(request: Extract<Message, { type: "frame-request" }>): void {
		const scanout = this.#scanouts.get(request.resourceId || 1);
		if (!scanout?.device)
			return this.#sendError(ERROR_CODE.notFound, `There is no resource ${request.resourceId}.`);
		if (!this.#subscription?.pull || this.#subscription.scanout !== scanout) {
			this.#unsubscribe();
			const pull = new PullDelivery(
				this.#options.clock,
				(message) => this.#connection.send(message),
				() => this.#keyframeNeeded(),
			);
			this.#follow(scanout, (unit) => pull.unit(unit), { pull });
		}
		this.#subscription?.pull?.ask(request);
	}

	#follow(
		scanout: Scanout,
		unit: (unit: AccessUnit) => void,
		by: { readonly push?: PushDelivery; readonly pull?: PullDelivery },
	): void {
		const session = this;
		const subscriber: Subscriber = {
			unit,
			ended: (reason) => this.#scanoutEnded(scanout.id, reason),
			get asked() {
				return session.#asked;
			},
		};
		this.#subscription = { scanout, subscriber, ...by };
		scanout.subscribe(subscriber);
	}

	#unsubscribe(): void {
		const subscription = this.#subscription;
		this.#subscription = undefined;
		subscription?.push?.close();
		subscription?.pull?.close();
		subscription?.scanout.unsubscribe(subscription.subscriber);
		this.#asked = {};
	}

	#scanoutEnded(scanout: number, reason: string): void {
		this.#unsubscribe();
		if (this.#greeted)
			return this.#connection.send({ type: "scanout-ended", session: scanout & 0xffff, scanout, reason });
		// Other clients understand only the end of the connection.
		this.refuse(ERROR_CODE.internal, hxfrError("hxfr-lost", reason));
	}

	#keyframeNeeded(): void {
		if (this.#subscription) this.#subscription.scanout.requestKeyframe(this.#subscription.subscriber);
	}

	#configure(message: Extract<Message, { type: "config-request" }>): void {
		const { config, session } = message;
		const subscription = this.#subscription;
		const scanout = subscription?.scanout;
		const pixels = scanout?.device?.describe().pixels;
		if (!scanout || !pixels) return this.#encoding.configure(config);
		this.#asked = askedRate(config, pixels);
		scanout.ratesChanged();
		const size = subscription && scanout.sizeFor(subscription.subscriber);
		if (!this.#greeted || !size) return;
		const granted = grantedConfig(config, size, scanout.rate);
		this.#connection.send({ type: "config-response", session, config: granted });
	}

	#input(id: number, bytes: Uint8Array): void {
		const device = this.#scanouts.get(id)?.device;
		if (!device) return;
		let path = this.#inputs.get(device);
		if (!path) {
			path = this.#options.openInput(this.id, device);
			this.#inputs.set(device, path);
		}
		path.receive(bytes);
	}

	async #sendScreenshot(id: number): Promise<void> {
		let jpeg: Uint8Array = Buffer.alloc(0);
		try {
			const screenshot = await this.#scanouts.get(id)?.screenshot();
			if (screenshot && screenshot.data.length <= MAX_SCREENSHOT) jpeg = screenshot.data;
		} catch {
			// Without bytes the answer says that there is none.
		}
		this.#connection.send({ type: "screenshot", session: id & 0xffff, scanout: id, jpeg });
	}

	#sendError(code: number, message: string): void {
		this.#connection.send({ type: "error", session: 0, code, message });
	}

	#waitIdle(): void {
		this.#cancelIdle();
		this.#cancelIdle = this.#options.clock.after(IDLE_LIMIT, () => {
			if (this.#subscription) return this.#waitIdle();
			this.#connection.close(hxfrError("hxfr-silent", "The client said nothing for too long."));
		});
	}

	#closed(why: PortholeError): void {
		this.#cancelIdle();
		this.#unsubscribe();
		for (const path of this.#inputs.values()) path.release();
		this.#inputs.clear();
		this.#encoding.close();
		this.#ended(why);
	}
}
