import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { AccessUnit, DeviceEnd, Rate, Rendition, Source, SourceOptions } from "../provider.ts";
import type { Backend, BackendSource, BackendTarget } from "./backend.ts";
import type { BackendSelection } from "./backend-selection.ts";

interface CaptureParts {
	readonly selection: BackendSelection;
	readonly target: BackendTarget;
	/** Looks at the simulator once more; never throws. */
	readonly look: () => Promise<void>;
	/** The backend in use. Throws PortholeError while the simulator is off or closed, or no backend works. */
	readonly usable: () => Backend;
	/** Why it is no failure when the frame ends: the simulator was switched off. */
	readonly off: () => DeviceEnd | undefined;
	/** A keyframe of the main rendition. */
	readonly keyframe: (unit: AccessUnit) => void;
}

/** The one open source of a simulator. */
export class Capture {
	readonly #parts: CaptureParts;
	#source: SimulatorSource | undefined;
	#opening = false;
	#closed = false;

	constructor(parts: CaptureParts) {
		this.#parts = parts;
	}

	/** Throws PortholeError `source-open`, or as `usable` and the backend do. */
	async open(options: SourceOptions): Promise<Source> {
		const { selection, target, look, usable, keyframe } = this.#parts;
		if (this.#source || this.#opening)
			throw new PortholeError("source-open", `${target.name} has an open source; close it first.`);
		this.#opening = true;
		try {
			// A simulator that was just switched on or off may not have been looked at since.
			await look();
			const backend = usable();
			let source: SimulatorSource | undefined;
			let early: DeviceEnd | undefined;
			const { sink } = options;
			const opened = await selection.openSource(target, {
				...options,
				sink: {
					accessUnit: (unit) => {
						if (unit.keyframe && unit.rendition !== "small") keyframe(unit);
						sink.accessUnit(unit);
					},
					encoderChanged: (words) => sink.encoderChanged?.(words),
					ended: (end) => {
						if (source) void this.#failed(source, backend, end);
						else early = end;
					},
				},
			});
			source = new SimulatorSource(opened, sink.ended.bind(sink), () => {
				if (this.#source === source) this.#source = undefined;
			});
			if (this.#closed) {
				await source.close();
				throw new PortholeError("device-closed", `${target.name} was closed.`);
			}
			this.#source = source;
			if (early) void this.#failed(source, backend, early);
			return source;
		} finally {
			this.#opening = false;
		}
	}

	/** Input was just given. */
	expectDamage(): void {
		this.#source?.expectDamage();
	}

	/** Ends the open source with a reason. */
	end(end: DeviceEnd): void {
		this.#source?.end(end);
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#source?.close();
	}

	/** Only a fresh look tells a backend that failed from a simulator that was switched off. */
	async #failed(source: SimulatorSource, backend: Backend, end: DeviceEnd): Promise<void> {
		const { look, off, selection } = this.#parts;
		await look();
		const why = off();
		if (!why) selection.failed(backend, end);
		source.end(why ?? end);
	}
}

/** A simulator's open source, whichever backend it comes from. */
class SimulatorSource implements Source {
	readonly #source: BackendSource;
	readonly #ended: (end: DeviceEnd) => void;
	readonly #onClose: () => void;
	#closed = false;

	constructor(source: BackendSource, ended: (end: DeviceEnd) => void, onClose: () => void) {
		this.#source = source;
		this.#ended = ended;
		this.#onClose = onClose;
	}

	get encoder(): string {
		return this.#source.encoder;
	}

	get canScale(): boolean {
		return this.#source.canScale;
	}

	requestKeyframe(rendition: Rendition): void {
		if (!this.#closed) this.#source.requestKeyframe(rendition);
	}

	setRate(rate: Rate | undefined): void {
		if (!this.#closed) this.#source.setRate(rate);
	}

	setSmallRate(rate: Rate | undefined): void {
		if (!this.#closed) this.#source.setSmallRate(rate);
	}

	expectDamage(): void {
		if (!this.#closed) this.#source.expectDamage();
	}

	/** It is over by itself: closes what is left of it and tells why. */
	end(end: DeviceEnd): void {
		if (this.#closed) return;
		void this.close();
		this.#ended(end);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#onClose();
		await this.#source.close();
	}
}
