import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { DeviceBase } from "../device-base.ts";
import type { DeviceIdentity } from "../device-spec.ts";
import type { Device, DeviceFacts, Screenshot, Source, SourceOptions } from "../provider.ts";
import { has, Link, type Peer } from "./client/link.ts";
import { type Generation, ScreenshotRequest, SubscribeRequest } from "./client/requests.ts";
import { hxfrError } from "./errors.ts";
import { HxfrInput } from "./input.ts";
import { HxfrSource, type Size } from "./source.ts";
import { type Address, addressText } from "./transport/address.ts";
import type { TransportDeps } from "./transport/connect.ts";
import { INPUT_KINDS, type Message } from "./wire/message.ts";

/** Described until the host or a frame tells the real one. */
const SIZE_UNTIL_KNOWN: Size = { width: 1280, height: 720 };

interface HxfrDeviceOptions extends TransportDeps {
	readonly identity: DeviceIdentity;
	/** The user chose the name; the host's own does not replace it. */
	readonly named: boolean;
	readonly address: Address;
	readonly scanout: number;
	/** The scanout is to be switched on with this size first. */
	readonly enable: Size | undefined;
}

/** A scanout of a host that speaks HXFR. It stays while the host comes and goes; a connection that was given ends it. */
export class HxfrDevice extends DeviceBase implements Device {
	readonly id: string;
	readonly input: HxfrInput;
	readonly #options: HxfrDeviceOptions;
	readonly #link: Link;
	readonly #screenshots: ScreenshotRequest;
	#size: Size;
	#source: HxfrSource | undefined;
	#subscribing: SubscribeRequest | undefined;
	#closed = false;

	constructor(options: HxfrDeviceOptions) {
		super();
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
			ended: (why) => this.#giveUp(why),
		});
	}

	describe(): DeviceFacts {
		const { identity, named } = this.#options;
		const facts = this.#facts;
		const inputs = has(this.#peer, "input") ? (facts?.inputs ?? 0) : 0;
		const note = this.ended?.message ?? this.#link.failure?.message;
		return {
			name: (!named && facts?.name.trim().slice(0, 80)) || identity.name,
			kind: "hxfr",
			pixels: this.#size,
			points: this.#size,
			bezelStyle: "none",
			inputs: INPUT_KINDS.filter((_, bit) => inputs & (1 << bit)),
			drawsPointer: true,
			buttons: [],
			...(note === undefined ? {} : { note }),
		};
	}

	/**
	 * Subscribes to the scanout. Throws PortholeError `device-closed`, `source-open`, `hxfr-unreachable`, `hxfr-lost`,
	 * `hxfr-silent`, `hxfr-no-scanout` or `hxfr-refused`.
	 */
	async openSource(options: SourceOptions): Promise<Source> {
		this.#requireOpen();
		if (this.#source || this.#subscribing)
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
		this.#subscribing = request;
		try {
			return await request.run((generation) => this.#startSource(options, peer, generation));
		} finally {
			this.#subscribing = undefined;
		}
	}

	/** Throws PortholeError `hxfr-no-screenshot`: stock hosts have none. */
	async screenshot(): Promise<Screenshot> {
		this.#requireOpen();
		if (this.#peer?.kind !== "porthole")
			throw hxfrError(
				"hxfr-no-screenshot",
				`${this.describe().name} has no screenshots: it sends frames only while somebody watches.`,
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

	/** Runs while the answer is handled, so that no frame behind it is missed. */
	#startSource(options: SourceOptions, peer: Peer, generation: Generation): HxfrSource {
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
						if (unit.keyframe) this.#setSize(unit);
						options.sink.accessUnit(unit);
					},
					ended: (end) => options.sink.ended(end),
				},
			},
			send: (message) => this.#send(message),
			onSilent: () =>
				this.#link.restart(hxfrError("hxfr-silent", `${addressText(address)} sends no frames.`)),
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
				if (this.#subscribing) this.#subscribing.fail(why);
				else this.#source?.end(why);
				return;
			}
			default:
				this.#subscribing?.take(message);
		}
	}

	#peerChanged(): void {
		if (!this.#link) return;
		const facts = this.#facts;
		if (facts && facts.width > 0 && facts.height > 0)
			this.#size = { width: facts.width, height: facts.height };
		this.reportChange();
	}

	#lost(why: PortholeError): void {
		this.input.reset();
		this.#subscribing?.fail(why);
		this.#screenshots.fail(why);
		this.#source?.end(why);
	}

	#giveUp(why: PortholeError): void {
		if (!this.#closed) this.reportEnd({ code: why.code, message: why.message });
	}

	#setSize({ width, height }: Size): void {
		if (width === this.#size.width && height === this.#size.height) return;
		this.#size = { width, height };
		this.reportChange();
	}

	#requireOpen(): void {
		if (!this.ended && !this.#closed) return;
		throw new PortholeError(
			"device-closed",
			this.ended?.message ?? `${this.#options.identity.name} was closed.`,
		);
	}
}
