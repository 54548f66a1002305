import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { Device, DeviceFacts, Source, SourceOptions, Still } from "../provider.ts";
import { DemoInput } from "./input.ts";
import { type Orientation, SCALE } from "./layout.ts";
import { PhoneScreen } from "./phone-screen.ts";
import { Renderer } from "./renderer.ts";
import { DemoSource } from "./source.ts";

/** Width of a still at most, pixels. */
const STILL_WIDTH = 480;

export interface DemoDeps {
	readonly addon: Pick<Addon, "encoders" | "FrameEncoder">;
	readonly clock: Clock;
}

/** A phone that exists only as the picture it draws. It never ends by itself. */
export class DemoDevice implements Device {
	readonly id: string;
	readonly input: DemoInput;
	readonly #name: string;
	readonly #deps: DemoDeps;
	readonly #screen = new PhoneScreen();
	readonly #listeners: (() => void)[] = [];
	#drawnAs: Orientation = "portrait";
	#lastRenderer: Renderer | undefined;
	#source: DemoSource | undefined;
	#closed = false;

	constructor(identity: DeviceIdentity, deps: DemoDeps) {
		this.id = identity.id;
		this.#name = identity.name;
		this.#deps = deps;
		this.input = new DemoInput(this.#screen, deps.clock, () => this.#inputHappened());
	}

	/** What is on its screen. */
	get screen(): PhoneScreen {
		return this.#screen;
	}

	describe(): DeviceFacts {
		const { width, height } = this.#screen.size;
		return {
			name: this.#name,
			kind: "demo",
			pixels: { width: width * SCALE, height: height * SCALE },
			points: { width, height },
			bezel: "phone",
			inputs: ["pointer", "wheel", "keys", "text", "touch"],
			buttons: [
				{ id: "home", label: "Home", icon: "house" },
				{ id: "rotate", label: "Rotate", icon: "rotate-cw-square" },
				{ id: "lock", label: "Lock", icon: "lock" },
			],
		};
	}

	onChange(listener: () => void): void {
		this.#listeners.push(listener);
	}

	onEnd(): void {}

	/** Throws PortholeError `source-open`, `device-closed` or `encoder-unavailable`. */
	async openSource(options: SourceOptions): Promise<Source> {
		if (this.#closed)
			throw new PortholeError("device-closed", `${this.#name} is closed; open it again first.`);
		if (this.#source)
			throw new PortholeError("source-open", `${this.#name} has an open source; close it first.`);
		this.#source = new DemoSource({
			...this.#deps,
			screen: this.#screen,
			renderer: this.#renderer(),
			options,
			onClose: () => {
				this.#source = undefined;
			},
		});
		return this.#source;
	}

	async still(): Promise<Still> {
		this.#screen.advance(this.#deps.clock.now());
		return { type: "image/jpeg", data: this.#renderer().still(STILL_WIDTH) };
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.input.releaseAll();
		await this.#source?.close();
		this.#lastRenderer = undefined;
	}

	#inputHappened(): void {
		const turned = this.#drawnAs !== this.#screen.orientation;
		if (turned) {
			this.#drawnAs = this.#screen.orientation;
			this.#lastRenderer = undefined;
			this.#source?.turn(this.#renderer());
		}
		if (!this.#screen.damage.empty) this.#source?.screenChanged();
		if (turned) for (const listener of this.#listeners) listener();
	}

	/** Made when first needed: until then the device costs no memory to speak of. */
	#renderer(): Renderer {
		this.#lastRenderer ??= new Renderer(this.#screen);
		return this.#lastRenderer;
	}
}
