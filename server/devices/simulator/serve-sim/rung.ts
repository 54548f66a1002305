import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import type { Screenshot, SourceOptions } from "../../provider.ts";
import { simulatorError } from "../errors.ts";
import type { Hands } from "../input/hands.ts";
import type { HandsEvents, Rung, RungSource, RungTarget } from "../rung.ts";
import type { Tools } from "../tools/tools.ts";
import { ServeSimHands } from "./hands.ts";
import { type ServedSimulator, startServeSim } from "./served-simulator.ts";
import { ServeSimSource } from "./source.ts";

/**
 * Simulators through the npm package `@expo/serve-sim`, where somebody has installed it: pictures, one finger and keys.
 * Written from its documents; not yet run on a Mac.
 */
export class ServeSimRung implements Rung {
	readonly name = "serve-sim";
	readonly inputs = ["pointer", "wheel", "keys", "text", "touch"] satisfies Rung["inputs"];
	readonly #tools: Tools;
	readonly #command: string;
	readonly #clock: Clock;
	readonly #served = new Map<string, ServedSimulator>();

	constructor(tools: Tools, command: string, clock: Clock) {
		this.#tools = tools;
		this.#command = command;
		this.#clock = clock;
	}

	async ready(): Promise<string> {
		try {
			const listed = await this.#tools.run(this.#command, ["--list", "--quiet"], { most: 1024 * 1024 });
			if (listed.code === 0) return "serve-sim";
		} catch (error) {
			throw simulatorError("rung-unavailable", messageOf(error), error);
		}
		throw simulatorError("rung-unavailable", "serve-sim cannot list its streams");
	}

	async openSource({ udid }: RungTarget, options: SourceOptions): Promise<RungSource> {
		let source: ServeSimSource | undefined;
		const served = await startServeSim(this.#tools, this.#command, udid, options, (how) => source?.end(how));
		this.#served.set(udid, served);
		source = new ServeSimSource(served, this.#clock, options, () => this.#served.delete(udid));
		return source;
	}

	/** Through the program that gives the picture: while nobody watches there is none. */
	openHands({ udid, name }: RungTarget, { lost }: HandsEvents): Hands {
		const served = this.#served.get(udid);
		if (served) return new ServeSimHands(served.input, lost);
		throw simulatorError("no-input", `${name} takes input only while somebody watches.`);
	}

	async screenshot({ name }: RungTarget): Promise<Screenshot> {
		throw simulatorError("no-screenshot", `${name} shows a picture only to those who watch it.`);
	}
}
