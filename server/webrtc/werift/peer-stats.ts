import type { PathKind } from "../ice/candidate.ts";
import type { PeerStats } from "../media.ts";
import type { ViewerStream } from "./viewer-stream.ts";

/** The counters of a connection whose pictures may not flow yet. */
export function peerStats(
	stream: ViewerStream | undefined,
	path: PathKind | undefined,
	rest: Pick<PeerStats, "droppedMessages" | "clockOrigin">,
): PeerStats {
	return {
		packets: 0,
		bytes: 0,
		retransmitted: 0,
		nacks: 0,
		keyframeRequests: 0,
		skipped: 0,
		...stream?.stats(),
		...(path === undefined ? {} : { path }),
		...rest,
	};
}
