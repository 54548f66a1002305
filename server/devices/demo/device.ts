import type { Orientation } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { Device, DeviceFacts, Screenshot, Source, SourceOptions } from "../provider.ts";
import { demoBezel } from "./bezel.ts";
import { drawBezelImage } from "./bezel-images.ts";
import { DemoInput } from "./input.ts";
import { SCALE } from "./layout.ts";
import { PhoneScreen } from "./phone-screen.ts";
import { DemoPower } from "./power.ts";
import { Renderer } from "./renderer.ts";
import { DemoSource } from "./source.ts";

/** Width of a screenshot at most, pixels. */
const SCREENSHOT_WIDTH = 480;

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
	readonly #power: DemoPower;
	readonly #listeners: (() => void)[] = [];
	readonly #bezelImages = new Map<string, Promise<Uint8Array>>();
	#heldAs: Orientation = "portrait";
	#lastRenderer: Renderer | undefined;
	#source: DemoSource | undefined;
	#closed = false;

	constructor(identity: DeviceIdentity, deps: DemoDeps) {
		this.id = identity.id;
		this.#name = identity.name;
		this.#deps = deps;
		this.#power = new DemoPower(deps.clock, () => this.#powerChanged());
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
			bezelStyle: "phone",
			bezel: demoBezel,
			orientation: this.#screen.orientation,
			power: this.#power.state,
			inputs: ["pointer", "wheel", "keys", "text", "touch"],
			buttons: [
				{ id: "home", label: "Home", icon: "house" },
				{ id: "rotate", label: "Rotate", icon: "rotate-cw-square" },
				{ id: "lock", label: "Lock", icon: "lock" },
				{ id: "volume-up", label: "Louder", icon: "volume-2" },
				{ id: "volume-down", label: "Quieter", icon: "volume-1" },
			],
		};
	}

	onChange(listener: () => void): void {
		this.#listeners.push(listener);
	}

	onEnd(): void {}

	/** Throws PortholeError `source-open`, `device-closed`, `device-off` or `encoder-unavailable`. */
	async openSource(options: SourceOptions): Promise<Source> {
		if (this.#closed)
			throw new PortholeError("device-closed", `${this.#name} is closed; open it again first.`);
		this.#requirePower();
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

	/** Throws PortholeError `device-off`. */
	async screenshot(): Promise<Screenshot> {
		this.#requirePower();
		this.#screen.advance(this.#deps.clock.now());
		return { type: "image/jpeg", data: this.#renderer().screenshot(SCREENSHOT_WIDTH) };
	}

	async setPower(on: boolean): Promise<void> {
		if (!this.#closed) this.#power.switch(on);
	}

	async setOrientation(orientation: Orientation): Promise<void> {
		this.#screen.turn(orientation);
		this.#inputHappened();
	}

	/** Each is drawn once. Throws PortholeError `no-such-picture`. */
	async bezelImage(name: string): Promise<Uint8Array> {
		const known = this.#bezelImages.get(name);
		if (known) return known;
		const drawing = drawBezelImage(name);
		// Kept when it was one: names that nothing is drawn for are without number.
		drawing.then(
			() => this.#bezelImages.set(name, drawing),
			() => {},
		);
		return drawing;
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#power.close();
		this.input.releaseAll();
		await this.#source?.close();
		this.#lastRenderer = undefined;
	}

	#inputHappened(): void {
		const held = this.#screen.orientation;
		const turned = held !== this.#heldAs;
		this.#heldAs = held;
		const { width } = this.#screen.size;
		if (this.#lastRenderer && this.#lastRenderer.width !== width * SCALE) {
			this.#lastRenderer = undefined;
			this.#source?.turn(this.#renderer());
		}
		if (!this.#screen.damage.empty) this.#source?.screenChanged();
		if (turned) this.#tellChange();
	}

	#powerChanged(): void {
		const { state } = this.#power;
		if (state === "on") this.#screen.startUp();
		else {
			this.input.releaseAll();
			this.#screen.shutDown();
		}
		if (state === "off") {
			this.#source?.end({ code: "device-off", message: `${this.#name} was switched off.` });
			this.#lastRenderer = undefined;
		}
		this.#source?.screenChanged();
		this.#tellChange();
	}

	#requirePower(): void {
		if (this.#power.state !== "off") return;
		throw new PortholeError("device-off", `${this.#name} is switched off; switch it on first.`);
	}

	#tellChange(): void {
		for (const listener of this.#listeners) listener();
	}

	/** Made when first needed: until then the device costs no memory to speak of. */
	#renderer(): Renderer {
		this.#lastRenderer ??= new Renderer(this.#screen);
		return this.#lastRenderer;
	}
}
