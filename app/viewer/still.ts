/** Draws what the video shows, so that it stays in view while a new stream begins. */
export function keepStill(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
	if (video.videoWidth === 0) return;
	canvas.width = video.videoWidth;
	canvas.height = video.videoHeight;
	canvas.getContext("2d")?.drawImage(video, 0, 0);
}
