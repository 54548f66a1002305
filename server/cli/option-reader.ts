import { PortholeError } from "../../signaling/protocol/errors.ts";

/** Variables as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads options that are given as arguments or else as `PORTHOLE_…` variables; an empty one counts as not given. */
export class OptionReader {
	readonly #env: Environment;

	constructor(env: Environment) {
		this.#env = env;
	}

	text(given: string | undefined, variable: string): string | undefined {
		return given || this.#env[variable] || undefined;
	}

	/** A repeatable option; the variable holds words. */
	list(given: readonly string[] | undefined, variable: string): readonly string[] {
		return given ?? (this.#env[variable] ?? "").split(/\s+/).filter((word) => word !== "");
	}

	/** Undefined when neither yes nor no was said. */
	flag(given: boolean | undefined, variable: string): boolean | undefined {
		const text = this.#env[variable];
		return given ?? (text ? ["1", "true", "yes"].includes(text) : undefined);
	}

	/** A whole number from `min` to `max`. Throws PortholeError `bad-option` naming the option. */
	number(
		name: string,
		given: string | undefined,
		variable: string,
		[min, max]: readonly [number, number],
	): number | undefined {
		const text = this.text(given, variable);
		if (text === undefined) return undefined;
		const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
		if (value >= min && value <= max) return value;
		throw new PortholeError("bad-option", `${name} takes a whole number from ${min} to ${max}, not ${text}.`);
	}
}
