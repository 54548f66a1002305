import type { Rate } from "../../provider.ts";
import type { Config } from "../wire/message.ts";

/** Bounds of what can be asked for, bits and frames per second. */
const BITRATE = [10_000, 200_000_000] as const;
const FRAME_RATE = [1, 240] as const;

/** Most macroblocks a second and most kbit/s of each level (H.264, table A-1, baseline and main), by ten times the level. */
const LEVELS: readonly (readonly [level: number, macroblocks: number, kbits: number])[] = [
	[10, 1_485, 64],
	[11, 3_000, 192],
	[12, 6_000, 384],
	[13, 11_880, 768],
	[20, 11_880, 2_000],
	[21, 19_800, 4_000],
	[22, 20_250, 4_000],
	[30, 40_500, 10_000],
	[31, 108_000, 14_000],
	[32, 216_000, 20_000],
	[40, 245_760, 20_000],
	[41, 245_760, 50_000],
	[42, 522_240, 50_000],
	[50, 589_824, 135_000],
	[51, 983_040, 240_000],
	[52, 2_073_600, 240_000],
];

/** What one client asks for; absent: it leaves that to the host. */
export interface AskedRate {
	readonly bitrate?: number;
	readonly frameRate?: number;
	/** Frames of at most half the size in each direction. */
	readonly small?: boolean;
}

/** A client's wish for a device of this size: 0 asks for nothing, a level bounds both rates. */
export function askedRate(
	config: Config,
	size: { readonly width: number; readonly height: number },
): AskedRate {
	const { numerator, denominator } = config.frameRate;
	const limits = LEVELS.find(([level]) => level >= config.level) ?? LEVELS.at(-1);
	const macroblocks = Math.ceil(size.width / 16) * Math.ceil(size.height / 16);
	const bounded = config.level > 0 && limits !== undefined;
	const bitrate = least(config.bitrate || undefined, bounded ? limits[2] * 1000 : undefined);
	const frameRate = least(
		numerator > 0 && denominator > 0 ? numerator / denominator : undefined,
		bounded ? limits[1] / macroblocks : undefined,
	);
	const { width, height } = config;
	const small = width > 0 && height > 0 && width * 2 <= size.width + 1 && height * 2 <= size.height + 1;
	return {
		...(small ? { small } : {}),
		...(bitrate === undefined ? {} : { bitrate: within(bitrate, BITRATE) }),
		...(frameRate === undefined ? {} : { frameRate: within(frameRate, FRAME_RATE) }),
	};
}

/** One encoder serves all: the least that anybody asks for, `standard` where nobody does. */
export function commonRate(asked: readonly AskedRate[], standard: Rate): Rate {
	const of = (name: "bitrate" | "frameRate") => {
		const values = asked.flatMap((one) => one[name] ?? []);
		return values.length > 0 ? Math.min(...values) : standard[name];
	};
	return { bitrate: Math.round(of("bitrate")), frameRate: of("frameRate") };
}

/** What a client gets for what it asked. Constrained baseline is within every profile that can be asked for. */
export function grantedConfig(
	asked: Config,
	{ width, height }: { readonly width: number; readonly height: number },
	{ bitrate, frameRate }: Rate,
): Config {
	const rate = { numerator: Math.round(frameRate * 1000), denominator: 1000 };
	return { width, height, bitrate, frameRate: rate, profile: 66, level: asked.level, realtime: true };
}

function least(...values: (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined);
	return known.length > 0 ? Math.min(...known) : undefined;
}

function within(value: number, [min, max]: readonly [number, number]): number {
	return Math.min(max, Math.max(min, value));
}
