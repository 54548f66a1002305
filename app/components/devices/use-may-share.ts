import { useEffect, useState } from "react";
import { liveLinks } from "../../viewer/connection/grants.ts";

/** Whether this browser owns the device; undefined until the server has answered. Requested once it is `asked`. */
export function useMayShare(deviceId: string, asked: boolean): boolean | undefined {
	const [may, setMay] = useState<boolean>();
	useEffect(() => {
		if (!asked) return;
		let over = false;
		void liveLinks(deviceId).then((outcome) => !over && setMay("value" in outcome));
		return () => {
			over = true;
		};
	}, [deviceId, asked]);
	return may;
}
