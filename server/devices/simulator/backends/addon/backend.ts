import type { Orientation } from "../../../../../signaling/protocol/device.ts";
import { messageOf } from "../../../../../signaling/protocol/errors.ts";
import type { SimulatorSource as NativeSource, Pixels, SimulatorService } from "../../../../native/addon.ts";
import { AddonSource } from "../../../addon-source.ts";
import type { Clock } from "../../../clock.ts";
import { withNativeErrors } from "../../../native-errors.ts";
import type { Screenshot, SourceOptions } from "../../../provider.ts";
import type { Backend, BackendSource, BackendTarget, InputBackend, InputEvents } from "../../backend.ts";
import { simulatorError } from "../../errors.ts";
import { screenshotOfImage, screenshotOfPixels } from "../../screenshot.ts";
import { NativeInputBackend } from "./input.ts";
import type { MacAddon, OpenedService } from "./service.ts";

/** UIDeviceOrientation. */
const orientations: Record<Orientation, 1 | 2 | 3 | 4> = {
	portrait: 1,
	"portrait-upside-down": 2,
	"landscape-left": 3,
	"landscape-right": 4,
};

interface NativeBackendParts {
	/** Absent: the addon was built without simulators. */
	readonly addon: MacAddon | undefined;
	/** CoreSimulator, opened once. */
	readonly service: () => Promise<OpenedService>;
	readonly clock: Clock;
	/** A frame of a simulator's screen, as `simctl` takes it. */
	readonly screenshot: (udid: string) => Promise<Uint8Array>;
	/** Puts a text on a simulator's clipboard. */
	readonly copy: (udid: string, text: string) => Promise<void>;
}

/** Simulators through the addon: their IOSurface and VideoToolbox, and HID events. Not yet run on a Mac. */
export class NativeBackend implements Backend {
	readonly name = "addon";
	readonly inputs = ["pointer", "wheel", "keys", "text", "touch"] satisfies Backend["inputs"];
	readonly #parts: NativeBackendParts;
	readonly #sources = new Map<string, NativeSimulatorSource>();
	#opened: OpenedService | undefined;

	constructor(parts: NativeBackendParts) {
		this.#parts = parts;
	}

	async ready(): Promise<string> {
		const { addon, service } = this.#parts;
		if (!addon) throw unavailable("this build of the addon has no simulators; it has them on macOS");
		const encoder = addon.encoders().find(({ name }) => name === "videotoolbox");
		if (encoder && !encoder.available) throw unavailable(`VideoToolbox cannot be used: ${encoder.detail}`);
		try {
			this.#opened = await service();
		} catch (error) {
			throw unavailable(messageOf(error));
		}
		return this.#opened.words;
	}

	async openSource({ udid }: BackendTarget, options: SourceOptions): Promise<BackendSource> {
		const { addon, service } = this.#ready();
		const source = new NativeSimulatorSource({
			addon,
			service,
			udid,
			options,
			onClose: () => this.#sources.delete(udid),
		});
		this.#sources.set(udid, source);
		return source;
	}

	openInput({ udid }: BackendTarget, { lost, refused }: InputEvents): InputBackend {
		const { addon, service, transport } = this.#ready();
		const { clock, copy } = this.#parts;
		const input = withNativeErrors(() => new addon.SimulatorInput({ service, udid, transport, onEnd: lost }));
		return new NativeInputBackend({ input, clock, copy: (text) => copy(udid, text), refused });
	}

	/** Of the source that is open; of a simulator that nobody watches by `simctl`, which needs no capture. */
	async screenshot({ udid }: BackendTarget): Promise<Screenshot> {
		const frame = this.#sources.get(udid)?.snapshot();
		return frame ? screenshotOfPixels(frame) : screenshotOfImage(await this.#parts.screenshot(udid));
	}

	async turn(udid: string, orientation: Orientation): Promise<void> {
		const { service } = this.#ready();
		withNativeErrors(() => service.setOrientation(udid, orientations[orientation]));
	}

	#ready(): OpenedService & { readonly addon: MacAddon } {
		const { addon } = this.#parts;
		if (!addon || !this.#opened) throw unavailable("it was not opened");
		return { ...this.#opened, addon };
	}
}

function unavailable(why: string) {
	return simulatorError("backend-unavailable", why);
}

interface NativeSourceParts {
	readonly addon: MacAddon;
	readonly service: SimulatorService;
	readonly udid: string;
	readonly options: SourceOptions;
	readonly onClose: () => void;
}

/** The addon's capture of one simulator, as a source. */
class NativeSimulatorSource extends AddonSource<NativeSource> implements BackendSource {
	/** Throws PortholeError with the addon's code. */
	constructor({ addon, service, udid, options, onClose }: NativeSourceParts) {
		super(options, onClose, (events) =>
			withNativeErrors(() => new addon.SimulatorSource({ service, udid, ...events })),
		);
	}

	/** The screen as it is; undefined while there is none. */
	snapshot(): Pixels | undefined {
		return this.closed ? undefined : withNativeErrors(() => this.native.snapshot());
	}
}
