const HOUR = 3600;
const DAY = 24 * HOUR;

/** How long a link may be made for. */
export const linkTimes = [
	{ words: "1 hour", seconds: HOUR },
	{ words: "1 day", seconds: DAY },
	{ words: "1 week", seconds: 7 * DAY },
	{ words: "30 days", seconds: 30 * DAY },
] as const satisfies readonly { words: string; seconds: number }[];

/** How long until a moment, such as `3 h`; both ms since the epoch. */
export function timeLeft(until: number, now: number): string {
	const minutes = Math.max(0, Math.round((until - now) / 60_000));
	if (minutes < 1) return "less than a minute";
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
