import type {
	NativeAccessUnit,
	NativeEnd,
	NativeSimulator,
	Pixels,
	SimulatorAddon,
	SimulatorInput,
	SimulatorInputOptions,
	SimulatorService,
	SimulatorServiceOptions,
	SimulatorSource,
	SimulatorSourceOptions,
	SimulatorState,
	TouchEdge,
} from "../../server/native/addon.ts";

/** An error as the addon throws it. */
export function nativeError(code: string, message: string): Error {
	return Object.assign(new Error(message), { code });
}

/** CoreSimulator's answers are a test's; written from the addon's contract, as there is no Mac here. */
export class FakeSimulatorService implements SimulatorService {
	readonly options: SimulatorServiceOptions;
	readonly simulators: NativeSimulator[];
	readonly orders: unknown[][] = [];
	/** Given to `done` of the next order. */
	failure: NativeEnd | undefined;
	closed = false;

	constructor(options: SimulatorServiceOptions, simulators: NativeSimulator[]) {
		this.options = options;
		this.simulators = simulators;
	}

	list(): NativeSimulator[] {
		return [...this.simulators];
	}

	boot(udid: string, done: (error?: NativeEnd) => void): void {
		this.#order(["boot", udid], udid, "Booted", done);
	}

	shutdown(udid: string, done: (error?: NativeEnd) => void): void {
		this.#order(["shutdown", udid], udid, "Shutdown", done);
	}

	setOrientation(udid: string, orientation: 1 | 2 | 3 | 4): void {
		this.orders.push(["setOrientation", udid, orientation]);
	}

	notify(udid: string, name: string): void {
		this.orders.push(["notify", udid, name]);
	}

	close(): void {
		this.closed = true;
	}

	/** A simulator is in another state from now on. */
	becomes(udid: string, state: SimulatorState): void {
		const at = this.simulators.findIndex((one) => one.udid === udid);
		const before = this.simulators[at];
		if (before) this.simulators[at] = { ...before, state };
		this.options.onChange();
	}

	#order(order: unknown[], udid: string, state: SimulatorState, done: (error?: NativeEnd) => void): void {
		this.orders.push(order);
		const failure = this.failure;
		this.failure = undefined;
		if (!failure) this.becomes(udid, state);
		done(failure);
	}
}

/** A capture that shows what a test gives it. */
export class FakeSimulatorSource implements SimulatorSource {
	readonly encoder = "VideoToolbox, constrained baseline";
	readonly options: SimulatorSourceOptions;
	readonly calls: unknown[][] = [];
	frame: Pixels | undefined;
	closed = false;

	constructor(options: SimulatorSourceOptions) {
		this.options = options;
	}

	/** Gives a keyframe of a size. */
	gives(width: number, height: number): void {
		const unit: NativeAccessUnit = {
			data: Buffer.of(0, 0, 0, 1, 0x65),
			captureTime: 1,
			encodedTime: 2,
			keyframe: true,
			width,
			height,
		};
		this.options.onAccessUnit(unit);
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

	snapshot(): Pixels | undefined {
		return this.frame;
	}

	stats(): never {
		throw new Error("nobody asks a fake");
	}

	close(): void {
		this.closed = true;
	}
}

/** HID events, kept. */
export class FakeSimulatorInput implements SimulatorInput {
	readonly options: SimulatorInputOptions;
	readonly calls: unknown[][] = [];
	failure: Error | undefined;
	closed = false;

	constructor(options: SimulatorInputOptions) {
		this.options = options;
	}

	touch(phase: "down" | "move" | "up", places: readonly number[], edge: TouchEdge): void {
		this.#take(["touch", phase, places, edge]);
	}

	key(usage: number, down: boolean): void {
		this.#take(["key", usage, down]);
	}

	button(page: number, usage: number, down: boolean): void {
		this.#take(["button", page, usage, down]);
	}

	close(): void {
		this.closed = true;
	}

	#take(call: unknown[]): void {
		if (this.failure) throw this.failure;
		this.calls.push(call);
	}
}

/** The addon's part for macOS, and everything that was made with it. */
export class FakeSimulatorAddon {
	readonly simulators: NativeSimulator[] = [];
	readonly services: FakeSimulatorService[] = [];
	readonly sources: FakeSimulatorSource[] = [];
	readonly inputs: FakeSimulatorInput[] = [];
	/** Thrown by the next class that is made. */
	failure: Error | undefined;
	/** Frames of PDFs, by the end of their path. */
	readonly pdfs = new Map<string, (scale: number) => Pixels>();

	/** To be spread into an addon. */
	readonly parts: SimulatorAddon = partsOf(this);

	get service(): FakeSimulatorService {
		return this.services.at(-1) ?? missing();
	}

	get source(): FakeSimulatorSource {
		return this.sources.at(-1) ?? missing();
	}

	get input(): FakeSimulatorInput {
		return this.inputs.at(-1) ?? missing();
	}
}

/** Classes that tell what was made with them. */
function partsOf(owner: FakeSimulatorAddon): SimulatorAddon {
	const mayFail = () => {
		const failure = owner.failure;
		owner.failure = undefined;
		if (failure) throw failure;
	};
	class Service extends FakeSimulatorService {
		constructor(options: SimulatorServiceOptions) {
			mayFail();
			super(options, owner.simulators);
			owner.services.push(this);
		}
	}
	class Source extends FakeSimulatorSource {
		constructor(options: SimulatorSourceOptions) {
			mayFail();
			super(options);
			owner.sources.push(this);
		}
	}
	class Input extends FakeSimulatorInput {
		constructor(options: SimulatorInputOptions) {
			mayFail();
			super(options);
			owner.inputs.push(this);
		}
	}
	return {
		SimulatorService: Service,
		SimulatorSource: Source,
		SimulatorInput: Input,
		probeSimulators: () => [],
		renderPdf: (path, scale) => {
			for (const [ending, draw] of owner.pdfs) if (path.endsWith(ending)) return draw(scale);
			throw nativeError("unreadable-pdf", `${path} cannot be read.`);
		},
	};
}

function missing(): never {
	throw new Error("none was made");
}

/** RGBA pixels of one colour, premultiplied, of a size in points. */
export function flatFrame(
	points: { readonly width: number; readonly height: number },
	colour: readonly [number, number, number, number],
): (scale: number) => Pixels {
	return (scale) => {
		const [width, height] = [Math.round(points.width * scale), Math.round(points.height * scale)];
		return { width, height, data: Buffer.alloc(width * height * 4, Buffer.from(colour)) };
	};
}
