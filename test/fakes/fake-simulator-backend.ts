import type { Screenshot, SourceOptions } from "../../server/devices/provider.ts";
import type {
	Backend,
	BackendName,
	BackendSource,
	BackendTarget,
	InputBackend,
	InputEvents,
} from "../../server/devices/simulator/backend.ts";
import type { Orientation, Size } from "../../signaling/protocol/device.ts";
import { RecordingInputBackend } from "./recording-input-backend.ts";

/** A source that a test speaks for. */
export class FakeBackendSource implements BackendSource {
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

/** A backend that a test speaks for. */
export class FakeBackend implements Backend {
	readonly name: BackendName;
	inputs: Backend["inputs"] = ["pointer", "keys"];
	readonly opened: FakeBackendSource[] = [];
	readonly openedInputs: { readonly input: RecordingInputBackend; readonly events: InputEvents }[] = [];
	readonly turns: unknown[][] = [];
	/** Thrown by `ready`. */
	unusable: Error | undefined;
	/** Thrown by `openSource` and `openInput`. */
	failure: Error | undefined;
	size: Size | undefined;

	constructor(name: BackendName) {
		this.name = name;
	}

	async ready(): Promise<string> {
		if (this.unusable) throw this.unusable;
		return `${this.name} 1`;
	}

	async openSource(_target: BackendTarget, options: SourceOptions): Promise<BackendSource> {
		if (this.failure) throw this.failure;
		const source = new FakeBackendSource(`by ${this.name}`, options);
		this.opened.push(source);
		return source;
	}

	openInput(_target: BackendTarget, events: InputEvents): InputBackend {
		if (this.failure) throw this.failure;
		const input = new RecordingInputBackend();
		this.openedInputs.push({ input, events });
		return input;
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
