/**
 * A wall time in ISO 8601, to the second, in this computer's zone and with its offset, such as
 * `2026-12-01T14:30:00+01:00`. `offset`: of the zone at that time, minutes.
 */
export function localTime(time: number, offset = -new Date(time).getTimezoneOffset()): string {
	const local = new Date(time + offset * 60_000).toISOString().slice(0, 19);
	const minutes = Math.abs(offset);
	const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
	return `${local}${offset < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
