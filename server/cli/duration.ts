import { PortholeError } from "../../signaling/protocol/errors.ts";

const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 24 * 3600 };

/** Seconds of a text such as `90s`, `30m`, `2h` or `7d`. Throws PortholeError `bad-option` naming the option. */
export function parseDuration(option: string, text: string): number {
	const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
	const value = Number(count) * (seconds[unit] ?? 0);
	if (value > 0) return value;
	throw new PortholeError("bad-option", `${option} takes a time such as 30m, 2h or 7d, not ${text}.`);
}
