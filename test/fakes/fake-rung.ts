import type { Screenshot, SourceOptions } from "../../server/devices/provider.ts";
import type { Hands } from "../../server/devices/simulator/input/hands.ts";
import type { RungName } from "../../server/devices/simulator/ladder-report.ts";
import type { HandsEvents, Rung, RungSource, RungTarget } from "../../server/devices/simulator/rung.ts";
import type { Orientation, Size } from "../../signaling/protocol/device.ts";
import { RecordingHands } from "./recording-hands.ts";

/** A source that a test speaks for. */
export class FakeRungSource implements RungSource {
	readonly encoder: string;
	readonly canScale = false;
	readonly options: SourceOptions;
	readonly calls: unknown[][] = [];
	closed = false;

	constructor(encoder: string, options: SourceOptions) {
		this.encoder = encoder;
		this.options = options;
	}

	gives(width = 320, height = 240): void {
		const data = Uint8Array.of(0, 0, 0, 1, 0x65);
		this.options.sink.accessUnit({ data, captureTime: 1, encodedTime: 2, keyframe: true, width, height });
	}

	fails(message = "It broke."): void {
		this.options.sink.ended({ code: "program-ended", message });
	}

	requestKeyframe(rendition: string): void {
		this.calls.push(["requestKeyframe", rendition]);
	}

	setRate(rate: unknown): void {
		this.calls.push(["setRate", rate]);
	}

	setSmallRate(rate: unknown): void {
		this.calls.push(["setSmallRate", rate]);
	}

	expectDamage(): void {
		this.calls.push(["expectDamage"]);
	}

	async close(): Promise<void> {
		this.closed = true;
	}
}

/** A way to simulators that a test speaks for. */
export class FakeRung implements Rung {
	readonly name: RungName;
	inputs: Rung["inputs"] = ["pointer", "keys"];
	readonly opened: FakeRungSource[] = [];
	readonly hands: { readonly hands: RecordingHands; readonly events: HandsEvents }[] = [];
	readonly turns: unknown[][] = [];
	/** Thrown by `ready`. */
	unusable: Error | undefined;
	/** Thrown by `openSource` and `openHands`. */
	failure: Error | undefined;
	size: Size | undefined;

	constructor(name: RungName) {
		this.name = name;
	}

	async ready(): Promise<string> {
		if (this.unusable) throw this.unusable;
		return `${this.name} 1`;
	}

	async openSource(_target: RungTarget, options: SourceOptions): Promise<RungSource> {
		if (this.failure) throw this.failure;
		const source = new FakeRungSource(`by ${this.name}`, options);
		this.opened.push(source);
		return source;
	}

	openHands(_target: RungTarget, events: HandsEvents): Hands {
		if (this.failure) throw this.failure;
		const hands = new RecordingHands();
		this.hands.push({ hands, events });
		return hands;
	}

	async screenshot(): Promise<Screenshot> {
		return { type: "image/jpeg", data: Uint8Array.of(0xff, 0xd8) };
	}

	async turn(udid: string, orientation: Orientation): Promise<void> {
		this.turns.push([udid, orientation]);
	}

	async points(): Promise<Size | undefined> {
		return this.size;
	}
}
