import type { Device } from "../devices/provider.ts";
import type { FrameMaker } from "./frames.ts";
import { JpegStreams } from "./jpeg-stream.ts";
import { SharedScreenshots } from "./screenshot.ts";

/** What is made out of devices' frames for clients that do not take H.264: once for all who want the same. */
export class DeviceImages {
	readonly #maker: FrameMaker;
	readonly #ofDevices = new WeakMap<Device, { jpegs: JpegStreams; screenshots: SharedScreenshots }>();

	constructor(maker: FrameMaker) {
		this.#maker = maker;
	}

	of(device: Device): { readonly jpegs: JpegStreams; readonly screenshots: SharedScreenshots } {
		const known = this.#ofDevices.get(device);
		if (known) return known;
		const made = { jpegs: new JpegStreams(this.#maker), screenshots: new SharedScreenshots(this.#maker) };
		this.#ofDevices.set(device, made);
		return made;
	}
}
