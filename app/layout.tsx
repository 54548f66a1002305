import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { themeScript } from "./components/theme.ts";
import "./globals.css";

export const metadata: Metadata = {
	description: "Devices on a URL: open one, see it, touch it.",
	icons: { icon: "/porthole.svg" },
	referrer: "no-referrer",
};

export const viewport: Viewport = {
	width: "device-width",
	initialScale: 1,
	viewportFit: "cover",
	interactiveWidget: "resizes-content",
	themeColor: [
		{ media: "(prefers-color-scheme: light)", color: "#ffffff" },
		{ media: "(prefers-color-scheme: dark)", color: "#191c20" },
	],
};

/** What all pages share: the theme, chosen before anything is drawn. */
export default function RootLayout({ children }: { children: ReactNode }) {
	return (
		<html lang="en" suppressHydrationWarning>
			<head>
				<script dangerouslySetInnerHTML={{ __html: themeScript() }} />
			</head>
			<body>{children}</body>
		</html>
	);
}
