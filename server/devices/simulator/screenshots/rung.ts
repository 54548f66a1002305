import type { Addon } from "../../../native/addon.ts";
import type { Clock } from "../../clock.ts";
import type { Screenshot, SourceOptions } from "../../provider.ts";
import { simulatorError } from "../errors.ts";
import type { Hands } from "../input/hands.ts";
import type { Rung, RungSource, RungTarget } from "../rung.ts";
import { screenshotOfPicture } from "../screenshot.ts";
import type { Screenshots } from "../tools/screenshots.ts";
import { ScreenshotSource } from "./source.ts";

export interface ScreenshotRungParts {
	readonly screenshots: Screenshots;
	/** Throws PortholeError when `simctl` cannot be used. */
	readonly check: () => Promise<unknown>;
	readonly addon: Pick<Addon, "encoders" | "FrameEncoder">;
	readonly clock: Clock;
}

/** Simulators by pictures that `simctl` takes, a few a second. `simctl` passes no touches and no keys on. */
export class ScreenshotRung implements Rung {
	readonly name = "screenshots";
	readonly inputs = [] satisfies Rung["inputs"];
	readonly #parts: ScreenshotRungParts;

	constructor(parts: ScreenshotRungParts) {
		this.#parts = parts;
	}

	async ready(): Promise<string> {
		await this.#parts.check();
		return "pictures by simctl, without input";
	}

	openSource({ udid }: RungTarget, options: SourceOptions): Promise<RungSource> {
		const { addon, clock, screenshots } = this.#parts;
		return ScreenshotSource.open({ addon, clock, options, take: () => screenshots.take(udid) });
	}

	openHands({ name }: RungTarget): Hands {
		throw simulatorError("no-input", `${name} is shown by screenshots; simctl passes no input on.`);
	}

	async screenshot({ udid }: RungTarget): Promise<Screenshot> {
		return screenshotOfPicture(await this.#parts.screenshots.take(udid));
	}
}
