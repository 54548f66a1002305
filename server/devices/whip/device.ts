import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { DeviceBase } from "../device-base.ts";
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

/** Size described before the first frame. */
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
export class WhipDevice extends DeviceBase implements Device {
	readonly id: string;
	readonly input = noInput;
	readonly #stream: IncomingStream;
	#size = UNKNOWN_SIZE;
	#hasFrame = false;
	#source: WhipSource | undefined;
	#closed = false;

	constructor(id: string, stream: IncomingStream) {
		super();
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
			...(this.#hasFrame ? {} : { note: "Waiting for the publisher's first picture." }),
		};
	}

	/** Throws PortholeError `source-open` or `device-closed`. */
	async openSource({ sink }: SourceOptions): Promise<Source> {
		if (this.#closed || this.ended)
			throw new PortholeError("device-closed", `${this.id} is closed; its publisher has to send again.`);
		if (this.#source)
			throw new PortholeError("source-open", `${this.id} has an open source; close it first.`);
		this.#source = new WhipSource(this.#stream, sink, () => {
			this.#source = undefined;
		});
		return this.#source;
	}

	/** Throws PortholeError `no-screenshot`: its frames are passed on coded. */
	async screenshot(): Promise<Screenshot> {
		throw new PortholeError(
			"no-screenshot",
			`There are no screenshots of ${this.id}: its frames are passed on as they come.`,
		);
	}

	/** A frame arrived. */
	take(unit: AccessUnit): void {
		const { width, height } = unit;
		if (!this.#hasFrame || width !== this.#size.width || height !== this.#size.height) {
			this.#hasFrame = true;
			this.#size = { width, height };
			this.reportChange();
		}
		this.#source?.take(unit);
	}

	/** The publisher is gone. */
	end(end: DeviceEnd): void {
		if (!this.#closed) this.reportEnd(end);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		await this.#source?.close();
		await this.#stream.close();
	}
}
