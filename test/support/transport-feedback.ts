/**
 * A transport-wide feedback message (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1) as a receiver writes it:
 * runs where they are long, else vectors of two bits. `arrivals` in milliseconds after the reference time.
 */
export function writeTransportFeedback(
	base: number,
	reference: number,
	arrivals: readonly (number | undefined)[],
): Buffer {
	let before = 0;
	const deltas = arrivals.map((arrival) => {
		if (arrival === undefined) return undefined;
		const ticks = Math.round(arrival * 4);
		const delta = ticks - before;
		before = ticks;
		return delta;
	});
	const kinds = deltas.map((delta) => (delta === undefined ? 0 : delta >= 0 && delta <= 255 ? 1 : 2));
	const body = Buffer.concat([
		...chunks(kinds),
		...deltas.map((delta, i) => {
			const out = Buffer.alloc(kinds[i] ?? 0);
			if (out.length === 1) out.writeUInt8(delta ?? 0);
			if (out.length === 2) out.writeInt16BE(delta ?? 0);
			return out;
		}),
	]);
	const part = Buffer.alloc(20 + Math.ceil(body.length / 4) * 4);
	part.set([0x8f, 205]);
	part.writeUInt16BE(part.length / 4 - 1, 2);
	part.writeUInt32BE(1, 4);
	part.writeUInt16BE(base, 12);
	part.writeUInt16BE(arrivals.length, 14);
	part.writeUIntBE(((reference % 2 ** 24) + 2 ** 24) % 2 ** 24, 16, 3);
	part.set(body, 20);
	return part;
}

function* chunks(kinds: readonly number[]): Generator<Buffer> {
	for (let at = 0; at < kinds.length; ) {
		const kind = kinds[at] ?? 0;
		let run = 1;
		while (run < 0x1fff && kinds[at + run] === kind) run++;
		const chunk = Buffer.alloc(2);
		if (run > 7) {
			chunk.writeUInt16BE((kind << 13) | run);
			at += run;
		} else {
			let vector = 0xc000;
			for (let i = 0; i < 7; i++) vector |= (kinds[at + i] ?? 0) << (12 - 2 * i);
			chunk.writeUInt16BE(vector);
			at += 7;
		}
		yield chunk;
	}
}
