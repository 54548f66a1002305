import type { Orientation, Size } from "../../../../../signaling/protocol/device.ts";
import type { Clock } from "../../../clock.ts";
import type { Screenshot, SourceOptions } from "../../../provider.ts";
import type { Backend, BackendSource, BackendTarget, InputBackend, InputEvents } from "../../backend.ts";
import { screenshotOfImage } from "../../screenshot.ts";
import { BaguetteInputBackend } from "./input.ts";
import type { BaguetteProgram } from "./program.ts";
import { BaguetteSource } from "./source.ts";

/** Simulators through the installed program `baguette`. */
export class BaguetteBackend implements Backend {
	readonly name = "baguette";
	readonly inputs = ["pointer", "wheel", "keys", "text", "touch"] satisfies Backend["inputs"];
	readonly #program: BaguetteProgram;
	readonly #clock: Clock;
	readonly #copy: ((udid: string, text: string) => Promise<void>) | undefined;
	#words = "baguette";

	/** `copy` puts a text on a simulator's clipboard, for versions that cannot do so themselves. */
	constructor(
		program: BaguetteProgram,
		clock: Clock,
		copy?: ((udid: string, text: string) => Promise<void>) | undefined,
	) {
		this.#program = program;
		this.#clock = clock;
		this.#copy = copy;
	}

	async ready(): Promise<string> {
		await this.#program.list();
		this.#words = await this.#program.version().catch(() => "baguette");
		return this.#words;
	}

	openSource({ udid }: BackendTarget, options: SourceOptions): Promise<BackendSource> {
		const words = `H.264 as ${this.#words} gives it`;
		return BaguetteSource.open({ program: this.#program, words, udid, clock: this.#clock, options });
	}

	openInput({ udid, points }: BackendTarget, events: InputEvents): InputBackend {
		const copy = this.#copy;
		return new BaguetteInputBackend({
			program: this.#program,
			udid,
			points,
			lost: (end) => events.lost(end),
			refused: (words) => events.refused(words),
			...(copy ? { copy: (text: string) => copy(udid, text) } : {}),
		});
	}

	async screenshot({ udid }: BackendTarget): Promise<Screenshot> {
		// Of a phone's screen a third of the size is about that of a card.
		return screenshotOfImage(await this.#program.screenshot(udid, 2));
	}

	turn(udid: string, orientation: Orientation): Promise<void> {
		return this.#program.turn(udid, orientation);
	}

	points(udid: string): Promise<Size | undefined> {
		return this.#program.points(udid);
	}
}
