import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon, X11Screen, X11Source } from "../../native/addon.ts";
import type { AddonSource } from "../addon-source.ts";
import type { Clock } from "../clock.ts";
import { DeviceBase } from "../device-base.ts";
import type { DeviceIdentity } from "../device-spec.ts";
import { withNativeErrors } from "../native-errors.ts";
import type {
	Device,
	DeviceClipboard,
	DeviceEnd,
	DeviceFacts,
	Screenshot,
	Source,
	SourceOptions,
} from "../provider.ts";
import { encodeScreenshot, SCREENSHOT_WIDTH } from "../screenshot.ts";
import { X11DeviceClipboard } from "./clipboard.ts";
import { X11InputSink } from "./input.ts";
import { openX11Source } from "./source.ts";

/** How often the size is looked at, ms: a display without a viewer tells nobody when it changes. */
const SIZE_CHECK = 1000;

export interface X11Deps {
	readonly addon: Pick<Addon, "encoders" | "X11Clipboard" | "X11Source" | "X11Screen">;
	readonly clock: Clock;
}

interface X11DeviceOptions extends X11Deps {
	readonly identity: DeviceIdentity;
	readonly kind: "x11" | "desktop";
	/** What its programs can reach. */
	readonly reach: NonNullable<DeviceFacts["reach"]>;
	/** X display, such as `:0`. */
	readonly display: string;
	/** What of the clipboard may be used. */
	readonly allowed: (clipboard: DeviceClipboard) => DeviceClipboard | undefined;
	/** Ends what was started for this device; called once, after everything else is closed. */
	readonly release?: () => Promise<void>;
}

/** An X display. It ends by itself when the display vanishes. */
export class X11Device extends DeviceBase implements Device {
	readonly id: string;
	readonly input: X11InputSink;
	readonly clipboard?: DeviceClipboard;
	readonly #options: X11DeviceOptions;
	readonly #screen: X11Screen;
	#size: { readonly width: number; readonly height: number };
	readonly #clipboard: X11DeviceClipboard;
	#source: AddonSource<X11Source> | undefined;
	#closed: Promise<void> | undefined;
	#cancelSizeCheck = () => {};

	/** Throws PortholeError `display-unreachable` or `display-lacks-extension`. */
	constructor(options: X11DeviceOptions) {
		super();
		this.#options = options;
		this.id = options.identity.id;
		this.#screen = withNativeErrors(
			() => new options.addon.X11Screen({ display: options.display, onEnd: (end) => this.end(end) }),
		);
		this.#size = this.#screen.size();
		this.input = new X11InputSink(this.#screen, options.clock, () => this.#source?.expectDamage());
		this.#clipboard = new X11DeviceClipboard(options.addon, options.display);
		const clipboard = options.allowed(this.#clipboard);
		if (clipboard) this.clipboard = clipboard;
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
			drawsPointer: true,
			reach: this.#options.reach,
			buttons: [],
			...(this.ended ? { note: this.ended.message } : {}),
		};
	}

	/** Throws PortholeError `device-closed`, `source-open`, `encoder-unavailable` or with the addon's code. */
	async openSource(options: SourceOptions): Promise<Source> {
		this.#requireOpen();
		const { sink } = options;
		if (this.#source) {
			throw new PortholeError("source-open", `${this.#name} has an open source; close it first.`);
		}
		const watched: SourceOptions = {
			...options,
			sink: {
				accessUnit: (unit) => {
					if (unit.keyframe && unit.rendition !== "small") this.#setSize(unit);
					sink.accessUnit(unit);
				},
				encoderChanged: (encoder) => sink.encoderChanged?.(encoder),
				ended: (end) => sink.ended(end),
			},
		};
		this.#source = openX11Source(this.#options.addon, this.#options.display, watched, () => {
			this.#source = undefined;
		});
		return this.#source;
	}

	/** Throws PortholeError `device-closed`, `display-unreachable` or `capture-failed`. */
	async screenshot(): Promise<Screenshot> {
		this.#requireOpen();
		const pixels = withNativeErrors(() => this.#screen.snapshot());
		this.#setSize(pixels);
		return encodeScreenshot(pixels, SCREENSHOT_WIDTH);
	}

	/** The device is gone: tells its source's sink and its listeners why, and closes what is left of it. */
	end(end: DeviceEnd): void {
		if (this.ended || this.#closed) return;
		this.reportEnd(end, () => this.#source?.end(end));
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
		this.#clipboard.close();
		await this.#options.release?.();
	}

	get #name(): string {
		return this.#options.identity.name;
	}

	#requireOpen(): void {
		if (!this.ended && !this.#closed) return;
		const why = this.ended?.message ?? "It was closed.";
		throw new PortholeError("device-closed", `${this.#name} cannot be used any more. ${why}`);
	}

	/** The addon follows the size by itself; we report a change within a second, or with the next keyframe. */
	#checkSizeRegularly(): void {
		this.#cancelSizeCheck = this.#options.clock.after(SIZE_CHECK, () => {
			if (this.ended) return;
			this.#setSize(this.#screen.size());
			this.#checkSizeRegularly();
		});
	}

	#setSize({ width, height }: { readonly width: number; readonly height: number }): void {
		if (width === this.#size.width && height === this.#size.height) return;
		this.#size = { width, height };
		this.reportChange();
	}
}
