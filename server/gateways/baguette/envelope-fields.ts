import type { Place } from "./gesture.ts";

/** An envelope that has a fault, in Baguette's words for it. */
export class EnvelopeError extends Error {
	static missing(field: string): EnvelopeError {
		return new EnvelopeError(`missing field: ${field}`);
	}

	static invalid(field: string, expected: string): EnvelopeError {
		return new EnvelopeError(`invalid ${field}: expected ${expected}`);
	}

	static unknown(kind: string): EnvelopeError {
		// As long a name as somebody likes would come back in every answer.
		return new EnvelopeError(`unknown kind: ${kind.slice(0, 100)}`);
	}
}

/**
 * Reads an envelope's fields one after another; the first that is wrong is told. A field that is `null` is there, and
 * wrong. Optional fields of a wrong type count as absent.
 */
export class EnvelopeFields {
	readonly #fields: ReadonlyMap<string, unknown>;

	constructor(envelope: object) {
		this.#fields = new Map(Object.entries(envelope));
	}

	get(name: string): unknown {
		return this.#fields.get(name);
	}

	/** Throws EnvelopeError, as all that are not optional. */
	text(name: string): string {
		const value = this.#required(name);
		if (typeof value !== "string") throw EnvelopeError.invalid(name, "string");
		return value;
	}

	number(name: string): number {
		const value = this.#required(name);
		if (!isNumber(value)) throw EnvelopeError.invalid(name, "number");
		return value;
	}

	oneOf<T extends string>(name: string, values: readonly T[]): T {
		const text = this.text(name);
		const value = values.find((known) => known === text);
		if (value === undefined) throw EnvelopeError.invalid(name, values.join(" | "));
		return value;
	}

	optionalNumber(name: string, absent: number): number {
		const value = this.#fields.get(name);
		return isNumber(value) ? value : absent;
	}

	optionalFlag(name: string, absent: boolean): boolean {
		const value = this.#fields.get(name);
		return typeof value === "boolean" ? value : absent;
	}

	/** One of `values`, or undefined; what else stands there counts as nothing. */
	optionalOneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
		return values.find((known) => known === this.#fields.get(name));
	}

	/**
	 * Places in device points, x and y in turn, and after them the size that they are measured against. What is outside
	 * the screen is put on its rim.
	 */
	places<const T extends readonly (readonly [string, string])[]>(
		names: T,
		after: () => void = () => {},
	): { points: { readonly [K in keyof T]: Place }; scale: (place: Place) => Place } {
		const points = names.map(([x, y]) => ({ x: this.number(x), y: this.number(y) }));
		after();
		const width = this.#extent("width");
		const height = this.#extent("height");
		return {
			points: points as { readonly [K in keyof T]: Place },
			scale: ({ x, y }) => ({ x: share(x, width), y: share(y, height) }),
		};
	}

	#extent(name: string): number {
		const value = this.number(name);
		if (value <= 0) throw EnvelopeError.invalid(name, "positive number");
		return value;
	}

	#required(name: string): unknown {
		if (!this.#fields.has(name)) throw EnvelopeError.missing(name);
		return this.#fields.get(name);
	}
}

/** JSON has no infinity, yet numbers that are too large to be told from one. */
function isNumber(value: unknown): value is number {
	return typeof value === "number" && Number.isFinite(value);
}

function share(part: number, whole: number): number {
	const value = Math.min(Math.max(part / whole, 0), 1);
	return Number.isNaN(value) ? 0 : value;
}
