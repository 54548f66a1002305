import type { Orientation } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { WallClock } from "../../../signaling/protocol/time.ts";
import type { Addon } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import { DeviceBase } from "../device-base.ts";
import type { DeviceIdentity } from "../device-spec.ts";
import type { Device, DeviceClipboard, DeviceFacts, Screenshot, Source, SourceOptions } from "../provider.ts";
import { SCREENSHOT_WIDTH } from "../screenshot.ts";
import { demoBezel, drawBezelImage } from "./bezel.ts";
import { DemoClipboard } from "./clipboard.ts";
import { DemoInput } from "./input.ts";
import { SCALE } from "./layout.ts";
import { PhoneScreen } from "./phone-screen.ts";
import { Renderer } from "./renderer.ts";
import { DemoSource } from "./source.ts";

export interface DemoDeps {
	readonly addon: Pick<Addon, "encoders" | "PixelSource">;
	readonly clock: Clock;
	/** What the phone shows as the time of day. */
	readonly wall: WallClock;
	/** What of its clipboard may be used from outside; all of it when absent. */
	readonly allowed?: (clipboard: DeviceClipboard) => DeviceClipboard | undefined;
}

/** A phone that is only drawn. It never ends by itself. */
export class DemoDevice extends DeviceBase implements Device {
	readonly id: string;
	readonly input: DemoInput;
	readonly clipboard?: DeviceClipboard;
	readonly #name: string;
	readonly #deps: DemoDeps;
	readonly #screen: PhoneScreen;
	readonly #power: DemoPower;
	readonly #bezelImages = new Map<string, Promise<Uint8Array>>();
	#heldAs: Orientation = "portrait";
	#madeRenderer: Renderer | undefined;
	#source: DemoSource | undefined;
	#closed = false;

	constructor(identity: DeviceIdentity, deps: DemoDeps) {
		super();
		this.id = identity.id;
		this.#name = identity.name;
		this.#deps = deps;
		this.#screen = new PhoneScreen(deps.wall);
		this.#power = new DemoPower(deps.clock, () => this.#powerChanged());
		const own = new DemoClipboard();
		this.input = new DemoInput(this.#screen, own, deps.clock, () => this.#inputHappened());
		const clipboard = deps.allowed ? deps.allowed(own) : own;
		if (clipboard) this.clipboard = clipboard;
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

	/** Each is drawn once. Throws PortholeError `no-such-bezel-image`. */
	async bezelImage(name: string): Promise<Uint8Array> {
		const known = this.#bezelImages.get(name);
		if (known) return known;
		const drawing = drawBezelImage(name);
		// A failure is not kept: there is no end of names without an image.
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
		this.#madeRenderer = undefined;
	}

	#inputHappened(): void {
		const held = this.#screen.orientation;
		const turned = held !== this.#heldAs;
		this.#heldAs = held;
		const { width } = this.#screen.size;
		if (this.#madeRenderer && this.#madeRenderer.width !== width * SCALE) {
			this.#madeRenderer = undefined;
			this.#source?.turn(this.#renderer());
		}
		if (!this.#screen.damage.empty) this.#source?.screenChanged();
		if (turned) this.reportChange();
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
			this.#madeRenderer = undefined;
		}
		this.#source?.screenChanged();
		this.reportChange();
	}

	#requirePower(): void {
		if (this.#power.state !== "off") return;
		throw new PortholeError("device-off", `${this.#name} is switched off; switch it on first.`);
	}

	/** Made when first needed: until then the device costs no memory to speak of. */
	#renderer(): Renderer {
		this.#madeRenderer ??= new Renderer(this.#screen);
		return this.#madeRenderer;
	}
}

/** How long the demo takes to start, ms. */
export const BOOT_TAKES = 1_500;

/** The demo's power switch: off at once, on after a while. */
class DemoPower {
	readonly #clock: Clock;
	readonly #changed: () => void;
	#state: "off" | "starting" | "on" = "on";
	#cancel = () => {};

	constructor(clock: Clock, changed: () => void) {
		this.#clock = clock;
		this.#changed = changed;
	}

	get state(): "off" | "starting" | "on" {
		return this.#state;
	}

	/** Does nothing where it is so, or on its way. */
	switch(on: boolean): void {
		if (on === (this.#state !== "off")) return;
		this.#cancel();
		if (on) this.#cancel = this.#clock.after(BOOT_TAKES, () => this.#become("on"));
		this.#become(on ? "starting" : "off");
	}

	close(): void {
		this.#cancel();
	}

	#become(state: "off" | "starting" | "on"): void {
		this.#state = state;
		this.#changed();
	}
}
