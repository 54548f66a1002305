import { describe, expect, it } from "vitest";
import { keyChords, pressChord } from "../../../../app/components/rail/send-keys-menu.tsx";
import { InputSender } from "../../../../app/viewer/input/input-sender.ts";

describe("pressChord", () => {
	it.each(keyChords)("presses $name in order and lets go in reverse", (chord) => {
		const sent: string[] = [];
		const input = new InputSender(
			(message) => message.type === "key" && sent.push(`${message.down ? "+" : "-"}${message.code}`) > 0,
			() => () => {},
		);
		pressChord(input, chord);
		const codes = chord.codes;
		expect(sent).toEqual([
			...codes.map((code) => `+${code}`),
			...codes.toReversed().map((code) => `-${code}`),
		]);
		expect(input.holding).toBe(false);
	});
});
