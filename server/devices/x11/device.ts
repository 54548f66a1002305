import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon, X11Screen } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import type { DeviceIdentity } from "../identity.ts";
import type { Device, DeviceEnd, DeviceFacts, Screenshot, Source, SourceOptions } from "../provider.ts";
import { withNativeErrors } from "./errors.ts";
import { X11Input } from "./input.ts";
import { encodeScreenshot } from "./screenshot.ts";
import { X11Source } from "./source.ts";

/** Width of a screenshot at most, pixels. */
const SCREENSHOT_WIDTH = 480;

/** How often the size is looked at, ms: a display without a viewer tells nobody when it changes. */
const SIZE_CHECK = 1000;

export interface X11Deps {
	readonly addon: Pick<Addon, "encoders" | "X11Source" | "X11Screen">;
	readonly clock: Clock;
}

export interface X11DeviceOptions extends X11Deps {
	readonly identity: DeviceIdentity;
	readonly kind: "x11" | "desktop";
	/** X display, such as `:0`. */
	readonly display: string;
	/** Ends what was started for this device; called once, after everything else is closed. */
	readonly release?: () => Promise<void>;
}

/** An X display. It ends by itself when the display vanishes. */
export class X11Device implements Device {
	readonly id: string;
	readonly input: X11Input;
	readonly #options: X11DeviceOptions;
	readonly #screen: X11Screen;
	readonly #changeListeners: (() => void)[] = [];
	readonly #endListeners: ((end: DeviceEnd) => void)[] = [];
	#size: { readonly width: number; readonly height: number };
	#source: X11Source | undefined;
	#end: DeviceEnd | undefined;
	#closed: Promise<void> | undefined;
	#cancelSizeCheck = () => {};

	/** Throws PortholeError `display-unreachable` or `display-lacks-extension`. */
	constructor(options: X11DeviceOptions) {
		this.#options = options;
		this.id = options.identity.id;
		this.#screen = withNativeErrors(
			() => new options.addon.X11Screen({ display: options.display, onVanish: (end) => this.end(end) }),
		);
		this.#size = this.#screen.size();
		this.input = new X11Input({
			screen: this.#screen,
			clock: options.clock,
			injected: () => this.#source?.expectDamage(),
		});
		this.#checkSizeRegularly();
	}

	describe(): DeviceFacts {
		return {
			name: this.#options.identity.name,
			kind: this.#options.kind,
			pixels: { ...this.#size },
			points: { ...this.#size },
			bezelStyle: "none",
			inputs: ["pointer", "wheel", "keys", "text", "touch"],
			buttons: [],
			...(this.#end ? { note: this.#end.message } : {}),
		};
	}

	onChange(listener: () => void): void {
		this.#changeListeners.push(listener);
	}

	onEnd(listener: (end: DeviceEnd) => void): void {
		if (this.#end) listener(this.#end);
		else this.#endListeners.push(listener);
	}

	/** Throws PortholeError `device-closed`, `source-open`, `encoder-unavailable` or with the addon's code. */
	async openSource(options: SourceOptions): Promise<Source> {
		this.#mustBeOpen();
		const { sink } = options;
		if (this.#source) {
			throw new PortholeError("source-open", `${this.#name} has an open source; close it first.`);
		}
		this.#source = new X11Source({
			addon: this.#options.addon,
			display: this.#options.display,
			options: {
				...options,
				sink: {
					accessUnit: (unit) => {
						if (unit.keyframe && unit.rendition !== "small") this.#sizeIs(unit);
						sink.accessUnit(unit);
					},
					encoderChanged: (encoder) => sink.encoderChanged?.(encoder),
					ended: (end) => sink.ended(end),
				},
			},
			onClose: () => {
				this.#source = undefined;
			},
		});
		return this.#source;
	}

	/** Throws PortholeError `device-closed`, `display-unreachable` or `capture-failed`. */
	async screenshot(): Promise<Screenshot> {
		this.#mustBeOpen();
		const picture = withNativeErrors(() => this.#screen.snapshot());
		this.#sizeIs(picture);
		return encodeScreenshot(picture, SCREENSHOT_WIDTH);
	}

	/** The device is gone: tells its source's sink and its listeners why, and closes what is left of it. */
	end(end: DeviceEnd): void {
		if (this.#end || this.#closed) return;
		this.#end = end;
		this.#source?.end(end);
		for (const listener of this.#endListeners.splice(0)) listener(end);
		void this.close();
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	async #close(): Promise<void> {
		this.#cancelSizeCheck();
		this.input.close();
		await this.#source?.close();
		this.#screen.close();
		await this.#options.release?.();
	}

	get #name(): string {
		return this.#options.identity.name;
	}

	#mustBeOpen(): void {
		if (!this.#end && !this.#closed) return;
		const why = this.#end ? this.#end.message : "It was closed.";
		throw new PortholeError("device-closed", `${this.#name} cannot be used any more. ${why}`);
	}

	/** The addon follows the size by itself; a change is told on within a second, or with the next keyframe. */
	#checkSizeRegularly(): void {
		this.#cancelSizeCheck = this.#options.clock.after(SIZE_CHECK, () => {
			if (this.#end) return;
			this.#sizeIs(this.#screen.size());
			this.#checkSizeRegularly();
		});
	}

	#sizeIs({ width, height }: { readonly width: number; readonly height: number }): void {
		if (width === this.#size.width && height === this.#size.height) return;
		this.#size = { width, height };
		for (const listener of this.#changeListeners) listener();
	}
}
