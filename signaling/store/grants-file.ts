import { join } from "node:path";
import * as v from "valibot";
import { type Grant, grantSchema } from "../grants/grant.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import type { GrantStore } from "./grant-store.ts";
import { readPrivate, writePrivate } from "./private-file.ts";

const fileSchema = v.object({
	version: v.literal(1),
	grants: v.pipe(v.array(grantSchema), v.maxLength(10_000)),
});

/** Keeps grants in `grants.json` of a state folder, for the user alone. */
export class GrantsFile implements GrantStore {
	readonly #path: string;

	constructor(stateFolder: string) {
		this.#path = join(stateFolder, "grants.json");
	}

	async load(): Promise<readonly Grant[]> {
		try {
			const text = await readPrivate(this.#path);
			return text === undefined ? [] : v.parse(fileSchema, JSON.parse(text)).grants;
		} catch (cause) {
			throw new PortholeError(
				"bad-grants-file",
				`The grants in ${this.#path} cannot be used: ${messageOf(cause)}. Remove the file to begin without any.`,
				{ cause },
			);
		}
	}

	save(grants: readonly Grant[]): Promise<void> {
		return writePrivate(this.#path, JSON.stringify({ version: 1, grants }));
	}
}
