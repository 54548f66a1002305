/** Further apart than this, two clocks are not the same one, ms. */
const SAME_CLOCK = 1_000;
/** What takes longer than this was not coding, ms. */
const LONGEST_CODING = 1_000;

const NS = 1e6;

/** When a picture was read and when it was coded, on this machine's clock, ms. */
export interface PictureTimes {
	readonly captureTime: number;
	readonly encodedTime: number;
}

/**
 * The times of a picture that has arrived. Only ends that say so tell them (pts: capture, dts: coded, ns since the
 * epoch); the clock of another machine still tells how long coding took. Stock hosts count pictures instead: what came
 * just now then counts as read just now.
 */
export function pictureTimes(
	{ pts, dts }: { readonly pts: bigint; readonly dts: bigint },
	arrival: number,
	tellsTimes: boolean,
): PictureTimes {
	if (!tellsTimes) return { captureTime: arrival, encodedTime: arrival };
	const encoded = Number(dts) / NS;
	const coding = Number(dts - pts) / NS;
	if (!(coding >= 0 && coding <= LONGEST_CODING)) return { captureTime: arrival, encodedTime: arrival };
	const age = arrival - encoded;
	const encodedTime = Math.abs(age) <= SAME_CLOCK ? Math.min(encoded, arrival) : arrival;
	return { captureTime: encodedTime - coding, encodedTime };
}
