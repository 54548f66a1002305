import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { DeviceIdentity } from "../device-spec.ts";
import type { Device, DeviceEnd, DeviceFacts, Screenshot, Source, SourceOptions } from "../provider.ts";
import { has, Link, type Peer } from "./client/link.ts";
import { type Answer, ScreenshotRequest, SubscribeRequest } from "./client/requests.ts";
import { hxfrError } from "./errors.ts";
import { HxfrInput } from "./input.ts";
import { HxfrSource, type Size } from "./source.ts";
import { type Address, addressText } from "./transport/address.ts";
import type { TransportDeps } from "./transport/connect.ts";
import { INPUT_KINDS, type Message } from "./wire/message.ts";

/** Until the host or a picture tells another. */
const SIZE_UNTIL_KNOWN: Size = { width: 1280, height: 720 };

export interface HxfrDeviceOptions extends TransportDeps {
	readonly identity: DeviceIdentity;
	/** The name is what the user chose: the host's own does not replace it. */
	readonly named: boolean;
	readonly address: Address;
	readonly scanout: number;
	/** The scanout is to be switched on with this size first. */
	readonly enable: Size | undefined;
}

/** A scanout of a host that speaks HXFR. It stays while the host comes and goes; a connection that was given ends it. */
export class HxfrDevice implements Device {
	readonly id: string;
	readonly input: HxfrInput;
	readonly #options: HxfrDeviceOptions;
	readonly #link: Link;
	readonly #screenshots: ScreenshotRequest;
	readonly #changeListeners: (() => void)[] = [];
	readonly #endListeners: ((end: DeviceEnd) => void)[] = [];
	#size: Size;
	#source: HxfrSource | undefined;
	#subscribeRequest: SubscribeRequest | undefined;
	#end: DeviceEnd | undefined;
	#closed = false;

	constructor(options: HxfrDeviceOptions) {
		this.#options = options;
		this.id = options.identity.id;
		this.#size = options.enable ?? SIZE_UNTIL_KNOWN;
		const { clock, scanout } = options;
		this.input = new HxfrInput(clock, (input) => {
			if (has(this.#peer, "input")) this.#send({ type: "input", session: scanout, scanout, input });
		});
		this.#screenshots = new ScreenshotRequest(clock, () =>
			this.#send({ type: "screenshot-request", session: scanout, scanout }),
		);
		this.#link = new Link(options.address, options, {
			changed: () => this.#peerChanged(),
			message: (message) => this.#take(message),
			lost: (why) => this.#lost(why),
			ended: (why) => this.#gone(why),
		});
	}

	describe(): DeviceFacts {
		const { identity, named } = this.#options;
		const facts = this.#facts;
		const inputs = has(this.#peer, "input") ? (facts?.inputs ?? 0) : 0;
		const note = this.#end?.message ?? this.#link.failure?.message;
		return {
			name: (!named && facts?.name.trim().slice(0, 80)) || identity.name,
			kind: "hxfr",
			pixels: this.#size,
			points: this.#size,
			bezelStyle: "none",
			inputs: INPUT_KINDS.filter((_, bit) => inputs & (1 << bit)),
			buttons: [],
			...(note === undefined ? {} : { note }),
		};
	}

	onChange(listener: () => void): void {
		this.#changeListeners.push(listener);
	}

	onEnd(listener: (end: DeviceEnd) => void): void {
		if (this.#end) listener(this.#end);
		else this.#endListeners.push(listener);
	}

	/**
	 * Subscribes to the scanout. Throws PortholeError `device-closed`, `source-open`, `hxfr-unreachable`, `hxfr-lost`,
	 * `hxfr-silent`, `hxfr-no-scanout` or `hxfr-refused`.
	 */
	async openSource(options: SourceOptions): Promise<Source> {
		this.#mustBeOpen();
		if (this.#source || this.#subscribeRequest)
			throw new PortholeError("source-open", `${this.describe().name} has an open source; close it first.`);
		const peer = await this.#link.up();
		const { clock, scanout, enable } = this.#options;
		const request = new SubscribeRequest({
			clock,
			peer,
			scanout,
			enable,
			send: (message) => this.#send(message),
		});
		this.#subscribeRequest = request;
		try {
			return await request.run((answer) => this.#startSource(options, peer, answer));
		} finally {
			this.#subscribeRequest = undefined;
		}
	}

	/** Throws PortholeError `hxfr-no-screenshot`: stock hosts have none. */
	async screenshot(): Promise<Screenshot> {
		this.#mustBeOpen();
		if (this.#peer?.kind !== "porthole")
			throw hxfrError(
				"hxfr-no-screenshot",
				`${this.describe().name} shows a picture only to those who watch it.`,
			);
		return { type: "image/jpeg", data: await this.#screenshots.ask() };
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.input.reset();
		await this.#source?.close();
		this.#screenshots.fail(hxfrError("hxfr-lost", "The device was closed."));
		this.#link.close();
	}

	get #peer(): Peer | undefined {
		return this.#link?.peer;
	}

	get #facts() {
		return this.#peer?.scanouts.find(({ id }) => id === this.#options.scanout);
	}

	#send(message: Message): void {
		this.#link.send(message);
	}

	/** Within the message that answers, so that no picture behind it is missed. */
	#startSource(options: SourceOptions, peer: Peer, generation: Answer): HxfrSource {
		const { clock, scanout, address } = this.#options;
		this.#source = new HxfrSource({
			clock,
			scanout,
			peer,
			generation,
			size: this.#size,
			options: {
				...options,
				sink: {
					accessUnit: (unit) => {
						if (unit.keyframe) this.#sizeIs(unit);
						options.sink.accessUnit(unit);
					},
					ended: (end) => options.sink.ended(end),
				},
			},
			send: (message) => this.#send(message),
			onSilent: () =>
				this.#link.restart(hxfrError("hxfr-silent", `${addressText(address)} gives no pictures.`)),
			onClose: () => this.#sourceClosed(),
		});
		// Only a stock host that pushes goes on as it was before.
		if (generation === 2 && !has(peer, "keyframes")) this.#source.requestKeyframe();
		return this.#source;
	}

	#sourceClosed(): void {
		this.#source = undefined;
		const { scanout } = this.#options;
		if (this.#peer?.kind === "porthole")
			return this.#send({ type: "unsubscribe", session: scanout, scanout });
		// Stock hosts know no other way to be told that nobody watches any more; a given connection has no successor.
		if (this.#peer && this.#options.address.kind !== "fd")
			this.#link.restart(hxfrError("hxfr-lost", "Nobody watches."));
	}

	#take(message: Message): void {
		const { scanout } = this.#options;
		switch (message.type) {
			case "frame-response":
				return this.#source?.take(message);
			case "screenshot":
				if (message.scanout === scanout) this.#screenshots.take(message.jpeg);
				return;
			case "scanout-ended":
				if (message.scanout !== scanout) return;
				return this.#source?.end(hxfrError("hxfr-lost", message.reason.slice(0, 400)));
			case "error": {
				const why = hxfrError("hxfr-refused", `The other end says: ${message.message} (${message.code}).`);
				if (this.#subscribeRequest) this.#subscribeRequest.fail(why);
				else this.#source?.end(why);
				return;
			}
			default:
				this.#subscribeRequest?.take(message);
		}
	}

	#peerChanged(): void {
		if (!this.#link) return;
		const facts = this.#facts;
		if (facts && facts.width > 0 && facts.height > 0)
			this.#size = { width: facts.width, height: facts.height };
		this.#tell();
	}

	#lost(why: PortholeError): void {
		this.input.reset();
		this.#subscribeRequest?.fail(why);
		this.#screenshots.fail(why);
		this.#source?.end(why);
	}

	#gone(why: PortholeError): void {
		if (this.#end || this.#closed) return;
		this.#end = { code: why.code, message: why.message };
		for (const listener of this.#endListeners.splice(0)) listener(this.#end);
	}

	#sizeIs({ width, height }: Size): void {
		if (width === this.#size.width && height === this.#size.height) return;
		this.#size = { width, height };
		this.#tell();
	}

	#tell(): void {
		for (const listener of this.#changeListeners) listener();
	}

	#mustBeOpen(): void {
		if (!this.#end && !this.#closed) return;
		throw new PortholeError(
			"device-closed",
			this.#end?.message ?? `${this.#options.identity.name} was closed.`,
		);
	}
}
