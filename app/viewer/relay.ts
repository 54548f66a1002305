/** Whether the address asks for a relay and nothing else (`?relay`): to try a TURN server, or to hide one's address. */
export function relayOnly(): boolean {
	return new URLSearchParams(globalThis.location?.search).has("relay");
}

/** Why no relay can be used, in words; `error` is the browser's, if it told one. */
export function relayFault(
	error: { readonly errorCode: number; readonly errorText: string } | undefined,
): string {
	if (!error) return "This address asks for a relay (?relay), and Porthole knows none that can be used.";
	const { errorCode, errorText } = error;
	if (errorCode === 401)
		return "The relay (TURN server) refuses Porthole's secret, and this address asks for it (?relay).";
	return `The relay (TURN server) cannot be used: ${errorText || `error ${errorCode}`}. This address asks for it (?relay).`;
}
