import type { Source, SourceOptions } from "../../server/devices/provider.ts";
import { FakeDevice } from "../fakes/fake-device.ts";
import { PatternSource } from "./pattern-source.ts";

/** A device whose screen is a recording, 320×240 at 30 frames a second: no display and no encoder are needed for it. */
export class PatternDevice extends FakeDevice {
	constructor(id = "pattern") {
		super(id);
		const size = { width: 320, height: 240 };
		this.facts = { ...this.facts, name: "Pattern", pixels: size, points: size };
	}

	override async openSource({ sink }: SourceOptions): Promise<Source> {
		const pattern = new PatternSource((unit) => sink.accessUnit(unit));
		return {
			encoder: "a recording",
			canScale: false,
			requestKeyframe: () => pattern.requestKeyframe(),
			setRate: () => {},
			setSmallRate: () => {},
			close: async () => pattern.stop(),
		};
	}
}
