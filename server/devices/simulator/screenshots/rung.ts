import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Addon } from "../../../native/addon.ts";
import type { Clock } from "../../clock.ts";
import type { SourceOptions, Still } from "../../provider.ts";
import { simulatorError } from "../errors.ts";
import type { Hands } from "../input/hands.ts";
import type { Rung, RungSource, RungTarget } from "../rung.ts";
import { stillOfPicture } from "../still.ts";
import type { Simctl } from "../tools/simctl.ts";
import { ScreenshotSource } from "./source.ts";

export interface ScreenshotRungParts {
	readonly simctl: Simctl;
	readonly addon: Pick<Addon, "encoders" | "FrameEncoder">;
	readonly clock: Clock;
}

/** Simulators by pictures that `simctl` takes, a few a second. `simctl` passes no touches and no keys on. */
export class ScreenshotRung implements Rung {
	readonly name = "screenshots";
	readonly inputs = [] satisfies Rung["inputs"];
	readonly #parts: ScreenshotRungParts;
	#folder: Promise<string> | undefined;
	/** One picture at a time: they all go through one file. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(parts: ScreenshotRungParts) {
		this.#parts = parts;
	}

	async ready(): Promise<string> {
		await this.#parts.simctl.list();
		return "pictures by simctl, without input";
	}

	openSource({ udid }: RungTarget, options: SourceOptions): Promise<RungSource> {
		const { addon, clock } = this.#parts;
		return ScreenshotSource.open({ addon, clock, options, take: () => this.#take(udid) });
	}

	openHands({ name }: RungTarget): Hands {
		throw simulatorError("no-input", `${name} is shown by screenshots; simctl passes no input on.`);
	}

	async still({ udid }: RungTarget): Promise<Still> {
		return stillOfPicture(await this.#take(udid));
	}

	async close(): Promise<void> {
		const folder = await this.#folder;
		this.#folder = undefined;
		if (folder) await rm(folder, { recursive: true, force: true });
	}

	#take(udid: string): Promise<Buffer> {
		const taken = this.#turn.then(async () => {
			this.#folder ??= mkdtemp(join(tmpdir(), "porthole-"));
			return this.#parts.simctl.screenshot(udid, await this.#folder);
		});
		this.#turn = taken.catch(() => {});
		return taken;
	}
}
