import { Check, Copy } from "lucide-react";
import { useState } from "react";
import type { GrantMade } from "../../signaling/protocol/grant.ts";
import { copyText } from "../viewer/copy-text.ts";
import { timeLeft } from "./link-times.ts";
import { QrCode } from "./qr-code.tsx";

/** A link that was just made: to copy, to scan, and never to be shown again. */
export function LinkMade({ made, onAnother }: { made: GrantMade; onAnother(): void }) {
	const [copied, setCopied] = useState<boolean>();
	const Icon = copied ? Check : Copy;
	const here = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(made.url).hostname);
	return (
		<div data-testid="link-made" className="flex flex-col gap-4">
			<div className="flex gap-2">
				<input
					readOnly
					aria-label="Link"
					data-testid="link"
					value={made.url}
					onFocus={(event) => event.target.select()}
					className="h-10 min-w-0 flex-1 rounded-box border border-line bg-surface px-3"
				/>
				<button
					type="button"
					data-testid="copy-link"
					onClick={() => void copyText(made.url).then(setCopied)}
					className="eased flex h-10 w-28 shrink-0 items-center justify-center gap-1.5 rounded-box bg-accent font-medium text-on-accent hover:opacity-90"
				>
					<Icon aria-hidden size={16} />
					<span aria-live="polite">{copied === undefined ? "Copy" : copied ? "Copied" : "Press Ctrl C"}</span>
				</button>
			</div>
			<div className="flex items-center gap-4">
				<QrCode text={made.url} />
				<div className="flex min-w-0 flex-1 flex-col gap-2 text-pretty">
					{made.pin && (
						<p>
							PIN{" "}
							<span
								data-testid="link-pin"
								className="ml-1 font-semibold text-title tabular-nums tracking-wider"
							>
								{made.pin}
							</span>
						</p>
					)}
					<p className="text-soft">
						Good for {timeLeft(made.expires, Date.now())}.{" "}
						{made.pin
							? "Send the PIN another way than the link. Neither is shown again."
							: "It is not shown again."}
					</p>
					{here && (
						<p className="text-soft">It opens on this computer only: Porthole listens nowhere else.</p>
					)}
					<button
						type="button"
						onClick={onAnother}
						className="eased h-9 w-fit rounded-box border border-line px-4 font-medium hover:bg-hover"
					>
						Make another
					</button>
				</div>
			</div>
		</div>
	);
}
