import { expect, it } from "vitest";
import { readCounters } from "../../../../server/webrtc/mediasoup/peer.ts";

const sent = {
	type: "outbound-rtp",
	packetCount: 10,
	byteCount: 9000,
	packetsRetransmitted: 2,
	nackPacketCount: 3,
	pliCount: 1,
	firCount: 1,
	fractionLost: 64,
	roundTripTime: 12.5,
};

it("counters are those of what is sent, not of what came in", () => {
	const received = { ...sent, type: "inbound-rtp", packetCount: 999 };
	expect(readCounters([received, sent], {})).toEqual({
		packets: 10,
		bytes: 9000,
		retransmitted: 2,
		nacks: 3,
		keyframeRequests: 2,
		lost: 0.25,
		roundTrip: 12.5,
	});
});

it("a round trip of zero is one that is not known yet", () => {
	expect(readCounters([{ ...sent, roundTripTime: 0 }], {})).not.toHaveProperty("roundTrip");
});

it("without any the ones from before stay", () => {
	expect(readCounters([], { packets: 4 })).toEqual({ packets: 4 });
});
