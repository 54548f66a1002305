import { wallClock } from "../signaling/protocol/time.ts";
/** Where a process tells what happens. Error: somebody must act. Warn: it recovers by itself. Info: a lifecycle step. */
export interface Log {
	error(message: string, fields?: Record<string, unknown>): void;
	warn(message: string, fields?: Record<string, unknown>): void;
	info(message: string, fields?: Record<string, unknown>): void;
}

/** A log of one line an entry, `time level message key=value …`, on standard error. */
export function createLog(write: (line: string) => void = (line) => process.stderr.write(line)): Log {
	const entry =
		(level: string) =>
		(message: string, fields: Record<string, unknown> = {}): void => {
			const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${textOf(value)}`);
			write(`${new Date(wallClock()).toISOString()} ${level} ${message}${pairs.join("")}\n`);
		};
	return { error: entry("error"), warn: entry("warn"), info: entry("info") };
}

function textOf(value: unknown): string {
	if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
	return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "undefined");
}
