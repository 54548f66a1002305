import type { Grant } from "../../signaling/auth/grant.ts";

/** A grant as the book would have it. */
export function sampleGrant(more: Partial<Grant> = {}): Grant {
	return {
		id: "0123456789abcdef",
		tokenHash: "0123456789abcdef".repeat(4),
		deviceId: "phone",
		role: "view",
		label: "For Ana",
		madeBy: "owner",
		created: 1_700_000_000_000,
		expires: 1_700_003_600_000,
		used: 0,
		wrongPins: 0,
		visits: [],
		...more,
	};
}
