/** One second of `getStats`; what this browser does not report is absent. */
export interface FrameStats {
	/** Pictures decoded a second. */
	readonly fps: number;
	/** Bits received a second. */
	readonly bitrate: number;
	/** Packets lost of those expected, 0..1. */
	readonly loss: number;
	readonly width?: number;
	readonly height?: number;
	/** For instance `H.264 42e01f`. */
	readonly codec?: string;
	/** For instance `FFmpeg`. */
	readonly decoder?: string;
	/** How media flows: `direct`, `relay` or `TCP`. */
	readonly path?: string;
	/** ICE's round-trip time, ms. */
	readonly roundTrip?: number;
	/** Pictures dropped since the start. */
	readonly dropped: number;
	/** Freezes since the start. */
	readonly freezes: number;
}

/** Counters at one moment; rates come from the difference of two. */
export interface StatsSample {
	readonly at: number;
	readonly frames: number;
	readonly bytes: number;
	readonly lost: number;
	readonly received: number;
}

type Stat = Readonly<Record<string, unknown>>;

/** The part of an RTCStatsReport that is used. */
type StatsReport = ReadonlyMap<string, Stat> | RTCStatsReport;

/** Reads one report and compares it with the previous sample. The first call gives no rates. */
export function readStats(
	report: StatsReport,
	before?: StatsSample,
): { stats?: FrameStats; sample?: StatsSample } {
	const all = [...(report as ReadonlyMap<string, Stat>).values()];
	const video = all.find((stat) => stat.type === "inbound-rtp" && stat.kind === "video");
	if (!video) return {};
	const sample: StatsSample = {
		at: number(video.timestamp),
		frames: number(video.framesDecoded),
		bytes: number(video.bytesReceived),
		lost: number(video.packetsLost),
		received: number(video.packetsReceived),
	};
	const seconds = before ? (sample.at - before.at) / 1000 : 0;
	if (!before || seconds <= 0) return { sample };
	const lost = Math.max(0, sample.lost - before.lost);
	const expected = lost + sample.received - before.received;
	const codec = codecName(all.find((stat) => stat.id === video.codecId));
	const pair = chosenPair(all);
	const path = pair && pathName(pair, all);
	const roundTrip = pair?.currentRoundTripTime;
	return {
		sample,
		stats: {
			fps: Math.max(0, sample.frames - before.frames) / seconds,
			bitrate: (Math.max(0, sample.bytes - before.bytes) * 8) / seconds,
			loss: expected > 0 ? lost / expected : 0,
			...(typeof video.frameWidth === "number" && { width: video.frameWidth }),
			...(typeof video.frameHeight === "number" && { height: video.frameHeight }),
			...(codec && { codec }),
			...(typeof video.decoderImplementation === "string" && { decoder: video.decoderImplementation }),
			...(path && { path }),
			...(typeof roundTrip === "number" && { roundTrip: roundTrip * 1000 }),
			dropped: number(video.framesDropped),
			freezes: number(video.freezeCount),
		},
	};
}

function codecName(codec: Stat | undefined): string | undefined {
	if (typeof codec?.mimeType !== "string") return undefined;
	const name = codec.mimeType.replace(/^video\//i, "").replace(/^H264$/i, "H.264");
	const profile = /profile-level-id=([0-9a-f]{6})/i.exec(String(codec.sdpFmtpLine ?? ""))?.[1];
	return profile ? `${name} ${profile.toLowerCase()}` : name;
}

function chosenPair(all: readonly Stat[]): Stat | undefined {
	const transport = all.find((stat) => stat.type === "transport");
	return (
		all.find((stat) => stat.id === transport?.selectedCandidatePairId) ??
		all.find(
			(stat) => stat.type === "candidate-pair" && stat.nominated === true && stat.state === "succeeded",
		)
	);
}

function pathName(pair: Stat, all: readonly Stat[]): string | undefined {
	const near = all.find((stat) => stat.id === pair.localCandidateId);
	const far = all.find((stat) => stat.id === pair.remoteCandidateId);
	if (near?.candidateType === "relay" || far?.candidateType === "relay") return "relay";
	if (near?.protocol === "tcp" || far?.protocol === "tcp") return "TCP";
	return near || far ? "direct" : undefined;
}

function number(value: unknown): number {
	return typeof value === "number" ? value : 0;
}
