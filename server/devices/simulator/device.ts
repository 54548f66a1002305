import type { Orientation, Size } from "../../../signaling/protocol/device.ts";
import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
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
import { Capture } from "./capture.ts";
import { type Appearance, describeSimulator, offWords, sizesOf } from "./description.ts";
import { deviceButtons } from "./device-buttons.ts";
import { simulatorError } from "./errors.ts";
import type { Fleet } from "./fleet.ts";
import { HandsKeeper } from "./hands-keeper.ts";
import { SimulatorInput } from "./input.ts";
import type { Ladder } from "./ladder.ts";
import type { SelectionReport } from "./ladder-report.ts";
import { followLog } from "./log.ts";
import { turned } from "./orientation.ts";
import type { Rung, RungTarget } from "./rung.ts";
import type { SimulatorFacts } from "./simulator-facts.ts";
import type { Simctl } from "./tools/simctl.ts";

export interface SimulatorDeviceOptions {
	readonly identity: DeviceIdentity;
	/** The name is what the user chose: the simulator's own does not replace it. */
	readonly named: boolean;
	/** As last seen. */
	readonly facts: SimulatorFacts;
	readonly fleet: Fleet;
	/** Makes the ladder, which tells when another way is in use. */
	readonly ladder: (changed: () => void) => Ladder;
	/** On Macs. */
	readonly simctl?: Simctl | undefined;
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
	readonly #options: SimulatorDeviceOptions;
	readonly #ladder: Ladder;
	readonly #hands: HandsKeeper;
	readonly #target: RungTarget;
	readonly #capture: Capture;
	readonly #changeListeners: (() => void)[] = [];
	readonly #endListeners: ((end: DeviceEnd) => void)[] = [];
	readonly #unwatch: () => void;
	#facts: SimulatorFacts;
	#appearance: Appearance = {};
	/** Of the last picture. */
	#picture: Size | undefined;
	/** As the way in use alone knows them. */
	#points: Size | undefined;
	#orientation: Orientation | undefined;
	#end: DeviceEnd | undefined;
	#closed: Promise<void> | undefined;

	constructor(options: SimulatorDeviceOptions) {
		this.#options = options;
		this.id = options.identity.id;
		this.#facts = options.facts;
		const { clock, fleet, simctl, facts } = options;
		this.#ladder = options.ladder(() => this.#wayChanged());
		const points = () => sizesOf(this.#known).points;
		const target: RungTarget = { udid: facts.udid, name: options.identity.name, points };
		this.#target = target;
		this.#capture = new Capture({
			ladder: this.#ladder,
			target,
			look: () => fleet.look().catch(() => {}),
			usable: () => this.#usable(),
			off: () =>
				this.#facts.state === "Booted" ? undefined : { code: "device-off", message: offWords(this.#name) },
			pictured: (unit) => this.#sizeIs(unit),
		});
		this.#hands = new HandsKeeper({
			clock,
			target,
			rung: () => this.#usable(),
			changed: () => this.#tell(),
		});
		this.input = new SimulatorInput({
			clock,
			hands: () => this.#hands.hands(),
			pixels: () => sizesOf(this.#known).pixels,
			points,
			command: (id) => this.#command(id),
			injected: () => this.#capture.expectDamage(),
		});
		if (simctl) {
			this.clipboard = {
				read: () => this.#whileOn(() => simctl.paste(facts.udid)),
				write: (text) => this.#whileOn(() => simctl.copy(facts.udid, text)),
			};
		}
		this.#unwatch = fleet.watch(() => this.#look());
		void this.#learnAppearance();
		void this.#learnPoints();
	}

	/** Which way to it is in use and why better ones are not. */
	get ladderReport(): SelectionReport {
		return this.#ladder.report;
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
	 * Starts capture on the best way there is. Throws PortholeError `device-closed`, `source-open`, `device-off`, `no-rung`, or
	 * as the way in use.
	 */
	async openSource(options: SourceOptions): Promise<Source> {
		this.#mustBeOpen();
		return this.#capture.open(options);
	}

	/** Throws PortholeError `device-closed`, `device-off`, `no-rung` or `no-screenshot`. */
	async screenshot(): Promise<Screenshot> {
		this.#mustBeOpen();
		const { fleet } = this.#options;
		if (this.#facts.state !== "Booted") await fleet.look().catch(() => {});
		return this.#usable().screenshot(this.#target);
	}

	/** Throws PortholeError `wrong-state` when it is so already, or as whoever was asked. */
	async setPower(on: boolean): Promise<void> {
		this.#mustBeOpen();
		await this.#options.fleet.setPower(this.#facts.udid, on);
	}

	/** Throws PortholeError `device-off` or `cannot-turn`. */
	async setOrientation(orientation: Orientation): Promise<void> {
		const rung = this.#usable();
		if (!rung.turn)
			throw simulatorError("cannot-turn", `${this.#name} cannot be turned by way of ${rung.name}.`);
		await rung.turn(this.#facts.udid, orientation);
		this.#orientation = orientation;
		this.#tell();
	}

	/** Throws PortholeError `no-such-picture` or `unreadable-pdf`. */
	async bezelImage(name: string): Promise<Uint8Array> {
		const { bezel } = this.#appearance;
		if (!bezel) throw simulatorError("no-such-picture", `${this.#name} has no frame.`);
		return bezel.picture(name);
	}

	async shake(): Promise<void> {
		await this.#whileOn(() => this.#options.fleet.directory.shake(this.#facts.udid));
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
		const { identity, named, fleet } = this.#options;
		const { rung, report } = this.#ladder;
		const { failure: input } = this.#hands;
		const { failure: state } = fleet;
		return {
			name: (!named && this.#facts.name.trim().slice(0, 80)) || identity.name,
			facts: this.#facts,
			appearance: this.#appearance,
			picture: this.#picture,
			points: this.#points,
			orientation: this.#orientation,
			rung,
			report,
			troubles: [
				this.#end?.message,
				rung ? undefined : this.#ladder.noRung(this.#name).message,
				input === undefined ? undefined : `Input: ${input}`,
				state === undefined ? undefined : `Its state is not known: ${state}`,
			],
		};
	}

	/** The way in use. Throws PortholeError `device-off` or `no-rung`. */
	#usable(): Rung {
		this.#mustBeOpen();
		if (this.#facts.state === "Booting")
			throw simulatorError("device-off", `${this.#name} is starting; its screen will be here soon.`);
		if (this.#facts.state !== "Booted") throw simulatorError("device-off", offWords(this.#name));
		const rung = this.#ladder.rung;
		if (!rung) throw this.#ladder.noRung(this.#name);
		return rung;
	}

	async #whileOn<Result>(action: () => Promise<Result>): Promise<Result> {
		this.#mustBeOpen();
		if (this.#facts.state !== "Booted") throw simulatorError("device-off", offWords(this.#name));
		return action();
	}

	/** Buttons that no finger and no HID device has. */
	#command(id: string): boolean {
		// Whoever pressed it has nothing to wait for: what went wrong is told to all.
		const failed = (error: unknown) => this.#hands.fail(messageOf(error));
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
		const { fleet } = this.#options;
		const before = this.#facts;
		const facts = fleet.get(before.udid);
		if (!facts) return this.#gone();
		this.#facts = facts;
		if (facts.state !== before.state) {
			if (facts.state === "Booted") {
				this.#orientation = "portrait";
				this.#ladder.reset();
				void this.#learnPoints();
			} else {
				this.#hands.reset();
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
		this.#hands.reset();
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
		const rung = this.#ladder.rung;
		const points = await rung?.points?.(this.#facts.udid).catch(() => undefined);
		// A simulator without a bezel tells none; then the size of its type or of its picture does.
		if (this.#closed || rung !== this.#ladder.rung) return;
		this.#points = points;
		this.#tell();
	}

	#sizeIs({ width, height }: Size): void {
		if (width === this.#picture?.width && height === this.#picture.height) return;
		this.#picture = { width, height };
		this.#tell();
	}

	#tell(): void {
		for (const listener of this.#changeListeners) listener();
	}

	async #close(): Promise<void> {
		this.#unwatch();
		this.input.release();
		this.#ladder.close();
		await Promise.all([this.#capture.close(), this.#hands.close()]);
		await this.#options.release();
	}

	#mustBeOpen(): void {
		if (!this.#end && !this.#closed) return;
		throw new PortholeError("device-closed", this.#end?.message ?? `${this.#name} was closed.`);
	}
}
