import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { IncomingStream } from "../incoming-stream.ts";
import type {
	AccessUnit,
	Device,
	DeviceEnd,
	DeviceFacts,
	InputSink,
	Screenshot,
	Source,
	SourceOptions,
} from "../provider.ts";
import { WhipSource } from "./source.ts";

/** Size told before the first picture. */
const UNKNOWN_SIZE = { width: 1280, height: 720 };

/** Takes no input: a publisher only shows. */
const noInput: InputSink = {
	pointer() {},
	wheel() {},
	key() {},
	text() {},
	touch() {},
	button() {},
};

/** What a publisher shows (WHIP). It lives as long as its stream, and nobody can touch it. */
export class WhipDevice implements Device {
	readonly id: string;
	readonly input = noInput;
	readonly #stream: IncomingStream;
	readonly #changes: (() => void)[] = [];
	readonly #ends: ((end: DeviceEnd) => void)[] = [];
	#size = UNKNOWN_SIZE;
	#pictured = false;
	#source: WhipSource | undefined;
	#end: DeviceEnd | undefined;
	#closed = false;

	constructor(id: string, stream: IncomingStream) {
		this.id = id;
		this.#stream = stream;
	}

	describe(): DeviceFacts {
		return {
			name: this.id,
			kind: "whip",
			pixels: this.#size,
			points: this.#size,
			bezelStyle: "none",
			inputs: [],
			buttons: [],
			...(this.#pictured ? {} : { note: "Waiting for the publisher's first picture." }),
		};
	}

	onChange(listener: () => void): void {
		this.#changes.push(listener);
	}

	onEnd(listener: (end: DeviceEnd) => void): void {
		if (this.#end) listener(this.#end);
		else this.#ends.push(listener);
	}

	/** Throws PortholeError `source-open` or `device-closed`. */
	async openSource({ sink }: SourceOptions): Promise<Source> {
		if (this.#closed || this.#end)
			throw new PortholeError("device-closed", `${this.id} is closed; its publisher has to send again.`);
		if (this.#source)
			throw new PortholeError("source-open", `${this.id} has an open source; close it first.`);
		this.#source = new WhipSource(this.#stream, sink, () => {
			this.#source = undefined;
		});
		return this.#source;
	}

	/** Throws PortholeError `no-screenshot`: its pictures are passed on coded. */
	async screenshot(): Promise<Screenshot> {
		throw new PortholeError(
			"no-screenshot",
			`There are no screenshots of ${this.id}: its pictures are passed on as they come.`,
		);
	}

	/** A picture came. */
	take(unit: AccessUnit): void {
		const { width, height } = unit;
		if (!this.#pictured || width !== this.#size.width || height !== this.#size.height) {
			this.#pictured = true;
			this.#size = { width, height };
			for (const listener of this.#changes) listener();
		}
		this.#source?.take(unit);
	}

	/** The publisher is gone. */
	end(end: DeviceEnd): void {
		if (this.#end || this.#closed) return;
		this.#end = end;
		for (const listener of this.#ends) listener(end);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		await this.#source?.close();
		await this.#stream.close();
	}
}
