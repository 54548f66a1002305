import * as v from "valibot";
import type { Size } from "../../../../../signaling/protocol/device.ts";
import { messageOf } from "../../../../../signaling/protocol/errors.ts";
import { LineReader } from "../../../../line-reader.ts";
import type { DeviceEnd } from "../../../provider.ts";
import type { InputBackend, Place, TouchEdge } from "../../backend.ts";
import { simulatorError } from "../../errors.ts";
import type { RunningProgram } from "../../tools/programs.ts";
import type { BaguetteProgram } from "./program.ts";

/** Lines that may wait for their answers; beyond it the program hangs. */
const MAX_UNANSWERED = 256;

/** Longest answer to a gesture, bytes. */
const MAX_REPLY = 64 * 1024;

/** Buttons that baguette has, by ours; system gestures are dragged by ourselves, and so need no newer version. */
const buttons: ReadonlySet<string> = new Set([
	"home",
	"lock",
	"volume-up",
	"volume-down",
	"action",
	"app-switcher",
	"digital-crown",
	"side-button",
	"left-side-button",
]);

interface BaguetteInputParts {
	readonly program: BaguetteProgram;
	readonly udid: string;
	readonly points: () => Size;
	/** The program has ended. */
	readonly lost: (end: DeviceEnd) => void;
	/** It refused a gesture, in its words. */
	readonly refused: (words: string) => void;
	/** Puts a text on the simulator's clipboard; absent: only baguette itself can. */
	readonly copy?: (text: string) => Promise<void>;
}

/**
 * Input through `baguette input`. A key is one press there, however long it is held; modifiers go with the keys that are
 * pressed meanwhile. A button is one short press.
 */
export class BaguetteInputBackend implements InputBackend {
	readonly #parts: BaguetteInputParts;
	readonly #program: RunningProgram;
	readonly #lines = new LineReader(MAX_REPLY);
	readonly #modifiers = new Set<string>();
	/** Of each line that waits for its answer the text that it was to paste, if any. */
	readonly #unanswered: (string | undefined)[] = [];
	#closed = false;

	constructor(parts: BaguetteInputParts) {
		this.#parts = parts;
		this.#program = parts.program.input(parts.udid, {
			output: (piece) => this.#take(piece),
			ended: (how) => {
				this.#closed = true;
				parts.lost({ code: "program-ended", message: `baguette, which passes input on, ${how}` });
			},
		});
	}

	touch(phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge): void {
		this.#say(touchLine(phase, places, edge, this.#parts.points()));
	}

	key(code: string, down: boolean): void {
		const modifier = gestureModifier(code);
		if (modifier !== undefined) {
			if (down) this.#modifiers.add(modifier);
			else this.#modifiers.delete(modifier);
			return;
		}
		if (!isGestureKey(code))
			throw simulatorError("unknown-key", `baguette has no key ${JSON.stringify(code)}; it was not pressed.`);
		if (!down) return;
		const modifiers = [...this.#modifiers].sort();
		this.#say({ type: "key", code, ...(modifiers.length > 0 ? { modifiers } : {}) });
	}

	type(text: string): void {
		for (const part of text.split(/(\r\n|[\r\n\t])/)) {
			if (part === "\t") this.#say({ type: "key", code: "Tab" });
			else if (/^[\r\n]/.test(part)) this.#say({ type: "key", code: "Enter" });
			else if (part !== "") this.#say({ type: "type", text: part });
		}
	}

	paste(text: string): void {
		this.#say({ type: "paste", text });
	}

	button(id: string, down: boolean): boolean {
		if (!buttons.has(id)) return false;
		if (down) this.#say({ type: "button", button: id });
		return true;
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#program.end();
	}

	#say(line: GestureLine): void {
		if (this.#closed) throw simulatorError("program-ended", "baguette, which passes input on, has ended.");
		if (this.#unanswered.length >= MAX_UNANSWERED || !this.#program.write(`${JSON.stringify(line)}\n`))
			throw simulatorError("input-overloaded", "baguette does not answer to input; it was dropped.");
		this.#unanswered.push(line.type === "paste" ? line.text : undefined);
	}

	#take(piece: Uint8Array): void {
		for (const { text } of this.#lines.push(piece)) {
			const refusal = readReply(text);
			if (refusal === undefined) continue;
			const pasted = this.#unanswered.shift();
			if (refusal === "") continue;
			if (pasted !== undefined && this.#parts.copy && refusal.startsWith("unknown kind"))
				void this.#pasteOurselves(pasted, this.#parts.copy);
			else this.#parts.refused(`baguette says: ${refusal.slice(0, 200)}`);
		}
	}

	/** Versions before `paste` have the keys for it. */
	async #pasteOurselves(text: string, copy: (text: string) => Promise<void>): Promise<void> {
		try {
			await copy(text);
			this.#say({ type: "key", code: "KeyV", modifiers: ["command"] });
		} catch (error) {
			this.#parts.refused(messageOf(error));
		}
	}
}

/** What `baguette input` takes as a line: one JSON object with its `type` first. */
type GestureLine =
	| {
			type: "touch1-down" | "touch1-move" | "touch1-up";
			x: number;
			y: number;
			width: number;
			height: number;
			edge?: string;
	  }
	| {
			type: "touch2-down" | "touch2-move" | "touch2-up";
			x1: number;
			y1: number;
			x2: number;
			y2: number;
			width: number;
			height: number;
	  }
	| { type: "key"; code: string; modifiers?: string[] }
	| { type: "type"; text: string }
	| { type: "paste"; text: string }
	| { type: "button"; button: string; duration?: number };

/** A touch in device points, with the size that they are of. An edge is told where there is one: old versions know none. */
export function touchLine(
	phase: "down" | "move" | "up",
	places: readonly Place[],
	edge: TouchEdge,
	{ width, height }: Size,
): GestureLine {
	const [first = { x: 0, y: 0 }, second] = places.map(({ x, y }) => ({
		x: hundredths(x * width),
		y: hundredths(y * height),
	}));
	if (!second) {
		const line: GestureLine = { type: `touch1-${phase}`, x: first.x, y: first.y, width, height };
		return edge === "none" ? line : { ...line, edge };
	}
	return {
		type: `touch2-${phase}`,
		x1: first.x,
		y1: first.y,
		x2: second.x,
		y2: second.y,
		width,
		height,
	};
}

/** Keys that baguette names, by DOM code. */
const KEY =
	/^(Key[A-Z]|Digit\d|Enter|Escape|Backspace|Tab|Space|Arrow(Left|Right|Up|Down)|Minus|Equal|Bracket(Left|Right)|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash)$/;

/** Whether baguette has a key of this DOM code. */
export function isGestureKey(code: string): boolean {
	return KEY.test(code);
}

/** The modifier that a DOM code is for baguette; undefined for other keys. */
export function gestureModifier(code: string): string | undefined {
	const [, name] = /^(Shift|Control|Alt|Meta|OS)(Left|Right)$/.exec(code) ?? [];
	const names: Record<string, string> = {
		Shift: "shift",
		Control: "control",
		Alt: "option",
		Meta: "command",
		OS: "command",
	};
	return name === undefined ? undefined : names[name];
}

function hundredths(value: number): number {
	return Math.round(value * 100) / 100;
}

const replySchema = v.object({
	ok: v.boolean(),
	error: v.optional(v.pipe(v.string(), v.maxLength(4096))),
});

/**
 * The answer to one gesture: why it was refused, in baguette's words, or an empty text. Undefined when the line is no
 * answer.
 */
export function readReply(line: string): string | undefined {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}
	const reply = v.safeParse(replySchema, value);
	if (!reply.success) return undefined;
	return reply.output.ok ? "" : (reply.output.error ?? "it does not say why");
}
