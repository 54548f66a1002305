import { useCallback, useEffect, useState } from "react";
import type { GrantInfo } from "../../signaling/protocol/grant.ts";
import { liveLinks, revokeLink } from "../viewer/grants.ts";

/** How often the list is read anew while it is shown, ms. */
const EVERY = 5000;

/** The live links of a device, kept current while the component is there. */
export function useLiveLinks(deviceId: string): {
	/** Undefined until they are known. */
	readonly links: readonly GrantInfo[] | undefined;
	/** Why they are not. */
	readonly refusal: string;
	revoke(grantId: string): void;
	refresh(): void;
} {
	const [links, setLinks] = useState<readonly GrantInfo[]>();
	const [refusal, setRefusal] = useState("");
	const refresh = useCallback(async () => {
		const outcome = await liveLinks(deviceId);
		if ("refused" in outcome) return setRefusal(outcome.refused.message);
		setRefusal("");
		setLinks(outcome.value);
	}, [deviceId]);
	useEffect(() => {
		void refresh();
		const timer = setInterval(() => void refresh(), EVERY);
		return () => clearInterval(timer);
	}, [refresh]);
	return {
		links,
		refusal,
		refresh: () => void refresh(),
		revoke(grantId) {
			void revokeLink(grantId).then((outcome) => {
				if ("refused" in outcome) setRefusal(outcome.refused.message);
				void refresh();
			});
		},
	};
}
