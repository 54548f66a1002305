import { backgroundClock, type Clock } from "../signaling/clock.ts";
import { wallClock } from "../signaling/protocol/time.ts";

/** Where a process tells what happens. Error: somebody must act. Warn: it recovers by itself. Info: a lifecycle step. */
export interface Log {
	error(message: string, fields?: Record<string, unknown>): void;
	warn(message: string, fields?: Record<string, unknown>): void;
	info(message: string, fields?: Record<string, unknown>): void;
}

/** Entries of one message that are written in `WITHIN` ms; the rest is counted, so that nobody can fill a disk with them. */
const MAX_ALIKE = 20;
const WITHIN = 60_000;
/** Longest field, characters. */
const MAX_FIELD = 4_000;

/** A log of one line an entry, `time level message key=value …`, on standard error. */
export function createLog(
	write: (line: string) => void = (line) => process.stderr.write(line),
	clock: Pick<Clock, "after"> = backgroundClock,
): Log {
	/** How often each message was told lately. */
	const told = new Map<string, number>();
	const line = (level: string, text: string) =>
		write(`${new Date(wallClock()).toISOString()} ${level} ${text}\n`);
	const entry =
		(level: string) =>
		(message: string, fields: Record<string, unknown> = {}): void => {
			const count = (told.get(message) ?? 0) + 1;
			told.set(message, count);
			if (count === 1) {
				clock.after(WITHIN, () => {
					const omitted = (told.get(message) ?? 0) - MAX_ALIKE;
					told.delete(message);
					if (omitted > 0) line(level, `${message} (${omitted} more in a minute, not told one by one)`);
				});
			}
			if (count > MAX_ALIKE) return;
			const pairs = Object.entries(fields).map(
				([key, value]) => ` ${key}=${textOf(value).slice(0, MAX_FIELD)}`,
			);
			line(level, message + pairs.join(""));
		};
	return { error: entry("error"), warn: entry("warn"), info: entry("info") };
}

function textOf(value: unknown): string {
	if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
	return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "undefined");
}
