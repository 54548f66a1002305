import type { Orientation, Size } from "../../../signaling/protocol/device.ts";
import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
import { LineReader } from "../../line-reader.ts";
import type { Clock } from "../clock.ts";
import type { DeviceIdentity } from "../device-spec.ts";
import type {
	Device,
	DeviceClipboard,
	DeviceEnd,
	DeviceFacts,
	DeviceLogOptions,
	DeviceLogSink,
	Screenshot,
	Source,
	SourceOptions,
} from "../provider.ts";
import type { Backend, BackendTarget } from "./backend.ts";
import type { BackendSelection, SelectionReport } from "./backend-selection.ts";
import {
	type Appearance,
	describeSimulator,
	deviceButtons,
	offWords,
	sizesOf,
	turned,
} from "./description.ts";
import { simulatorError } from "./errors.ts";
import { InputConnection, SimulatorInput } from "./input.ts";
import type { SimulatorFacts } from "./simulator-directory.ts";
import type { SimulatorWatcher } from "./simulator-watcher.ts";
import { Capture } from "./source.ts";
import type { Simctl } from "./tools/simctl.ts";

/** Longest line of a log that is passed on, bytes; what is longer is cut. */
const MAX_LOG_LINE = 64 * 1024;

interface SimulatorDeviceOptions {
	readonly identity: DeviceIdentity;
	/** The name is what the user chose: the simulator's own does not replace it. */
	readonly named: boolean;
	/** As last seen. */
	readonly facts: SimulatorFacts;
	readonly watcher: SimulatorWatcher;
	/** Makes the selection, which calls back when another backend is in use. */
	readonly selection: (changed: () => void) => BackendSelection;
	/** On Macs. */
	readonly simctl?: Simctl | undefined;
	/** What of its clipboard may be used. */
	readonly allowed: (clipboard: DeviceClipboard) => DeviceClipboard | undefined;
	readonly clock: Clock;
	/** Reads what its type tells; `buttons` are the ids of its own. Never throws. */
	readonly appearance: (facts: SimulatorFacts, buttons: ReadonlySet<string>) => Promise<Appearance>;
	/** Called once, after everything else is closed. */
	readonly release: () => Promise<void>;
}

/** One simulator. It stays while it is switched off, and ends when it is deleted. */
export class SimulatorDevice implements Device {
	readonly id: string;
	readonly input: SimulatorInput;
	readonly clipboard?: DeviceClipboard;
	readonly typesAsciiOnly = true;
	readonly #options: SimulatorDeviceOptions;
	readonly #selection: BackendSelection;
	readonly #inputBackend: InputConnection;
	readonly #target: BackendTarget;
	readonly #capture: Capture;
	readonly #changeListeners: (() => void)[] = [];
	readonly #endListeners: ((end: DeviceEnd) => void)[] = [];
	readonly #unwatch: () => void;
	#facts: SimulatorFacts;
	#appearance: Appearance = {};
	/** Of the last frame. */
	#frameSize: Size | undefined;
	/** From the backend in use, where it alone knows them. */
	#points: Size | undefined;
	#orientation: Orientation | undefined;
	#end: DeviceEnd | undefined;
	#closed: Promise<void> | undefined;

	constructor(options: SimulatorDeviceOptions) {
		this.#options = options;
		this.id = options.identity.id;
		this.#facts = options.facts;
		const { clock, watcher, simctl, facts } = options;
		this.#selection = options.selection(() => this.#wayChanged());
		const points = () => sizesOf(this.#known).points;
		const target: BackendTarget = { udid: facts.udid, name: options.identity.name, points };
		this.#target = target;
		this.#capture = new Capture({
			selection: this.#selection,
			target,
			look: () => watcher.look().catch(() => {}),
			usable: () => this.#usable(),
			off: () =>
				this.#facts.state === "Booted" ? undefined : { code: "device-off", message: offWords(this.#name) },
			keyframe: (unit) => this.#sizeIs(unit),
		});
		this.#inputBackend = new InputConnection({
			clock,
			target,
			backend: () => this.#usable(),
			changed: () => this.#tell(),
		});
		this.input = new SimulatorInput({
			clock,
			inputBackend: () => this.#inputBackend.inputBackend(),
			pixels: () => sizesOf(this.#known).pixels,
			points,
			command: (id) => this.#command(id),
			injected: () => this.#capture.expectDamage(),
		});
		if (simctl) {
			const clipboard = options.allowed(
				simulatorClipboard(simctl, facts.udid, (action) => this.#whileOn(action)),
			);
			if (clipboard) this.clipboard = clipboard;
		}
		this.#unwatch = watcher.watch(() => this.#look());
		void this.#learnAppearance();
		void this.#learnPoints();
	}

	/** Which backend is in use and why better ones are not. */
	get selectionReport(): SelectionReport {
		return this.#selection.report;
	}

	describe(): DeviceFacts {
		return describeSimulator(this.#known);
	}

	onChange(listener: () => void): void {
		this.#changeListeners.push(listener);
	}

	onEnd(listener: (end: DeviceEnd) => void): void {
		if (this.#end) listener(this.#end);
		else this.#endListeners.push(listener);
	}

	/**
	 * Starts capture through the best backend. Throws PortholeError `device-closed`, `source-open`, `device-off`, `no-backend`, or
	 * as the backend in use.
	 */
	async openSource(options: SourceOptions): Promise<Source> {
		this.#mustBeOpen();
		return this.#capture.open(options);
	}

	/** Throws PortholeError `device-closed`, `device-off`, `no-backend` or `no-screenshot`. */
	async screenshot(): Promise<Screenshot> {
		this.#mustBeOpen();
		const { watcher } = this.#options;
		if (this.#facts.state !== "Booted") await watcher.look().catch(() => {});
		return this.#usable().screenshot(this.#target);
	}

	/** Throws PortholeError `wrong-state` when it is so already, or as whoever was asked. */
	async setPower(on: boolean): Promise<void> {
		this.#mustBeOpen();
		await this.#options.watcher.setPower(this.#facts.udid, on);
	}

	/** Throws PortholeError `device-off` or `cannot-turn`. */
	async setOrientation(orientation: Orientation): Promise<void> {
		const backend = this.#usable();
		if (!backend.turn)
			throw simulatorError("cannot-turn", `${this.#name} cannot be turned by way of ${backend.name}.`);
		await backend.turn(this.#facts.udid, orientation);
		this.#orientation = orientation;
		this.#tell();
	}

	/** Throws PortholeError `no-such-bezel-image` or `unreadable-pdf`. */
	async bezelImage(name: string): Promise<Uint8Array> {
		const { bezel } = this.#appearance;
		if (!bezel) throw simulatorError("no-such-bezel-image", `${this.#name} has no bezel.`);
		return bezel.image(name);
	}

	async shake(): Promise<void> {
		await this.#whileOn(() => this.#options.watcher.directory.shake(this.#facts.udid));
	}

	/** Ends at once where there is no `simctl`, or while it is off. */
	log(options: DeviceLogOptions, sink: DeviceLogSink): () => void {
		return followLog(this.#options.simctl, this.#facts, options, sink);
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	get #name(): string {
		return this.#options.identity.name;
	}

	/** Everything that is known now. */
	get #known() {
		const { identity, named, watcher } = this.#options;
		const { backend, report } = this.#selection;
		const { failure: input } = this.#inputBackend;
		const { failure: state } = watcher;
		return {
			name: (!named && this.#facts.name.trim().slice(0, 80)) || identity.name,
			facts: this.#facts,
			appearance: this.#appearance,
			frameSize: this.#frameSize,
			points: this.#points,
			orientation: this.#orientation,
			backend,
			report,
			troubles: [
				this.#end?.message,
				backend ? undefined : this.#selection.noBackend(this.#name).message,
				input === undefined ? undefined : `Input: ${input}`,
				state === undefined ? undefined : `Its state is not known: ${state}`,
			],
		};
	}

	/** The backend in use. Throws PortholeError `device-off` or `no-backend`. */
	#usable(): Backend {
		this.#mustBeOpen();
		if (this.#facts.state === "Booting")
			throw simulatorError("device-off", `${this.#name} is starting; its screen will be here soon.`);
		if (this.#facts.state !== "Booted") throw simulatorError("device-off", offWords(this.#name));
		const backend = this.#selection.backend;
		if (!backend) throw this.#selection.noBackend(this.#name);
		return backend;
	}

	async #whileOn<Result>(action: () => Promise<Result>): Promise<Result> {
		this.#mustBeOpen();
		if (this.#facts.state !== "Booted") throw simulatorError("device-off", offWords(this.#name));
		return action();
	}

	/** Buttons that no finger and no HID device has. */
	#command(id: string): boolean {
		// Whoever pressed it has nothing to wait for: what went wrong is told to all.
		const failed = (error: unknown) => this.#inputBackend.fail(messageOf(error));
		switch (id) {
			case "rotate-left":
			case "rotate-right": {
				const way = id === "rotate-left" ? "left" : "right";
				this.setOrientation(turned(this.#orientation ?? "portrait", way)).catch(failed);
				return true;
			}
			case "shake":
				this.shake().catch(failed);
				return true;
			default:
				return false;
		}
	}

	/** The simulators were looked at, and something is new. */
	#look(): void {
		const { watcher } = this.#options;
		const before = this.#facts;
		const facts = watcher.get(before.udid);
		if (!facts) return this.#gone();
		this.#facts = facts;
		if (facts.state !== before.state) {
			if (facts.state === "Booted") {
				this.#orientation = "portrait";
				this.#selection.reset();
				void this.#learnPoints();
			} else {
				this.#inputBackend.reset();
				this.#capture.end({ code: "device-off", message: offWords(this.#name) });
			}
		}
		this.#tell();
	}

	#gone(): void {
		if (this.#end || this.#closed) return;
		this.#end = {
			code: "simulator-deleted",
			message: `The simulator ${this.#name} (${this.#facts.udid}) was deleted.`,
		};
		this.#capture.end(this.#end);
		for (const listener of this.#endListeners.splice(0)) listener(this.#end);
	}

	#wayChanged(): void {
		this.#inputBackend.reset();
		void this.#learnPoints();
		this.#tell();
	}

	async #learnAppearance(): Promise<void> {
		const { appearance, facts } = this.#options;
		const ids = new Set(deviceButtons(facts, { turns: true }).map(({ id }) => id));
		this.#appearance = await appearance(facts, ids);
		if (!this.#closed) this.#tell();
	}

	async #learnPoints(): Promise<void> {
		const backend = this.#selection.backend;
		const points = await backend?.points?.(this.#facts.udid).catch(() => undefined);
		// A simulator without a bezel tells none; then the size of its type or of its frame does.
		if (this.#closed || backend !== this.#selection.backend) return;
		this.#points = points;
		this.#tell();
	}

	#sizeIs({ width, height }: Size): void {
		if (width === this.#frameSize?.width && height === this.#frameSize.height) return;
		this.#frameSize = { width, height };
		this.#tell();
	}

	#tell(): void {
		for (const listener of this.#changeListeners) listener();
	}

	async #close(): Promise<void> {
		this.#unwatch();
		this.input.release();
		this.#selection.close();
		await Promise.all([this.#capture.close(), this.#inputBackend.close()]);
		await this.#options.release();
	}

	#mustBeOpen(): void {
		if (!this.#end && !this.#closed) return;
		throw new PortholeError("device-closed", this.#end?.message ?? `${this.#name} was closed.`);
	}
}

/** A simulator's clipboard by `simctl`, which knows text only and tells of no copies. */
function simulatorClipboard(
	simctl: Simctl,
	udid: string,
	whileOn: <Result>(action: () => Promise<Result>) => Promise<Result>,
): DeviceClipboard {
	return {
		images: false,
		shortcut: "meta",
		async read() {
			const text = await whileOn(() => simctl.paste(udid));
			return text === "" ? undefined : { format: "text", text };
		},
		async write(content) {
			if (content.format !== "text")
				throw new PortholeError("unsupported", "simctl puts only text on a simulator's clipboard.");
			await whileOn(() => simctl.copy(udid, content.text));
		},
	};
}

/** Follows what a simulator's system logs, until the function returned is called. */
function followLog(
	simctl: Simctl | undefined,
	{ udid, name, state }: SimulatorFacts,
	options: DeviceLogOptions,
	sink: DeviceLogSink,
): () => void {
	const refuse = (words: string) => {
		queueMicrotask(() => sink.ended(words));
		return () => {};
	};
	if (!simctl) return refuse(`The log of ${name} is read by simctl, which is on Macs only.`);
	if (state !== "Booted") return refuse(`${name} is switched off, and logs nothing.`);
	const lines = new LineReader(MAX_LOG_LINE);
	const program = simctl.followLog(udid, options, {
		output: (piece) => {
			for (const { text } of lines.push(piece)) sink.line(text);
		},
		ended: (how) => sink.ended(`The log of ${name} ${how}.`),
	});
	return () => void program.end();
}
