import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Simctl } from "./simctl.ts";

/** Pictures that `simctl` takes, through a file in a folder of our own, one at a time. */
export class Screenshots {
	readonly #simctl: Simctl;
	#folder: Promise<string> | undefined;
	#turn: Promise<unknown> = Promise.resolve();

	constructor(simctl: Simctl) {
		this.#simctl = simctl;
	}

	/** A simulator's screen as a JPEG. Throws PortholeError as `Simctl.screenshot`. */
	take(udid: string): Promise<Buffer> {
		const taken = this.#turn.then(async () => {
			this.#folder ??= mkdtemp(join(tmpdir(), "porthole-"));
			return this.#simctl.screenshot(udid, await this.#folder);
		});
		this.#turn = taken.catch(() => {});
		return taken;
	}

	/** Removes the folder; a later picture makes another. */
	async close(): Promise<void> {
		const folder = this.#folder;
		this.#folder = undefined;
		await this.#turn;
		if (folder) await rm(await folder, { recursive: true, force: true });
	}
}
