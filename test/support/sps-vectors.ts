import fc from "fast-check";
import { BitWriter } from "../../server/h264/parameter-sets.ts";

/** What an SPS in the tests says; both rewritings, in TypeScript and in the addon, are tried on the same. */
export interface Sps {
	readonly profile: 66 | 77 | 100;
	readonly referenceFrames: number;
	readonly orderType: 0 | 1 | 2;
	readonly scaling: boolean;
	readonly crop: boolean;
	readonly usability: "none" | "empty" | "full" | "reorders";
}

/** Writes an SPS of 1920×1080 (H.264, 7.3.2.1.1 and E.1.1); `reorder` is what a restriction says. */
export function writeSps(sps: Sps): Uint8Array {
	const out = new BitWriter();
	for (const byte of [0x67, sps.profile, 0, 40]) out.fixed(byte, 8);
	out.unsigned(0);
	if (sps.profile === 100) {
		for (const value of [1, 0, 0]) out.unsigned(value);
		out.flag(false);
		out.flag(sps.scaling);
		// One list of 16 that runs to its end, one that stops at once, none else.
		if (sps.scaling) {
			out.flag(true);
			for (let index = 0; index < 16; index++) out.unsigned(index % 5);
			out.flag(true);
			out.unsigned(16);
			for (let list = 2; list < 8; list++) out.flag(false);
		}
	}
	out.unsigned(0);
	out.unsigned(sps.orderType);
	if (sps.orderType === 0) out.unsigned(4);
	if (sps.orderType === 1) {
		out.flag(false);
		for (const value of [3, 2, 2, 5, 6]) out.unsigned(value);
	}
	out.unsigned(sps.referenceFrames);
	out.flag(false);
	for (const value of [119, 67]) out.unsigned(value);
	out.flag(true);
	out.flag(true);
	out.flag(sps.crop);
	if (sps.crop) for (const value of [0, 0, 0, 4]) out.unsigned(value);
	out.flag(sps.usability !== "none");
	if (sps.usability !== "none") writeUsability(out, sps.usability);
	return out.finish();
}

function writeUsability(out: BitWriter, usability: Sps["usability"]): void {
	const full = usability !== "empty";
	out.flag(full);
	if (full) {
		out.fixed(255, 8);
		out.fixed(0x00010001, 32);
	}
	out.flag(full);
	if (full) out.flag(true);
	out.flag(full);
	if (full) {
		out.fixed(5, 3);
		out.flag(false);
		out.flag(true);
		out.fixed(0x010106, 24);
	}
	out.flag(full);
	if (full) for (const value of [1, 2]) out.unsigned(value);
	out.flag(full);
	if (full) {
		// Zeros in a row: what must be escaped.
		out.fixed(1, 32);
		out.fixed(120, 32);
		out.flag(true);
	}
	out.flag(false);
	out.flag(false);
	out.flag(false);
	out.flag(usability === "reorders");
	if (usability !== "reorders") return;
	out.flag(true);
	for (const value of [2, 1, 10, 10, 2, 4]) out.unsigned(value);
}

export const anySps = fc.record({
	profile: fc.constantFrom(66, 77, 100),
	referenceFrames: fc.nat({ max: 16 }),
	orderType: fc.constantFrom(0, 1, 2),
	scaling: fc.boolean(),
	crop: fc.boolean(),
	usability: fc.constantFrom("none", "empty", "full", "reorders"),
}) as fc.Arbitrary<Sps>;
