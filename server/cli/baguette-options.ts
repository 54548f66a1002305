import { PortholeError } from "../../signaling/protocol/errors.ts";

/** `--udid DEVICE`, as Baguette's command line has it, is the operand that ours has. */
export function withUdidAsOperand(args: readonly string[]): string[] {
	const names = args.flatMap((arg, at) => {
		if (arg.startsWith("--udid=")) return [arg.slice("--udid=".length)];
		return arg === "--udid" ? [args[at + 1] ?? ""] : [];
	});
	const rest = args.filter((arg, at) => !arg.startsWith("--udid") && args[at - 1] !== "--udid");
	// An empty one is as good as none: then the device is asked for.
	return [...names.filter((name) => name !== ""), ...rest];
}

/** A number with or without a fraction, within bounds. Throws PortholeError `bad-option` naming the option. */
export function numberOption(
	name: string,
	given: string | undefined,
	absent: number,
	[min, max]: readonly [number, number],
): number {
	if (given === undefined) return absent;
	const value = /^\d{1,12}(\.\d{1,6})?$/.test(given) ? Number(given) : Number.NaN;
	if (value >= min && value <= max) return value;
	throw new PortholeError("bad-option", `${name} takes a number from ${min} to ${max}, not ${given}.`);
}
