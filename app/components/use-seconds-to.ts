import { useEffect, useState } from "react";

/** Whole seconds left until a moment (ms since the epoch), counting down to 0; undefined without one. */
export function useSecondsTo(until: number | undefined): number | undefined {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		if (until === undefined) return;
		setNow(Date.now());
		const timer = setInterval(() => setNow(Date.now()), 250);
		return () => clearInterval(timer);
	}, [until]);
	return until === undefined ? undefined : Math.max(0, Math.ceil((until - now) / 1000));
}
