/** Puts RTP payloads of H.264 (RFC 6184, in order and complete) together to NAL units. Throws where they do not fit. */
export function depacketize(payloads: readonly Uint8Array[]): Buffer[] {
	const nals: Buffer[] = [];
	let fragments: Buffer[] | undefined;
	for (const bytes of payloads) {
		const payload = Buffer.from(bytes);
		const type = payload.readUInt8(0) & 0x1f;
		if (type === 28) {
			const header = payload.readUInt8(1);
			if (((header & 0x80) !== 0) !== (fragments === undefined)) throw new Error("a fragment out of place");
			fragments ??= [Buffer.from([(payload.readUInt8(0) & 0xe0) | (header & 0x1f)])];
			fragments.push(payload.subarray(2));
			if ((header & 0x40) === 0) continue;
			nals.push(Buffer.concat(fragments));
			fragments = undefined;
			continue;
		}
		if (fragments !== undefined) throw new Error("a fragmented unit without an end");
		if (type !== 24) nals.push(payload);
		for (let at = 1; type === 24 && at < payload.length; ) {
			const length = payload.readUInt16BE(at);
			if (at + 2 + length > payload.length) throw new Error("an aggregate longer than its packet");
			nals.push(payload.subarray(at + 2, at + 2 + length));
			at += 2 + length;
		}
	}
	if (fragments !== undefined) throw new Error("a fragmented unit without an end");
	return nals;
}
