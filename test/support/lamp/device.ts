import { DeviceBase } from "../../../server/devices/device-base.ts";
import type { DeviceIdentity } from "../../../server/devices/device-spec.ts";
import type {
	Device,
	DeviceFacts,
	Screenshot,
	Source,
	SourceOptions,
} from "../../../server/devices/provider.ts";
import { encodeScreenshot, SCREENSHOT_WIDTH } from "../../../server/devices/screenshot.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { LampInput } from "./input.ts";
import { type LampDeps, LampSource } from "./source.ts";

const SIZE = { width: 640, height: 360 };

/** A screen of one colour. It never ends by itself. */
export class LampDevice extends DeviceBase implements Device {
	readonly id: string;
	readonly input: LampInput;
	readonly #name: string;
	readonly #deps: LampDeps;
	readonly #lit: Buffer;
	readonly #dark = Buffer.alloc(SIZE.width * SIZE.height * 4);
	#on = true;
	#source: LampSource | undefined;
	#closed = false;

	/** `colour`: six hexadecimal digits, red first. */
	constructor({ id, name }: DeviceIdentity, colour: string, deps: LampDeps) {
		super();
		this.id = id;
		this.#name = name;
		this.#deps = deps;
		const [red = 0, green = 0, blue = 0] = Buffer.from(colour, "hex");
		this.#lit = Buffer.alloc(this.#dark.length, Buffer.of(blue, green, red, 255));
		this.input = new LampInput(() => this.#toggle());
	}

	describe(): DeviceFacts {
		return {
			name: this.#name,
			// Add "lamp" to `deviceKinds` in signaling/protocol/device.ts and say it here.
			kind: "demo",
			pixels: SIZE,
			points: SIZE,
			bezelStyle: "none",
			inputs: ["pointer", "keys", "touch"],
			buttons: [],
			note: this.#on ? "It is on." : "It is off.",
		};
	}

	/** Throws PortholeError `device-closed`, `source-open` or `encoder-unavailable`. */
	async openSource(options: SourceOptions): Promise<Source> {
		if (this.#closed)
			throw new PortholeError("device-closed", `${this.#name} is closed; open it again first.`);
		if (this.#source)
			throw new PortholeError("source-open", `${this.#name} has an open source; close it first.`);
		this.#source = new LampSource(this.#deps, SIZE, options, () => {
			this.#source = undefined;
		});
		this.#source.show(this.#pixels);
		return this.#source;
	}

	async screenshot(): Promise<Screenshot> {
		return encodeScreenshot({ ...SIZE, data: this.#pixels }, SCREENSHOT_WIDTH);
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#source?.close();
	}

	get #pixels(): Buffer {
		return this.#on ? this.#lit : this.#dark;
	}

	#toggle(): void {
		this.#on = !this.#on;
		this.#source?.show(this.#pixels);
		this.reportChange();
	}
}
