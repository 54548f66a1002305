import type { Audit } from "../audit.ts";
import type { Access } from "../auth/access.ts";
import { ownerRights, ownsAll } from "../auth/rights.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { IceServer } from "../protocol/messages.ts";
import type { Publication } from "../rooms/publications.ts";
import type { Route, RouteRequest } from "./router.ts";
import { exchangeRoutes } from "./sdp-exchange.ts";

interface WhipDeps {
	readonly access: Access;
	readonly audit: Audit;
	/** `SignalingServer.publish`. */
	readonly publish: (deviceId: string, offer: string) => Promise<Publication>;
	readonly iceServers: (client: string) => readonly IceServer[];
}

/** WHIP (RFC 9725): `POST /whip/:id` makes a device of what its owner publishes, for as long as it is sent. */
export function whipRoutes({ access, audit, publish, iceServers }: WhipDeps): Route[] {
	async function identify({ credentials }: RouteRequest): Promise<string> {
		const rights = access.rightsOf(credentials);
		if (rights.length === 0) throw access.refusal(credentials);
		if (ownsAll(rights)) return ownerRights.grantId;
		throw new PortholeError("not-allowed", "Only the owner of all devices may publish.");
	}
	return exchangeRoutes({
		name: "whip",
		iceServers,
		identify,
		async exchange(request, wantedId, offer) {
			const { deviceId: device, answer, end, onEnd } = await publish(wantedId, offer);
			audit.note({ event: "published", device, address: request.address });
			onEnd(() => audit.note({ event: "unpublished", device }));
			return { answer, grantId: ownerRights.grantId, end, onEnd };
		},
	});
}
