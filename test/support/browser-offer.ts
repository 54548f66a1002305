/** What of a browser's offer a test may change. */
export interface OfferShape {
	readonly direction?: string;
	readonly setup?: string;
	/** `profile-level-id`s of its H.264 formats, with their packetization modes. */
	readonly h264?: readonly (readonly [profile: string, mode: number])[];
	readonly audio?: boolean;
	readonly fingerprint?: string;
	readonly ufrag?: string;
	readonly videos?: number;
	/** Lines added to the video section. */
	readonly more?: readonly string[];
}

export const FINGERPRINT =
	"sha-256 0D:9F:78:15:42:B5:4B:E6:E2:94:3E:5B:37:78:E1:4B:54:59:A3:36:3A:E5:05:EB:27:EE:8F:D2:2D:41:29:25";

/** An offer as Chromium writes it, with what a test wants otherwise. */
export function browserOffer(shape: OfferShape = {}): string {
	const { audio = true, videos = 1 } = shape;
	const mids = Array.from({ length: videos + (audio ? 1 : 0) }, (_, mid) => String(mid));
	const lines = [
		"v=0",
		"o=- 4611731400430051336 2 IN IP4 127.0.0.1",
		"s=-",
		"t=0 0",
		`a=group:BUNDLE ${mids.join(" ")}`,
		"a=extmap-allow-mixed",
		"a=msid-semantic: WMS",
		...(audio ? audioLines(shape, "0") : []),
		...mids.slice(audio ? 1 : 0).flatMap((mid) => videoLines(shape, mid)),
	];
	return `${lines.join("\r\n")}\r\n`;
}

function transportLines({
	setup = "actpass",
	fingerprint = FINGERPRINT,
	ufrag = "EsAw",
}: OfferShape): string[] {
	return [
		"c=IN IP4 0.0.0.0",
		"a=rtcp:9 IN IP4 0.0.0.0",
		"a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 network-id 1",
		`a=ice-ufrag:${ufrag}`,
		"a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
		"a=ice-options:trickle",
		`a=fingerprint:${fingerprint}`,
		`a=setup:${setup}`,
	];
}

function audioLines(shape: OfferShape, mid: string): string[] {
	return [
		"m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
		...transportLines(shape),
		`a=mid:${mid}`,
		`a=${shape.direction ?? "recvonly"}`,
		"a=rtcp-mux",
		"a=rtpmap:111 opus/48000/2",
		"a=fmtp:111 minptime=10;useinbandfec=1",
		"a=rtpmap:63 red/48000/2",
	];
}

function videoLines(shape: OfferShape, mid: string): string[] {
	const {
		h264 = [
			["42001f", 1],
			["42001f", 0],
			["42e01f", 1],
		] as const,
		direction = "recvonly",
	} = shape;
	const types = h264.map((_, i) => 102 + 2 * i);
	return [
		`m=video 9 UDP/TLS/RTP/SAVPF 96 97 ${types.flatMap((type) => [type, type + 1]).join(" ")}`.trim(),
		...transportLines(shape),
		`a=mid:${mid}`,
		"a=extmap:1 urn:ietf:params:rtp-hdrext:toffset",
		"a=extmap:3 urn:3gpp:video-orientation",
		"a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
		"a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
		"a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid",
		"a=extmap:20 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
		`a=${direction}`,
		"a=rtcp-mux",
		"a=rtcp-rsize",
		"a=rtpmap:96 VP8/90000",
		"a=rtpmap:97 rtx/90000",
		"a=fmtp:97 apt=96",
		...h264.flatMap(([profile, mode], i) => {
			const type = types[i] ?? 0;
			return [
				`a=rtpmap:${type} H264/90000`,
				...["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"].map(
					(kind) => `a=rtcp-fb:${type} ${kind}`,
				),
				`a=fmtp:${type} level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
				`a=rtpmap:${type + 1} rtx/90000`,
				`a=fmtp:${type + 1} apt=${type}`,
			];
		}),
		...(shape.more ?? []),
	];
}
