import type { BearerRights } from "../auth/bearer-rights.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { IceServer } from "../protocol/messages.ts";
import type { MonotonicTime } from "../protocol/time.ts";
import { networkOf, RateLimit } from "../rate-limit.ts";
import type { Playing, PlayRequest } from "../rooms/headless-viewers.ts";
import type { Route } from "./router.ts";
import { exchangeRoutes } from "./sdp-exchange.ts";

/** Players that one network may start within `WITHIN` ms. */
const STARTS = 60;
const WITHIN = 60_000;

interface WhepDeps {
	readonly rights: BearerRights;
	/** `SignalingServer.play`. */
	readonly play: (request: PlayRequest) => Promise<Playing>;
	readonly iceServers: (client: string) => readonly IceServer[];
	readonly now: () => MonotonicTime;
}

/**
 * WHEP (draft-ietf-wish-whep-04): `POST /whep/:id` lets a player watch. It takes the owner's token, a link's token, or a
 * browser's cookie; whatever the right, a player only looks.
 */
export function whepRoutes({ rights, play, iceServers, now }: WhepDeps): Route[] {
	const starts = new RateLimit(STARTS, WITHIN, now);
	return exchangeRoutes({
		name: "whep",
		iceServers,
		async identify({ credentials }, deviceId) {
			return (await rights.identify(credentials, deviceId)).grantId;
		},
		async exchange({ credentials, address }, deviceId, offer) {
			if (!starts.take(networkOf(address))) {
				throw new PortholeError(
					"too-many-tries",
					"Too many players were started. Wait a minute and try again.",
				);
			}
			const right = await rights.identifyNewcomer(credentials, deviceId);
			const playing = await play({ deviceId, offer, rights: right, address });
			try {
				// Only now: an offer that is of no use shall spend nothing.
				await rights.spend(credentials, address);
			} catch (error) {
				playing.leave();
				throw error;
			}
			const { answer, leave, onEnd } = playing;
			return { answer, grantId: right.grantId, onEnd, end: leave };
		},
	});
}
