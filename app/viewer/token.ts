/** The owner's token in a fragment such as `#token=…`; undefined when there is none. */
export function tokenIn(fragment: string): string | undefined {
	return new URLSearchParams(fragment.replace(/^#/, "")).get("token") || undefined;
}

/** Reads the token from the address and takes it out there, so that it is neither shared nor bookmarked. */
export function takeToken(page: Location = location, pages: History = history): string | undefined {
	const token = tokenIn(page.hash);
	if (token) pages.replaceState(pages.state, "", page.pathname + page.search);
	return token;
}

/**
 * Trades the token for an HttpOnly cookie, so that later visits and stills need none. False when the server
 * refuses or cannot be reached; the connection that is open goes on all the same.
 */
export async function rememberToken(token: string): Promise<boolean> {
	try {
		const response = await fetch("/api/session", {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ token }),
		});
		return response.ok;
	} catch {
		return false;
	}
}
