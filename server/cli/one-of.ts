import { PortholeError } from "../../signaling/protocol/errors.ts";

/** An option that takes one of some words. Throws PortholeError `bad-option` naming it. */
export function oneOf<T extends string>(name: string, given: string, words: readonly T[]): T {
	const word = words.find((known) => known === given);
	if (word !== undefined) return word;
	throw new PortholeError("bad-option", `${name} takes ${words.join(" or ")}, not ${given}.`);
}
